"""Which part of a city a section cuts, and its faces as they are drawn; the same in every window and picture."""

from collections.abc import Mapping, Sequence

import numpy as np

from sanping.analysis.cutting import Cutting
from sanping.analysis.section_faces import CutCity, CutLayer, PlaneFaces
from sanping.analysis.sections import CutFace, SectionPlane
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.section_drawing import Rgb, colour_of
from sanping.domain.geo import Extent
from sanping.domain.ground import Terrain
from sanping.domain.tile import TileSet
from sanping.stage.state import Stage

LEAST_AROUND_M, MOST_AROUND_M, AROUND_TIMES = 600.0, 3000.0, 2.5


def city_of(cutting: Cutting, stage: Stage, layers: Mapping[str, LoadedLayer]) -> CutCity:
    """Return what of the layers is cut: those that are seen, in the box or around where the camera looks."""
    reach = float(np.clip(AROUND_TIMES * stage.camera.distance_m, LEAST_AROUND_M, MOST_AROUND_M))
    x, y, _ = stage.camera.target
    cut, terrain = [], None
    for name, layer in layers.items():
        if isinstance(layer.content, Terrain):
            terrain = layer.content
        elif isinstance(layer.content, TileSet) and stage.layer(name).is_visible:
            numbers = [layer.numbers.get(ref.id) for ref in stage.isolated if ref.layer == name]
            kept = frozenset(number for number in numbers if number is not None) if stage.isolated else None
            cut.append(CutLayer(name=name, tiles=layer.content, kept=kept))
    around = cutting.box or Extent(west=x - reach, east=x + reach, south=y - reach, north=y + reach)
    return CutCity(layers=cut, terrain=terrain, around=around)


def coloured(planes: Sequence[PlaneFaces]) -> list[tuple[SectionPlane, list[tuple[CutFace, Rgb]]]]:
    """Return the faces of planes, each in the colour of its class."""
    return [(one.plane, [(face, colour_of(face.class_name)) for _, face in one.faces]) for one in planes]
