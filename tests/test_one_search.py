"""One search: the report in a browser, the review, and `vnplan search` find the same plans in the same order."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import accessibility_faults, opened, served
from plans_for_pages import run
from playwright.sync_api import Browser, Page

from vnplan import cli
from vnplan.register.finding import SHOWN, search
from vnplan.register.folding import composed, folded, words_of
from vnplan.register.search import FILE
from vnplan.register.store import folder_of
from vnplan.register.update import update_register

TEXTS = (
    "Dạy bơi, phòng đuối nước cho học sinh tiểu học.\fTrang hai: hoà giải ở cơ sở, thuỷ lợi nội đồng.",
    "Quản lý nguồn nước dưới đất; khai thác nước ngầm. Quý II tổng hợp, báo cáo.",
    "Lớp học bơi dưới nước của trường; tập huấn cho đội ngũ cứu hộ đường thủy.",
    "Phong tranh duoi nuoc cho tre em. Duong thuy noi dia.",
    "Đường sắt, đường bộ và đường thủy nội địa: kiểm tra trước ngày 15/12/2024.",
    "Thực hiện Chỉ thị số 18-CT/TW và Chỉ thị số 23-CT/TW; hòa giải tranh chấp 😀 đất đai ở ĐỒNG THÁP.",
    "ỦY BAN NHÂN DÂN HUYỆN ĐÔNG HOÀ: phòng, chống đuối nước; dưới sự chỉ đạo, nguồn nước sạch.",
    "Tổ tự quản thu gom rác thải; trẻ em không bơi ở nơi có nước sâu.",
)
WRITTEN = (
    "đuối nước", "duoi nuoc", "DUOI NUOC", "dưới nước", '"dưới nước"', "hòa giải", "hoà giải", "hoa giai", "thủy lợi",
    "đường", "duong", "đương", "Đường thuỷ", "dong", "đông", "đồng", "18-CT/TW", "18 ct tw", '"CT/TW"', "nước máy",
    "đuôi nguồn", "trẻ em nước", "quý", "tap huan 'duong' thuy", "15/12/2024", "😀", "-", '""', "kế hoạch 3", "KH-UBND",
)  # fmt: skip


LETTERHEAD = """ỦY BAN NHÂN DÂN
XÃ SƠN HẢI
Số: {at}/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Sơn Hải, ngày {day} tháng {month} năm 2024

KẾ HOẠCH
{title}

"""


def plans(folder: Path, first: int, last: int) -> Path:
    """Plans of those texts, and of some that mix their words, many of one day."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(7)
    pieces = [piece.strip() for text in TEXTS for piece in text.replace("\f", ".").split(".") if piece.strip()]
    texts = [*TEXTS, *(". ".join(draw.choices(pieces, k=draw.randint(1, 5))) + "." for _ in range(90))]
    for at, text in list(enumerate(texts))[first:last]:
        title = f"Thực hiện nhiệm vụ {at} " + ("phòng đuối nước" if at % 17 == 3 else "của năm")
        head = LETTERHEAD.format(at=at + 1, day=f"0{1 + at % 5}", month=f"0{1 + at % 3}", title=title)
        lines = "".join(f"{number}. Công an xã chủ trì: {line}\n" for number, line in enumerate(text.split(". "), 1))
        (folder / f"{at}.txt").write_text((head if at % 11 else "") + lines, encoding="utf-8")
    return folder


def drawn(count: int) -> Iterator[str]:
    """Queries as people may type them: words of the texts, with their marks or without, some in a row."""
    draw = random.Random(11)
    words = [word for text in TEXTS for word in words_of(composed(text))]
    for _ in range(count):
        at, many = draw.randrange(len(words)), draw.randint(1, 4)
        found = words[at : at + many] if draw.random() < 0.6 else draw.choices(words, k=many)
        found = [folded(word) if draw.random() < 0.4 else word for word in found]
        query = " ".join(found)
        yield f'"{query}"' if draw.random() < 0.2 else query.upper() if draw.random() < 0.1 else query


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that grew in two batches, which decides nothing."""
    folder = tmp_path_factory.mktemp("searched")
    for first in (40, 0):
        update_register(run(plans(folder / "plans", first, 98), folder / "out"))
    assert cli.main(["report", str(folder / "out")]) == cli.OK
    return folder / "out"


@pytest.fixture(scope="module")
def url(out: Path) -> str:
    return (out / "report" / "index.html").as_uri()


def found(out: Path, query: str, kind: str | None) -> list[list[object]]:
    try:
        hits = search(out, query, kind=kind, limit=SHOWN)
    except Exception as error:
        assert "nothing to search for" in str(error)
        return []
    return [[hit.document_id, hit.page, hit.rank] for hit in hits]


_FIND = (
    "async ([query, kind]) => (await vnplan.search.find(query, kind)).map((hit) => [hit.about.id, hit.page, hit.rank])"
)


def test_the_report_finds_what_vnplan_search_finds(browser: Browser, out: Path, url: str) -> None:
    with opened(browser, url) as page:
        page.wait_for_selector("h1")
        several = 0
        for query in (*WRITTEN, *drawn(250)):
            here = page.evaluate(_FIND, [query, None])
            assert here == found(out, query, None), query
            several += len(here) > 1
        assert several > 150
        for query in (*WRITTEN, *drawn(40)):
            for kind in ("task", "deadline"):
                assert page.evaluate(_FIND, [query, kind]) == found(out, query, kind), (query, kind)
        assert page.evaluate(_FIND, ["đuối nước", "task"]) and not page.evaluate(_FIND, ["đuối nước", "target"])


def shown(page: Page, query: str, kind: str, count: int) -> tuple[list[str], list[str]]:
    """What a page shows of a search: numbers of the plans, and the words with those around them."""
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("combobox").select_option(kind)
    page.locator("main form button").click()
    page.get_by_role("status").filter(has_text=re.compile(rf"Tìm thấy: {count}$")).wait_for()
    assert page.locator("main ol li mark").count() >= count > 0
    assert accessibility_faults(page) == []
    lists = (page.locator(f"main ol li {part}").all_inner_texts() for part in ("a", "p"))
    names, words = ([" ".join(text.split()) for text in found] for found in lists)
    return names, words


@pytest.mark.parametrize(
    ("query", "kind"),
    [("đuối nước", ""), ("duoi nuoc", ""), ("Đường thuỷ", ""), ("dong", ""), ('"trẻ em" bơi', ""), ("tap huan", "task")],
)  # fmt: skip
def test_report_and_review_show_the_same(browser: Browser, out: Path, url: str, query: str, kind: str) -> None:
    hits = search(out, query, kind=kind or None, limit=SHOWN)
    want = ([hit.number or hit.title or hit.source for hit in hits], [" ".join(hit.snippet.split()) for hit in hits])
    with opened(browser, f"{url}#search") as page:
        assert shown(page, query, kind, len(hits)) == want
    with served(out) as address, opened(browser, f"{address}search") as page:
        assert shown(page, query, kind, len(hits)) == want


def test_the_order_of_a_longer_list_is_that_of_a_shorter_one(out: Path) -> None:
    for query in (*WRITTEN[:8], "kế hoạch", "nuoc"):
        ids = [one[0] for one in found(out, query, None)]
        assert [hit.document_id for hit in search(out, query, limit=20)] == ids[:20], query


def test_a_report_without_a_register_has_the_same_search(browser: Browser, tmp_path: Path) -> None:
    out = run(plans(tmp_path / "plans", 0, 20), tmp_path / "out")
    assert cli.main(["report", str(out)]) == cli.OK
    assert not (folder_of(out) / FILE).exists()  # a report changes nothing else
    with opened(browser, (out / "report" / "index.html").as_uri()) as page:
        page.wait_for_selector("h1")
        here = {query: page.evaluate(_FIND, [query, None]) for query in WRITTEN}
    for query, hits in here.items():
        assert hits == found(out, query, None), query
