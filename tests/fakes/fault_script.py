"""Runs one of the long fault scripts of `benchmarks/` briefly, and reads the line of JSON with which it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SKIPPED = 77
PATIENCE_S = 280.0


def report_of(script: str, *words: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
    """Return what a script found; skips with its reason where this machine cannot do what it takes."""
    done = subprocess.run(
        [sys.executable, BENCHMARKS / script, *words], capture_output=True, text=True, timeout=patience_s, check=False
    )
    if done.returncode == SKIPPED:
        pytest.skip(done.stdout.strip())
    assert done.stdout.strip(), done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report
