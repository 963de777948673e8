"""City objects of CityJSON documents in rows, and the geometries that are to be drawn of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import msgspec
from msgspec import Raw

from sanping.domain.text import Text
from sanping.formats.cityjson_words import (
    INSTANCE,
    KNOWN_PROPERTIES,
    NESTING,
    NULL,
    CityObject,
    ExtendedObject,
    Geometry,
    PlainObject,
    lod_value,
)
from sanping.formats.columns import SkipLog

_WITHOUT_SURFACES = Text("对象只有不含面的几何（{kinds}）", "object whose geometry has no surfaces ({kinds})")
_MALFORMED = Text("对象不符合 CityJSON：{detail}", "object that is not CityJSON: {detail}")
SEMANTICS_LOST = Text(
    "对象的语义面无法读取（几何已保留）", "object whose surface semantics cannot be read (its geometry is kept)"
)
_TWICE = Text("对象编号重复，只保留第一个", "object whose id occurs twice; the first is kept")

_GROUP = "CityObjectGroup"
_STRICT = msgspec.json.Decoder(CityObject)
_EXTENDED = msgspec.json.Decoder(ExtendedObject)
_PLAIN = msgspec.json.Decoder(PlainObject)
_PROPERTIES = msgspec.json.Decoder(dict[str, Raw])

Lod = str | float | None


class Shape(msgspec.Struct, gc=False, frozen=True):
    """A geometry to draw: the row and the document it belongs to."""

    geometry: Geometry
    row: int
    document: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Ids and class words of all rows, and where left-out things are counted."""

    ids: Sequence[str]
    classes: Sequence[str]
    skips: SkipLog


@dataclass(slots=True)
class ObjectBook:
    """The rows of all objects taken so far, and the shapes and instances of templates not yet drawn.

    `wish` is the level of detail asked for, empty for the highest of each object. `replaced` counts objects whose own
    geometry gives way to the finer geometry of their parts.
    """

    skips: SkipLog
    wish: str = ""
    templates: Sequence[Geometry] = ()
    ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    attributes: list[bytes] = field(default_factory=list)
    extras: dict[int, dict[str, bytes]] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    instances: list[Shape] = field(default_factory=list)
    replaced: int = 0
    _known: set[str] = field(default_factory=set)
    _scores: dict[Lod, float] = field(default_factory=dict)

    @property
    def lods(self) -> tuple[str, ...]:
        """The levels of detail that can be drawn, in order."""
        named = sorted((lod for lod in self._scores if lod is not None), key=lod_value)
        return tuple(dict.fromkeys(f"{lod:g}" if isinstance(lod, float | int) else lod for lod in named))

    def take(self, objects: Mapping[str, CityObject], extras: Mapping[str, Mapping[str, bytes]], document: int) -> None:
        """Append the objects of one document with their extra properties, and the shapes that are to be drawn."""
        if not self._known.isdisjoint(objects):
            for name in self._known.intersection(objects):
                self.skips.add(_TWICE, name)
            objects = {name: thing for name, thing in objects.items() if name not in self._known}
        self._known.update(objects)
        first = len(self.ids)
        things = list(objects.values())
        self.ids.extend(objects)
        self.classes.extend([thing.type for thing in things])
        self.attributes.extend([bytes(thing.attributes) for thing in things])
        for row, (name, thing) in enumerate(objects.items(), first):
            if thing.address is not NULL:
                self.extras[row] = {"address": bytes(thing.address)}
            if name in extras:
                self.extras.setdefault(row, {}).update(extras[name])
        above = _parents(objects, things)
        self.parents.extend([first + place if place >= 0 else -1 for place in above])
        self._choose(list(objects), things, above, document)

    def _choose(self, names: list[str], things: list[CityObject], above: list[int], document: int) -> None:
        scores = [-inf] * len(things)
        chosen: list[tuple[int, list[Geometry]]] = []
        for place, thing in enumerate(things):
            if not thing.geometry:
                continue
            picked, score = self._best(thing.geometry)
            if picked:
                scores[place] = score
                chosen.append((place, picked))
            else:
                kinds = ", ".join(sorted({geometry.type[:40] for geometry in thing.geometry}))
                self.skips.add(_WITHOUT_SURFACES.with_values(kinds=kinds), names[place])
        yielding = _replaced_by_parts(things, above, scores)
        self.replaced += len(yielding)
        first = len(self.ids) - len(things)
        for place, picked in chosen:
            if place not in yielding:
                for geometry in picked:
                    kept = self.instances if geometry.type == INSTANCE else self.shapes
                    kept.append(Shape(geometry, first + place, document))

    def _best(self, geometries: list[Geometry]) -> tuple[list[Geometry], float]:
        """Return the geometries of the level of detail to draw, and how well it meets the wish."""
        picked: list[Geometry] = []
        best = -inf
        for geometry in geometries:
            source = geometry
            if geometry.type == INSTANCE:
                number = geometry.template
                if number is None or not 0 <= number < len(self.templates):
                    continue
                source = self.templates[number]
            if source.type not in NESTING:
                continue
            score = self._scores.get(source.lod)
            if score is None:
                score = self._scores[source.lod] = _score(source.lod, self.wish)
            if score > best:
                picked, best = [geometry], score
            elif score == best:
                picked.append(geometry)
        return picked, best


def _score(lod: Lod, wish: str) -> float:
    value = lod_value(lod)
    wished = lod_value(wish) if wish else -1.0
    return value if wished < 0.0 else value * 1e-6 - abs(value - wished)


def _parents(objects: Mapping[str, CityObject], things: list[CityObject]) -> list[int]:
    """Return the place of each object's parent, −1 for none; a group counts only where there is no other."""
    above = [-1] * len(things)
    places = {name: place for place, name in enumerate(objects)}
    for place, thing in enumerate(things):
        for name in thing.parents or ():
            parent = places.get(name, -1)
            if parent >= 0 and parent != place and things[parent].type != _GROUP:
                above[place] = parent
                break
    givers = [place for place, thing in enumerate(things) if thing.children]
    for parent in sorted(givers, key=lambda place: things[place].type == _GROUP):
        for name in things[parent].children or ():
            place = places.get(name, -1)
            if place >= 0 and place != parent and above[place] < 0:
                above[place] = parent
    return above


def _replaced_by_parts(things: list[CityObject], above: list[int], scores: list[float]) -> set[int]:
    """Return the objects that have parts of a better level of detail, drawn in their place."""
    return {
        parent
        for place, parent in enumerate(above)
        if parent >= 0 and -inf < scores[parent] < scores[place] and things[place].type.endswith("Part")
    }


def objects_one_by_one(
    texts: Mapping[str, Raw], skips: SkipLog
) -> tuple[dict[str, CityObject], dict[str, dict[str, bytes]]]:
    """Decode objects that are not all as the standard wants them; also return the properties of their own.

    An object that cannot be read is left out and counted.
    """
    objects: dict[str, CityObject] = {}
    extras: dict[str, dict[str, bytes]] = {}
    for name, text in texts.items():
        try:
            objects[name] = _STRICT.decode(text)
            continue
        except msgspec.ValidationError:
            pass
        try:
            objects[name] = _extended(name, text, skips)
        except msgspec.ValidationError as error:
            skips.add(_MALFORMED.with_values(detail=error), name)
            continue
        properties = _PROPERTIES.decode(text)
        extras[name] = {word: bytes(value) for word, value in properties.items() if word not in KNOWN_PROPERTIES}
    return objects, extras


def _extended(name: str, text: Raw, skips: SkipLog) -> CityObject:
    try:
        return _EXTENDED.decode(text)
    except msgspec.ValidationError:
        thing = _PLAIN.decode(text)
        skips.add(SEMANTICS_LOST, name)
        return thing
