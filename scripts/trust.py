"""Fills the tables of docs/guides/trust.md and trust.vi.md with measured figures.

    python scripts/trust.py OUT --seen GOLD… --open GOLD… --locked GOLD… [--leave-out FILE]

OUT is an output folder over the documents of all gold. `--seen` is gold whose documents rules were written on, `--open`
gold that may be read since, `--locked` gold of which nothing but these figures was looked at. FILE names the documents
of the locked half: what other folders have of them goes to a table of its own.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from confidence import judged  # noqa: E402

from vnplan.evaluation import Evaluation, evaluate  # noqa: E402
from vnplan.evaluation.calibration import Grade, threshold  # noqa: E402
from vnplan.linking.confidence import share_right  # noqa: E402

ENOUGH = 200  # facts: some 134 without a fault prove that 98 in 100 are right
WORDS = {
    "en": ("kind of fact", "score", "95 % interval", "overlap", "precision", "recall", "gold",
           "expected calibration error", "99 % right from", "right above it", "share of the gold kept", "none",
           "facts", "documents"),
    "vi": ("loại thông tin", "điểm", "khoảng tin cậy 95 %", "điểm trùng từ", "độ chính xác", "độ bao phủ", "số mẫu",
           "sai số hiệu chuẩn (ECE)", "đúng 99 % từ mức", "tỷ lệ đúng trên mức đó", "phần còn giữ được", "không có",
           "số dòng", "văn bản"),
}  # fmt: skip


def scores(report: Evaluation, language: str) -> Iterator[str]:
    """Every kind with its score, interval, precision and recall."""
    say = WORDS[language]
    yield f"{len(report.judged.scored)} {say[13]}\n"
    yield f"| {' | '.join(say[:7])} |\n|---|---:|---|---:|---:|---:|---:|"
    for kind, one in report.figures().items():
        if one.score is not None and "by hand" not in kind:
            between = f"{one.low:.3f} – {one.high:.3f}"
            rates = f"{one.overlap:.3f} | {one.precision:.3f} | {one.recall:.3f} | {one.right + one.missed}"
            yield f"| {kind} | {one.score:.3f} | {between} | {rates} |"


def confidence(report: Evaluation, thresholds: dict[str, float | None], language: str) -> Iterator[str]:
    """Calibration by kind, and what the thresholds chosen on open labels give here."""
    say = WORDS[language]
    yield f"| {say[0]} | {say[12]} | {say[7]} | {say[8]} | {say[9]} | {say[10]} |\n|---|---:|---:|---:|---:|---:|"
    rows = report.grades()
    for kind, part in report.calibration().items():
        least = thresholds.get(kind)
        above = [row for row in rows if row.kind == kind and least is not None and row.confidence >= least]
        right = sum(row.right for row in above)
        kept = right / part["gold"] if part["gold"] else 0.0
        tail = f"{least:.3f} | {right} / {len(above)} | {kept:.3f}" if above else f"{say[11]} | – | –"
        yield f"| {kind} | {part['count']} | {part['error']:.3f} | {tail} |"


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    for name in ("--seen", "--open", "--locked"):
        parser.add_argument(name, nargs="+", required=True)
    parser.add_argument("--leave-out")
    args = parser.parse_args()
    kept = set(Path(args.leave_out).read_text(encoding="utf-8").split()) if args.leave_out else set()
    seen, opened, locked = (evaluate(args.out, gold) for gold in (args.seen, args.open, args.locked))
    both = without(evaluate(args.out, [*args.seen, *args.open]), kept)
    thresholds = chosen(opened.grades(), both.grades())
    for language, name in (("en", "trust.md"), ("vi", "trust.vi.md")):
        tables = {
            "locked": scores(locked, language),
            "open": scores(opened, language),
            "seen": scores(without(seen, kept), language),
            "confidence-locked": confidence(locked, thresholds, language),
            "confidence-seen": confidence(only(seen, kept), thresholds, language),
        }
        page = ROOT / "docs" / "guides" / name
        text = page.read_text(encoding="utf-8")
        for key, lines in tables.items():
            filled = f"<!-- measured: {key} -->\n\n" + "\n".join(lines) + "\n\n<!-- end -->"
            text = re.sub(rf"<!-- measured: {key} -->.*?<!-- end -->", lambda _, new=filled: new, text, flags=re.DOTALL)
        page.write_text(text, encoding="utf-8")


def chosen(opened: list[Grade], both: list[Grade]) -> dict[str, float | None]:
    """From which confidence on 99 % are right, by kind.

    Where labels of documents that no rule was written on are enough they alone decide: on others facts look better.
    """
    fresh = [replace(one, confidence=share_right(one.kind, one.rule, one.confidence)) for one in judged()]
    found: dict[str, float | None] = {}
    for kind in dict.fromkeys(grade.kind for grade in both):
        rows, every = ([one for one in (*part, *fresh) if one.kind == kind] for part in (opened, both))
        sure = threshold(rows if len(rows) >= ENOUGH else every)
        found[kind] = sure.confidence if sure else None
    return found


def without(report: Evaluation, documents: set[str]) -> Evaluation:
    """A report without some documents."""
    every = {one.document for one in report.judged.judgements}
    return only(report, every - documents)


def only(report: Evaluation, documents: set[str]) -> Evaluation:
    """A report on some of its documents."""
    judged = report.judged
    return Evaluation(
        replace(
            judged,
            judgements=[one for one in judged.judgements if one.document in documents],
            scored=[name for name in judged.scored if name in documents],
            absent=[name for name in judged.absent if name in documents],
        )
    )


if __name__ == "__main__":
    main()
