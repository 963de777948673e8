"""The words of CityGML 1.0, 2.0 and 3.0 that the reader knows, by local name."""

from functools import lru_cache
from typing import Any, TypeAlias

from sanping.domain.city import SurfaceKind

XmlElement: TypeAlias = Any
"""An lxml element; lxml declares no types."""


POLYGONS_MARKER = "_p"
SURFACES_MARKER = "_b"
LINKS_MARKER = "_x"
ATTRIBUTES_MARKER = "_a"
"""Elements that stand for what was taken out of the text before parsing."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SURFACES: dict[str, SurfaceKind] = {
    "GroundSurface": SurfaceKind.GROUND,
    "WallSurface": SurfaceKind.WALL,
    "RoofSurface": SurfaceKind.ROOF,
    "OuterFloorSurface": SurfaceKind.OUTER_FLOOR,
    "OuterCeilingSurface": SurfaceKind.OUTER_CEILING,
    "ClosureSurface": SurfaceKind.CLOSURE,
    "Window": SurfaceKind.WINDOW,
    "WindowSurface": SurfaceKind.WINDOW,
    "Door": SurfaceKind.DOOR,
    "DoorSurface": SurfaceKind.DOOR,
    "InteriorWallSurface": SurfaceKind.INTERIOR,
    "FloorSurface": SurfaceKind.INTERIOR,
    "CeilingSurface": SurfaceKind.INTERIOR,
    "WaterSurface": SurfaceKind.WATER,
    "WaterGroundSurface": SurfaceKind.GROUND,
    "WaterClosureSurface": SurfaceKind.CLOSURE,
    "TrafficArea": SurfaceKind.TRAFFIC,
    "AuxiliaryTrafficArea": SurfaceKind.AUXILIARY_TRAFFIC,
    "Marking": SurfaceKind.OTHER,
    "Hole": SurfaceKind.OTHER,
    "HoleSurface": SurfaceKind.OTHER,
    "GenericThematicSurface": SurfaceKind.OTHER,
}
"""Boundary surfaces and openings: they carry semantics and are no city objects of their own."""

OPENINGS = frozenset({SurfaceKind.WINDOW, SurfaceKind.DOOR})

SPACES = frozenset({"TrafficSpace", "AuxiliaryTrafficSpace", "ClearanceSpace"})
"""Objects whose geometry belongs to the object around them."""

CITY_OBJECTS = _words(
    "Building BuildingPart BuildingInstallation IntBuildingInstallation BuildingConstructiveElement BuildingFurniture "
    "BuildingRoom BuildingUnit Storey Room "
    "Bridge BridgePart BridgeInstallation IntBridgeInstallation BridgeConstructionElement BridgeConstructiveElement "
    "BridgeFurniture BridgeRoom "
    "Tunnel TunnelPart TunnelInstallation IntTunnelInstallation TunnelConstructiveElement TunnelFurniture HollowSpace "
    "OtherConstruction WaterBody Waterway LandUse Road Railway Square Track TransportationComplex Section Intersection "
    "SolitaryVegetationObject PlantCover CityFurniture CityObjectGroup "
    "GenericCityObject GenericLogicalSpace GenericOccupiedSpace GenericUnoccupiedSpace "
    "ReliefFeature TINRelief MassPointRelief BreaklineRelief RasterRelief"
)

PARTS = frozenset({"BuildingPart", "BridgePart", "TunnelPart"})

AGGREGATES = _words(
    "MultiSurface CompositeSurface Surface PolyhedralSurface TriangulatedSurface Tin Solid CompositeSolid MultiSolid "
    "Shell MultiGeometry GeometricComplex surfaceMember surfaceMembers solidMember solidMembers geometryMember "
    "geometryMembers exterior interior patches trianglePatches polygonPatches element baseSurface"
)
"""Geometry that is only a container of further geometry."""

POLYGONS = frozenset({"Polygon", "PolygonPatch", "Triangle", "Rectangle"})

UNDRAWN = _words(
    "MultiCurve CompositeCurve LineString Curve OrientableCurve MultiPoint Point controlPoint stopLines breakLines "
    "CompositePoint MultiPointCoverage"
)
"""Geometry without surfaces."""

IGNORED = _words(
    "metaDataProperty appearance appearanceMember surfaceDataMember dynamizer pointCloud extent Envelope "
    "validity versionMember"
)
"""Properties that say nothing about a city object or its surfaces; `extent` would be drawn as a lid over the relief."""

COUNTS = frozenset({"storeysAboveGround", "storeysBelowGround", "yearOfConstruction", "yearOfDemolition"})
MEASURES = _words(
    "measuredHeight storeyHeightsAboveGround storeyHeightsBelowGround averageHeight height trunkDiameter crownDiameter "
    "rootBallDiameter maxRootBallDepth lod"
)


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """Return an element's name without namespace or undeclared prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


@lru_cache(maxsize=4096)
def level_of(name: str) -> int:
    """Return the level of detail in a property name such as "lod2MultiSurface", −1 for none."""
    return int(name[3]) if name[:3] == "lod" and name[3:4] in tuple("01234") and len(name) > 4 else -1


@lru_cache(maxsize=4096)
def is_ours(tag: str) -> bool:
    """Say whether an element belongs to CityGML, GML or an address standard rather than to an extension (ADE)."""
    space = tag[1:].partition("}")[0] if tag.startswith("{") else ""
    return "opengis.net/" in space or "citygml.org/" in space or "xsdschema:xAL" in space or "ciq:xal" in space
