"""The words of CityJSON 1.0, 1.1 and 2.0: its objects as they are written, with everything heavy left as JSON text."""

import msgspec
from msgspec import Raw, Struct

from sanping.domain.city import SurfaceKind

NESTING = {
    "MultiSurface": 3,
    "CompositeSurface": 3,
    "Solid": 4,
    "MultiSolid": 5,
    "CompositeSolid": 5,
}
"""Geometry types that have surfaces, and how deep their boundaries nest: rings of a surface, surfaces of a shell …"""

INSTANCE = "GeometryInstance"
WITHOUT_SURFACES = frozenset({"MultiPoint", "MultiLineString"})

NULL = Raw(b"null")


class Surface(Struct, gc=False):
    """One semantic surface; its attributes are not kept."""

    type: str = ""


class Semantics(Struct, gc=False):
    """Which boundary surface is which semantic surface."""

    surfaces: Raw = NULL
    values: Raw = NULL


class Geometry(Struct, gc=False):
    """A geometry with its boundaries, materials and textures as text."""

    type: str
    lod: str | float | None = None
    boundaries: Raw = NULL
    semantics: Semantics | None = None
    template: int | None = None
    material: Raw = NULL
    texture: Raw = NULL
    transformation: Raw = msgspec.field(default=NULL, name="transformationMatrix")


class PlainGeometry(Geometry, gc=False):
    """A geometry whose semantics are passed over."""

    semantics: None = msgspec.field(default=None, name="-")


class CityObject(Struct, gc=False, forbid_unknown_fields=True):
    """A city object with the properties that the standard knows."""

    type: str
    attributes: Raw = NULL
    geometry: list[Geometry] | None = None
    parents: list[str] | None = None
    children: list[str] | None = None
    address: Raw = NULL
    extent: Raw = msgspec.field(default=NULL, name="geographicalExtent")
    roles: Raw = msgspec.field(default=NULL, name="children_roles")


class ExtendedObject(CityObject, gc=False, forbid_unknown_fields=False):
    """A city object with properties of its own beside those of the standard."""


class PlainObject(ExtendedObject, gc=False):
    """A city object whose semantics cannot be read."""

    geometry: list[PlainGeometry] | None = None  # type: ignore[assignment]


class Transform(Struct):
    """Real coordinates are `vertex × scale + translate`."""

    scale: tuple[float, float, float]
    translate: tuple[float, float, float]


class Templates(Struct):
    """Geometries to be placed many times."""

    templates: list[Raw]
    vertices: Raw = msgspec.field(default=NULL, name="vertices-templates")


class Header(Struct):
    """What a whole file, the first line of a sequence and each of its features have in common."""

    type: str = ""
    version: str | float | None = None
    vertices: Raw = NULL
    transform: Transform | None = None
    metadata: Raw = NULL
    templates: Raw = msgspec.field(default=NULL, name="geometry-templates")
    appearance: Raw = NULL
    id: Raw = NULL


class Document(Header):
    """A file or feature of which every object is as the standard wants it."""

    objects: dict[str, CityObject] = msgspec.field(default_factory=dict, name="CityObjects")


class LooseDocument(Header):
    """A file or feature whose objects have to be looked at one by one."""

    objects: dict[str, Raw] = msgspec.field(default_factory=dict, name="CityObjects")


KNOWN_PROPERTIES = frozenset(
    {"type", "attributes", "geometry", "parents", "children", "address", "geographicalExtent", "children_roles"}
)

_KINDS = {
    "GroundSurface": SurfaceKind.GROUND,
    "WallSurface": SurfaceKind.WALL,
    "RoofSurface": SurfaceKind.ROOF,
    "OuterFloorSurface": SurfaceKind.OUTER_FLOOR,
    "OuterCeilingSurface": SurfaceKind.OUTER_CEILING,
    "ClosureSurface": SurfaceKind.CLOSURE,
    "Window": SurfaceKind.WINDOW,
    "Door": SurfaceKind.DOOR,
    "InteriorWallSurface": SurfaceKind.INTERIOR,
    "CeilingSurface": SurfaceKind.INTERIOR,
    "FloorSurface": SurfaceKind.INTERIOR,
    "WaterSurface": SurfaceKind.WATER,
    "WaterGroundSurface": SurfaceKind.GROUND,
    "WaterClosureSurface": SurfaceKind.CLOSURE,
    "TrafficArea": SurfaceKind.TRAFFIC,
    "AuxiliaryTrafficArea": SurfaceKind.AUXILIARY_TRAFFIC,
}
_SURFACES = msgspec.json.Decoder(list[Surface] | None)
_KINDS_OF_CLASSES = {
    "WaterBody": SurfaceKind.WATER,
    "Waterway": SurfaceKind.WATER,
    "Road": SurfaceKind.TRAFFIC,
    "Railway": SurfaceKind.TRAFFIC,
    "TransportSquare": SurfaceKind.TRAFFIC,
    "TINRelief": SurfaceKind.GROUND,
}


def kinds_of(surfaces: bytes) -> bytes:
    """Return the `SurfaceKind` of each semantic surface in a JSON list of them; a word we do not know is OTHER.

    Raises `msgspec.ValidationError` when it is no such list; null is an empty one.
    """
    decoded = _SURFACES.decode(surfaces)
    return bytes([_KINDS.get(surface.type, SurfaceKind.OTHER) for surface in decoded or ()])


def kind_of_class(class_word: str) -> SurfaceKind:
    """Return the kind of a surface that says nothing of itself, from the class of its object."""
    return _KINDS_OF_CLASSES.get(class_word, SurfaceKind.UNKNOWN)


def lod_value(lod: str | float | None) -> float:
    """Return a level of detail as a number, −1 for none that can be read."""
    try:
        value = float(lod) if lod is not None else -1.0
    except ValueError:
        return -1.0
    return value if value >= 0.0 else -1.0
