"""The workbook as a spreadsheet program opens it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from plans_for_pages import run, write_plans

from vnplan.tables import workbook
from vnplan.tables.labels import About
from vnplan.tables.workbook import write_workbook

SHEETS = [
    "Đọc trước",
    "Kế hoạch",
    "Ai – việc – hạn",
    "Chỉ tiêu",
    "Căn cứ",
    "Không đọc được",
    "Sổ văn bản",
    "Từ điển cột",
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    return run(write_plans(folder / "plans"), folder / "out", ("parquet", "xlsx"))


@pytest.fixture(scope="module")
def book(out: Path) -> Any:
    return openpyxl.load_workbook(out / "plans.xlsx")


def rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by its headings."""
    head, *lines = sheet.iter_rows()
    return [{cell.value: other for cell, other in zip(head, line, strict=True)} for line in lines]


def test_sheets_are_made_for_people(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for name in SHEETS[1:-1]:
        sheet = book[name]
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None and table.ref.startswith("A1:")
        assert sheet.freeze_panes is not None and sheet.freeze_panes != "A2"[:1]
        assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == "$1:$1"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_area
        assert sheet["A1"].alignment.wrap_text


def test_codes_stand_in_hidden_columns(book: Any) -> None:
    sheet = book["Ai – việc – hạn"]
    hidden = {
        cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].hidden
        or any(d.hidden and d.min <= cell.column <= d.max for d in sheet.column_dimensions.values())
    }  # fmt: skip
    assert {"Mã văn bản", "Mã công việc", "Mã cơ quan", "Mã vai trò", "Mã dữ kiện", "Quy tắc"} <= hidden
    assert not {"Văn bản", "Công việc", "Đến ngày"} & hidden


def test_a_row_is_a_task_and_a_body_with_real_days(book: Any) -> None:
    found = [row for row in rows(book["Ai – việc – hạn"]) if row["Cơ quan, cá nhân"].value == "Đoàn Thanh niên xã"]
    first = found[0]
    assert first["Vai trò"].value == "Phối hợp" and first["Mã vai trò"].value == "coordinate"
    assert first["Đến ngày"].value == dt.datetime(2025, 4, 30) and first["Đến ngày"].number_format == "dd/mm/yyyy"
    assert first["Thời hạn"].value == "30/04/2025"
    assert first["Văn bản"].value == "41/KH-UBND"


def test_links_lead_to_the_plan_and_the_file(book: Any, out: Path) -> None:
    for row in rows(book["Ai – việc – hạn"]):
        link = row["Văn bản"].hyperlink
        sheet, cell = link.location.split("!")
        assert sheet == "'Kế hoạch'" and book["Kế hoạch"][cell].value == row["Văn bản"].value
    for row in rows(book["Kế hoạch"]):
        path = out.parent / "plans" / row["Tệp"].value
        assert row["Tệp"].hyperlink.target.lower() == path.as_uri().lower()


def test_copies_are_marked_and_left_out_of_sums(book: Any) -> None:
    marks = [row["Bản trùng"].value for row in rows(book["Kế hoạch"])]
    assert sorted(filter(None, marks)) == ["x"]
    summary = {row[0].value: row[1].value for row in book["Đọc trước"].iter_rows() if row[0].value}
    assert summary["Kế hoạch"].split()[0] == "3"
    assert len(rows(book["Sổ văn bản"])) == 3
    assert [row["Số văn bản viện dẫn"].value for row in rows(book["Căn cứ"])] == [1, 1]


def test_the_register_stands_in_the_official_order(book: Any) -> None:
    head = [cell.value for cell in book["Sổ văn bản"][1]]
    assert head[:9] == [
        "Số đến", "Ngày đến", "Số, ký hiệu", "Ngày ban hành", "Tên loại", "Trích yếu", "Cơ quan ban hành", "Nơi nhận", "Người ký",
    ]  # fmt: skip
    row = rows(book["Sổ văn bản"])[0]
    assert row["Tên loại"].value == "Kế hoạch" and row["Người ký"].value == "Nguyễn Thị Hạnh"
    assert row["Số đến"].value is None
    assert row["Số, ký hiệu"].value == "41/KH-UBND" and row["Số, ký hiệu"].hyperlink.location.startswith("'Kế hoạch'!")
    (blank,) = [row for row in rows(book["Sổ văn bản"]) if row["Tệp"].value == "tuan-tra.txt"]
    assert blank["Số, ký hiệu"].value is None  # never the name of a file


def test_no_text_of_a_document_becomes_a_formula(book: Any) -> None:
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert not [
        cell for cell in cells if isinstance(cell.value, str) and ("\n" in cell.value or "\u202e" in cell.value)
    ]


def test_what_is_missing_and_not_read_says_why(book: Any) -> None:
    blank = next(row for row in rows(book["Kế hoạch"]) if row["Tệp"].value == "tuan-tra.txt")
    assert blank["Tình trạng số"].value == "Để trống trong văn bản" and blank["Ngày ban hành"].value is None
    (error,) = rows(book["Không đọc được"])
    assert (error["Lý do"].value, error["Cách khắc phục"].value) == ("Tệp rỗng", "Gửi lại tệp có nội dung.")


def test_every_column_is_explained(book: Any) -> None:
    explained = {
        (row["Trang tính"].value, row["Cột"].value) for row in rows(book["Từ điển cột"]) if row["Ý nghĩa"].value
    }
    assert explained == {(name, cell.value) for name in SHEETS[1:-1] for cell in book[name][1]}


def test_in_english(out: Path, tmp_path: Path) -> None:
    write_workbook(out, tmp_path / "plans.xlsx", About("en"))
    book = openpyxl.load_workbook(tmp_path / "plans.xlsx")
    assert book.sheetnames[2] == "Who – what – when"
    assert "Leads" in [row["Role"].value for row in rows(book["Who – what – when"])]


def test_more_rows_than_a_sheet_holds(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_ROWS", 3)
    notes = write_workbook(out, tmp_path / "plans.xlsx", About())
    book = openpyxl.load_workbook(tmp_path / "plans.xlsx")
    assert {"Ai – việc – hạn", "Ai – việc – hạn 2", "Kế hoạch 2"} <= set(book.sheetnames)
    assert any("goes on" in note for note in notes)
    words = [cell.value for cell in book["Đọc trước"]["A"] if cell.value]
    assert any("phần sau ở trang Ai – việc – hạn 2" in text for text in words)
    last = rows(book["Ai – việc – hạn 2"])[-1]["Văn bản"]
    sheet, cell = last.hyperlink.location.split("!")
    assert book[sheet.strip("'")][cell].value == last.value  # also of a plan in the second sheet


def test_a_cell_that_is_too_long_is_cut_with_a_notice(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_CHARACTERS", 20)
    notes = write_workbook(out, tmp_path / "plans.xlsx", About())
    assert any("cells are cut" in note for note in notes)
    book = openpyxl.load_workbook(tmp_path / "plans.xlsx")
    assert all(len(row["Trích yếu"].value) <= 20 for row in rows(book["Kế hoạch"]))
