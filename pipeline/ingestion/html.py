"""Web pages: the main content as text, without the site around it.

Nothing is loaded: no scripts, frames, styles or pictures.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import DamagedError, EmptyFileError, TooDeepError, VnplanError
from ..settings import Settings, text_encoding
from .encodings import decode
from .flow import Cell, numeral, spread, table_text
from .layout import anchors, folded
from .legacy import converted
from .pages import Source

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# Elements that hold no text of the document.
_DROPPED = frozenset(
    "script style noscript template head nav aside form button select option input textarea label iframe frame object "
    "embed applet svg math canvas video audio map area dialog menu title link meta".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hr "
    "html li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|breadcrumbs?|footer|comments?|related|share|social|banner|advert\w*|"
    r"cookie|popup|modal|pagination|toolbar|login|search)(?:$|[\s_-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MOST_DEPTH = 150
_DEEP = 2000  # libxml2 follows 2,048 elements in each other
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
# Characters that XML does not have, and which lxml does not take back: as they are, and as `&#1;`.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:0{0,20}(\d{1,7})|[xX]0{0,20}([0-9a-fA-F]{1,6}));?")
# Elements that only hold others: without them the text is as it was, but for its lines.
_WRAPPING = re.compile(
    r"</?(?:div|span|font|section|article|center|blockquote|b|i|u|em|strong|small|big|sub|sup)\b[^<>]{0,2000}>", re.I
)
_MAIN_SHARE = 0.75
_MOST_ROWS = 65534


def read_html(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The main content of a web page.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: `encoding` is used where the page does not say its own.

    Raises:
        EmptyFileError: There is no text in it.
        EncodingError: Its encoding cannot be told.
        DamagedError: It cannot be parsed.
    """
    from lxml import etree

    settings = settings or Settings()
    text, warnings = _decoded(data, settings)
    problems: list[VnplanError] = []
    try:
        root = _root(text)
        if root is None:
            root = _root(_WRAPPING.sub("\n", text))
            if root is None:
                root = _root(text, partly=True)
                problems.append(
                    TooDeepError(
                        f"is a web page with more than {_DEEP} elements in each other: what lies deeper is not read; "
                        "save its text as UTF-8 (.txt)"
                    )
                )
        assert root is not None
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise EmptyFileError("is a web page without text") from error
    except RecursionError as error:
        raise DamagedError("is a web page of elements nested too deep; save its text as UTF-8 (.txt)") from error
    _without_chrome(root)
    body = root.find("body")
    main = _main(body if body is not None else root)
    found, encoding = converted(_tidy("".join(_Walk().block(main, 0))))
    if not found.strip() and problems:
        raise problems[0]
    if not found.strip():
        raise EmptyFileError("is a web page without text (its content may be loaded by scripts); save it as PDF")
    if encoding:
        warnings.append(f"text of {'TCVN3 (ABC)' if encoding == 'tcvn3' else 'VNI'} fonts, read as Unicode")
    return Source("html", "flow", found + "\n", warnings=tuple(warnings), errors=tuple(problems))


def _root(text: str, partly: bool = False) -> HtmlElement | None:
    """The parsed page; None if its elements lie deeper in each other than is followed, unless a part will do."""
    from lxml import html

    plain = _REFERENCE.sub(_without_controls, _NO_XML.sub(" ", _DECLARATION.sub("", text)))
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = html.document_fromstring(plain, parser=parser)
    deep = any("depth" in entry.message for entry in parser.error_log)
    return root if partly or not deep else None


def _without_controls(match: re.Match[str]) -> str:
    """A reference to a character, unless XML does not have it."""
    code = int(match[1]) if match[1] else int(match[2], 16)
    return match[0] if code <= 0x10FFFF and not _NO_XML.match(chr(code)) else " "


def _decoded(data: bytes, settings: Settings) -> tuple[str, list[str]]:
    """The page's text: by its byte order mark, else by the encoding it names if that is right, else by the words."""
    declared = _META.search(data[:4096])
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = declared[1].decode("ascii").lower()
        if name not in ("utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii", "windows-1252", "x-user-defined"):
            if (known := text_encoding(name)) is not None:
                with suppress(ValueError):
                    return data.decode(known), [f"encoding {name}, as the page says"]
        elif name not in ("utf-8", "utf8"):
            # pages in old fonts call themselves so: their letters must reach the conversion as they are
            try:
                return data.decode("utf-8"), []
            except UnicodeDecodeError:
                return data.decode("windows-1252", "replace"), []
    found = decode(data, settings.encoding)
    return found.text, list(found.warnings)


def _without_chrome(root: HtmlElement) -> None:
    """Take out what is no content: scripts, menus, hidden elements; never what holds the letterhead."""
    mottos = anchors("motto")
    for element in list(root.iter()):
        if element is root or element.getparent() is None or not isinstance(element.tag, str):
            continue
        tag = element.tag.lower()
        drop = tag in _DROPPED and tag not in ("form", "label")
        if not drop and (tag in ("form", "label", "header", "footer") or _is_named_chrome(element)):
            text = folded(element.text_content()[:20_000])
            drop = not any(motto in text for motto in mottos) and (tag != "form" or len(text) < 2000)
        if drop:
            element.drop_tree()


def _is_named_chrome(element: HtmlElement) -> bool:
    if _HIDDEN.search(element.get("style") or "") or element.get("hidden") is not None:
        return True
    if element.tag in ("html", "body", "main", "article"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return bool(_CHROME.search(names))


def _main(body: HtmlElement) -> HtmlElement:
    """The smallest element that still holds most of the text that is no link, and the letterhead if there is one."""
    main = body
    for _ in range(_MOST_DEPTH):
        total = _plain_length(main)
        has_head = _has_motto(main)
        inner = None
        for child in main:
            if isinstance(child.tag, str) and child.tag in _BLOCKS and child.tag not in ("p", "tr", "li"):
                if _plain_length(child) >= _MAIN_SHARE * total and (not has_head or _has_motto(child)):
                    inner = child
                    break
        if inner is None:
            return main
        main = inner
    return main


def _has_motto(element: HtmlElement) -> bool:
    text = folded(element.text_content()[:200_000])
    return any(motto in text for motto in anchors("motto"))


def _plain_length(element: HtmlElement) -> int:
    """Letters outside of links."""
    total = len(_SPACE.sub("", element.text_content()))
    return total - sum(len(_SPACE.sub("", link.text_content())) for link in element.iter("a"))


@dataclass
class _Walk:
    """Text of elements, with a newline around each block.

    Attributes:
        tables: The text of each table that was read. One that frames the page is read as a table first and then like
            any block: were the tables in it read anew, the time would double with each that stands in another.
    """

    tables: dict[HtmlElement, str] = field(default_factory=dict)

    def block(self, element: HtmlElement, depth: int) -> Iterator[str]:
        """The text of an element and all below it."""
        if depth > _MOST_DEPTH:
            yield _SPACE.sub(" ", element.text_content())
            return
        if element.tag == "table":
            if element not in self.tables:
                text = self._table(element, depth)
                self.tables[element] = f"\n{text}\n" if text is not None else "".join(self._inside(element, depth))
            yield self.tables[element]
        else:
            yield from self._inside(element, depth)

    def _inside(self, element: HtmlElement, depth: int) -> Iterator[str]:
        """The text of an element that is read from its beginning to its end."""
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in _BLOCKS
        if is_block:
            yield "\n"
        if element.text:
            yield element.text if tag == "pre" else _SPACE.sub(" ", element.text)
        number = _start(element) if tag == "ol" else 0
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name == "br":
                yield "\n"
            elif name == "li":
                inside = "".join(self.block(child, depth + 1)).strip("\n ")
                if tag == "ol":
                    label = f"{numeral(number, element.get('type') or '1')}."
                    number += 1
                else:
                    label = "-"
                if inside:
                    yield f"\n{inside if _is_labelled(inside) else f'{label} {inside}'}\n"
            elif name:
                yield from self.block(child, depth + 1)
            if child.tail:
                yield child.tail if tag == "pre" else _SPACE.sub(" ", child.tail)
        if is_block:
            yield "\n"

    def _table(self, table: HtmlElement, depth: int) -> str | None:
        """A table as text; None for one that frames the page and is read like any block."""
        cells = [
            [
                Cell(_tidy("".join(self.block(cell, depth + 1))), _span(cell, "rowspan"), _span(cell, "colspan"))
                for cell in row
                if cell.tag in ("td", "th")
            ]
            for row in _rows_of(table)
        ]
        rows = spread(cells)
        longest = max((len(cell) for row in rows for cell in row), default=0)
        if longest > 3000 or (len(rows) == 1 and longest > 1000):
            return None
        border = table.get("border")
        drawn = (border is not None and border != "0") or "border" in (table.get("style") or "")
        title = [_tidy("".join(self.block(child, depth + 1))) for child in table if child.tag == "caption"]
        return "\n".join(filter(None, (*title, table_text(rows, drawn or len(rows) > 3))))


def _rows_of(table: HtmlElement) -> Iterator[HtmlElement]:
    parts = [child for child in table if child.tag in ("tr", "tbody", "thead", "tfoot")]
    for part in sorted(parts, key=lambda part: part.tag == "tfoot"):  # shown last, though it may stand first
        yield from [part] if part.tag == "tr" else (row for row in part if row.tag == "tr")


def _span(cell: HtmlElement, name: str) -> int:
    """How many rows or columns a cell takes; 0 rows are all that follow in its part of the table."""
    span = (cell.get(name) or "1").strip()
    if not (span.isascii() and span.isdigit() and len(span) < 6):
        return 1
    return int(span) or (_MOST_ROWS if name == "rowspan" else 1)


def _start(element: HtmlElement) -> int:
    start = element.get("start") or "1"
    return int(start) if start.isdigit() and len(start) < 6 else 1


def _is_labelled(text: str) -> bool:
    """Whether an item of a list begins with a number or dash of its own."""
    return bool(re.match(r"[-+•*–]|\(?\w{1,5}[.)/]|[IVX]{1,5}\b", text))


def _tidy(text: str) -> str:
    """Lines without spaces at their edges, and no empty lines."""
    return "\n".join(line for line in map(str.strip, text.replace("\xa0", " ").split("\n")) if line)
