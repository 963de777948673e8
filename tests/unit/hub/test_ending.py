"""A hub says what it could not save when it was stopped, and ends though a store hangs."""

import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.hub.ending import ENDED_LATE, Ending

HANGING = """
import threading
from types import SimpleNamespace
from sanping.hub.ending import Ending

ledger = SimpleNamespace(rows_waiting=3, trouble=None)
ending = Ending(within_s=0.1)
ending.begin(SimpleNamespace(ledger=ledger, events=SimpleNamespace(held_back=((1, "alarm", b""),))))
ending.over()
threading.Thread(target=threading.Event().wait).start()
"""


NO_BOOKS = """
import asyncio, os, signal, threading
from sanping.hub import ending
ending.END_WITHIN_S = 0.3
from sanping.bootstrap import intake
intake.STOP_WITHIN_S = 0.1

class Hanging:
    async def start(self): pass
    async def stop(self):
        threading.Thread(target=threading.Event().wait).start()
        await asyncio.Event().wait()

intake.served(Hanging, lambda: os.kill(os.getpid(), signal.SIGTERM))
"""


def test_a_hub_that_has_stopped_says_what_its_stores_did_not_take(caplog: pytest.LogCaptureFixture) -> None:
    # given a hub that was told to stop while its store failed
    trouble = StoreFailed(Text("磁盘不在了", "the disk is gone"))
    ledger = SimpleNamespace(rows_waiting=120, trouble=trouble)
    ending = Ending()
    ending.begin(SimpleNamespace(ledger=ledger, events=SimpleNamespace(held_back=((1, "alarm", b""),))))  # type: ignore[arg-type]

    # when it has stopped by itself
    ending.is_stopped = True
    with caplog.at_level(logging.ERROR):
        ending.over()

    # then it says what is lost, and why
    assert "120 rows" in caplog.text
    assert "1 events" in caplog.text
    assert "the disk is gone" in caplog.text


def test_a_process_whose_store_hangs_ends_all_the_same() -> None:
    # given a process with a thread that never ends, which was told to stop
    # when the time is over
    done = subprocess.run([sys.executable, "-c", HANGING], capture_output=True, text=True, timeout=60, check=False)

    # then it ends, and says what is lost
    assert done.returncode == ENDED_LATE
    assert "3 rows" in done.stderr


def test_a_hub_without_books_that_hangs_ends_all_the_same() -> None:
    # given an intake hub whose stop hangs
    # when it is told to stop
    done = subprocess.run([sys.executable, "-c", NO_BOOKS], capture_output=True, text=True, timeout=60, check=False)

    # then it ends, and says so
    assert done.returncode == ENDED_LATE, done.stderr
    assert "no stores" in done.stderr


def test_a_hub_without_books_that_has_stopped_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    # given one that was told to stop, and has
    ending = Ending(within_s=60.0)
    ending.begin()
    ending.is_stopped = True

    # when that is over; then nothing ends this process, nor is there anything to say
    ending.over()
    ending._timer.join(5.0)
    assert not ending._timer.is_alive()
    assert caplog.text == ""
