"""sanping.scene.layers.streamed, sanping.scene.reach: tiles that come and go are one layer to everybody else."""

from collections.abc import Iterator

import numpy as np
import pytest
from vtkmodules.vtkRenderingCore import vtkRenderer

from sanping.analysis.visibility import sight_of
from sanping.domain.ground import VectorLayer
from sanping.domain.tile import TileSet
from sanping.domain.view import CameraPose
from sanping.scene.context import SceneContext
from sanping.scene.features import COLOURED, SELECTED
from sanping.scene.layers.streamed import StreamedLayer
from sanping.scene.reach import bases_outside, flat_bounds
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import SceneUniforms
from sanping.settings import paths
from sanping.tiles.build import build_tiles
from sanping.tiles.joined import joined
from sanping.tiles.sample_city import city_model

DOWN = np.array([0.0, 0.0, -1.0])


@pytest.fixture(scope="module")
def parts() -> dict[int, TileSet]:
    return {number: build_tiles(city_model(40, seed=number)) for number in (3, 7, 20)}


@pytest.fixture
def layer(parts: dict[int, TileSet]) -> Iterator[StreamedLayer]:
    """Parts 3 and 7 of a tileset, of which 7 is drawn."""
    held = {number: parts[number] for number in (3, 7)}
    whole = joined(list(held.values()))
    context = SceneContext(
        renderer=vtkRenderer(), overlay=vtkRenderer(), shaders=ShaderLibrary(paths.assets() / "shaders"),
        uniforms=SceneUniforms(), centre=whole.extent.centre, assets=paths.assets(), language="zh",
    )  # fmt: skip
    made = StreamedLayer(context, whole, is_bridge=False)
    made.change(whole, held, (7,))
    yield made
    made.release()


def looked_at(layer: StreamedLayer) -> None:
    x, y, z = layer.tiles.extent.centre
    sight = sight_of(CameraPose(target=(x, y, z), pitch_deg=-89.0, distance_m=3000.0), 1.5)
    layer.show_seen(sight, is_visible=True, detail=1)


def test_only_what_is_drawn_is_seen_picked_and_casts(layer: StreamedLayer, parts: dict[int, TileSet]) -> None:
    looked_at(layer)
    assert layer.drawn_tiles == len(parts[7].tiles)
    low, high = layer.scene_boxes
    assert len(low) == len(high) == len(parts[7].tiles)
    assert len(layer.casters(range(len(low)))) == len(low)
    assert sum(len(triangles) for _, triangles in layer.solids()) == sum(len(t.near.triangles) for t in parts[7].tiles)

    # when a ray falls on a roof of the part that is drawn
    features, tops = layer.roof_tops(0.0)
    hit = layer.found(tops[0] + (0, 0, 500.0), DOWN, None)

    # then the object is known by its number in the whole, behind those of the part before
    assert features.min() >= parts[3].feature_count
    assert hit is not None
    assert hit[1] >= parts[3].feature_count
    assert layer.tiles.id_of(hit[1]) in {name for tile in parts[7].tiles for name in tile.features.ids}


def test_colours_and_flags_go_by_the_number_in_the_whole(layer: StreamedLayer, parts: dict[int, TileSet]) -> None:
    count = layer.tiles.feature_count
    layer.states.colour(None, np.arange(3 * count, dtype=np.uint8).reshape(count, 3))
    first = parts[3].feature_count
    layer.states.flag(np.array([0, first]), SELECTED, is_on=True)

    # then each part has its share
    for number, start in ((3, 0), (7, first)):
        flat = layer._parts[number].states._pages[0].state.pixels.reshape(-1, 4)
        assert flat[0].tolist() == [3 * start, 3 * start + 1, 3 * start + 2, flat[0, 3]]
        assert flat[0, 3] & SELECTED
        assert flat[0, 3] & COLOURED
        assert not flat[1, 3] & SELECTED


def test_parts_that_stay_are_not_made_anew_and_those_that_go_leave_nothing(
    layer: StreamedLayer, parts: dict[int, TileSet]
) -> None:
    looked_at(layer)
    stays = layer._parts[7]
    held = {number: parts[number] for number in (7, 20)}

    layer.change(joined(list(held.values())), held, (7, 20))
    looked_at(layer)

    assert layer._parts[7] is stays
    assert set(layer._parts) == {7, 20}
    assert layer.drawn_tiles == len(parts[7].tiles) + len(parts[20].tiles)

    layer.release()
    assert layer.drawn_tiles == 0
    assert layer.free_m(np.zeros(3)) == np.inf
    assert layer._context.renderer.GetActors().GetNumberOfItems() == 0


def test_bases_are_those_outside_a_hole(parts: dict[int, TileSet]) -> None:
    model = parts[3]
    box = model.extent
    assert len(bases_outside([model, parts[7]], (0.0, 0.0, 0.0), None)) == model.feature_count + parts[7].feature_count
    assert len(bases_outside([model], (0.0, 0.0, 0.0), (box.west, box.south, box.east, box.north))) == 0
    assert flat_bounds(list[VectorLayer](), (0.0, 0.0, 0.0)) is None
