"""Texts and results for tests of the rooms around the rules: reading, tables, batch, command line."""

from __future__ import annotations

import ctypes
import datetime as dt
import faulthandler
import hashlib
import os
import signal
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vnplan.batch.work import Read
from vnplan.document import Document
from vnplan.errors import EncodingError, VnplanError
from vnplan.extraction import document_id_of, failure
from vnplan.ingestion import Entry, load
from vnplan.records import (
    Box,
    Candidate,
    Charge,
    Citation,
    DateMention,
    Deadline,
    Entity,
    Evidence,
    Extraction,
    Page,
    Plan,
    PlanResult,
    Responsibility,
    Section,
    Signature,
    Target,
    Task,
)
from vnplan.settings import Settings

# Of our own writing, with every kind of letter that the old encodings treat apart.
PLAN = """ỦY BAN NHÂN DÂN
HUYỆN ĐỒNG PHÚ
Số: 27/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Đồng Phú, ngày 14 tháng 3 năm 2023

KẾ HOẠCH
Tuyên truyền, phổ biến pháp luật về phòng cháy ở các chợ năm 2023

Thực hiện Kế hoạch số 08/KH-UBND ngày 05/01/2023 của Ủy ban nhân dân tỉnh, Ủy ban nhân dân huyện ban hành kế hoạch:
1. Giảm từ 5% đến 10% số vụ cháy so với năm 2022; kỹ năng, trẻ em, nghĩa vụ, quyết định, mỗi thôn đều có tổ tự quản.
2. Phòng Văn hóa và Thông tin chủ trì, phối hợp với Công an huyện; báo cáo trước ngày 15/12/2023.
"""
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def to_windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: letters of the code page, tones as combining marks after them."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
            out.append((base + "".join(c for c in parts if c in _TONES)).encode("cp1258"))
    return b"".join(out)


def words(text: str, part: str, section: str = "I.1") -> Evidence:
    """Evidence for a part of a text."""
    start = text.index(part)
    return Evidence(part, start, start + len(part), section=section, confidence=0.9)


def full_result(source: str = "huyen/ke-hoach.txt", text: str = PLAN, scanned: bool = False) -> PlanResult:
    """A result with a fact of every kind."""
    number = words(text, "27/KH-UBND", "header")
    if scanned:
        number = Evidence(
            number.text, number.start, number.end, 1, (Box(1, 72.0, 90.5, 160.25, 102.0),), "header", 0.9, 88.5
        )
    plan = Plan(
        doc_type="KH",
        number="27/KH-UBND",
        number_symbol="KH-UBND",
        number_status="found",
        issue_date=dt.date(2023, 3, 14),
        issue_date_status="found",
        issue_year=2023,
        issue_month=3,
        place="Đồng Phú",
        issuing_body="UBND huyện Đồng Phú",
        title="Tuyên truyền; phổ biến pháp luật",
        period_start=2023,
        period_end=2023,
        signer_positions=("Phó Chủ tịch",),
        recipients=("UBND tỉnh", "Lưu: VT; KT"),
        recipient_purposes=("để báo cáo", None),
        warnings=("một cảnh báo",),
        number_candidates=(Candidate("27/KH-UBND", "letterhead", 0.9),),
        evidence={"number": number},
    )
    return PlanResult(
        document_id="d0123456789abcde",
        source=source,
        sha256="ab" * 32,
        format="text",
        text=text,
        plan=plan,
        citations=(
            Citation(words(text, "Kế hoạch số 08/KH-UBND"), "KH", "08/KH-UBND", "2023-01-05", relation="implements"),
            Citation(words(text, "kế hoạch:"), "KH", None, is_self=True, candidates=("KH:1", "KH:2")),
        ),
        targets=(
            Target(words(text, "Giảm từ 5% đến 10%"), "reduce", "fires", "số vụ cháy", 5.0, 10.0, "percent", "2022"),
        ),
        tasks=(
            Task(
                words(text, "Phòng Văn hóa và Thông tin chủ trì"),
                "chủ trì, phối hợp với Công an huyện",
                "subject",
                (
                    Charge(words(text, "Phòng Văn hóa và Thông tin"), "Phòng Văn hóa và Thông tin", "lead"),
                    Charge(words(text, "Công an huyện"), "Công an huyện", "coordinate"),
                ),
                "2023-12-15",
                due_to=dt.date(2023, 12, 15),
                targets=("f0123456789abcde",),
            ),
        ),
        responsibilities=(
            Responsibility(words(text, "Phòng Văn hóa và Thông tin chủ trì"), "Phòng Văn hóa và Thông tin", "lead"),
            Responsibility(words(text, "Công an huyện"), "Công an huyện", "coordinate"),
        ),
        deadlines=(
            Deadline(words(text, "trước ngày 15/12/2023"), "2023-12-15", kind="report"),
            Deadline(words(text, "báo cáo trước"), None, recurrence="trước ngày 15 hàng tháng"),
            Deadline(words(text, "năm 2022"), "2022-02-30"),
        ),
        dates=(DateMention(words(text, "05/01/2023"), "2023-01-05", "citation"),),
        sections=(
            Section(words(text, "1. Giảm"), "1", None, 1, "1.", "Giảm"),
            Section(words(text, "2. Phòng"), "2.a", "2", 2, "a)", "Phòng", numbered=False),
        ),
        entities=(Entity(words(text, "Công an huyện"), "ORG"),),
        pages=(Page(1, 595.0, 842.0, "ocr", 88.5, characters=len(text)),) if scanned else (),
        signatures=(SIGNATURE, Signature(None, problem="cannot be read")) if scanned else (),
    )


SIGNATURE = Signature(
    "Nguyễn Văn A",
    "UBND xã Mẫu",
    signed_at=dt.datetime(2023, 1, 5, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=7))),
    time_source="claimed",
    intact=True,
    page=1,
    box=Box(1, 10.0, 20.0, 110.0, 60.0),
)


def fake_analyze(document: Document, settings: Settings | None = None, **_: object) -> PlanResult:
    """Stands in for the rules: a plan with nothing but its text and warnings."""
    if "LỖI" in document.raw:
        raise RuntimeError("a rule fell over")
    plan = Plan(warnings=document.warnings)
    return PlanResult(document.document_id, document.source, document.sha256, document.format, document.raw, plan)


def fake_work(entries: Sequence[Entry], settings: Settings) -> Read:
    """Work for the pool, by the file's name: what the name says goes wrong, else a full result for each file."""
    name = entries[0].source
    if "deadly" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "segfault" in name:
        faulthandler.disable()
        ctypes.string_at(0)
    if "hang" in name:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(1000)
    if "greedy" in name:
        kept = [bytearray(4_000_000) for _ in range(250)]
        time.sleep(1000 if kept else 0)
    if "huge" in name:
        bytearray(1 << 40)
    if "fault" in name:
        raise RuntimeError("not caught by the work itself")
    if "bad" in name:
        return Read(tuple(failure(entry.source, EncodingError("cannot be told")) for entry in entries))
    return Read(tuple(Extraction(entry.source, (full_result(entry.source),)) for entry in entries), "ab" * 32)


def quick_work(entries: Sequence[Entry], settings: Settings) -> Read:
    """Work that reads, but has no rules: a document with a fact of every kind for a file that holds `PLAN`."""
    data = load(entries[0].path, settings.max_bytes)
    text, digest = data.decode(), hashlib.sha256(data).hexdigest()
    return Read(tuple(Extraction(entry.source, (_named(entry.source, text, digest),)) for entry in entries), digest)


def _named(source: str, text: str, digest: str) -> PlanResult:
    result = full_result(source, text)
    return replace(result, document_id=document_id_of(source, digest), sha256=digest)


def counted_work(entries: Sequence[Entry], settings: Settings) -> Read:
    """`quick_work` that leaves a line in a log for every file it begins; it fails as `fake_work` does, by the name."""
    with Path(os.environ["VNPLAN_TEST_LOG"]).open("a") as log:
        log.write(entries[0].source + "\n")
    if any(word in entries[0].source for word in ("deadly", "hang")):
        return fake_work(entries, settings)
    try:
        return quick_work(entries, settings)
    except VnplanError as error:
        return Read(tuple(failure(entry.source, error) for entry in entries))
