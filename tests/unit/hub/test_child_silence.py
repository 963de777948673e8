"""A child that hangs is told from one that only waits for a processor."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from fakes.looped import looped
from sanping.hub.child_process import ChildProcess
from sanping.hub.child_silence import BUSY_S, Standing, is_starved, next_word, standing_of

PATIENCE_S, SHORT_S, SOON_S, NOBODY = 0.6, 0.1, 20.0, 0
BURNS = "while True: pass"
WAITS = "import time\nwhile True: time.sleep(60)"
CROWDED = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
IDLE = "os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\n"
needs_standings = pytest.mark.skipif(
    standing_of(os.getpid()) is None, reason="the system does not tell who ran how long"
)
Started = Callable[[str], subprocess.Popen[bytes]]


class MuteChild(ChildProcess):
    """A child that never says a word."""

    def __init__(self, process: int) -> None:
        self._number = process

    @property
    def number(self) -> int:
        return self._number

    async def next(self) -> None:
        await asyncio.Event().wait()


class TalkingChild(MuteChild):
    """A child that says something whenever it is let."""

    def __init__(self) -> None:
        super().__init__(os.getpid())
        self.may_speak = asyncio.Event()

    async def next(self) -> None:
        await self.may_speak.wait()
        self.may_speak.clear()


@pytest.fixture
def started() -> Iterator[Started]:
    """Return what starts a program that is killed after the test."""
    with ExitStack() as stack:

        def start(program: str) -> subprocess.Popen[bytes]:
            process = stack.enter_context(subprocess.Popen([sys.executable, "-S", "-c", program]))
            stack.callback(process.kill)
            return process

        yield start


def silence_of(process: subprocess.Popen[bytes], most_s: float) -> float:
    """Wait for a word; return after how many seconds the child was given up, `most_s` if it was not."""

    async def listened() -> float:
        began_s = time.monotonic()
        try:
            async with asyncio.timeout(most_s):
                await next_word(MuteChild(process.pid), PATIENCE_S)
        except TimeoutError:
            return min(time.monotonic() - began_s, most_s)
        return 0.0

    return asyncio.run(listened())


@needs_standings
def test_a_child_that_gets_no_processor_is_waited_for(started: Started) -> None:
    # given a child that may run only when nothing else does, beside one that always runs
    started(CROWDED + BURNS)
    child = started(CROWDED + IDLE + BURNS)

    # when it says nothing for much longer than the patience with it
    passed_s = silence_of(child, 4 * PATIENCE_S)

    # then it is waited for still
    assert passed_s == 4 * PATIENCE_S


@needs_standings
def test_a_child_that_sleeps_is_given_up(started: Started) -> None:
    assert silence_of(started(WAITS), 20.0) < 20.0


def test_a_child_that_has_ended_is_given_up(started: Started) -> None:
    gone = started("")
    gone.wait()
    assert silence_of(gone, 20.0) < 20.0


@looped
@pytest.mark.parametrize("turns", range(5))
async def test_whoever_waits_for_words_is_cancelled_in_the_moment_of_one(turns: int) -> None:
    # given somebody who waits for one word after another
    child = TalkingChild()

    async def listened() -> None:
        while True:
            await next_word(child, SOON_S)

    listening = asyncio.create_task(listened())
    await asyncio.sleep(0.01)

    # when a word comes, and he is cancelled a few turns of the loop later
    child.may_speak.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    listening.cancel()

    # then he waits no more
    await asyncio.wait([listening], timeout=SOON_S)
    assert listening.cancelled()


@looped
async def test_a_patience_that_ends_with_the_longest_wait_ends_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a child that is waited for no longer than the patience with it, and a loop that is held up meanwhile
    monkeypatch.setattr("sanping.hub.child_silence.STARVED_S", SHORT_S)
    failed: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(context))
    waiting = asyncio.create_task(next_word(MuteChild(NOBODY), SHORT_S))
    await asyncio.sleep(0.6 * SHORT_S)
    time.sleep(SHORT_S)

    # when both are over in the same turn of the loop; then it is given up, and nothing fails beside
    with pytest.raises(TimeoutError):
        await waiting
    assert failed == []


@pytest.mark.parametrize(
    ("ran_s", "is_ready", "expected"),
    [(0.1, True, True), (0.1, False, False), (BUSY_S, True, False)],
    ids=["wants a processor", "waits for something else", "had a processor"],
)
def test_starved_is_who_wants_a_processor_and_had_little(ran_s: float, is_ready: bool, expected: bool) -> None:
    before, now = (Standing(ran_s=at_s, is_ready=is_ready) for at_s in (7.0, 7.0 + ran_s))
    assert is_starved(before, now) is expected
    assert not is_starved(None, now)
