"""Waiting for a server of stores: asked again and again, less often with time; what refuses is not waited for."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.looped import looped
from fakes.small_river import NOON_MS, reading
from sanping.bootstrap import hub as hubs
from sanping.bootstrap import waiting
from sanping.bootstrap.waiting import Back, Waited, waited_for
from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.hub.folder import opened
from sanping.ports.device_book import User
from sanping.storage import opening
from sanping.storage.away import AwayStores, wait_s
from sanping.storage.opening import FileStores
from sanping.storage.spool import Spool

AWAY = StoreFailed(Text("数据库不在", "the server is away"))


class Server(FileStores):
    """Stores whose server answers each time with the next of some answers; an error that is raised is a refusal."""

    def __init__(self, folder: Path, *answers: StoreFailed | None, refusal: StoreFailed | None = None) -> None:
        super().__init__(folder)
        self._answers, self._refusal = list(answers), refusal

    def away(self) -> StoreFailed | None:  # type: ignore[override]
        if self._answers:
            return self._answers.pop(0)
        if self._refusal is not None:
            raise self._refusal
        return None


def test_the_waits_grow_to_half_a_minute() -> None:
    # given a server that stays away
    # when it is asked again and again
    # then the waits double, and end at thirty seconds
    assert [wait_s(attempt) for attempt in (0, 1, 2, 3, 4, 5, 100)] == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("refusal", [None, AWAY])
@looped
async def test_the_hub_is_stopped_once_the_server_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: StoreFailed | None
) -> None:
    # given a server that is away twice more
    monkeypatch.setattr(waiting, "wait_s", lambda _: 0.0)
    back, stopping = Back(Server(tmp_path, AWAY, AWAY, refusal=refusal)), asyncio.Event()

    # when it is looked for
    await back.look(stopping)

    # then it has come, be it to refuse
    assert back.has_come
    assert stopping.is_set()


def test_a_hub_runs_without_its_stores_only_while_they_are_away(tmp_path: Path) -> None:
    # given stores that are there, that are away, and that refuse
    asked: list[StoreFailed] = []

    def run(error: StoreFailed, back: Back) -> Waited:
        asked.append(error)
        return Waited(port=7)

    # when a hub begins on each
    there = waited_for(Server(tmp_path), run)
    away = waited_for(Server(tmp_path, AWAY), run)

    # then it runs without them once, and goes on at the port it had; a refusal ends it
    assert (there, away, asked) == (Waited(), Waited(port=7), [AWAY])
    with pytest.raises(StoreFailed):
        waited_for(Server(tmp_path, refusal=AWAY), run)


def test_what_is_away_takes_observations_into_the_spool_and_refuses_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given stores that are away
    monkeypatch.setattr(opening, "SERVER_SPOOL_MB", 1)
    stores = AwayStores(tmp_path, AWAY)
    history, events, devices = stores.history(), stores.events(), stores.devices()

    # when rows come
    history.append([reading("up", "water_level", 1.0, NOON_MS)])
    why = history.why

    # then they are acknowledged, and everything that would need the server is refused with the reason
    assert why is not None
    assert "the server is away" in why.en
    for question in (
        lambda: history.as_of(NOON_MS), history.span, lambda: list(history.rows_between(0, NOON_MS)),
        lambda: history.forget_before(NOON_MS), lambda: events.append([(0, "x", b"")]), lambda: events.since(0),
        lambda: events.at(0), lambda: events.between(0, 1), lambda: stores.cases(b""), stores.has_cases,
        lambda: devices.keep(Device(id="d", name="d")), lambda: devices.forget_user("li"),
        lambda: devices.keep_user(User(name="li", role="viewer", password="x")),
    ):  # fmt: skip
        with pytest.raises(StoreFailed, match="数据库不在"):
            question()
    assert (events.append([]), devices.devices(), devices.users()) == (0, (), ())
    history.close()
    spool = Spool(tmp_path, 1)
    assert len(spool) == 1
    spool.close()


@pytest.mark.parametrize("is_back", [False, True])
def test_what_a_hub_held_back_is_lost_only_where_no_other_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_back: bool
) -> None:
    # given a hub without its stores that holds an event back
    folder = opened(tmp_path / "hub")
    back = Back(Server(tmp_path))
    service = hubs._Service(folder=folder, options=hubs.HubOptions(twin=tmp_path), say=lambda _: None, back=back)
    ledger = SimpleNamespace(rows_waiting=0, trouble=AWAY)
    hub: Any = SimpleNamespace(ledger=ledger, events=SimpleNamespace(held_back=((1, "alarm", b""),)))

    # when it stops, because it was told to or because they are back
    back.has_come = is_back
    service.begin_end(hub)
    service.ending.is_stopped = True
    service.ending.over()
    folder.close()

    # then the event is said to be lost only where no other hub takes it over
    assert ("Not saved" in caplog.text) is not is_back
    assert not service.ending._timer.is_alive()
