"""The review app: a small web server for the people who check what was read. Every page is made here, on the server."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ..errors import OutputError, UsageError
from ..register.finding import SHOWN, Hit, search
from ..register.search import TABLES_OF
from ..tables.corrections import Action, Decision, Key, StaleError, standing
from ..tables.decided import checked, names_key
from ..tables.labels import Language, label, labels_of, said
from ..tables.overlay import ADDED, CORRECTED
from .cards import Opened
from .desk import Desk
from .doubts import Doubt
from .facts import KINDS, utf16
from .guard import Guard
from .queue import Lane
from .typing_in import coded, typed, when

_QUEUED = 50
_LONGEST_FORM, _LONGEST_NAME, _LONGEST_QUERY = 100_000, 60, 300
_STATIC = {"review.js": "text/javascript", "review.css": "text/css"}
_HINTS = {
    **{"deadlines": "hint_day", "targets": "hint_target"},
    **{"responsibilities": "hint_body", "tasks": "hint_body"},
}
_ACTIONS: tuple[Action, ...] = ("accept", "correct", "reject", "add")


def make_app(
    desk: Desk, lang: Language = "vi", token: str | None = None, names: tuple[str, ...] | None = None
) -> Starlette:
    """The app.

    Args:
        desk: The documents.
        lang: Language of the pages.
        token: What a browser must know; None for a server on this machine alone.
        names: Names under which it may be asked for; None for any.
    """
    guard = Guard(token, names, label("review", "refused", lang))
    pages = _Pages(desk, lang, guard)
    routes = [
        Route("/", pages.queue),
        Route("/d/{document}", pages.document),
        Route("/d/{document}/page/{page:int}.png", pages.image),
        Route("/d/{document}/page/{page:int}.json", pages.words_of_page),
        Route("/history", pages.history),
        Route("/search", pages.search),
        Route("/decide", pages.decide, methods=["POST"]),
        Route("/undo", pages.undo, methods=["POST"]),
        Route("/who", pages.name, methods=["POST"]),
        Route("/static/{name}", pages.static),
        Route("/favicon.ico", pages.icon),
    ]
    missing = {404: pages.missing}
    return Starlette(
        routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=guard)], exception_handlers=missing
    )


class _Pages:
    """What the app answers."""

    def __init__(self, desk: Desk, lang: Language, guard: Guard) -> None:
        self._desk, self._lang, self._guard = desk, lang, guard
        self._queue = desk.queue()
        self._templates = Environment(
            loader=PackageLoader(__package__ or "", "web"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
        )
        self._words = labels_of("review", lang)

    def _page(self, name: str, request: Request, status: int = 200, **values: Any) -> Response:
        shared = {
            "w": self._words, "lang": self._lang, "who": _who(request), "token": self._guard.form_token,
            "label": partial(_label, self._lang), "typed": partial(typed, self._lang), "here": str(request.url.path),
            "when": partial(when, self._lang),
        }  # fmt: skip
        text = self._templates.get_template(f"{name}.html").render(**shared, **values)
        return HTMLResponse(_visible(text), status)

    def _opened(self, document_id: str) -> Opened | None:
        """A document, None where there is none of that id."""
        place = self._queue.place(document_id)
        return self._desk.at(place) if place else None

    # -- Looking -----------------------------------------------------------------------------------------------------

    async def queue(self, request: Request) -> Response:
        """What to look at first."""
        lane: Lane = "coverage" if request.query_params.get("lane") == "coverage" else "doubt"
        decisions = await run_in_threadpool(self._desk.decisions)
        found = await run_in_threadpool(self._queue.first, lane, decisions, _QUEUED)
        left = await run_in_threadpool(self._queue.left, lane, decisions)
        return self._page("queue", request, lane=lane, doubts=[(one, _address(one)) for one in found], left=left)

    async def document(self, request: Request) -> Response:
        """One document with its facts."""
        opened = await run_in_threadpool(self._opened, request.path_params["document"])
        if opened is None:
            return self.missing(request, None)
        groups = [(kind, [c for c in opened.cards if c.key.kind == kind]) for kind in KINDS]
        places = [
            {
                "start": c.row["start"],
                "end": c.row["end"],
                "at": _anchor(c.key),
                "kind": c.key.kind,
                "boxes": c.row["boxes"],
            }
            for c in opened.cards
            if "start" in c.row
        ]
        return self._page(
            "document", request, document=opened, groups=groups, places=utf16(opened.text, places), anchor=_anchor,
            corrected=("fields", *CORRECTED), added=ADDED, roles=labels_of("role", self._lang),
            directions=labels_of("direction", self._lang),
        )  # fmt: skip

    async def image(self, request: Request) -> Response:
        """A page as its reader sees it."""
        opened = await run_in_threadpool(self._opened, request.path_params["document"])
        if opened is None:
            return self.missing(request, None)
        data = await run_in_threadpool(self._desk.page_image, opened, request.path_params["page"])
        return Response(data, media_type="image/png") if data else self.missing(request, None)

    async def words_of_page(self, request: Request) -> Response:
        """Where the words of a page stand, for who marks some of them on its image."""
        place = await run_in_threadpool(self._queue.place, request.path_params["document"])
        opened = await run_in_threadpool(self._desk.at, place) if place else None
        if place is None or opened is None:
            return self.missing(request, None)
        found = await run_in_threadpool(self._desk.words, place, request.path_params["page"])
        return JSONResponse(utf16(opened.text, found))

    async def history(self, request: Request) -> Response:
        """Who decided what, and how often the machine was wrong."""
        decisions = await run_in_threadpool(self._desk.corrections.all)
        return self._page("history", request, decisions=decisions[::-1][:1000], wrong=_wrong(decisions))

    async def search(self, request: Request) -> Response:
        """Documents or facts by their words."""
        q, kind = request.query_params.get("q", "")[:_LONGEST_QUERY], request.query_params.get("kind", "")
        hits: list[Hit] = []
        problem = ""
        if q.strip():
            try:
                hits = await run_in_threadpool(search, self._desk.out, q, None, kind or None, SHOWN)
            except (UsageError, OutputError) as error:
                problem = said(str(error), self._lang)
        kinds = [(one, label("fact", table, self._lang)) for one, table in TABLES_OF.items()]
        shown = [(hit, list(hit.parts())) for hit in hits]
        return self._page("search", request, q=q, kind=kind, kinds=kinds, hits=shown, problem=problem)

    async def static(self, request: Request) -> Response:
        """Script and style."""
        name = request.path_params["name"]
        if name not in _STATIC:
            return self.missing(request, None)
        text = (resources.files(__package__) / "web" / name).read_text(encoding="utf-8")
        return Response(text, media_type=_STATIC[name])

    async def icon(self, request: Request) -> Response:
        """Browsers ask for one; there is none."""
        return Response(status_code=204)

    def missing(self, request: Request, error: Exception | None) -> Response:
        """There is no such page."""
        return PlainTextResponse(self._words["not_found"], 404)

    # -- Deciding ----------------------------------------------------------------------------------------------------

    async def decide(self, request: Request) -> Response:
        """Keep a decision, and go on."""
        form = await _form(request)
        if not self._guard.is_own(form.get("token", "")):
            return PlainTextResponse(self._words["refused"], 403)
        opened = await run_in_threadpool(self._opened, form.get("document", ""))
        action = next((one for one in _ACTIONS if one == form.get("action")), None)
        if opened is None or action is None:
            return self.missing(request, None)
        try:
            form["value"] = coded(self._lang, form.get("kind", ""), form.get("value", ""))
            made = _decision(opened, form, action, _who(request))
            await run_in_threadpool(self._desk.corrections.save, made, _number(form.get("seen")))
            if form.get("everywhere") and action == "correct" and made.key.kind == "responsibilities":
                await self._everywhere(opened, made)
        except UsageError as error:
            return self._page(
                "unfit",
                request,
                422,
                form=form,
                hint=_hint(form),
                problem=said(str(error), self._lang),
                back=_back(opened, form),
            )
        except StaleError as stale:
            return self._page("stale", request, 409, now=stale.now, form=form, document=opened)
        if form.get("then") == "queue" and (address := await self._after(opened, made.key)):
            return RedirectResponse(address, 303)
        after = made.key if action == "add" else _following(opened, made.key)
        return RedirectResponse(f"/d/{quote(opened.document_id)}#{_anchor(after)}", 303)

    async def _everywhere(self, opened: Opened, made: Decision) -> None:
        """Give the body of a correction its right name in all plans."""
        card = next(card for card in opened.cards if card.key == made.key)
        key = names_key(card.row["body"])
        body = (made.value or "").partition(": ")[2]
        if body and body != key.words:
            before = (await run_in_threadpool(self._desk.decisions)).get(key)
            one = Decision(key, made.who, "correct", body, key.words, made.rule)
            await run_in_threadpool(self._desk.corrections.save, one, before.number if before else 0)

    async def _after(self, opened: Opened, key: Key) -> str | None:
        """The next doubt; the queue itself where there is none."""
        decisions = await run_in_threadpool(self._desk.decisions)
        lane: Lane = "coverage" if key.kind == "sections" else "doubt"
        following = await run_in_threadpool(self._queue.first, lane, decisions, 1)
        return _address(following[0]) if following else f"/?lane={lane}"

    async def undo(self, request: Request) -> Response:
        """Take back the last standing decision of this reviewer."""
        form = await _form(request)
        if not self._guard.is_own(form.get("token", "")):
            return PlainTextResponse(self._words["refused"], 403)
        decisions = standing(await run_in_threadpool(self._desk.corrections.all))
        mine = [one for one in decisions.values() if one.who == _who(request)]
        back = form.get("back", "/")
        if mine:
            last = max(mine, key=lambda one: one.number)
            made = Decision(last.key, _who(request), "undo", undoes=last.number)
            try:
                await run_in_threadpool(self._desk.corrections.save, made, last.number)
            except StaleError as stale:
                return self._page("stale", request, 409, now=stale.now, form=form, document=None)
            back += f"#{_anchor(last.key)}"
        return RedirectResponse(back if back.startswith("/") and not back.startswith("//") else "/", 303)

    async def name(self, request: Request) -> Response:
        """Remember the reviewer's name."""
        form = await _form(request)
        if not self._guard.is_own(form.get("token", "")):
            return PlainTextResponse(self._words["refused"], 403)
        answer = RedirectResponse("/", 303)
        name = " ".join(form.get("who", "").split())[:_LONGEST_NAME]
        answer.set_cookie("who", quote(name), httponly=True, samesite="strict", max_age=365 * 86_400)
        return answer


def _decision(opened: Opened, form: dict[str, str], action: Action, who: str) -> Decision:
    content = opened.cards[0].key.content
    key = Key(content, form.get("kind", ""), " ".join(form.get("words", "").split()), form.get("fact", ""))
    value = form.get("value") if action in ("correct", "add") else None
    if action == "add":
        if key.kind not in ADDED or not key.words:
            raise UsageError("a fact that is added needs a kind and the words it stands in")
        return Decision(key, who, action, checked(key, value or key.words))
    if key.kind == "sections":
        return Decision(key, who, "accept")
    card = next((card for card in opened.cards if card.key == key), None)
    if card is None:
        raise UsageError("there is no such fact in the document any more")
    if action == "correct" and key.kind not in ("fields", *CORRECTED):
        raise UsageError("such a fact can be accepted or rejected alone")
    rule = str(card.row.get("rule") or "")
    return Decision(key, who, action, checked(key, value if action != "correct" else value or ""), card.machine, rule)


def _following(opened: Opened, key: Key) -> Key:
    """The fact to look at after another one: the next on which nobody decided; itself where there is none."""
    cards = sorted(opened.cards, key=lambda card: KINDS.index(card.key.kind))  # as they stand on the page
    at = next((number for number, card in enumerate(cards) if card.key == key), len(cards))
    return next((card.key for card in cards[at + 1 :] if card.decision is None), key)


def _wrong(decisions: list[Decision]) -> list[tuple[str, str, int, int]]:
    """Field or kind, rule, how many were looked at, and how many of them were wrong."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in standing(decisions).values():
        if one.key.kind in ("sections", "names"):
            continue
        what = one.key.words if one.key.kind == "fields" else one.key.kind
        counts = found[what, "+" if one.action == "add" else one.rule or "–"]
        counts[0] += 1
        counts[1] += one.action != "accept"
    return sorted((what, rule, *counts) for (what, rule), counts in found.items())  # type: ignore[misc]


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return {}
    return {
        name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items()
    }


def _who(request: Request) -> str:
    name = "".join(c for c in unquote(request.cookies.get("who", "")) if c.isprintable())
    return name[:_LONGEST_NAME] or "–"


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 15 else 0


def _back(opened: Opened, form: dict[str, str]) -> str:
    """The address of the fact that a form is about."""
    key = Key("", form.get("kind", ""), " ".join(form.get("words", "").split()), form.get("fact", ""))
    return f"/d/{quote(opened.document_id)}#{quote(_anchor(key))}"


def _hint(form: dict[str, str]) -> str:
    """The key of the words that say how a value is written; '' for one that may be anything."""
    if form.get("kind") == "fields":
        return "hint_day" if form.get("words") == "issue_date" else ""
    return _HINTS.get(form.get("kind", ""), "")


def _anchor(key: Key) -> str:
    """The id of a fact's card in its page."""
    if key.kind == "fields":
        return f"f-{key.words}"
    if key.fact[:1] == "f":
        return key.fact
    return "f-added-" + hashlib.sha256(f"{key.kind} {key.fact} {key.words}".encode()).hexdigest()[:8]


def _address(doubt: Doubt) -> str:
    query = {"then": "queue"}
    if doubt.key.kind == "sections":
        query["section"] = doubt.key.words
    return f"/d/{quote(doubt.document_id)}?{urlencode(query)}#{_anchor(doubt.key)}"


def _label(lang: Language, kind: str, key: str) -> str:
    return label(kind, key, lang)


def _visible(text: str) -> str:
    """A page in which no mark turns the direction of writing."""
    turning = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\ufffd")
    return text.translate(turning)


def serve(out: Path, lang: Language, host: str, port: int, token: str | None) -> None:
    """Answer until the process is ended.

    Raises:
        UsageError: See `Desk`.
    """
    import uvicorn

    app = make_app(Desk(out), lang, token, None if token else ("127.0.0.1", "localhost", "[::1]"))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)
