"""The tileset of a twin for whoever may not see all its layers: their branches are cut off, and its bounds shrink."""

from collections.abc import Collection
from typing import Any

import msgspec

from sanping.ports.shared_models import SharedModels

TILESET, CONTENTS = "tileset.json", "tiles"


def layer_at(models: SharedModels, number: str) -> str:
    """Return the layer whose contents lie under a number, "" for the tileset itself.

    A number that the tileset does not name stays as it is: no layer is called so.
    """
    path = models.file(TILESET)
    numbers: dict[str, int] = {} if path is None else _layers(msgspec.json.decode(path.read_bytes()))
    return next((name for name, known in numbers.items() if str(known) == number), number)


def without_layers(body: bytes, hidden: Collection[str]) -> bytes:
    """Return a tileset without the branches of some layers."""
    tileset = msgspec.json.decode(body)
    layers = _layers(tileset)
    cut = tuple(f"{CONTENTS}/{layers.pop(name)}/" for name in hidden if name in layers)
    root = tileset["root"]
    if cut:
        root["children"] = [one for one in root.get("children", ()) if not _holds(one, cut)]
        regions = [one["boundingVolume"]["region"] for one in root["children"]]
        if regions:
            columns = list(zip(*regions, strict=True))
            root["boundingVolume"] = {"region": [*map(min, columns[:2]), *map(max, columns[2:4]),
                                                 min(columns[4]), max(columns[5])]}  # fmt: skip
    return msgspec.json.encode(tileset)


def _layers(tileset: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = tileset.get("asset", {}).get("extras", {}).get("layers", {})
    return found


def _holds(node: dict[str, Any], cut: tuple[str, ...]) -> bool:
    """Say whether anything of a branch, which is of one layer, lies under one of the folders."""
    if str(node.get("content", {}).get("uri", "")).startswith(cut):
        return True
    return any(_holds(child, cut) for child in node.get("children", ()))
