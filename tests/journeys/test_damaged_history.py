"""A history whose file is damaged: every screen is told, and new values are kept as usual."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until, write_twin
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.source_status import STORE
from sanping.hub.spare_port import free_port
from sanping.ports.history import SeriesKey

LEVEL = SeriesKey(station="S2", quantity="water_level")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def damaged(tmp_path: Path, port: int) -> Iterator[RunningHub]:
    """A hub that began with a history of which the first kilobytes are rubbish."""
    with running_hub(write_twin(tmp_path / "town", {"gauges": port}), tmp_path / "data") as hub:
        with closing(Device(port)) as device:
            device.report(1, "A2", now_ms() - 60_000, water_level=1.0)
            device.acknowledged([1])
        hub.stopped()
        with (hub.data / "history.duckdb").open("r+b") as file:
            file.write(b"\xa5" * 12_288)
        hub.started_again()
        yield hub


def test_every_screen_is_told_that_a_damaged_history_was_put_aside_and_new_values_are_kept(
    damaged: RunningHub, port: int
) -> None:
    # given two screens of a hub whose history was damaged
    screens = [HubLink(damaged.where, screen=name, kind=name) for name in ("desk", "wall")]
    for screen in screens:
        screen.start()

    # when a value comes
    at_ms = now_ms()
    with closing(Device(port)) as device:
        device.report(2, "A2", at_ms, water_level=2.5)
        device.acknowledged([2])
        until(lambda: all(STORE in screen.state.sources and screen.state.readings for screen in screens))

    # then both say which file it was and that recording goes on, and it does
    for screen in screens:
        told = screen.state.sources[STORE]
        assert told.state == "degraded"
        assert "历史文件损坏，已移开：history.duckdb.damaged-1" in told.why_zh
        assert "新数据照常保存" in told.why_zh
        assert "history.duckdb.damaged-1" in told.why_en
        screen.close()
    kept = Questions(damaged.where).series(LEVEL, at_ms - 3_600_000, at_ms)
    assert kept.value.tolist() == [2.5]
    assert (damaged.data / "history.duckdb.damaged-1").read_bytes()[:4] == b"\xa5" * 4
    assert Questions(damaged.where).is_healthy()


def test_it_is_told_until_somebody_takes_the_file_away(damaged: RunningHub) -> None:
    # given a hub that put a damaged file aside
    def told() -> list[str]:
        found = Questions(damaged.where).ask("/sources", {})
        return [entry["state"] for entry in found if entry["name"] == STORE]

    first = told()

    # when it is started again, and again after the file was taken away
    damaged.stopped()
    damaged.started_again()
    again = told()
    damaged.stopped()
    (damaged.data / "history.duckdb.damaged-1").unlink()
    damaged.started_again()

    # then only then it is well
    assert (first, again, told()) == (["degraded"], ["degraded"], [])
