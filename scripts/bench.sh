#!/bin/sh
# Measures speed. Called by `make bench`, which ends within twenty minutes on two cores; with BENCH=large it takes what it
# takes, at the sizes that docs/figures speak of. BIN is the folder of the programs.
# Those whose figures do not hang on the size write them to docs/figures in both; the others in the large run alone.
# One that a busy machine does not let come to its end leaves the figures that were there.
set -u
size=${1:-small}
late=0

measure() {  # seconds, name, where the figures go, options
	seconds=$1 name=$2 place=$3
	shift 3
	echo "== $name"
	new=$(mktemp)
	timeout -k 5 "$seconds" "$BIN/python" "benchmarks/$name.py" --json "$new" "$@"
	status=$?
	if [ "$status" -eq 0 ] && [ -s "$new" ]; then
		if [ "$place" = docs ]; then cp "$new" "docs/figures/bench-$name.json"; fi
	elif [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
		echo "bench: $name did not come to its end in $seconds s; its figures are the ones before" >&2
		late=1
	else
		rm -f "$new"
		exit "$status"
	fi
	rm -f "$new"
}

if [ "$size" = small ]; then
	measure 90 text docs --repeat 1
	measure 40 pdf docs
	measure 230 ocr docs --files 3
	measure 150 ner docs --repeat 1
	measure 130 service docs --seconds 40
	measure 190 batch here --sizes 100 1000
	measure 230 cluster here --documents 1000 --runs 1
	measure 140 review here --plans 2000 --queue 20000
else
	hours=14400
	measure $hours text docs
	measure $hours pdf docs
	measure $hours ocr docs
	measure $hours ner docs
	measure $hours service docs
	measure $hours batch docs
	measure $hours cluster docs
	measure $hours review docs
	measure $hours ladder docs
fi
exit "$late"
