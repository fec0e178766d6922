#!/bin/sh
# Scores the pipeline against gold: the samples in data/raw always, the real documents beside the project where they are.
# The figures are kept in docs/figures/score-*.json, and the table of README.md is made from them.
# Environment: BIN (default .venv/bin), SHARED (default ../shared), SCORE_ARGS (such as --misses).
set -eu
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
SHARED=${SHARED:-../shared}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Extracts $2 and scores it against the gold folder $3 with the rest of the arguments; the figures go by the name $1.
# Where one falls short the others are scored all the same.
score() {
    name=$1 input=$2 gold=$3
    shift 3
    echo "== $input against $gold"
    # The documents of the blind gold stand as links in a folder of their own.
    "$BIN/vnplan" extract "$input" --follow-links --out "$work/out" >"$work/log" 2>&1 || { status=1 && tail -n 20 "$work/log" >&2; }
    # shellcheck disable=SC2086 # SCORE_ARGS may be several words
    "$@" "$work/out" "$gold" --json "$work/$name.json" ${SCORE_ARGS:-} || status=1
    if [ -s "$work/$name.json" ]; then
        mv "$work/$name.json" "docs/figures/score-$name.json"
    fi
    rm -rf "$work/out"
}

mkdir -p docs/figures
score samples data/raw data/raw/gold "$BIN/vnplan" score
if [ -d "$SHARED/gold" ]; then
    # By the scorer that came with the gold: the package's own is not judged by itself.
    score seeds "$SHARED/seeds" "$SHARED/gold" "$BIN/python" "$SHARED/score/score.py"
    score texts "$SHARED/corpus/texts" "$SHARED/gold/texts" "$BIN/python" "$SHARED/score/score.py"
    score plans "$SHARED/corpus/texts/plans" "$SHARED/gold/plans" "$BIN/python" "$SHARED/score/score.py"
    score scans "$SHARED/corpus/scans" "$SHARED/gold/scans" "$BIN/python" "$SHARED/score/score.py"
    # Labelled blind (tests/gold/BLIND.md). The locked half is scored to report only: no rule is made by its misses.
    for half in open locked; do
        "$BIN/python" -m vnplan.evaluation.blind "$SHARED" "$work/gold-$half" "--$half" --sources "$work/$half" || status=1
        args=${SCORE_ARGS:-}
        [ "$half" = open ] || SCORE_ARGS=
        score "blind-$half" "$work/$half" "$work/gold-$half" "$BIN/python" scripts/score_blind.py "$SHARED/score/score.py"
        SCORE_ARGS=$args
    done
else
    echo "The real documents and their gold are not here ($SHARED/gold): only the samples were scored."
fi
"$BIN/python" scripts/figures.py || status=1
exit "$status"
