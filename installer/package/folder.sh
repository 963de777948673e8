#!/bin/sh
# Builds dist/sanping: the program as one folder that needs no Python.
set -eu

cd "$(dirname "$0")/../.."
sh installer/web.sh check
.venv/bin/python -m PyInstaller --noconfirm --log-level ERROR \
    --distpath dist --workpath build/pyinstaller installer/package/sanping.spec
echo "dist/sanping: $(du -sm dist/sanping | cut -f1) MB"
