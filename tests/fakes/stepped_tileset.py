"""A small tileset for tests: a quadtree of block cities on the earth, twice as fine at each level."""

import json
import struct
from pathlib import Path

import numpy as np

LONGITUDE, LATITUDE = 121.40, 31.25
SIDE_M, HIGH_M = 800.0, 40.0
_CORNERS = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], "<f4")
_FACES = np.array(
    [0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1, 2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3], "<u2"
)


def stepped_tileset(folder: Path, depth: int = 2, *, refine: str = "REPLACE", blocks: int = 3) -> Path:
    """Write a tileset of `depth` levels below its root, `blocks` × `blocks` blocks a tile; return its tileset.json.

    A tile at level, x, y is the file `level_x_y.glb`. The root's error is 32 m, halved at each level.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = _tile(folder, (0, 0, 0), depth, blocks)
    root |= {"transform": east_north_up(), "refine": refine}
    path = folder / "tileset.json"
    path.write_text(json.dumps({"asset": {"version": "1.1"}, "geometricError": 64, "root": root}))
    return path


def names(depth: int) -> list[str]:
    """Return the contents of all tiles of a tileset, level by level."""
    return [f"{level}_{x}_{y}.glb" for level in range(depth + 1) for x in range(2**level) for y in range(2**level)]


def east_north_up() -> list[float]:
    """Return the matrix, column after column, from metres east, north, up of the place to earth-centred ones."""
    east_angle, north_angle = np.radians((LONGITUDE, LATITUDE))
    up = np.array([np.cos(north_angle) * np.cos(east_angle), np.cos(north_angle) * np.sin(east_angle),
                   np.sin(north_angle)])  # fmt: skip
    east = np.array([-np.sin(east_angle), np.cos(east_angle), 0.0])
    squared = 0.00669437999014
    radius = 6_378_137.0 / np.sqrt(1 - squared * up[2] ** 2)
    foot = radius * up * (1, 1, 1 - squared)
    columns = [(*east, 0.0), (*np.cross(up, east), 0.0), (*up, 0.0), (*foot, 1.0)]
    return [float(value) for column in columns for value in column]


def _tile(folder: Path, at: tuple[int, int, int], depth: int, blocks: int) -> dict[str, object]:
    level, x, y = at
    side = SIDE_M / 2**level
    west, south = x * side - SIDE_M / 2, y * side - SIDE_M / 2
    name = f"{level}_{x}_{y}.glb"
    (folder / name).write_bytes(_blocks((west, south), side, blocks, level))
    tile: dict[str, object] = {
        "boundingVolume": {
            "box": [west + side / 2, south + side / 2, HIGH_M / 2, side / 2, 0, 0, 0, side / 2, 0, 0, 0, HIGH_M / 2]
        },
        "geometricError": 0 if level == depth else 32 / 2**level,
        "content": {"uri": name},
    }
    if level < depth:
        tile["children"] = [
            _tile(folder, (level + 1, 2 * x + dx, 2 * y + dy), depth, blocks) for dx in (0, 1) for dy in (0, 1)
        ]
    return tile


def _blocks(corner: tuple[float, float], side: float, count: int, level: int) -> bytes:
    """Return a GLB of `count` × `count` boxes, named and with attributes; glTF has y up."""
    (west, south), step = corner, side / count
    nodes = [
        {
            "mesh": 0,
            "name": f"{number // count}-{number % count}",
            "translation": [west + step * (number // count + 0.1), 0, -(south + step * (number % count + 0.9))],
            "scale": [step * 0.8, 10 + (number * 7 + level * 3) % 30, step * 0.8],
            "extras": {"level": level},
        }
        for number in range(count * count)
    ]
    data = _CORNERS.tobytes() + _FACES.tobytes()
    content = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 1]},
            {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": 96},
            {"buffer": 0, "byteOffset": 96, "byteLength": 72},
        ],
        "buffers": [{"byteLength": len(data)}],
    }
    text = json.dumps(content).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks
