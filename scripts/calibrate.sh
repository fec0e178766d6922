#!/bin/sh
# Counts how often the rules are right on all labelled documents (pipeline/knowledge/confidence.csv), and measures what
# that is worth on the locked half (docs/guides/trust.md, trust.vi.md).
# Environment: BIN (default .venv/bin), SHARED (default ../shared), MORE (further labels, which nobody has read who writes
# rules: `DOCUMENTS:GOLD …`; what is judged on them takes the place of tests/gold/judged.csv).
set -eu
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
SHARED=${SHARED:-../shared}
export SHARED
if [ ! -d "$SHARED/gold" ]; then
    echo "The real documents and their gold are not here ($SHARED/gold): there is nothing to count on." >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$BIN/python" scripts/gold_sets.py "$work/all" --locked
locked=tests/gold/LOCKED
unseen="$work/all/gold/open"
fresh=
for folder in "$work"/all/gold/more*; do
    if [ -d "$folder" ]; then fresh="${fresh:---fresh} $folder"; fi
done
gold=$work/all/gold
# shellcheck disable=SC2086 # folders without spaces
"$BIN/python" scripts/confidence.py "$work/all/documents" --unseen "$unseen" \
    --seen "$gold/seeds" "$gold/texts" "$gold/plans" "$gold/scans" "$gold/written" $fresh --leave-out "$locked" --jobs 0
"$BIN/vnplan" extract "$work/all/documents" --follow-links --out "$work/out" --ner none --jobs 0 --quiet || true
"$BIN/python" scripts/trust.py "$work/out" --open "$unseen" --locked "$gold/locked" \
    --seen "$gold/seeds" "$gold/texts" "$gold/plans" "$gold/scans" "$gold/locked-scans" --leave-out "$locked"
