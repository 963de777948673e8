"""The command line without a process of its own, for what it refuses before it begins."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sanping.cli.words import main

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def said(home: Path, *words: str, language: str = "en_GB.UTF-8") -> Said:
    """Run the program without a display, with a home of its own."""
    told, complained = io.StringIO(), io.StringIO()
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    environment |= {"SANPING_HOME": str(home), "LC_ALL": language}
    with patch.dict(os.environ, environment, clear=True), redirect_stdout(told), redirect_stderr(complained):
        status = main(words)
    return Said(returncode=status, stdout=told.getvalue(), stderr=complained.getvalue())
