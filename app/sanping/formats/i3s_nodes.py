"""The nodes of an I3S layer: which there are, and the finest that fit the budget (OGC 17-014r9)."""

from dataclasses import dataclass, field
from typing import Any

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text
from sanping.formats.zip_store import ZipStore

MOST_NODES = 2_000_000
MOST_VERTICES = 30_000_000
_TOO_MANY = Text("场景图层的节点过多或成环；已拒绝", "The scene layer has too many nodes or a circle of them")
_NO_NODES = Text("场景图层里没有节点", "The scene layer has no nodes")


@dataclass(slots=True, kw_only=True)
class Node:
    """One node: its middle in the layer's CRS, and where mesh, texture and attributes lie (None: it has no mesh)."""

    centre: tuple[float, float, float]
    children: list["Node"] = field(default_factory=list)
    geometry: str | None = None
    definition: int = -1
    material: int = -1
    texture: str = ""
    attributes: str = ""
    vertices: int = 0


def nodes_of(store: ZipStore, prefix: str, layer: dict[str, Any]) -> Node:
    """Return the root of a layer, from its node pages or, before I3S 1.7, from the documents of its nodes."""
    if store.has(f"{prefix}nodepages/0.json"):
        return _paged(store, prefix, layer)
    return _documented(store, prefix)


def finest(root: Node, most_vertices: int = MOST_VERTICES) -> tuple[list[Node], int]:
    """Return the nodes to show, and how many levels were left out to stay within the budget."""
    depth = _depth(root)
    for level in range(depth, 0, -1):
        chosen = _cut(root, level)
        if sum(node.vertices for node in chosen) <= most_vertices or level == 1:
            return chosen, depth - level
    return _cut(root, 1), depth - 1


def _depth(root: Node) -> int:
    level, row = 0, [root]
    while row:
        level, row = level + 1, [child for node in row for child in node.children]
    return level


def _cut(root: Node, level: int) -> list[Node]:
    """Return the meshes at a level, or above it where there is nothing finer."""
    own = [root] if root.geometry is not None else []
    if level <= 1 or not root.children:
        return own
    below = [node for child in root.children for node in _cut(child, level - 1)]
    return below or own


def _paged(store: ZipStore, prefix: str, layer: dict[str, Any]) -> Node:
    pages = sorted(store.names(f"{prefix}nodepages/"), key=_page_number)
    listed: list[Any] = []
    for page in pages:
        found = store.json(page).get("nodes")
        listed += found if isinstance(found, list) else []
        if len(listed) > MOST_NODES:
            raise FileHostile(_TOO_MANY)
    if not listed:
        raise FileBroken(_NO_NODES)
    nodes = [_page_node(one if isinstance(one, dict) else {}, prefix) for one in listed]
    taken = [False] * len(nodes)
    for node, one in zip(nodes, listed, strict=True):
        children = one.get("children") if isinstance(one, dict) else None
        for child in children if isinstance(children, list) else []:
            if isinstance(child, int) and 0 <= child < len(nodes):
                if taken[child]:
                    raise FileHostile(_TOO_MANY)
                taken[child] = True
                node.children.append(nodes[child])
    pages_head = layer.get("nodePages")
    root = pages_head.get("rootIndex", 0) if isinstance(pages_head, dict) else 0
    return nodes[root] if isinstance(root, int) and 0 <= root < len(nodes) and not taken[root] else nodes[0]


def _page_number(name: str) -> int:
    digits = name.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    return int(digits) if digits.isdigit() else 0


def _page_node(one: dict[str, Any], prefix: str) -> Node:
    obb, mesh = one.get("obb"), one.get("mesh")
    node = Node(centre=_centre(obb.get("center") if isinstance(obb, dict) else one.get("mbs")))
    geometry = mesh.get("geometry") if isinstance(mesh, dict) else None
    if isinstance(mesh, dict) and isinstance(geometry, dict) and isinstance(geometry.get("resource"), int):
        material, attribute = mesh.get("material"), mesh.get("attribute")
        node.geometry = f"{prefix}nodes/{geometry['resource']}/geometries/"
        node.definition = _whole(geometry.get("definition"), 0)
        node.vertices = _whole(geometry.get("vertexCount"), 0)
        node.material = _whole(material.get("definition"), -1) if isinstance(material, dict) else -1
        resource = material.get("resource") if isinstance(material, dict) else None
        node.texture = f"{prefix}nodes/{geometry['resource'] if resource is None else resource}/textures/"
        resource = attribute.get("resource") if isinstance(attribute, dict) else None
        node.attributes = f"{prefix}nodes/{geometry['resource'] if resource is None else resource}/attributes/"
    return node


def _documented(store: ZipStore, prefix: str) -> Node:
    """Walk the node documents, which name their children."""
    root = Node(centre=(0.0, 0.0, 0.0))
    waiting: list[tuple[Node, str]] = [(root, "root")]
    seen: set[str] = set()
    while waiting:
        node, name = waiting.pop()
        if name in seen or len(seen) > MOST_NODES:
            raise FileHostile(_TOO_MANY)
        seen.add(name)
        document = store.json(f"{prefix}nodes/{name}/3dNodeIndexDocument.json")
        node.centre = _centre(document.get("mbs"))
        geometry = document.get("geometryData")
        if isinstance(geometry, list) and geometry:
            node.geometry = f"{prefix}nodes/{name}/geometries/"
            node.texture, node.attributes = f"{prefix}nodes/{name}/textures/", f"{prefix}nodes/{name}/attributes/"
        children = document.get("children")
        for child in children if isinstance(children, list) else []:
            below = str(child.get("id", "")) if isinstance(child, dict) else ""
            if below and store.has(f"{prefix}nodes/{below}/3dNodeIndexDocument.json"):
                node.children.append(Node(centre=node.centre))
                waiting.append((node.children[-1], below))
    return root


def _centre(value: object) -> tuple[float, float, float]:
    good = isinstance(value, list) and len(value) >= 3 and all(isinstance(one, (int, float)) for one in value[:3])
    if not isinstance(value, list) or not good:
        return (0.0, 0.0, 0.0)
    return (float(value[0]), float(value[1]), float(value[2]))


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
