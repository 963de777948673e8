"""The objects of a glTF scene: a row for each node with a mesh, or for each feature id in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.formats.gathering import Gathering
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_colours import Surfaces
from sanping.formats.gltf_container import GltfDocument
from sanping.formats.gltf_meshes import Primitive, primitives_of
from sanping.formats.gltf_nodes import PlacedMesh, placed_meshes
from sanping.formats.patches import FEWEST_PATCHED, paint_rows, patch_rows
from sanping.formats.point_solids import MOST_POINTS, PointCloud, add_points, spacing_m, thinned

Known = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a glTF goes into a gathering.

    `matrix` (4, 4) takes scene coordinates on; `prefix` begins each id; `features` are the attributes of feature ids by
    property table (−1: batch ids) and number; `known` are those of every object; `parent` is the row above.
    """

    class_word: str
    matrix: Float64Array = field(default_factory=lambda: np.eye(4))
    prefix: str = ""
    features: Mapping[int, Mapping[int, Known]] = field(default_factory=dict)
    known: Known = field(default_factory=dict)
    parent: int = -1


class SceneGatherer:
    """Adds what stands in the scene of one glTF to a gathering."""

    def __init__(self, document: GltfDocument, gathering: Gathering, setting: Setting) -> None:
        self._document, self._gathering, self._setting = document, gathering, setting
        self._accessors = AccessorReader(document)
        self._surfaces = Surfaces(document, self._accessors, gathering)
        self._meshes: dict[int, list[Primitive]] = {}

    @property
    def accessors(self) -> AccessorReader:
        """What reads the buffers of the document."""
        return self._accessors

    def placed(self) -> list[PlacedMesh]:
        """Return every mesh that stands in the scene."""
        return placed_meshes(self._document, self._accessors)

    def stand(self, matrix: Float64Array, known: Known) -> None:
        """Let what is added next stand elsewhere, with other attributes."""
        self._setting = replace(self._setting, matrix=matrix, known=known)

    def add(self, mesh: PlacedMesh) -> None:
        """Add one placed mesh: one row, or one for each feature id; one of many colours in patches."""
        node = self._document.item("nodes", mesh.node)
        bare = str(node.get("name") or f"node-{mesh.node}")[:200] + (f"#{mesh.instance}" if mesh.instance >= 0 else "")
        name = self._setting.prefix + bare
        if mesh.mesh not in self._meshes:
            skips = self._gathering.skips
            self._meshes[mesh.mesh] = primitives_of(self._document, self._accessors, mesh.mesh, name, skips)
        extras = node.get("extras")
        known = {**self._setting.known, **(extras if isinstance(extras, dict) else {})}
        rows: dict[int, int] = {}
        matrix = self._setting.matrix @ mesh.matrix
        for primitive in self._meshes[mesh.mesh]:
            if primitive.is_cloud:
                self._add_cloud(primitive, matrix, name, known)
            elif len(primitive.triangles):
                self._add_triangles(primitive, matrix, _Named(name=name, known=known, rows=rows))

    def _add_cloud(self, primitive: Primitive, matrix: Float64Array, name: str, known: Known) -> None:
        points = primitive.points @ matrix[:3, :3].T + matrix[:3, 3]
        kept, cell = thinned(points, MOST_POINTS)
        colours = self._surfaces.colours(primitive)
        cloud = PointCloud(
            name=name, points=points[kept], colours=None if colours is None else colours[kept], attributes=known
        )
        apart = cell or spacing_m(points)
        add_points(self._gathering, cloud, size_m=apart * 0.6, cell_m=apart * 50)

    def _add_triangles(self, primitive: Primitive, matrix: Float64Array, named: "_Named") -> None:
        colours, skin = self._surfaces.colours(primitive), self._surfaces.skin(primitive)
        if primitive.feature is None:
            numbers, which = np.array([-1], dtype=np.int64), np.zeros(len(primitive.triangles), dtype=np.int64)
        else:
            numbers, which = np.unique(primitive.feature[primitive.triangles[:, 0]], return_inverse=True)
        rows = np.array([self._row(number, primitive, named) for number in numbers.tolist()], dtype=np.int64)[which]
        if colours is not None:
            is_patched = primitive.feature is None and len(primitive.triangles) >= FEWEST_PATCHED
            if is_patched and skin is None and self._surfaces.is_varied(primitive):
                rows = patch_rows(self._gathering, colours, int(rows[0]), named.name)
            else:
                paint_rows(self._gathering, colours, rows)
        turned = matrix[:3, :3]
        triangles = primitive.triangles if np.linalg.det(turned) >= 0 else primitive.triangles[:, ::-1]
        self._gathering.add(rows, primitive.points @ turned.T + matrix[:3, 3], triangles, skin=skin)

    def _row(self, number: int, primitive: Primitive, named: "_Named") -> int:
        if number not in named.rows:
            known = {**named.known, **self._setting.features.get(primitive.table, {}).get(number, {})}
            if number >= 0 and primitive.feature is not None:
                known.setdefault("feature_id", number)
            name = named.name if number < 0 else f"{named.name}/{number}"
            named.rows[number] = self._gathering.row(name, self._setting.class_word, known, self._setting.parent)
        return named.rows[number]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A node: its name, what is known of it, and the rows made for its feature ids."""

    name: str
    known: Known
    rows: dict[int, int]
