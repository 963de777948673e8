"""The readers of model files that are fuzzed: what tries one input on each, and where to start.

Inputs are damaged files of `../shared/data`, and small ones made here. Readers that need a file get one in memory.
"""

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import laspy
import numpy as np
from fuzz_targets import Explore, Target

from sanping.formats.catalog import read
from sanping.formats.columns import SkipLog
from sanping.formats.gathering import Gathering
from sanping.formats.i3s_geometry import attribute_values, draco_mesh, order_of, plain_mesh
from sanping.formats.osgb_scene import parts_of
from sanping.formats.terrain_mesh import decoded, grid_of
from sanping.formats.tiles3d_content import TileContent, add_content
from sanping.formats.tiles3d_subtree import subtree_of
from sanping.formats.zip_store import ZipStore
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LONGEST = 200_000
_MEMORY = Path("/dev/shm")


def osgb() -> Target:
    """Photogrammetric tiles."""

    def explore(data: bytes) -> Counter[str]:
        parts = parts_of(data)
        return Counter(parts=len(parts), meshes=sum(len(part.meshes) for part in parts))

    return Target(explore=explore, seeds=[(DATA / "osgb" / "test.osgb").read_bytes()], longest=LONGEST)


def terrain() -> Target:
    """Quantized-mesh tiles, laid out as a grid."""

    def explore(data: bytes) -> Counter[str]:
        return Counter(heights=int(np.isfinite(grid_of(decoded(data), 16)).sum()))

    return Target(explore=explore, seeds=[_real("terrain/*.terrain")[0]], longest=LONGEST)


def tiles3d() -> Target:
    """Contents of 3D Tiles, glTF among them."""

    def explore(data: bytes) -> Counter[str]:
        gathering = Gathering(SkipLog())
        here = Path("a.glb")
        known: dict[str, object] = {}
        content = TileContent(path=here, name="a", data=data, matrix=np.eye(4), known=known, class_word="Building")
        add_content(content, gathering)
        return Counter(triangles=gathering.triangle_count, rows=len(gathering))

    seeds = [
        *_real("tiles3d/samples_1.0/*/city/*.b3dm"),
        *_real("tiles3d/samples_1.1/SparseImplicitOctree/*/*.glb")[:2],
    ]
    seeds += [_real("gltf/Duck_meshopt.glb")[0], _real("tiles3d/samples_1.0/*/dragon_low.b3dm")[0]]
    return Target(explore=explore, seeds=seeds, longest=LONGEST)


def subtree() -> Target:
    """Subtrees of implicit tiling."""

    def explore(data: bytes) -> Counter[str]:
        return Counter(tiles=int(subtree_of(data, levels=3, ways=8, fetch=lambda _: b"").tiles.sum()))

    return Target(explore=explore, seeds=_real("tiles3d/samples_1.1/SparseImplicitOctree/*/*.subtree"))


def i3s() -> Target:
    """Geometries and attributes of I3S; the first byte of an input chooses."""
    with ZipStore(DATA / "i3s" / "DA12_subset.slpk") as store:
        layer = store.json("3dSceneLayer.json")
        plain, draco = (store.read(f"nodes/3/geometries/{number}.bin") for number in range(2))
        numbers = store.read("nodes/3/attributes/f_3/0.bin")
    _, order, offset = order_of(layer, 0)

    def explore(data: bytes) -> Counter[str]:
        kind = data[0] % 3 if data else 0
        if kind == 2:
            return Counter(values=len(attribute_values(data[1:], {"attributeValues": {"valueType": "Float64"}})))
        mesh = draco_mesh(data[1:]) if kind else plain_mesh(data[1:], order, offset)
        return Counter(triangles=len(mesh.feature))

    return Target(explore=explore, seeds=[b"\0" + plain, b"\1" + draco, b"\2" + numbers], longest=LONGEST)


def slpk() -> Target:
    """Whole scene layer packages."""
    return Target(explore=_through_file(".slpk"), seeds=_real("i3s/*.slpk"), longest=600_000)


def las() -> Target:
    """Point clouds, packed and not; the first byte of an input chooses the suffix."""
    seeds = []
    for number, suffix in enumerate((".las", ".laz")):
        header = laspy.LasHeader(point_format=7, version="1.4")
        cloud = laspy.LasData(header)
        cloud.x, cloud.y, cloud.z = np.random.default_rng(1).uniform(0, 100, (3, 300))
        with tempfile.TemporaryDirectory() as folder:
            cloud.write(Path(folder) / f"a{suffix}")
            seeds.append(bytes([number]) + (Path(folder) / f"a{suffix}").read_bytes())
    plain, packed = _through_file(".las"), _through_file(".laz")
    return Target(explore=lambda data: (packed if data[:1] == b"\1" else plain)(data[1:]), seeds=seeds, longest=LONGEST)


def kml() -> Target:
    """KML documents."""
    corners = "121.4,31.25,20 121.401,31.25,20 121.401,31.251,20 121.4,31.25,20"
    text = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>甲</name><Polygon>'
        "<extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode><outerBoundaryIs><LinearRing><coordinates>"
        f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    return Target(explore=_through_file(".kml"), seeds=[text.encode()])


def _real(pattern: str) -> list[bytes]:
    found = [path.read_bytes() for path in sorted(DATA.glob(pattern))]
    if not found:
        raise FileNotFoundError(f"{DATA / pattern}: the shared data is needed")
    return found


def _through_file(suffix: str) -> Explore:
    """Return what reads a whole file; it lies in memory where the system has such a place."""
    place = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
    options = ReadOptions(crs="LOCAL", settings=(("max_points", 500),))

    def explore(data: bytes) -> Counter[str]:
        path = Path(place.name) / f"a{suffix}"
        path.write_bytes(data)
        return Counter((type(read(path, options, SilentProgress())).__name__,))

    return explore


TARGETS: dict[str, Callable[[], Target]] = {
    "osgb": osgb,
    "terrain": terrain,
    "tiles3d": tiles3d,
    "subtree": subtree,
    "i3s": i3s,
    "slpk": slpk,
    "las": las,
    "kml": kml,
}
