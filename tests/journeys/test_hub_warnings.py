"""Public warnings from a warning centre (CAP 1.2) to every screen: updated, cancelled, expired, exercised, and kept."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from fakes.small_hub import RunningHub, now_ms, running_hub, until, write_twin
from fakes.small_notices import warning
from sanping.adapters.cap.encode import encode
from sanping.adapters.cap.simulator import HEAVY_MM_H, Simulator
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.notice import Notice
from sanping.hub.spare_port import free_port
from sanping.twin.notices import in_force

PORT = free_port()


class Sky:
    """Rain at one place, as a test wants it."""

    def __init__(self) -> None:
        self.rain_mm_h = 0.0

    def stations(self) -> Sequence[str]:
        return ("gauge",)

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        return {"rain_hour": self.rain_mm_h}


class Centre(threading.Thread):
    """The adapter's simulator of a warning centre, under a sky of ours."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        super().__init__(daemon=True)
        self.sky = Sky()
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        self._task = self._loop.create_task(Simulator(self._settings).play(self.sky, asyncio.sleep))
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)
        self._loop.close()

    def end(self) -> None:
        if self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self.join(5)


def write_town(folder: Path, source: str) -> Path:
    """Write a small twin that follows warnings."""
    twin = write_twin(folder, {})
    with (twin / "twin.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[[sources]]\nname = "weather"\nadapter = "cap"\ntitle = {{ zh = "预警", en = "Warnings" }}\n{source}'
        )
    return twin


@contextlib.contextmanager
def linked(hub: RunningHub) -> Iterator[HubLink]:
    """Return a screen of the hub that knows its sources."""
    link = HubLink(hub.where, screen="wall", kind="wall")
    link.start()
    try:
        until(lambda: link.state.is_linked and "weather" in link.state.sources)
        yield link
    finally:
        link.close()


def shown(link: HubLink) -> tuple[Notice, ...]:
    """Return what the screen shows now, the worst first."""
    return in_force(link.state.notices.values(), now_ms())


@pytest.fixture
def centre() -> Iterator[Centre]:
    centre = Centre({"url": f"http://127.0.0.1:{PORT}/cap.xml"})
    centre.start()
    yield centre
    centre.end()


def test_a_warning_reaches_screens_survives_a_killed_hub_and_is_gone_when_cancelled(
    tmp_path: Path, centre: Centre
) -> None:
    # given a hub that asks a warning centre every second, and a screen
    source = f'simulated = true\nsettings = {{ url = "http://127.0.0.1:{PORT}/cap.xml", interval_s = 1 }}\n'
    twin = write_town(tmp_path / "town", source)
    with running_hub(twin, tmp_path / "data", "--no-simulators") as hub, linked(hub) as link:
        until(lambda: link.state.sources["weather"].state == "live")
        dry = shown(link)

        # when it pours, the hub is killed as soon as the warning is seen, and it stops raining at last
        centre.sky.rain_mm_h = 2 * HEAVY_MM_H
        until(lambda: shown(link))
        (seen,) = shown(link)
        hub.killed()
        until(lambda: not link.state.is_linked)
        hub.started_again()
        recalled = Questions(hub.where).notices()
        until(lambda: link.state.is_linked and link.state.sources["weather"].state == "live")
        again = shown(link)
        centre.sky.rain_mm_h = 0.0
        until(lambda: not link.state.notices)
        events = Questions(hub.where).ask("/events", {"from_ms": 0, "to_ms": now_ms() + 1000, "kinds": "notice"})
        left = Questions(hub.where).notices()

    # then it was shown as invented, was there at once in the hub's next life, and is over everywhere
    assert dry == ()
    assert (seen.colour, seen.status, seen.is_simulated, seen.source) == ("yellow", "actual", True, "weather")
    assert recalled == [seen]
    assert again == (seen,)
    assert left == []
    assert [event["body"]["kind"] for event in events][-2:] == ["alert", "cancel"]
    assert sum(event["body"]["kind"] == "alert" for event in events) == 1


def test_exercises_are_marked_updates_replace_and_time_ends(tmp_path: Path) -> None:
    # given a folder of alerts: a true one, an exercise that claims to replace it, one that is soon over, a broken one
    folder, begin_ms = tmp_path / "alerts", now_ms() // 1000 * 1000
    folder.mkdir()
    lasting = {"sent_ms": begin_ms, "expires_ms": begin_ms + 3_600_000}
    first = warning(0, **lasting)
    exercise = warning(1, kind="update", status="exercise", colour="red", references=(first.key,), **lasting)
    short = warning(2, sent_ms=begin_ms, expires_ms=begin_ms + 4_000, colour="blue")
    for notice in (first, exercise, short):
        (folder / f"{notice.identifier}.xml").write_bytes(encode(notice))
    (folder / "broken.xml").write_bytes(b"<alert/>")
    twin = write_town(tmp_path / "town", f'settings = {{ folder = "{folder}", interval_s = 1 }}\n')
    with running_hub(twin, tmp_path / "data") as hub, linked(hub) as link:
        until(lambda: {first.key, exercise.key} <= set(link.state.notices))
        before = shown(link)

        # when the true one is updated, the time of the short one passes, and the source begins anew
        update = warning(3, kind="update", references=(first.key,), **lasting)
        (folder / "update.xml").write_bytes(encode(update))
        until(lambda: update.key in link.state.notices and short.key not in link.state.notices)
        assert link.command("source.restart", {"source": "weather"}).ok
        until(lambda: link.state.sources["weather"].counts.get("duplicates", 0) >= 4)
        after = shown(link)
        answered = Questions(hub.where).notices()
        events = Questions(hub.where).ask("/events", {"from_ms": 0, "to_ms": now_ms() + 1000, "kinds": "notice"})

    # then the exercise stood last and ended nothing; only the update holds beside it; each was kept once
    assert before[-1].key == exercise.key
    assert [(notice.key, notice.status) for notice in after] == [(update.key, "actual"), (exercise.key, "exercise")]
    assert answered == list(after)
    assert len(events) == 4
