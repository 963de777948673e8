"""Writes one tile set in the forms that the peers read: raw arrays, glTF tiles with a tileset.json."""

import json
import struct
from pathlib import Path

import numpy as np

from sanping.domain.tile import Tile, TileSet


def write_tiles(tiles: TileSet, folder: Path, lonlat: tuple[float, float]) -> None:
    """Write `tiles.json` with raw arrays for three.js and `tileset.json` with GLB for 3D Tiles engines."""
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    centre = np.array(tiles.extent.centre) * (1, 1, 0)
    listed, children = [], []
    for number, tile in enumerate(tiles.tiles):
        origin = tile.origin - centre
        points = np.ascontiguousarray(tile.near.points, np.float32)
        triangles = np.ascontiguousarray(tile.near.triangles, np.uint32)
        (folder / "tiles" / f"{number}.bin").write_bytes(points.tobytes() + triangles.tobytes())
        (folder / "tiles" / f"{number}.glb").write_bytes(_glb(points, triangles, origin))
        listed.append(
            {"file": f"{number}.bin", "points": len(points), "triangles": len(triangles), "origin": origin.tolist()}
        )
        children.append(_child(tile, number, centre))
    (folder / "tiles.json").write_text(json.dumps(listed))
    (folder / "tileset.json").write_text(json.dumps(_tileset(tiles, children, centre, lonlat)))


def _child(tile: Tile, number: int, centre: np.ndarray) -> dict[str, object]:
    box = tile.extent
    middle = np.array(box.centre) - centre
    half = [(box.east - box.west) / 2, (box.north - box.south) / 2, (box.top - box.bottom) / 2]
    return {
        "boundingVolume": {"box": [*middle.tolist(), half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]},
        "geometricError": 0,
        "content": {"uri": f"tiles/{number}.glb"},
    }


def _tileset(
    tiles: TileSet, children: list[dict[str, object]], centre: np.ndarray, lonlat: tuple[float, float]
) -> dict[str, object]:
    box = tiles.extent
    half = [(box.east - box.west) / 2, (box.north - box.south) / 2, (box.top - box.bottom) / 2 + 1]
    middle = (np.array(box.centre) - centre).tolist()
    return {
        "asset": {"version": "1.1"},
        "geometricError": 4000,
        "root": {
            "transform": _east_north_up(*lonlat),
            "boundingVolume": {"box": [*middle, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]},
            "geometricError": 4000,
            "refine": "ADD",
            "children": children,
        },
    }


def _east_north_up(longitude_deg: float, latitude_deg: float) -> list[float]:
    """Return the column-major matrix from local metres to WGS 84 earth-centred metres."""
    lon, lat = np.radians([longitude_deg, latitude_deg])
    a, e2 = 6378137.0, 6.69437999014e-3
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    east = [-np.sin(lon), np.cos(lon), 0, 0]
    north = [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat), 0]
    up = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat), 0]
    place = [n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat), 1]
    return [float(value) for value in (*east, *north, *up, *place)]


def _glb(points: np.ndarray, triangles: np.ndarray, origin: np.ndarray) -> bytes:
    """Return a glTF 2.0 binary; glTF is y-up, so (east, north, up) becomes (x, z, −y)."""
    turned = np.ascontiguousarray(points[:, [0, 2, 1]] * np.array([1, 1, -1], np.float32))
    body = turned.tobytes() + triangles.tobytes()
    head = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "translation": [float(origin[0]), float(origin[2]), float(-origin[1])]}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [0.6, 0.7, 0.8, 1], "metallicFactor": 0}}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3",
             "min": turned.min(0).tolist(), "max": turned.max(0).tolist()},
            {"bufferView": 1, "componentType": 5125, "count": triangles.size, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": turned.nbytes, "target": 34962},
            {"buffer": 0, "byteOffset": turned.nbytes, "byteLength": triangles.nbytes, "target": 34963},
        ],
        "buffers": [{"byteLength": len(body)}],
    }  # fmt: skip
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(body)
    return (
        struct.pack("<4sII", b"glTF", 2, total)
        + struct.pack("<I4s", len(text), b"JSON") + text
        + struct.pack("<I4s", len(body), b"BIN\0") + body
    )  # fmt: skip
