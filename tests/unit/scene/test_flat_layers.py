"""sanping.scene.layers: vector_layer, trees, roads and water."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkRenderingCore import vtkRenderer

from fakes import small_city
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.layers.roads import RoadLayer, width_of
from sanping.scene.layers.trees import Trees
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.layers.water import WaterLayer
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import SceneUniforms


@pytest.fixture
def context(repository: Path) -> SceneContext:
    assets = repository / "assets"
    return SceneContext(
        renderer=vtkRenderer(),
        overlay=vtkRenderer(),
        shaders=ShaderLibrary(assets / "shaders"),
        uniforms=SceneUniforms(),
        centre=small_city.CENTRE,
        assets=assets,
        language="zh",
        ground_m=4.0,
    )


def test_trees_stand_on_the_ground_and_go_with_their_layer(context: SceneContext) -> None:
    # given a layer with five trees
    layer = FlatLayer(context)
    Trees(layer, np.array([[0.0, 0.0], [10.0, 5.0], [20.0, 0.0], [30.0, 8.0], [40.0, 0.0]]), np.random.default_rng(1))

    # when it is hidden, and then released
    actor = layer.actors[0]
    bounds = actor.GetBounds()
    layer.show(LayerLook(style="day", detail=0, is_visible=False))
    is_shown = actor.GetVisibility()
    layer.release()

    # then the trees stood at 4 m between 0 and 40 m, were hidden, and are gone
    assert bounds[:2] == (0.0, 40.0)
    assert bounds[4:] == (4.0, 4.0)
    assert not is_shown
    assert context.renderer.GetActors().GetNumberOfItems() == 0


def test_trees_without_room_are_not_drawn_and_come_back(context: SceneContext) -> None:
    # given a layer with three trees
    layer = FlatLayer(context)
    trees = Trees(layer, np.array([[0.0, 0.0], [10.0, 5.0], [20.0, 0.0]]), np.random.default_rng(1))
    sizes = layer.actors[0].GetMapper().GetInput().GetPointData().GetArray("crown")

    # when the middle one has no room, and has it again
    trees.thin(lambda crowns: crowns[:, 0] != 10.0)
    thinned, kept = [sizes.GetComponent(row, 0) for row in (0, 4, 8)], trees.crowns[:, 0].tolist()
    trees.thin(lambda crowns: np.ones(len(crowns), np.bool_))

    # then it alone had no size, and all have one in the end
    assert [size > 2.0 for size in thinned] == [True, False, True]
    assert kept == [0.0, 20.0]
    assert min(sizes.GetComponent(row, 0) for row in range(12)) > 2.0
    layer.release()


def test_no_trees_no_actor(context: SceneContext) -> None:
    # given a layer; when nothing is planted; then nothing is drawn
    layer = FlatLayer(context)
    Trees(layer, np.zeros((0, 2)), np.random.default_rng(1))
    assert layer.actors == []


def test_an_elevated_road_runs_above_the_ground(context: SceneContext) -> None:
    # given an arterial, a lane and an elevated road over ground at 4 m
    layer = RoadLayer(context, small_city.streets())

    # when the highest point of each sheet is taken
    tops = sorted(round(actor.GetBounds()[5], 1) for actor in layer.actors)

    # then trees and streets lie low, and one road is lifted by some nine metres
    assert tops[-1] == pytest.approx(13.2, abs=0.4)
    assert tops[0] < 4.5
    assert [share for _, share in layer.light_paths] == [0.95, 0.25, 1.0]
    layer.release()


def test_a_ramp_comes_down_to_the_ground_at_its_own_height(context: SceneContext) -> None:
    # given a raised road whose line falls from 14 m to the ground at 4 m
    ramp = shapely.LineString([(0.0, 0.0, 14.0), (100.0, 0.0, 4.0)])

    # when it is laid
    layer = RoadLayer(context, small_city.vector([ramp], [{"class": "collector", "level": 1}]))

    # then it runs from 14 m to 4 m, not above
    low, high = layer.actors[0].GetBounds()[4:]
    assert low == pytest.approx(4.2, abs=0.1)
    assert high == pytest.approx(14.1, abs=0.1)
    layer.release()


@pytest.mark.parametrize(
    ("said", "wanted"), [(18, 18.0), ("12.5", 12.5), (None, 22.0), ("wide", 22.0), (0, 22.0), (900, 22.0)]
)
def test_a_senseless_width_is_replaced_by_the_usual_one(said: object, wanted: float) -> None:
    # given what a file says; when the width of an arterial is taken; then it makes sense
    assert width_of(said, "arterial") == wanted


def test_flood_walls_are_even_and_stand_only_between_water_and_land(context: SceneContext) -> None:
    # given two basins that share an edge at x = 100, in even ground with a spike of 5 m on the southern bank
    boxes = [shapely.box(0, 0, 100, 60), shapely.box(100, 0, 300, 60)]
    heights = np.full((401, 401), 4.0, np.float32)
    heights[200, 224] = 9.0
    context.terrain = replace(
        small_city.slope(),
        heights_m=heights,
        cell_x_m=2.0,
        cell_y_m=2.0,
        west=small_city.CENTRE[0] - 400.0,
        north=small_city.CENTRE[1] + 400.0,
    )

    # when they are drawn
    layer = WaterLayer(context, small_city.vector(boxes, [{"level_m": 2.5}, {"level_m": 2.5}]))
    data = layer.actors[1].GetMapper().GetInput()
    wall = vtk_to_numpy(data.GetPoints().GetData())  # type: ignore[no-untyped-call]
    steps = vtk_to_numpy(data.GetPolys().GetConnectivityArray()).reshape(-1, 3)  # type: ignore[no-untyped-call]
    middles = wall[steps].mean(axis=1)

    # then the top of the wall is level all along, and no wall stands where the basins meet
    assert float(context.ground_at(np.array([[48.0, 0.0]]))[0]) == 9.0
    assert np.ptp(wall[1::2, 2]) < 0.01
    assert not ((np.abs(middles[:, 0] - 100.0) < 0.5) & (middles[:, 1] > 1.0) & (middles[:, 1] < 59.0)).any()
    assert len(steps) > 100
    layer.release()
