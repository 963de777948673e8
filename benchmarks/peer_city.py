"""Writes one tile set in the forms that the peers read: raw arrays, and 3D Tiles 1.1 as our export does."""

import json
from pathlib import Path

import numpy as np

from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.formats.outgoing.layers import ExportWish, OutLayer
from sanping.formats.outgoing.writing import write
from sanping.ports.progress import SilentProgress


def write_tiles(tiles: TileSet, folder: Path) -> None:
    """Write `tiles.json` and raw arrays of points and triangles."""
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    centre = np.array(tiles.extent.centre) * (1, 1, 0)
    listed = []
    for number, tile in enumerate(tiles.tiles):
        points = np.ascontiguousarray(tile.near.points, np.float32)
        triangles = np.ascontiguousarray(tile.near.triangles, np.uint32)
        (folder / "tiles" / f"{number}.bin").write_bytes(points.tobytes() + triangles.tobytes())
        origin = (tile.origin - centre).tolist()
        listed.append({"file": f"{number}.bin", "points": len(points), "triangles": len(triangles), "origin": origin})
    (folder / "tiles.json").write_text(json.dumps(listed))


def write_3dtiles(tiles: TileSet, folder: Path) -> None:
    """Write the tile set as our export to 3D Tiles does, near and far models."""
    layer = OutLayer(name="buildings", title=Text("建筑", "Buildings"), role="buildings", content=tiles)
    write(folder, [layer], ExportWish(format="3dtiles"), SilentProgress())
