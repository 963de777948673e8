"""sanping.scene.city_scene and its layers (content, context, layers.*, material, mesh, paint, post, readback, window).

Pictures are compared by what they must show, on VTK's software renderer; the guard of conftest fails a test in which a
shader does not compile.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import EVENING, HEIGHT, WIDTH, drawn, light, small_scene, stage
from sanping.domain.ground import Imagery
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.stage.state import Colouring, FeatureRef, LayerState, QualityName

NAME = Text("层", "Layer")


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    scene = small_scene(repository / "assets", "standard")
    yield scene
    scene.close()


@pytest.fixture
def city(scene: CityScene) -> CityScene:
    scene.add_vector("river", "water", NAME, small_city.river())
    scene.add_vector("roads", "roads", NAME, small_city.streets())
    scene.add_vector("park", "green", NAME, small_city.park())
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    return scene


def test_night_is_dark_blue_with_lit_windows(city: CityScene) -> None:
    # given the city at night
    # when it is drawn
    picture = drawn(city, stage())

    # then the whole is dark and bluish, but many small lights stand out
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert 8 < light(picture).mean() < 90
    assert picture[..., 2].mean() > picture[..., 0].mean()
    assert (light(picture) > 150).mean() > 0.004
    warm = (picture[..., 0] > 110) & (picture[..., 0] > picture[..., 2] * 1.2)
    assert warm.mean() > 0.002


def test_day_is_bright_with_sky_above_and_shadow_on_one_side(city: CityScene) -> None:
    # given the city at noon, seen against the sun
    noon = stage("day")
    noon = replace(noon, camera=replace(noon.camera, heading_deg=190.0))

    # when it is drawn
    picture = drawn(city, noon)

    # then it is bright, and has real darks as well
    assert light(picture).mean() > 85
    assert np.percentile(light(picture), 2) < 75
    assert np.percentile(light(picture), 98) > 160


def test_the_day_darkens_when_the_sun_has_set(city: CityScene) -> None:
    # given the day style at noon and late in the evening
    noon = stage("day")
    evening = replace(noon, moment=EVENING)

    # when both are drawn
    at_noon = light(drawn(city, noon))
    at_night = light(drawn(city, evening, noon))

    # then the evening is dark, with lamps in it
    assert at_night.mean() < 0.45 * at_noon.mean()
    assert np.percentile(at_night, 99.5) > at_night.mean() * 2


def test_a_shadow_falls_away_from_the_sun(scene: CityScene) -> None:
    # given one tower seen from above, with the sun in the south at noon
    scene.add_tiles("tower", "buildings", small_city.build_tiles(small_city.boxes([(0, 0), (300, 300)], [60.0, 5.0])))
    east, north, _ = small_city.CENTRE
    above = CameraPose(target=(east, north, 4.0), pitch_deg=-89.0, distance_m=500.0, fov_deg=30.0)

    # when it is drawn
    picture = light(drawn(scene, stage("day", camera=above)))

    # then the ground north of it is darker than the ground south of it
    north_side = picture[HEIGHT // 2 - 55 : HEIGHT // 2 - 30, WIDTH // 2 - 6 : WIDTH // 2 + 6]
    south_side = picture[HEIGHT // 2 + 30 : HEIGHT // 2 + 55, WIDTH // 2 - 6 : WIDTH // 2 + 6]
    assert north_side.mean() < 0.75 * south_side.mean()


def test_colouring_paints_the_objects_and_gives_a_legend(city: CityScene) -> None:
    # given the plain city by day
    plain = stage("day")
    before = drawn(city, plain)

    # when it is coloured by height, and plain again
    by_height = replace(plain, colouring=Colouring(layer="blocks", attribute="@height_m", palette="viridis"))
    painted = drawn(city, by_height, plain)
    legend = city.legend()
    after = drawn(city, plain, by_height)

    # then colours are there, a legend reads them, and both go again
    assert (np.ptp(painted, axis=2) > 70).mean() > (np.ptp(before, axis=2) > 70).mean() + 0.02
    assert legend is not None
    assert legend.unit == "m"
    assert city.legend() is None
    assert np.abs(after - before).mean() < 2.0


def test_a_selection_glows_where_the_object_is(city: CityScene) -> None:
    # given the city at night and the object in the middle of the picture
    plain = stage()
    before = drawn(city, plain)
    pick = next(found for y in range(100, 200, 8) if (found := city.pick(WIDTH / 2, y)) is not None)

    # when it is selected
    chosen = replace(plain, selection=(FeatureRef(layer=pick.layer, id=pick.id),))
    difference = np.abs(drawn(city, chosen, plain) - before).sum(axis=2)

    # then a compact part of the picture changes, and no more
    changed = difference > 60
    assert 0.001 < changed.mean() < 0.15
    assert pick.layer == "blocks"


def test_a_hidden_layer_is_gone_and_opacity_lets_through(city: CityScene) -> None:
    # given the city by day
    plain = stage("day")
    whole = drawn(city, plain)

    # when the blocks are hidden, and half transparent
    hidden = replace(plain, layers=MappingProxyType({"blocks": LayerState(is_visible=False)}))
    without = drawn(city, hidden, plain)
    half = replace(plain, layers=MappingProxyType({"blocks": LayerState(opacity=0.5)}))
    through = drawn(city, half, hidden)

    # then the picture changes much, and half as much
    gone, faded = np.abs(without - whole).mean(), np.abs(through - whole).mean()
    assert gone > 8
    assert 0.2 * gone < faded < 0.9 * gone


def test_labels_show_chinese_glyphs(scene: CityScene) -> None:
    # given places, at night, with nothing else
    scene.add_vector("places", "places", NAME, small_city.places())
    plain = stage()

    # when they are shown in Chinese, in English, and hidden
    chinese = drawn(scene, plain)
    scene.set_language("en")
    english = drawn(scene, plain)
    none = drawn(scene, replace(plain, layers=MappingProxyType({"places": LayerState(is_visible=False)})), plain)

    # then both are bright writing that differ, and hiding takes it away
    assert (light(chinese) > 200).sum() > 120
    assert (light(english) > 200).sum() > 120
    assert (np.abs(chinese - english).sum(axis=2) > 200).sum() > 60
    assert (light(none) > 200).sum() < 20


def test_the_water_moves_and_the_traffic_flows(city: CityScene) -> None:
    # given the city at night
    wanted = stage()
    city.animate(1.0)
    first = drawn(city, wanted)

    # when it is drawn again at the same time, and later
    again = city.picture(WIDTH, HEIGHT).astype(np.float64)
    city.animate(2.5)
    later = city.picture(WIDTH, HEIGHT).astype(np.float64)

    # then only time moves things
    assert np.abs(again - first).mean() < 0.05
    assert (np.abs(later - first).sum(axis=2) > 40).mean() > 0.004


def test_flows_and_pulses_come_and_go(city: CityScene) -> None:
    # given the city at night
    plain = drawn(city, stage())
    east, north, _ = small_city.CENTRE
    places = [(east - 150.0, north + 90.0, 5.0), (east + 150.0, north + 120.0, 5.0)]

    # when an arc and rings are shown, and taken away
    city.set_flows([(places[0], places[1])])
    city.set_pulses(places, 60.0, (1.0, 0.4, 0.1))
    shown = city.picture(WIDTH, HEIGHT).astype(np.float64)
    city.set_flows([])
    city.set_pulses([], 60.0, (1.0, 0.4, 0.1))
    gone = city.picture(WIDTH, HEIGHT).astype(np.float64)

    # then they were there, and nothing stays
    assert (np.abs(shown - plain).sum(axis=2) > 30).mean() > 0.0015
    assert np.abs(gone - plain).mean() < 0.5


def test_a_picture_has_any_size_and_leaves_the_window_as_it_was(city: CityScene) -> None:
    # given the city
    city.show(stage(), None)

    # when a wide picture is taken
    wide = city.picture(960, 270)

    # then it has its size, and the window its own
    assert wide.shape == (270, 960, 3)
    assert tuple(city.window.GetSize()) == (WIDTH, HEIGHT)
    assert wide[:, :200].std() > 5
    assert wide[:, -200:].std() > 5


def test_the_point_under_a_pixel_lies_on_the_ground(city: CityScene) -> None:
    # given the city seen from above, over an open place
    east, north, _ = small_city.CENTRE
    above = CameraPose(target=(east - 27.0, north + 90.0, 4.0), pitch_deg=-89.0, distance_m=400.0)
    drawn(city, stage(camera=above))

    # when the middle is asked for, and once more after the camera has moved and before that was drawn
    point = city.world_under(WIDTH / 2, HEIGHT / 2)
    moved = replace(above, target=(east - 27.0, north + 130.0, 4.0), distance_m=1500.0)
    city.show(stage(camera=moved), stage(camera=above))
    next_point = city.world_under(WIDTH / 2, HEIGHT / 2)

    # then it is the target of the camera both times: depths of the picture before do not count
    for found, target_north in ((point, north + 90.0), (next_point, north + 130.0)):
        assert found is not None
        assert found[0] == pytest.approx(east - 27.0, abs=1.5)
        assert found[1] == pytest.approx(target_north, abs=1.5)
        assert found[2] == pytest.approx(small_city.GROUND_M, abs=1.5)


@pytest.mark.parametrize("quality", ["draft", "soft", "standard", "high"])
@pytest.mark.parametrize("style", ["night", "day"])
def test_every_preset_draws_every_kind_of_layer(scene: CityScene, style: str, quality: QualityName) -> None:
    # given every kind of layer over terrain with a picture on it, half of the blocks let through
    terrain = small_city.slope()
    photo = np.full((8, 8, 3), (90, 120, 60), np.uint8)
    scene.add_terrain("ground", replace(terrain, imagery=Imagery(pixels=photo, extent=terrain.extent)))
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    scene.add_tiles("bridges", "bridges", small_city.build_tiles(small_city.boxes([(0, 0)], [9.0], 60.0)))
    for name, role, data in (
        ("river", "water", small_city.river()),
        ("roads", "roads", small_city.streets()),
        ("park", "green", small_city.park()),
        ("grid", "grid", small_city.park()),
        ("lines", "lines", small_city.streets()),
        ("places", "places", small_city.places()),
    ):
        scene.add_vector(name, role, NAME, data)  # type: ignore[arg-type]
    scene.set_quality(quality)

    # when it is drawn; then every shader compiles (the guard of conftest listens) and something is to be seen
    picture = drawn(scene, stage(style, layers=MappingProxyType({"blocks": LayerState(opacity=0.6)})))
    assert picture.std() > 12
    assert scene.quality == quality


def test_a_draft_shows_the_same_city_in_the_same_light(city: CityScene) -> None:
    # given the city by day
    full = light(drawn(city, stage("day")))

    # when it is drawn as a draft, and in full again
    city.set_quality("draft")
    draft = light(city.picture(WIDTH, HEIGHT).astype(np.float64))
    city.set_quality("standard")
    again = light(city.picture(WIDTH, HEIGHT).astype(np.float64))

    # then the draft is about as bright, shows the same shapes, and leaves nothing behind
    assert abs(draft.mean() - full.mean()) < 45
    assert np.corrcoef(draft.ravel(), full.ravel())[0, 1] > 0.5
    assert np.abs(again - full).mean() < 1.0


def test_what_is_chosen_and_coloured_shows_in_a_draft(city: CityScene) -> None:
    # given a draft
    city.set_quality("draft")
    plain_stage = stage("day")
    plain = drawn(city, plain_stage)
    pick = next(found for y in range(100, 200, 8) if (found := city.pick(WIDTH / 2, y)) is not None)

    # when the object in the middle is selected
    selection = (FeatureRef(layer=pick.layer, id=pick.id),)
    chosen = drawn(city, replace(plain_stage, selection=selection), plain_stage)

    # then its pixels turn to the colour of the selection
    changed = np.abs(chosen - plain).sum(axis=2) > 60
    assert changed.sum() > 20
    assert chosen[changed][:, 2].mean() > chosen[changed][:, 0].mean() + 30


def test_a_better_quality_lays_finer_shadows(scene: CityScene) -> None:
    # given a city 4 km long in the draft's detail
    city = scene
    city.add_tiles("row", "buildings", small_city.build_tiles(small_city.boxes([(0, 0), (4000, 0)], [20.0, 20.0])))
    city.set_quality("draft")
    drawn(city, stage("day"))
    cells = [city._content._groundwork.textures["field_heights"].pixels.shape[1]]

    # when it is drawn better, better still, and as a draft again
    for quality in ("soft", "high", "draft"):
        city.set_quality(quality)  # type: ignore[arg-type]
        drawn(city, stage("day"))
        cells.append(city._content._groundwork.textures["field_heights"].pixels.shape[1])

    # then cells grow with the quality, and a draft in motion lays nothing again
    assert cells[0] == cells[1]
    assert cells[2] > 1.5 * cells[1]
    assert cells[3] == cells[2]


def test_shadows_wait_for_the_last_layer_that_is_expected(scene: CityScene) -> None:
    # given blocks, and more to come
    scene.expect_more(expects_more=True)
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    waiting = light(drawn(scene, stage("day")))

    # when nothing more is expected
    scene.expect_more(expects_more=False)
    whole = light(scene.picture(WIDTH, HEIGHT).astype(np.float64))

    # then shadows have come
    assert (waiting - whole > 20).mean() > 0.01


def test_flat_layers_alone_make_a_picture(scene: CityScene) -> None:
    # given a project without a model: a river and streets
    empty = drawn(scene, stage())
    scene.add_vector("river", "water", NAME, small_city.river())
    scene.add_vector("roads", "roads", NAME, small_city.streets())

    # when it is drawn
    picture = scene.picture(WIDTH, HEIGHT).astype(np.float64)

    # then the empty place had a ground to stand on, and the roads are lit
    assert light(empty)[HEIGHT // 2 :].mean() > 3
    assert (np.abs(picture - empty).sum(axis=2) > 60).mean() > 0.02


def test_terrain_carries_the_roads(scene: CityScene) -> None:
    # given a slope with roads, added before the ground is known
    scene.add_vector("roads", "roads", NAME, small_city.streets())
    scene.add_terrain("ground", small_city.slope())

    # when it is drawn and the ground is asked for at two places
    east, north, _ = small_city.CENTRE
    above = CameraPose(target=(east, north, 4.0), pitch_deg=-89.5, distance_m=1200.0)
    drawn(scene, stage("day", camera=above))
    west_point, east_point = scene.world_under(140, 135), scene.world_under(340, 135)

    # then the east lies higher, by the slope
    assert west_point is not None
    assert east_point is not None
    rise = east_point[2] - west_point[2]
    assert rise == pytest.approx((east_point[0] - west_point[0]) * 0.01, abs=1.5)
