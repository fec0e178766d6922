#!/bin/sh
# Look for public advisories on the packages of the locks: with pip-audit, in an environment of its own, or without the
# network in a local copy (ADVISORIES=DIR). Those that do not concern vnplan stand in advisories.txt: a line each, the
# advisory's id and why.
set -eu
: "${BIN:=.venv/bin}"
if [ -n "${ADVISORIES:-}" ]; then
    exec "$BIN/python" scripts/audit.py "$ADVISORIES"
fi
known=$(sed -n 's/^\([A-Z][A-Za-z0-9-]*\)[[:space:]].*/--ignore-vuln \1/p' advisories.txt)
status=0
for lock in requirements.lock requirements-bench.lock; do
    # shellcheck disable=SC2086
    "$BIN/uv" tool run pip-audit --strict --require-hashes --disable-pip --requirement "$lock" $known || status=$?
done
exit "$status"
