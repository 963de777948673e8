"""The tree of a glTF scene, walked once: which mesh stands where."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_container import GltfDocument

_MOST_PLACED = 1_000_000
_CYCLE = Text(
    "glTF 的节点成环，或一个节点有两个父节点；已拒绝", "The glTF's nodes form a cycle or share a child; it was refused"
)
_WRONG = Text("节点的变换有误；请重新导出", "A node has a wrong transformation; export it again")
_TOO_MANY = Text("节点或实例超过 {limit} 个；请分块", "There are more than {limit} nodes or instances; split the model")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMesh:
    """A mesh in the scene: its node, and the matrix (4, 4) from mesh to scene; `instance` −1 unless instanced."""

    node: int
    mesh: int
    matrix: Float64Array
    instance: int = -1


def placed_meshes(document: GltfDocument, accessors: AccessorReader) -> list[PlacedMesh]:
    """Return every mesh of the default scene (of all roots when there is none) with its place.

    Raises `FileHostile` for cycles, `FileBroken` for matrices that are none.
    """
    nodes = document.items("nodes")
    waiting = [(root, np.eye(4)) for root in reversed(_roots(document))]
    seen: set[int] = set()
    found: list[PlacedMesh] = []
    while waiting:
        index, above = waiting.pop()
        node = document.item("nodes", index)
        if index in seen:
            raise FileHostile(_CYCLE, place=f"nodes[{index}]")
        seen.add(index)
        matrix = above @ _own_matrix(node, index)
        if not np.isfinite(matrix).all():
            raise FileBroken(_WRONG, place=f"nodes[{index}]")
        children = node.get("children", [])
        if not isinstance(children, list) or len(children) > len(nodes):
            raise FileBroken(_WRONG, place=f"nodes[{index}].children")
        waiting.extend((child, matrix) for child in reversed(children))
        if "mesh" in node:
            found.extend(_instances(node, index, matrix, accessors))
        if len(found) > _MOST_PLACED:
            raise FileHostile(_TOO_MANY.with_values(limit=_MOST_PLACED))
    return found


def _roots(document: GltfDocument) -> list[int]:
    scenes = document.items("scenes")
    if scenes:
        scene = document.item("scenes", document.json.get("scene", 0))
        roots = scene.get("nodes", [])
        return roots if isinstance(roots, list) else []
    nodes = document.items("nodes")
    children = {child for node in nodes for child in _listed(node.get("children")) if isinstance(child, int)}
    return [index for index in range(len(nodes)) if index not in children]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _own_matrix(node: dict[str, object], index: int) -> Float64Array:
    """Return a node's matrix, from `matrix` (column-major) or from translation, rotation (x, y, z, w) and scale."""
    if "matrix" in node:
        return _numbers(node["matrix"], 16, index).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = _numbers(node.get("rotation", [0, 0, 0, 1]), 4, index)
    length = float(np.sqrt(x * x + y * y + z * z + w * w))
    if length < 1e-9:
        raise FileBroken(_WRONG, place=f"nodes[{index}].rotation")
    matrix[:3, :3] = rotations(np.array([[x, y, z, w]]) / length)[0]
    matrix[:3, :3] *= _numbers(node.get("scale", [1, 1, 1]), 3, index)
    matrix[:3, 3] = _numbers(node.get("translation", [0, 0, 0]), 3, index)
    return matrix


def rotations(quaternions: Float64Array) -> Float64Array:
    """Return rotation matrices (n, 3, 3) of unit quaternions (n, 4) in the order x, y, z, w."""
    x, y, z, w = quaternions.T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _numbers(value: object, count: int, index: int) -> Float64Array:
    good = isinstance(value, list) and len(value) == count
    if not good or not all(isinstance(item, (int, float)) and abs(item) < 1e30 for item in _listed(value)):
        raise FileBroken(_WRONG, place=f"nodes[{index}]")
    return np.array(value, dtype=np.float64)


def _instances(
    node: dict[str, object], index: int, matrix: Float64Array, accessors: AccessorReader
) -> list[PlacedMesh]:
    """Return the mesh of a node once, or once for each of its GPU instances."""
    mesh = node["mesh"]
    if not isinstance(mesh, int):
        raise FileBroken(_WRONG, place=f"nodes[{index}].mesh")
    extensions = node.get("extensions")
    instancing = extensions.get("EXT_mesh_gpu_instancing") if isinstance(extensions, dict) else None
    attributes = instancing.get("attributes") if isinstance(instancing, dict) else None
    if not isinstance(attributes, dict) or not attributes:
        return [PlacedMesh(node=index, mesh=mesh, matrix=matrix)]
    parts = {
        name: accessors.numbers(attributes[name], width)
        for name, width in (("TRANSLATION", 3), ("ROTATION", 4), ("SCALE", 3))
        if name in attributes
    }
    counts = {len(values) for values in parts.values()}
    if len(counts) != 1 or (count := counts.pop()) > _MOST_PLACED:
        raise FileHostile(_TOO_MANY.with_values(limit=_MOST_PLACED), place=f"nodes[{index}]")
    own = np.tile(np.eye(4), (count, 1, 1))
    if "ROTATION" in parts:
        lengths = np.maximum(np.linalg.norm(parts["ROTATION"], axis=1, keepdims=True), 1e-12)
        own[:, :3, :3] = rotations(parts["ROTATION"] / lengths)
    own[:, :3, :3] *= parts.get("SCALE", np.ones((count, 3)))[:, None, :]
    own[:, :3, 3] = parts.get("TRANSLATION", np.zeros((count, 3)))
    return [PlacedMesh(node=index, mesh=mesh, matrix=matrix @ one, instance=number) for number, one in enumerate(own)]
