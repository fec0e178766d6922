"""What it takes to bring documents from cold to a checked register of ten fields, next to typing them in by hand.

    python benchmarks/keystrokes.py [--of FILES GOLD]... [--most 20] [--json FILE]

The files are read without a cache, and the review is driven by its keys in headless Chromium. One key accepts a field
that is as the gold has it, picks a candidate, or empties a field that should be empty; any other field is typed anew as
a whole. Then the tables are made again, and must hold the gold.

Keys are those of Telex: a letter with two marks is three keys, a capital is one more (Shift), a field by hand ends with
a Tab. Nobody sat at the keyboard: minutes are an estimate after the keystroke-level model (Card, Moran, Newell 1980) of
0.28 s a key and 1.35 s to look at a field, in both ways of working; once with what the pages make a person wait, too.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import chromium, served  # noqa: E402

from vnplan.batch import extract_folder  # noqa: E402
from vnplan.evaluation.alike import fold, number_key  # noqa: E402
from vnplan.extraction import extract  # noqa: E402
from vnplan.settings import Settings  # noqa: E402
from vnplan.tables.overlay import FIELDS  # noqa: E402

SHARED = ROOT.parent / "shared"
GIVEN = (("corpus/scans", "gold/scans"), ("corpus/texts/plans", "gold/plans"))
A_KEY, A_LOOK = 0.28, 1.35  # seconds
_MARKS = "\u0302\u0306\u031b\u0300\u0301\u0303\u0309\u0323"


def keys_of(text: str) -> int:
    """How many keys a text takes with Telex."""
    count = 0
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        count += 1 + parts[0].isupper() + sum(mark in _MARKS for mark in parts[1:]) + (parts[0] in "đĐ")
    return count


def wanted(gold: dict[str, Any]) -> dict[str, list[str]]:
    """The right values of each field, the one to type first; none where it is empty."""
    found: dict[str, list[str]] = {}
    for name in FIELDS:
        value = gold.get(name)
        if name in ("recipients", "signer_positions"):
            value = "; ".join(one.replace(";", ",") for one in value or ()) or None
        found[name] = value if isinstance(value, list) else [value] if value else []
    return found


def is_right(name: str, value: str, right: list[str]) -> bool:
    """Whether a field holds what it should; case, spacing and usual abbreviations aside, as in every score."""
    if not right or not value:
        return not right and not value
    same = number_key if name in ("number", "issue_date", "doc_type") else fold
    return same(value) in map(same, right)


def check(page: Any, address: str, right: dict[str, list[str]], read: dict[str, str]) -> dict[str, Any]:
    """Bring the fields of a document right by the keyboard; what was pressed, and how long the app took."""
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".card.current")
    opened = time.perf_counter() - begun
    keys, how, saving = 0, Counter[str](), []
    for name in FIELDS:
        page.wait_for_selector(f"#f-{name}.current:not(.decided)")
        candidates = page.locator(f"#f-{name} [data-candidate]").evaluate_all(
            "all => all.map(e => e.dataset.candidate)"
        )
        picked = next((at for at, one in enumerate(candidates, 1) if is_right(name, one, right[name])), 0)
        typed = ""
        if is_right(name, read[name], right[name]):
            act, press = "accepted", "a"
        elif not right[name]:
            act, press = "emptied", "x"
        elif picked:
            act, press = "picked", str(picked)
        else:
            act, press, typed = "typed", "s", right[name][0]
        page.keyboard.press(press)
        keys += 1
        if typed:
            page.keyboard.insert_text(typed)
            keys += keys_of(typed) + 1
        begun = time.perf_counter()
        if typed:
            page.keyboard.press("Enter")
        page.wait_for_selector(f"#f-{name}.decided")
        saving.append(time.perf_counter() - begun)
        how[act] += 1
        how[f"{act} {name}"] += 1
    return {"keys": keys, "open_seconds": opened, "save_seconds": statistics.mean(saving), "how": how}


def plans_of(out: Path) -> dict[str, dict[str, Any]]:
    """The rows of `plans` by source, values as text."""
    return {row["source"]: {name: text_of(row[name]) for name in FIELDS} | {"document_id": row["document_id"]}
            for row in pq.read_table(out / "plans.parquet").to_pylist()}  # fmt: skip


def text_of(value: Any) -> str:
    """A value as the review shows it."""
    return "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def measure(pairs: list[tuple[Path, Path]], folder: Path) -> dict[str, Any]:
    """All of it, for files with their gold."""
    gold = {}
    for path, known in pairs:
        shutil.copy(path, folder / "in" / path.name)
        gold[path.name] = wanted(json.loads(known.read_text(encoding="utf-8")))
    out = folder / "out"
    begun = time.perf_counter()
    extract_folder(folder / "in", out, formats=("parquet",), settings=Settings(), cache=None)
    figures: dict[str, Any] = {"documents": len(pairs), "pages": sum(pages(out))}
    figures["extract_seconds_a_document"] = round((time.perf_counter() - begun) / len(pairs), 1)
    busy = _busy()  # in this process: those of the pool are nobody's children
    for path, _ in pairs:
        extract(path.read_bytes(), path.name, Settings(), None)
    figures["extract_processor_seconds_a_document"] = round((_busy() - busy) / len(pairs), 1)
    plans = plans_of(out)
    found = []
    begun = time.perf_counter()
    with chromium() as browser, served(out, names=None) as url:
        page = browser.new_page()
        for source, right in gold.items():
            found.append(check(page, f"{url}d/{plans[source]['document_id']}", right, plans[source]))
    driven = (time.perf_counter() - begun) / len(pairs)
    extract_folder(folder / "in", out, formats=("parquet",), settings=Settings(), cache=None)
    now = plans_of(out)
    wrong = [(s, name) for s, right in gold.items() for name in FIELDS if not is_right(name, now[s][name], right[name])]
    by_hand = [sum(1 + keys_of(values[0] if values else "") for values in right.values()) for right in gold.values()]
    how = sum((one["how"] for one in found), Counter[str]())
    keys = [one["keys"] for one in found]
    looks = len(FIELDS) * A_LOOK
    waits = statistics.mean(one["open_seconds"] + len(FIELDS) * one["save_seconds"] for one in found)
    return figures | {
        "fields": len(FIELDS), "wrong_in_the_end": len(wrong),
        "open_seconds": round(statistics.median(one["open_seconds"] for one in found), 2),
        "save_seconds": round(statistics.median(one["save_seconds"] for one in found), 2),
        "keys_a_document": round(statistics.mean(keys), 1), "keys_median": statistics.median(keys),
        "keys_by_hand_a_document": round(statistics.mean(by_hand), 1),
        "keys_by_hand_median": statistics.median(by_hand),
        "estimated_minutes_a_document": round((statistics.mean(keys) * A_KEY + looks) / 60, 2),
        "estimated_minutes_with_waits": round((statistics.mean(keys) * A_KEY + looks + waits) / 60, 2),
        "program_seconds_a_document": round(driven, 1),
        "estimated_minutes_by_hand": round((statistics.mean(by_hand) * A_KEY + looks) / 60, 2),
        "how": dict(sorted(how.items())),
    }  # fmt: skip


def pages(out: Path) -> list[int]:
    """The pages of each document."""
    return [row["pages"] or 0 for row in pq.read_table(out / "plans.parquet").to_pylist()]


def _busy() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", nargs=2, action="append", type=Path, metavar=("FILES", "GOLD"))
    parser.add_argument("--most", type=int, default=20, help="most documents")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    places = args.of or [(SHARED / files, SHARED / gold) for files, gold in GIVEN]
    pairs = [
        (path, gold / f"{path.stem}.json")
        for files, gold in places
        if files.is_dir()
        for path in sorted(files.iterdir())
        if (gold / f"{path.stem}.json").is_file()
    ][: args.most]
    if not pairs:
        raise SystemExit("no files with gold: name them with --of FILES GOLD")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").mkdir()
        figures = measure(pairs, Path(folder))
    print(json.dumps(figures, ensure_ascii=False))
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
