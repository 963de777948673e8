"""Badges above the city: round heads with a ring, counts in them and plates beside them; all in one draw call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_layout import Indices
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.word_sheet import WordSheet

TEXT, COUNT, PLATE, CASE, CASES, COMPONENTS = 0.0, 0.25, 1.0, 3.0, 4.0, 5.0
HALO = 1.7
_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
_UNIT = (_CORNERS + 1.0) / 2.0
_GAP_PX, _PAD_PX = 5.0, 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Badges:
    """n badges, drawn in their order: the last lies on top.

    `places` (n, 3) scene metres, `radius_px`, `kinds`, `fill` and `ring` colours (n,), `state` (n, 4) as the shader
    asks by kind; `counts` are digits set in the middle, `plates` words on a plate beside it, "" for none.
    """

    places: Float64Array
    radius_px: Float64Array
    kinds: Float64Array
    fill: Float64Array
    ring: Float64Array
    state: Float64Array
    counts: Sequence[str]
    plates: Sequence[str]


class BadgeLayer:
    """Draws one set of badges at a time into the overlay."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._material = context.material("badge.vert", "badge")
        self._sheet = WordSheet(context.assets / "fonts" / "NotoSansSC-Bold.ttf")
        self._actor: Any = None

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._material.set_number("uOpacity", look.opacity)

    def plate_sizes(self, words: Sequence[str], scale: float) -> Float64Array:
        """Return the width and height of the plates of some words (n, 2) in pixels, 0 where there are none."""
        self._write(words, scale)
        sizes = np.zeros((len(words), 2))
        rows = [number for number, word in enumerate(words) if word]
        if rows:
            sizes[rows] = self._sheet.boxes([words[row] for row in rows])[:, 2:] + np.array([2 * _PAD_PX, 8.0]) * scale
        return sizes

    def with_room(
        self, titles: list[str], seen: Float64Array, radius: Float64Array, scale: float
    ) -> tuple[list[str], Float64Array]:
        """Drop plates that would lie on another badge or plate; return those left, and the box of each badge."""
        boxes = np.concatenate([seen - radius[:, None], seen + radius[:, None]], 1)
        sizes = self.plate_sizes(titles, scale)
        low = seen + plate_corners(radius, sizes, scale)
        kept: list[str] = [""] * len(titles)
        for number in reversed(range(len(titles))):
            if not titles[number]:
                continue
            plate = np.concatenate([low[number], low[number] + sizes[number]])
            others = np.delete(boxes, number, axis=0)
            if not ((others[:, :2] < plate[2:]) & (others[:, 2:] > plate[:2])).all(axis=1).any():
                kept[number] = titles[number]
                boxes[number, 2:] = np.maximum(boxes[number, 2:], plate[2:])
        return kept, boxes

    def draw(self, badges: Badges, scale: float) -> None:
        """Show these badges instead of the present ones."""
        self.clear()
        count = len(badges.places)
        if not count:
            return
        self._write([*badges.plates, *"".join(badges.counts)], scale)
        self._material.set_texture("atlas", self._sheet.texture)  # type: ignore[arg-type]
        quads = [self._heads(badges), *self._plates(badges, scale), *self._counts(badges, scale)]
        rows = np.concatenate([quad[0] for quad in quads])
        order = np.argsort(rows, kind="stable")
        rows = rows[order]
        quad = np.concatenate([quad[1] for quad in quads])[order].reshape(-1, 4)
        paint = np.repeat(np.concatenate([quad[2] for quad in quads])[order], 4, axis=0)
        first = np.arange(len(rows), dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        attributes = {
            "quad": quad.astype(np.float32),
            "paint": paint.astype(np.float32),
            "state": np.repeat(badges.state[rows], 4, axis=0).astype(np.float32),
        }
        places = np.repeat(badges.places[rows], 4, axis=0).astype(np.float32)
        mapper = mapper_of(poly_data(places, triangles.astype(np.int32), attributes), ("quad", "paint", "state"))
        self._actor = self._material.dress(mapper, is_translucent=True)
        self._actor.UseBoundsOff()
        self._context.overlay.AddActor(self._actor)

    def clear(self) -> None:
        """Draw nothing."""
        if self._actor is not None:
            self._context.overlay.RemoveActor(self._actor)
            self._actor = None

    def release(self) -> None:
        """Take the badges away for good."""
        self.clear()
        self._material.release()

    def _write(self, words: Sequence[str], scale: float) -> None:
        self._sheet.write(words, max(8, round(13 * scale)))

    def _heads(self, badges: Badges) -> tuple[Indices, Float64Array, Float64Array]:
        rows: Indices = np.arange(len(badges.places))
        corners = _CORNERS[None] * (HALO * badges.radius_px)[:, None, None]
        at = np.broadcast_to(_CORNERS * HALO, (len(rows), 4, 2))
        return rows, np.concatenate([corners, at], 2), _paint(badges, rows, badges.kinds)

    def _plates(self, badges: Badges, scale: float) -> list[tuple[Indices, Float64Array, Float64Array]]:
        rows = np.array([number for number, word in enumerate(badges.plates) if word], np.int64)
        if not len(rows):
            return []
        words = [badges.plates[row] for row in rows]
        sizes = self.plate_sizes(words, scale)
        low = plate_corners(badges.radius_px[rows], sizes, scale)
        boxes = self._sheet.boxes(words).astype(np.float64)
        inner = np.floor(low + (sizes - boxes[:, 2:]) / 2)
        plates = np.concatenate([low[:, None] + _UNIT * sizes[:, None], np.broadcast_to(_UNIT, (len(rows), 4, 2))], 2)
        return [
            (rows, plates, _paint(badges, rows, np.full(len(rows), PLATE))),
            (rows, self._written(inner, boxes), _paint(badges, rows, np.full(len(rows), TEXT))),
        ]

    def _counts(self, badges: Badges, scale: float) -> list[tuple[Indices, Float64Array, Float64Array]]:
        """Set the digits of all counts, each in the middle of its badge."""
        letters = "".join(badges.counts)
        if not letters:
            return []
        lengths = np.array([len(word) for word in badges.counts], np.int64)
        rows: Indices = np.repeat(np.arange(len(lengths)), lengths)
        boxes = self._sheet.boxes(letters).astype(np.float64)
        left = np.cumsum(boxes[:, 2]) - boxes[:, 2]
        ends = np.bincount(rows, weights=boxes[:, 2], minlength=len(lengths))
        begins = np.cumsum(ends) - ends
        low = np.column_stack([left - begins[rows] - ends[rows] / 2, np.full(len(rows), -boxes[:, 3].max() / 2)])
        return [(rows, self._written(np.floor(low), boxes), _paint(badges, rows, np.full(len(rows), COUNT)))]

    def _written(self, low: Float64Array, boxes: Float64Array) -> Float64Array:
        sheet = np.array(self._sheet.size_px, np.float64)
        corners = low[:, None] + _UNIT[None] * boxes[:, None, 2:]
        return np.concatenate([corners, boxes[:, None, :2] / sheet + _UNIT[None] * boxes[:, None, 2:] / sheet], 2)


def plate_corners(radius_px: Float64Array, sizes_px: Float64Array, scale: float) -> Float64Array:
    """Return where plates begin (n, 2): right of their badge, in the middle of its height, pixels from its place."""
    return np.floor(np.column_stack([radius_px + _GAP_PX * scale, -sizes_px[:, 1] / 2]))


def _paint(badges: Badges, rows: Indices, kinds: Float64Array) -> Float64Array:
    return np.column_stack([kinds, badges.radius_px[rows], badges.fill[rows], badges.ring[rows]])
