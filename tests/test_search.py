"""Search over the words of all documents: marks, phrases, pages, filters, facts, and an index that keeps up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from register_fakes import plan_of, result, write_tables

from vnplan.errors import UsageError
from vnplan.records import Deadline, Evidence, Page, PlanResult
from vnplan.register.finding import Filters, Hit, search
from vnplan.register.folding import composed, folded, spellings, tokens_of
from vnplan.register.search import Index

TEXTS = {
    "swim": "Dạy bơi, phòng đuối nước cho học sinh.\fTrang hai: hoà giải ở cơ sở.",
    "ground": "Quản lý nguồn nước dưới đất; khai thác nước ngầm.",
    "under": "Lớp học bơi dưới nước của trường.",
    "typed": "Phong tranh duoi nuoc cho tre em.",
}


def document(name: str, text: str, day: str = "2024-05-06", **plan: object) -> PlanResult:
    made = result(f"{name}.txt", plan_of(f"{len(name)}/KH-UBND", day, title=f"Kế hoạch {name}", **plan), text=text)
    pages = (
        tuple(Page(number, 595, 842, "text_layer") for number in range(1, text.count("\f") + 2)) if "\f" in text else ()
    )
    return replace(made, pages=pages)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_tables(folder, [document(name, text) for name, text in TEXTS.items()])
    return folder


def names(hits: list[Hit]) -> list[str]:
    return [Path(hit.source).stem for hit in hits]


def test_one_character_becomes_one() -> None:
    text = composed("ĐƯỜNG sắt, Ðà Nẵng: hòa thuỷ ỹ Ế")
    assert folded(text) == "duong sat, da nang: hoa thuy y e" and len(folded(text)) == len(text)
    assert spellings("hòa") == ("hòa", "hoà") and spellings("bàn") == ("bàn",)
    assert tokens_of("Đuối nước") == {"duoi_nuoc", "duoi", "đuối", "nuoc", "nước"}


@pytest.mark.parametrize(
    ("words", "found", "ranks"),
    [
        ("đuối nước", ["swim", "under", "typed"], [0, 2, 2]),  # as typed, then other marks; not apart
        ("DUOI NUOC", ["swim", "under", "typed", "ground"], [0, 0, 0, 1]),  # no mark typed: any
        ("dưới nước", ["under", "ground", "swim", "typed"], [0, 1, 2, 2]),
        ('"dưới nước"', ["under", "swim", "typed"], [0, 2, 2]),
        ("hòa giải", ["swim"], [0]),  # written hoà giải
        ("4/KH-UBND", [], []),
        ("nước máy", [], []),
        ("đuôi nguồn", ["ground"], [3]),  # the last resort: all the words, with any marks
    ],
)
def test_words(out: Path, words: str, found: list[str], ranks: list[int]) -> None:
    hits = search(out, words)
    assert sorted(zip(ranks, found, strict=True)) == sorted(zip([hit.rank for hit in hits], names(hits), strict=True))
    assert [hit.rank for hit in hits] == ranks


def test_a_snippet_has_its_page_and_the_words(out: Path) -> None:
    (hit,) = search(out, "hoà giải ở cơ sở")
    assert hit.page == 2
    first, last = hit.found[0]
    assert hit.snippet[first:last] == "hoà giải ở cơ sở" and "\f" not in hit.snippet
    assert search(out, "dạy bơi")[0].page == 1
    assert search(out, "nguồn nước dưới đất")[0].page is None


def test_filters(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        [
            document("old", "Trồng cây.", "2020-01-02"),
            document("north", "Trồng cây.", "2024-01-02", issuer="ubnd@province-12-2024"),
            document("decision", "Trồng cây.", "2024-02-02", doc_type="QĐ"),
        ],
    )

    def found(**filters: object) -> list[str]:
        return sorted(names(search(tmp_path, "trồng cây", Filters(**filters))))  # type: ignore[arg-type]

    assert found() == ["decision", "north", "old"]
    import datetime as dt

    assert found(since=dt.date(2021, 1, 1)) == ["decision", "north"]
    assert found(until=dt.date(2020, 1, 2)) == ["old"]
    assert found(province="tỉnh Lai Châu") == ["north"]
    assert found(doc_type="qđ") == ["decision"]
    assert found(body="ubnd province-12") == ["north"]
    assert found(body="bộ nào đó") == []


def test_of_many_the_latest_come_first(tmp_path: Path) -> None:
    write_tables(tmp_path, [document("x" * at, "Kế hoạch chung.", f"2020-03-{at:02}") for at in range(1, 29)] * 1)
    days = [hit.day for hit in search(tmp_path, "kế hoạch", limit=3)]
    assert days == ["2020-03-28", "2020-03-27", "2020-03-26"]


def test_facts(tmp_path: Path) -> None:
    text = "Công an xã báo cáo kết quả trước ngày 15/12/2023. Nhà trường dạy bơi trước ngày 01/6/2023."
    made = []
    for words in ("trước ngày 15/12/2023", "trước ngày 01/6/2023"):
        at = text.index(words)
        made.append(Deadline(Evidence(words, at, at + len(words), section="III.1"), "2023-12-15"))
    write_tables(tmp_path, [result("a.txt", plan_of("1/KH-UBND", "2023-01-02"), text=text, deadlines=made)])
    (hit,) = search(tmp_path, "day boi", kind="deadline")
    assert hit.section == "III.1" and hit.snippet.startswith("Nhà trường")
    assert search(tmp_path, "dạy bơi", kind="task") == []
    with pytest.raises(UsageError, match="no kind"):
        search(tmp_path, "dạy bơi", kind="dates")
    with pytest.raises(UsageError, match="nothing to search"):
        search(tmp_path, " - ")


def test_decomposed_text_is_found_and_its_facts_stand_where_they_are(tmp_path: Path) -> None:
    import unicodedata

    raw = unicodedata.normalize("NFD", "Phòng đuối nước cho trẻ. Hạn gửi báo cáo: trước ngày 15/12/2023.")
    words = unicodedata.normalize("NFD", "trước ngày 15/12/2023")
    at = raw.index(words)
    due = Deadline(Evidence(words, at, at + len(words)), "2023-12-15")
    write_tables(tmp_path, [result("a.txt", plan_of("1/KH-UBND"), text=raw, deadlines=[due])])
    assert search(tmp_path, "đuối nước")[0].exact
    (hit,) = search(tmp_path, "báo cáo", kind="deadline")
    assert hit.snippet == "Hạn gửi báo cáo: trước ngày 15/12/2023."


def test_documents_that_are_gone_or_changed_leave_the_index(tmp_path: Path) -> None:
    one, two = document("one", "Trồng cây xanh."), document("two", "Trồng cây cảnh.")
    write_tables(tmp_path, [one, two])
    assert len(search(tmp_path, "trồng cây")) == 2
    write_tables(tmp_path, [two])
    assert names(search(tmp_path, "trồng cây")) == ["two"] and search(tmp_path, "cây xanh") == []
    with Index(tmp_path, print) as index:  # nothing of the first is left
        assert index.database.execute("SELECT count(*) FROM words WHERE words MATCH 'xanh'").fetchone() == (0,)
        index.database.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_an_index_that_is_damaged_inside_is_made_again(tmp_path: Path) -> None:
    write_tables(tmp_path, [document(f"n{at}", f"Trồng cây số {at}. " * 200) for at in range(40)])
    assert search(tmp_path, "trồng cây")
    path = tmp_path / "register/search.sqlite"
    data = bytearray(path.read_bytes())
    for page in range(4096 * 3, len(data), 4096):  # all but the first pages
        data[page : page + 600] = b"\xff" * 600
    path.write_bytes(data)
    said: list[str] = []
    assert len(search(tmp_path, "trồng cây", say=said.append)) == 20
    assert len(said) == 1 and "damaged" in said[0]
