"""Group commit: nobody hears of a commit before the store has made it."""

import asyncio
import threading
from collections.abc import Sequence

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.hub.ledger import MOST_WAITING, Ledger
from sanping.ports.history import Series, SeriesKey, Step


class Store:
    """A history in memory that can be slow or out of order on demand."""

    def __init__(self) -> None:
        self.why: Text | None = None
        self.batches: list[list[float]] = []
        self.failures = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.threads: set[str] = set()
        self.is_closed = False

    def append(self, rows: Sequence[Observation]) -> int:
        self.threads.add(threading.current_thread().name)
        self.may_go_on.wait(10)
        if self.failures:
            self.failures -= 1
            raise StoreFailed(Text("磁盘已满", "The disk is full"))
        self.batches.append([row.value for row in rows])
        return len(self.batches)

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        self.threads.add(threading.current_thread().name)
        return ()

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        raise NotImplementedError

    def span(self) -> tuple[int, int]:
        return (0, 0)

    def close(self) -> None:
        self.is_closed = True


def rows(*numbers: int) -> list[Observation]:
    return [
        Observation(station="S", quantity="ph", value=float(number), unit="", event_ms=number) for number in numbers
    ]


def test_rows_of_many_are_committed_together_and_answered_in_order() -> None:
    async def told() -> tuple[Store, list[str]]:
        # given a ledger
        store, heard = Store(), list[str]()
        ledger = Ledger(store, lambda batch: heard.append(f"screens {len(batch)}"))
        ledger.start()

        # when three deliver, one of them nothing new
        for name, batch in (("a", rows(1, 2)), ("b", []), ("c", rows(3))):
            ledger.submit(batch, lambda name=name: heard.append(name))
        assert not heard
        await asyncio.sleep(0.6)
        await ledger.close()
        return store, heard

    store, heard = asyncio.run(told())

    # then there was one commit, then the screens heard, then the sources, in their order
    assert store.batches == [[1.0, 2.0, 3.0]]
    assert heard == ["screens 3", "a", "b", "c"]
    assert store.is_closed


def test_nothing_is_acknowledged_while_the_store_fails_and_nothing_is_lost() -> None:
    async def told() -> tuple[Store, list[str], StoreFailed | None, StoreFailed | None]:
        # given a store whose disk is full for one attempt
        store, heard = Store(), list[str]()
        store.failures = 2
        ledger = Ledger(store, lambda _: None, lambda error: heard.append("trouble" if error else "well again"))
        ledger.start()

        # when rows come
        ledger.submit(rows(1), lambda: heard.append("a"))
        await asyncio.sleep(0.5)
        assert heard == ["trouble"]
        during = ledger.trouble
        await asyncio.sleep(2.2)
        after = ledger.trouble
        await ledger.close()
        return store, heard, during, after

    store, heard, during, after = asyncio.run(told())

    # then they are tried again, and only then acknowledged
    assert store.batches == [[1.0]]
    assert heard == ["trouble", "well again", "a"]
    assert during is not None
    assert after is None


def test_rows_that_are_safe_but_not_to_be_asked_for_are_acknowledged_and_said() -> None:
    async def told() -> tuple[list[str], StoreFailed | None]:
        # given a store that says it only spools, and later that it has caught up
        store, heard = Store(), list[str]()
        store.why = Text("磁盘已满，数据先存入暂存文件", "The disk is full; rows go to the spool")
        ledger = Ledger(store, lambda _: None, lambda error: heard.append(error.in_language("en") if error else "well"))
        ledger.start()

        # when rows come three times
        during = None
        for number in range(3):
            if number == 2:
                during, store.why = ledger.trouble, None
            ledger.submit(rows(number), lambda number=number: heard.append(f"row {number}"))
            await asyncio.sleep(0.4)
        await ledger.close()
        return heard, during

    heard, during = asyncio.run(told())

    # then all are acknowledged, and the trouble and its end are told once
    assert heard == ["The disk is full; rows go to the spool", "row 0", "row 1", "well", "row 2"]
    assert during is not None


def test_a_slow_store_makes_sources_wait_and_five_thousand_rows_need_not_wait() -> None:
    async def told() -> tuple[list[bool], int]:
        # given a store that stands still
        store = Store()
        store.may_go_on.clear()
        ledger = Ledger(store, lambda _: None)
        ledger.start()

        # when more comes than may wait
        ledger.submit(rows(*range(MOST_WAITING)), lambda: None)
        has_room = []
        for _ in range(2):
            try:
                await asyncio.wait_for(ledger.room(), 0.1)
                has_room.append(True)
            except TimeoutError:
                has_room.append(False)
            store.may_go_on.set()
            await asyncio.sleep(0.1)
        await ledger.close()
        return has_room, ledger.rows_committed

    has_room, committed = asyncio.run(told())

    # then there is no room until it goes on
    assert has_room == [False, True]
    assert committed == MOST_WAITING


def test_the_store_is_only_ever_asked_on_its_own_thread() -> None:
    async def asked() -> Store:
        # given a ledger
        store = Store()
        ledger = Ledger(store, lambda _: None)
        ledger.start()

        # when it writes and is asked
        ledger.submit(rows(1), lambda: None)
        await ledger.ask(lambda history: history.as_of(0))
        await ledger.close()
        return store

    # then one thread does it all, and what waited at the end was committed
    store = asyncio.run(asked())
    assert len(store.threads) == 1
    assert store.batches == [[1.0]]
