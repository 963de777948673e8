"""Freed memory goes back to the system although things beside it stay, and nothing runs where there is no way."""

import threading
from pathlib import Path

import pytest

from sanping.hub import freed_memory
from sanping.hub.freed_memory import GivingBack, give_back


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.skipif(freed_memory._trim() is None, reason="the C library gives nothing back when asked")
def test_what_a_backlog_left_between_things_that_stay_goes_back() -> None:
    # given a backlog of 80 MB, with things in between that stay
    backlog, staying = [], []
    for number in range(10_000):
        (backlog if number % 100 else staying).append(bytes(8_000))
    full = resident_mb()

    # when it is done
    del backlog
    assert resident_mb() > full - 20

    # and given back; then most of it is the system's again
    give_back()
    assert resident_mb() < full - 60
    assert len(staying) == 100


def test_it_is_given_back_again_and_again_until_that_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a C library that counts
    calls: list[int] = []
    enough = threading.Event()

    def trim(keep: int) -> int:
        calls.append(keep)
        if len(calls) == 3:
            enough.set()
        return 1

    monkeypatch.setattr(freed_memory, "_trim", lambda: trim)

    # when it is asked every millisecond, and stopped
    giving = GivingBack(every_s=0.001)
    assert enough.wait(10.0)
    giving.stop()
    counted = len(calls)

    # then no thread is left that asks
    assert "freed-memory" not in {thread.name for thread in threading.enumerate()}
    assert len(calls) == counted
    assert set(calls) == {0}


def test_without_a_way_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    # given another C library; when it is asked; then it says so, and no thread is begun
    monkeypatch.setattr(freed_memory, "_trim", lambda: None)
    assert not give_back()
    giving = GivingBack(every_s=0.001)
    assert not giving._thread.is_alive()
    giving.stop()
