#!/bin/sh
# Runs pytest with its arguments on a virtual screen and the software renderer, so that every machine draws alike.
set -eu

cd "$(dirname "$0")/.."

export QT_QPA_PLATFORM=xcb
export LIBGL_ALWAYS_SOFTWARE=1
export GALLIUM_DRIVER=llvmpipe
export PYTHONHASHSEED=0
export LC_ALL=C.UTF-8
unset PYTHONDONTWRITEBYTECODE # the many processes of the tests share what one has compiled

if ! command -v xvfb-run >/dev/null 2>&1; then
    echo "test: xvfb-run is missing, so tests that need a screen are skipped; run make setup-debian as root" >&2
    exec .venv/bin/python -m pytest "$@"
fi
exec xvfb-run -a -s "-screen 0 1920x1080x24 +extension GLX" .venv/bin/python -m pytest "$@"
