#!/bin/sh
# Measures speed, within twenty minutes: each benchmark has its share of them, and one that a slow or busy machine does
# not let come to its end leaves the figures that were there. Called by `make bench`; BIN is the folder of the programs.
set -u
late=0

measure() {  # seconds, name, options
	seconds=$1 name=$2
	shift 2
	echo "== $name"
	new=$(mktemp)
	timeout -k 5 "$seconds" "$BIN/python" "benchmarks/$name.py" --json "$new" "$@"
	status=$?
	if [ "$status" -eq 0 ] && [ -s "$new" ]; then
		cp "$new" "docs/figures/bench-$name.json"
	elif [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
		echo "bench: $name did not come to its end in $seconds s; its figures are the ones before" >&2
		late=1
	else
		rm -f "$new"
		exit "$status"
	fi
	rm -f "$new"
}

measure 70 text --repeat 1
measure 40 pdf
measure 210 ocr
measure 150 ladder
measure 240 batch
measure 200 cluster --runs 1
measure 100 ner --repeat 1
measure 90 review --plans 2000 --queue 20000
measure 90 service --seconds 40
exit "$late"
