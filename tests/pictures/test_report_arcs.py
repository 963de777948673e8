"""sanping.scene.layers.flows, sanping.scene.living_city: arcs from stations that report to the centre."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import HEIGHT, WIDTH, drawn, small_scene, stage
from fakes.small_river import NOON_MS, reading
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.scene.city_scene import CityScene
from sanping.stage.state import FLOWS, LayerState
from sanping.twin.live import LiveState, with_observations
from sanping.twin.live_part import LivePart, ReportCentre
from sanping.twin.river_view import RiverView, river_view

EAST, NORTH, _ = small_city.CENTRE
CENTRE = ReportCentre(title=Text("中心", "Centre"), place=(EAST + 150.0, NORTH + 60.0, 40.0))


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    scene = small_scene(repository / "assets")
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    yield scene
    scene.close()


def seen(event_ms: int = NOON_MS, centre: ReportCentre | None = CENTRE) -> RiverView:
    gauge = Station(id="g", name=Text("站", "gauge"), kinds=("level",), x_m=EAST - 150.0, y_m=NORTH + 60.0)
    live = LivePart(stations=(gauge,), centre=centre)
    level = reading("g", "water_level", 2.0, event_ms=event_ms)
    return river_view(live, with_observations(LiveState(is_linked=True), [level]), NOON_MS)


def share_of_arcs(scene: CityScene, view: RiverView) -> float:
    """Share of the pixels that change when the layer of arcs is hidden."""
    plain = stage()
    hidden = plain.with_layer(FLOWS, LayerState(is_visible=False))
    drawn(scene, plain)
    scene.show_river(view)
    shown = scene.picture(WIDTH, HEIGHT).astype(np.float64)
    return float((np.abs(drawn(scene, hidden, plain) - shown).sum(axis=2) > 40).mean())


def test_a_station_that_reports_is_joined_to_the_centre_until_it_falls_silent(scene: CityScene) -> None:
    # given a station whose reading is a day old
    silent = share_of_arcs(scene, seen(event_ms=NOON_MS - 86_400_000))

    # when a fresh reading comes, and grows old again
    reporting = share_of_arcs(scene, seen())
    again = share_of_arcs(scene, seen(event_ms=NOON_MS - 86_400_000))

    # then an arc is there as long as the reading is fresh, and can be hidden
    assert silent == again == 0.0
    assert reporting > 0.001


def test_without_a_centre_nothing_flows(scene: CityScene) -> None:
    # given a twin that names no centre
    # when its station reports
    # then there is no arc
    assert share_of_arcs(scene, seen(centre=None)) == 0.0


@pytest.mark.parametrize(("sender", "is_joined"), [("g*", True), ("county-*", False)])
def test_only_the_senders_of_a_centre_are_joined_to_it(scene: CityScene, sender: str, is_joined: bool) -> None:
    # given a centre that says whose reports fly to it
    centre = replace(CENTRE, senders=(sender,))

    # when a station reports
    share = share_of_arcs(scene, seen(centre=centre))

    # then it has an arc only where it is one of them
    assert (share > 0.001) is is_joined
