"""Queries over the open layers: by words, by conditions on attributes, by area, joined; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.conditions import Condition, Joint, checked, mask_of
from sanping.analysis.name_match import NameBook
from sanping.analysis.object_table import (
    BASE,
    CLASS,
    HEIGHT,
    Column,
    NumberColumn,
    Rows,
    WordColumn,
    columns_of,
    few_words,
    field_keys,
)
from sanping.analysis.plan_search import Region, objects_in, shapes_in
from sanping.commands.attribute_words import class_words, key_words, known_class
from sanping.commands.finding import ADDRESS_KEYS
from sanping.commands.loaded_layer import LoadedLayer, corners_of
from sanping.commands.object_facts import name_of
from sanping.domain.city import Attributes
from sanping.domain.geo import Float32Array, Float64Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.lazy import LazySequence
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.ports.progress import Progress
from sanping.stage.state import FeatureRef

PART_CLASSES = ("Part", "Installation")
"""Ends of class names whose objects are mere parts of another: they are found with it, not by themselves."""
FIELD_TITLES: dict[str, Text] = {
    HEIGHT: Text("高度（m）", "Height (m)"), BASE: Text("底部高程（m）", "Foot (m)"), CLASS: Text("类别", "Class"),
}  # fmt: skip
MOST_OFFERED = 60
READING = Text("建立检索", "Indexing")
_GENERATIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for; everything that is said must hold. No `layers` are all layers.

    `words` may be part of a name, address or id, initials of pinyin, or `is_fuzzy` a name with some mistakes.
    """

    words: str = ""
    is_fuzzy: bool = True
    layers: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    joint: Joint = "and"
    region: Region | None = None


@dataclass(frozen=True, kw_only=True)
class ObjectTable:
    """The whole objects of one layer: n of them, with their parts.

    `numbers` (n,) are their numbers in the layer, `classes` their class words, `low`, `high` (n, 2) their boxes in
    world metres, NaN without geometry; `height_m`, `base_m` (n,) are NaN for flat layers. `owner` gives for each
    number of the layer that of its whole object. Columns are read when the table is made.
    """

    layer: str
    title: Text
    role: str
    content: TileSet | VectorLayer
    ids: Sequence[str]
    attributes: Sequence[Attributes]
    numbers: Rows
    owner: Rows
    low: Float64Array
    high: Float64Array
    height_m: Float32Array
    base_m: Float32Array
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        """Return how many objects it has."""
        return len(self.numbers)

    @cached_property
    def book(self) -> NameBook:
        """What people call the objects; made when words are first looked for."""
        return NameBook([_words_of(known, id) for known, id in zip(self.attributes, self.ids, strict=True)])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Where the objects are: flat ones by their shapes, others by their boxes; made when an area is first asked."""
        if isinstance(self.content, VectorLayer):
            return shapely.STRtree(self.content.geometries)
        return shapely.STRtree(shapely.box(self.low[:, 0], self.low[:, 1], self.high[:, 0], self.high[:, 1]))

    def prepare(self) -> None:
        """Make everything that a first question would wait for."""
        _ = self.book, self.tree

    def name(self, row: int) -> Text | None:
        """Return the name of an object."""
        return name_of(self.attributes[row])

    def place(self, row: int) -> tuple[Point, float]:
        """Return the middle of an object and its size in metres."""
        low, high = self.low[row], self.high[row]
        if not np.isfinite(low).all():
            return (0.0, 0.0, 0.0), 0.0
        middle = (low + high) / 2.0
        tall = float(np.nan_to_num(self.height_m[row]))
        foot = float(np.nan_to_num(self.base_m[row]))
        size = float(np.hypot(np.hypot(*(high - low)), tall))
        return (float(middle[0]), float(middle[1]), foot + tall / 2.0), size

    def ref(self, row: int) -> FeatureRef:
        """Return how the stage names an object."""
        return FeatureRef(layer=self.layer, id=self.ids[row])


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows of one table that a query found, the best first."""

    table: ObjectTable
    rows: Rows

    @property
    def numbers(self) -> Rows:
        """Their numbers in the layer."""
        return self.table.numbers[self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """What a query found, layer by layer; layers without any are left out.

    `note` tells which streamed layers were asked in part, None where all was asked.
    """

    query: Query = field(default_factory=Query)
    parts: tuple[Found, ...] = ()
    note: Text | None = None

    @property
    def count(self) -> int:
        """How many objects."""
        return sum(len(part.rows) for part in self.parts)

    def refs(self) -> tuple[FeatureRef, ...]:
        """Return every object as the stage names it."""
        return tuple(part.table.ref(row) for part in self.parts for row in part.rows.tolist())

    def limited(self, chosen: Mapping[str, npt.NDArray[np.bool_]]) -> "QueryResult":
        """Return the objects of which `chosen` (n,), by layer, says so."""
        parts = [
            Found(table=part.table, rows=part.rows[chosen[part.table.layer]])
            for part in self.parts
            if part.table.layer in chosen
        ]
        return replace(self, parts=tuple(part for part in parts if len(part.rows)))


def table_of(layer: LoadedLayer, progress: Progress) -> ObjectTable | None:
    """Return the objects of a layer in columns; None for a terrain. Takes about a second for 100 000 objects.

    Raises `Cancelled`.
    """
    content = layer.content
    if isinstance(content, TileSet):
        return _solid_table(layer, content, progress)
    return _flat_table(layer, content, progress) if isinstance(content, VectorLayer) else None


def answer(tables: Sequence[ObjectTable], query: Query) -> QueryResult:
    """Return what a query finds; mistakes are forgiven only where no layer has the words as typed.

    Raises `InputError` for a condition that cannot be understood.
    """
    asked = [table for table in tables if not query.layers or table.layer in query.layers]
    for table in asked:
        checked(query.conditions, table.columns)
    found = _found(asked, replace(query, is_fuzzy=False))
    return found if found.count or not query.is_fuzzy else _found(asked, query)


def _found(tables: Sequence[ObjectTable], query: Query) -> QueryResult:
    parts = [Found(table=table, rows=_rows(table, query)) for table in tables]
    return QueryResult(query=query, parts=tuple(part for part in parts if len(part.rows)))


def outline_of(layer: LoadedLayer, id: str) -> Any:
    """Return the shape of an object with its parts as it is seen from above, None for one without a shape."""
    number, content = layer.numbers.get(id), layer.content
    if number is None or isinstance(content, Terrain):
        return None
    if isinstance(content, VectorLayer):
        return content.geometries[number]
    flat = corners_of(content, number)[:, :, :2]
    pieces = shapely.polygons(flat)
    seen = shapely.union_all(pieces[shapely.area(pieces) > 0.0]) if len(pieces) else shapely.Polygon()
    return None if seen.is_empty else seen


def field_title(key: str) -> Text:
    """Return what a field is called."""
    return FIELD_TITLES.get(key) or key_words(key)


def cell_of(table: ObjectTable, row: int, key: str) -> float | str | None:
    """Return the value of a field as it is stored, None for none."""
    column = table.columns.get(key)
    if isinstance(column, NumberColumn):
        value = float(column.values[row])
        return None if np.isnan(value) else value
    if isinstance(column, WordColumn):
        code = int(column.codes[row])
        return None if code < 0 else column.words[code]
    return None


def offered_words(tables: Sequence[ObjectTable], key: str) -> tuple[str, ...]:
    """Return the words of a field, the most frequent first; none for a field of numbers."""
    columns = [table.columns[key] for table in tables if key in table.columns]
    words = [word for column in columns if isinstance(column, WordColumn) for word in few_words(column, MOST_OFFERED)]
    return tuple(dict.fromkeys(words))[:MOST_OFFERED]


def word_forms(word: str) -> tuple[str, ...]:
    """Return what else a value is called: a class word in both languages."""
    known = known_class(word)
    return () if known is None else (known.zh, known.en)


def _rows(table: ObjectTable, query: Query) -> Rows:
    is_met = mask_of(table.columns, len(table), query.conditions, query.joint, word_forms)
    if query.region is not None:
        is_met &= _in_region(table, query.region)
    if not query.words.strip():
        return np.flatnonzero(is_met)
    rows, rank = table.book.found(query.words, is_fuzzy=query.is_fuzzy)
    is_kept = is_met[rows]
    rows, rank = rows[is_kept], rank[is_kept]
    return rows[np.lexsort((rows, rank))]


def _in_region(table: ObjectTable, region: Region) -> npt.NDArray[np.bool_]:
    is_in = np.zeros(len(table), np.bool_)
    if isinstance(table.content, TileSet):
        is_in[objects_in(table.content, table.owner, table.numbers, table.tree, region)] = True
    else:
        is_in[shapes_in(table.tree, region)] = True
    return is_in


def _solid_table(layer: LoadedLayer, content: TileSet, progress: Progress) -> ObjectTable:
    tables = [tile.features for tile in content.tiles]
    ids = [name for table in tables for name in table.ids]
    names = [table.class_of(row) for table in tables for row in range(len(table))]
    parent = np.concatenate([np.zeros(0, np.int64), *(table.parent.astype(np.int64) for table in tables)])
    is_part = np.array([name.endswith(PART_CLASSES) for name in names], np.bool_) & (parent >= 0)
    owner = np.arange(len(ids))
    for _ in range(_GENERATIONS):
        owner = np.where(is_part[owner], parent[owner], owner)
    numbers = np.flatnonzero(~is_part)
    low, high = _boxes(content, owner)
    attributes = _Attributes(content, numbers)
    height = np.concatenate([np.zeros(0, np.float32), *(table.height_m for table in tables)])[numbers]
    base = np.concatenate([np.zeros(0, np.float32), *(table.base_m for table in tables)])[numbers]
    columns = {
        HEIGHT: _millimetres(height),
        BASE: _millimetres(base),
        **_columns(attributes, [names[number] for number in numbers.tolist()], progress),
    }
    return ObjectTable(
        layer=layer.entry.name, title=layer.entry.title, role=layer.entry.role, content=content,
        ids=[ids[number] for number in numbers.tolist()], attributes=attributes, numbers=numbers, owner=owner,
        low=low[numbers], high=high[numbers], height_m=height, base_m=base, columns=columns,
    )  # fmt: skip


def _flat_table(layer: LoadedLayer, content: VectorLayer, progress: Progress) -> ObjectTable:
    count = len(content.ids)
    bounds = np.array([shape.bounds if not shape.is_empty else (np.nan,) * 4 for shape in content.geometries])
    bounds = bounds.reshape(-1, 4).astype(np.float64)
    classes = [str(known.get("kind") or known.get("class") or layer.entry.role) for known in content.attributes]
    nothing: Float32Array = np.full(count, np.nan, np.float32)
    return ObjectTable(
        layer=layer.entry.name, title=layer.entry.title, role=layer.entry.role, content=content, ids=content.ids,
        attributes=content.attributes, numbers=np.arange(count), owner=np.arange(count), low=bounds[:, :2],
        high=bounds[:, 2:], height_m=nothing, base_m=nothing, columns=_columns(content.attributes, classes, progress),
    )  # fmt: skip


def _columns(attributes: Sequence[Attributes], classes: Sequence[str], progress: Progress) -> dict[str, Column]:
    words = {name: code for code, name in enumerate(dict.fromkeys(classes))}
    codes = np.array([words[name] for name in classes], np.int32)
    keys = field_keys(attributes)
    found = columns_of(attributes, keys, lambda share: progress.report(share, READING))
    return {CLASS: WordColumn(codes=codes, words=tuple(words)), **found}


def _millimetres(metres: Float32Array) -> NumberColumn:
    """Return stored metres as they were meant: to the millimetre."""
    return NumberColumn(values=np.rint(metres.astype(np.float64) * 1000.0) / 1000.0)


def _boxes(content: TileSet, owner: Rows) -> tuple[Float64Array, Float64Array]:
    """Return the boxes in the plan of all objects with their parts, NaN for one without geometry."""
    low, high = np.full((len(owner), 2), np.inf), np.full((len(owner), 2), -np.inf)
    for tile in content.tiles:
        whose = owner[tile.first_feature + tile.near.point_feature.astype(np.int64)]
        points = tile.near.points[:, :2].astype(np.float64) + tile.origin[:2]
        np.minimum.at(low, whose, points)
        np.maximum.at(high, whose, points)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def _words_of(attributes: Attributes, id: str) -> str:
    name = name_of(attributes)
    address = next((str(attributes[key]) for key in ADDRESS_KEYS if attributes.get(key)), "")
    kind = class_words(str(attributes.get("kind") or ""))
    return "\n".join((name.zh if name else "", name.en if name else "", address, id, kind.zh, kind.en))


class _Attributes(LazySequence[Attributes]):
    """The attributes of some objects of a tile set, by their numbers."""

    __slots__ = ("_content", "_numbers")

    def __init__(self, content: TileSet, numbers: Rows) -> None:
        self._content, self._numbers = content, numbers

    def __len__(self) -> int:
        """Return the number of objects."""
        return len(self._numbers)

    def _at(self, row: int) -> Attributes:
        tile, place = self._content.locate(int(self._numbers[row]))
        return tile.features.attributes[place]
