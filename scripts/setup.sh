#!/bin/sh
# Make .venv ready: `sh scripts/setup.sh run` to run Liuke, `sh scripts/setup.sh test` with the tools for its tests.
#
# It does nothing while the lock is the one that was installed. pip is asked first what it is told to use (a mirror, a
# certificate); uv is taken instead when it is here and pip has no mirror of its own. Everything inside the checkout is
# named relative to it, so the checkout may lie anywhere.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

say() { echo "liuke: $*" >&2; }
die() { say "$*"; exit 1; }

lock_of() { if [ "$1" = run ]; then echo requirements.lock; else echo requirements-test.lock; fi; }
stamp_of() { echo "$(cat "$(lock_of "$1")" scripts/setup.sh | cksum) $PWD"; }
is_ready() { [ "$(cat ".venv/ready-$1" 2>/dev/null)" = "$(stamp_of "$1")" ]; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" && { echo "$PYTHON"; return; }
        die "PYTHON=$PYTHON is not Python 3.11 or newer."
    fi
    for candidate in python3 python3.12 python3.13 python3.11 python3.14; do
        if is_new_enough "$candidate"; then echo "$candidate"; return; fi
    done
    here=$(python3 -c 'import sys; print("; python3 is %d.%d" % sys.version_info[:2])' 2>/dev/null || true)
    die "Python 3.11 or newer is needed, and none was found$here. Install it, or name it: make PYTHON=/path/to/python"
}

has_mirror() { [ -n "${PIP_INDEX_URL:-}" ] || grep -Eqs '^ *index-url *=' "${PIP_CONFIG_FILE:-/etc/pip.conf}" \
    /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" "$HOME/Library/Application Support/pip/pip.conf"; }

make_venv() {
    rm -rf .venv
    if "$python" -m venv .venv >/dev/null 2>&1; then return; fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install="apt-get install -y python$version-venv"
    command -v apt-get >/dev/null || die "$python cannot make an environment: its module ensurepip is missing."
    [ "$(id -u)" = 0 ] || die "$python cannot make an environment yet. Run once: sudo $install"
    say "installing python$version-venv, which Debian keeps apart"
    { apt-get update && DEBIAN_FRONTEND=noninteractive $install; } >/dev/null 2>&1 || die "this failed: $install"
    rm -rf .venv
    "$python" -m venv .venv || die "$python cannot make an environment."
}

install_with() {   # "pip install" or "uv pip install", the same words after it
    "$@" --require-hashes -r "$(lock_of "$kind")" && "$@" --no-deps --no-build-isolation -e .
}

install_all() {
    if command -v uv >/dev/null && ! has_mirror; then
        install_with uv pip install --python .venv/bin/python && return
        echo "uv did not succeed; trying pip"
    fi
    install_with .venv/bin/python -m pip install --progress-bar off --disable-pip-version-check --no-input
}

show_progress() {   # on a terminal, how many packages have been collected, until the install ends
    [ -t 2 ] || return 0
    while kill -0 "$1" 2>/dev/null; do
        printf '\rliuke: %s of %s ' "$(grep -c '^Collecting' "$log" || true)" "$(grep -c == "$(lock_of "$kind")")" >&2
        sleep 1
    done
    printf '\r' >&2
}

is_ready "$kind" && exit 0
[ "$kind" = run ] && is_ready test && exit 0
[ -w . ] || die "Cannot write to $PWD."
is_new_enough .venv/bin/python || { python=$(find_python); make_venv; }
say "installing $(grep -c == "$(lock_of "$kind")") packages into .venv, once; this takes a minute"
rm -f .venv/ready-*
began=$(date +%s)
log=.venv/install.log
install_all >"$log" 2>&1 &
show_progress $!
wait $! || { grep -v '^WARNING' "$log" | tail -n 5 >&2; die "the packages could not be installed; all of it is in $log"; }
stamp_of "$kind" > ".venv/ready-$kind"
say "installed in $(($(date +%s) - began)) s"
