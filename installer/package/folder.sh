#!/bin/sh
# Builds dist/sanping: the program as one folder that needs no Python.
set -eu

cd "$(dirname "$0")/../.."
sh installer/web.sh check
.venv/bin/python -m PyInstaller --noconfirm --log-level ERROR \
    --distpath dist --workpath build/pyinstaller installer/package/sanping.spec
# What names functions for debuggers goes; libraries in *.libs were rewritten by their makers, and strip would break them.
if command -v strip >/dev/null; then
    find dist/sanping/_internal -type f -name '*.so*' -not -path '*.libs/*' -exec strip --strip-unneeded {} +
fi
.venv/bin/python installer/package/library_rules.py dist/sanping
echo "dist/sanping: $(du -sm dist/sanping | cut -f1) MB"
