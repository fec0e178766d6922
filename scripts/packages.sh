#!/bin/sh
# Installs the Debian packages of packages.txt that are missing. Does nothing, and needs no rights, where none is.
# Environment: PYTHON (default python3); SKIP_PACKAGES=1 leaves the system alone.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
export PYTHON

# Prints the packages whose command fails.
missing() {
    grep -Ev '^ *(#|$)' packages.txt | while read -r package check; do
        sh -c "$check" >/dev/null 2>&1 </dev/null || printf '%s ' "$package"
    done
}

[ "${SKIP_PACKAGES:-0}" = 0 ] || exit 0
if ! command -v "$PYTHON" >/dev/null 2>&1; then packages="python3 $(missing)"; else packages=$(missing); fi
[ -n "$packages" ] || exit 0

stop() {
    echo "vnplan needs these programs, which this machine does not have (Debian's names): $packages" >&2
    echo "$1" >&2
    echo "To go on without them (plain text only): make SKIP_PACKAGES=1 ..." >&2
    exit 1
}
command -v apt-get >/dev/null 2>&1 || stop "There is no apt-get here: install them with this system's own package manager."
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    stop "Only root may install them, and there is no sudo: as root, run apt-get install $packages"
fi

# shellcheck disable=SC2086 # both variables hold several words, or none
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >&2
}
echo "Installing $packages" >&2
# A machine that has package lists need not fetch them; one without, or with lists that are too old, must.
# shellcheck disable=SC2086
apt install -y --no-install-recommends $packages 2>/dev/null ||
    { apt update && apt install -y --no-install-recommends $packages; } ||
    stop "apt-get could not install them; its message stands above."
packages=$(missing)
[ -z "$packages" ] || stop "apt-get has installed them, yet they do not work."
