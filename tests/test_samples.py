"""The samples in data/raw/dinh-dang, a file of each format: what is read of them, and how their facts stand on the page."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from vnplan import extract_folder
from vnplan.evaluation import Report, score
from vnplan.tables import load_tables

SAMPLES = (
    "KH-112-cong-truong-Ba-Vi.pdf",
    "KH-45-han-man-Dong-Thap.docx",
    "doc-sach-Mai-Chau.doc",
    "fax-tuyen-truyen-bau-cu-Cho-Don.tif",
    "ho-so.zip!cap-nuoc-Tam-Ky.pdf",
    "ho-so.zip!day-boi-Tan-Loc-2.docx",
    "scan-ban_rac-thai-nhua-Song-Cau.pdf",
    "scan-sach_ATTP-Hai-Hau.pdf",
    "tran-dau-Song-Cau.rtf",
    "trang-web-du-lich-Sa-Pa.html",
    "ven-bien-Ninh-Thuan.xlsx",
)
FIELDS = (
    "doc_type", "number", "issue_date", "place", "issuing_body", "parent_body", "title", "signer", "signer_positions",
    "signer_capacity", "citations", "deadlines", "recipients", "evidence in place",
)  # fmt: skip
DIRTY = "scan-ban_rac-thai-nhua-Song-Cau.pdf"

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract-ocr-vie")


@pytest.fixture(scope="module")
def out(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tables of the samples, read once, with a cache of their own."""
    folder = tmp_path_factory.mktemp("samples")
    extract_folder(root / "data/raw/dinh-dang", folder / "out", cache=folder / "cache")
    yield folder / "out"


@pytest.fixture(scope="module")
def report(root: Path, out: Path) -> Report:
    """The scores of these samples alone."""
    gold = out.parent / "gold"
    gold.mkdir()
    for sample in SAMPLES:
        name = os.path.splitext(sample)[0] + ".json"  # noqa: PTH122
        shutil.copyfile(root / "data/raw/gold" / name, gold / name)
    return score(out, gold)


@needs_tesseract
def test_every_sample_is_read(out: Path) -> None:
    tables = load_tables(out)
    assert tuple(sorted(tables["plans"]["source"])) == SAMPLES
    assert len(tables["errors"]) == 0
    pages = tables["pages"].merge(tables["plans"][["document_id", "source"]])
    methods = {source: sorted(group["method"]) for source, group in pages.groupby("source")}
    assert methods == {
        "KH-112-cong-truong-Ba-Vi.pdf": ["text_layer", "text_layer"],
        "fax-tuyen-truyen-bau-cu-Cho-Don.tif": ["ocr", "ocr"],
        "ho-so.zip!cap-nuoc-Tam-Ky.pdf": ["text_layer"],
        DIRTY: ["ocr"],
        "scan-sach_ATTP-Hai-Hau.pdf": ["ocr"],
    }


@needs_tesseract
@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_as_in_the_gold(report: Report, name: str) -> None:
    assert not report.absent
    missed = [miss for miss in report.misses if miss.what == name]
    assert report.tallies[name].f1 == 1.0, missed


@needs_tesseract
@pytest.mark.parametrize(("name", "least"), [("targets", 0.7), ("responsibilities", 0.8), ("sections", 0.9)])
def test_lists_are_mostly_as_in_the_gold(report: Report, name: str, least: float) -> None:
    assert report.tallies[name].f1 >= least, [miss for miss in report.misses if miss.what == name]


@needs_tesseract
def test_what_is_written_by_hand_is_left_open(out: Path) -> None:
    plans = load_tables(out)["plans"].set_index("source")
    dirty = plans.loc[DIRTY]
    assert dirty["number_status"] == dirty["issue_date_status"] == "handwritten"
    assert dirty["number_symbol"] == "KH-UBND"
    assert (dirty["issue_year"], dirty["issue_month"]) == (2024, 2)
    others = plans.drop(DIRTY)
    assert set(others["number_status"]) == set(others["issue_date_status"]) == {"found"}


@needs_tesseract
def test_tasks_of_a_table_have_their_bodies_and_deadlines(out: Path) -> None:
    tables = load_tables(out)
    word = tables["plans"].set_index("source").loc["KH-45-han-man-Dong-Thap.docx", "document_id"]
    rows = tables["responsibilities"]
    rows = rows[rows["document_id"] == word]
    lead = rows[rows["role"] == "lead"].set_index("body")["deadline"]
    assert lead["Trung tâm Dịch vụ nông nghiệp"] == "2024-03-15"
    assert set(rows[rows["role"] == "coordinate"]["body"]) >= {"Công ty Điện lực Đồng Tháp", "Sở Y tế"}


def test_the_samples_are_small(root: Path) -> None:
    files = list((root / "data/raw/dinh-dang").iterdir())
    assert len(files) == 10
    assert sum(path.stat().st_size for path in files) < 1_500_000
    for path in (root / "data/raw/gold").glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["source"].count("/") == 1
