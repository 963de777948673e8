"""Small CityGML files made by hand, of any version."""

from pathlib import Path

from sanping.domain.city import CityModel
from sanping.formats.citygml import CityGmlReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

SRS = "EPSG:25832"
WEST, SOUTH = 500_000.0, 5_600_000.0

_MODULES = {
    "bldg": "building",
    "brid": "bridge",
    "tran": "transportation",
    "wtr": "waterbody",
    "luse": "landuse",
    "veg": "vegetation",
    "frn": "cityfurniture",
    "gen": "generics",
    "dem": "relief",
    "app": "appearance",
}


def spaces(version: str = "2.0") -> str:
    """Return the namespace declarations of a CityGML version."""
    city_spaces = {prefix: f"{name}/{version}" for prefix, name in _MODULES.items()} | {"core": version}
    if version == "3.0":
        city_spaces["con"] = "construction/3.0"
    declared = [f'xmlns:{prefix}="http://www.opengis.net/citygml/{name}"' for prefix, name in city_spaces.items()]
    declared.append(f'xmlns="http://www.opengis.net/citygml/{version}"')
    declared.append(f'xmlns:gml="http://www.opengis.net/gml{"/3.2" if version == "3.0" else ""}"')
    declared.append('xmlns:xlink="http://www.w3.org/1999/xlink"')
    return " ".join(declared)


def envelope(srs: str = SRS, dimension: int = 3) -> str:
    corners = "<gml:lowerCorner>0 0 0</gml:lowerCorner><gml:upperCorner>1 1 1</gml:upperCorner>"
    box = f'<gml:Envelope srsName="{srs}" srsDimension="{dimension}">{corners}</gml:Envelope>'
    return f"<gml:boundedBy>{box}</gml:boundedBy>"


def city(*members: str, srs: str | None = SRS, version: str = "2.0", more: str = "", dimension: int = 3) -> str:
    """Return a city model with these objects, each in its cityObjectMember, one a line."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = "\n".join(f"<cityObjectMember>{member}</cityObjectMember>" for member in members)
    box = envelope(srs, dimension) if srs is not None else ""
    return f"{head}<CityModel {spaces(version)}>\n{box}\n{body}\n{more}</CityModel>\n"


def inside(path: str, content: str) -> str:
    """Return content within the elements of a path such as "bldg:boundedBy/bldg:RoofSurface"."""
    for tag in reversed(path.split("/")):
        content = f"<{tag}>{content}</{tag.split()[0]}>"
    return content


def coordinates(corners: list[tuple[float, ...]]) -> str:
    return " ".join(f"{value:.12g}" for corner in corners for value in corner)


def placed(corners: list[tuple[float, float, float]]) -> str:
    """Return corners given from the south-west corner of the site as coordinates of the CRS."""
    return coordinates([(WEST + x, SOUTH + y, z) for x, y, z in corners])


def square(x: float = 0, y: float = 0, z: float = 0, size: float = 10) -> list[tuple[float, float, float]]:
    """Return a closed square that faces up."""
    return [(x, y, z), (x + size, y, z), (x + size, y + size, z), (x, y + size, z), (x, y, z)]


def polygon(text: str, *, identity: str = "", holes: tuple[str, ...] = (), tag: str = "Polygon") -> str:
    name = f' gml:id="{identity}"' if identity else ""
    inner = "".join(f"<gml:interior>{_ring(hole)}</gml:interior>" for hole in holes)
    return f"<gml:{tag}{name}><gml:exterior>{_ring(text)}</gml:exterior>{inner}</gml:{tag}>"


def _ring(text: str) -> str:
    return f"<gml:LinearRing><gml:posList>{text}</gml:posList></gml:LinearRing>"


def multi_surface(*polygons: str) -> str:
    members = "".join(f"<gml:surfaceMember>{one}</gml:surfaceMember>" for one in polygons)
    return f"<gml:MultiSurface>{members}</gml:MultiSurface>"


def links(*identities: str) -> str:
    return "".join(f'<gml:surfaceMember xlink:href="#{identity}"/>' for identity in identities)


def solid(*polygons: str) -> str:
    members = "".join(f"<gml:surfaceMember>{one}</gml:surfaceMember>" for one in polygons)
    return _solid(members)


def linked_solid(*identities: str) -> str:
    return _solid(links(*identities))


def _solid(members: str) -> str:
    shell = f"<gml:CompositeSurface>{members}</gml:CompositeSurface>"
    return f"<gml:Solid><gml:exterior>{shell}</gml:exterior></gml:Solid>"


def box(height: float, x: float = 0, y: float = 0, size: float = 10) -> list[str]:
    """Return the six polygons of a block, faces outwards: floor, four walls, roof."""
    floor, roof = square(x, y, 0, size), square(x, y, height, size)
    walls = [[floor[k], floor[k + 1], roof[k + 1], roof[k], floor[k]] for k in range(4)]
    return [polygon(placed(corners)) for corners in [floor[::-1], *walls, roof]]


def building(inside: str, identity: str = "b1", tag: str = "Building") -> str:
    return f'<bldg:{tag} gml:id="{identity}">{inside}</bldg:{tag}>'


def block(identity: str = "b1", height: float = 12.0, x: float = 0) -> str:
    return building(f"<bldg:lod1Solid>{solid(*box(height, x))}</bldg:lod1Solid>", identity)


def written(folder: Path, text: str | bytes, name: str = "city.gml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path, **options: object) -> CityModel:
    return CityGmlReader().read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]


def read_text(folder: Path, text: str | bytes, **options: object) -> CityModel:
    return read(written(folder, text), **options)


def reasons(model: CityModel) -> dict[str, int]:
    """Return what was left out, in English."""
    return {skipped.reason.en: skipped.count for skipped in model.origin.skipped}


def notes(model: CityModel) -> str:
    return "\n".join(note.en for note in model.origin.notes)
