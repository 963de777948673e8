"""Pages of pictures as arrays for the cache, and back without copying; tile sets without any have none of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sanping.domain.texture import SkinPage, TileSkin
from sanping.domain.tile import Tile


def skin_columns(tiles: Sequence[Tile]) -> dict[str, Any]:
    """Return the columns of all skins, one after another; nothing where no tile has one."""
    skins = [tile.skin for tile in tiles if tile.skin is not None]
    if not skins:
        return {}
    return {
        "skin_uv": np.concatenate([skin.point_uv for skin in skins]),
        "skin_page": np.concatenate([skin.point_page for skin in skins]),
        "skin_pictures": np.concatenate([page.data for skin in skins for page in skin.pages]),
    }


def skin_head(skin: TileSkin | None) -> dict[str, object]:
    """Return what the head says of the skin of a tile."""
    if skin is None:
        return {}
    pages = [[len(page.data), page.width, page.height, int(page.is_repeating), list(page.mean)] for page in skin.pages]
    return {"skin": pages}


class SkinCutter:
    """Cuts whole columns into skins, one tile after another."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self._columns = columns
        self._point = self._byte = 0

    def skin(self, entry: dict[str, Any], points: int) -> TileSkin | None:
        """Return the skin of the next tile, which has so many points; None where its head tells of none."""
        if "skin" not in entry:
            return None
        span = slice(self._point, self._point + points)
        self._point += points
        return TileSkin(
            point_uv=self._columns["skin_uv"][span],
            point_page=self._columns["skin_page"][span],
            pages=tuple(self._page(*page) for page in entry["skin"]),
        )

    def _page(self, size: int, width: int, height: int, is_repeating: int, mean: list[int]) -> SkinPage:
        start = self._byte
        self._byte += size
        return SkinPage(
            data=self._columns["skin_pictures"][start : self._byte],
            width=width,
            height=height,
            is_repeating=bool(is_repeating),
            mean=(mean[0], mean[1], mean[2]),
        )
