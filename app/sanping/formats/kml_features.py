"""Placemarks of a KML document: their shapes, attributes and colours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from sanping.domain.city import OWN_COLOUR
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog

MOST_PLACEMARKS = 2_000_000
_LONGEST_WORDS = 4000
_TAGS = re.compile(r"<[^>]{0,400}>")
_UNREAD = ("Model", "PhotoOverlay", "ScreenOverlay")

NETWORK_LINK = Text("网络链接，没有访问", "network link, not followed")
_NO_SHAPE = Text("地标没有几何或坐标有误", "placemark without a shape or with wrong coordinates")
_OTHER = Text(
    "不支持的内容（COLLADA 模型、屏幕或照片贴图）", "contents of other kinds: COLLADA models, screen or photo overlays"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placemark:
    """One placemark; `shape` in degrees and metres. `is_solid` for polygons that stand in space by themselves."""

    id: str
    shape: Any
    attributes: dict[str, object]
    is_solid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A picture on the ground: its address, box (west, south, east, north in degrees) and turn to the left."""

    name: str
    href: str
    box: tuple[float, float, float, float]
    rotation_deg: float


class Placemarks:
    """Reads the features of one document."""

    def __init__(self, root: Any, skips: SkipLog) -> None:
        self._root, self._skips = root, skips
        self._styles = {one.get("id"): one for one in _named(root, "Style") if one.get("id")}
        self._maps = {one.get("id"): one for one in _named(root, "StyleMap") if one.get("id")}

    def placemarks(self) -> list[Placemark]:
        """Return every placemark with a shape; count the rest, and what is not for us."""
        for link in _named(self._root, "NetworkLink"):
            self._skips.add(NETWORK_LINK, _text(link, "href") or _text(link, "name") or "NetworkLink")
        for word in _UNREAD:
            for one in _named(self._root, word):
                self._skips.add(_OTHER, _text(one, "name") or word)
        found: list[Placemark] = []
        taken: set[str] = set()
        for number, element in enumerate(_named(self._root, "Placemark")):
            name = _text(element, "name")
            unique, again = name or f"placemark-{number + 1}", 2
            while unique in taken:
                unique, again = f"{name or 'placemark'}-{again}", again + 1
            taken.add(unique)
            one = self._placemark(element, unique[:200])
            if one is None:
                self._skips.add(_NO_SHAPE, unique[:200])
            elif len(found) < MOST_PLACEMARKS:
                found.append(one)
        return found

    def overlays(self) -> list[Overlay]:
        """Return the pictures on the ground."""
        found = []
        for element in _named(self._root, "GroundOverlay"):
            sides = [_number(_text(element, side)) for side in ("west", "south", "east", "north")]
            name = _text(element, "name") or "GroundOverlay"
            if None in sides:
                self._skips.add(_NO_SHAPE, name)
                continue
            west, south, east, north = (float(side or 0.0) for side in sides)
            turn = _number(_text(element, "rotation")) or 0.0
            href = _text(element, "href")
            found.append(Overlay(name=name, href=href, box=(west, south, east, north), rotation_deg=turn))
        return found

    def _placemark(self, element: Any, name: str) -> Placemark | None:
        attributes = self._attributes(element)
        parts: list[Any] = []
        is_solid, height = False, 0.0
        for shape in _shapes(element):
            made = _made(shape)
            if made is None:
                continue
            parts.append(made)
            if _local(shape) != "Polygon" or not made.has_z:
                continue
            heights = shapely.get_coordinates(made, include_z=True)[:, 2]
            mode = _text(shape, "altitudeMode") or "clampToGround"
            if mode == "clampToGround":
                continue
            if _text(shape, "extrude") in ("1", "true"):
                height = max(height, float(heights.max()))
            elif mode == "absolute" or np.ptp(heights) > 0.01:
                is_solid = True
        if not parts:
            return None
        if height > 0.0:
            attributes.setdefault("height", height)
        shape = parts[0] if len(parts) == 1 else _collected(parts)
        is_solid = is_solid and height == 0.0 and shape.geom_type in ("Polygon", "MultiPolygon")
        return Placemark(id=name, shape=shape, attributes=attributes, is_solid=is_solid)

    def _attributes(self, element: Any) -> dict[str, object]:
        known: dict[str, object] = {}
        for key in ("name", "description", "address", "phoneNumber"):
            if words := _text(element, key):
                known[key] = _TAGS.sub(" ", words).strip()[:_LONGEST_WORDS]
        folders = [_text(above, "name") for above in element.iterancestors() if _local(above) == "Folder"]
        if any(folders):
            known["folder"] = " / ".join(reversed([one for one in folders if one]))
        for data in _named(element, "Data"):
            if key := data.get("name"):
                known[key[:200]] = _plain(_text(data, "value"))
        for data in _named(element, "SimpleData"):
            if key := data.get("name"):
                known[key[:200]] = _plain((data.text or "").strip())
        if colour := self._colour(element):
            known[OWN_COLOUR] = colour
        return known

    def _colour(self, element: Any) -> str:
        """Return the colour of a placemark's polygons or lines; empty when its style says none."""
        own = next(_named(element, "Style"), None)
        address = _text(element, "styleUrl").split("#")[-1]
        if own is None and address in self._maps:
            for pair in _named(self._maps[address], "Pair"):
                if _text(pair, "key") == "normal":
                    address = _text(pair, "styleUrl").split("#")[-1]
        own = own if own is not None else self._styles.get(address)
        for word in ("PolyStyle", "LineStyle", "IconStyle") if own is not None else ():
            style = next(_named(own, word), None)
            code = _text(style, "color") if style is not None else ""
            if re.fullmatch(r"[0-9A-Fa-f]{8}", code):  # alpha, blue, green, red
                return f"#{code[6:8]}{code[4:6]}{code[2:4]}".lower()
        return ""


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1] if isinstance(tag, str) else ""


def _named(element: Any, word: str) -> Iterator[Any]:
    """Yield the elements below with a local name, whatever their namespace."""
    return (one for one in element.iterdescendants() if _local(one) == word)


def _text(element: Any, word: str) -> str:
    """Return the text of the nearest element of a name: a child first, then any below."""
    for one in element:
        if _local(one) == word:
            return (one.text or "").strip()
    if word in ("name", "description", "address", "phoneNumber", "styleUrl"):
        return ""
    below = next(_named(element, word), None)
    return (below.text or "").strip() if below is not None else ""


def _shapes(element: Any) -> Iterator[Any]:
    return (
        one for one in element.iterdescendants()
        if _local(one) in ("Point", "LineString", "Polygon", "Track") or (
            _local(one) == "LinearRing" and _local(one.getparent()) not in ("innerBoundaryIs", "outerBoundaryIs")
        )
    )  # fmt: skip


def _made(element: Any) -> Any:
    """Return the shape of an element; None when its coordinates make none."""
    word = _local(element)
    if word == "Polygon":
        outer = next(_named(element, "outerBoundaryIs"), None)
        rings = [_coordinates(outer)] if outer is not None else []
        holes = [_coordinates(one) for one in _named(element, "innerBoundaryIs")]
        if not rings or len(rings[0]) < 3:
            return None
        return shapely.Polygon(rings[0], [hole for hole in holes if len(hole) >= 3])
    points = _track(element) if word == "Track" else _coordinates(element)
    if word == "Point":
        return shapely.Point(points[0]) if len(points) else None
    return shapely.LineString(points) if len(points) >= 2 else None


def _coordinates(element: Any) -> Float64Array:
    """Return coordinates (n, 3) or (n, 2); those that are no numbers are left out."""
    words = next(_named(element, "coordinates"), None)
    rows = [_numbers(part.split(",")) for part in re.sub(r"\s*,\s*", ",", (words.text or "")).split()] if (
        words is not None) else []  # fmt: skip
    return _rows([row for row in rows if row is not None])


def _track(element: Any) -> Float64Array:
    rows = [_numbers((one.text or "").split()) for one in _named(element, "coord")]
    return _rows([row for row in rows if row is not None])


def _rows(rows: list[list[float]]) -> Float64Array:
    width = min((len(row) for row in rows), default=2)
    return np.array([row[:width] for row in rows], dtype=np.float64).reshape(len(rows), width)


def _numbers(words: list[str]) -> list[float] | None:
    try:
        values = [float(word) for word in words[:3]]
    except ValueError:
        return None
    good = len(values) >= 2 and all(abs(value) < 1e7 for value in values) and abs(values[1]) <= 90.0
    return values if good else None


def _collected(parts: list[Any]) -> Any:
    kinds = {part.geom_type for part in parts}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(parts)
    if kinds == {"LineString"}:
        return shapely.MultiLineString(parts)
    return shapely.MultiPoint(parts) if kinds == {"Point"} else shapely.GeometryCollection(parts)


def _number(words: str) -> float | None:
    try:
        value = float(words)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _plain(words: str) -> object:
    """Return a number where the words are one, else the words."""
    value = _number(words)
    if value is None or (len(words) > 1 and words[0] == "0" and words[1].isdigit()):
        return words[:_LONGEST_WORDS]
    return int(value) if value.is_integer() and "." not in words and abs(value) < 2**53 else value
