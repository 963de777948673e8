"""The readers of model files that are fuzzed: what tries one input on each, and where to start.

Inputs are damaged files of `../shared/data`, and small ones made by `fuzz_seeds`. What needs a file is in `fuzz_files`.
"""

import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import fuzz_seeds as seeds
import numpy as np
from fuzz_files import DATA, LONGEST, real
from fuzz_files import TARGETS as FILES
from fuzz_targets import Target

from sanping.formats.columns import SkipLog
from sanping.formats.gathering import Gathering
from sanping.formats.i3s_geometry import attribute_values, draco_mesh, order_of, plain_mesh
from sanping.formats.meshopt import decoded_indices, decoded_triangles, decoded_vertices
from sanping.formats.osgb_scene import parts_of
from sanping.formats.terrain_mesh import decoded, grid_of
from sanping.formats.tiles3d_content import TileContent, add_content
from sanping.formats.tiles3d_subtree import subtree_of
from sanping.formats.zip_store import ZipStore


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

    return Target(explore=explore, seeds=[seeds.quantized_mesh(), real("terrain/*.terrain")[0]], longest=LONGEST)


def tiles3d() -> Target:
    """Contents of 3D Tiles, glTF among them."""

    def explore(data: bytes) -> Counter[str]:
        gathering = Gathering(SkipLog())
        here = Path("a.glb")
        known: dict[str, object] = {}
        content = TileContent(path=here, name="a", data=data, matrix=np.eye(4), known=known, class_word="Building")
        add_content(content, gathering)
        return Counter(triangles=gathering.triangle_count, rows=len(gathering))

    tiles = [*real("tiles3d/samples_1.1/SparseImplicitOctree/*/*.glb")[:2], seeds.draco_glb(), seeds.meshopt_glb()]
    body = seeds.square_glb()
    tiles += [seeds.batched(b"b3dm", {"BATCH_LENGTH": 2}, b"", body), seeds.instances_tile(), seeds.points_tile()]
    tiles.append(b"cmpt" + struct.pack("<3I", 1, 16 + len(tiles[-1]), 1) + tiles[-1])
    return Target(explore=explore, seeds=tiles, seal=seeds.sealed_glb, longest=LONGEST)


def subtree() -> Target:
    """Subtrees of implicit tiling."""

    def explore(data: bytes) -> Counter[str]:
        return Counter(tiles=int(subtree_of(data, levels=3, ways=8, fetch=lambda _: b"").tiles.sum()))

    return Target(explore=explore, seeds=real("tiles3d/samples_1.1/SparseImplicitOctree/*/*.subtree"))


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


def draco() -> Target:
    """Draco meshes, as I3S and glTF pack them."""

    def explore(data: bytes) -> Counter[str]:
        return Counter(triangles=len(draco_mesh(data).feature))

    return Target(explore=explore, seeds=[seeds.draco()])


def meshopt() -> Target:
    """Streams of meshopt; the first byte of an input chooses which."""

    def explore(data: bytes) -> Counter[str]:
        kind, count = (data[0] % 3, data[1] % 64) if len(data) > 1 else (0, 0)
        match kind:
            case 0:
                return Counter(vertices=len(decoded_vertices(data[2:], count, 4)) // 4)
            case 1:
                return Counter(corners=len(decoded_triangles(data[2:], count)))
            case _:
                return Counter(corners=len(decoded_indices(data[2:], count)))

    streams = ((2, seeds.MESHOPT_VERTICES), (6, seeds.MESHOPT_TRIANGLES), (3, seeds.MESHOPT_INDICES))
    found = [bytes([kind, count]) + stream for kind, (count, stream) in enumerate(streams)]
    return Target(explore=explore, seeds=found)


TARGETS: dict[str, Callable[[], Target]] = {
    "osgb": osgb,
    "terrain": terrain,
    "tiles3d": tiles3d,
    "subtree": subtree,
    "i3s": i3s,
    "draco": draco,
    "meshopt": meshopt,
    **FILES,
}
