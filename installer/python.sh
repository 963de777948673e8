#!/bin/sh
# Builds the environment in .venv from the hashed lock: with uv when it is there, else with python3 -m venv and pip.
# The Makefile calls it when .venv/ready is older than the lock or pyproject.toml.
set -eu

cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3 python3.12 python3.13 python3.11; do
        if fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

make_environment() {
    python=$(find_python)
    if command -v uv >/dev/null 2>&1; then
        uv venv -q --python "${python:-3.12}" .venv
        return
    fi
    if [ -z "$python" ]; then
        echo "setup: Python 3.11, 3.12 or 3.13 is needed; on Debian 12: apt-get install python3 python3-venv" >&2
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "setup: $python cannot make environments; on Debian: apt-get install python3-venv" >&2
        exit 1
    fi
    "$python" -m venv .venv
}

install_with_uv() {
    uv pip install -q --python .venv/bin/python --require-hashes -r installer/lock.txt
    uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
}

install_with_pip() {
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r installer/lock.txt
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
}

if ! fits .venv/bin/python; then
    rm -rf .venv
    echo "setup: making the environment in .venv"
    make_environment
fi

echo "setup: installing locked packages; the first time takes a few minutes"
if command -v uv >/dev/null 2>&1; then
    install_with_uv
else
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip -q
    install_with_pip
fi
touch .venv/ready
