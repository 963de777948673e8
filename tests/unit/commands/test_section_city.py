"""sanping.commands.section_city: what of a city a section cuts."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.small_city import block_city
from sanping.analysis.cutting import Cutting
from sanping.analysis.section_faces import faces_of
from sanping.analysis.sections import level_plane
from sanping.commands.loaded_layer import OpenedLayer, loaded
from sanping.commands.section_city import LEAST_AROUND_M, city_of, coloured
from sanping.commands.section_drawing import colour_of
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.model_reader import ReadOptions
from sanping.stage.state import LayerState, Stage
from sanping.twin.project import LayerEntry

NAME = Text("层", "Layer")
CUTTING = Cutting(plane=level_plane(8.0))


def test_what_is_seen_is_cut_around_where_one_looks_and_coloured_by_class() -> None:
    # given a city of blocks that is looked at from near
    tiles = block_city()
    entry = LayerEntry(name="blocks", title=NAME, role="buildings", path=Path("x"), options=ReadOptions(), group=NAME)
    layers = {"blocks": loaded(OpenedLayer(entry=entry, content=tiles))}
    east, north, _ = tiles.extent.centre
    stage = Stage(
        camera=CameraPose(target=(east, north, 0.0), distance_m=20.0), style="day",
        moment=datetime(2026, 6, 21, 4, tzinfo=UTC),
    )  # fmt: skip

    # when it is cut, and when the layer is hidden
    city = city_of(CUTTING, stage, layers)
    hidden = city_of(CUTTING, stage.with_layer("blocks", LayerState(is_visible=False)), layers)

    # then the layer is cut around the place that is looked at, in the colours of its classes; hidden it is not
    assert [layer.name for layer in city.layers] == ["blocks"]
    assert city.around.east - city.around.west == pytest.approx(2 * LEAST_AROUND_M)
    ((_, faces),) = coloured(faces_of(CUTTING, city))
    assert faces
    assert all(colour == colour_of(face.class_name) for face, colour in faces)
    assert not hidden.layers

    # and a box is cut where it stands
    box = Extent(west=0.0, south=0.0, east=9.0, north=9.0, bottom=0.0, top=5.0)
    assert city_of(replace(CUTTING, plane=None, box=box), stage, layers).around == box
