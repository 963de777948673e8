"""Names of places and facilities: all of a layer in one draw call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from sanping.domain.city import Attributes
from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.scene.camera import Lens
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_atlas import Atlas, drawn_words
from sanping.scene.label_layout import NOTHING, Indices, Labels, Placed, Room, scale_in, shown
from sanping.scene.mesh import DataTexture, mapper_of, poly_data
from sanping.scene.station_words import Saying

_MOST, _REMEMBERED_SCALES = 42, 4
_TEXT, _PLATE, _LEADER, _MARK = 0.0, 1.0, 2.0, 3.0
_QUAD = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
_KIND_COLOURS = {
    "monitoring_station": 0x35E0FF,
    "pump": 0x4F8DFF,
    "sluice": 0xFFB547,
    "camera": 0xB69CFF,
    "centre": 0xFFD36B,
}
_PLACE_COLOUR = 0x2FB4FF
_SELECTED_COLOUR, _HOVERED_COLOUR = 0x33F2FF, 0xA8DCFF
_MARK_PX, _SELECTED_MARK_PX, _HOVERED_MARK_PX = 11.0, 26.0, 17.0
_SELECTED_FILL, _HOVERED_FILL = 0.55, 0.25
_ABOVE_TOP_M = 36.0
_REACH_M = {1: 9000.0, 2: 5200.0, 3: 2900.0, 4: 2000.0, 5: 1300.0, 6: 900.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """One label: id and code of its object, both names, rank, colour, place in scene metres."""

    id: str
    code: str
    zh: str
    en: str
    rank: int
    colour: int
    place: tuple[float, float, float]


class LabelLayer:
    """Labels of one vector layer of points, without overlap, important ones first."""

    def __init__(self, context: SceneContext, data: VectorLayer, *, are_facilities: bool) -> None:
        self._context, self.are_facilities = context, are_facilities
        self._silent = self._signs = _signs(context, data, are_facilities=are_facilities)
        self._numbers = {sign.id: number for number, sign in enumerate(self._signs)}
        self._material = context.material("label.vert", "label")
        self._atlas: Atlas | None = None
        self._written: dict[float, tuple[Atlas, DataTexture]] = {}
        self._sizes_px: Float64Array = np.zeros((0, 2))
        self._places = np.array([sign.place for sign in self._signs]).reshape(-1, 3)
        self._ranks, self._reach_m = _standing(self._signs)
        self._selected, self._hovered = _no_rows(), _no_rows()
        self._kept: Indices | None = None
        self._actor: Any = None
        self._scale = 0.0
        self._key: object = None
        self._is_visible, self._opacity = True, 1.0
        self.placed: Placed = NOTHING

    def show(self, look: LayerLook) -> None:
        """Show or hide, and let shine through."""
        self._is_visible = look.is_visible and look.opacity > 0.0
        if look.opacity != self._opacity:
            self._opacity, self._key = look.opacity, None
        if not self._is_visible:
            self._clear()

    def mark(self, selected: Collection[str], hovered: Collection[str]) -> bool:
        """Make the labels of these objects stand out; a selected one is always shown. Says whether one is selected."""
        rows = self._rows_of(selected), self._rows_of(hovered)
        if not np.array_equal(rows[0], self._selected) or not np.array_equal(rows[1], self._hovered):
            self._selected, self._hovered = rows
            self._key = None
        return bool(len(self._selected))

    def isolate(self, kept: Collection[str] | None) -> None:
        """Show only the labels of these objects; None shows all."""
        rows = None if kept is None else self._rows_of(kept)
        if (None if rows is None else rows.tolist()) != (None if self._kept is None else self._kept.tolist()):
            self._kept, self._key = rows, None

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the objects that have a label."""
        return frozenset(sign.code for sign in self._silent if sign.code)

    def say(self, sayings: Mapping[str, Saying]) -> bool:
        """Let the labels of objects with these codes say something, the others their names; say if any differs."""
        signs = [_speaking(sign, sayings.get(sign.code)) for sign in self._silent]
        if signs == self._signs:
            return False
        are_words_same = [(s.zh, s.en) for s in signs] == [(s.zh, s.en) for s in self._signs]
        self._signs = signs
        self._ranks, self._reach_m = _standing(signs)
        self._key = None
        if not are_words_same:
            self._atlas = None
        return True

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Labels need none of the shared textures."""

    def relabel(self) -> None:
        """Write the words anew at the next frame."""
        self._atlas = None

    def prepare(self, lens: Lens, room: Room, taken: Float64Array) -> Float64Array:
        """Choose and place the labels of the coming frame beside `taken` plates; return their own. Free at rest."""
        if not self._is_visible or not self._signs:
            return NOTHING.plates
        scale = scale_in(room)
        if self._atlas is None or scale != self._scale:
            self._write(scale)
        view = (tuple(lens.eye), tuple(lens.forward), lens.half_width)
        key = (view, room.size_px, room.covered.tobytes(), scale, taken.tobytes())
        if key != self._key:
            self._key = key
            present = NOTHING.indices if room.is_picture else self.placed.indices
            self.placed = shown(
                self._labels(), lens, room, rise_px=self._rise_px, most=_MOST, before=present, taken=taken
            )
            self._draw(self.placed)
        return self.placed.plates

    def named(self, index: int) -> tuple[str, tuple[float, float, float]]:
        """Return id and scene place of the object that a label belongs to."""
        sign = self._signs[index]
        return sign.id, sign.place

    @property
    def actors(self) -> list[Any]:
        """None in the city: labels are drawn above it."""
        return []

    def release(self) -> None:
        """Take the labels away."""
        self._clear()
        self._material.release()

    @property
    def _rise_px(self) -> float:
        return 30.0 * self._scale

    def _rows_of(self, ids: Collection[str]) -> Indices:
        return np.array(sorted(self._numbers[name] for name in ids if name in self._numbers), np.int64)

    def _labels(self) -> Labels:
        return Labels(
            places=self._places,
            sizes_px=self._sizes_px,
            ranks=self._ranks,
            reach_m=self._reach_m,
            wanted=self._selected,
            kept=self._kept,
        )

    def _clear(self) -> None:
        self._drop()
        self.placed, self._key = NOTHING, None

    def _drop(self) -> None:
        if self._actor is not None:
            self._context.overlay.RemoveActor(self._actor)
            self._actor = None

    def _write(self, scale: float) -> None:
        self._scale, self._key = scale, None
        if self._atlas is None:
            self._written.clear()
        if scale not in self._written:
            context = self._context
            words = [sign.zh if context.language == "zh" else sign.en for sign in self._signs]
            atlas = drawn_words(words, context.assets / "fonts" / "NotoSansSC-Bold.ttf", round(16 * scale))
            texture = DataTexture(atlas.pixels[..., None].repeat(3, axis=2), is_smooth=True)
            while len(self._written) >= _REMEMBERED_SCALES:
                self._written.pop(next(iter(self._written)))
            self._written[scale] = (atlas, texture)
        self._atlas, texture = self._written[scale]
        self._material.set_texture("atlas", texture)
        self._sizes_px = self._atlas.boxes[:, 2:] + np.array([16.0, 9.0]) * scale

    def _draw(self, placed: Placed) -> None:
        self._drop()
        if not len(placed.indices):
            return
        quads, paints, rows = self._quads(placed)
        places = np.repeat(self._places[placed.indices[rows]], 4, axis=0).astype(np.float32)
        first = np.arange(len(rows), dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        attributes = {"quad": quads.astype(np.float32), "paint": np.repeat(paints, 4, axis=0).astype(np.float32)}
        mapper = mapper_of(poly_data(places, triangles.astype(np.int32), attributes), ("quad", "paint"))
        self._actor = self._material.dress(mapper, is_translucent=True)
        self._actor.UseBoundsOff()
        self._context.overlay.AddActor(self._actor)

    def _quads(self, placed: Placed) -> tuple[Float64Array, Float64Array, Indices]:
        """Corners (4 q, 4) with texture places, paint (q, 4) and label row (q,) of all quads, in drawing order."""
        assert self._atlas is not None
        indices, scale = placed.indices, self._scale
        every: Indices = np.arange(len(indices))
        chosen, hovered = np.isin(indices, self._selected), np.isin(indices, self._hovered)
        colour = np.array([float(self._signs[i].colour) for i in indices])
        colour[hovered], colour[chosen] = _HOVERED_COLOUR, _SELECTED_COLOUR
        fill = np.where(chosen, _SELECTED_FILL, _HOVERED_FILL)
        dot = np.where(chosen, _SELECTED_MARK_PX, np.where(hovered, _HOVERED_MARK_PX, _MARK_PX))[:, None] * scale
        plates = np.floor(placed.plates - np.tile(np.floor(placed.marks), 2))
        low, size = plates[:, :2], plates[:, 2:] - plates[:, :2]
        boxes = self._atlas.boxes[indices].astype(np.float64)
        inner = np.floor(low + (size - boxes[:, 2:]) / 2)
        sheet = np.array(self._atlas.pixels.shape[::-1], np.float64)
        stem = np.column_stack([np.full(len(indices), -scale * 0.5), dot / 2])
        stem_size = np.column_stack([np.full(len(indices), scale), self._rise_px - dot / 2])
        none, whole, strengths = np.zeros_like(low), np.ones_like(low), placed.strengths * self._opacity
        lit = np.flatnonzero(chosen | hovered)
        quads, paints, rows = [], [], []
        for kind, which, at, extent, uv, uv_size, strength in (
            (_LEADER, every, stem, stem_size, none, whole, strengths),
            (_PLATE, every, low, size, none, whole, strengths),
            (_LEADER, lit, low, size, none, whole, strengths * fill),
            (_TEXT, every, inner, boxes[:, 2:], boxes[:, :2] / sheet, boxes[:, 2:] / sheet, strengths),
            (_MARK, every, -whole * dot / 2, whole * dot, none, whole, strengths),
        ):
            corners = at[which, None] + _QUAD[None] * extent[which, None]
            texture = uv[which, None] + _QUAD[None] * uv_size[which, None]
            quads.append(np.concatenate([corners, texture], 2).reshape(-1, 4))
            paint = [np.full(len(which), kind), strength[which], colour[which], np.zeros(len(which))]
            paints.append(np.stack(paint, 1))
            rows.append(which)
        return np.concatenate(quads), np.concatenate(paints), np.concatenate(rows)


def _standing(signs: list[_Sign]) -> tuple[Float64Array, Float64Array]:
    """Ranks, and the distance in metres up to which each label is seen."""
    ranks = [sign.rank for sign in signs]
    return np.array(ranks, np.float64), np.array([_REACH_M.get(rank, 1300.0) for rank in ranks])


def _speaking(sign: _Sign, said: Saying | None) -> _Sign:
    if said is None:
        return sign
    return replace(sign, zh=said.words.zh, en=said.words.en, colour=said.colour, rank=said.rank)


def _no_rows() -> Indices:
    return np.zeros(0, np.int64)


def _signs(context: SceneContext, data: VectorLayer, *, are_facilities: bool) -> list[_Sign]:
    signs = []
    for name, geometry, attributes in zip(data.ids, data.geometries, data.attributes, strict=True):
        if geometry is None or geometry.is_empty:
            continue
        point = shapely.get_coordinates(geometry.representative_point() if geometry.area else geometry)[0]
        zh = str(attributes.get("name") or attributes.get("name_zh") or "")
        if not zh:
            continue
        flat = np.array([[point[0] - context.centre[0], point[1] - context.centre[1]]])
        rank = _facility_rank(attributes) if are_facilities else _rank(attributes)
        height = float(context.ground_at(flat)[0]) + (4.0 if are_facilities else 12.0 + 22.0 * max(0, 3 - rank))
        if isinstance(top_m := attributes.get("top_m"), float):
            height = top_m - context.centre[2] + _ABOVE_TOP_M
        colour = _KIND_COLOURS.get(str(attributes.get("kind")), 0x8FD8FF) if are_facilities else _PLACE_COLOUR
        place = (float(flat[0, 0]), float(flat[0, 1]), height)
        english = str(attributes.get("name_en") or zh)
        code = str(attributes.get("code") or "")
        signs.append(_Sign(id=name, code=code, zh=zh, en=english, rank=rank, colour=colour, place=place))
    return signs


def _facility_rank(attributes: Attributes) -> int:
    """Facilities come after places, and the many cameras after everything else; only the centre is as great as any."""
    if attributes.get("kind") == "centre":
        return 1
    return 6 if attributes.get("kind") == "camera" else 5


def _rank(attributes: Attributes) -> int:
    try:
        return min(5, max(1, int(float(str(attributes.get("rank", 3))))))
    except ValueError:
        return 3
