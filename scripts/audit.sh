#!/bin/sh
# Look for public advisories on the packages of the lock (pip-audit, in an environment of its own). Those that do not
# concern vnplan stand in advisories.txt: a line each, the advisory's id and why.
set -eu
: "${BIN:=.venv/bin}"
known=$(sed -n 's/^\([A-Z][A-Za-z0-9-]*\)[[:space:]].*/--ignore-vuln \1/p' advisories.txt)
# shellcheck disable=SC2086
exec "$BIN/uv" tool run pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock $known
