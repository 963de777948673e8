"""Small glTF files for tests."""

import base64
import json
import struct
from pathlib import Path

import numpy as np

CORNERS = np.array([[0, 0, 0], [1, 0, 0], [1, 2, 0], [0, 2, 0]], dtype="<f4")
SQUARE = np.array([0, 1, 2, 0, 2, 3], dtype="<u2")


class Gltf:
    """Builds a small glTF, piece by piece."""

    def __init__(self) -> None:
        self.data = b""
        self.json: dict[str, list[dict[str, object]]] = {"bufferViews": [], "accessors": [], "meshes": [], "nodes": []}

    def view(self, values: bytes, **more: object) -> int:
        self.data += bytes(-len(self.data) % 4)
        place = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(values), **more}
        self.json["bufferViews"].append(place)
        self.data += values
        return len(self.json["bufferViews"]) - 1

    def accessor(self, values: np.ndarray, **more: object) -> int:
        kinds = {"f4": 5126, "u2": 5123, "u1": 5121, "u4": 5125, "i2": 5122, "i1": 5120}
        width = 1 if values.ndim == 1 else values.shape[1]
        described = {
            "bufferView": self.view(values.tobytes()),
            "componentType": kinds[values.dtype.str[1:]],
            "count": len(values),
            "type": {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}[width],
            **more,
        }
        self.json["accessors"].append({key: value for key, value in described.items() if value is not None})
        return len(self.json["accessors"]) - 1

    def mesh(self, points: int, indices: int | None = None, **more: object) -> int:
        part: dict[str, object] = {"attributes": {"POSITION": points}, **more}
        if indices is not None:
            part["indices"] = indices
        self.json["meshes"].append({"primitives": [part]})
        return len(self.json["meshes"]) - 1

    def written(self, path: Path, uri: str | None = "data", **more: object) -> Path:
        content = {"asset": {"version": "2.0"}, **self.json, **more}
        buffer: dict[str, object] = {"byteLength": len(self.data)}
        if path.suffix == ".gltf":
            embedded = "data:application/octet-stream;base64," + base64.b64encode(self.data).decode()
            buffer["uri"] = embedded if uri == "data" else uri
        content.setdefault("buffers", [buffer])
        text = json.dumps(content).encode()
        if path.suffix == ".gltf":
            path.write_bytes(text)
            return path
        text += b" " * (-len(text) % 4)
        data = self.data + bytes(-len(self.data) % 4)
        chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
        path.write_bytes(b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks)
        return path


def square(**node: object) -> Gltf:
    gltf = Gltf()
    gltf.mesh(gltf.accessor(CORNERS), gltf.accessor(SQUARE))
    gltf.json["nodes"].append({"mesh": 0, "name": "甲", **node})
    return gltf
