"""Packs the pictures on a tile into few pages.

A picture whose use repeats often, or that is large, has a page of its own; the others are cut to what is used, padded
against bleeding into one another, and stand together.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Float64Array, UInt8Array
from sanping.domain.texture import PAGE_SIDE, Picture, SkinPage, Texturing, TileSkin
from sanping.tiles.atlas_pictures import decoded, encoded, is_plain_jpeg, mean_of, region, shrunk

PAD_PX = 4
ALONE_PX = 1024 * 1024
"""A picture of so many pixels has a page of its own."""
BAKED_SIDE = 1024
"""A picture that repeats is laid out up to this side, else it repeats on a page of its own."""
TILE_PX = 12 * PAGE_SIDE * PAGE_SIDE
"""All pages of a tile together; above it they are made smaller."""
_KEPT_PX = 64_000_000
_WITHIN = 1e-3

IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """One picture on the points `rows` of a tile: it is used from `low` to `high` (2,), in widths and heights."""

    picture: int
    rows: IndexArray
    low: Float64Array
    high: Float64Array
    pixels: UInt8Array

    @property
    def size_px(self) -> Float64Array:
        """Width and height of the picture."""
        return np.array(self.pixels.shape[1::-1], dtype=np.float64)


@dataclass(slots=True, kw_only=True)
class _Patch:
    """What of a use stands on a page: pixels, and how its coordinates come there: (uv − low) × scale, in pixels."""

    use: _Use
    pixels: UInt8Array
    low: Float64Array
    scale: Float64Array
    left: int = 0
    top: int = 0


class Atlas:
    """Makes the pages of one tile after another; pictures are decoded when they are first needed."""

    def __init__(self, pictures: tuple[Picture, ...]) -> None:
        self._pictures = pictures
        self._decoded: OrderedDict[int, UInt8Array | None] = OrderedDict()

    def skin(self, texturing: Texturing) -> TileSkin | None:
        """Return the pages of the points of one tile, None where it has no picture."""
        uses = self._uses(texturing)
        if not uses:
            return None
        uv: Float32Array = np.zeros_like(texturing.point_uv)
        page_of = np.full(len(uv), -1, dtype=np.int16)
        pages: list[SkinPage] = []
        alone = [use for use in uses if self._is_alone(use)]
        for use in alone:
            uv[use.rows], page = self._own_page(use, texturing.point_uv[use.rows])
            page_of[use.rows] = len(pages)
            pages.append(page)
        rest = [use for use in uses if not any(use is one for one in alone)]
        for holes in (3, 4):
            patches = self._patches([use for use in rest if use.pixels.shape[2] == holes])
            for sheet in _sheets(patches):
                width, height = _extent(sheet)
                for patch in sheet:
                    at = (texturing.point_uv[patch.use.rows] - patch.low) * patch.scale
                    uv[patch.use.rows] = (at + np.array([patch.left, patch.top])) / np.array([width, height])
                    page_of[patch.use.rows] = len(pages)
                pages.append(_page(sheet, width, height))
        return TileSkin(point_uv=uv, point_page=page_of, pages=tuple(pages))

    def _uses(self, texturing: Texturing) -> list[_Use]:
        found = []
        order = np.argsort(texturing.point_picture, kind="stable")
        numbers, starts = np.unique(texturing.point_picture[order], return_index=True)
        for number, rows in zip(numbers.tolist(), np.split(order, starts[1:]), strict=True):
            pixels = self._pixels(number) if number >= 0 else None
            if pixels is None:
                continue
            uv = texturing.point_uv[rows].astype(np.float64)
            low, high = uv.min(axis=0), uv.max(axis=0)
            for axis, wrap in enumerate((self._pictures[number].across, self._pictures[number].down)):
                if wrap == "clamp":
                    low[axis], high[axis] = min(max(low[axis], 0.0), 1.0), max(min(high[axis], 1.0), 0.0)
            found.append(_Use(picture=number, rows=rows, low=low, high=high, pixels=pixels))
        return found

    def _pixels(self, number: int) -> UInt8Array | None:
        if number in self._decoded:
            self._decoded.move_to_end(number)
        else:
            self._decoded[number] = decoded(self._pictures[number])
            while len(self._decoded) > 1 and sum(p.size for p in self._decoded.values() if p is not None) > _KEPT_PX:
                self._decoded.popitem(last=False)
        return self._decoded[number]

    def _is_alone(self, use: _Use) -> bool:
        """Say whether a picture has a page of its own: it repeats too often to be laid out, or is large and used."""
        wanted = (use.high - use.low) * use.size_px
        is_inside = bool((use.low >= -_WITHIN).all() and (use.high <= 1.0 + _WITHIN).all())
        if is_inside:
            return bool(np.prod(wanted) > 0.6 * np.prod(use.size_px) and np.prod(use.size_px) >= ALONE_PX)
        return bool((wanted > BAKED_SIDE).any())

    def _own_page(self, use: _Use, uv: Float32Array) -> tuple[Float32Array, SkinPage]:
        """Return coordinates and page of a picture that stands alone."""
        picture = self._pictures[use.picture]
        is_inside = bool((use.low >= -_WITHIN).all() and (use.high <= 1.0 + _WITHIN).all())
        if is_inside and max(use.size_px) <= PAGE_SIDE and is_plain_jpeg(picture):
            width, height = (int(side) for side in use.size_px)
            data = np.frombuffer(picture.data, np.uint8)
            page = SkinPage(data=data, width=width, height=height, mean=mean_of(use.pixels))
            return np.clip(uv, 0.0, 1.0), page
        pixels, uv = use.pixels, uv.copy()
        for axis, wrap in enumerate((picture.across, picture.down)):
            if wrap == "clamp":
                uv[:, axis] = np.clip(uv[:, axis], 0.0, 1.0)
            elif wrap == "mirror" and not is_inside:
                flipped = pixels[:, ::-1] if axis == 0 else pixels[::-1]
                pixels = np.concatenate([pixels, flipped], axis=1 - axis)
                uv[:, axis] /= 2.0
            else:
                uv[:, axis] -= math.floor(use.low[axis] + _WITHIN)
        pixels = shrunk(pixels, PAGE_SIDE if is_inside else BAKED_SIDE)
        height, width = pixels.shape[:2]
        data, mean = encoded(pixels), mean_of(pixels)
        return uv, SkinPage(data=data, width=width, height=height, is_repeating=not is_inside, mean=mean)

    def _patches(self, uses: list[_Use]) -> list[_Patch]:
        """Cut the pictures to what is used, all smaller by one factor where they are too much together."""
        wanted = sum(float(np.prod((use.high - use.low) * use.size_px + 2 * PAD_PX)) for use in uses)
        share = min(1.0, math.sqrt(TILE_PX / max(wanted, 1.0)))
        return [self._patch(use, share) for use in uses]

    def _patch(self, use: _Use, share: float) -> _Patch:
        picture = self._pictures[use.picture]
        first = np.floor(use.low * use.size_px).astype(int) - 1
        last = np.maximum(np.ceil(use.high * use.size_px).astype(int) + 1, first + 2)
        cut = region(use.pixels, first, last, (picture.across, picture.down))
        size = np.array(cut.shape[1::-1], dtype=np.float64)
        cut = shrunk(cut, PAGE_SIDE - 2 * PAD_PX, share)
        scale = np.array(cut.shape[1::-1], dtype=np.float64) / size
        padded = np.pad(cut, ((PAD_PX, PAD_PX), (PAD_PX, PAD_PX), (0, 0)), mode="edge")
        low = first / use.size_px - PAD_PX / (use.size_px * scale)
        return _Patch(use=use, pixels=padded, low=low, scale=use.size_px * scale)


def _sheets(patches: list[_Patch]) -> list[list[_Patch]]:
    """Place patches in rows on sheets, the highest first; each sheet is as wide as its content needs."""
    if not patches:
        return []
    area = sum(patch.pixels.shape[0] * patch.pixels.shape[1] for patch in patches)
    widest = max(patch.pixels.shape[1] for patch in patches)
    side = min(PAGE_SIDE, max(widest, int(math.sqrt(area * 1.1)) + 1))
    sheets: list[list[_Patch]] = [[]]
    left = top = row = 0
    for patch in sorted(patches, key=lambda one: -one.pixels.shape[0]):
        height, width = patch.pixels.shape[:2]
        if left + width > side:
            left, top, row = 0, top + row, 0
        if top + height > PAGE_SIDE:
            sheets.append([])
            left = top = row = 0
        patch.left, patch.top = left, top
        left, row = left + width, max(row, height)
        sheets[-1].append(patch)
    return sheets


def _extent(sheet: list[_Patch]) -> tuple[int, int]:
    width = max(patch.left + patch.pixels.shape[1] for patch in sheet)
    return width, max(patch.top + patch.pixels.shape[0] for patch in sheet)


def _page(sheet: list[_Patch], width: int, height: int) -> SkinPage:
    """Draw a sheet; what is left of it has the mean colour, so that small versions of it do not darken at edges."""
    mean = np.mean([patch.pixels.mean(axis=(0, 1)) for patch in sheet], axis=0)
    pixels: UInt8Array = np.empty((height, width, sheet[0].pixels.shape[2]), np.uint8)
    pixels[:] = mean
    for patch in sheet:
        rows, columns = patch.pixels.shape[:2]
        pixels[patch.top : patch.top + rows, patch.left : patch.left + columns] = patch.pixels
    return SkinPage(data=encoded(pixels), width=width, height=height, mean=mean_of(pixels))
