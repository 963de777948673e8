"""GML geometry elements into the harvest: polygons, containers, links, templates. Nothing is computed here."""

from lxml import etree

from sanping.formats.citygml_harvest import Context, Group, Harvest, Instance
from sanping.formats.citygml_words import (
    AGGREGATES,
    LINKS_MARKER,
    POLYGONS,
    POLYGONS_MARKER,
    UNDRAWN,
    XmlElement,
    local_name,
)

_HREF = "{http://www.w3.org/1999/xlink}href"
_IDS = ("{http://www.opengis.net/gml}id", "{http://www.opengis.net/gml/3.2}id", "id")
_COORDINATES = frozenset({"posList", "pos", "coordinates"})


def id_of(element: XmlElement) -> str:
    """Return the gml:id of an element, empty when it has none."""
    for key in _IDS:
        value = element.get(key)
        if value is not None:
            return str(value)
    return ""


def link_of(element: XmlElement) -> str:
    """Return what an xlink:href points to, without "#"; empty when there is none."""
    href = element.get(_HREF)
    return "" if href is None else str(href).removeprefix("#")


def marker_number(element: XmlElement) -> int:
    """Return the number on a marker, −1 for none."""
    text = element.get("i") or ""
    return int(text) if text.isdecimal() and len(text) < 12 else -1


def take_geometry(element: XmlElement, context: Context, harvest: Harvest) -> None:
    """Take one geometry element, or one property around geometry, with all it holds."""
    name = local_name(element.tag)
    if name == POLYGONS_MARKER:
        first = marker_number(element)
        harvest.claims.append((first, harvest.thin_polygons.pop(first, 0), *context))
    elif name == LINKS_MARKER:
        harvest.link_runs.append((harvest.thin_links.pop(marker_number(element), b""), context))
    elif name in POLYGONS:
        _take_polygon(element, context, harvest)
    elif name == "ImplicitGeometry":
        _take_instance(element, context, harvest)
    elif name in UNDRAWN:
        harvest.undrawn_rows.add(context.row)
    else:
        _take_container(element, name, context, harvest)


def is_geometry(name: str) -> bool:
    """Say whether an element of this name is geometry."""
    return name in AGGREGATES or name in POLYGONS or name in UNDRAWN or name in _OTHERS


_OTHERS = frozenset({"ImplicitGeometry", "OrientableSurface", POLYGONS_MARKER, LINKS_MARKER})


def _take_container(element: XmlElement, name: str, context: Context, harvest: Harvest) -> None:
    identity = ""
    if element.keys():
        href = link_of(element)
        if href:
            harvest.links.append((href, context))
        context = _declared(element, context, harvest)
        if name == "OrientableSurface" and element.get("orientation") == "-":
            context = context._replace(is_flipped=not context.is_flipped)
        identity = id_of(element)
    claims, links, runs = len(harvest.claims), len(harvest.links), len(harvest.link_runs)
    for child in element:
        take_geometry(child, context, harvest)
    if identity:
        harvest.groups[identity] = Group(
            (claims, len(harvest.claims)), (links, len(harvest.links)), (runs, len(harvest.link_runs))
        )


def _declared(element: XmlElement, context: Context, harvest: Harvest) -> Context:
    """Take over the CRS and dimension that a geometry declares for what it holds."""
    srs, dimension = element.get("srsName"), element.get("srsDimension")
    if srs is not None:
        if not harvest.file_srs:
            harvest.file_srs = srs
        context = context._replace(srs=0 if srs == harvest.file_srs else harvest.srs_number(srs))
    if dimension in ("2", "3"):
        context = context._replace(dimension=int(dimension))
    return context


def _take_polygon(element: XmlElement, context: Context, harvest: Harvest) -> None:
    context = _declared(element, context, harvest) if element.keys() else context
    rings: list[bytes] = []
    ring_identity = ""
    dimension = context.dimension
    for boundary in element:
        name = local_name(boundary.tag)
        if name not in _BOUNDARIES:
            continue
        text, ring_id, ring_dimension = _ring(boundary)
        dimension = ring_dimension or dimension
        if name in _OUTER:
            rings.insert(0, text)
            ring_identity = ring_id
        else:
            rings.append(text)
    number = harvest.add_polygon(rings or [b""], id_of(element), ring_identity)
    harvest.claims.append((number, 1, *context._replace(dimension=dimension)))


_OUTER = frozenset({"exterior", "outerBoundaryIs"})
_BOUNDARIES = _OUTER | {"interior", "innerBoundaryIs"}


def _ring(boundary: XmlElement) -> tuple[bytes, str, int]:
    """Return a ring's coordinate text, its id and the dimension it declares, 0 for none."""
    texts: list[str] = []
    identity, dimension = "", 0
    for element in boundary.iter(etree.Element):
        name = local_name(element.tag)
        if name == "LinearRing":
            identity = id_of(element)
        elif name in _COORDINATES:
            text = element.text or ""
            texts.append(text.replace(",", " ") if name == "coordinates" else text)
        declared = element.get("srsDimension")
        if declared in ("2", "3"):
            dimension = int(declared)
    return " ".join(texts).encode(), identity, dimension


def _take_instance(element: XmlElement, context: Context, harvest: Harvest) -> None:
    """Take an implicit geometry: its template, if it is given here, and where it stands."""
    matrix = point = link = ""
    template = -1
    is_external = False
    for child in element:
        name = local_name(child.tag)
        if name == "transformationMatrix":
            matrix = child.text or ""
        elif name == "referencePoint":
            point = " ".join(
                part.text or "" for part in child.iter(etree.Element) if local_name(part.tag) in _COORDINATES
            )
        elif name in ("relativeGMLGeometry", "relativeGeometry"):
            link = link_of(child)
            template = _take_template(child, harvest) if len(child) else -1
        elif name == "libraryObject":
            is_external = True
    if template < 0 and not link:
        if is_external:
            harvest.external_templates.append(context.row)
        return
    harvest.instances.append(Instance(context, template, link, matrix, point))


def _take_template(element: XmlElement, harvest: Harvest) -> int:
    number = harvest.template_count
    harvest.template_count += 1
    for child in element:
        identity = id_of(child)
        if identity:
            harvest.templates[identity] = number
        take_geometry(child, Context(-2 - number), harvest)
    return number
