#!/bin/sh
# Scores the pipeline against gold: the samples in data/raw always, the real documents beside the project where they are.
# Environment: BIN (default .venv/bin), SHARED (default ../shared), SCORE_ARGS (such as --misses).
set -eu
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
SHARED=${SHARED:-../shared}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Extracts $1 and scores it against the gold folder $2 with the rest of the arguments.
# Where one falls short the others are scored all the same.
score() {
    input=$1 gold=$2
    shift 2
    echo "== $input against $gold"
    "$BIN/vnplan" extract "$input" --out "$work/out" >"$work/log" 2>&1 || { status=1 && tail -n 20 "$work/log" >&2; }
    # shellcheck disable=SC2086 # SCORE_ARGS may be several words
    "$@" "$work/out" "$gold" ${SCORE_ARGS:-} || status=1
    rm -rf "$work/out"
}

score data/raw data/raw/gold "$BIN/vnplan" score
if [ -d "$SHARED/gold" ]; then
    # By the scorer that came with the gold: the package's own is not judged by itself.
    score "$SHARED/seeds" "$SHARED/gold" "$BIN/python" "$SHARED/score/score.py"
    score "$SHARED/corpus/texts" "$SHARED/gold/texts" "$BIN/python" "$SHARED/score/score.py"
    score "$SHARED/corpus/scans" "$SHARED/gold/scans" "$BIN/python" "$SHARED/score/score.py"
else
    echo "The real documents and their gold are not here ($SHARED/gold): only the samples were scored."
fi
exit "$status"
