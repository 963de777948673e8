"""Find objects, places, roads and coordinates by what a person types; pure, over layers that are already open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sanping.commands.attribute_words import class_words
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.object_facts import name_of
from sanping.domain.city import Attributes
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import TileSet

FoundKind = Literal["action", "object", "place", "road", "facility", "coordinates"]
ADDRESS_KEYS = ("address", "addr", "addr:street", "street", "地址")
ROLE_KINDS: dict[str, FoundKind] = {"places": "place", "roads": "road", "facilities": "facility"}
PIECE_ROLES = ("roads", "water", "green", "lines")
MOST_PER_KIND = 8
MOST_IDS_SCANNED = 400_000

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_COORDINATES = re.compile(rf"^\s*({_NUMBER})\s*°?\s*([EeNn东北]?)\s*[,，;；\s]\s*({_NUMBER})\s*°?\s*([EeNn东北]?)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line of the locator: what it is, what it says, and what to do with it.

    `layer` and `id` name an object; for an action `id` is the action's; for coordinates `place` is (x, y) in `crs`
    ("" for the twin's own).
    """

    kind: FoundKind
    title: Text
    detail: Text
    id: str = ""
    layer: str = ""
    place: tuple[float, float] | None = None
    crs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedObject:
    """An object that can be found by name or address; `words` is lower case."""

    found: Found
    words: str


def named_objects(layer: LoadedLayer) -> tuple[NamedObject, ...]:
    """Collect every object of a layer that has a name or an address; pieces of one road, river or park come once."""
    kind = ROLE_KINDS.get(layer.entry.role, "object")
    once: dict[str, NamedObject] = {}
    for object_id, default, attributes in _objects(layer):
        name = name_of(attributes)
        address = next((str(attributes[key]) for key in ADDRESS_KEYS if attributes.get(key)), "")
        if name is None and not address:
            continue
        title = name or Text(address, address)
        what = class_words(str(attributes.get("kind") or attributes.get("class") or default))
        where = Text(f"{what.zh} · {address}", f"{what.en} · {address}") if name and address else what
        found = Found(kind=kind, title=title, detail=where, id=object_id, layer=layer.entry.name)
        words = f"{title.zh}\n{title.en}\n{address}\n{object_id}".lower()
        is_piece = layer.entry.role in PIECE_ROLES
        once.setdefault(title.zh if is_piece else object_id, NamedObject(found=found, words=words))
    return tuple(once.values())


def found_by(query: str, named: Sequence[NamedObject], layers: Sequence[LoadedLayer]) -> tuple[Found, ...]:
    """Return what matches, best first within each kind: names that begin with the query, then names, then the rest."""
    wanted = query.strip().lower()
    if not wanted:
        return ()
    ranked = sorted(
        ((_rank(item, wanted), place, item.found) for place, item in enumerate(named) if wanted in item.words),
        key=lambda entry: entry[:2],
    )
    lines: list[Found] = []
    counts: dict[FoundKind, int] = {}
    for _, _, found in ranked:
        counts[found.kind] = counts.get(found.kind, 0) + 1
        if counts[found.kind] <= MOST_PER_KIND:
            lines.append(found)
    seen = {(found.layer, found.id) for found in lines}
    lines += [found for found in _by_id(wanted, layers) if (found.layer, found.id) not in seen]
    return tuple(lines)


def coordinates_in(query: str) -> Found | None:
    """Read "121.43, 31.24", "31.24N 121.43E" or "465 210, 3 457 800" as a place; None when it is none.

    Two numbers that can be longitude and latitude are taken as such (EPSG:4490), other ones as the twin's own metres.
    """
    match = _COORDINATES.match(query)
    if match is None:
        return None
    first, second = float(match[1]), float(match[3])
    if match[2] in "Nn北" and match[2]:
        first, second = second, first
    if abs(first) <= 180 and abs(second) <= 90:
        written = f"{first:.6f}°, {second:.6f}°"
        title, crs = Text(f"经纬度 {written}", f"Longitude, latitude {written}"), "EPSG:4490"
    elif abs(first) <= 90 and abs(second) <= 180:
        return coordinates_in(f"{second},{first}")
    else:
        written = f"{first:,.2f}, {second:,.2f}"
        title, crs = Text(f"平面坐标 {written}", f"Easting, northing {written}"), ""
    return Found(
        kind="coordinates", title=title, detail=Text("飞到该坐标", "Fly there"), place=(first, second), crs=crs
    )


def _objects(layer: LoadedLayer) -> Sequence[tuple[str, str, Attributes]]:
    content = layer.content
    if isinstance(content, TileSet):
        return [
            (name, tile.features.class_of(row), tile.features.attributes[row])
            for tile in content.tiles
            for row, name in enumerate(tile.features.ids)
        ]
    if isinstance(content, VectorLayer):
        return [
            (name, layer.entry.role, attributes)
            for name, attributes in zip(content.ids, content.attributes, strict=True)
        ]
    return []


def _rank(item: NamedObject, wanted: str) -> int:
    zh, en = item.found.title.zh.lower(), item.found.title.en.lower()
    if wanted in (zh, en):
        return 0
    if zh.startswith(wanted) or en.startswith(wanted):
        return 1
    return 2 if wanted in zh or wanted in en else 3


def _by_id(wanted: str, layers: Sequence[LoadedLayer]) -> list[Found]:
    lines: list[Found] = []
    for layer in layers:
        if len(layer.numbers) > MOST_IDS_SCANNED:
            matches = [wanted] if wanted in layer.numbers else []
        else:
            matches = [name for name in layer.numbers if wanted in name.lower()]
        lines += [
            Found(kind="object", title=Text(name, name), detail=layer.entry.title, id=name, layer=layer.entry.name)
            for name in sorted(matches, key=len)[: max(0, MOST_PER_KIND - len(lines))]
        ]
    return lines
