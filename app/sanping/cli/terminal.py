"""Progress and tables in a terminal."""

import os
import signal
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from sanping.domain.errors import Cancelled
from sanping.domain.text import Language, Text
from sanping.workers.program import PROGRESS_LINES, PROGRESS_VARIABLE

LINE_EVERY_S = 0.1
CANCELLED = Text("已取消", "Cancelled")


class TerminalProgress:
    """Shows progress on one line of stderr while it is a terminal, else keeps silent.

    Where a program of ours asks for it in the environment, each step is a line instead: the share, a tab, the words.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._is_shown = sys.stderr.isatty()
        self._is_interrupted = False
        self._tells_lines = os.environ.get(PROGRESS_VARIABLE) == PROGRESS_LINES
        self._next_s = 0.0

    @contextmanager
    def heeding_interrupts(self) -> Iterator["TerminalProgress"]:
        """Let Ctrl-C end the job at its next report, and at once when pressed again.

        VTK ends the whole process when a KeyboardInterrupt reaches it in the middle of a picture.
        """
        usual = signal.signal(signal.SIGINT, self._on_interrupt)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, usual)

    def report(self, fraction: float, doing: Text) -> None:
        """Redraw the line; Ctrl-C is how a person cancels here."""
        if self._is_interrupted:
            raise Cancelled(CANCELLED)
        if self._tells_lines:
            if time.monotonic() >= self._next_s or fraction >= 1:
                self._next_s = time.monotonic() + LINE_EVERY_S
                print(f"{fraction:.4f}\t{doing.in_language(self._language)}", file=sys.stderr, flush=True)
        elif self._is_shown:
            filled = round(max(0.0, min(1.0, fraction)) * 24)
            bar = "█" * filled + "░" * (24 - filled)
            end = "\n" if fraction >= 1 else ""
            print(f"\r\x1b[K{bar} {doing.in_language(self._language)}", end=end, file=sys.stderr, flush=True)

    def _on_interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_interrupted:
            raise KeyboardInterrupt
        self._is_interrupted = True


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns; Chinese characters count two cells."""
    widths = [max(_cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
