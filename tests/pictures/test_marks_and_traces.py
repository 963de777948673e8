"""sanping.scene.content, layers.labels, picks, tracing, beacons, groundwork: marks that are picked and shown, and what
hidden things leave behind (nothing)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import shapely

from fakes import small_city
from fakes.picture_stage import HEIGHT, WIDTH, drawn, light, small_scene, stage
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.scene.readback import picture_of
from sanping.stage.projection import pixel_of
from sanping.stage.state import FeatureRef, LayerState

NAME = Text("层", "Layer")
EAST, NORTH, _ = small_city.CENTRE
VIEW = CameraPose(target=(EAST, NORTH, 4.0), heading_deg=0.0, pitch_deg=-40.0, distance_m=420.0)
ROOFS = CameraPose(target=(EAST - 30.0, NORTH + 70.0, 80.0), heading_deg=0.0, pitch_deg=-12.0, distance_m=300.0)
ABOVE = CameraPose(target=(EAST, NORTH, 4.0), heading_deg=0.0, pitch_deg=-89.0, distance_m=500.0, fov_deg=30.0)


def stations() -> VectorLayer:
    """Return a station in the open and a pump right behind a tower, seen from the south."""
    points = [shapely.Point(-120.0, 0.0), shapely.Point(100.0, 30.0)]
    names = [{"name": "水位站", "kind": "monitoring_station"}, {"name": "泵站", "kind": "pump"}]
    return small_city.vector(points, names)


def tower() -> object:
    return small_city.build_tiles(small_city.boxes([(100.0, 0.0), (-160.0, 140.0)], [80.0, 70.0]))


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    scene = small_scene(repository / "assets", "standard")
    scene.add_tiles("towers", "buildings", tower())  # type: ignore[arg-type]
    scene.add_vector("stations", "facilities", NAME, stations())
    yield scene
    scene.close()


def spot(x: float, y: float, pose: CameraPose = VIEW, up: float = small_city.GROUND_M + 4.0) -> tuple[float, float]:
    """Return the pixel of a place in metres from the centre."""
    pixel = pixel_of(pose, (EAST + x, NORTH + y, up), (WIDTH, HEIGHT))
    assert pixel is not None
    return pixel


def test_the_mark_of_a_station_is_picked_before_the_tower_that_it_shines_through(scene: CityScene) -> None:
    # given a station in the open and a pump behind a tower; marks are drawn through buildings
    drawn(scene, stage(camera=VIEW))
    station, pump = spot(-120.0, 0.0), spot(100.0, 30.0)

    # when the marks, and the tower well beside them, are pointed at
    picks = [scene.pick(*station), scene.pick(station[0] + 9, station[1]), scene.pick(*pump)]
    tower_pick = scene.pick(pump[0] + 18, pump[1] - 9)

    # then the marks are meant within twelve pixels, and the tower where no mark is near
    assert [(pick.layer, pick.id, pick.kind) for pick in picks if pick] == [
        ("stations", "v0", "mark"),
        ("stations", "v0", "mark"),
        ("stations", "v1", "mark"),
    ]
    assert tower_pick is not None
    assert (tower_pick.layer, tower_pick.kind) == ("towers", "object")


def test_a_hidden_mark_is_not_picked(scene: CityScene) -> None:
    # given the layer of stations, shown and then hidden
    plain = stage(camera=VIEW)
    drawn(scene, plain)
    before = scene.pick(*spot(-120.0, 0.0))
    drawn(scene, replace(plain, layers=MappingProxyType({"stations": LayerState(is_visible=False)})), plain)

    # when the place is pointed at; then there is nothing any more
    assert before is not None
    assert scene.pick(*spot(-120.0, 0.0)) is None


def test_a_selected_mark_stands_out_and_a_hovered_one_a_little(scene: CityScene) -> None:
    # given the city with its stations
    plain = stage(camera=VIEW)
    before = drawn(scene, plain)
    station = FeatureRef(layer="stations", id="v0")

    # when the pointer rests on one, and when it is selected
    hovered = np.abs(drawn(scene, replace(plain, hovered=station), plain) - before).sum(axis=2)
    selected = np.abs(drawn(scene, replace(plain, selection=(station,)), plain) - before).sum(axis=2)
    again = np.abs(drawn(scene, plain, replace(plain, selection=(station,))) - before).sum(axis=2)

    # then both show at the mark and nowhere far from it, the selection more, and it goes again
    x, y = (round(value) for value in spot(-120.0, 0.0))
    around = np.zeros((HEIGHT, WIDTH), bool)
    around[y - 70 : y + 25, x - 60 : x + 60] = True
    assert (hovered > 60).sum() > 40
    assert selected.sum() > 1.3 * hovered.sum()
    assert (selected > 60)[~around].sum() == 0
    assert (again > 60).sum() == 0


def test_a_selected_mark_is_shown_from_far_away(scene: CityScene) -> None:
    # given a view from which stations are too far to be named
    far = stage(camera=replace(VIEW, distance_m=6000.0, pitch_deg=-60.0))
    before = drawn(scene, far)

    # when one is selected; then it is seen
    chosen = drawn(scene, replace(far, selection=(FeatureRef(layer="stations", id="v0"),)), far)
    assert (np.abs(chosen - before).sum(axis=2) > 60).sum() > 200


def test_roads_water_and_green_are_picked_where_nothing_stands(scene: CityScene) -> None:
    # given a river, streets and a park, seen from above
    for name, role, data in (
        ("river", "water", small_city.river()),
        ("roads", "roads", small_city.streets()),
        ("park", "green", small_city.park()),
    ):
        scene.add_vector(name, role, NAME, data)  # type: ignore[arg-type]
    drawn(scene, stage(camera=ABOVE))

    # when places on them, on a tower and on bare ground are pointed at
    places = {"river": (30.0, 0.0), "roads": (60.0, 92.0), "park": (-100.0, -100.0), "towers": (100.0, 5.0)}
    found = {name: scene.pick(*spot(*place, pose=ABOVE, up=4.0)) for name, place in places.items()}
    bare = scene.pick(*spot(60.0, -70.0, pose=ABOVE, up=4.0))

    # then each is found, the river not through the tower, and bare ground is nothing
    assert {name: pick.layer for name, pick in found.items() if pick is not None} == {name: name for name in places}
    assert found["park"] is not None
    assert found["park"].kind == "ground"
    assert bare is None


def test_a_selected_road_is_outlined(scene: CityScene) -> None:
    # given streets by night, from above
    scene.add_vector("roads", "roads", NAME, small_city.streets())
    plain = stage(camera=ABOVE)
    before = drawn(scene, plain)

    # when the arterial is selected, and nothing again
    chosen = replace(plain, selection=(FeatureRef(layer="roads", id="v0"),))
    outlined = np.abs(drawn(scene, chosen, plain) - before).sum(axis=2) > 60
    after = np.abs(drawn(scene, plain, chosen) - before).sum(axis=2) > 60

    # then a line across the picture is lit at its place, and goes again
    rows = np.flatnonzero(outlined.any(axis=1))
    assert outlined.sum() > 300
    assert abs(rows.mean() - spot(0.0, 90.0, pose=ABOVE)[1]) < 8
    assert after.sum() == 0


def beacons(picture: np.ndarray) -> tuple[int, int]:
    """Count the red pixels of roof lights in the left and the right half."""
    red = (picture[..., 0] > 120) & (picture[..., 0] > 1.8 * picture[..., 2])
    return int(red[:, : WIDTH // 2].sum()), int(red[:, WIDTH // 2 :].sum())


@pytest.mark.parametrize("how", ["layer", "isolation"])
def test_beacons_go_with_their_buildings(scene: CityScene, how: str) -> None:
    # given two towers with red lights on their roofs, at a moment when both are bright
    scene.animate(1.2)
    plain = stage(camera=ROOFS)
    before = beacons(drawn(scene, plain))

    # when the layer is hidden, or the right tower shown alone
    if how == "layer":
        wanted = replace(plain, layers=MappingProxyType({"towers": LayerState(is_visible=False)}))
    else:
        wanted = replace(plain, isolated=(FeatureRef(layer="towers", id="b0"),))
    left, right = beacons(drawn(scene, wanted, plain))
    again = beacons(drawn(scene, plain, wanted))

    # then the lights of what is hidden are gone, and come back
    assert min(before) > 3
    assert left == 0
    assert (right > 3) == (how == "isolation")
    assert again == before


@pytest.mark.parametrize("how", ["layer", "isolation"])
def test_shadows_go_with_their_buildings(scene: CityScene, how: str) -> None:
    # given a tower at noon from above; its shadow falls to the north
    plain = stage("day", camera=ABOVE)
    x, y = (round(value) for value in spot(100.0, 50.0, pose=ABOVE, up=4.0))
    north = (slice(y - 5, y + 5), slice(x - 4, x + 4))
    shaded = light(drawn(scene, plain))[north].mean()

    # when its layer is hidden, or the other tower shown alone
    if how == "layer":
        wanted = replace(plain, layers=MappingProxyType({"towers": LayerState(is_visible=False)}))
    else:
        wanted = replace(plain, isolated=(FeatureRef(layer="towers", id="b1"),))
    bare = light(drawn(scene, wanted, plain))[north].mean()
    again = light(drawn(scene, plain, wanted))[north].mean()

    # then the ground lies in the sun, and in the shadow again when the tower is back
    assert shaded < 0.75 * bare
    assert again == pytest.approx(shaded, abs=1.0)


def test_hidden_roads_leave_no_light_on_the_ground(scene: CityScene) -> None:
    # given a street by night, and the picture without it
    plain = stage(camera=ABOVE)
    dark = drawn(scene, plain)
    scene.add_vector("roads", "roads", NAME, small_city.streets())
    lit = drawn(scene, plain)

    # when the roads are hidden
    hidden = drawn(scene, replace(plain, layers=MappingProxyType({"roads": LayerState(is_visible=False)})), plain)

    # then the ground is as dark as before they came
    assert np.abs(lit - dark).mean() > 2.0
    assert np.abs(hidden - dark).mean() < 0.3


def test_an_object_shown_alone_has_no_labels_of_others_around_it(scene: CityScene) -> None:
    # given two stations, named
    plain = stage(camera=VIEW)
    before = (light(drawn(scene, plain)) > 200).sum()

    # when a tower is shown alone, and when a station is
    tower_alone = replace(plain, isolated=(FeatureRef(layer="towers", id="b0"),))
    without = (light(drawn(scene, tower_alone, plain)) > 200).sum()
    one = (light(drawn(scene, replace(plain, isolated=(FeatureRef(layer="stations", id="v0"),)), plain)) > 200).sum()

    # then first no name is left, and then its own
    assert without < 0.3 * before
    assert without < one < before


def test_labels_keep_off_the_panels_of_a_window_but_not_of_a_picture(scene: CityScene) -> None:
    # given a panel over the left half of a window of twice the size, where the station is
    whole = drawn(scene, stage(camera=VIEW))
    scene.keep_labels_off([], (2 * WIDTH, 2 * HEIGHT))
    free = picture_of(scene.window, WIDTH, HEIGHT).astype(np.float64)
    scene.keep_labels_off([(0.0, 0.0, WIDTH, 2.0 * HEIGHT)], (2 * WIDTH, 2 * HEIGHT))

    # when the window is drawn, and a picture taken
    window = picture_of(scene.window, WIDTH, HEIGHT).astype(np.float64)
    picture = scene.picture(WIDTH, HEIGHT).astype(np.float64)

    # then the window has no name on its left, and is the same on its right; the picture is whole
    left, right = (slice(None), slice(0, WIDTH // 2)), (slice(None), slice(WIDTH // 2, WIDTH))
    assert (np.abs(window[left] - free[left]).sum(axis=2) > 90).sum() > 100
    assert np.abs(window[right] - free[right]).mean() < 0.3
    assert np.abs(picture - whole).mean() < 0.3

    # and names are half as large in a frame that will be enlarged to the window
    assert (light(free) > 200).sum() < 0.6 * (light(whole) > 200).sum()
