#!/bin/sh
# Makes .venv at the root, or brings it up to date: the locked packages, and vnplan itself as an editable install.
# Does nothing where it is up to date. Environment: PYTHON (default python3), the interpreter for a new .venv.
set -eu
cd -P "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
stamp=.venv/.vnplan-installed

# What the environment was made from: the interpreter, the place, the lock, and the project's own metadata.
state() {
    .venv/bin/python -c 'import sys; print(sys.version, sys.prefix)' 2>/dev/null
    cksum requirements.lock pyproject.toml setup.py
}

if [ -f "$stamp" ] && [ "$(state)" = "$(cat "$stamp")" ]; then exit 0; fi

# One that is broken, or was made elsewhere (its scripts hold its path), is made anew; any other is adopted.
case $(.venv/bin/pip --version 2>/dev/null) in
*" from $PWD/.venv/"*) ;;
*)
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "vnplan needs Python 3.11 or newer; $PYTHON is $("$PYTHON" --version 2>&1). Name another one: make PYTHON=python3.12 ..." >&2
        exit 1
    }
    echo "Making .venv with $("$PYTHON" --version)" >&2
    "$PYTHON" -m venv --clear .venv
    ;;
esac
rm -f "$stamp"
echo "Installing the locked packages into .venv (a minute or two)" >&2
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
state >"$stamp"
