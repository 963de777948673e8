"""A person configures a source at a screen: it is tried, kept, runs at once, and outlives the hub."""

from pathlib import Path

from fakes.small_hub import Device, now_ms, running_hub, until, write_twin
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port


def test_a_source_that_is_configured_runs_at_once_and_after_the_hub_began_again(tmp_path: Path) -> None:
    first, second, third = free_port(), free_port(), free_port()
    with running_hub(write_twin(tmp_path / "town", {"gauges": first}), tmp_path / "data") as hub:
        # given a hub with one source that listens, and a screen
        link = HubLink(hub.where, screen="desk", kind="desk")
        link.start()
        until(lambda: link.state.is_linked)
        questions = Questions(hub.where)
        until(lambda: "gauges" in link.state.sources and link.state.sources["gauges"].state == "connecting")

        # when its port is tried while it runs, changed, and a second source is added
        found = questions.test("trial", {"port": first}, source="gauges")
        moved = link.command("source.configure", {"source": "gauges", "settings": {"port": second}})
        added = link.command("source.configure", {"source": "more", "adapter": "trial", "settings": {"port": third}})
        wrong = link.command("source.configure", {"source": "bad", "adapter": "trial", "settings": {"port": 0}})
        report(second, 1, "A1", 3.1)
        report(third, 2, "A2", 3.2)
        until(lambda: link.state.reading("S2", "water_level") is not None)

        # then both deliver where they were put, and what is wrong is refused with its reason
        assert found.en == "It can listen"
        assert (moved.ok, added.ok, wrong.ok) == (True, True, False)
        assert "0" in wrong.error_en
        assert questions.source("gauges")["settings"]["port"] == second
        assert {source.name for source in questions.sources()} == {"gauges", "more"}

        # and when the hub is killed and begins again, they listen there still
        hub.killed()
        hub.started_again()
        report(second, 3, "A1", 3.3)
        report(third, 4, "A2", 3.4)
        until(lambda: level(link, "S1") == 3.3 and level(link, "S2") == 3.4)
        link.close()


def report(port: int, number: int, address: str, value: float) -> None:
    device = Device(port)
    device.report(number, address, now_ms(), water_level=value)
    device.acknowledged([number])
    device.close()


def level(link: HubLink, station: str) -> float | None:
    reading = link.state.reading(station, "water_level")
    return None if reading is None else reading.value
