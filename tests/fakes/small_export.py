"""Layers of the small city as a person would export them, and a wish for each format."""

from typing import Any

import numpy as np

from fakes.small_city import block_city, boxes, park, places, river, slope, streets
from sanping.domain.city import CityModel, FeatureTable, SurfaceKind
from sanping.domain.text import Text
from sanping.formats.outgoing.layers import ExportFormat, ExportWish, OutLayer
from sanping.tiles.build import build_tiles


def layer(name: str, role: str, content: Any, chosen: Any = None) -> OutLayer:
    """Return one layer with a title."""
    return OutLayer(name=name, title=Text(f"{name}层", name), role=role, content=content, chosen=chosen)


def city_layers() -> list[OutLayer]:
    """Return blocks, a house of two parts, roads, water, a park, names and a terrain."""
    return [
        layer("terrain", "terrain", slope()),
        layer("blocks", "buildings", block_city()),
        layer("house", "buildings", build_tiles(house())),
        layer("roads", "roads", streets()),
        layer("water", "water", river()),
        layer("green", "green", park()),
        layer("places", "places", places()),
    ]


def house() -> CityModel:
    """Return a building of two parts with walls and roofs, named in both languages, with attributes of every kind."""
    model = boxes([(500.0, 500.0), (526.0, 500.0)], [20.0, 30.0])
    surface = np.full(20, SurfaceKind.WALL, np.uint8)
    surface[[8, 9, 18, 19]] = SurfaceKind.ROOF
    attributes = [
        {"name": "长风商务楼", "name_en": "Changfeng Offices", "ID": "x", "storeys": 9, "is_new": True},
        {"usage": "office", "storeys": 6, "height_m": "about 20", "materials": ["brick", "glass"]},
        {"usage": "office", "storeys": 9.5, "is_new": False},
    ]
    features = FeatureTable(
        ids=["house", "b0", "house-2"],
        class_names=("Building", "BuildingPart"),
        class_code=np.array([0, 1, 1], np.uint16),
        parent=np.array([-1, 0, 0], np.int32),
        base_m=np.array([4.0, 4.0, 4.0], np.float32),
        height_m=np.array([30.0, 20.0, 30.0], np.float32),
        attributes=attributes,
    )
    return CityModel(
        frame=model.frame,
        origin=model.origin,
        features=features,
        points=model.points,
        triangles=model.triangles,
        triangle_feature=model.triangle_feature + np.int32(1),
        triangle_surface=surface,
    )


def wish(format: ExportFormat, **more: Any) -> ExportWish:
    """Return how to write the small city."""
    known = {"title": "小城", "attribution": "模拟数据", "vertical_datum": "吴淞"}
    return ExportWish(format=format, **{**known, **more})
