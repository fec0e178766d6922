"""What is taken from a PDF through pdfium: words with boxes, rules of tables, images.

Only this module calls its C functions. pdfium may be used by one thread at a time: `PDFIUM` sees to it.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ..errors import DamagedError, EncryptedError
from ..threads import Guard
from .pages import WordBox

if TYPE_CHECKING:
    from PIL.Image import Image

PDFIUM = Guard()
_WORD = re.compile(r"[^\s\x00\ufffe\x02]+[\ufffe\x02]?")
_HYPHENS = ("\ufffe", "\x02")  # what pdfium makes of a hyphen at the end of a line
_NOT_SHOWN = re.compile("[\ufffe\x02\uf020-\uf0ff]")
_TWO_RECTS = struct.Struct("8f")
_PAPER = 243  # of 255: lighter colours are not seen on paper
_MOST_OBJECTS = 20_000
_MOST_SEGMENTS = 20_000
# Annotations that show text of the document (ISO 32000-1, table 169); notes and links show none.
_FREE_TEXT, _STAMP, _WIDGET = 3, 13, 20


def _light(function: Any, result: Any) -> Any:
    """A quick function of pdfium without checks of its arguments: a call takes a third of the time.

    Pointers are to be given as objects of ctypes, since a plain number is taken for an `int`.
    """
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)


# What is called for every word, and for every object of a page and line of a table.
_char_box = _light(raw.FPDFText_GetLooseCharBox, ctypes.c_int)
_object_at = _light(raw.FPDFPage_GetObject, raw.FPDF_PAGEOBJECT)
_kind_of = _light(raw.FPDFPageObj_GetType, ctypes.c_int)
_count_segments = _light(raw.FPDFPath_CountSegments, ctypes.c_int)
_segment_at = _light(raw.FPDFPath_GetPathSegment, raw.FPDF_PATHSEGMENT)
_segment_kind = _light(raw.FPDFPathSegment_GetType, ctypes.c_int)
_segment_point = _light(raw.FPDFPathSegment_GetPoint, ctypes.c_int)
_segment_closes = _light(raw.FPDFPathSegment_GetClose, ctypes.c_int)
_draw_mode = _light(raw.FPDFPath_GetDrawMode, ctypes.c_int)
_stroke_colour = _light(raw.FPDFPageObj_GetStrokeColor, ctypes.c_int)
_fill_colour = _light(raw.FPDFPageObj_GetFillColor, ctypes.c_int)


def _places(array: Any) -> list[ctypes.c_void_p]:
    """Pointers to the items of an array."""
    size = ctypes.sizeof(array) // len(array)
    return [ctypes.c_void_p(ctypes.addressof(array) + k * size) for k in range(len(array))]


# Where pdfium writes boxes of characters, the mode of a path (fill, stroke) and its colour; used under `PDFIUM`.
_RECTS, _MODE, _COLOUR = (raw.FS_RECTF * 1024)(), (ctypes.c_int * 2)(), (ctypes.c_uint * 4)()
_PLACES, _MODE_AT, _COLOUR_AT = _places(_RECTS), _places(_MODE), _places(_COLOUR)


@dataclass(frozen=True, slots=True)
class Placed:
    """An image on a page: its box in points from the top left, size in pixels, and whether it stands upright."""

    box: tuple[float, float, float, float]
    pixels: tuple[int, int]
    upright: bool
    handle: Any


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation: its index on the page, its box, whether a person filled it in, and whether it shows text.

    `value` is what a field of a form holds without showing it.
    """

    index: int
    box: tuple[float, float, float, float]
    is_field: bool
    has_text: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn on a page beside text: images, number of paths and other objects, and its ruled lines."""

    images: tuple[Placed, ...]
    paths: int
    others: int
    rules: tuple[tuple[float, float, float, float], ...]


class Pdf(pdfium.PdfDocument):  # type: ignore[misc]
    """A document of pdfium, closed by one thread at a time."""

    @PDFIUM.alone
    def close(self) -> None:
        """Release it."""
        super().close()


@PDFIUM.alone
def open_pdf(data: bytes, passwords: tuple[str, ...] = ()) -> pdfium.PdfDocument:
    """The document in `data`.

    Raises:
        EncryptedError: None of the passwords opens it.
        DamagedError: It cannot be read, or holds no pages.
    """
    code = raw.FPDF_ERR_UNKNOWN
    for password in (None, *passwords):
        try:
            document = Pdf(data, password=password)
        except pdfium.PdfiumError as error:
            code = getattr(error, "err_code", None) or code
            if code != raw.FPDF_ERR_PASSWORD:
                break
            continue
        if not len(document):
            raise DamagedError("is a PDF without pages; get a whole copy of it")
        return document
    if code == raw.FPDF_ERR_PASSWORD:
        wrong = "none of the passwords given opens it" if passwords else "it is protected by a password"
        raise EncryptedError(f"{wrong}; give the right one (--password, Settings.passwords), or save it without")
    if code == raw.FPDF_ERR_SECURITY:
        raise EncryptedError("is protected in a way that is not supported; save it without protection")
    raise DamagedError("is a damaged PDF (cut short or overwritten) and cannot be read; get a whole copy of it")


@PDFIUM.methods
class Sheet:
    """One page of a PDF: boxes are in points from the top left of the page as it is displayed."""

    def __init__(self, document: pdfium.PdfDocument, index: int) -> None:
        self.document = document
        self.index = index
        self.page = document[index]
        page = self.page.raw
        self.width, self.height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        self.rotation = self.page.get_rotation()
        self._characters = ""
        self._frame = self.page.get_bbox()
        """The visible part in the page's own coordinates: left, bottom, right, top."""

    def close(self) -> None:
        """Release the page."""
        self.page.close()

    def _box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A rectangle in the page's own coordinates (upwards, not rotated) as it is displayed."""
        x_low, y_low, x_high, y_high = self._frame
        if self.rotation == 0:
            return left - x_low, y_high - top, right - x_low, y_high - bottom
        if self.rotation == 90:
            return bottom - y_low, left - x_low, top - y_low, right - x_low
        if self.rotation == 180:
            return x_high - right, bottom - y_low, x_high - left, top - y_low
        return y_high - top, x_high - right, y_high - bottom, x_high - left

    # -- text ----------------------------------------------------------------------------------------------------

    def words(self) -> list[WordBox]:
        """All words in the order of the file, annotations left out."""
        return self._words()

    def added(self, before: list[WordBox]) -> list[WordBox]:
        """The words that `flatten` brought to those that stood on the page before."""
        plain = self._characters
        words = self._words(plain)
        if self._characters.startswith(plain):
            return words  # what annotations show is drawn last
        seen = Counter(map(_place, before))
        added = []
        for word in words:
            if seen[_place(word)] > 0:
                seen[_place(word)] -= 1
            else:
                added.append(word)
        return added

    def _words(self, known: str = "") -> list[WordBox]:
        """The words; if the page's characters begin with the known ones, those behind them."""
        handle = raw.FPDFText_LoadPage(self.page.raw)
        if not handle:
            raise DamagedError("has a page whose text cannot be read", page=self.index + 1)
        try:
            text = self._characters = _characters(handle)
            start = len(known) if text.startswith(known) else 0
            return self._boxed(handle, text, list(map(re.Match.span, _WORD.finditer(text, start))))
        finally:
            raw.FPDFText_ClosePage(handle)

    def _boxed(self, handle: Any, text: str, found: list[tuple[int, int]]) -> list[WordBox]:
        """The words between some offsets."""
        if not found:
            return []
        edges = [index for start, end in found for index in (start, end - 1)]  # the first and the last character
        rects = bytearray()
        ctypes.memset(_RECTS, 0, ctypes.sizeof(_RECTS))
        for at in range(0, len(edges), len(_PLACES)):
            done = list(map(_char_box, repeat(handle), edges[at : at + len(_PLACES)], _PLACES))
            rects += memoryview(_RECTS).cast("B")[: len(done) * ctypes.sizeof(raw.FS_RECTF)]
        words = [text[start:end] for start, end in found]
        if _NOT_SHOWN.search(text):
            words = list(map(_as_shown, words))
        turned, (x_low, _, _, y_high) = self.rotation, self._frame
        both = _TWO_RECTS.iter_unpack(rects)
        if turned:
            return [
                WordBox(
                    word, *self._box(min(left, left_2), min(bottom, bottom_2), max(right, right_2), max(top, top_2))
                )
                for word, (left, top, right, bottom, left_2, top_2, right_2, bottom_2) in zip(words, both, strict=True)
            ]
        new = tuple.__new__  # half the time of `WordBox(…)`, for hundreds of words a page; no less than `min` and `max`
        return [
            new(
                WordBox,
                (
                    word,
                    (left_2 if left_2 < left else left) - x_low,
                    y_high - (top_2 if top_2 > top else top),
                    (right_2 if right_2 > right else right) - x_low,
                    y_high - (bottom_2 if bottom_2 < bottom else bottom),
                    None,
                ),
            )
            for word, (left, top, right, bottom, left_2, top_2, right_2, bottom_2) in zip(words, both, strict=True)
        ]

    def fonts(self, words: int = 200) -> dict[str, int]:
        """Names of the fonts, with how many of the page's first words begin in each."""
        handle = raw.FPDFText_LoadPage(self.page.raw)
        found: dict[str, int] = {}
        try:
            for k, match in enumerate(_WORD.finditer(_characters(handle))):
                if k >= words:
                    break
                name = _font_name(handle, match.start())
                found[name] = found.get(name, 0) + 1
        finally:
            raw.FPDFText_ClosePage(handle)
        return found

    def word_fonts(self) -> list[str]:
        """The font of each word that `words` gives, in the same order."""
        handle = raw.FPDFText_LoadPage(self.page.raw)
        try:
            return [_font_name(handle, match.start()) for match in _WORD.finditer(_characters(handle))]
        finally:
            raw.FPDFText_ClosePage(handle)

    def angle(self) -> int:
        """Degrees clockwise (0, 90, 180, 270) by which most characters stand turned on the page as displayed."""
        handle = raw.FPDFText_LoadPage(self.page.raw)
        try:
            count = raw.FPDFText_CountChars(handle)
            step = max(1, count // 40)
            angles = [raw.FPDFText_GetCharAngle(handle, k) for k in range(0, count, step)]
        finally:
            raw.FPDFText_ClosePage(handle)
        quarter = [round(angle / 1.5707963) % 4 for angle in angles if angle >= 0]
        if not quarter:
            return 0
        common = max(set(quarter), key=quarter.count)
        return (common * 90 + self.rotation) % 360 if quarter.count(common) > 0.6 * len(quarter) else 0

    # -- annotations ---------------------------------------------------------------------------------------------

    def annotations(self) -> list[Annotation]:
        """The annotations that may show text."""
        found = []
        for k in range(min(raw.FPDFPage_GetAnnotCount(self.page.raw), 500)):
            annotation = raw.FPDFPage_GetAnnot(self.page.raw, k)
            if not annotation:
                continue
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            rect = raw.FS_RECTF()
            if kind in (_FREE_TEXT, _STAMP, _WIDGET) and raw.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
                box = self._box(rect.left, rect.bottom, rect.right, rect.top)
                field = kind == _WIDGET and _string_value(annotation, b"FT") in ("Tx", "Ch")
                if box[2] - box[0] > 1 and box[3] - box[1] > 1:
                    bare = field and not raw.FPDFAnnot_HasKey(annotation, b"AP")
                    typed = self._field_value(annotation) if bare else ""
                    shows = _shows_text(annotation) and not bare
                    found.append(Annotation(k, box, field or kind == _FREE_TEXT, shows, typed))
            raw.FPDFPage_CloseAnnot(annotation)
        return found

    def _field_value(self, annotation: Any) -> str:
        """The value of a form's field, which its parent may hold; pdfium runs no scripts for it."""
        if self.document.formenv is None:
            self.document.init_forms()
        form = self.document.formenv
        if form is None:
            return _string_value(annotation, b"V")
        size = raw.FPDFAnnot_GetFormFieldValue(form.raw, annotation, None, 0)
        if not 2 < size < 20_000:
            return ""
        buffer = ctypes.create_string_buffer(size)
        target = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        raw.FPDFAnnot_GetFormFieldValue(form.raw, annotation, target, size)
        return buffer.raw[: size - 2].decode("utf-16-le", "replace")

    def flatten(self) -> None:
        """Make what annotations show part of the page, in memory; objects taken from the page before are gone."""
        raw.FPDFPage_Flatten(self.page.raw, raw.FLAT_NORMALDISPLAY)
        before, self.page = self.page, self.document[self.index]  # in this order: the fonts are read once
        before.close()

    # -- graphics ------------------------------------------------------------------------------------------------

    def drawn(self) -> Drawn:
        """Images, rules and what else is drawn."""
        images: list[Placed] = []
        rules: list[tuple[float, float, float, float]] = []
        paths = others = 0
        page, text = self.page.raw, raw.FPDF_PAGEOBJ_TEXT
        total = raw.FPDFPage_CountObjects(page)
        for k in range(min(total, _MOST_OBJECTS)):
            handle = _object_at(page, k)
            kind = _kind_of(handle)
            if kind == text:
                continue
            if kind == raw.FPDF_PAGEOBJ_PATH:
                paths += 1
                if len(rules) < _MOST_SEGMENTS and _is_visible(handle):
                    rules.extend(self._rules(handle))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                images.append(self._placed(handle, True))
            else:
                others += 1
                if kind == raw.FPDF_PAGEOBJ_FORM:
                    images.extend(self._images_in_form(handle, 0))
        return Drawn(tuple(images), paths, others, tuple(rules))

    def _images_in_form(self, form: Any, depth: int) -> Iterator[Placed]:
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(form, ctypes.byref(matrix))
        for k in range(min(raw.FPDFFormObj_CountObjects(form), 1000)):
            handle = raw.FPDFFormObj_GetObject(form, k)
            kind = raw.FPDFPageObj_GetType(handle)
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                yield self._placed(handle, False, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 3:
                yield from self._images_in_form(handle, depth + 1)

    def _placed(self, handle: Any, on_page: bool, outer: Any = None) -> Placed:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
        low_x, low_y, high_x, high_y = left.value, bottom.value, right.value, top.value
        if outer is not None:
            xs = [outer.a * x + outer.c * y + outer.e for x in (low_x, high_x) for y in (low_y, high_y)]
            ys = [outer.b * x + outer.d * y + outer.f for x in (low_x, high_x) for y in (low_y, high_y)]
            low_x, low_y, high_x, high_y = min(xs), min(ys), max(xs), max(ys)
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        raw.FPDFImageObj_GetImagePixelSize(handle, wide, high)
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(handle, ctypes.byref(matrix))
        upright = (
            on_page
            and self.rotation == 0
            and matrix.a > 0
            and matrix.d > 0
            and abs(matrix.b) < 0.01 * matrix.a
            and abs(matrix.c) < 0.01 * matrix.d
        )
        return Placed(self._box(low_x, low_y, high_x, high_y), (wide.value, high.value), upright, handle)

    def _rules(self, path: Any) -> Iterator[tuple[float, float, float, float]]:
        """Lines of a path that run along the page's edges."""
        count = _count_segments(path)
        if not 2 <= count <= 400:
            return
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
        a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
        x, y = ctypes.c_float(), ctypes.c_float()
        to_x, to_y = ctypes.byref(x), ctypes.byref(y)
        begins, goes_on = raw.FPDF_SEGMENT_MOVETO, raw.FPDF_SEGMENT_LINETO
        at: tuple[float, float] | None = None
        first: tuple[float, float] | None = None
        for k in range(count):
            segment = _segment_at(path, k)
            kind = _segment_kind(segment)
            _segment_point(segment, to_x, to_y)
            across, up = x.value, y.value
            point = (a * across + c * up + e, b * across + d * up + f)
            if kind == begins:
                first = point
            elif kind == goes_on and at is not None and _is_straight(at, point):
                yield self._rule(at, point)
            at = point
            if _segment_closes(segment) and first is not None and _is_straight(point, first):
                yield self._rule(point, first)

    def _rule(self, a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float, float, float]:
        return self._box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))

    # -- pictures ------------------------------------------------------------------------------------------------

    def render(self, dpi: float, grey: bool = False) -> Image:
        """The page as an image, as it is displayed (annotations only if they were flattened)."""
        bitmap = self.page.render(scale=dpi / 72, may_draw_forms=False, draw_annots=False, grayscale=grey)
        try:
            image: Image = bitmap.to_pil().copy()
        finally:
            bitmap.close()
        return image

    def picture(self, placed: Placed) -> Image | None:
        """An image's own pixels; None where pdfium cannot give them."""
        bitmap = raw.FPDFImageObj_GetBitmap(placed.handle)
        if not bitmap:
            return None
        try:  # the copy is ours; pdfium's own pixels are given back when `bitmap` goes
            image: Image = pdfium.PdfBitmap.from_raw(bitmap).to_pil().copy()
        except (ValueError, RuntimeError):
            return None
        return image


def attached_files(
    data: bytes, passwords: tuple[str, ...], most: int, max_bytes: int
) -> Iterator[tuple[str, bytes | None]]:
    """Names and bytes of the files that lie in a PDF; None for one that is too large or damaged."""
    document = open_pdf(data, passwords)
    try:
        for k in range(_count_attached(document, most)):
            yield _attached(document, k, max_bytes)
    finally:
        document.close()


@PDFIUM.alone
def _count_attached(document: Pdf, most: int) -> int:
    return min(int(document.count_attachments()), most)


@PDFIUM.alone
def _attached(document: Pdf, index: int, max_bytes: int) -> tuple[str, bytes | None]:
    attachment = document.get_attachment(index)
    name = attachment.get_name() or f"attachment-{index + 1}"
    size = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(attachment.raw, None, 0, ctypes.byref(size)) or size.value > max_bytes:
        return name, None
    try:
        return name, bytes(attachment.get_data())
    except (pdfium.PdfiumError, RuntimeError, ValueError):
        return name, None


def _is_visible(path: Any) -> bool:
    """Whether a path is drawn in a colour that can be told from paper: white boxes hide what lies below them."""
    _MODE[:] = [0, 0]
    _draw_mode(path, *_MODE_AT)
    for drawn, of in zip(_MODE, (_fill_colour, _stroke_colour), strict=True):
        if not drawn:
            continue
        if not of(path, *_COLOUR_AT):
            return True
        red, green, blue, alpha = _COLOUR
        if alpha > 20 and 0.299 * red + 0.587 * green + 0.114 * blue < _PAPER:
            return True
    return False


def _is_straight(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether a line runs along the page's edges, and is no point."""
    return (abs(a[0] - b[0]) < 0.6) != (abs(a[1] - b[1]) < 0.6)


def _characters(handle: Any) -> str:
    """The characters of a text page: one for each of pdfium's, so that offsets are its indices."""
    count = raw.FPDFText_CountChars(handle)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(handle, 0, count, buffer)
    text = bytes(buffer)[: 2 * (written - 1)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(handle, k) for k in range(count))
    # 0 stands for a letter of which the font does not say what it is
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _as_shown(word: str) -> str:
    """A word with a plain hyphen for what pdfium makes of one at its end, and for the bullets of symbol fonts."""
    if word[-1] in _HYPHENS:
        return word[:-1] + "-"
    return "-" if len(word) == 1 and "\uf020" <= word <= "\uf0ff" else word


def _place(word: WordBox) -> tuple[str, int, int]:
    return word.text, round(word.x0), round(word.y0)


def _font_name(handle: Any, index: int) -> str:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(handle, index, buffer, 128, ctypes.byref(flags))
    return buffer.value.decode("utf-8", "replace")


def _shows_text(annotation: Any) -> bool:
    """Whether an annotation's appearance holds text (it may show an image alone); True if that is not known."""
    count = raw.FPDFAnnot_GetObjectCount(annotation)
    return count <= 0 or any(_holds_text(raw.FPDFAnnot_GetObject(annotation, k), 0) for k in range(min(count, 200)))


def _holds_text(handle: Any, depth: int) -> bool:
    kind = raw.FPDFPageObj_GetType(handle)
    if kind != raw.FPDF_PAGEOBJ_FORM or depth > 6:
        return bool(kind == raw.FPDF_PAGEOBJ_TEXT or depth > 6)
    count = raw.FPDFFormObj_CountObjects(handle)
    return any(_holds_text(raw.FPDFFormObj_GetObject(handle, k), depth + 1) for k in range(min(count, 200)))


def _string_value(annotation: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
