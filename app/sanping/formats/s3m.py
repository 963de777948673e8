"""S3M by its index (`.scp`): where the data set lies, and how to bring it here; its tiles are not read."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken, FormatUnknown
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Text
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_LARGEST = 64 << 20
_DEG_PER_RADIAN = 180.0 / math.pi

_CONVERT = Text(
    "S3M 的瓦片（.s3mb）不能直接读取，这里只显示数据范围。"
    "请用 SuperMap iDesktopX“三维数据 > 三维瓦片 > S3M 转 3D Tiles”转换后打开 tileset.json",
    "The tiles of S3M (.s3mb) cannot be read; only the area of the data set is shown. Convert it with SuperMap "
    "iDesktopX (3D data, 3D tiles, S3M to 3D Tiles) and open the tileset.json",
)
_TILE = Text(
    "这是 S3M 的瓦片，不能直接读取；请用 SuperMap iDesktopX 把整个 S3M 数据集转换为 3D Tiles，再打开 tileset.json",
    "This is a tile of S3M, which cannot be read; convert the whole S3M data set to 3D Tiles with SuperMap iDesktopX, "
    "then open the tileset.json",
)
_NO_PLACE = Text(
    "S3M 索引里没有可用的范围；请用 SuperMap iDesktopX 把它转换为 3D Tiles，再打开 tileset.json",
    "The S3M index gives no area; convert it to 3D Tiles with SuperMap iDesktopX and open the tileset.json",
)
_BROKEN = Text("S3M 索引无法解析（{reason}）", "The S3M index cannot be parsed ({reason})")

Words = Mapping[str, Any]


class S3mReader:
    """Reads the index of an S3M data set as its area."""

    name = "S3M"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the name is that of an S3M index or tile."""
        return path.suffix.lower() in (".scp", ".s3m", ".s3mb")

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> VectorLayer:
        """Read the area as one polygon; raises `FormatUnknown`, which says how to convert, for tiles."""
        with foreign_errors_as_ours(path):
            if path.suffix.lower() != ".scp":
                raise FormatUnknown(_TILE)
            index = _index(path)
            box = _box(index)
            if box is None:
                raise FormatUnknown(_NO_PLACE)
            corners = np.array([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])])
            framed = framing("EPSG:4326", corners, options)
            geometries: np.ndarray[Any, np.dtype[np.object_]] = np.empty(1, dtype=object)
            geometries[0] = shapely.Polygon(framed.convert(corners))
            asset = _under(index.get("asset"))
            tiles = index.get("tiles")
            known = {
                "name": path.stem,
                "version": str(asset.get("version", index.get("version", ""))),
                "data_type": str(index.get("datatype", "")),
                "root_tiles": len(tiles) if isinstance(tiles, list) else 0,
            }
            origin = Origin(
                format="S3M", version=str(known["version"]), source_crs=framed.source_crs,
                notes=(_CONVERT, *framed.notes),
            )  # fmt: skip
            return VectorLayer(
                frame=framed.frame, origin=origin, ids=[path.stem], geometries=geometries, attributes=[known]
            )


def _index(path: Path) -> Words:
    """Return the JSON of an index, its keys in lower case: releases differ in that."""
    if path.stat().st_size > _LARGEST:
        raise FileBroken(_BROKEN.with_values(reason=f"> {_LARGEST >> 20} MiB"))
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"<"):
        raise FormatUnknown(_NO_PLACE)
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FileBroken(_BROKEN.with_values(reason=str(error)[:120])) from error
    if not isinstance(found, dict):
        raise FileBroken(_BROKEN.with_values(reason="?"))
    return _under(found)


def _under(value: object) -> Words:
    return {str(key).lower(): one for key, one in value.items()} if isinstance(value, dict) else {}


def _box(index: Words) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north in degrees, None when the index says nothing of use."""
    bounds = _under(index.get("geobounds"))
    sides = [_number(bounds.get(side)) for side in ("left", "bottom", "right", "top")]
    if None in sides:
        low, high = _under(bounds.get("min")), _under(bounds.get("max"))
        sides = [_number(one) for one in (low.get("x"), low.get("y"), high.get("x"), high.get("y"))]
    west, south, east, north = (math.nan if side is None else side for side in sides)
    south, north = min(south, north), max(south, north)
    if max(abs(west), abs(east)) <= math.pi and max(abs(south), abs(north)) <= math.pi / 2 and east - west < 0.2:
        west, south, east, north = (side * _DEG_PER_RADIAN for side in (west, south, east, north))
    is_sound = -180 <= west < east <= 180 and -90 <= south < north <= 90 and east - west < 12
    return (west, south, east, north) if is_sound else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
