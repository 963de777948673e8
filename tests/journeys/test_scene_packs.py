"""Every scene that comes with the product lives: its hub hears all that its simulators tell, through real adapters."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes.small_hub import running_hub, until
from sanping.bootstrap.twins import load_project
from sanping.client.link import HubLink
from sanping.formats.governed_city import load_city
from sanping.formats.tours import load_tours
from sanping.hub.plan import in_metres
from sanping.twin.live import freshness
from sanping.twin.project import TwinProject
from sanping.twin.simulated_traffic import SimulatedTraffic

SCENES = Path(__file__).resolve().parents[2] / "assets" / "scenes"
NAMES = sorted(path.parent.name for path in SCENES.glob("*/scene.toml"))


@pytest.fixture(params=NAMES)
def scene(request: pytest.FixtureRequest) -> TwinProject:
    return load_project(SCENES / request.param)


@pytest.fixture
def link(scene: TwinProject, tmp_path: Path) -> Iterator[HubLink]:
    with running_hub(scene.folder, tmp_path / "hub") as hub:
        link = HubLink(hub.where, screen="wall", kind="wall")
        link.start()
        yield link
        link.close()


def look_at_movers(scene: TwinProject, link: HubLink) -> None:
    """See that everything that moves is named and marked, is where its ways are, and moves."""
    talking = sum(not one.is_silent for one in SimulatedTraffic(fleets=scene.live.fleets).terminals)
    until(lambda: int((link.state.fleet.event_ms > link.state.fleet.was_ms).sum()) >= 0.95 * talking)
    fleet, turn = link.state.fleet, in_metres(scene.crs)
    assert turn is not None
    ways = turn(np.array([point for route in scene.live.routes for point in route.points]))
    places = np.column_stack([fleet.x_m, fleet.y_m])
    assert len(fleet) >= 0.95 * talking
    assert all(named.label and named.is_simulated for named in fleet.names)
    assert (places > ways.min(axis=0) - 20.0).all()
    assert (places < ways.max(axis=0) + 20.0).all()
    assert (fleet.x_m != fleet.was_x_m).sum() > 0.8 * talking


def test_a_scene_hears_everybody_it_names(scene: TwinProject, link: HubLink) -> None:
    # given a scene with its hub, sources and simulators
    awaited = {station.id for station in scene.live.stations if station.addresses}
    told = {quantity.code for quantity in scene.live.quantities}

    # when all have spoken
    until(lambda: awaited <= set(link.state.readings))
    until(lambda: all(source.state == "live" for source in link.state.sources.values() if source.is_simulated))
    until(lambda: link.state.case_counts is not None)

    # then what was told is fresh, simulated and known by name, and no rule waits for what nobody tells
    readings = link.state.readings
    by_id = scene.live.by_id
    now_ms = time.time_ns() // 1_000_000
    heard = {code for rows in readings.values() for code in rows}
    assert told <= heard, told - heard
    assert all(row.is_simulated for rows in readings.values() for row in rows.values())
    for name in awaited:
        assert "fresh" in {freshness(row, by_id[name], now_ms) for row in readings[name].values()}, name
    assert {rule.quantity for rule in scene.live.rules if rule.quantity} <= heard

    # and nobody asked a simulator that was not there yet
    assert {source.counts["starts"] for source in link.state.sources.values() if source.is_simulated} == {1}
    if scene.live.fleets:
        look_at_movers(scene, link)


def test_a_scene_has_views_a_tour_and_something_that_becomes_a_case(scene: TwinProject) -> None:
    # given a scene
    # when it is looked through
    tours = load_tours(scene)

    # then visitors can be led through it, and what goes wrong becomes work
    assert len(tours) >= 1
    assert all(len(tour.stops) >= 4 for tour in tours)
    becoming = {rule.id for rule in scene.live.rules if rule.proposes_case}
    assert becoming
    assert scene.governance is not None
    assert becoming <= set(load_city(scene.governance).alarm_classes)
    assert scene.summary.zh
    assert scene.summary.en != scene.summary.zh
