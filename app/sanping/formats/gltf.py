"""glTF 2.0 and GLB models: each node with a mesh becomes one city object, placed on the map."""

from pathlib import Path

import numpy as np

from sanping.domain.city import Attributes, CityModel, Origin, SurfaceKind
from sanping.domain.errors import FileHostile
from sanping.domain.text import Text
from sanping.formats.columns import Rows, SkipLog, Triangles, model_of_triangles
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.gltf_accessors import MOST_ELEMENTS, AccessorReader
from sanping.formats.gltf_container import GltfDocument, load_document
from sanping.formats.gltf_meshes import Primitive, base_colour, primitives_of
from sanping.formats.gltf_nodes import PlacedMesh, placed_meshes
from sanping.formats.placement import placed, with_model_table
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_READING = Text("正在读取 glTF 模型", "Reading the glTF model")
_TOO_MANY = Text(
    "模型展开后三角形超过 {limit} 个；请分块", "The model unfolds to more than {limit} triangles; split it"
)


class GltfReader:
    """Reads glTF and GLB."""

    name = "glTF"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a GLB, or JSON with a glTF asset."""
        is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        looks_like = b'"accessors"' in head or b'"bufferViews"' in head or b'"meshes"' in head or b'"nodes"' in head
        is_tileset = b'"geometricError"' in head
        by_name = path.suffix.lower() == ".gltf"
        return head.startswith(b"glTF") or (
            is_json and not is_tileset and (by_name or (looks_like and b'"asset"' in head))
        )

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read all meshes of the default scene.

        Settings (also from `model.toml` beside the file): `position`, `heading`, `scale`, `up_axis`, `local_grid`.
        """
        progress.report(0.0, _READING)
        skips = SkipLog(str(path))
        with foreign_errors_as_ours(path):
            options = with_model_table(path, options)
            document = load_document(path)
            accessors = AccessorReader(document)
            meshes = placed_meshes(document, accessors)
            builder = _Builder(document, accessors, skips, "Bridge" if options.role == "bridges" else "Building")
            for number, mesh in enumerate(meshes):
                builder.add(mesh)
                progress.report(0.8 * (number + 1) / len(meshes), _READING)
            return builder.model(options)


class _Builder:
    """Gathers triangles and rows, node after node."""

    def __init__(self, document: GltfDocument, accessors: AccessorReader, skips: SkipLog, class_word: str) -> None:
        self._document, self._accessors, self._skips, self._class_word = document, accessors, skips, class_word
        self._ids: list[str] = []
        self._taken: set[str] = set()
        self._attributes: list[Attributes] = []
        self._parts: list[Triangles] = []
        self._meshes: dict[int, list[Primitive]] = {}
        self._points = self._triangles = 0

    def add(self, mesh: PlacedMesh) -> None:
        """Add one placed mesh: one row, or one for each feature id."""
        node = self._document.item("nodes", mesh.node)
        name = str(node.get("name") or f"node-{mesh.node}")[:200] + (f"#{mesh.instance}" if mesh.instance >= 0 else "")
        if mesh.mesh not in self._meshes:
            self._meshes[mesh.mesh] = primitives_of(self._document, self._accessors, mesh.mesh, name, self._skips)
        rows: dict[int, int] = {}
        for primitive in self._meshes[mesh.mesh]:
            self._triangles += len(primitive.triangles)
            if self._triangles > MOST_ELEMENTS:
                raise FileHostile(_TOO_MANY.with_values(limit=MOST_ELEMENTS))
            self._add_primitive(primitive, mesh, node, name, rows)

    def _add_primitive(
        self, primitive: Primitive, mesh: PlacedMesh, node: dict[str, object], name: str, rows: dict[int, int]
    ) -> None:
        first = np.zeros(len(primitive.triangles), dtype=np.int64)
        feature = first - 1 if primitive.feature is None else primitive.feature[primitive.triangles[:, 0]]
        numbers, which = np.unique(feature, return_inverse=True)
        for number in numbers.tolist():
            if number not in rows:
                rows[number] = self._new_row(name if number < 0 else f"{name}/{number}", node, primitive, number)
        row_of = np.array([rows[number] for number in numbers.tolist()], dtype=np.int32)
        turned = mesh.matrix[:3, :3]
        triangles = primitive.triangles if np.linalg.det(turned) >= 0 else primitive.triangles[:, ::-1]
        self._parts.append(
            Triangles(
                points=primitive.points @ turned.T + mesh.matrix[:3, 3],
                triangles=triangles + self._points,
                triangle_row=row_of[which],
                triangle_surface=np.full(len(triangles), SurfaceKind.UNKNOWN, dtype=np.uint8),
            )
        )
        self._points += len(primitive.points)

    def _new_row(self, name: str, node: dict[str, object], primitive: Primitive, feature: int) -> int:
        unique, number = name, 2
        while unique in self._taken:
            unique, number = f"{name}-{number}", number + 1
        self._taken.add(unique)
        extras = node.get("extras")
        attributes: dict[str, object] = dict(extras) if isinstance(extras, dict) else {}
        if feature >= 0:
            attributes["feature_id"] = feature
        if colour := base_colour(self._document, primitive.material):
            attributes["base_colour"] = colour
        self._ids.append(unique)
        self._attributes.append(attributes)
        return len(self._ids) - 1

    def model(self, options: ReadOptions) -> CityModel:
        """Place everything and build the model; raises `FileBroken` when there is no triangle."""
        if not self._parts:
            raise self._skips.refusal()
        points, framed = placed(np.concatenate([part.points for part in self._parts]), options, up_axis="y")
        mesh = Triangles(
            points=points,
            triangles=np.concatenate([part.triangles for part in self._parts]),
            triangle_row=np.concatenate([part.triangle_row for part in self._parts]),
            triangle_surface=np.concatenate([part.triangle_surface for part in self._parts]),
        )
        count = len(self._ids)
        rows = Rows(
            ids=self._ids,
            classes=[self._class_word] * count,
            parent=np.full(count, -1, dtype=np.int32),
            attributes=self._attributes,
        )
        origin = Origin(format="glTF", version="2.0", source_crs=framed.source_crs, notes=framed.notes)
        return model_of_triangles(rows, mesh, frame=framed.frame, origin=origin, skips=self._skips)
