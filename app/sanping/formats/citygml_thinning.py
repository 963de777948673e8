"""Takes the commonest shapes of CityGML out of the text before the XML parser sees it.

A plain polygon, a run of links, a run of generic attributes, a boundary surface are each a complete piece of XML;
replacing one by an empty marker element leaves the rest as well-formed as it was. What does not look plain stays for
the parser. Each marker carries its number: one inside a comment is never seen, so its piece is never claimed.
"""

import re
from dataclasses import dataclass
from itertools import repeat

from sanping.domain.city import SurfaceKind
from sanping.formats.citygml_harvest import Harvest, ThinSurface
from sanping.formats.citygml_words import ATTRIBUTES_MARKER, LINKS_MARKER, SURFACES

_Pattern = re.Pattern[bytes]
_NAMESPACE = re.compile(rb"""xmlns(?::([\w.-]+))?\s*=\s*["']([^"'<>]*)["']""")
_KINDS = {name.encode(): int(kind) for name, kind in SURFACES.items()}
_OTHER = int(SurfaceKind.OTHER)
_PROBE_BYTES = 1 << 16
"""Where to look for rarer spellings; one that comes only later is left to the parser."""

_ENVELOPE = re.compile(rb"""<(?:\w+:)?Envelope\b[^<>]*\ssrsName\s*=\s*["']([^"'<>&]+)["']""")
_HREF = re.compile(rb'href="#?([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinner:
    """The patterns for the prefixes of one file; None where the file does not declare the namespace."""

    position: tuple[bytes, _Pattern]
    polygon: _Pattern
    patch: tuple[tuple[bytes, bytes], _Pattern]
    links: _Pattern | None
    attributes: _Pattern | None
    solid_shell: _Pattern
    texture: _Pattern | None
    appearance: tuple[bytes, bytes] | None
    surface: _Pattern | None
    simple_surface: _Pattern | None


def thinner_for(head: bytes) -> Thinner | None:
    """Return the patterns for a file by the namespaces its first bytes declare; None when GML is not among them."""
    prefixes: dict[str, bytes] = {}
    for prefix, space in _NAMESPACE.findall(head):
        prefixes.setdefault(_family(space.decode("utf-8", "replace")), re.escape(prefix + b":") if prefix else b"")
    gml = prefixes.get("gml")
    if gml is None:
        return None
    xlink, gen, app = prefixes.get("xlink"), prefixes.get("generics"), prefixes.get("appearance")
    srs = srs_of(head).encode()
    return Thinner(
        position=(b"</%bpos>" % gml, re.compile(rb"</%bpos>\s*<%bpos(?: srsDimension=\"3\")?>" % (gml, gml))),
        polygon=_polygon_pattern(gml),
        patch=((b"<%bTriangle>" % gml, b"<%bPolygonPatch>" % gml), _patch_pattern(gml)),
        links=_links_pattern(gml, xlink) if xlink else None,
        attributes=_attributes_pattern(gen) if gen else None,
        solid_shell=_shell_pattern(gml, srs),
        texture=_texture_pattern(app) if app else None,
        appearance=(b"<%bappearanceMember>" % app, b"</%bappearanceMember>" % app) if app else None,
        surface=_surface_pattern(gml, prefixes, srs, rb'(?:<_a i="\d{1,11}"/>)?', rb'<_p i="(\d{1,11})"/>'),
        simple_surface=_surface_pattern(gml, prefixes, srs, _attributes(gen) if gen else b"", _polygon(gml)),
    )


def srs_of(head: bytes) -> str:
    """Return the CRS name of the first envelope in a file's first bytes, empty when there is none."""
    envelope = _ENVELOPE.search(head)
    return envelope[1].decode("utf-8", "replace") if envelope else ""


def _family(space: str) -> str:
    """Return one word for a namespace, the same for all versions."""
    if space.startswith("http://www.opengis.net/gml"):
        return "gml"
    if space == "http://www.w3.org/1999/xlink":
        return "xlink"
    if re.fullmatch(r"http://www\.opengis\.net/citygml/(?:profiles/base/)?[123]\.0", space):
        return "core3" if space.endswith("3.0") else "core"
    module = re.fullmatch(r"http://www\.opengis\.net/citygml/(\w+)/[123]\.0", space)
    return module[1] if module else space


def _polygon_pattern(g: bytes) -> _Pattern:
    return re.compile(_polygon(g))


def _polygon(g: bytes) -> bytes:
    """Return what matches a polygon without holes; groups: its id, that of its ring, its coordinates."""
    return (
        rb'<%bsurfaceMember>\s*+<%bPolygon(?:\s++(?:\w++:)?id="([^"]*+)")?+>\s*+%b</%bPolygon>\s*+'
        rb"</%bsurfaceMember>\s*+"
    ) % (g, g, _ring(g), g, g)


def _patch_pattern(g: bytes) -> _Pattern:
    return re.compile(rb"<%b(?:Triangle()|PolygonPatch)>\s*%b</%b(?:Triangle|PolygonPatch)>\s*" % (g, _ring(g), g))


def _ring(g: bytes) -> bytes:
    return (
        rb'<%bexterior>\s*+<%bLinearRing(?:\s++(?:\w++:)?id="([^"]*+)")?+>\s*+'
        rb'<%bpos(?:List)?(?: srsDimension="3")?>([^<]*+)</%bpos(?:List)?>\s*+</%bLinearRing>\s*+</%bexterior>\s*+'
    ) % (g, g, g, g, g, g)


def _links_pattern(g: bytes, xlink: bytes) -> _Pattern:
    link = rb'"[^"]*+"\s*+/>\s*+'
    start = rb"<%bsurfaceMember %bhref=" % (g, xlink)
    return re.compile(rb"%b(%b(?:%b%b)*+)" % (start, link, start, link))


def _shell_pattern(g: bytes, srs: bytes) -> _Pattern:
    """Return what matches a solid around a single marker."""
    return re.compile(
        rb'<%bSolid(?: srsName="%b")?>\s*+<%bexterior>\s*+<%bCompositeSurface>\s*+(<_[px] i="\d{1,11}"/>)'
        rb"</%bCompositeSurface>\s*+</%bexterior>\s*+</%bSolid>" % (g, re.escape(srs), g, g, g, g, g)
    )


def _attributes_pattern(gen: bytes) -> _Pattern:
    one = _attribute(gen)
    return re.compile(rb"<%b(%b(?:<%b%b)*+)" % (gen, one, gen, one))


def _attributes(gen: bytes) -> bytes:
    """Return what matches any number of generic attributes."""
    return rb"(?:<%b%b)*+" % (gen, _attribute(gen))


def _attribute(gen: bytes) -> bytes:
    """Return what matches a generic attribute behind its "<" and prefix."""
    return rb'\w++ name="[^"]*+">\s*+<%bvalue[^>]*+>[^<]*+</%bvalue>\s*+</%b[^>]*+>\s*+' % (gen, gen, gen)


def _texture_pattern(app: bytes) -> _Pattern:
    coordinates = rb"(?:<%btextureCoordinates [^>]*>[^<]*</%btextureCoordinates>\s*)+" % (app, app)
    body = rb"<%bTexCoordList>\s*%b</%bTexCoordList>\s*" % (app, coordinates, app)
    return re.compile(rb"<%btarget [^>]*>\s*%b</%btarget>\s*" % (app, body, app))


def _surface_pattern(
    g: bytes, prefixes: dict[str, bytes], srs: bytes, attributes: bytes, polygons: bytes
) -> _Pattern | None:
    """Return what matches a boundary surface that holds `polygons`; groups: class, level, id, those of `polygons`."""
    if "core3" in prefixes:
        core = prefixes["core3"]
        around, classes, levels = core + b"boundary", prefixes.get("construction", b""), core
    elif "building" in prefixes:
        classes = levels = prefixes["building"]
        around = classes + b"boundedBy"
    else:
        return None
    declared = rb'(?: (?:srsDimension="3"|srsName="%b"))*+' % re.escape(srs)
    return re.compile(
        rb'<%b>\s*+<%b(\w++)(?:\s++(?:\w++:)?id="[^"]*+")?+>\s*+%b<%blod(\d)MultiSurface>\s*+'
        rb'<%bMultiSurface(?:\s++(?:\w++:)?id="([^"]*+)")?+%b>\s*+%b</%bMultiSurface>\s*+'
        rb"</%blod\2MultiSurface>\s*+</%b\1>\s*+</%b>\s*+"
        % (around, classes, attributes, levels, g, declared, polygons, g, levels, classes, around)
    )


def thinned(block: bytes, thinner: Thinner, harvest: Harvest) -> bytes:
    """Move the plain pieces of `block` into `harvest` and return the text that is left, with markers."""
    sign, position = thinner.position
    if sign in block[:_PROBE_BYTES]:
        block = position.sub(b" ", block)
    text = block if thinner.simple_surface is None else _without_simple_surfaces(block, thinner.simple_surface, harvest)
    if thinner.appearance is not None:
        text = _without_appearances(text, *thinner.appearance)
    text = _without_polygons(text, thinner.polygon, harvest)
    signs, patch = thinner.patch
    if any(sign in text[:_PROBE_BYTES] for sign in signs):
        text = _without_polygons(text, patch, harvest)
    if thinner.attributes is not None:
        text = _without_runs(text, thinner.attributes, ATTRIBUTES_MARKER, harvest.thin_attributes, harvest)
    if thinner.links is not None:
        text = _without_runs(text, thinner.links, LINKS_MARKER, harvest.thin_links, harvest)
    if thinner.texture is not None:
        text = thinner.texture.sub(b"", text)
    text = thinner.solid_shell.sub(rb"\1", text)
    return text if thinner.surface is None else _without_surfaces(text, thinner.surface, harvest)


def _without_appearances(text: bytes, begin: bytes, end: bytes) -> bytes:
    """Drop appearances of the whole city model that lie complete in `text`."""
    left: list[bytes] = []
    place = 0
    while (start := text.find(begin, place)) >= 0 and (stop := text.find(end, start)) >= 0:
        left.append(text[place:start])
        place = stop + len(end)
    return b"".join((*left, text[place:])) if left else text


def _without_polygons(text: bytes, pattern: _Pattern, harvest: Harvest) -> bytes:
    """Put one marker in place of each run of polygons."""
    parts = pattern.split(text)
    if len(parts) == 1:
        return text
    between, count = parts[4::4], len(parts) // 4
    first = harvest.add_polygons(parts[3::4], parts[1::4], parts[2::4])
    left = [parts[0]]
    begin = 0
    for end, gap in enumerate(between, start=1):
        if gap or end == count:
            left.append(b'<_p i="%d"/>' % (first + begin))
            harvest.thin_polygons[first + begin] = end - begin
            left.append(gap)
            begin = end
    return b"".join(left)


def _without_runs(text: bytes, pattern: _Pattern, marker: str, runs: dict[int, bytes], harvest: Harvest) -> bytes:
    parts = pattern.split(text)
    name = marker.encode()
    left = [parts[0]]
    for run, gap in zip(parts[1::2], parts[2::2], strict=True):
        number = harvest.new_marker()
        left.append(b'<%b i="%d"/>' % (name, number))
        left.append(gap)
        runs[number] = run
    return b"".join(left)


def _without_simple_surfaces(text: bytes, pattern: _Pattern, harvest: Harvest) -> bytes:
    """Put one marker in place of each run of boundary surfaces that hold a single polygon."""
    parts = pattern.split(text)
    first = harvest.add_polygons(parts[6::7], parts[4::7], parts[5::7])
    names, levels, identities, gaps = (parts[k::7] for k in (1, 2, 3, 7))
    numbers = range(first, first + len(names))
    kinds = map(_KINDS.get, names, repeat(_OTHER))
    surfaces = list(zip(numbers, repeat(1), map(int, levels), kinds, identities, strict=False))
    return _marked(parts[0], surfaces, gaps, harvest)


def _without_surfaces(text: bytes, pattern: _Pattern, harvest: Harvest) -> bytes:
    """Put one marker in place of each run of boundary surfaces, openings excepted: those hang on their wall."""
    parts = pattern.split(text)
    names, levels, identities, markers, gaps = (parts[k::5] for k in range(1, 6))
    surfaces = [
        (
            int(first),
            harvest.thin_polygons.pop(int(first), 0),
            int(level),
            _KINDS.get(name, _OTHER),
            identity,
        )
        for name, level, identity, first in zip(names, levels, identities, markers, strict=True)
    ]
    return _marked(parts[0], surfaces, gaps, harvest)


def _marked(before: bytes, surfaces: list[ThinSurface], gaps: list[bytes], harvest: Harvest) -> bytes:
    """Return the text with a marker for each run of surfaces; `gaps` is what stood behind each surface."""
    left = [before]
    begin = 0
    for end, gap in enumerate(gaps, start=1):
        if gap or end == len(gaps):
            number = harvest.new_marker()
            left += (b'<_b i="%d"/>' % number, gap)
            harvest.thin_surfaces[number] = surfaces[begin:end]
            begin = end
    return b"".join(left)


def linked_ids(runs: list[bytes]) -> tuple[list[bytes], list[int]]:
    """Return the ids that runs of links name, and how many each run has."""
    return _HREF.findall(b"".join(b"href=" + run for run in runs)), [run.count(b'"') // 2 for run in runs]
