"""What there is to read about one city object."""

import json
from dataclasses import dataclass

import numpy as np

from sanping.commands.attribute_words import SURFACES, class_words, key_words, value_words
from sanping.commands.loaded_layer import LoadedLayer, corners_of, parts_of, place_of, surface_kinds_of
from sanping.domain.city import Attributes, SurfaceKind
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point

NAME_KEYS = ("name", "名称", "NAME", "Name", "gml:name", "title")
ENGLISH_NAME_KEYS = ("name_en", "name:en")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceFacts:
    """All surfaces of one kind of an object: triangles and area."""

    kind: SurfaceKind
    triangles: int
    area_m2: float

    @property
    def title(self) -> Text:
        """Words for the kind."""
        return SURFACES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFacts:
    """One city object as the inspector shows it.

    `height_m` is None for flat layers. `parts` are the ids of its parts.
    `place` is the middle in the twin's frame; `size_m` helps to frame it.
    """

    layer: str
    layer_title: Text
    id: str
    kind: Text
    name: Text | None
    height_m: float | None
    base_m: float | None
    parent: str
    parts: tuple[str, ...]
    surfaces: tuple[SurfaceFacts, ...]
    attributes: tuple[tuple[str, object], ...]
    place: Point
    size_m: float

    @property
    def title(self) -> Text:
        """The name, else the kind."""
        return self.name or self.kind


def facts_of(layer: LoadedLayer, object_id: str) -> ObjectFacts | None:
    """Return what is known about an object; None when the layer has no such id."""
    number = layer.numbers.get(object_id)
    if number is None:
        return None
    content = layer.content
    if isinstance(content, TileSet):
        return _facts_of_feature(layer, content, number, object_id)
    if isinstance(content, VectorLayer):
        attributes = content.attributes[number]
        kind = str(attributes.get("kind") or attributes.get("class") or layer.entry.role)
        place, size_m = place_of(content, number)
        return ObjectFacts(
            layer=layer.entry.name,
            layer_title=layer.entry.title,
            id=object_id,
            kind=class_words(kind),
            name=name_of(attributes),
            height_m=None,
            base_m=None,
            parent="",
            parts=(),
            surfaces=(),
            attributes=tuple(attributes.items()),
            place=place,
            size_m=size_m,
        )
    return None


def name_of(attributes: Attributes) -> Text | None:
    """Return the name among the attributes, in both languages where there are two."""
    chinese = next((str(attributes[key]) for key in NAME_KEYS if attributes.get(key)), "")
    english = next((str(attributes[key]) for key in ENGLISH_NAME_KEYS if attributes.get(key)), "")
    return Text(chinese or english, english or chinese) if chinese or english else None


def as_json(facts: ObjectFacts) -> str:
    """Write everything about the object as JSON."""
    return json.dumps(
        {
            "id": facts.id,
            "layer": facts.layer,
            "class": facts.kind.en,
            "name": facts.name.zh if facts.name else None,
            "height_m": facts.height_m,
            "base_m": facts.base_m,
            "parent": facts.parent or None,
            "parts": list(facts.parts),
            "surfaces": {item.kind.name.lower(): round(item.area_m2, 2) for item in facts.surfaces},
            "place": [round(value, 3) for value in facts.place],
            "attributes": dict(facts.attributes),
        },
        ensure_ascii=False,
        indent=2,
        default=str,
    )


def attribute_rows(facts: ObjectFacts, language: Language) -> tuple[tuple[str, str], ...]:
    """Return label and value of every attribute, as text.

    Of "usage", "usage_zh" and "usage_en" only the one that fits the language is shown; names head the panel already.
    """
    known = dict(facts.attributes)
    rows = []
    for key, value in facts.attributes:
        base = key.removesuffix("_zh").removesuffix("_en")
        if key in (*NAME_KEYS, *ENGLISH_NAME_KEYS) or (base != key and base in known):
            continue
        fitting = known.get(f"{key}_{language}", value)
        rows.append((key_words(key).in_language(language), value_words(fitting, language)))
    return tuple(rows)


def _facts_of_feature(layer: LoadedLayer, content: TileSet, number: int, object_id: str) -> ObjectFacts:
    tile, row = content.locate(number)
    table = tile.features
    attributes = table.attributes[row]
    parent = int(table.parent[row])
    place, size_m = place_of(content, number)
    return ObjectFacts(
        layer=layer.entry.name,
        layer_title=layer.entry.title,
        id=object_id,
        kind=class_words(table.class_of(row)),
        name=name_of(attributes),
        height_m=float(table.height_m[row]),
        base_m=float(table.base_m[row]),
        parent=_id_of(content, parent) if parent >= 0 else "",
        parts=tuple(_id_of(content, part) for part in parts_of(content, number)),
        surfaces=_surfaces(content, number),
        attributes=tuple(attributes.items()),
        place=place,
        size_m=size_m,
    )


def _surfaces(content: TileSet, number: int) -> tuple[SurfaceFacts, ...]:
    corners, kinds = corners_of(content, number), surface_kinds_of(content, number)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    return tuple(
        SurfaceFacts(
            kind=SurfaceKind(int(kind)), triangles=int((kinds == kind).sum()), area_m2=float(areas[kinds == kind].sum())
        )
        for kind in np.unique(kinds)
    )


def _id_of(content: TileSet, number: int) -> str:
    tile, row = content.locate(number)
    return tile.features.ids[row]
