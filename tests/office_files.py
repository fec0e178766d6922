"""Office files made byte by byte, for readers that no library in the tests can write for: OLE containers, DOC, XLS, PPT, PPTX."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE container (MS-CFB) with these streams; short ones are filled up, so that none is a mini stream."""
    contents = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    chains = {name: -(-len(data) // _SECTOR) for name, data in contents.items()}
    directory = -(-(1 + len(contents)) * 128 // _SECTOR)
    fats = 1
    while (fats + directory + sum(chains.values())) > fats * (_SECTOR // 4):
        fats += 1
    table = [_FAT] * fats
    starts: dict[str, int] = {}
    for name, size in (("", directory), *chains.items()):
        starts[name] = len(table)
        table += [*range(len(table) + 1, len(table) + size), _END]
    table += [_FREE] * (fats * (_SECTOR // 4) - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, starts[""], 0, 4096, _END, 0, _END, 0, 0
    )
    header = header[:76] + struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    names = sorted(contents, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, _FREE, 1 if names else _FREE, _END, 0)]
    for k, name in enumerate(names):
        right = k + 2 if k + 1 < len(names) else _FREE
        entries.append(_entry(name, 2, right, _FREE, starts[name], len(contents[name])))
    rows = b"".join(entries)
    body = struct.pack(f"<{len(table)}I", *table) + rows.ljust(directory * _SECTOR, b"\0")
    for data in contents.values():
        body += data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\0")
    return header + body


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le")
    out = wide.ljust(64, b"\0") + struct.pack("<HBB", len(wide) + 2, kind, 1)
    return out + struct.pack("<III", _FREE, right, child) + bytes(36) + struct.pack("<IQ", start, size)


def word_doc(text: str, flags: int = 0) -> bytes:
    """A DOC of plain paragraphs (MS-DOC): the file information block, one piece of text, no formatting."""
    letters = text.replace("\n", "\r") + "\r"
    body, at = letters.encode("utf-16-le"), 0x800
    head = bytearray(at)
    struct.pack_into("<HHHHHH", head, 0, 0xA5EC, 0x00C1, 0, 0x0409, 0, 0x0200 | flags)
    struct.pack_into("<H", head, 12, 0x00BF)
    struct.pack_into("<H", head, 32, 14)
    struct.pack_into("<H", head, 62, 22)
    struct.pack_into("<i", head, 64, at + len(body))
    struct.pack_into("<i", head, 76, len(letters))
    struct.pack_into("<H", head, 152, 93)
    pieces = struct.pack("<ii", 0, len(letters)) + struct.pack("<HIH", 0, at, 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 154 + 33 * 8, 0, len(table))
    return ole({"WordDocument": bytes(head) + body, "1Table": table})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def excel_xls(
    cells: Mapping[tuple[int, int], str | float], merged: Sequence[tuple[int, int, int, int]] = (), font: str = "Arial"
) -> bytes:
    """An XLS of one sheet (MS-XLS); `merged` are areas (first row, last row, first column, last column).

    Numbers are shown in percent without decimals.
    """
    name = struct.pack("<BB", len(font), 1) + font.encode("utf-16-le")
    fonts = b"".join(_record(0x31, struct.pack("<HHHHHBBBx", 220, 0, 8, 400, 0, 0, 0, 0) + name) for _ in range(4))
    forms = b"".join(
        _record(0xE0, struct.pack("<HHHBBBBIIH", 0, 9 if k == 16 else 0, 0 if k > 14 else 0xFFF5, 0, 0, 0, 0, 0, 0, 0))
        for k in range(17)
    )
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0x7CC, 0, 0))
    for (row, column), value in sorted(cells.items()):
        if isinstance(value, str):
            sheet += _record(0x204, struct.pack("<HHH", row, column, 15) + _wide(value))
        else:
            sheet += _record(0x203, struct.pack("<HHHd", row, column, 16, value))
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        sheet += _record(0xE5, struct.pack("<H", len(merged)) + areas)
    sheet += _record(0x0A, b"")
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0x7CC, 0, 0)) + fonts + forms
    title = struct.pack("<BB", 5, 0) + b"Sheet"
    place = len(begin) + 4 + 6 + len(title) + 4
    book = begin + _record(0x85, struct.pack("<IBB", place, 0, 0) + title) + _record(0x0A, b"") + sheet
    return ole({"Workbook": book})


def _atom(kind: int, data: bytes, instance: int = 0, container: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(data)) + data


def powerpoint_ppt(slides: Sequence[Sequence[str]]) -> bytes:
    """A PPT (MS-PPT) whose slides have these texts."""
    listed = b""
    for texts in slides:
        listed += _atom(0x03F3, bytes(20))
        listed += b"".join(_atom(0x0FA0, text.encode("utf-16-le")) for text in texts)
    document = _atom(0x03E8, _atom(0x0FF0, listed, container=True), container=True)
    return ole({"PowerPoint Document": document})


def powerpoint_pptx(*xml: str) -> bytes:
    """A PPTX of slides, each given as the XML in it."""
    a, p = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{r}/officeDocument" Target="ppt/presentation.xml"/></Relationships>',
        )
        ids = "".join(f'<p:sldId r:id="r{k}"/>' for k in range(len(xml)))
        archive.writestr(
            "ppt/presentation.xml",
            f'<p:presentation xmlns:p="{p}" xmlns:r="{r}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>',
        )
        rows = "".join(f'<Relationship Id="r{k}" Type="{r}/slide" Target="slides/s{k}.xml"/>' for k in range(len(xml)))
        archive.writestr("ppt/_rels/presentation.xml.rels", f'<Relationships xmlns="{package}">{rows}</Relationships>')
        for k, content in enumerate(xml):
            archive.writestr(f"ppt/slides/s{k}.xml", f'<p:sld xmlns:p="{p}" xmlns:a="{a}">{content}</p:sld>')
    return out.getvalue()
