"""Colours that single objects have above the colouring of their layer."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from fakes.small_city import CENTRE, boxes
from sanping.domain.view import CameraPose
from sanping.scene.features import COLOURED, SELECTED, FeatureStates, page_of
from sanping.scene.governed_values import Tint
from sanping.scene.tints import Tints
from sanping.stage.state import Colouring, Stage
from sanping.tiles.build import build_tiles

CAMERA = CameraPose(target=CENTRE, heading_deg=0.0, pitch_deg=-40.0, distance_m=500.0)
STAGE = Stage(camera=CAMERA, style="night", moment=datetime(2026, 6, 21, tzinfo=UTC))
RED, GREY, BLUE = (200, 30, 20), (40, 40, 50), (10, 20, 230)


@pytest.fixture
def layer() -> Any:
    tiles = build_tiles(boxes([(0, 0), (60, 0), (120, 0)], [10.0, 20.0, 30.0]))
    page = page_of(tiles.tiles, CENTRE, is_bridge=False)
    return SimpleNamespace(tiles=tiles, states=FeatureStates(tiles, [page]), page=page)


def pixels(layer: Any) -> np.ndarray:
    found: np.ndarray = layer.page.state.pixels.reshape(-1, 4)[:3]
    return found


def one(number: int, others: tuple[int, int, int] | None = None) -> Tint:
    return Tint(features=np.array([number]), colours=np.array([RED], np.uint8), others=others)


def test_a_tint_lies_above_and_leaves_what_was_below(layer: Any) -> None:
    # given a layer whose first object is selected
    layer.states.flag(np.array([0]), SELECTED, is_on=True)
    before = pixels(layer).copy()
    tints = Tints(cast("Any", {"buildings": layer}))

    # when one object is tinted with the others grey, then only in itself, then none
    tints.show({"buildings": one(1, GREY)})
    first = pixels(layer).copy()
    tints.show({"buildings": one(2), "unknown": one(0)})
    second = pixels(layer).copy()
    tints.show({})

    # then each time only those have other colours, and the selection stays
    assert [tuple(row) for row in first[:, :3].tolist()] == [GREY, RED, GREY]
    assert tuple(second[2, :3]) == RED
    assert not second[0, 3] & COLOURED
    np.testing.assert_array_equal(pixels(layer), before)


def test_a_colouring_that_changes_below_a_tint_is_there_when_the_tint_goes(layer: Any) -> None:
    # given a tinted object
    tints = Tints(cast("Any", {"buildings": layer}))
    tints.show({"buildings": one(1)})

    # when the layer is coloured anew below
    coloured = replace(STAGE, colouring=Colouring(layer="buildings", attribute="usage"))
    with tints.lifted(coloured, STAGE):
        layer.states.colour(None, np.array([BLUE] * 3, np.uint8))

    # then the tint lies above it, and leaves it
    assert [tuple(row) for row in pixels(layer)[:, :3].tolist()] == [BLUE, RED, BLUE]
    with tints.lifted(coloured, coloured):
        pass
    tints.show({})
    assert [tuple(row) for row in pixels(layer)[:, :3].tolist()] == [BLUE, BLUE, BLUE]
