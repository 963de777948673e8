"""Pictures on surfaces: as a file gives them to points of a model, and packed into pages for the points of a tile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Int32Array, UInt8Array

Wrap = Literal["repeat", "mirror", "clamp"]
Int16Array = npt.NDArray[np.int16]

MOST_PICTURE_PIXELS = 64_000_000
"""Larger pictures of a file are not decoded."""
PAGE_SIDE = 2048
"""No page of a tile is wider or higher, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a file, still packed as JPEG, PNG, WebP or the like.

    `across` and `down` say what lies beyond its edges. `tint` are shares of 0 … 1 by which red, green and blue are
    taken, as encoded (sRGB). `is_cut_out` where its transparent parts are holes in the surface, else they are opaque.
    """

    data: bytes
    across: Wrap = "repeat"
    down: Wrap = "repeat"
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    is_cut_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Texturing:
    """Pictures on the points of a mesh.

    `point_uv` (p, 2): right and down from the upper left corner of the picture, 1 at its far edges.
    `point_picture` (p,) indexes `pictures`, −1 for a point without; the corners of a triangle have one in common.
    """

    point_uv: Float32Array
    point_picture: Int32Array
    pictures: tuple[Picture, ...]

    def taken(self, points: npt.NDArray[np.integer] | npt.NDArray[np.bool_] | slice) -> "Texturing":
        """Return that of chosen points, in their order."""
        return Texturing(
            point_uv=self.point_uv[points], point_picture=self.point_picture[points], pictures=self.pictures
        )


def joined_texturing(parts: Sequence[tuple[Texturing | None, int]]) -> Texturing | None:
    """Put that of several meshes with their numbers of points together; they share one shelf of pictures.

    None where no mesh has pictures.
    """
    given = [part for part, _ in parts if part is not None]
    if not given:
        return None
    bare = np.zeros((0, 2), np.float32)
    return Texturing(
        point_uv=np.concatenate(
            [bare, *(np.zeros((count, 2), np.float32) if part is None else part.point_uv for part, count in parts)]
        ),
        point_picture=np.concatenate(
            [np.full(count, -1, np.int32) if part is None else part.point_picture for part, count in parts]
        ),
        pictures=max((part.pictures for part in given), key=len),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinPage:
    """A packed JPEG or PNG of several pictures, or of one that may repeat; `data` (n,) are its bytes.

    `mean` is its colour on the whole, red, green, blue of 0 … 255: what is seen until it is there.
    """

    data: UInt8Array
    width: int
    height: int
    is_repeating: bool = False
    mean: tuple[int, int, int] = (128, 128, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSkin:
    """Pages on the points of the full mesh of a tile.

    `point_uv` (v, 2): right and down from the upper left corner of the page, 1 at its far edges.
    `point_page` (v,) indexes `pages`, −1 for a point without; the corners of a triangle have one in common.
    """

    point_uv: Float32Array
    point_page: Int16Array
    pages: tuple[SkinPage, ...]

    def taken(self, points: npt.NDArray[np.integer]) -> "TileSkin":
        """Return that of chosen points, in their order."""
        return TileSkin(point_uv=self.point_uv[points], point_page=self.point_page[points], pages=self.pages)
