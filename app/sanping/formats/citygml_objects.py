"""City objects out of member elements: classes, parents, boundary surfaces, levels of detail, attributes."""

from collections.abc import Callable
from functools import lru_cache

from sanping.domain.city import SurfaceKind
from sanping.formats.citygml_attributes import (
    address_value,
    generic_value,
    put,
    reference_value,
    simple_value,
    structured_value,
)
from sanping.formats.citygml_geometry import id_of, is_geometry, marker_number, take_geometry
from sanping.formats.citygml_harvest import Context, Group, Harvest
from sanping.formats.citygml_words import (
    ATTRIBUTES_MARKER,
    CITY_OBJECTS,
    IGNORED,
    SPACES,
    SURFACES,
    SURFACES_MARKER,
    XmlElement,
    is_ours,
    level_of,
    local_name,
)

MEMBERS = ("cityObjectMember", "featureMember", "featureMembers", "member", "cityObjectMembers")
_BOUNDARIES = frozenset({"boundedBy", "boundary", "opening", "fillingSurface"})
_DEEP = tuple(
    "{*}" + name
    for name in (
        "MultiSurface",
        "CompositeSurface",
        "Solid",
        "MultiSolid",
        "Polygon",
        "ImplicitGeometry",
        SURFACES_MARKER,
        ATTRIBUTES_MARKER,
    )
)
_UNSEEN = frozenset({"Appearance", "X3DMaterial", "ParameterizedTexture", "GeoreferencedTexture", "Envelope"})


def take_member(member: XmlElement, harvest: Harvest) -> None:
    """Take all city objects of one member property of the city model."""
    for child in member:
        name = local_name(child.tag)
        if name not in _UNSEEN:
            take_object(child, name, Context(-1), harvest)


def take_envelope(element: XmlElement, harvest: Harvest) -> None:
    """Remember the CRS and dimension of the first gml:Envelope of the file."""
    for envelope in element:
        if local_name(envelope.tag) not in ("Envelope", "Box"):
            continue
        if not harvest.file_srs:
            harvest.file_srs = envelope.get("srsName") or ""
        if not harvest.file_dimension and envelope.get("srsDimension") in ("2", "3"):
            harvest.file_dimension = int(envelope.get("srsDimension"))


def take_object(element: XmlElement, name: str, around: Context, harvest: Harvest) -> None:
    """Take one city object with its parts, surfaces, geometry and attributes."""
    row = harvest.add_object(id_of(element), name, around.row)
    context = Context(row, srs=around.srs)
    if name == "TINRelief":
        context = context._replace(level=_relief_level(element))
    for child in element:
        _take_property(child, context, harvest)


def _relief_level(element: XmlElement) -> int:
    text = (element.findtext("{*}lod") or "").strip()
    return int(text) if text in tuple("01234") else -1


def _take_property(element: XmlElement, context: Context, harvest: Harvest) -> None:
    name, take, level = _role(element.tag)
    if take is not None:
        take(element, context, harvest)
    elif level >= 0:
        take_geometry(element, context._replace(level=level), harvest)
    elif len(element):
        _take_structure(element, name, context, harvest)
    else:
        put(harvest.attributes[context.row], name, simple_value(element, name))


@lru_cache(maxsize=4096)
def _role(tag: str) -> tuple[str, Callable[[XmlElement, Context, Harvest], None] | None, int]:
    """Return a property's local name, the function that takes it if it is a special one, its level of detail or −1."""
    name = local_name(tag)
    if name in IGNORED or "TerrainIntersection" in name:
        return name, _take_nothing, -1
    if name in _BOUNDARIES:
        return name, _take_boundary, -1
    return name, _SPECIAL.get(name), level_of(name)


def _take_nothing(element: XmlElement, context: Context, harvest: Harvest) -> None:
    """Leave a property out."""


def _take_thin_surfaces(element: XmlElement, context: Context, harvest: Harvest) -> None:
    row, srs, dimension = context.row, context.srs, context.dimension
    surfaces = harvest.thin_surfaces.pop(marker_number(element), ())
    for here, (*_, identity) in enumerate(surfaces, start=len(harvest.claims)):
        if identity is not None:
            harvest.groups[identity.decode("utf-8", "replace")] = Group((here, here + 1), (0, 0), (0, 0))
    harvest.claims += [
        (first, count, row, level, kind, False, srs, dimension) for first, count, level, kind, _ in surfaces
    ]


def _attribute_run(marker: XmlElement, harvest: Harvest) -> bytes:
    return harvest.thin_attributes.pop(marker_number(marker), b"")


def _take_thin_attributes(element: XmlElement, context: Context, harvest: Harvest) -> None:
    harvest.attribute_runs[context.row].append(_attribute_run(element, harvest))


def _take_address(element: XmlElement, context: Context, harvest: Harvest) -> None:
    found = address_value(element)
    if found:
        put(harvest.attributes[context.row], "address", found)


def _take_reference(element: XmlElement, context: Context, harvest: Harvest) -> None:
    put(harvest.attributes[context.row], "externalReference", reference_value(element))


def _take_generic(element: XmlElement, context: Context, harvest: Harvest) -> None:
    inner = element[0] if local_name(element.tag) == "genericAttribute" and len(element) else element
    put(harvest.attributes[context.row], *generic_value(inner, lambda marker: _attribute_run(marker, harvest)))


_SPECIAL: dict[str, Callable[[XmlElement, Context, Harvest], None]] = {
    SURFACES_MARKER: _take_thin_surfaces,
    ATTRIBUTES_MARKER: _take_thin_attributes,
    "address": _take_address,
    "externalReference": _take_reference,
    "genericAttribute": _take_generic,
    "genericAttributeSet": _take_generic,
    "stringAttribute": _take_generic,
    "intAttribute": _take_generic,
    "doubleAttribute": _take_generic,
    "dateAttribute": _take_generic,
    "uriAttribute": _take_generic,
    "measureAttribute": _take_generic,
}


def _take_boundary(element: XmlElement, context: Context, harvest: Harvest) -> None:
    """Take what bounds an object: an envelope, surfaces, or (in extensions) other objects."""
    for child in element:
        name = local_name(child.tag)
        if name in ("Envelope", "Box"):
            take_envelope(element, harvest)
        elif name in CITY_OBJECTS:
            take_object(child, name, context, harvest)
        elif name != "Null":
            _take_surface(child, name, context, harvest)


def _take_surface(element: XmlElement, name: str, context: Context, harvest: Harvest) -> None:
    """Take a boundary surface, an opening or a space within an object: geometry only, no attributes."""
    kind = context.kind if name in SPACES else int(SURFACES.get(name, SurfaceKind.OTHER))
    inside = context._replace(kind=kind)
    for child in element:
        _, take, level = _role(child.tag)
        if level >= 0:
            take_geometry(child, inside._replace(level=level), harvest)
        elif take is _take_boundary or take is _take_thin_surfaces:
            take(child, inside, harvest)


def _take_structure(element: XmlElement, name: str, context: Context, harvest: Harvest) -> None:
    """Take a property with children: further objects, surfaces, geometry, or a structured attribute."""
    is_taken = False
    for child in element:
        tag = local_name(child.tag)
        if tag in CITY_OBJECTS:
            take_object(child, tag, context, harvest)
        elif tag in SURFACES or tag in SPACES:
            _take_surface(child, tag, context, harvest)
        elif is_geometry(tag):
            take_geometry(child, context, harvest)
        else:
            continue
        is_taken = True
    if not is_taken:
        _take_attribute(element, name, context, harvest)


def _take_attribute(element: XmlElement, name: str, context: Context, harvest: Harvest) -> None:
    """Take a structured attribute; geometry deep inside one (in extensions) is drawn, not listed."""
    is_extended = not all(is_ours(part.tag) for part in (element, *element))
    for deep in list(element.iter(*_DEEP)) if is_extended else ():
        around = deep.getparent()
        if around is None or deep is element:
            continue
        special = _SPECIAL.get(local_name(deep.tag))
        if special is not None:
            special(deep, context, harvest)
        else:
            take_geometry(deep, context._replace(level=level_of(local_name(around.tag))), harvest)
        around.remove(deep)
        if not len(around) and around is not element:
            around.getparent().remove(around)
    put(harvest.attributes[context.row], name, structured_value(element))
