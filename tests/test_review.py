"""The review app as two reviewers and an attacker meet it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from browser import accessibility_faults, opened, served
from hypothesis import given
from hypothesis import strategies as st
from paper import plan_pdf
from plans_for_pages import run, write_plans
from playwright.sync_api import Browser, Page, Route, expect
from starlette.testclient import TestClient

from vnplan import cli
from vnplan.document import Document, Words
from vnplan.extraction import documents
from vnplan.records import Box
from vnplan.review import desk
from vnplan.review.app import make_app
from vnplan.review.cards import Card
from vnplan.review.desk import Desk
from vnplan.review.typing_in import when
from vnplan.tables.corrections import Corrections, standing


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return run(write_plans(tmp_path / "plans"), tmp_path / "out")


def document_id(out: Path, source: str) -> str:
    rows = pq.read_table(out / "plans.parquet").to_pylist()
    return next(row["document_id"] for row in rows if row["source"] == source)


def is_(page: Page, who: str) -> None:
    """Give the reviewer a name."""
    page.locator("input[name=who]").fill(who)
    with page.expect_navigation():
        page.locator(".who button").click()


def test_from_the_queue_to_the_tables_by_keyboard(browser: Browser, out: Path, tmp_path: Path) -> None:
    ident = document_id(out, "duong-sat.txt")
    with served(out) as url, opened(browser, url) as page:
        is_(page, "Lan")
        assert "Để trống trong văn bản?" in page.locator(".queue").inner_text()
        assert accessibility_faults(page) == []
        page.goto(f"{url}d/{ident}#f-number")
        assert page.locator(".mark.on").all_inner_texts() == ["41/KH-UBND"]
        assert accessibility_faults(page) == []
        # Correct a wrong number: S, type, Enter.
        page.keyboard.press("s")
        page.keyboard.type("14/KH-UBND")
        page.keyboard.press("Enter")
        page.wait_for_selector("#f-number.decided")
        assert "Máy đọc: 41/KH-UBND" in page.locator("#f-number").inner_text()
        # The next field comes by itself, and is right: A.
        page.wait_for_selector("#f-issue_date.current")  # the script chooses it: from now on it takes keys
        page.keyboard.press("a")
        page.wait_for_selector("#f-issue_date.decided")
        page.wait_for_selector("#f-doc_type.current")
        # A body that is none: X. Then it comes back: U.
        wrong = page.locator("form.card", has_text="Phối hợp: Đoàn Thanh niên xã")
        wrong.click()
        page.keyboard.press("x")
        page.wait_for_selector("form.card.decided:has-text('Đã bỏ')")
        page.wait_for_selector(".card.current:not(.decided)")
        page.keyboard.press("u")
        expect(page.locator("body")).not_to_contain_text("Đã bỏ")
        expect(page.locator(".card.current")).to_contain_text("Phối hợp: Đoàn Thanh niên xã")
        page.keyboard.press("x")
        page.wait_for_selector("form.card.decided:has-text('Đã bỏ')")
        page.goto(f"{url}history")
        assert "Lan" in page.locator("main").inner_text() and accessibility_faults(page) == []
    # Restart: all of it still stands; and it stands in the tables after an extraction under another name.
    (tmp_path / "plans" / "duong-sat.txt").rename(tmp_path / "plans" / "den-so-9.txt")
    run(tmp_path / "plans", out, force=True)
    plan = next(r for r in pq.read_table(out / "plans.parquet").to_pylist() if r["source"] == "den-so-9.txt")
    assert (plan["number"], plan["reviewed_by"]) == ("14/KH-UBND", "Lan")
    bodies = pq.read_table(out / "responsibilities.parquet").to_pylist()
    assert "Đoàn Thanh niên xã" not in [r["body"] for r in bodies if r["document_id"] == plan["document_id"]]
    with served(out) as url, opened(browser, f"{url}d/{plan['document_id']}") as page:
        assert "Máy đọc: 41/KH-UBND" in page.locator("#f-number").inner_text()


def test_words_marked_in_the_text(browser: Browser, out: Path) -> None:
    def select(words: str) -> None:
        page.evaluate(
            """words => { const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) { const at = node.data.indexOf(words);
              if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + words.length); return; } } }""",
            words,
        )
        page.wait_for_timeout(50)

    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'duong-sat.txt')}") as page:
        # Put a body right by marking it.
        page.locator("form.card", has_text="Chủ trì: Công an xã").click()
        select("lối đi tự mở")
        page.keyboard.press("m")
        assert page.locator(".card.current [name=value]").input_value() == "Chủ trì: lối đi tự mở"
        page.keyboard.press("Escape")
        # Add one that was missed.
        page.locator("#add").focus()
        select("UBND huyện")
        page.keyboard.press("m")
        page.locator("#add [name=kind]").select_option("responsibilities")
        page.locator("#role select").select_option("Theo dõi, giám sát")
        page.locator("#add button").click()
        page.wait_for_selector("form.card.decided:has-text('Theo dõi, giám sát: UBND huyện')")
    (decision,) = standing(Corrections(out).all()).values()
    assert (decision.action, decision.value, decision.key.fact) == ("add", "supervise: UBND huyện", "0")


def test_a_candidate_is_picked_by_its_digit_and_the_queue_ends(
    browser: Browser, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = desk._field

    def with_candidates(name: str, *rest: Any) -> Card:
        made = real(name, *rest)
        return replace(made, candidates=("07/KH-UBND", "08/KH-UBND")) if name == "number" and not made.machine else made

    monkeypatch.setattr(desk, "_field", with_candidates)
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'tuan-tra.txt')}#f-number") as page:
        page.keyboard.press("2")
        page.wait_for_selector("#f-number.decided")
        assert "08/KH-UBND" in page.locator("#f-number .value").inner_text()
        page.goto(url)
        left = page.locator(".queue a").count()
        assert 0 < left < 12
        page.locator(".queue a").first.click()
        for _ in range(left):  # each answer leads on to the next
            page.wait_for_selector(".card.current:not(.decided)")
            with page.expect_navigation():
                page.keyboard.press("a")
        assert page.locator(".done").inner_text() == "Không còn mục nào."


def test_a_press_is_not_lost_when_cards_move_under_the_mouse(browser: Browser, out: Path) -> None:
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'tuan-tra.txt')}") as page:
        page.set_viewport_size({"width": 1280, "height": 1400})  # all fits: no scrolling makes good for what moves
        add = page.locator("#add")
        page.evaluate("document.querySelector('#add [name=words]').value = 'ban đêm'")
        page.evaluate("document.querySelector('#add [name=kind]').value = 'tasks'")
        page.evaluate("document.querySelector('#add [name=value]').value = 'Chủ trì: ban đêm'")
        page.locator("form.card:visible").nth(-2).click()  # shrinks when another card is chosen
        button = add.get_by_role("button")
        button.scroll_into_view_if_needed()
        place = button.bounding_box()
        assert place
        page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        page.mouse.down()
        page.wait_for_timeout(100)
        assert button.bounding_box() == place
        page.mouse.up()
        expect(page.locator(".card.decided.current")).to_contain_text("Chủ trì: ban đêm")


def test_what_is_sent_is_sent_once(browser: Browser, out: Path) -> None:
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'duong-sat.txt')}#f-number") as page:
        held: list[Route] = []
        page.route("**/decide", lambda route: held.append(route))  # a server that takes its time
        page.keyboard.press("a")
        for key in "axj":
            page.keyboard.press(key)
            page.wait_for_timeout(50)
        assert len(held) == 1
        held[0].continue_()
        page.wait_for_selector("#f-number.decided")
    assert [one.action for one in Corrections(out).all()] == ["accept"]


def test_no_key_is_a_command_while_vietnamese_is_composed(browser: Browser, out: Path) -> None:
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'duong-sat.txt')}") as page:
        page.evaluate("document.dispatchEvent(new CompositionEvent('compositionstart'))")
        page.keyboard.press("x")
        page.evaluate("document.dispatchEvent(new CompositionEvent('compositionend'))")
        page.wait_for_timeout(200)
        assert Corrections(out).all() == []
        page.locator("#f-number").click()
        page.locator("#f-number [name=value]").focus()
        page.keyboard.type("axu")
        assert page.locator("#f-number [name=value]").input_value().count("axu") == 1 and Corrections(out).all() == []


def test_a_value_that_cannot_be_used_says_how_it_is_written(browser: Browser, out: Path) -> None:
    ident = document_id(out, "duong-sat.txt")
    with served(out) as url, opened(browser, f"{url}d/{ident}#f-issue_date", expected=("422",)) as page:
        page.keyboard.press("s")
        page.keyboard.type("45/3/2025")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("ví dụ 12/3/2025")
        expect(page.locator("main .note")).to_have_text("'45/3/2025' không phải là một ngày: hãy ghi như 12/3/2025")
        assert "45/3/2025" in page.locator("main").inner_text() and not accessibility_faults(page)
        page.get_by_role("link", name="Về văn bản").click()
        page.wait_for_selector("#f-issue_date.current")
    assert Corrections(out).all() == []


def test_times_are_shown_as_they_are_written() -> None:
    assert re.fullmatch(r"\d\d:\d\d \d\d/\d\d/\d{4}", when("vi", "2026-03-01T23:30:00+00:00"))
    assert re.fullmatch(r"2026-03-0[12] \d\d:\d\d", when("en", "2026-03-01T23:30:00+00:00"))


def test_two_reviewers_at_once(browser: Browser, out: Path) -> None:
    def correct(page: Page, value: str) -> None:
        page.locator("#f-number [name=value]").fill(value)
        page.locator("#f-number button[value=correct]").click()

    with served(out) as url:
        address = f"{url}d/{document_id(out, 'duong-sat.txt')}#f-number"
        with opened(browser, address) as first, opened(browser, url, expected=("409",)) as other:
            is_(other, "Minh")
            other.goto(address)
            correct(first, "1/KH-UBND")
            first.wait_for_selector("#f-number.decided")
            correct(other, "2/KH-UBND")
            assert (other.locator("#theirs").inner_text(), other.locator("#mine").inner_text()) == (
                "1/KH-UBND",
                "2/KH-UBND",
            )
            assert len(Corrections(out).all()) == 1
            assert accessibility_faults(other) == []
            other.get_by_role("button", name="Vẫn lưu của tôi").click()
            other.wait_for_selector("#f-number.decided")
    assert [(one.value, one.who) for one in standing(Corrections(out).all()).values()] == [("2/KH-UBND", "Minh")]


def test_pages_fit_a_small_screen_and_obey_no_document(browser: Browser, out: Path) -> None:
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'lang-quang.txt')}") as page:
        page.set_viewport_size({"width": 400, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        text = page.locator("#text").inner_text()
        assert "<img src=x onerror=alert(2)>" in text and "\u202e" not in text
        assert page.locator("#text img, #text script").count() == 0
        assert accessibility_faults(page) == []


def test_a_megabyte_without_a_space(browser: Browser, tmp_path: Path) -> None:
    plans = write_plans(tmp_path / "plans")
    (plans / "dai.txt").write_text((plans / "duong-sat.txt").read_text(encoding="utf-8") + "x" * 1_000_000, "utf-8")
    out = run(plans, tmp_path / "out")
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'dai.txt')}#f-number") as page:
        page.set_viewport_size({"width": 400, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.keyboard.press("a")
        page.wait_for_selector("#f-number.decided")


# -- Who may talk to it ----------------------------------------------------------------------------------------------


OWN = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


def reviewer(out: Path, **options: Any) -> tuple[TestClient, str]:
    """A client that has seen a page, and the token of its forms."""
    client = TestClient(
        make_app(Desk(out), **{"names": ("127.0.0.1", "localhost"), **options}), base_url="http://127.0.0.1"
    )
    found = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    return client, found[1] if found else ""


def test_cross_site_requests_are_refused(out: Path) -> None:
    client, token = reviewer(out)
    form = {
        "document": document_id(out, "duong-sat.txt"),
        "kind": "fields",
        "words": "number",
        "fact": "",
        "action": "accept",
    }
    for headers, sent in (
        ({"origin": "http://evil.example"}, token),
        ({}, token),
        ({"origin": "null"}, token),
        ({**OWN, "sec-fetch-site": "cross-site"}, token),
        (OWN, "wrong"),
    ):
        assert client.post("/decide", data={**form, "token": sent}, headers=headers).status_code == 403
        assert client.post("/undo", data={"token": sent}, headers=headers).status_code == 403
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403  # a name that leads here
    assert Corrections(out).all() == []


def test_another_address_needs_the_token(out: Path) -> None:
    client, _ = reviewer(out, token="secret", names=None)
    assert client.get("/").status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    assert client.get("/?token=secret").status_code == 200  # and then by the cookie
    assert client.get("/history").status_code == 200


def test_nothing_outside_of_the_run_is_served(out: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    client, token = reviewer(out)
    for path in (
        "/static/../app.py",
        "/static/..%2Fapp.py",
        "/d/../../secret.txt",
        "/d/none",
        "/d/none/page/1.png",
        "/static/base.html",
    ):
        assert client.get(path).status_code == 404, path
    response = client.get("/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    back = client.post("/undo", data={"token": token, "back": "//evil.example"}, headers=OWN, follow_redirects=False)
    assert back.headers["location"] == "/"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"action": "correct", "words": "issue_date", "value": "45/3/2025"}, 422),
        ({"action": "correct", "value": ""}, 422),
        ({"action": "correct", "words": "nothing", "value": "x"}, 422),
        ({"action": "delete"}, 404),
        ({"action": "add", "kind": "plans", "value": "x"}, 422),
        ({"action": "accept", "document": "none"}, 404),
    ],
)
def test_what_cannot_be_decided_is_refused(out: Path, change: dict[str, str], status: int) -> None:
    client, token = reviewer(out)
    form = {
        "document": document_id(out, "duong-sat.txt"),
        "kind": "fields",
        "words": "number",
        "fact": "",
        "token": token,
    }
    assert client.post("/decide", data={**form, **change}, headers=OWN).status_code == status
    assert Corrections(out).all() == []


def test_a_folder_that_cannot_be_reviewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["review", str(tmp_path), "--check"]) == cli.USAGE
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "vnplan extract" in line


def test_a_task_and_a_target_are_added_by_marking_words(browser: Browser, out: Path, tmp_path: Path) -> None:
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'tuan-tra.txt')}") as page:

        def select(words: str) -> None:
            page.evaluate(
                """words => {
                  const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
                  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    const at = node.data.indexOf(words);
                    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
                  }}""",
                words,
            )
            page.keyboard.press("t")

        add = page.locator("#add")
        select("năm 2025")
        add.locator("[name=kind]").select_option("targets")
        add.locator("#direction select").select_option(label="Giảm")
        add.locator("[name=value]").fill("Giảm: 12 %")
        add.get_by_role("button").click()
        expect(page.locator(".card.decided.current")).to_contain_text("Giảm: 12 %")
        select("ban đêm")
        add.locator("[name=kind]").select_option("tasks")
        add.locator("#role select").select_option(label="Phối hợp")
        add.locator("[name=value]").fill("Phối hợp: Dân quân phường")
        add.locator("#due input").fill("2025-06-30")
        add.locator("#due input").dispatch_event("change")
        assert add.locator("[name=value]").input_value() == "Phối hợp: Dân quân phường; Hạn: 2025-06-30"
        assert not accessibility_faults(page)
        add.get_by_role("button").click()
        expect(page.locator(".card.decided.current")).to_contain_text("Phối hợp: Dân quân phường; Hạn: 30/06/2025")
    run(tmp_path / "plans", out)
    tasks = pq.read_table(out / "tasks.parquet").to_pylist()
    assert [row["coordinate"] for row in tasks if row["value_source"] == "person"] == [["Dân quân phường"]]
    targets = pq.read_table(out / "targets.parquet").to_pylist()
    assert [(row["direction"], row["low"]) for row in targets if row["value_source"] == "person"] == [("reduce", 12)]


def test_words_are_marked_on_the_page_image(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.pdf").write_bytes(plan_pdf())
    out = run(tmp_path / "plans", tmp_path / "out")
    words = "Kiểm tra các bến xe khách trên địa bàn huyện"
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'a.pdf')}") as page:
        figure = page.locator("figure")
        page.locator("figure button.box").first.wait_for(state="attached")  # the image is there
        crop = page.locator(".card.current canvas.crop")  # what the card says, enlarged
        number = page.evaluate(
            "JSON.parse(document.getElementById('text').dataset.places).find(one => one.at === 'f-number').boxes[0]"
        )
        assert crop.evaluate("e => e.width") == round(4 * (number["x1"] - number["x0"] + 16))
        ink = "e => [...e.getContext('2d').getImageData(0, 0, e.width, e.height).data].some((v, k) => k % 4 < 3 && v < 99)"
        assert crop.evaluate(ink)

        def draw(box: tuple[float, float, float, float]) -> None:
            """A box in points on the page."""
            figure.scroll_into_view_if_needed()
            place = figure.bounding_box()
            assert place
            scale = place["width"] / 595
            x0, y0, x1, y1 = (value * scale for value in box)
            page.evaluate("y => { document.getElementById('pages').scrollTop = y; }", y0 - 60)
            place = figure.bounding_box()
            assert place
            page.mouse.move(place["x"] + x0, place["y"] + y0)
            page.mouse.down()
            page.mouse.move(place["x"] + (x0 + x1) / 2, place["y"] + (y0 + y1) / 2)
            page.mouse.move(place["x"] + x1, place["y"] + y1)
            page.mouse.up()

        y = 180 + 6 * 16  # the baseline of the seventh line
        draw((70, y - 12, 330, y + 4))
        page.locator("#picked bdi").wait_for()
        assert words in page.locator("#picked bdi").inner_text()
        assert page.locator(".picked").count() >= 9
        assert not accessibility_faults(page)
        page.get_by_role("button", name="T", exact=False).filter(has_text="Thêm").first.click()
        add = page.locator("#add")
        add.locator("[name=kind]").select_option("tasks")
        add.locator("[name=value]").fill("Chủ trì: Phòng Kinh tế")
        add.get_by_role("button").click()
        expect(page.locator(".card.decided.current")).to_contain_text("Chủ trì: Phòng Kinh tế")
        page.locator("figure button.box").first.wait_for(state="attached")
        draw((20, 800, 60, 820))
        page.locator("#no-words").wait_for()
        assert not page.locator("#picked").is_visible()
    run(tmp_path / "plans", out)
    (task,) = [row for row in pq.read_table(out / "tasks.parquet").to_pylist() if row["value_source"] == "person"]
    assert words in task["task"] and task["lead"] == ["Phòng Kinh tế"]


def test_words_stand_where_the_run_read_them_though_the_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.pdf").write_bytes(plan_pdf())
    (tmp_path / "plans" / "b.txt").write_text("KẾ HOẠCH\nTrồng cây năm 2024\n", encoding="utf-8")
    out = run(tmp_path / "plans", tmp_path / "out")
    (tmp_path / "plans" / "a.pdf").unlink()
    address = f"/d/{document_id(out, 'a.pdf')}/page/1.json"
    client, _ = reviewer(out)
    found = client.get(address, headers=OWN).json()
    assert len(found) > 50 and {"start", "end", "x0", "y0", "x1", "y1", "page"} == set(found[0])
    text = next(row["text"] for row in pq.read_table(out / "texts.parquet").to_pylist() if "bến xe" in row["text"])
    read = next(iter(documents(plan_pdf(), "a.pdf")))
    assert isinstance(read, Document) and read.words
    assert [text[one["start"] : one["end"]] for one in found] == [
        text[start:end] for start, end in zip(read.words.start, read.words.end, strict=True)
    ]
    assert all(abs(one["x0"] - box.x0) < 0.06 for one, box in zip(found, read.words.boxes, strict=True))
    assert client.get(address.replace("/1.", "/9."), headers=OWN).json() == []
    assert client.get(f"/d/{document_id(out, 'b.txt')}/page/1.json", headers=OWN).json() == []
    assert not list(out.glob("words.*"))  # kept for the review alone


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 40), *[st.floats(-500, 2000)] * 4, st.integers(1, 3)), max_size=20
    )
)
def test_words_are_packed_and_found_again(drawn: list[tuple[int, int, float, float, float, float, int]]) -> None:
    starts = list(accumulate(one[0] for one in drawn))
    boxes = tuple(Box(one[6], *one[2:6]) for one in drawn)
    words = Words(
        tuple(starts), tuple(s + d[1] for s, d in zip(starts, drawn, strict=True)), boxes, (None,) * len(drawn)
    )
    again = Words.unpacked(words.packed())
    assert (again.start, again.end) == (words.start, words.end)
    for box, found in zip(boxes, again.boxes, strict=True):
        assert found.page == box.page and abs(found.x1 - box.x1) < 0.06 and abs(found.y0 - box.y0) < 0.06
    assert Words((0,), (1,), (Box(1, 0, 0, float("inf"), 1e300),), (None,)).packed() == b""


def test_a_name_is_put_right_in_all_plans(browser: Browser, out: Path, tmp_path: Path) -> None:
    with served(out) as url, opened(browser, f"{url}d/{document_id(out, 'duong-sat.txt')}") as page:
        card = page.locator("form.card", has_text="Đoàn Thanh niên xã").last
        card.click()
        card.locator("[name=value]").fill("Phối hợp: Đoàn xã Sơn Hải")
        card.get_by_role("checkbox").check()
        card.locator("button[value=correct]").click()
        expect(page.locator("#cards")).to_contain_text("Đoàn xã Sơn Hải")
        page.goto(f"{url}d/{document_id(out, 'ban-sao/duong-sat (2).txt')}")
        assert "Đoàn xã Sơn Hải" in page.locator("#cards").inner_text()
    run(tmp_path / "plans", out)
    bodies = [row["body"] for row in pq.read_table(out / "responsibilities.parquet").to_pylist()]
    assert bodies.count("Đoàn xã Sơn Hải") == 2 and "Đoàn Thanh niên xã" not in bodies


# -- Search ----------------------------------------------------------------------------------------------------------


def test_plans_and_facts_are_found_by_words_without_marks(browser: Browser, out: Path) -> None:
    with served(out) as url, opened(browser, f"{url}search") as page:
        page.get_by_role("searchbox").fill("loi di tu mo")
        page.keyboard.press("Enter")
        assert "2" in page.get_by_role("status").inner_text()  # the plan and its copy
        assert page.locator("mark").first.inner_text() == "lối đi tự mở"
        assert not accessibility_faults(page)
        page.get_by_role("combobox").select_option("task")
        page.get_by_role("searchbox").fill("phun hóa chất")
        page.keyboard.press("Enter")
        page.locator("ol.queue a").click()
        page.wait_for_url("**/d/**")
        assert "07/KH-UBND" in page.content()


@pytest.mark.parametrize("query", ["q=%22", "q=a&kind=nonsense", "q=<script>alert(1)</script>", "q=" + "a" * 10_000])
def test_a_search_that_asks_for_nothing_sensible_says_so(out: Path, query: str) -> None:
    client, _ = reviewer(out)
    answer = client.get(f"/search?{query}", headers=OWN)
    assert answer.status_code == 200 and "<script>alert" not in answer.text


def test_a_target_is_shown_with_its_direction_which_can_be_put_right(out: Path, tmp_path: Path) -> None:
    client, token = reviewer(out)
    page = client.get(f"/d/{document_id(out, 'duong-sat.txt')}", headers=OWN).text
    assert "Giảm: 15 %" in page
    row = next(row for row in pq.read_table(out / "targets.parquet").to_pylist() if row["low"] == 15)
    form = {
        "token": token, "document": row["document_id"], "kind": "targets", "words": " ".join(row["text"].split()),
        "fact": row["fact_id"], "seen": "0", "action": "correct", "value": "Không quá: 20 %",
    }  # fmt: skip
    assert client.post("/decide", data=form, headers=OWN, follow_redirects=False).status_code == 303
    run(tmp_path / "plans", out)
    found = [row for row in pq.read_table(out / "targets.parquet").to_pylist() if row["value_source"] == "person"]
    assert [(row["direction"], row["low"], row["unit"], row["bound"]) for row in found] == [
        ("at_most", 20, "percent", "at_most")
    ] * 2  # the copy has the same content
