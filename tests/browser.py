"""A headless Chromium for tests: Debian's, driven by Playwright. A page that logs an error fails the test that opened it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from vnplan.review.app import make_app
from vnplan.review.desk import Desk


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = shutil.which("chromium")
    assert path, "the tests of pages need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, url: str, expected: tuple[str, ...] = ()) -> Iterator[Page]:
    """A page of its own; requests to the network and errors in the console, but those expected, are faults."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    problems: list[str] = []
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: (problems.append("a dialog: a script of a document ran"), dialog.dismiss()))
    start = url.split("/")[0]
    page.on(
        "request", lambda request: None if request.url.startswith((start, "blob:")) else problems.append(request.url)
    )
    page.goto(url)
    try:
        yield page
        faults = [text for text in problems if not any(part in text for part in expected)]
        if faults:
            raise AssertionError(faults)
    finally:
        context.close()


@contextmanager
def served(out: Path, **options: Any) -> Iterator[str]:
    """The review app on a port of its own; its address."""
    server = uvicorn.Server(uvicorn.Config(make_app(Desk(out), **options), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive() or server.started, "the server does not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(10)


def accessibility_faults(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it is shown."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
