"""Values as a reviewer sees and types them: roles, directions and days in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ..tables.labels import Language, label, labels_of
from ..tables.sheets import SheetColumn, shown

_CHARGED = ("responsibilities", "tasks")


def typed(lang: Language, kind: str, value: str | None) -> str:
    """A value as it is shown and typed: `Chủ trì: Công an xã; Hạn: 30/6/2025`."""
    if value is None:
        return ""
    names = _names(kind, lang)
    parts = [part.partition(": ") for part in (value.split("; ") if kind == "tasks" else [value])]
    if not names or not all(mark or head.endswith(":") for head, mark, _ in parts):
        return _shown(value, lang)
    return "; ".join(f"{names.get(head.rstrip(':'), head)}: {_shown(rest, lang)}".strip() for head, _, rest in parts)


def coded(lang: Language, kind: str, value: str) -> str:
    """What a reviewer typed, with roles and directions as codes."""
    codes = {name.casefold(): code for code, name in _names(kind, lang).items()}
    parts = []
    for part in value.split(";") if kind == "tasks" else [value]:
        head, mark, rest = part.partition(":")
        code = codes.get(" ".join(head.split()).casefold())
        parts.append(f"{code}: {rest.strip()}" if mark and code else part)
    return ";".join(parts)


def when(lang: Language, at: str) -> str:
    """A time as its reader writes it, on the clock of this machine."""
    return dt.datetime.fromisoformat(at).astimezone().strftime("%H:%M %d/%m/%Y" if lang == "vi" else "%Y-%m-%d %H:%M")


def _names(kind: str, lang: Language) -> Mapping[str, str]:
    if kind in _CHARGED:
        return {**labels_of("role", lang), "due": label("review", "due", lang)}
    return labels_of("direction", lang) if kind == "targets" else {}


def _shown(value: str, lang: Language) -> str:
    return str(shown(SheetColumn("", "when"), value, lang)) if value else ""
