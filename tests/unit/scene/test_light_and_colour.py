"""sanping.scene.daylight, .ramps, .colouring, .values, .features, .quality: light and colour as values."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from fakes.small_city import boxes
from sanping.analysis.sun import SunPosition, sun_position
from sanping.domain.city import OWN_COLOUR
from sanping.domain.tile import TileSet
from sanping.scene.colouring import coloured, values_of
from sanping.scene.daylight import light_direction, load_look
from sanping.scene.features import (
    COLOURED,
    GRADED,
    LANE_HOUSE,
    OFFICE,
    PAGE_SIDE,
    SELECTED,
    VISIBLE,
    FeatureStates,
    kinds_of,
    page_of,
    page_starts,
)
from sanping.scene.quality import quality_for
from sanping.scene.ramps import Ramps, load_ramps
from sanping.scene.values import Legend
from sanping.stage.state import Colouring
from sanping.tiles.build import build_tiles


@pytest.fixture
def ramps(repository: Path) -> Ramps:
    return load_ramps(repository / "assets" / "palettes")


@pytest.fixture
def tiles() -> TileSet:
    return build_tiles(boxes([(0, 0), (60, 0), (120, 0), (180, 0)], [10.0, 20.0, 30.0, 160.0]))


def colour_of(result_colours: np.ndarray, tiles: TileSet, name: str) -> tuple[int, ...]:
    numbers = {
        tile.features.ids[row]: tile.first_feature + row for tile in tiles.tiles for row in range(len(tile.features))
    }
    return tuple(int(value) for value in result_colours[numbers[name]])


def test_the_sun_sets_and_the_lamps_come_on(repository: Path) -> None:
    # given the day look
    look = load_look(repository / "assets" / "palettes", "day")

    # when the light of noon, sunset and night is taken
    noon, sunset, night = look.light(55.0), look.light(1.0), look.light(-20.0)

    # then light fades, warms and gives way to lamps
    assert sum(noon.sun) > sum(sunset.sun) > sum(night.sun)
    assert sunset.sun[0] / sunset.sun[2] > noon.sun[0] / noon.sun[2]
    assert noon.lamps == 0.0
    assert night.lamps == 1.0


def test_light_changes_smoothly_through_the_day(repository: Path) -> None:
    # given the day look
    look = load_look(repository / "assets" / "palettes", "day")

    # when it is sampled each tenth of a degree
    brightness = np.array([sum(look.light(altitude / 10).horizon) for altitude in range(-150, 800)])

    # then no step is visible
    assert np.abs(np.diff(brightness)).max() < 0.03


def test_the_light_stands_where_the_sun_does() -> None:
    # given noon in Shanghai in November, and a sun below the horizon
    sun = sun_position(datetime(2026, 11, 21, 3, 50, tzinfo=UTC), 31.24, 121.42)

    # when directions are taken
    east, north, up = light_direction("day", sun)
    below = light_direction("day", SunPosition(azimuth_deg=260.0, altitude_deg=-15.0))

    # then the sun is in the south at 39°, and at night the light still comes from above
    assert north < -0.7
    assert abs(east) < 0.1
    assert up == pytest.approx(np.sin(np.radians(39.0)), abs=0.03)
    assert below[2] > 0.3


def test_numbers_become_a_ramp_with_a_legend(tiles: TileSet, ramps: Ramps) -> None:
    # given four buildings of 10, 20, 30 and 160 m
    # when they are coloured by height over 10 … 30
    result = coloured(tiles, Colouring(layer="b", attribute="@height_m", low=10.0, high=30.0), ramps)

    # then low, high and too high read as the ends of the ramp
    assert colour_of(result.colours, tiles, "b0") == (0x44, 0x01, 0x54)
    assert colour_of(result.colours, tiles, "b2") == (0xFD, 0xE7, 0x25)
    assert colour_of(result.colours, tiles, "b3") == (0xFD, 0xE7, 0x25)
    legend: Legend = result.legend
    assert legend.is_ramp
    assert legend.unit == "m"
    assert legend.title.zh == "高度"
    assert [entry.value for entry in legend.entries] == [10.0, 15.0, 20.0, 25.0, 30.0]


def test_words_become_one_colour_each(tiles: TileSet, ramps: Ramps) -> None:
    # given buildings of three uses
    # when they are coloured by use
    result = coloured(tiles, Colouring(layer="b", attribute="usage"), ramps)

    # then equal uses share a colour that the legend names
    assert colour_of(result.colours, tiles, "b0") == colour_of(result.colours, tiles, "b3")
    assert colour_of(result.colours, tiles, "b0") != colour_of(result.colours, tiles, "b1")
    named = {entry.label.zh: entry.colour for entry in result.legend.entries}
    assert named["住宅"] == colour_of(result.colours, tiles, "b0")
    assert not result.legend.is_ramp


def test_objects_without_a_value_are_counted_and_grey(tiles: TileSet, ramps: Ramps) -> None:
    # given an attribute that nobody has
    # when it is used for colouring
    result = coloured(tiles, Colouring(layer="b", attribute="pressure"), ramps)

    # then all are missing, and shown so
    assert result.legend.missing == 4
    assert {tuple(colour) for colour in result.colours.tolist()} == {ramps.missing}
    assert list(values_of(tiles, "pressure")) == [None] * 4


def test_an_unknown_palette_falls_back_to_the_default(ramps: Ramps) -> None:
    # given shares and a palette name of another version
    shares = np.array([0.0, 1.0, np.nan])

    # when colours are taken
    colours = ramps.of_shares("no such ramp", shares)

    # then the default ramp is used and NaN is missing
    assert colours[1].tolist() == [0xFD, 0xE7, 0x25]
    assert tuple(colours[2].tolist()) == ramps.missing


def test_a_change_of_state_touches_only_its_objects(tiles: TileSet) -> None:
    # given the states of four buildings
    page = page_of(tiles.tiles, (0.0, 0.0, 0.0), is_bridge=False)
    states = FeatureStates(tiles, [page])
    flat = page.state.pixels.reshape(-1, 4)

    # when one is coloured and another selected, and the selection goes
    states.colour(np.array([1]), np.array([[9, 8, 7]], np.uint8))
    states.flag(np.array([2]), SELECTED, is_on=True)

    # then only those two differ
    assert flat[1].tolist() == [9, 8, 7, VISIBLE | COLOURED | GRADED]
    assert flat[2, 3] == VISIBLE | SELECTED
    assert flat[0, 3] == flat[3, 3] == VISIBLE
    states.flag(np.array([2]), SELECTED, is_on=False)
    states.colour(None, None)
    assert set(flat[:4, 3].tolist()) == {VISIBLE}


def test_objects_keep_the_colours_they_bring_along(tiles: TileSet) -> None:
    # given buildings of which two bring a colour, one of them a wrong one
    (tile,) = tiles.tiles
    words: list[dict[str, object]] = [dict(one) for one in tile.features.attributes]
    words[1][OWN_COLOUR], words[2][OWN_COLOUR] = "#0a0b0c", "red"
    own = replace(tile, features=replace(tile.features, attributes=words))
    page = page_of((own,), (0.0, 0.0, 0.0), is_bridge=False)
    states = FeatureStates(tiles, [page])
    assert page.box.pixels.shape == (2, PAGE_SIDE, 4)  # no more rows than four objects need
    flat, traits = page.state.pixels.reshape(-1, 4), page.box.pixels.reshape(-1, 4)[PAGE_SIDE:]

    # when all are coloured by something else, and the colouring goes
    before = flat[:4].copy()
    states.colour(None, np.full((4, 3), 200, np.uint8))
    between = flat[:4].copy()
    states.colour(None, None)

    # then the one has its own colour before and after, and is drawn without windows
    assert before[1].tolist() == flat[1].tolist() == [10, 11, 12, VISIBLE | COLOURED]
    assert (between[:, :3] == 200).all()
    assert set(flat[[0, 2, 3], 3].tolist()) == {VISIBLE}
    assert traits[:4, 3].tolist() == [0.0, 1.0, 0.0, 0.0]


def test_kinds_follow_attributes_before_heights(tiles: TileSet) -> None:
    # given a low residential block and an office
    # when kinds are guessed
    kinds = dict(
        zip(tiles.tiles[0].features.ids, kinds_of(tiles.tiles[0], reads_attributes=True).tolist(), strict=True)
    )

    # then the low one is a lane house and the office an office
    assert kinds["b0"] == LANE_HOUSE
    assert kinds["b1"] == OFFICE
    assert page_starts(tiles.tiles) == [0]


@pytest.mark.parametrize(
    ("frame_ms", "is_software", "wanted"),
    [
        (4.0, False, "high"),
        (4.0, True, "standard"),
        (20.0, False, "standard"),
        (90.0, True, "soft"),
        (90.0, False, "soft"),
    ],
)
def test_quality_follows_the_cost_of_a_frame(frame_ms: float, is_software: bool, wanted: str) -> None:
    # given a machine; when a preset is chosen; then it can bear it
    assert quality_for(frame_ms, is_software=is_software) == wanted
