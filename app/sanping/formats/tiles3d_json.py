"""What the JSON of a tileset says, checked piece by piece: versions, tiles, contents, implicit tiling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from sanping.domain.errors import FileBroken, FormatUnknown
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.tiles3d_subtree import MOST_LEVELS

Known = Mapping[str, object]
BROKEN_TILE = Text("瓦片描述有误", "tile that is described wrongly")
_IMPLICIT = "3DTILES_implicit_tiling"
_NO_JSON = Text("tileset.json 无法解析：{reason}", "The tileset's JSON cannot be parsed: {reason}")
_VERSION = Text(
    "3D Tiles 版本 {version} 不支持；能读 1.0 和 1.1", "3D Tiles {version} is not supported; 1.0 and 1.1 are"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TilesetJson:
    """A tileset: its root tile as it is written, its version, the metadata of its groups, and which way glTF is up."""

    root: dict[str, Any]
    version: str
    groups: tuple[Known, ...]
    is_z_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplicitTiling:
    """Tiles that a template names: `ways` 4 or 8, `levels` a subtree, `depth` levels in all, `template` of subtrees."""

    ways: int
    levels: int
    depth: int
    template: str


def tileset_json(data: bytes, name: str) -> TilesetJson:
    """Return what the JSON of a tileset says. Raises `FileBroken`, `FormatUnknown` for other versions."""
    try:
        json = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FileBroken(_NO_JSON.with_values(reason=str(error)[:120]), place=name) from error
    if not isinstance(json, dict):
        raise FileBroken(_NO_JSON.with_values(reason="?"), place=name)
    asset = json.get("asset")
    version = str(asset.get("version", "")) if isinstance(asset, dict) else ""
    if version not in ("0.0", "1.0", "1.1"):
        raise FormatUnknown(_VERSION.with_values(version=version or "?"))
    root = json.get("root")
    if not isinstance(root, dict):
        raise FileBroken(BROKEN_TILE, place="root")
    is_z_up = isinstance(asset, dict) and str(asset.get("gltfUpAxis", "Y")).upper() == "Z"
    return TilesetJson(root=root, version=version, groups=groups_of(json), is_z_up=is_z_up)


def implicit_of(tile: dict[str, Any]) -> ImplicitTiling | None:
    """Return how the tiles below a tile are named, None where they are written out. Raises `FileBroken`."""
    implicit = tile.get("implicitTiling") or extension(tile, _IMPLICIT)
    if not isinstance(implicit, dict):
        return None
    levels, depth = implicit.get("subtreeLevels"), implicit.get("availableLevels")
    if depth is None and isinstance(implicit.get("maximumLevel"), int):
        depth = implicit["maximumLevel"] + 1
    subtrees = implicit.get("subtrees")
    template = subtrees.get("uri") if isinstance(subtrees, dict) else None
    if not isinstance(levels, int) or not 1 <= levels <= MOST_LEVELS or not isinstance(template, str):
        raise FileBroken(BROKEN_TILE, place="implicitTiling")
    return ImplicitTiling(
        ways=8 if str(implicit.get("subdivisionScheme")).upper() == "OCTREE" else 4,
        levels=levels,
        depth=depth if isinstance(depth, int) and 0 < depth <= 4 * MOST_LEVELS else 4 * MOST_LEVELS,
        template=template,
    )


def is_replaced_by_children(tile: dict[str, Any], *, otherwise: bool) -> bool:
    """Say whether the children of a tile stand for it; a tile that does not say does as the one above it."""
    refine = tile.get("refine")
    return str(refine).upper() == "REPLACE" if isinstance(refine, str) else otherwise


def filled(template: str, level: int, at: tuple[int, ...]) -> str:
    """Return a template's address for a tile of implicit tiling at x, y (and z) of a level."""
    for name, value in zip(("level", "x", "y", "z"), (level, *at), strict=False):
        template = template.replace("{" + name + "}", str(value))
    return template


def extension(owner: dict[str, Any], name: str) -> object:
    """Return an extension of a tile or tileset, None where it has none of that name."""
    extensions = owner.get("extensions")
    return extensions.get(name) if isinstance(extensions, dict) else None


def contents_of(tile: dict[str, Any], groups: Sequence[Known]) -> list[tuple[str, Known]]:
    """Return the addresses of a tile's contents, each with the metadata of its group."""
    multiple = tile.get("contents") or extension(tile, "3DTILES_multiple_contents")
    listed = multiple.get("contents", multiple.get("content")) if isinstance(multiple, dict) else multiple
    found = []
    for content in listed if isinstance(listed, list) else [tile.get("content")]:
        if not isinstance(content, dict):
            continue
        uri = content.get("uri", content.get("url"))
        if isinstance(uri, str) and uri:
            group = content.get("group")
            known = groups[group] if isinstance(group, int) and 0 <= group < len(groups) else {}
            found.append((uri, known))
    return found


def uris_of(tile: dict[str, Any]) -> list[str]:
    """Return the addresses of a tile's contents."""
    return [uri for uri, _ in contents_of(tile, ())]


def groups_of(json: dict[str, Any]) -> tuple[Known, ...]:
    """Return the metadata of the groups of contents."""
    listed = json.get("groups")
    return tuple(properties_of({"metadata": one}) for one in listed) if isinstance(listed, list) else ()


def properties_of(owner: dict[str, Any]) -> dict[str, object]:
    """Return the plain values of an entity's metadata."""
    metadata = owner.get("metadata")
    found = metadata.get("properties") if isinstance(metadata, dict) else None
    values = found.items() if isinstance(found, dict) else ()
    return {str(name): value for name, value in values if isinstance(value, (str, int, float, bool))}


def matrix_of(value: object) -> Float64Array:
    """Return a column-major matrix (4, 4), the one of no change where there is none."""
    if value is None:
        return np.eye(4)
    good = isinstance(value, list) and len(value) == 16 and all(isinstance(one, (int, float)) for one in value)
    matrix = np.array(value, dtype=np.float64).reshape(4, 4).T if good else np.full((4, 4), np.nan)
    if not np.isfinite(matrix).all():
        raise FileBroken(BROKEN_TILE, place="transform")
    return matrix


def error_of(value: object) -> float:
    """Return a geometric error in metres, 0 for none."""
    return float(value) if isinstance(value, (int, float)) and np.isfinite(value) else 0.0
