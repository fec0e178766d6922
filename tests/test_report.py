"""The report as its readers meet it: in a browser, from a file, without a network."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import time
from pathlib import Path
from typing import get_args

import pytest
from browser import accessibility_faults, opened
from paper import plan_pdf
from plans_for_pages import CROSSING, run, write_plans
from playwright.sync_api import Browser, Page, expect

from vnplan import cli
from vnplan.errors import UsageError
from vnplan.register.evidence import ConflictKind
from vnplan.review.facts import utf16
from vnplan.tables.corrections import Key
from vnplan.tables.decided import checked
from vnplan.tables.labels import LANGUAGES, label, labels_of, said, worded
from vnplan.tables.sheets import SHEETS, all_columns, located, shown


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return run(write_plans(folder / "plans"), folder / "out")


@pytest.fixture(scope="module")
def url(out: Path) -> str:
    assert cli.main(["report", str(out)]) == cli.OK
    return (out / "report" / "index.html").as_uri()


def rows(page: Page) -> list[str]:
    """The rows of the table that is shown, each on one line."""
    page.wait_for_selector("main .tabulator:not([aria-busy])")
    return [" ".join(text.split()) for text in page.locator(".tabulator-row").all_inner_texts()]


def test_overview_says_what_is_there_and_what_is_not(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        page.wait_for_selector("h1:has-text('Tổng quan')")
        cards = " ".join(page.locator(".cards").inner_text().split())
        assert "văn bản 3 bản trùng, không tính vào tổng 1 tệp, trang không đọc được 1" in cards
        text = page.locator("main").inner_text()
        assert "Để trống trong văn bản" in text  # why the number is missing
        assert "Tệp rỗng" in text and "Gửi lại tệp có nội dung." in text  # the remedy
        assert "02/2025" in text
        assert accessibility_faults(page) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("lối đi tự mở", 2), ("loi di tu mo", 2), ("LOI DI", 2), ("lối di", 2), ("lôi đi", 0), ("son hai 41/KH", 2)],
)
def test_search_with_and_without_diacritics(browser: Browser, url: str, query: str, found: int) -> None:
    with opened(browser, f"{url}#plans") as page:
        page.locator("input[name=q]").fill(query)
        assert sum("41/KH-UBND" in row for row in rows(page)) == found


def test_filters_live_in_the_address(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#tasks") as page:
        assert len(rows(page)) > 3
        page.locator("select[name=role]").select_option(label="Chủ trì")
        page.locator("input[name=body]").fill("cong an")
        shown = rows(page)
        assert shown and all("Chủ trì" in row and "Công an" in row for row in shown)
        again = page.url
        assert "role=" in again
    with opened(browser, again) as page:
        assert rows(page) == shown
        page.get_by_role("button", name="Xóa bộ lọc").click()
        expect(page).not_to_have_url(re.compile("role"))
        expect(page.locator(".tabulator-row")).not_to_have_count(len(shown))
        assert len(rows(page)) > len(shown)


def test_what_is_overdue_on_a_day(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#tasks?overdue=2025-06-22") as page:
        shown = rows(page)
        assert any("30/04/2025" in row for row in shown) and any("20/06/2025" in row for row in shown)
        assert not any("25/06/2025" in row or "15/12/2025" in row for row in shown)


def test_a_click_on_a_heading_sorts(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#tasks") as page:
        page.wait_for_selector("[data-sort=due_to]")
        assert page.locator("[aria-sort=ascending]").inner_text().startswith("Đến ngày")
        first = rows(page)[0]
        page.locator("[data-sort=due_to]").press("Enter")
        assert page.locator("[aria-sort=descending]").count() == 1
        assert "15/12/2025" in rows(page)[0] and rows(page)[0] != first


def test_a_fact_and_its_words_light_up_each_other(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#plans?q=duong sat") as page:
        page.locator("main .tabulator-row a").first.click()
        fact = page.locator(".fact", has_text="Phối hợp: Đoàn Thanh niên xã").first
        fact.hover()
        assert page.locator(".mark.on").all_inner_texts() == ["Đoàn Thanh niên xã"]
        page.mouse.move(0, 0)
        page.locator(".mark", has_text="41/KH-UBND").first.hover()
        assert "41/KH-UBND" in page.locator(".fact.on").inner_text()
        # A task and the body in it overlap: each has a line of its own below the words.
        lines = page.locator(".mark", has_text="Đoàn Thanh niên xã").first.evaluate("e => e.style.backgroundPosition")
        assert len(set(lines.split(","))) > 1
        fact.focus()
        assert page.locator(".mark.on").all_inner_texts() == ["Đoàn Thanh niên xã"]  # by keyboard too
        assert accessibility_faults(page) == []


def test_texts_of_documents_are_never_obeyed(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#plans?q=lang quang 07") as page:
        page.locator("main .tabulator-row a").first.click()
        text = page.locator(".text").inner_text()
        assert "<img src=x onerror=alert(2)>" in text
        assert "\u202e" not in text and "\ufffdđảo ngược" in text
        assert page.locator("main img, main script").count() == 0
        # Places of facts are right behind a character that JavaScript counts as two.
        page.locator(".fact", has_text="25/06/2025").last.hover()
        assert "25/6/2025" in "".join(page.locator(".mark.on").all_inner_texts())


def test_csv_of_what_is_shown(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#tasks?q=hyperlink") as page:
        page.wait_for_selector(".tabulator-row")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Lưu CSV").click()
        text = Path(waiting.value.path()).read_bytes().decode()
    assert text.startswith("\ufeff") and "\r\n" in text
    head, *lines = csv.reader(text.removeprefix("\ufeff").splitlines())
    assert head[:3] == ["Văn bản", "Cơ quan, cá nhân", "Vai trò"]
    assert lines and not any(cell.startswith("=") for line in lines for cell in line)


def test_the_full_texts_are_searched_on_demand(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#plans?q=tuan tra ban dem") as page:
        page.get_by_role("button", name="Tìm cả trong toàn văn").click()
        page.locator(".hits a").click()
        page.wait_for_selector(".text")
        assert "tuần tra ban đêm" in page.locator(".text").inner_text()


@pytest.mark.parametrize("name", ["tasks", "targets", "basis", "plans"])
def test_every_table_fits_and_can_be_used_by_everybody(browser: Browser, url: str, name: str) -> None:
    with opened(browser, f"{url}#{name}") as page:
        for width in (1280, 400):
            page.set_viewport_size({"width": width, "height": 900})
            assert rows(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert accessibility_faults(page) == []


def test_in_english(browser: Browser, out: Path, tmp_path: Path) -> None:
    assert cli.main(["report", str(out), "--to", str(tmp_path / "en"), "--lang", "en"]) == cli.OK
    with opened(browser, (tmp_path / "en" / "index.html").as_uri() + "#tasks") as page:
        assert any("Leads" in row and "2025-04-30" in row for row in rows(page))


def test_a_long_text_without_a_space(browser: Browser, tmp_path: Path) -> None:
    plans = write_plans(tmp_path / "plans")
    (plans / "dai.txt").write_text((plans / "duong-sat.txt").read_text() + "x" * 1_000_000, encoding="utf-8")
    out = run(plans, tmp_path / "out")
    assert cli.main(["report", str(out)]) == cli.OK
    begun = time.monotonic()
    with opened(browser, (out / "report" / "index.html").as_uri() + "#plans?q=dai.txt") as page:
        page.locator("main .tabulator-row a").first.click()
        page.wait_for_selector(".text")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert time.monotonic() - begun < 20


def test_charts_are_drawn_without_eval_and_their_numbers_stand_below(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        page.wait_for_selector(".chart svg")
        months, provinces = page.locator(".chart").all()
        assert "02/2025" in months.inner_text() and "03/2025" in months.inner_text()
        assert (
            months.get_attribute("role") == "img"
            and months.get_attribute("aria-label") == "Kế hoạch theo tháng ban hành"
        )
        assert months.locator("path").count() > 2 and provinces.locator("svg").count() == 1
        page.locator("summary", has_text="Số liệu").first.click()
        numbers = page.locator("details").first
        expect(numbers.locator(".tabulator-row").first).to_contain_text("02/2025")
        with page.expect_download() as waiting:
            numbers.get_by_role("button", name="Lưu CSV").click()
        lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert lines[0] == "Tháng,Số văn bản" and lines[1].startswith("2025-02,")
        assert accessibility_faults(page) == []
        # The page forbids code in strings (a breach would be an error in the console, which `opened` reports).
        allowed = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
        assert "script-src 'self'" in allowed and "unsafe" not in allowed


def test_every_small_table_saves_as_csv(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Lưu CSV: Còn thiếu gì và vì sao").click()
        assert Path(waiting.value.path()).read_text(encoding="utf-8-sig").startswith("Trường,Vì sao,Số văn bản")
        page.locator("summary", has_text="Số liệu").last.click()
        page.locator("details a", has_text="(không rõ)").click()
        assert "province=" in page.url and len(rows(page)) > 0


def test_pages_of_a_long_table_live_in_the_address(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for number in range(1, 121):
        text = CROSSING.replace("41/KH", f"{number}/KH").replace("năm 2025\n", f"năm 2025, đợt {number}\n")
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    out = run(folder, tmp_path / "out")
    assert cli.main(["report", str(out)]) == cli.OK
    with opened(browser, (out / "report" / "index.html").as_uri() + "#plans?sort=plan:desc") as page:
        rows(page)
        assert page.locator(".tabulator-row a").first.inner_text() == "120/KH-UBND"
        page.get_by_role("button", name="Sau").press("Enter")
        expect(page).to_have_url(re.compile("page=2"))
        first = page.locator(".tabulator-row a").first
        expect(first).to_have_text("70/KH-UBND")
        again = page.url
        page.locator("select.tabulator-page-size").select_option("200")
        expect(page).to_have_url(re.compile("size=200"))
        expect(first).to_have_text("120/KH-UBND")
        # Not all of 120 rows are in the page at once, but all are saved and printed.
        assert page.locator(".tabulator-row").count() < 120
        with page.expect_download() as waiting:
            page.locator("button.csv").click()
        assert len(Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 121
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".tabulator-print-table tbody tr").count() == 120
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".tabulator-print-table").count() == 0
        page.locator("input[name=q]").fill("118/KH")
        expect(page.locator(".tabulator-row")).to_have_count(1)
        assert "page=" not in page.url
    with opened(browser, again) as page:
        expect(page.locator(".tabulator-row a").first).to_have_text("70/KH-UBND")


def test_a_page_that_is_left_gives_up_its_table(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#tasks") as page:
        rows(page)
        page.evaluate("location.hash = '#targets'; location.hash = '#basis'")
        page.wait_for_selector("h1:has-text('Căn cứ')")
        rows(page)
        assert page.locator("h1").count() == 1 and page.locator(".tabulator").count() == 1
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("div.tabulator-print-table").count() == 1


def test_on_a_narrow_screen_a_row_is_unfolded(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#tasks") as page:
        rows(page)
        page.set_viewport_size({"width": 400, "height": 900})
        below = page.locator(".tabulator-responsive-collapse").first
        expect(below).to_contain_text("Công việc")
        assert below.get_attribute("role") == "gridcell"
        with page.expect_download() as waiting:
            page.locator("button.csv").click()
        head = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]
        assert "Công việc" in head and "Đến ngày" in head
        page.set_viewport_size({"width": 1280, "height": 900})
        expect(page.locator(".tabulator-responsive-collapse")).to_have_count(0)


def test_vendored_files_are_those_that_were_published(root: Path, out: Path, url: str) -> None:
    folder = root / "pipeline" / "review" / "web" / "vendored"
    with (folder / "vendored.csv").open(encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines))
    for row in listed:
        data = (folder / row["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"], row["file"]
        assert (out / "report" / "vendored" / row["file"]).read_bytes() == data
        if row["file"] == "tabulator.min.js":
            assert f"v{row['version']} ".encode() in data[:60]
        licence = (out / "report" / "vendored" / row["licence_file"]).read_text(encoding="utf-8")
        assert "Copyright" in licence and ("MIT License" in licence) == (row["licence"] == "MIT")
    named = {row["file"] for row in listed} | {row["licence_file"] for row in listed}
    assert named | {"vendored.csv", "vega.bundled.LICENSES"} == {path.name for path in folder.iterdir()}
    notices = (folder / "vega.bundled.LICENSES").read_text(encoding="utf-8")
    assert "Mike Bostock" in notices and "THE SOFTWARE IS PROVIDED" in notices


# -- Bad input -------------------------------------------------------------------------------------------------------


def test_bad_input_is_one_clear_line(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def says(*words: str) -> str:
        assert cli.main(["report", *words]) == cli.USAGE
        (line,) = capsys.readouterr().err.strip().splitlines()
        return line

    assert "no parquet tables" in says(str(tmp_path))
    half = tmp_path / "half"
    shutil.copytree(out, half, ignore=shutil.ignore_patterns("report"))
    (half / "tasks.parquet").unlink()
    assert "not all of one run" in says(str(half))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    assert "something else than a report" in says(str(out), "--to", str(tmp_path / "notes"))
    assert (tmp_path / "notes" / "mine.txt").read_text() == "mine"
    package = out / "datapackage.json"
    before = package.read_text(encoding="utf-8")
    try:
        package.write_text(json.dumps({**json.loads(before), "version": "1.0"}), encoding="utf-8")
        assert "schema version 1.0" in says(str(out))
    finally:
        package.write_text(before, encoding="utf-8")


def test_a_report_is_made_anew_in_its_place(out: Path, url: str) -> None:
    page = out / "report" / "index.html"
    page.write_text("old")
    assert cli.main(["report", str(out)]) == cli.OK
    assert page.read_text(encoding="utf-8") != "old" and not (out / "report.new").exists()


# -- Small parts -----------------------------------------------------------------------------------------------------


def test_places_are_counted_as_browsers_count_them() -> None:
    facts = [{"start": 1, "end": 3}]
    assert utf16("a😀b", facts) == [{"start": 1, "end": 4}]
    assert utf16("abc", facts) == facts


def test_only_files_of_the_input_are_linked(tmp_path: Path) -> None:
    plans = write_plans(tmp_path / "plans")
    (tmp_path / "secret.txt").write_text("x")
    assert located("duong-sat.txt", [str(plans)]) == (plans / "duong-sat.txt").resolve()
    assert located("duong-sat.txt#2", [str(plans)]) == (plans / "duong-sat.txt").resolve()
    assert located("duong-sat.txt", [str(plans / "duong-sat.txt")]) == (plans / "duong-sat.txt").resolve()
    assert located("../secret.txt", [str(plans)]) is None
    assert located("gone.txt", [str(plans)]) is None


def test_every_column_and_word_has_a_name_in_both_languages(root: Path) -> None:
    with (root / "pipeline" / "knowledge" / "labels.csv").open(encoding="utf-8") as lines:
        labels = {(row["kind"], row["key"]): row for row in csv.DictReader(lines)}
    for sheet in SHEETS:
        for lang in LANGUAGES:  # spreadsheets want headings that differ, case aside
            heads = [labels["column", column.key][lang].lower() for column in sheet.columns]
            assert len(set(heads)) == len(heads)
    for sheet, column in all_columns():
        row = labels["column", column.key]
        assert all(row[lang] and row[f"note_{lang}"] for lang in LANGUAGES), (sheet.key, column.key)
    assert all(row["vi"] and row["en"] for row in labels.values())


def reason(words: str, lang: str) -> str:
    """The reason of a conflict as it stands in a warning."""
    return worded(f"conflict: type: a: b (c) ({words})", lang).removesuffix(")").partition("b (c) (")[2]


def test_warnings_are_in_the_readers_language(root: Path) -> None:
    with (root / "pipeline" / "knowledge" / "labels.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    form = re.compile(r"\\\{\w\\\}")
    for row in rows:
        in_words = {"warning": worded, "problem": said, "conflict_reason": reason}.get(row["kind"])
        if in_words is None:
            continue
        words = in_words(row["note_en"], "vi")
        assert words != row["note_en"] and "{" not in words
        assert re.fullmatch(form.sub(".+", re.escape(row["vi"])), words), words
        assert re.fullmatch(form.sub(".+", re.escape(row["en"])), in_words(row["note_en"], "en"))
        if row["kind"] == "warning":
            assert worded(row["note_en"], "en") == row["note_en"]
    column = next(column for sheet, column in all_columns() if column.key == "warnings")
    both = ["number is written by hand; it may be 7", "something new"]
    assert shown(column, both, "vi") == "số, ký hiệu viết tay, có thể là 7; something new"
    assert shown(column, None, "vi") is None
    two = worded(
        "conflict: date: vn/nq/48: 2022-05-04 / 2022-04-05 (2 of 3 documents give it; 2022-04-05 is the same with day and month exchanged)",
        "vi",
    )
    assert (
        two
        == "mâu thuẫn về ngày của vn/nq/48: 04/05/2022 / 05/04/2022 (2 trên 3 văn bản ghi như vậy; 05/04/2022 là ngày ấy với ngày và tháng đổi chỗ)"
    )
    assert worded("conflict: date: a: b (because)", "vi") == "mâu thuẫn về ngày của a: b (because)"
    typed = said("'2025-13-45' is no day: write 2025-03-12 or 12/3/2025", "vi")
    assert typed == "'2025-13-45' không phải là một ngày: hãy ghi như 12/3/2025"  # what was typed stays
    assert worded("the sheet '2025-03-12' is hidden and not read", "vi") == "trang tính '2025-03-12' bị ẩn, không đọc"
    assert (
        worded("the sheet '2025-03-12' is hidden and not read", "en") == "the sheet '2025-03-12' is hidden and not read"
    )
    asked = said("'up' is no direction: choose from reduce, at_least", "vi")
    assert asked == "'up' không phải là một hướng: hãy chọn Giảm, Ít nhất"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("deadlines", "45/3/2025"), ("targets", "up: 3"), ("targets", "reach:"), ("targets", "mười"), ("tasks", "Công an xã"),
        ("responsibilities", "Công an xã"), ("citations", " "), ("targets", "10.000.00"),
    ],
)  # fmt: skip
def test_why_a_value_is_refused_is_in_the_readers_language(kind: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        checked(Key("c#1", kind, "w", "f"), value)
    assert said(str(refused.value), "vi") != str(refused.value)
    assert said(str(refused.value), "en")


def test_every_text_of_the_report_is_used(root: Path) -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (root / "pipeline").rglob("*.*")
        if path.suffix in {".py", ".js", ".html"} and "vendored" not in path.parts
    )
    unused = [key for key in labels_of("text", "en") if not re.search(rf"\b{re.escape(key)}\b", code)]
    assert unused == []


def test_every_kind_of_conflict_has_words(root: Path) -> None:
    for kind in get_args(ConflictKind):
        assert label("warning", f"conflict: {kind.replace('_', ' ')}: {{a}}: {{b}} ({{r}})", "vi").endswith("({r})")


# -- Page images -----------------------------------------------------------------------------------------------------


def test_pages_stand_beside_the_facts(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.pdf").write_bytes(plan_pdf(2))
    (tmp_path / "plans" / "b.txt").write_text("KẾ HOẠCH\nTrồng cây năm 2024\n", encoding="utf-8")
    out = run(tmp_path / "plans", tmp_path / "out")
    assert cli.main(["report", str(out), "--images"]) == cli.OK
    assert len(list((out / "report" / "pages").iterdir())) == 2
    page_url = (out / "report" / "index.html").as_uri() + "#plans"
    with opened(browser, page_url) as page:
        page.get_by_role("link", name="15/KH-PKT").first.click()
        page.locator("#pages .box").first.wait_for(state="attached")  # the image is there
        fact = page.locator("button.fact", has_text="30/06/2024").first
        fact.hover()
        page.mouse.move(5, 5)
        fact.focus()
        assert page.locator(".box.on").count() >= 1
        box = page.locator(".box.of-deadlines").first
        box.click()
        assert page.locator("button.fact.on").count() == 1
        assert not page.locator("#text").is_visible()
        assert not accessibility_faults(page)
        page.get_by_role("button", name="Văn bản", exact=True).click()
        assert page.locator("#text").is_visible() and not page.locator("#pages").is_visible()
        page.set_viewport_size({"width": 400, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
    # A file that is another one now shows no pages.
    (tmp_path / "plans" / "a.pdf").write_bytes(plan_pdf())
    assert cli.main(["report", str(out), "--images"]) == cli.OK
    assert not (out / "report" / "pages").exists()
