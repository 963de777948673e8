"""Pictures on the tiles of one layer: a mesh for each page of a tile, each page in the size its distance deserves."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from math import floor, log2
from typing import Any

import numpy as np
from PIL import Image

from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.domain.texture import SkinPage, TileSkin
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.far_groups import Piece
from sanping.scene.features import FeaturePage
from sanping.scene.material import Material
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

FIRST_SIDE = 256
"""A page comes in this size even when the budget is spent."""
MOST_HALVINGS = 5
PIXELS_A_FRAME = 2_000_000
_NOTHING_YET = 32
_RADIANS_A_PIXEL = 0.0009
_BYTES_A_TEXEL = 16.0 / 3.0


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """One page on a tile: at full size a pixel of it covers `texel_m`; now its sides are halved so often."""

    page: SkinPage
    actor: Any
    texture: DataTexture
    texel_m: float
    halvings: int
    mesh_bytes: int

    def bytes_at(self, halvings: int) -> int:
        """Memory on the graphics card, with the smaller versions of the page."""
        return self.mesh_bytes + int(_texels(self.page, halvings) * _BYTES_A_TEXEL)


@dataclass(slots=True, kw_only=True)
class _Skinned:
    """The sheets of one tile, and the box around it in scene metres."""

    sheets: list[_Sheet]
    low: Float32Array
    high: Float32Array
    is_drawn: bool = True


class TileSkins:
    """The meshes with pictures of one layer; `facade` makes the material of a page of features."""

    def __init__(
        self,
        context: SceneContext,
        pages: list[FeaturePage],
        facade: Callable[[SceneContext, FeaturePage], Material],
    ) -> None:
        self._context = context
        self.materials = [facade(context, page) for page in pages]
        for material in self.materials:
            material.define(SKIN=1)
            material.set_number("uSkin", 1.0)
        self._tiles: dict[int, _Skinned] = {}
        self._is_shown = True
        self._seen_from: tuple[float, ...] | None = None

    def show(self, look: LayerLook) -> None:
        """Show or hide the pictures; the surfaces stay."""
        if look.has_pictures != self._is_shown:
            self._is_shown, self._seen_from = look.has_pictures, None
            for material in self.materials:
                material.set_number("uSkin", float(look.has_pictures))

    def set(self, number: int, feature_page: int, piece: Callable[[], Piece], skin: TileSkin | None) -> None:
        """Draw a tile with its skin, or not at all; `piece` gives its full mesh."""
        found, self._seen_from = self._tiles.get(number), None
        if found is None and skin is not None:
            self._tiles[number] = self._made(feature_page, piece(), skin)
            self._hold(number)
        elif found is not None and found.is_drawn != (skin is not None):
            found.is_drawn = skin is not None
            for sheet in found.sheets:
                sheet.actor.SetVisibility(found.is_drawn)
            self._context.buffers.drawn((self, number))

    def actors(self, number: int) -> list[Any]:
        """Return the actors of a tile that is drawn."""
        found = self._tiles.get(number)
        return [sheet.actor for sheet in found.sheets] if found is not None and found.is_drawn else []

    @property
    def drawn_bytes(self) -> int:
        """What is drawn at present takes on the graphics card."""
        drawn = (found for found in self._tiles.values() if found.is_drawn)
        return sum(sheet.bytes_at(sheet.halvings) for found in drawn for sheet in found.sheets)

    def refine(self, eye: Float64Array) -> None:
        """Bring pages of drawn tiles to the size they deserve from `eye` (scene metres), the nearest first.

        Where the scene may wait, only some in one frame, and none while the budget is spent.
        """
        if self._seen_from == tuple(eye.tolist()):
            return
        wishes = sorted(self._wishes(eye), key=lambda wish: wish[0])
        left, buffers = PIXELS_A_FRAME, self._context.buffers
        self._context.late.discard(self)
        for _, number, sheet, wanted in wishes:
            more = sheet.bytes_at(wanted) - sheet.bytes_at(sheet.halvings)
            has_room = more <= 0 or buffers.has_room((self, number), more)
            halvings = wanted if has_room else max(wanted, _first_halvings(sheet.page))
            if not has_room and sheet.halvings <= halvings:
                continue
            if left <= 0 and self._context.may_wait:
                self._context.late.add(self)
                return
            left -= max(_texels(sheet.page, halvings), _texels(sheet.page, 0) // 8)
            sheet.texture.replace(_pixels(sheet.page, halvings))
            sheet.halvings = halvings
            self._hold(number)
        self._seen_from = tuple(eye.tolist())

    def forget(self, number: int) -> None:
        """Give the meshes and pages of a tile back."""
        self._context.buffers.drop((self, number))
        found = self._tiles.pop(number, None)
        for sheet in found.sheets if found is not None else ():
            self._context.renderer.RemoveActor(sheet.actor)
            for material in self.materials:
                material.forget(sheet.texture)

    def release(self) -> None:
        """Wish for nothing any more; the tiles are forgotten one by one."""
        self._context.late.discard(self)

    def _made(self, feature_page: int, piece: Piece, skin: TileSkin) -> _Skinned:
        points, triangles, feature = piece
        page_of = skin.point_page[triangles[:, 0]]
        sheets = []
        for index, page in enumerate(skin.pages):
            used, corners = np.unique(triangles[page_of == index], return_inverse=True)
            if not len(used):
                continue
            own = np.asarray(corners, dtype=np.int32).reshape(-1, 3)
            uv = np.ascontiguousarray(skin.point_uv[used])
            data = poly_data(points[used], own, {"feature": feature[used], "skin": uv})
            flat: UInt8Array = np.array(page.mean, np.uint8).reshape(1, 1, 3)
            texture = DataTexture(flat, is_smooth=True, has_mipmaps=True, is_repeating=page.is_repeating)
            actor = self.materials[feature_page].dress_in(mapper_of(data, ("feature", "skin")), "skin_page", texture)
            self._context.renderer.AddActor(actor)
            texel_m = _texel_m(points[used], uv * np.array([page.width, page.height], np.float32), own)
            size = 24 * len(used) + own.nbytes
            sheets.append(
                _Sheet(page=page, actor=actor, texture=texture, texel_m=texel_m, halvings=_NOTHING_YET, mesh_bytes=size)
            )
        return _Skinned(sheets=sheets, low=points.min(axis=0), high=points.max(axis=0))

    def _wishes(self, eye: Float64Array) -> list[tuple[float, int, _Sheet, int]]:
        """Return distance, tile, page and halvings of what should have another size."""
        found = []
        for number, tile in self._tiles.items():
            if not tile.is_drawn or not self._is_shown:
                continue
            off = np.maximum(np.maximum(tile.low - eye, eye - tile.high), 0.0)
            away = float(np.sqrt(off @ off))
            for sheet in tile.sheets:
                side = max(sheet.page.width, sheet.page.height)
                most = min(MOST_HALVINGS, max(0, side.bit_length() - 6))
                wanted = min(most, floor(log2(max(1.0, away * _RADIANS_A_PIXEL / sheet.texel_m))))
                if wanted < sheet.halvings or wanted > sheet.halvings + 1:
                    found.append((away, number, sheet, wanted))
        return found

    def _hold(self, number: int) -> None:
        size = sum(sheet.bytes_at(sheet.halvings) for sheet in self._tiles[number].sheets)
        self._context.buffers.hold((self, number), size, lambda: self._let_go(number))

    def _let_go(self, number: int) -> bool:
        """Give a tile back, unless it is drawn."""
        found = self._tiles.get(number)
        if found is None or found.is_drawn:
            return False
        self.forget(number)
        return True


def triangles_without(skin: TileSkin | None, triangles: Int32Array) -> Int32Array:
    """Return the triangles (t, 3) that have no picture."""
    return triangles if skin is None else triangles[skin.point_page[triangles[:, 0]] < 0]


def _first_halvings(page: SkinPage) -> int:
    return max(0, (max(page.width, page.height) - 1).bit_length() - (FIRST_SIDE - 1).bit_length())


def _texels(page: SkinPage, halvings: int) -> int:
    return (page.width * page.height) >> (2 * halvings)


def _pixels(page: SkinPage, halvings: int) -> UInt8Array:
    """Return a page (rows, columns, 3 or 4), its sides halved so often."""
    size = (max(1, page.width >> halvings), max(1, page.height >> halvings))
    with Image.open(io.BytesIO(page.data.tobytes())) as image:
        image.draft("RGB", size)
        kept = image if image.mode == "RGBA" else image.convert("RGB")
        if kept.size != size:
            kept = kept.resize(size, Image.Resampling.BOX)
        return np.asarray(kept, dtype=np.uint8)


def _texel_m(points: Float32Array, uv_px: Float32Array, triangles: Int32Array) -> float:
    """Return the metres that one pixel of a page covers, on the whole."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    area = float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
    (ax, ay), (bx, by), (cx, cy) = (uv_px[triangles[:, k]].T for k in range(3))
    pixels = float(np.abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)).sum())
    return max(1e-4, (area / pixels) ** 0.5) if pixels > 0 else 1.0
