"""From an attribute to a colour for each object, and the legend that reads it; pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sanping.domain.city import FeatureTable
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.scene.ramps import Ramps
from sanping.scene.values import Legend, LegendEntry, Rgb
from sanping.stage.state import Colouring

_TITLES: dict[str, tuple[Text, str]] = {
    "@height_m": (Text("高度", "Height"), "m"),
    "@class": (Text("对象类别", "Object class"), ""),
    "measuredHeight": (Text("建筑高度", "Measured height"), "m"),
    "storeysAboveGround": (Text("地上层数", "Storeys above ground"), ""),
    "storeys": (Text("层数", "Storeys"), ""),
    "yearOfConstruction": (Text("建成年份", "Year of construction"), ""),
    "usage": (Text("用途", "Use"), ""),
    "usage_zh": (Text("用途", "Use"), ""),
    "function": (Text("功能", "Function"), ""),
    "gross_floor_area_m2": (Text("总建筑面积", "Gross floor area"), "m²"),
    "street": (Text("街道", "Subdistrict"), ""),
    "community": (Text("居民区", "Neighbourhood"), ""),
}
_WORDS: dict[str, Text] = {
    "Building": Text("建筑", "Building"),
    "BuildingPart": Text("建筑部件", "Building part"),
    "Bridge": Text("桥梁", "Bridge"),
    "residential": Text("住宅", "Residential"),
    "office": Text("办公", "Office"),
    "commercial": Text("商业", "Commercial"),
    "industrial": Text("工业", "Industrial"),
    "school": Text("学校", "School"),
    "education": Text("教育", "Education"),
    "hospital": Text("医疗", "Medical"),
    "public": Text("公共", "Public"),
}
_OTHERS = Text("其他", "Other")
_STOPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Coloured:
    """Colours of all features of a tile set (n, 3), and how they are read."""

    colours: UInt8Array
    legend: Legend


def coloured(tiles: TileSet, colouring: Colouring, ramps: Ramps) -> Coloured:
    """Colour every feature of a tile set by one attribute: numbers on the ramp, words by a colour each."""
    values = values_of(tiles, colouring.attribute)
    numbers = _as_numbers(values)
    title, unit = _TITLES.get(colouring.attribute, (Text(colouring.attribute, colouring.attribute), ""))
    if numbers is None:
        return _by_words(values, title, ramps)
    return _by_numbers(numbers, colouring, title, unit, ramps)


def values_of(tiles: TileSet, attribute: str) -> Sequence[object] | Float64Array:
    """Return one value a feature in numbering order; None where an object has none."""
    if attribute == "@height_m":
        return np.concatenate([tile.features.height_m for tile in tiles.tiles]).astype(np.float64)
    return [value for tile in tiles.tiles for value in _table_values(tile.features, attribute)]


def _table_values(features: FeatureTable, attribute: str) -> Iterator[object]:
    if attribute == "@class":
        yield from (features.class_of(row) for row in range(len(features)))
        return
    own = [features.attributes[row].get(attribute) for row in range(len(features))]
    for row, value in enumerate(own):
        parent = int(features.parent[row])
        yield own[parent] if value is None and 0 <= parent < len(own) else value


def _as_numbers(values: Sequence[object] | Float64Array) -> Float64Array | None:
    """The values as floats with NaN for none, or None when most of them are words."""
    if isinstance(values, np.ndarray):
        return values
    numbers = np.full(len(values), np.nan)
    words = 0
    for index, value in enumerate(values):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers[index] = float(value)
        elif isinstance(value, str):
            words += 1
    known = int(np.isfinite(numbers).sum())
    return numbers if known > words else None


def _by_numbers(numbers: Float64Array, colouring: Colouring, title: Text, unit: str, ramps: Ramps) -> Coloured:
    known = numbers[np.isfinite(numbers)]
    if colouring.low is not None and colouring.high is not None:
        low, high = colouring.low, colouring.high
    else:
        own = (float(np.percentile(known, 1)), float(np.percentile(known, 99))) if len(known) else (0.0, 1.0)
        low = own[0] if colouring.low is None else colouring.low
        high = own[1] if colouring.high is None else colouring.high
    span = high - low if high > low else 1.0
    shares = (numbers - low) / span
    colours = ramps.of_shares(colouring.palette, np.where(np.isfinite(shares), np.clip(shares, 0, 1), np.nan))
    stops = np.linspace(0.0, 1.0, _STOPS)
    marks = ramps.of_shares(colouring.palette, stops)
    entries = tuple(
        LegendEntry(label=_number_text(low + share * span), colour=_rgb(mark), value=float(low + share * span))
        for share, mark in zip(stops, marks, strict=True)
    )
    missing = int(len(numbers) - len(known))
    return Coloured(
        colours=colours, legend=Legend(title=title, unit=unit, is_ramp=True, entries=entries, missing=missing)
    )


def _by_words(values: Sequence[object] | Float64Array, title: Text, ramps: Ramps) -> Coloured:
    words = ["" if value is None else str(value) for value in values]
    counts = Counter(word for word in words if word)
    most = [word for word, _ in counts.most_common(len(ramps.words) - 1)]
    number = {word: index for index, word in enumerate(most)}
    last = len(ramps.words) - 1
    codes = np.array([number.get(word, last) if word else len(ramps.words) for word in words], np.int64)
    table = np.concatenate([ramps.words, np.array([ramps.missing], np.uint8)])
    entries = [
        LegendEntry(label=_WORDS.get(word, Text(word, word)), colour=_rgb(table[i])) for word, i in number.items()
    ]
    if len(counts) > len(most):
        entries.append(LegendEntry(label=_OTHERS, colour=_rgb(table[last])))
    missing = sum(1 for word in words if not word)
    legend = Legend(title=title, unit="", is_ramp=False, entries=tuple(entries), missing=missing)
    return Coloured(colours=table[codes], legend=legend)


def _number_text(value: float) -> Text:
    text = f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.1f}"
    return Text(text, text)


def _rgb(colour: UInt8Array) -> Rgb:
    return (int(colour[0]), int(colour[1]), int(colour[2]))
