"""Runs what a person types at the console, in the desk's own thread, and can be stopped between two lines of it."""

import code
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from rlcompleter import Completer
from types import CodeType, FrameType
from typing import Any

MOST_MATCHES = 40
BREATH_S = 0.1
OWN_FILE = "<console>"


class Writer:
    """A text stream that hands on what is written."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def write(self, text: str) -> int:
        """Hand on a text."""
        self._write(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


class DeskInterpreter(code.InteractiveInterpreter):
    """`names` are what a line can use; `write` takes what it says, `breathe` lets the window draw and answer.

    A call that stays in foreign code, such as a long sleep, cannot be stopped.
    """

    def __init__(
        self, names: dict[str, Any], write: Callable[[str], None], breathe: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(names)
        self._say, self._breathe = write, breathe
        self._lines: list[str] = []
        self._wants_stop = False
        self._next_s = 0.0
        self.is_running = False

    @property
    def needs_more(self) -> bool:
        """The lines so far are the beginning of something."""
        return bool(self._lines)

    def push(self, line: str) -> bool:
        """Take a line, and run what it completes; return whether more is needed."""
        if self.is_running:
            return True
        self._lines.append(line)
        source = "\n".join(self._lines)
        is_open = self.runsource(source, OWN_FILE)
        if not is_open:
            self._lines.clear()
        return is_open

    def forget(self) -> None:
        """Forget lines that are not complete."""
        self._lines.clear()

    def stop(self) -> None:
        """End what is running, at its next line."""
        self._wants_stop = self.is_running

    def runcode(self, code: CodeType) -> None:
        """Run a compiled line; what it prints and raises is said."""
        out = Writer(self._say)
        self.is_running, self._wants_stop = True, False
        self._next_s = time.monotonic() + BREATH_S
        traced, displays = sys.gettrace(), sys.displayhook
        sys.displayhook = self._show
        try:
            with redirect_stdout(out), redirect_stderr(out):
                sys.settrace(self._watch)
                super().runcode(code)
        except SystemExit as asked:
            self._say(f"SystemExit: {asked.code}\n")
        finally:
            sys.settrace(traced)
            sys.displayhook = displays
            self.is_running = False

    def showtraceback(self) -> None:
        """Say what went wrong, and keep nothing of it."""
        kind, raised, trace = sys.exc_info()
        if kind is KeyboardInterrupt:
            self._say("KeyboardInterrupt\n")
        else:
            own = trace.tb_next if trace is not None else None
            self._say("".join(traceback.format_exception(kind, raised, own)))

    def showsyntaxerror(self, filename: str | None = None) -> None:
        """Say what is no Python."""
        kind, raised, _ = sys.exc_info()
        self._say("".join(traceback.format_exception_only(kind, raised)))

    def write(self, data: str) -> None:
        """Say what an error says."""
        self._say(data)

    def completions(self, line: str) -> list[str]:
        """Return what the last word of a line can become."""
        word = line[max((line.rfind(sign) for sign in " ([{,=+-*/%:<>!&|^~"), default=-1) + 1 :]
        completer, found = Completer(dict(self.locals)), []
        for number in range(MOST_MATCHES):
            match = completer.complete(word, number) if word else None
            if match is None:
                break
            found.append(match)
        return sorted(set(found))

    def _show(self, value: object) -> None:
        """Show what a line gave, and keep none of it."""
        if value is not None:
            self._say(f"{value!r}\n")

    def _watch(self, frame: FrameType, _event: str, _argument: object) -> Any:
        """Look up between the lines that were typed: let the window live, and end what shall end."""
        if frame.f_code.co_filename != OWN_FILE:
            return None
        frame.f_trace_opcodes = True  # the loop `while True: pass` has no further lines
        if time.monotonic() >= self._next_s:
            self._breathe()
            self._next_s = time.monotonic() + BREATH_S
        if self._wants_stop:
            self._wants_stop = False
            raise KeyboardInterrupt
        return self._watch
