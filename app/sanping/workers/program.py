"""Runs a word of `sanping` as a program of its own, for work that would hold up a window; stopped at will.

The program tells how far it is in lines of standard error that begin with a share, as `PROGRESS_VARIABLE` asks for.
"""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from sanping.domain.errors import WorkerFailed
from sanping.domain.own_program import sanping_command
from sanping.domain.text import Text
from sanping.ports.progress import Progress

PROGRESS_VARIABLE = "SANPING_PROGRESS"
PROGRESS_LINES = "lines"
LOOK_EVERY_S = 0.2
ENDS_WITHIN_S = 5.0
LONGEST_WORDS = 300
NICENESS = 5

_STARTING = Text("启动程序", "Starting the program")
_FAILED = Text("作业没有完成：{reason}", "The job was not done: {reason}")
_CANNOT_START = Text("程序无法启动：{reason}", "The program cannot start: {reason}")


def run_program(words: Sequence[str], progress: Progress) -> None:
    """Run `sanping WORDS` to its end.

    Raises `WorkerFailed` with what it said when it could not do it, `Cancelled` within a second of the wish; then it
    has ended and tidied up.
    """
    progress.report(0.0, _STARTING)
    try:
        process = subprocess.Popen(
            sanping_command(*words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env={**os.environ, PROGRESS_VARIABLE: PROGRESS_LINES, "PYTHONUTF8": "1"},
        )
    except OSError as error:
        raise WorkerFailed(_CANNOT_START.with_values(reason=error.strerror or str(error))) from error
    _make_way(process)
    lines: SimpleQueue[str] = SimpleQueue()
    listener = threading.Thread(target=_listen, args=(process, lines), name="program-lines", daemon=True)
    listener.start()
    try:
        last_words = _watched(process, lines, progress)
    except BaseException:
        _stopped(process)
        raise
    finally:
        listener.join(ENDS_WITHIN_S)
        assert process.stderr is not None
        process.stderr.close()
    if process.returncode not in {0, 1}:
        raise WorkerFailed(_FAILED.with_values(reason=last_words or process.returncode))


def _watched(process: "subprocess.Popen[str]", lines: "SimpleQueue[str]", progress: Progress) -> str:
    """Pass progress on until the program has ended; return the last of its words that were none."""
    last_words, share, doing = "", 0.0, _STARTING
    while True:
        ended = process.poll() is not None
        with contextlib.suppress(Empty):
            while True:
                line = lines.get(timeout=0.0 if ended else LOOK_EVERY_S)
                head, tab, words = line.rstrip().partition("\t")
                if tab and head.replace(".", "", 1).isdigit():
                    share, doing = min(1.0, float(head)), Text(words, words)
                    progress.report(share, doing)
                elif line.strip():
                    last_words = line.strip()[:LONGEST_WORDS]
        progress.report(share, doing)
        if ended and lines.empty():
            process.wait()
            return last_words


def _listen(process: "subprocess.Popen[str]", lines: "SimpleQueue[str]") -> None:
    assert process.stderr is not None
    with contextlib.suppress(ValueError, OSError):
        for line in process.stderr:
            lines.put(line)


def _stopped(process: "subprocess.Popen[str]") -> None:
    """Ask the program to end as a person would with Ctrl-C, so that it tidies up; kill it when it does not."""
    if process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(ENDS_WITHIN_S)


def _make_way(process: "subprocess.Popen[str]") -> None:
    """Let the window go first."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
