"""`winmail.dat` (TNEF, MS-OXTNEF): the files that Outlook packs into one attachment of its own kind."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_SIGNATURE = b"\x78\x9f\x3e\x22"
_RENDERING, _TITLE, _DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_LONG_NAME, _BYTES = 0x3707, 0x3701  # properties of MAPI: PidTagAttachLongFilename, PidTagAttachDataBinary
_FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0xA: 4, 0xB: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST_PROPERTIES = 2000


def is_tnef(data: bytes) -> bool:
    """Whether a file is TNEF, by its signature."""
    return data.startswith(_SIGNATURE)


def tnef_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files in it, as far as it is whole."""
    name, content, count = "", b"", 0
    begun = False
    for kind, value in _attributes(data):
        if kind == _RENDERING:
            if begun and content:
                count += 1
                yield name or f"attachment-{count}", content
            name, content, begun = "", b"", True
        elif kind == _TITLE and not name:
            name = _text(value)
        elif kind == _DATA:
            content, begun = value, True
        elif kind == _ATTACHMENT:
            properties = _properties(value)
            name = _text(properties.get(_LONG_NAME, b""), True) or name
            content = content or properties.get(_BYTES, b"")
    if begun and content:
        yield name or f"attachment-{count + 1}", content


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of the attributes (MS-OXTNEF 2.1.3): level, id, length, value, checksum."""
    at = 6
    while at + 9 <= len(data):
        _level, tag, length = struct.unpack_from("<BII", data, at)
        at += 9
        if at + length > len(data):
            return
        yield tag & 0xFFFF, data[at : at + length]
        at += length + 2


def _properties(data: bytes) -> dict[int, bytes]:
    """The properties of MAPI in an attribute: id to its first value."""
    found: dict[int, bytes] = {}
    if len(data) < 4:
        return found
    at = 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MOST_PROPERTIES)):
        if at + 4 > len(data):
            break
        kind, tag = struct.unpack_from("<HH", data, at)
        at += 4
        if tag >= 0x8000:  # a named property: its set's id, then a number or a name
            if at + 24 > len(data):
                break
            by_name, size = struct.unpack_from("<II", data, at + 16)
            at += 24 + (_padded(size) if by_name else 0)
        count = 1
        if kind & 0x1000 or kind in (0xD, 0x1E, 0x1F, 0x102):
            if at + 4 > len(data):
                break
            count, at = struct.unpack_from("<I", data, at)[0], at + 4
        for number in range(min(count, _MOST_PROPERTIES)):
            fixed = _FIXED.get(kind & 0xFFF)
            if fixed is None:
                if at + 4 > len(data):
                    return found
                size, at = struct.unpack_from("<I", data, at)[0], at + 4
            else:
                size = fixed
            if at + size > len(data):
                return found
            if number == 0:
                # an object begins with the id of its interface
                found[tag] = data[at + 16 : at + size] if kind == 0xD else data[at : at + size]
            at += _padded(size)
    return found


def _padded(size: int) -> int:
    return (size + 3) & ~3


def _text(value: bytes, wide: bool = False) -> str:
    """A name, in UTF-16 where zeros show that."""
    if wide and b"\0" in value[:-2]:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    raw = value.split(b"\0")[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1258", "replace")
