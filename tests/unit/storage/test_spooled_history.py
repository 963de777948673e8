"""A store that fails or dawdles behind a spool."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from fakes.plain_history import PlainHistory
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import SeriesKey
from sanping.storage.opening import history_in
from sanping.storage.spool import FILE_NAME, Spool
from sanping.storage.spooled_history import RETRY_S, SpooledHistory

LEVEL = SeriesKey(station="up", quantity="water_level")


class MoodyStore(PlainHistory):
    """Fails while `is_failing`, and waits while `gate` is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.is_failing = False
        self.gate = threading.Event()
        self.gate.set()
        self.order: list[float] = []

    def append(self, rows: Sequence[Observation]) -> int:
        self.gate.wait(20)
        if self.is_failing:
            raise StoreFailed(Text("磁盘已满", "the disk is full"))
        self.order += [row.value for row in rows]
        return super().append(rows)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def level(number: int, station: str = "up") -> list[Observation]:
    return [reading(station, "water_level", float(number), NOON_MS + number * MINUTE_MS)]


def test_what_the_store_refuses_is_spooled_and_drained_in_order(tmp_path: Path) -> None:
    # given a store that fails from the second batch on
    store, clock = MoodyStore(), Clock()
    history = SpooledHistory(store, Spool(tmp_path, megabytes=1), clock=clock)
    history.append(level(0))
    store.is_failing = True
    for number in (1, 2, 3):
        history.append(level(number))
    assert history.backlog == 3
    assert history.why is not None

    # when it recovers and another batch comes
    store.is_failing = False
    clock.now_s += RETRY_S + 0.1
    history.append(level(4))

    # then everything is there in the order it came, and the spool is empty
    assert store.order == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert (history.backlog, history.why) == (0, None)
    history.close()


def test_a_question_drains_what_waits(tmp_path: Path) -> None:
    # given a spooled batch and a store that has recovered
    store, clock = MoodyStore(), Clock()
    history = SpooledHistory(store, Spool(tmp_path, megabytes=1), clock=clock)
    store.is_failing = True
    history.append(level(1))
    store.is_failing = False
    clock.now_s += RETRY_S + 0.1

    # when a series is asked for
    found = history.series(LEVEL, 0, 2 * NOON_MS)

    # then the spooled value is in it
    assert found.value.tolist() == [1.0]
    history.close()


def test_a_slow_store_holds_nobody_up_and_nothing_is_twice(tmp_path: Path) -> None:
    # given a store that does not answer
    store, clock = MoodyStore(), Clock()
    history = SpooledHistory(store, Spool(tmp_path, megabytes=1), patience_s=0.05, clock=clock)
    store.gate.clear()

    # when batches come, and the store wakes up later
    history.append(level(0))
    history.append(level(1))
    assert history.backlog == 2
    store.gate.set()
    assert history._running is not None
    history._running.result(10)
    clock.now_s += RETRY_S + 0.1
    history.append(level(2))

    # then each row is kept once
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [0.0, 1.0, 2.0]
    history.close()


def test_acknowledged_rows_outlive_a_crash_and_reach_the_next_store(tmp_path: Path) -> None:
    # given a spool that was left behind by a process that died
    store = MoodyStore()
    store.is_failing = True
    history = SpooledHistory(store, Spool(tmp_path, megabytes=1))
    history.append(level(0))
    history.append(level(1))

    # when the next one starts with a healthy store
    healthy = MoodyStore()
    after = SpooledHistory(healthy, Spool(tmp_path, megabytes=1))

    # then it has the rows before anybody asks
    assert healthy.order == [0.0, 1.0]
    assert after.backlog == 0
    after.close()
    history.close()


def test_nothing_is_acknowledged_when_the_spool_is_full_too(tmp_path: Path) -> None:
    # given a store that fails and a small spool
    store = MoodyStore()
    store.is_failing = True
    spool = Spool(tmp_path, megabytes=1)
    history = SpooledHistory(store, spool)
    acknowledged = 0
    while spool.used_fraction < 0.95:
        history.append([reading(f"s{n}", "water_level", 1.0, NOON_MS + acknowledged) for n in range(200)])
        acknowledged += 200

    # when a batch comes that does not fit any more
    with pytest.raises(StoreFailed, match="暂存文件也已满"):
        history.append([reading(f"s{n}", "water_level", 1.0, NOON_MS - 1) for n in range(1000)])

    # then exactly what was acknowledged is kept
    assert history.backlog == acknowledged
    history.close()


def test_a_question_to_a_store_that_does_not_answer_ends(tmp_path: Path) -> None:
    # given a store that hangs in a write
    store = MoodyStore()
    history = SpooledHistory(store, Spool(tmp_path, megabytes=1), patience_s=0.02)
    store.gate.clear()
    history.append(level(0))

    # when it is asked
    with pytest.raises(StoreFailed, match="正忙"):
        history.as_of(2 * NOON_MS)

    # then the person is told, and it answers again later
    store.gate.set()
    assert history._running is not None
    history._running.result(10)
    assert [row.value for row in history.as_of(2 * NOON_MS)] == [0.0]
    history.close()


def test_a_hub_is_given_both_in_one_folder(tmp_path: Path) -> None:
    # given a folder with a history and a spool that waits
    spool = Spool(tmp_path, megabytes=1)
    spool.append(level(1))
    spool.close()

    # when the history is opened, written to and opened again
    history = history_in(tmp_path, spool_mb=1)
    history.append(level(2))
    history.close()
    again = history_in(tmp_path, spool_mb=1)

    # then everything is in it
    assert again.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [1.0, 2.0]
    again.close()


def test_a_long_span_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    # given a store that would yield for ever
    read: list[int] = []

    class Endless(PlainHistory):
        def rows_between(self, from_ms: int, to_ms: int) -> Iterator[Sequence[Observation]]:
            for number in itertools.count():
                read.append(number)
                yield level(number)

    history = SpooledHistory(Endless(), Spool(tmp_path, megabytes=1))

    # when two batches are taken
    taken = list(itertools.islice(history.rows_between(0, 1), 2))

    # then no more was read
    assert [row.value for batch in taken for row in batch] == [0.0, 1.0]
    assert read == [0, 1]
    history.close()


def test_a_spool_that_cannot_be_opened_releases_the_history(tmp_path: Path) -> None:
    # given a folder where the spool should be
    (tmp_path / FILE_NAME).mkdir()

    # when the history is opened
    with pytest.raises(StoreFailed, match="暂存文件无法使用"):
        history_in(tmp_path, spool_mb=1)

    # then its file is free for another try
    (tmp_path / FILE_NAME).rmdir()
    history_in(tmp_path, spool_mb=1).close()
