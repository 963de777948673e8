#!/bin/sh
# Renews installer/lock.txt: every package with version and hashes, for all platforms and Pythons, without addresses.
# Versions that still fit are kept; `make lock UPGRADE=--upgrade` takes the newest.
set -eu

cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null 2>&1; then
    echo "lock: uv is needed; pip install uv" >&2
    exit 1
fi
# shellcheck disable=SC2086  # an absent option is no argument
uv pip compile -q ${UPGRADE:-} --universal --python-version 3.11 --group dev pyproject.toml \
    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o installer/lock.txt
