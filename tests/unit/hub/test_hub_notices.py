"""Public warnings in the hub: each once, safe before anybody is told, within bounds, and over in time."""

import asyncio
import math
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from fakes.journal_history import JournalHistory
from fakes.small_notices import HOUR_MS, RING, SENT_MS, warning
from fakes.small_river import gauge, small_river
from sanping.domain.errors import StoreFailed
from sanping.domain.notice import Notice, NoticeArea
from sanping.domain.text import Text
from sanping.hub import core, event_keeper
from sanping.hub.child_delivery import PUBLICATION_BYTES, Publications
from sanping.hub.child_messages import Begin, FromChild, Publication, framed
from sanping.hub.child_world import ChildWorld
from sanping.hub.core import Hub
from sanping.hub.event_keeper import NOTICE, notice_row, values_of
from sanping.hub.manifests import Installed
from sanping.hub.notice_desk import KEPT_MS, MOST_BYTES, MOST_NOTICES, NoticeDesk
from sanping.hub.plan import HubPlan
from sanping.hub.snapshots import snapshot_of
from sanping.hub.source_runner import SourcePlan
from sanping.hub.web import Web
from sanping.ports.event_log import Event
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.codec import body_of, from_hub
from sanping.wire.messages import Change, NoticesOver

NOW_MS = SENT_MS + 1000
BEGIN = Begin(role="source", source="weather", target="a.b:C", settings={})
PLAN = SourcePlan(name="weather", adapter="cap", begin=BEGIN, is_simulated=False)


def taken(desk: NoticeDesk, *said: Notice, now_ms: int = NOW_MS) -> Counter[str]:
    """Let a source say warnings, keep those that are new, and return what was counted."""
    fresh, counts = desk.fresh(said, source="weather", is_simulated=False, now_ms=now_ms)
    for notice in fresh:
        desk.keep(notice)
    return counts


def test_a_source_that_begins_anew_says_everything_again_and_nothing_is_kept_twice() -> None:
    # given a desk that has heard a warning and its end
    desk = NoticeDesk()
    said = (warning(0), warning(1, kind="cancel", references=(warning(0).key,)))
    first = taken(desk, *said)

    # when both are said again, by the same source and after another start of the hub
    again = taken(desk, *said)
    later = NoticeDesk()
    later.recall(msgspec.structs.replace(notice, source="weather") for notice in said)
    other = taken(later, *said)

    # then they are known, and what was ended stays ended
    assert (first["notices"], again["duplicates"], other["duplicates"]) == (2, 2, 2)
    assert desk.book == later.book == {}


def test_an_end_that_comes_first_still_ends() -> None:
    # given a cancel of a warning nobody has heard of
    desk = NoticeDesk()
    taken(desk, warning(1, kind="cancel", sent_ms=SENT_MS + 5, references=(warning(0).key,)))

    # when the warning comes, then an exercise of that name, then the same name from a later moment
    taken(desk, warning(0))
    before = dict(desk.book)
    taken(desk, warning(0, status="exercise"))
    exercise = [notice.status for notice in desk.book.values()]
    desk.book.clear()
    taken(desk, warning(0, sent_ms=SENT_MS + 6))

    # then the first is over already, and the others are not meant
    assert before == {}
    assert exercise == ["exercise"]
    assert len(desk.book) == 1


def test_an_update_that_names_itself_is_in_force() -> None:
    # given a sender that updates under the same identifier
    desk = NoticeDesk()
    taken(desk, warning(0))

    # when it does
    newer = warning(0, kind="update", references=(warning(0).key,), sent_ms=SENT_MS + 1, colour="red")
    taken(desk, newer)

    # then the update holds
    assert [notice.colour for notice in desk.book.values()] == ["red"]


def test_what_cannot_be_is_refused_and_counted() -> None:
    # given messages from the future, from long ago, without a name
    desk = NoticeDesk()
    said = (
        warning(0, sent_ms=NOW_MS + 2 * 86_400_000),
        warning(1, sent_ms=NOW_MS - KEPT_MS - 1),
        warning(2, identifier=""),
    )

    # when they come
    counts = taken(desk, *said)

    # then none is kept
    assert (counts["impossible_time"], counts["old_notices"], counts["bad_notices"]) == (1, 1, 1)
    assert counts["notices"] == 0


def test_a_warning_is_cut_to_a_size_that_every_screen_takes() -> None:
    # given warnings with endless words, endless shapes, numbers that are none, and endless names
    shapes = NoticeArea(name="区", polygons=tuple(RING for _ in range(2000)))
    odd = NoticeArea(name="区", polygons=(((math.nan, 1.0),) * 4, RING), circles=((1.0, 2.0, math.inf),))
    desk = NoticeDesk()

    # when they come
    counts = taken(
        desk,
        warning(0, description_zh="雨" * 500_000, areas=(shapes,)),
        warning(1, areas=(odd,)),
        warning(2, identifier="x" * 100_000),
    )

    # then words and shapes are cut, broken shapes are left out, and a name that cannot be cut is refused
    first, second = desk.book.values()
    assert first.headline_zh == warning().headline_zh
    assert len(first.description_zh) == 2000
    assert first.areas == (NoticeArea(name="区"),)
    assert second.areas[0] == NoticeArea(name="区", polygons=(RING,))
    assert all(len(msgspec.json.encode(notice)) <= MOST_BYTES for notice in desk.book.values())
    assert (counts["shortened_notices"], counts["bad_areas"], counts["bad_notices"]) == (2, 1, 1)


def test_time_ends_warnings_and_a_flood_of_them_is_bounded() -> None:
    # given a warning of three hours, one without an end, and a flood of exercises
    desk = NoticeDesk()
    flood = [warning(number, status="exercise", sent_ms=SENT_MS + number) for number in range(10, MOST_NOTICES + 20)]
    taken(desk, warning(0), warning(1, expires_ms=0), *flood, now_ms=NOW_MS)

    # when time passes
    too_many = desk.time_passed(NOW_MS)
    expired = desk.time_passed(SENT_MS + 3 * HOUR_MS)
    old = desk.time_passed(SENT_MS + KEPT_MS + 1)

    # then the oldest exercises go first, then what has expired, at last what nobody ended
    assert too_many == tuple(warning(number).key for number in range(10, 22))
    assert warning(0).key in expired
    assert old == (warning(1).key,)
    assert desk.book == {}


def test_an_event_that_cannot_be_read_costs_itself_only(caplog: pytest.LogCaptureFixture) -> None:
    # given kept warnings, one of them damaged
    rows = [notice_row(warning(0), 1), (2, NOTICE, b"{"), notice_row(warning(1), 3)]
    events = [Event(seq=n, time_ms=when, kind=kind, body=body) for n, (when, kind, body) in enumerate(rows, 1)]

    # when they are read
    found = list(values_of(events, NOTICE, Notice))

    # then the others are there
    assert found == [warning(0), warning(1)]
    assert "event 2" in caplog.text


def test_a_child_waits_until_its_warnings_are_kept_and_sends_no_frame_that_is_too_long() -> None:
    async def published() -> tuple[list[FromChild], list[int]]:
        # given a source with many long warnings, and one that no frame can hold
        sent: list[FromChild] = []
        world = ChildWorld(sent.append, {}, ())
        long = [warning(number, description_zh="x" * (PUBLICATION_BYTES // 3)) for number in range(5)]
        task = asyncio.create_task(world.publish([*long, warning(9, description_zh="x" * PUBLICATION_BYTES)]))
        steps = []

        # when the hub keeps one frame after another
        while not task.done():
            await asyncio.sleep(0.01)
            frames = [message for message in sent if isinstance(message, Publication)]
            steps.append(len(frames))
            world.publications.kept(frames[-1].number)
            world.publications.kept(77)
            await asyncio.sleep(0.01)
        assert world.counts["bad_notices"] == 1
        return sent, steps

    sent, steps = asyncio.run(published())

    # then each frame waited for the one before, and all fit
    assert steps == [1, 2, 3]
    frames = [message for message in sent if isinstance(message, Publication)]
    assert [len(message.notices) for message in frames] == [2, 2, 1]
    assert all(len(framed(message)) < 2 * PUBLICATION_BYTES for message in frames)


def test_nothing_published_is_nothing_sent() -> None:
    # given a source with no news
    sent: list[FromChild] = []

    # when it publishes none
    left_out = asyncio.run(Publications(sent.append).published([]))

    # then the hub hears nothing
    assert (left_out, sent) == (0, [])


class StubbornLog(SqliteEventLog):
    """A log of events that refuses twice and keeps what it is asked in between."""

    refusals = 2

    def append(self, events: Any) -> int:
        if self.refusals and any(kind == NOTICE for _, kind, _ in events):
            self.refusals -= 1
            raise StoreFailed(Text("磁盘已满", "The disk is full"))
        return super().append(events)


async def lived(folder: Path, *said: Notice, log: type[SqliteEventLog] = SqliteEventLog) -> dict[str, Any]:
    """Let one life of a hub hear warnings; return what was told, asked, kept, and counted."""
    title = Text("城", "Town")
    live = small_river(gauge("up", 0.0))
    plan = HubPlan(name="town", title=title, live=live, adapters=Installed(manifests={}), is_trusted=True)
    hub = Hub(plan, JournalHistory(folder), log(folder))
    web = Web(hub, "t0ken")
    port = await web.start("127.0.0.1", 0)
    await hub.start()
    seq, counts = hub.log.seq, Counter[str]()
    try:
        await hub.published(PLAN, counts, said)
        kept = [event.kind for event in await hub.events.between(0, 1 << 50, (NOTICE,))]
        frames = hub.log.after(seq)
        assert frames is not None
        headers = {"Authorization": "Bearer t0ken"}
        address = f"http://127.0.0.1:{port}/api/v1/notices"
        async with aiohttp.ClientSession(headers=headers) as session, session.get(address) as answer:
            shown = await answer.json()
        return {"told": frames, "kept": kept, "shown": shown, "counts": counts, "snapshot": snapshot_of(hub).notices}
    finally:
        await web.stop()
        await hub.stop()


def test_a_warning_is_on_disk_before_screens_and_source_hear_of_it_and_survives_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a hub whose log of events refuses at first, and two warnings, one of them an exercise
    monkeypatch.setattr(core, "_now_ms", lambda: NOW_MS)
    monkeypatch.setattr(event_keeper, "RETRY_S", 0.01)
    monkeypatch.setattr("sanping.hub.web_api.time.time_ns", lambda: NOW_MS * 1_000_000)
    said = (warning(0), warning(1, status="exercise", colour="red", sent_ms=SENT_MS + 1))

    # when a source publishes them, and another life of the hub hears them again
    first = asyncio.run(lived(tmp_path, *said, log=StubbornLog))
    second = asyncio.run(lived(tmp_path, *said))

    # then they were kept once, told once, and are in force in both lives: the true one first, the exercise marked
    changes = [from_hub(frame) for frame in first["told"]]
    assert [body_of(change).key for change in changes if isinstance(change, Change)] == [  # type: ignore[union-attr]
        said[0].key, said[1].key,
    ]  # fmt: skip
    assert first["kept"] == second["kept"] == [NOTICE, NOTICE]
    assert second["told"] == []
    assert second["counts"]["duplicates"] == 2
    assert [(notice["status"], notice["source"]) for notice in second["shown"]] == [
        ("actual", "weather"), ("exercise", "weather"),
    ]  # fmt: skip
    assert len(second["snapshot"]) == 2


def test_screens_are_told_when_a_warning_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a hub that has a warning
    monkeypatch.setattr(core, "_now_ms", lambda: NOW_MS)
    asyncio.run(lived(tmp_path, warning(0)))

    # when its time is over and something else is published
    async def later() -> list[bytes]:
        monkeypatch.setattr(core, "_now_ms", lambda: SENT_MS + 3 * HOUR_MS - 1)
        title = Text("城", "Town")
        plan = HubPlan(name="town", title=title, live=small_river(), adapters=Installed(manifests={}))
        hub = Hub(plan, JournalHistory(tmp_path), SqliteEventLog(tmp_path))
        await hub.start()
        monkeypatch.setattr(core, "_now_ms", lambda: SENT_MS + 3 * HOUR_MS)
        await hub.published(PLAN, Counter(), [])
        frames = hub.log.after(0)
        await hub.stop()
        assert frames is not None
        return frames

    frames = asyncio.run(later())

    # then they hear that it is over
    change = from_hub(frames[-1])
    assert isinstance(change, Change)
    assert body_of(change) == NoticesOver(keys=(warning(0).key,))
