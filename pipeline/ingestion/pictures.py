"""Pictures of whole pages in office documents: scans that were put into a Word file, a page each.

Pictures of pages alone make a paged document; one between text is read in its place; those that begin with a letterhead
of their own behind other text are a document for themselves.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import VnplanError
from ..settings import Settings
from .formats import detect
from .layout import anchors, folded
from .packages import read_member
from .pages import PageText, Source

if TYPE_CHECKING:
    from .pdf import Recogniser

_EMU = 360_000  # English metric units a centimetre
_WIDE, _HIGH = 11.0, 14.0  # centimetres: smaller pictures are photos, maps or logos
_MARK = "\x00picture {}\x00"
_MARKED = re.compile("\x00picture (\\d+)\x00")
_POINTS = 28.35
_MOST = 500


def is_page_size(wide: str, high: str) -> bool:
    """Whether a size in English metric units is that of a page's text."""
    return wide.isdigit() and high.isdigit() and int(wide) >= _WIDE * _EMU and int(high) >= _HIGH * _EMU


def is_page_style(style: str) -> bool:
    """Whether a drawing's style of before 2007 (`width:468pt;height:650pt`) is that of a page's text."""
    sizes = {
        key: float(number) * (72 if unit == "in" else 1)
        for key, number, unit in re.findall(r"(?:^|;)\s*(width|height):(\d{1,5}(?:\.\d{1,6})?)(pt|in)", style)
    }
    return sizes.get("width", 0) >= _WIDE * _POINTS and sizes.get("height", 0) >= _HIGH * _POINTS


@dataclass(frozen=True, slots=True)
class SortedOut:
    """The blocks of a document after its pictures were read.

    Attributes:
        blocks: Texts, those of pictures in their place.
        pages: All there is, if the document holds nothing but pictures of pages.
        members: Documents of their own.
        errors: What could not be read.
        warnings: What a reader must know.
    """

    blocks: list[str]
    pages: tuple[PageText, ...] = ()
    members: tuple[tuple[str, Source], ...] = ()
    errors: tuple[VnplanError, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class Pictures:
    """The pictures of pages in one document."""

    settings: Settings
    recognise: Recogniser | None
    found: list[bytes | VnplanError] = field(default_factory=list)

    def content(self, archive: zipfile.ZipFile, part: str) -> bytes | None:
        """The bytes of a part, None if there is none."""
        try:
            member = archive.getinfo(part)
        except KeyError:
            return None
        return read_member(archive, member, self.settings, self.settings.max_bytes)

    def place(self, archive: zipfile.ZipFile, part: str) -> str:
        """A mark for a picture, to stand among the blocks; '' for one that is none or is missing."""
        if len(self.found) >= min(_MOST, self.settings.max_pages):
            return ""
        try:
            data = self.content(archive, part)
        except VnplanError as error:
            self.found.append(error)
        else:
            if data is None or detect(data) not in ("png", "jpeg", "webp", "tiff", "heif", "avif"):
                return ""
            self.found.append(data)
        return _MARK.format(len(self.found) - 1)

    def sorted_out(self, blocks: Sequence[str]) -> SortedOut:
        """The blocks with the pictures read."""
        if not self.found:
            return SortedOut(list(blocks))
        marks = [_MARKED.fullmatch(block) for block in blocks]
        if self.recognise is None:
            kept = [block for block, mark in zip(blocks, marks, strict=True) if not mark]
            warning = f"{len(self.found)} pictures of pages are not read, since there is no OCR"
            return SortedOut(kept, warnings=(warning,))
        errors: list[VnplanError] = []
        read = [self._read(k, errors) for k in range(len(self.found))]
        if not any(block.strip() for block, mark in zip(blocks, marks, strict=True) if not mark):
            pages = tuple(page for pages in read for page in pages)
            if pages:
                return SortedOut([], tuple(replace(page, page=k) for k, page in enumerate(pages, 1)), (), tuple(errors))
        out: list[str] = []
        members: list[tuple[str, Source]] = []
        group: list[PageText] = []
        for block, mark in [*zip(blocks, marks, strict=True), ("end", None)]:
            if mark:
                group.extend(read[int(mark[1])])
            elif group and block.strip():
                self._put(group, out, members)
                group = []
            if not mark:
                out.append(block)
        out.pop()
        warning = f"{len(self.found)} pictures of pages were recognised"
        return SortedOut(out, (), tuple(members), tuple(errors), (warning,))

    def _read(self, index: int, errors: list[VnplanError]) -> tuple[PageText, ...]:
        from .images import read_image

        data = self.found[index]
        try:
            if isinstance(data, VnplanError):
                raise data
            kind = detect(data)
            assert kind is not None
            source = read_image(data, f"picture {index + 1}", kind, self.settings, self.recognise)
        except VnplanError as error:
            errors.append(error)
            return ()
        errors.extend(source.errors)
        return source.pages

    def _put(self, pages: list[PageText], out: list[str], members: list[tuple[str, Source]]) -> None:
        """Pictures that follow each other: in their place, or as a document of their own."""
        text = "\n".join(page.text for page in pages)
        begins = folded(text[:1000])
        if any(block.strip() for block in out) and any(motto in begins for motto in anchors("motto")):
            numbered = tuple(replace(page, page=k) for k, page in enumerate(pages, 1))
            members.append((f"pictures-{len(members) + 1}", Source("docx", "paged", pages=numbered)))
        else:
            out.append(text)
