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

if "$BIN/vnplan" score --help >/dev/null 2>&1; then
    scorer="$BIN/vnplan score"
elif [ -f "$SHARED/score/score.py" ]; then
    scorer="$BIN/python $SHARED/score/score.py"
else
    echo "There is nothing here to score with: no $SHARED/score/score.py, and this version has no 'vnplan score'."
    exit 0
fi

# Extracts $1 and scores it against the gold folder $2. One that falls short does not keep the others from being scored.
score() {
    echo "== $1 against $2"
    # shellcheck disable=SC2086 # the scorer and its arguments are several words
    if ! { "$BIN/vnplan" extract "$1" --out "$work/out" >"$work/log" 2>&1 || tail -n 20 "$work/log" >&2; } ||
        ! $scorer "$work/out" "$2" ${SCORE_ARGS:-}; then
        status=1
    fi
    rm -rf "$work/out"
}

score data/raw data/raw/gold
if [ -d "$SHARED/gold" ]; then
    score "$SHARED/seeds" "$SHARED/gold"
    score "$SHARED/corpus/texts" "$SHARED/gold/texts"
else
    echo "The real documents and their gold are not here ($SHARED/gold): only the samples were scored."
fi
exit "$status"
