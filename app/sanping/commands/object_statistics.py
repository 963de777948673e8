"""Statistics of what a query found: groups by an attribute, a class or steps of a number, and what each adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.grouping import Amounts, amounts, nice_steps, steps_of, words_of
from sanping.analysis.massing import storeys_in, use_in
from sanping.analysis.object_table import CLASS, HEIGHT, Column, NumberColumn, Rows, WordColumn
from sanping.analysis.outlines import outlines_of
from sanping.commands.attribute_words import class_words
from sanping.commands.object_query import Found, ObjectTable, QueryResult, field_title
from sanping.commands.overview import HEIGHT_STEPS_M
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.progress import Progress

Measure = Literal["count", "sum", "mean", "footprint", "floor_area", "length"]
LAYER = "@layer"
BANDS = "@height_bands"
MEASURES: dict[Measure, Text] = {
    "count": Text("数量", "Count"),
    "sum": Text("合计", "Sum"),
    "mean": Text("平均", "Mean"),
    "footprint": Text("占地面积", "Footprint"),
    "floor_area": Text("建筑面积", "Floor area"),
    "length": Text("长度", "Length"),
}
UNITS: dict[Measure, Text] = {
    "count": Text("", ""), "sum": Text("", ""), "mean": Text("", ""), "footprint": Text("m²", "m²"),
    "floor_area": Text("m²", "m²"), "length": Text("m", "m"),
}  # fmt: skip
OTHERS, NONE = Text("其他", "Others"), Text("无此属性", "Without it")
MEASURING = Text("量算面积", "Measuring areas")
_BAND = Text("{low:g}–{high:g} 米", "{low:g}–{high:g} m")
_ABOVE = Text("{low:g} 米以上", "{low:g} m and more")
_STEP = Text("{low:,.10g} – {high:,.10g}", "{low:,.10g} – {high:,.10g}")
_PLAIN_STEP = Text("{low:.10g} – {high:.10g}", "{low:.10g} – {high:.10g}")
_FIRST_YEAR, _LAST_YEAR = 1000, 3000
_ESTIMATED = Text(
    "占地面积是屋顶的水平投影轮廓；建筑面积优先取模型所写，否则按轮廓×层数估算，未注明层数的按高度÷常用层高推算。",
    "Footprints are outlines of roofs from above; floor area is the model's own, else outline × storeys, which follow "
    "from height ÷ usual storey height where none are given.",
)
_FLOOR_AREA_KEYS = ("gross_floor_area_m2", "grossFloorArea", "gross_floor_area", "floor_area_m2", "建筑面积")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticAsk:
    """`group` is the key of a field, `LAYER` or `BANDS`; `field` what "sum" and "mean" are of."""

    group: str = CLASS
    measure: Measure = "count"
    field: str = HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group: how many objects, how many of them have a value, the value; `result` holds the objects."""

    title: Text
    count: int
    known: int
    value: float
    result: QueryResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """Groups in the order they are shown; `is_ordered` where that order is one of numbers (a histogram).

    `note` is that of the query.
    """

    ask: StatisticAsk
    title: Text
    unit: Text
    groups: tuple[Group, ...]
    is_ordered: bool
    method: Text
    note: Text | None = None


def statistic(result: QueryResult, ask: StatisticAsk, progress: Progress) -> Statistic:
    """Group what a query found. Outlines are only measured where areas are asked for. Raises `Cancelled`."""
    titles, codes, is_ordered = _grouped(result, ask.group)
    values = [_values(part, ask, progress) for part in result.parts]
    joined = np.concatenate([np.zeros(0, np.int32), *codes])
    held = amounts(joined, len(titles), np.concatenate([np.zeros(0), *values]))
    groups = tuple(
        Group(title=title, count=int(held.counts[place]), known=int(held.known[place]),
              value=_value(held, place, ask.measure), result=_members(result, codes, place))
        for place, title in enumerate(titles) if held.counts[place]
    )  # fmt: skip
    if not is_ordered:
        groups = tuple(sorted(groups, key=lambda group: (group.title in (OTHERS, NONE), -np.nan_to_num(group.value))))
    by, what = field_title_of(ask.group), MEASURES[ask.measure]
    named = field_title(ask.field)
    if ask.measure in ("sum", "mean"):
        what = Text(f"{named.zh}{what.zh}", f"{what.en} of {named.en}")
    has_areas = ask.measure in ("footprint", "floor_area")
    return Statistic(
        note=result.note,
        ask=ask, title=Text(f"{what.zh}，按{by.zh}", f"{what.en} by {by.en}"), unit=UNITS[ask.measure],
        groups=groups, is_ordered=is_ordered, method=_ESTIMATED if has_areas else Text("", ""),
    )  # fmt: skip


def field_title_of(key: str) -> Text:
    """Return what a field is called, or one of the groupings that are no fields."""
    own = {LAYER: Text("图层", "layer"), BANDS: Text("高度分段", "height band")}
    return own.get(key) or field_title(key)


def _grouped(result: QueryResult, key: str) -> tuple[list[Text], list[npt.NDArray[np.int32]], bool]:
    """Return the titles of the groups, the group of each object found, and whether groups are steps of a number."""
    parts = result.parts
    if key == LAYER:
        titles = [part.table.title for part in parts]
        return titles, [np.full(len(part.rows), place, np.int32) for place, part in enumerate(parts)], False
    columns = [_column(part, HEIGHT if key == BANDS else key) for part in parts]
    numbers = [column for column in columns if isinstance(column, NumberColumn)]
    if numbers and not any(isinstance(column, WordColumn) for column in columns):
        edges = np.array(HEIGHT_STEPS_M, float) if key == BANDS else _edges(np.concatenate([c.values for c in numbers]))
        codes = [_steps(column, part, edges) for column, part in zip(columns, parts, strict=True)]
        return _with_none([_step_title(edges, place, key) for place in range(len(edges) - 1)], codes, is_ordered=True)
    words = [column if isinstance(column, WordColumn) else _as_words(column, part)
             for column, part in zip(columns, parts, strict=True)]  # fmt: skip
    known, found, has_rest = words_of(words)
    return _with_none([*map(class_words, known), *([OTHERS] if has_rest else [])], found, is_ordered=False)


def _edges(values: Float64Array) -> Float64Array:
    """Return steps of a number; few whole numbers are a step each."""
    known = np.unique(values[np.isfinite(values)])
    is_few = 0 < len(known) <= 12 and (known == np.round(known)).all() and known[-1] - known[0] < 12
    return np.arange(known[0], known[-1] + 2.0) if is_few else nice_steps(values)


def _steps(column: Column | None, part: Found, edges: Float64Array) -> npt.NDArray[np.int32]:
    if isinstance(column, NumberColumn):
        return steps_of(column, edges)
    return np.full(len(part.rows), -1, np.int32)


def _step_title(edges: Float64Array, place: int, key: str) -> Text:
    low, high = float(edges[place]), float(edges[place + 1])
    if key in (BANDS, HEIGHT):
        return _ABOVE.with_values(low=low) if high >= HEIGHT_STEPS_M[-1] else _BAND.with_values(low=low, high=high)
    if high - low == 1.0:
        return Text(f"{low:g}", f"{low:g}")
    is_year = low.is_integer() and high.is_integer() and low >= _FIRST_YEAR and high <= _LAST_YEAR
    return (_PLAIN_STEP if is_year else _STEP).with_values(low=low, high=high)


def _with_none(
    titles: list[Text], codes: list[npt.NDArray[np.int32]], *, is_ordered: bool
) -> tuple[list[Text], list[npt.NDArray[np.int32]], bool]:
    """Give the objects without a value a group of their own, the last."""
    last = len(titles)
    return [*titles, NONE], [np.where(code < 0, last, code).astype(np.int32) for code in codes], is_ordered


def _column(part: Found, key: str) -> Column | None:
    column = part.table.columns.get(key)
    if isinstance(column, NumberColumn):
        return NumberColumn(values=column.values[part.rows])
    if isinstance(column, WordColumn):
        return WordColumn(codes=column.codes[part.rows], words=column.words)
    return None


def _as_words(column: Column | None, part: Found) -> WordColumn:
    if isinstance(column, NumberColumn):
        words, codes = np.unique(column.values, return_inverse=True)
        known = np.where(np.isfinite(column.values), codes, -1).astype(np.int32)
        return WordColumn(codes=known, words=[f"{word:g}" for word in words.tolist()])
    return WordColumn(codes=np.full(len(part.rows), -1, np.int32), words=())


def _members(result: QueryResult, codes: Sequence[npt.NDArray[np.int32]], place: int) -> QueryResult:
    chosen = {part.table.layer: code == place for part, code in zip(result.parts, codes, strict=True)}
    return result.limited(chosen)


def _value(held: Amounts, place: int, measure: Measure) -> float:
    if measure == "count":
        return float(held.counts[place])
    return float(held.means[place]) if measure == "mean" else float(held.sums[place])


def _values(part: Found, ask: StatisticAsk, progress: Progress) -> Float64Array:
    """Return what is added up (n,), NaN for an object that has none of it."""
    if ask.measure in ("sum", "mean"):
        column = _column(part, ask.field)
        return column.values if isinstance(column, NumberColumn) else np.full(len(part.rows), np.nan)
    if ask.measure == "length":
        return lengths(part)
    if ask.measure == "footprint":
        return footprints(part, progress)
    if ask.measure == "floor_area":
        return _floor_areas(part, progress)
    return np.zeros(len(part.rows))


def lengths(part: Found) -> Float64Array:
    """Return how long lines are in metres, NaN for what is no line."""
    if isinstance(part.table.content, TileSet):
        return np.full(len(part.rows), np.nan)
    shapes = part.table.content.geometries[part.numbers]
    return np.where(shapely.get_dimensions(shapes) == 1, shapely.length(shapes), np.nan)


def footprints(part: Found, progress: Progress) -> Float64Array:
    """Return how much ground objects cover in m², NaN for one without an area. Raises `Cancelled`."""
    content = part.table.content
    if not isinstance(content, TileSet):
        shapes = content.geometries[part.numbers]
        return np.where(shapely.get_dimensions(shapes) == 2, shapely.area(shapes), np.nan)
    area = np.full(content.feature_count, np.nan)
    wanted = np.zeros(content.feature_count, np.bool_)
    wanted[part.numbers] = True
    for number, tile in enumerate(content.tiles):
        progress.report(number / len(content.tiles), MEASURING)
        own = part.table.owner[tile.first_feature : tile.first_feature + len(tile.features)]
        if wanted[own].any():
            found = outlines_of(tile, step_m=np.inf)
            _add_outlines(area, own[found.row], found.shape)
    return area[part.numbers]


def _add_outlines(area: Float64Array, owner: Rows, shapes: npt.NDArray[np.object_]) -> None:
    """Add the areas of outlines to their objects; parts of one object that overlap count once."""
    order = np.argsort(owner, kind="stable")
    owner, shapes = owner[order], shapes[order]
    own, first, count = np.unique(owner, return_index=True, return_counts=True)
    single = count == 1
    area[own[single]] = np.nan_to_num(area[own[single]]) + shapely.area(shapes[first[single]])
    for number, start, many in zip(own[~single], first[~single], count[~single], strict=True):
        joined = shapely.union_all(shapes[start : start + many])
        area[number] = float(np.nan_to_num(area[number])) + float(joined.area)


def _floor_areas(part: Found, progress: Progress) -> Float64Array:
    table = part.table
    if not isinstance(table.content, TileSet):
        return np.full(len(part.rows), np.nan)
    area = footprints(part, progress)
    return np.array([_floor_area(table, row, float(m2)) for row, m2 in zip(part.rows.tolist(), area, strict=True)])


def _floor_area(table: ObjectTable, row: int, footprint_m2: float) -> float:
    known = table.attributes[row]
    for key in _FLOOR_AREA_KEYS:
        said = known.get(key)
        if isinstance(said, int | float) and said > 0:
            return float(said)
    tall = float(np.nan_to_num(table.height_m[row]))
    storeys, _ = storeys_in(known, tall, use_in(known))
    return footprint_m2 * storeys
