"""From bytes to text: which encoding, and how sure.

Clean UTF-8 is silent; everything else leaves a warning on the plan. Where the bytes do not tell, nothing is guessed:
the error says what to do.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import EncodingError
from .kinds import binary_error, control_count, is_binary
from .legacy import to_unicode
from .vietnamese import is_syllable

_BOMS = (  # the longer ones first: the mark of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE", "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE", "windows-1258": "Windows-1258", "windows-1252": "Windows-1252",
    "tcvn3": "TCVN3 (ABC fonts)", "vni": "VNI",
}  # fmt: skip
_LOST = "\ufffd"
# Share of places in a text that may be broken; one place always may (a file cut in the middle of a character).
_MAX_BROKEN = 0.001
_SAMPLE = 1 << 18
_HINT = "save it as UTF-8 (in UniKey, Notepad or LibreOffice), or name its encoding (--encoding, Settings.encoding)"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was in (`utf-8`, `windows-1258` …), and what the reader must know about that."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, fallback: str | None = None) -> Decoded:
    """The text in `data`.

    Args:
        data: The bytes of a file that is no known binary format.
        fallback: Encoding for text that is not Unicode, where the statistics of Vietnamese do not tell it.

    Raises:
        EncodingError: The encoding cannot be told, or too much is broken.
        UnsupportedFormatError: This is no text but binary data.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _unicode(data[len(mark) :], encoding, "" if encoding == "utf-8" else "byte order mark")
    if b"\0" in data and (wide := _wide_encoding(data)):
        return _unicode(data, wide, "no byte order mark, told by the text itself")
    controls = control_count(data)
    if is_binary(controls, len(data)):
        raise binary_error(controls, len(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(data, error):
            return _unicode(data, "utf-8", "")
        return _single_byte(data, error.start, fallback, controls)
    return _checked(text, "utf-8", _lost_before(text), controls)


def _checked(text: str, encoding: str, warnings: list[str], controls: int | None = None) -> Decoded:
    """The result, with warnings on what the text holds that text should not hold."""
    if controls is None:
        controls = sum(text.count(chr(byte)) for byte in (*range(9), *range(14, 32), 127))
        if is_binary(controls, len(text)):
            raise binary_error(controls, len(text))
    if controls:
        warnings.append(f"{controls} control characters in the text")
    return Decoded(text, encoding, tuple(warnings))


def _unicode(data: bytes, encoding: str, how: str) -> Decoded:
    """Decode Unicode in which a few places may be broken."""
    warnings = [f"encoding {_NAMES[encoding]} ({how})"] if how else []
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        broken = text.count(_LOST) - _genuine_replacements(data, encoding)
        where = f"first at byte {error.start}, line {data.count(_newline(encoding), 0, error.start) + 1}"
        if broken > max(1, int(len(text) * _MAX_BROKEN)):
            raise EncodingError(
                f"is {_NAMES[encoding]} with {broken} broken places in {len(text)} characters ({where}); "
                "the file is damaged: get a whole copy of it"
            ) from error
        places = "1 broken place" if broken == 1 else f"{broken} broken places"
        warnings.append(f"encoding {_NAMES[encoding]} with {places}, read as U+FFFD ({where})")
    else:
        warnings += _lost_before(text)
    return _checked(text, encoding, warnings)


def _lost_before(text: str) -> list[str]:
    lost = text.count(_LOST)
    return [f"{lost} characters (U+FFFD) were lost before this file was written"] if lost else []


def _newline(encoding: str) -> bytes:
    return "\n".encode(encoding)


def _genuine_replacements(data: bytes, encoding: str) -> int:
    """How often U+FFFD itself stands in the data (it is no broken place)."""
    return data.count(_LOST.encode(encoding))


def _is_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether bytes that are not UTF-8 are UTF-8 nevertheless, with a few broken places or cut in a character.

    In text of any other encoding, sequences that are right by chance are rare.
    """
    text = data.decode("utf-8", "replace")
    right = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", text)))
    return right >= 10 * text.count(_LOST) or (right > 0 and error.reason == "unexpected end of data")


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the one reading in which nearly all is Latin text."""
    sample = data[: _SAMPLE & ~3]
    for encoding, unit in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        text = sample[: len(sample) // unit * unit].decode(encoding, "replace")
        if text and len(_LATIN.findall(text)) >= 0.97 * len(text):
            return encoding
    return None


# Letters, marks and punctuation of Latin text, ₫ and white space.
_LATIN = re.compile(r"[\t\n\v\f\r -~\u00a0-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u206f\u20ab\ufeff]")


# -- Encodings of one byte a character -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Score:
    """How a reading of the words with bytes above 127 looks: Vietnamese syllables, other words, mere punctuation."""

    right: int
    wrong: int
    distinct: int

    @property
    def share(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0


def _single_byte(data: bytes, first: int, fallback: str | None, controls: int) -> Decoded:
    """Decode text of which no Unicode encoding is true: by the statistics of Vietnamese, else by what the user says."""
    words = Counter(re.findall(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*", data[:_SAMPLE]))
    readings: dict[str, Callable[[bytes], str]] = {
        "windows-1258": _from_windows_1258, "tcvn3": _from_tcvn3, "vni": _from_vni,
    }  # fmt: skip
    scores = {name: _score(words, reading) for name, reading in readings.items()}
    best, second = sorted(scores, key=lambda name: scores[name].share, reverse=True)[:2]
    score = scores[best]
    if score.distinct >= 3 and score.share >= 0.85 and scores[second].share <= 0.6 * score.share:
        how = f"{score.share:.0%} of its words are Vietnamese when read so"
        return _checked(readings[best](data), best, [f"encoding {_NAMES[best]}, not Unicode ({how})"], controls)
    if fallback:
        return _by_fallback(data, fallback, controls)
    western = _score(words, _from_windows_1252)
    if not western.right + western.wrong and not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data):
        warning = "encoding Windows-1252, not Unicode (nothing but punctuation is not ASCII)"
        return _checked(_from_windows_1252(data), "windows-1252", [warning], controls)
    line = data.count(b"\n", 0, first) + 1
    raise EncodingError(
        f"has an unknown encoding: not Unicode (byte {first}, line {line} is no UTF-8), and neither Windows-1258, "
        f"TCVN3 nor VNI gives Vietnamese words (at best {score.share:.0%}, as {_NAMES[best]}); {_HINT}"
    )


def _by_fallback(data: bytes, encoding: str, controls: int) -> Decoded:
    try:
        text = data.decode(encoding)
        text.encode()  # some codecs give halves of characters, which no table can hold
    except ValueError as error:
        raise EncodingError(f"is not {encoding}, as --encoding says; {_HINT}") from error
    return _checked(text, encoding, [f"encoding {encoding}, as --encoding says"], controls)


_PUNCTUATION = "\u20ac‚„…‰‹‘’“”•–—™›\u00a0¡¢£¤¥¦§¨©«¬\u00ad®¯°±²³´¶·¸¹»¼½¾¿×÷₫"
_SEPARATORS = re.compile("[\u00a0–—…’‘“”]+")


def _score(words: Counter[bytes], reading: Callable[[bytes], str]) -> _Score:
    right = wrong = distinct = 0
    for word, count in words.items():
        text = reading(word).strip(_PUNCTUATION)
        if text.isascii():
            continue  # a quotation mark or dash beside an ASCII word tells nothing
        if all(is_syllable(part) for part in _SEPARATORS.split(text)):
            right += count
            distinct += 1
        else:
            wrong += count
    return _Score(right, wrong, distinct)


def _from_windows_1252(data: bytes) -> str:
    # Five bytes have no character; U+FFFD there makes the reading bad, which it is.
    return data.decode("windows-1252", "replace")


def _from_windows_1258(data: bytes) -> str:
    return data.decode("windows-1258", "replace")


def _from_tcvn3(data: bytes) -> str:
    return to_unicode(data.decode("latin-1"), "tcvn3")


def _from_vni(data: bytes) -> str:
    return to_unicode(_from_windows_1252(data), "vni")
