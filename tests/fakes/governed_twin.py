"""A small town with a gauge that also governs, as a folder for a real hub; and what is asked of such a hub."""

import asyncio
import shutil
from pathlib import Path

from fakes.governed_hub import REPORT, SUHE, done
from fakes.linked_hub import Screen, eventually
from fakes.small_hub import Device, RunningHub, now_ms, write_twin
from sanping.client.questions import Questions
from sanping.domain.source_status import STORE
from sanping.ports.history import SeriesKey
from sanping.wire.cases import CaseFilter

LEVEL = SeriesKey(station="S1", quantity="water_level")
GRID = """
[governance]
folder = "governance"
[[layers]]
name = "grid"
title = { zh = "网格", en = "Grid" }
role = "grid"
path = "grid.geojson"
group = { zh = "城市管理", en = "City management" }
"""


def write_governed_twin(folder: Path, port: int) -> Path:
    """Write the town; its gauge speaks to `port`."""
    twin = write_twin(folder, {"gauges": port})
    shutil.copytree(SUHE / "governance", twin / "governance")
    shutil.copy(SUHE / "grid.geojson", twin)
    with (twin / "twin.toml").open("a", encoding="utf-8") as file:
        file.write(GRID)
    return twin


def kept(hub: RunningHub) -> dict[int, float]:
    """Return the values of the gauge by event time."""
    found = Questions(hub.where).series(LEVEL, now_ms() - 86_400_000, now_ms() + 86_400_000)
    return dict(zip(found.event_ms.astype(int).tolist(), found.value.tolist(), strict=True))


def reported(hub: RunningHub) -> str:
    """Report a case as the hub's owner; return its id, "" when it was refused."""

    async def report() -> str:
        screen = Screen("desk")
        await screen.join(hub.address, token=hub.token)
        await eventually(lambda: screen.mirror.state.case_counts)
        ack = await done(screen, "case.report", REPORT)
        await screen.drop()
        return ack.about if ack.ok else ""

    return asyncio.run(report())


def refusal_of(hub: RunningHub) -> str:
    """Report a case and return why it was refused, without waiting for what a hub tells of its cases."""

    async def report() -> str:
        screen = Screen("desk")
        await screen.join(hub.address, token=hub.token)
        ack = await done(screen, "case.report", REPORT)
        await screen.drop()
        return "" if ack.ok else ack.error_en

    return asyncio.run(report())


def cases_of(hub: RunningHub) -> list[str]:
    """Return the ids of all cases."""
    return [line.id for line in Questions(hub.where).cases(CaseFilter()).lines]


def said(hub: RunningHub, port: int, values: dict[int, float]) -> dict[int, float]:
    """Have the gauge report values by event time, and wait until all are acknowledged."""
    device = Device(port)
    for number, (event_ms, value) in enumerate(values.items(), 1):
        device.report(number, "A1", event_ms, water_level=value)
    device.acknowledged(range(1, len(values) + 1))
    device.close()
    return values


def words_of(hub: RunningHub, name: str = STORE) -> str:
    """Return what the hub says of its store, or another part of itself; "" while there is nothing to say."""
    sources = hub.ask("/sources")
    assert isinstance(sources, list)
    return next((str(each["why_en"]) for each in sources if each["name"] == name), "")
