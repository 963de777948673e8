"""glTF 2.0 and GLB models: each node with a mesh becomes one city object, placed on the map."""

from pathlib import Path

from sanping.domain.city import CityModel, Origin
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.gathering import Gathering
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_container import load_document
from sanping.formats.gltf_metadata import feature_attributes
from sanping.formats.gltf_scene import SceneGatherer, Setting
from sanping.formats.placement import placed, with_model_table
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_READING = Text("正在读取 glTF 模型", "Reading the glTF model")


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
            gathering = Gathering(skips)
            word = "Bridge" if options.role == "bridges" else "Building"
            document = load_document(path)
            tables = feature_attributes(document, AccessorReader(document))
            scene = SceneGatherer(document, gathering, Setting(class_word=word, features=tables))
            meshes = scene.placed()
            for number, mesh in enumerate(meshes):
                scene.add(mesh)
                progress.report(0.8 * (number + 1) / len(meshes), _READING)
            points, framed = placed(gathering.points, options, up_axis="y")
            notes = (*framed.notes, *gathering.notes)
            origin = Origin(format="glTF", version="2.0", source_crs=framed.source_crs, notes=notes)
            return gathering.model(points, frame=framed.frame, origin=origin)
