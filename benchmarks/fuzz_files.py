"""The readers of whole files that are fuzzed, each through the catalogue as the desk opens a file; files lie in memory.

Where a format is several files, or has several forms, the first byte of an input chooses which one is damaged.
"""

import math
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import fuzz_seeds as seeds
import numpy as np
from fuzz_targets import Explore, Seal, Target

from sanping.domain.errors import InputError
from sanping.formats.catalog import read
from sanping.formats.terrain_hgt import corner_in, degree
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LONGEST = 200_000
_SETTINGS = (("max_points", 500), ("max_cells", 500))


def real(pattern: str) -> list[bytes]:
    """Return what files of the shared data hold."""
    found = [path.read_bytes() for path in sorted(DATA.glob(pattern))]
    if not found:
        raise FileNotFoundError(f"{DATA / pattern}: the shared data is needed")
    return found


def through_file(
    suffix: str, *, crs: str = "LOCAL", beside: dict[str, bytes] | None = None, name: str = "a"
) -> Explore:
    """Return what reads a whole file, with sound files of the same name `beside` it by suffix."""
    place = Path(tempfile.mkdtemp())
    options = ReadOptions(crs=crs, settings=_SETTINGS)
    path = place / f"{name}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    for other, data in (beside or {}).items():
        path.with_suffix(other).write_bytes(data)
    main = path.with_suffix(".shp") if beside else path

    def explore(data: bytes) -> Counter[str]:
        path.write_bytes(data)
        return Counter((type(read(main, options, SilentProgress())).__name__,))

    return explore


def forms(pairs: Sequence[tuple[bytes, Explore]], seal: Seal | None = None) -> Target:
    """Return a target of several forms, chosen by the first byte."""

    def explore(data: bytes) -> Counter[str]:
        return pairs[data[0] % len(pairs) if data else 0][1](data[1:])

    return Target(
        explore=explore,
        seeds=[bytes([number]) + data for number, (data, _) in enumerate(pairs)],
        seal=None if seal is None else (lambda data: data[:1] + seal(data[1:])),
        longest=LONGEST,
    )


def las() -> Target:
    """Point clouds, packed and not."""
    return forms([(seeds.cloud(suffix), through_file(suffix)) for suffix in (".las", ".laz")])


def raster() -> Target:
    """GeoTIFF: plain, packed in two ways, in tiles."""
    how: tuple[dict[str, object], ...] = (
        {}, {"compress": "deflate", "predictor": 3}, {"compress": "lzw"},
        {"tiled": True, "blockxsize": 16, "blockysize": 16},
    )  # fmt: skip
    reads = through_file(".tif", crs="")
    return forms([(seeds.raster(**one), reads) for one in how])


def height_pictures() -> Target:
    """Terrain-RGB as map tiles in folders: PNG and WebP, the check codes of PNG put right."""
    kinds = (("PNG", ".png"), ("WEBP", ".webp"))
    found = [(seeds.height_picture(kind), through_file(end, crs="", name="14/13718/6664")) for kind, end in kinds]
    return forms(found, seeds.sealed_png)


def shapefile() -> Target:
    """Shapefiles: one of the files that belong together is damaged, most often one of numbers."""
    files = seeds.table_files(".shp")
    nameless = {part: data for part, data in files.items() if part != ".prj"}  # to name a CRS takes PROJ 12 ms
    damaged = [part for part in nameless if part != ".cpg"] * 80 + [".cpg"]
    found = [(nameless[part], through_file(part, crs="EPSG:4549", beside=nameless)) for part in damaged]
    return forms([*found, (files[".prj"], through_file(".prj", crs="", beside=files))])


def geopackage() -> Target:
    """GeoPackages: mostly the smallest there can be, now and then one as GDAL writes it."""
    reads = through_file(".gpkg", crs="EPSG:4549")
    small, usual = seeds.geopackage(), seeds.table_files(".gpkg")[".gpkg"]
    return forms([(small, reads)] * 127 + [(usual, through_file(".gpkg", crs=""))])


def scene_layer() -> Target:
    """I3S packages: small, with every check code right."""
    return Target(
        explore=through_file(".slpk", crs=""), seeds=[seeds.scene_layer()], seal=seeds.sealed_zip, longest=LONGEST
    )


def kmz() -> Target:
    """KMZ, and zip around a model."""
    inner = seeds.zipped({"a.glb": seeds.square_glb()})
    document = seeds.zipped({"doc.kml": seeds.kml(), "files/a.png": seeds.height_picture("PNG")})
    return forms([(document, through_file(".kmz", crs="")), (inner, through_file(".zip"))], seeds.sealed_zip)


def glb() -> Target:
    """GLB with plain, Draco and meshopt parts, and its lengths right."""
    found = [seeds.square_glb(), seeds.draco_glb(), seeds.meshopt_glb()]
    found += [data for data in real("tiles3d/samples_1.1/*/*.glb") if len(data) < 4000][:4]
    return Target(explore=through_file(".glb"), seeds=found, seal=seeds.sealed_glb, longest=LONGEST)


def hgt() -> Target:
    """SRTM squares: a name and heights of a small one, and now and then a whole file; an odd one is cut short."""
    reads = through_file(".hgt", crs="", name="N31E121")
    whole = 2 * 1201 * 1201
    heights = np.array([12, 13, -32768, 8848, 0, -9999, 5, 6, 7], ">i2").tobytes()
    options = ReadOptions(settings=_SETTINGS)

    def small(data: bytes) -> Counter[str]:
        corner = corner_in(data[:7].decode("latin-1"))
        side = max(2, math.isqrt(len(data[7:]) // 2))
        square = np.frombuffer(data[7:].ljust(8, b"\0"), ">i2", side * side).reshape(side, side)
        return Counter((type(degree(square, corner, options)).__name__,))

    def large(data: bytes) -> Counter[str]:
        return reads((data * (whole // len(data) + 1))[: whole - len(data) % 2] if data else b"")

    return forms([(b"N31E121" + heights, small)] * 254 + [(heights, large)])


def ifc() -> Target:
    """STEP text of one wall; its letters and numbers are damaged.

    A shape that cannot be begun leaves the library refusing every further file, so that the batch must end.
    """
    reads, sound = through_file(".ifc"), seeds.ifc()

    def is_fit() -> bool:
        try:
            return bool(reads(sound))
        except InputError:
            return False

    return Target(explore=reads, seeds=[sound], longest=LONGEST, is_fit=is_fit)


def obj() -> Target:
    """OBJ."""
    text = b"o a\nv 0 0 0\nv 1 0 0\nv 1 2 0\nv 0 2 3.5\nvt 0 0\nusemtl m\nf 1/1 2/1 3/1\nf 1 3 -1\ng b\nf 2 3 4\n"
    return Target(explore=through_file(".obj"), seeds=[text])


def tables(suffix: str) -> Callable[[], Target]:
    """Return a target of footprints in one file."""
    return lambda: Target(
        explore=through_file(suffix, crs=""), seeds=list(seeds.table_files(suffix).values()), longest=LONGEST
    )


TARGETS: dict[str, Callable[[], Target]] = {
    "slpk": scene_layer,
    "las": las,
    "kml": lambda: Target(explore=through_file(".kml"), seeds=[seeds.kml()]),
    "kmz": kmz,
    "glb": glb,
    "geotiff": raster,
    "terrain-rgb": height_pictures,
    "mbtiles": lambda: Target(explore=through_file(".mbtiles", crs=""), seeds=[seeds.map_tiles()], longest=LONGEST),
    "hgt": hgt,
    "shapefile": shapefile,
    "gpkg": geopackage,
    "flatgeobuf": tables(".fgb"),
    "geoparquet": tables(".parquet"),
    "ifc": ifc,
    "obj": obj,
    "ascii-grid": lambda: Target(explore=through_file(".asc"), seeds=[seeds.ASCII_GRID]),
    "geojson": tables(".geojson"),
    "cityjson": lambda: Target(explore=through_file(".city.json", crs=""), seeds=[seeds.city_json()]),
    "citygml": lambda: Target(explore=through_file(".gml", crs=""), seeds=[seeds.city_gml()]),
}
