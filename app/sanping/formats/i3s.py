"""Scene layer packages (SLPK) of I3S 1.6 to 1.9: 3D objects and integrated meshes (OGC 17-014r9)."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import FileBroken, FormatUnknown, InputError
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.domain.texture import Picture
from sanping.formats.columns import SkipLog
from sanping.formats.draco_data import DRACO_FORGED
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.gathering import Gathering
from sanping.formats.i3s_geometry import NodeMesh, attribute_values, draco_mesh, order_of, plain_mesh
from sanping.formats.i3s_nodes import MOST_VERTICES, Node, finest, nodes_of
from sanping.formats.ktx2 import MAGIC
from sanping.formats.patches import FEWEST_PATCHED, paint_rows, patch_rows
from sanping.formats.pictures import picture, sampled
from sanping.formats.zip_store import ZipStore
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_LAYER = "3dSceneLayer.json"
_READ = ("3DObject", "IntegratedMesh")
_PICTURES = (".jpg", ".jpeg", ".png", ".ktx2", ".bin")

_READING = Text("正在读取场景图层", "Reading the scene layer")
_KIND = Text(
    "场景图层的类型是“{kind}”，暂不支持；能读取三维对象（3DObject）和倾斜模型（IntegratedMesh）",
    "The scene layer is of the kind “{kind}”, which is not supported; 3DObject and IntegratedMesh are",
)
_NO_LAYER = Text(
    "包里没有 3dSceneLayer.json；不是场景图层包", "There is no 3dSceneLayer.json in the package: it is no SLPK"
)
_COARSER = Text(
    "场景图层过大，读取时略去了最细的 {levels} 级", "The layer is large; the {levels} finest levels were left out"
)
_UNREADABLE = Text(
    "纹理只有 DDS，不能解码，对象按材质颜色显示",
    "Textures come as DDS only, which cannot be decoded; objects are shown in the colour of their material",
)


class SlpkReader:
    """Reads scene layer packages."""

    name = "I3S"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a zip that is called, or begins like, a scene layer package."""
        is_named = path.suffix.lower() == ".slpk" or b"3dNodeIndexDocument.json" in head or b"3dSceneLayer.json" in head
        return head.startswith(b"PK\x03\x04") and is_named

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read the finest nodes that fit. Settings: `max_vertices`."""
        progress.report(0.0, _READING)
        skips = SkipLog(str(path))
        with foreign_errors_as_ours(path), ZipStore(path) as store:
            gathering = Gathering(skips)
            layers = _layers(store)
            most = dict(options.settings).get("max_vertices", MOST_VERTICES)
            most = most if isinstance(most, int) and most > 0 else MOST_VERTICES
            word = "Bridge" if options.role == "bridges" else "Building"
            for number, (prefix, layer) in enumerate(layers):
                reader = _LayerReader(store, layer, gathering, word)
                nodes, left_out = finest(nodes_of(store, prefix, layer), most // len(layers))
                if left_out:
                    gathering.note(_COARSER.with_values(levels=left_out))
                for index, node in enumerate(nodes):
                    progress.report(0.85 * (number + index / len(nodes)) / len(layers), _READING)
                    reader.add(node)
            return _built(layers[0][1], gathering, options)


def _built(layer: dict[str, Any], gathering: Gathering, options: ReadOptions) -> CityModel:
    points = gathering.points
    framed = framing(_crs_of(layer), points, options)
    store = layer.get("store")
    version = str(store.get("version", "")) if isinstance(store, dict) else ""
    notes = (*framed.notes, *gathering.notes)
    origin = Origin(format="I3S", version=version, source_crs=framed.source_crs, notes=notes)
    return gathering.model(framed.convert(points), frame=framed.frame, origin=origin)


def _layers(store: ZipStore) -> list[tuple[str, dict[str, Any]]]:
    """Return the layers to read with the folder of each: the one of the package, or the sublayers of a building."""
    if not store.has(_LAYER):
        raise FileBroken(_NO_LAYER)
    layer: dict[str, Any] = store.json(_LAYER)
    kind = str(layer.get("layerType", ""))
    if kind in _READ:
        return [("", layer)]
    found = []
    for name in sorted(store.names("sublayers/")):
        if name.rsplit("/", 1)[-1].startswith(_LAYER):
            inner: dict[str, Any] = store.json(name.removesuffix(".gz"))
            if inner.get("layerType") in _READ:
                found.append((name.rsplit("/", 1)[0] + "/", inner))
    if kind != "Building" or not found:
        raise FormatUnknown(_KIND.with_values(kind=kind[:40] or "?"))
    return found


def _crs_of(layer: dict[str, Any]) -> str:
    """Return the CRS of a layer with that of its heights; empty when it names none."""
    reference = layer.get("spatialReference")
    if not isinstance(reference, dict):
        return ""
    codes = [reference.get(key) for key in ("latestWkid", "wkid")]
    code = next((code for code in codes if isinstance(code, int)), None)
    if code is None:
        return str(reference.get("wkt", ""))
    code = {102100: 3857, 102113: 3857}.get(code, code)
    vertical = [reference.get(key) for key in ("latestVcsWkid", "vcsWkid")]
    height = next((one for one in vertical if isinstance(one, int) and one < 32_768), None)
    name = f"EPSG:{code}" if code < 100_000 else f"ESRI:{code}"
    return f"{name}+{height}" if height == 5773 and code == 4326 else name


class _LayerReader:
    """Adds the nodes of one layer to a gathering."""

    def __init__(self, store: ZipStore, layer: dict[str, Any], gathering: Gathering, word: str) -> None:
        self._store, self._layer, self._gathering, self._word = store, layer, gathering, word
        self._name = str(layer.get("name", "layer"))[:80]
        self._rows: dict[int, int] = {}
        infos = layer.get("attributeStorageInfo")
        self._infos = [one for one in infos if isinstance(one, dict)] if isinstance(infos, list) else []
        self._is_mesh = layer.get("layerType") == "IntegratedMesh"
        self._nodes = 0

    def add(self, node: Node) -> None:
        """Add one node; one that is of no use is counted."""
        self._nodes += 1
        try:
            mesh = self._mesh_of(node)
        except InputError as error:
            if error.message == DRACO_FORGED:
                raise
            self._gathering.skips.add(error.message, node.geometry or "node")
            return
        points = mesh.points + np.array(node.centre)
        triangles = np.arange(len(points), dtype=np.int64).reshape(-1, 3)
        skin, colours = self._looks(node, mesh)
        is_patched = self._is_mesh and skin is None and colours is not None and len(triangles) >= FEWEST_PATCHED
        if self._is_mesh:
            name = f"{self._name}/{self._nodes}"
            row = self._gathering.row(name, "CityObject", {})
            rows = (
                patch_rows(self._gathering, colours, row, name)
                if is_patched and colours is not None
                else np.full(len(triangles), row, dtype=np.int64)
            )
        else:
            rows = self._feature_rows(node, mesh)
        if colours is not None and not is_patched:
            paint_rows(self._gathering, colours, rows)
        self._gathering.add(rows, points, triangles, skin=skin)

    def _mesh_of(self, node: Node) -> NodeMesh:
        name, order, offset = order_of(self._layer, node.definition)
        data = self._store.read(f"{node.geometry}{name}.bin")
        return plain_mesh(data, order, offset) if order else draco_mesh(data)

    def _feature_rows(self, node: Node, mesh: NodeMesh) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the row of each triangle; a feature in several nodes is one object."""
        known = self._known(node, len(mesh.ids))
        rows = np.empty(len(mesh.ids), dtype=np.int64)
        for number, feature in enumerate(mesh.ids.tolist()):
            if feature not in self._rows:
                self._rows[feature] = self._gathering.row(f"{self._name}/{feature}", self._word, known[number])
            rows[number] = self._rows[feature]
        return rows[np.clip(mesh.feature, 0, len(rows) - 1)]

    def _known(self, node: Node, count: int) -> list[Mapping[str, object]]:
        known: list[dict[str, object]] = [{} for _ in range(count)]
        for info in self._infos:
            try:
                values = attribute_values(self._store.read(f"{node.attributes}{info.get('key')}/0.bin"), info)
            except InputError:  # an attribute that is not there says nothing
                continue
            for one, value in zip(known, values, strict=False):
                if value is not None and value == value:  # noqa: PLR0124  NaN stands for no value
                    one[str(info.get("name", info.get("key")))] = value
        return list(known)

    def _looks(self, node: Node, mesh: NodeMesh) -> tuple[tuple[int, Float64Array] | None, UInt8Array | None]:
        """Return the picture of a node with the places of its points, and the colour of each triangle.

        None for a node without a picture, and where the layer leaves everything white.
        """
        tint = self._base_colour(node)
        kept = None if mesh.uv is None else self._texture(node, tint)
        if kept is not None and mesh.uv is not None:
            places = _in_region(mesh.uv, mesh.region)
            return (kept[0], places), sampled(kept[1], _middles(places))
        return None, self._colours(mesh, tint)

    def _colours(self, mesh: NodeMesh, tint: Float64Array | None) -> UInt8Array | None:
        found: Float64Array | None = None
        if mesh.colour is not None and (mesh.colour < 255).any():
            found = _middles(mesh.colour.astype(np.float64))
        if found is None and tint is None:
            return None
        if found is None:
            found = np.full((len(mesh.feature), 3), 255.0)
        return np.clip(found * (1.0 if tint is None else tint), 0, 255).astype(np.uint8)

    def _base_colour(self, node: Node) -> Float64Array | None:
        definitions = self._layer.get("materialDefinitions")
        if not isinstance(definitions, list) or not 0 <= node.material < len(definitions):
            return None
        surface = definitions[node.material]
        surface = surface.get("pbrMetallicRoughness") if isinstance(surface, dict) else None
        factor = surface.get("baseColorFactor") if isinstance(surface, dict) else None
        good = isinstance(factor, list) and len(factor) >= 3 and all(isinstance(one, (int, float)) for one in factor)
        tint = np.clip(np.array(factor[:3], dtype=np.float64), 0.0, 1.0) if isinstance(factor, list) and good else None
        return tint if tint is not None and (tint < 1.0).any() else None

    def _texture(self, node: Node, tint: Float64Array | None) -> tuple[int, UInt8Array] | None:
        packed = [name.removesuffix(".gz") for name in sorted(self._store.names(node.texture))]
        names = [name for name in packed if name.lower().endswith(_PICTURES)]
        if not names:
            if packed:
                self._gathering.note(_UNREADABLE)
            return None
        shares = (1.0, 1.0, 1.0) if tint is None else (float(tint[0]), float(tint[1]), float(tint[2]))
        made = partial(self._picture, names, shares)
        return self._gathering.pictures.put((node.texture, shares), node.texture, made)

    def _picture(self, names: list[str], tint: tuple[float, float, float]) -> Picture:
        """Return the first of several packings of one picture that can be read."""
        for name in names:
            try:
                data = self._store.read(name)
            except InputError:
                continue
            if data.startswith(MAGIC) or picture(data) is not None:
                return Picture(data=data, tint=tint)
        return Picture(data=b"")


def _middles(values: Float64Array) -> Float64Array:
    """Return the mean of the three corners of each triangle."""
    return np.asarray(values.reshape(-1, 3, values.shape[1]).mean(axis=1))


def _in_region(uv: Float64Array, region: Float64Array | None) -> Float64Array:
    """Return coordinates in the part of an atlas that a face has for its own; what repeats there is drawn once."""
    if region is None:
        return uv
    corners = uv.reshape(-1, 3, 2)
    inside = np.clip(corners - np.floor(corners.min(axis=1, keepdims=True)), 0.0, 1.0).reshape(-1, 2)
    return np.asarray(region[:, :2] + inside * (region[:, 2:] - region[:, :2]))
