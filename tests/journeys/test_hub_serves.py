"""A hub as a process of its own: devices speak to it over TCP, a screen hears them, and history keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until, write_twin
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port
from sanping.ports.history import SeriesKey

PORT = free_port()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(write_twin(tmp_path / "town", {"gauges": PORT}), tmp_path / "data") as hub:
        yield hub


@pytest.fixture
def link(hub: RunningHub) -> Iterator[HubLink]:
    link = HubLink(hub.where, screen="desk", kind="desk")
    link.start()
    yield link
    link.close()


def test_what_a_device_reports_reaches_a_screen_and_history(hub: RunningHub, link: HubLink) -> None:
    # given a hub, a screen and a device
    until(lambda: link.state.is_linked)
    device = Device(PORT)
    moment_ms = now_ms()

    # when the device reports a level and is acknowledged
    device.report(1, "A2", moment_ms, water_level=3.25)
    device.acknowledged([1])

    # then the screen shows it, the source is live, and history has it
    until(lambda: link.state.reading("S2", "water_level") is not None)
    shown = link.state.reading("S2", "water_level")
    assert shown is not None
    assert (shown.value, shown.event_ms, shown.source, shown.quality) == (3.25, moment_ms, "gauges", "good")
    until(lambda: link.state.sources["gauges"].state == "live")
    kept = Questions(hub.where).series(SeriesKey(station="S2", quantity="water_level"), moment_ms - 60_000, moment_ms)
    assert kept.value.tolist() == [3.25]
    device.close()
