"""Appearances of a CityGML file: which pictures and colours its rings and polygons have. Nothing is opened here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from sanping.domain.texture import Wrap
from sanping.formats.citygml_words import XmlElement, local_name
from sanping.formats.pictures import WRAP_WORDS
from sanping.formats.safe_xml import safe_pull_parser

SIGNS = (b"ParameterizedTexture", b"X3DMaterial", b"GeoreferencedTexture")
_LOOKS = ("ParameterizedTexture", "X3DMaterial", "GeoreferencedTexture")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draped:
    """A picture with a rule that lays it: its name as written, how it goes on, and the surfaces it lies on.

    One with a `matrix` (3 × 4, as written; "" for one that is missing) is laid by it; without (None) it is a
    georeferenced picture, seen from above: `orientation`, `point` and its `srs` are the place written in the file,
    empty where it is not.
    """

    name: str
    wrap: Wrap
    targets: tuple[str, ...]
    prefers_world_file: bool = True
    orientation: str = ""
    point: str = ""
    srs: str = ""
    matrix: str | None = None


@dataclass(slots=True)
class Looks:
    """What appearances say; the first theme that speaks of a surface counts.

    `pictures` are names as written and how they go on. `rings` gives by the id of a ring the number of its picture and
    the text of its texture coordinates; `colours` by the id of a polygon, or of geometry that holds some, its colour.
    `draped` are the pictures that a place or a matrix lays.
    """

    pictures: list[tuple[str, Wrap]] = field(default_factory=list)
    rings: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    colours: dict[str, Colour] = field(default_factory=dict)
    draped: list[Draped] = field(default_factory=list)


@dataclass(slots=True)
class _Shared:
    """What several pictures or surfaces refer to by id, before or after it comes.

    `matrices` are text and CRS, `lists` rings with their coordinates. `links` tell the place in `Looks.draped` that
    waits for the matrix of an id, and the number of the picture.
    """

    matrices: dict[str, tuple[str, str]] = field(default_factory=dict)
    lists: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    links: list[tuple[int, int, str]] = field(default_factory=list)


def looks_of(texts: Iterable[bytes], members: tuple[str, ...], *, is_recovering: bool) -> Looks:
    """Return the appearances in a file that comes piece by piece, up to its end or the first error in the XML.

    `members` are the elements that may be forgotten once they are complete.
    """
    found, shared = Looks(), _Shared()
    parser = safe_pull_parser((*_LOOKS, *members), is_recovering=is_recovering)
    try:
        for text in texts:
            parser.feed(text)
            _take(parser, found, shared)
        parser.close()
    except etree.XMLSyntaxError:
        pass  # what came before the damage counts
    _take(parser, found, shared)
    _join(found, shared)
    return found


def _take(parser: etree.XMLPullParser, found: Looks, shared: _Shared) -> None:
    for _, element in parser.read_events():
        name = local_name(element.tag)
        if name == "ParameterizedTexture":
            _take_picture(element, found, shared)
        elif name == "X3DMaterial":
            _take_colour(element, found)
        elif name == "GeoreferencedTexture":
            _take_draped(element, found)
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            parent.remove(parent[0])


def _take_picture(element: XmlElement, found: Looks, shared: _Shared) -> None:
    rules = [(rule, *_matrix(rule)) for rule in element.iter("{*}TexCoordGen")]
    lists = [(one, list(_lists(one))) for one in element.iter("{*}TexCoordList")]
    shared.matrices.update((_attribute(rule, "id"), (text, srs)) for rule, text, srs in rules)
    shared.lists.update((_attribute(one, "id"), given) for one, given in lists)
    name = _text(element, "imageURI")
    if not name or _text(element, "isFront") == "false":
        return
    wrap = WRAP_WORDS.get(_text(element, "wrapMode"), "repeat")
    found.pictures.append((name, wrap))
    number = len(found.pictures) - 1
    for rule, text, srs in rules:
        found.draped.append(Draped(name=name, wrap=wrap, targets=_ruled(rule.getparent()), matrix=text, srs=srs))
    for link in (*element.iterchildren("{*}target"), *element.iter("{*}textureParameterization")):
        if identity := _attribute(link, "href").removeprefix("#"):
            shared.links.append((len(found.draped), number, identity))
            found.draped.append(Draped(name=name, wrap=wrap, targets=_ruled(link), matrix=""))
    for ring, coordinates in (pair for _, given in lists for pair in given):
        found.rings.setdefault(ring, (number, coordinates))


def _join(found: Looks, shared: _Shared) -> None:
    """Give surfaces what they refer to by id; one that refers to nothing keeps an empty matrix, and is counted."""
    is_list = set()
    for place, number, identity in shared.links:
        if identity in shared.matrices:
            text, srs = shared.matrices[identity]
            found.draped[place] = replace(found.draped[place], matrix=text, srs=srs)
        elif identity in shared.lists:
            is_list.add(place)
            for ring, coordinates in shared.lists[identity]:
                if ring not in found.rings or found.rings[ring][0] > number:
                    found.rings[ring] = number, coordinates
    found.draped = [one for place, one in enumerate(found.draped) if place not in is_list]


def _take_draped(element: XmlElement, found: Looks) -> None:
    name, wrap = _text(element, "imageURI"), _text(element, "wrapMode")
    if not name or _text(element, "isFront") == "false":
        return
    point = element.find("{*}referencePoint/{*}Point")
    found.draped.append(
        Draped(
            name=name,
            wrap=WRAP_WORDS.get(wrap, "repeat") if wrap else "clamp",
            targets=tuple(_targets(element)),
            prefers_world_file=_text(element, "preferWorldFile") not in ("false", "0"),
            orientation=_text(element, "orientation"),
            point="" if point is None else _text(point, "pos") or _text(point, "coordinates"),
            srs="" if point is None else (point.get("srsName") or "").strip(),
        )
    )


def _matrix(rule: XmlElement) -> tuple[str, str]:
    """Return the text of a rule's matrix and its CRS, "" for what it does not say."""
    matrix = rule.find("{*}worldToTexture")
    return ("", "") if matrix is None else (matrix.text or "", (matrix.get("srsName") or "").strip())


def _ruled(around: XmlElement) -> tuple[str, ...]:
    """Return what the rule in an element is for: named by its attribute, since CityGML 3 by an element beside it."""
    beside = around.getparent()
    name = around.get("uri") or ("" if beside is None else _text(beside, "target"))
    return (name.strip().removeprefix("#"),) if name else ()


def _attribute(element: XmlElement, name: str) -> str:
    """Return an attribute by its local name, whatever its prefix, "" without."""
    return next((value.strip() for key, value in element.items() if local_name(key) == name), "")


def _targets(element: XmlElement) -> Iterator[str]:
    for target in element.iter("{*}target"):
        name = (target.text or "").strip().removeprefix("#")
        if name:
            yield name


def _lists(coordinates: XmlElement) -> Iterator[tuple[bytes, bytes]]:
    """Yield rings and their coordinates: named by an attribute, since CityGML 3 by an element beside."""
    rings = [(ring.text or "").strip() for ring in coordinates.iterchildren("{*}ring")]
    for number, part in enumerate(coordinates.iterchildren("{*}textureCoordinates")):
        ring = part.get("ring") or (rings[number] if number < len(rings) else "")
        if ring and part.text:
            yield ring.removeprefix("#").encode(), part.text.encode()


def _take_colour(element: XmlElement, found: Looks) -> None:
    words = _text(element, "diffuseColor").split()
    if len(words) != 3 or _text(element, "isFront") == "false":
        return
    try:
        red, green, blue = (round(255 * min(1.0, max(0.0, float(word)))) for word in words)
    except ValueError:
        return
    for name in _targets(element):
        found.colours.setdefault(name, (red, green, blue))


def _text(element: XmlElement, name: str) -> str:
    return (element.findtext("{*}" + name) or "").strip()
