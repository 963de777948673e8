"""Names of places and facilities: all of a layer in one draw call."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from sanping.domain.city import Attributes
from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.scene.camera import Lens
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_atlas import Atlas, drawn_words
from sanping.scene.label_layout import Labels, shown
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

_MOST = 42
_TEXT, _PLATE, _LEADER, _MARK = 0.0, 1.0, 2.0, 3.0
_QUAD = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
_KIND_COLOURS = {
    "monitoring_station": 0x35E0FF,
    "pump": 0x4F8DFF,
    "sluice": 0xFFB547,
    "camera": 0xB69CFF,
}
_PLACE_COLOUR = 0x2FB4FF
_REACH_M = {1: 9000.0, 2: 5200.0, 3: 2900.0, 4: 2000.0, 5: 1300.0, 6: 900.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """One label: both names, rank, colour, place in scene metres."""

    zh: str
    en: str
    rank: int
    colour: int
    place: tuple[float, float, float]


class LabelLayer:
    """Labels of one vector layer of points, without overlap, important ones first."""

    def __init__(self, context: SceneContext, data: VectorLayer, *, are_facilities: bool) -> None:
        self._context, self.are_facilities = context, are_facilities
        self._signs = _signs(context, data, are_facilities=are_facilities)
        self._material = context.material("label.vert", "label")
        self._atlas: Atlas | None = None
        self._labels: Labels | None = None
        self._actor: Any = None
        self._scale = 0.0
        self._key: object = None
        self._present: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._boxes: Float64Array = np.zeros((0, 4))
        self._is_visible = True

    def show(self, look: LayerLook) -> None:
        """Show or hide."""
        self._is_visible = look.is_visible
        if self._actor is not None:
            self._actor.SetVisibility(look.is_visible)

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Labels need none of the shared textures."""

    def relabel(self) -> None:
        """Write the words anew at the next frame."""
        self._atlas = None

    def prepare(self, lens: Lens, size_px: tuple[int, int], taken: Float64Array) -> Float64Array:
        """Choose and place the labels of the coming frame beside `taken` boxes; return their own. Free at rest."""
        if not self._is_visible or not self._signs:
            return np.zeros((0, 4))
        scale = max(1.0, round(size_px[1] / 270.0) / 4.0)
        if self._atlas is None or scale != self._scale:
            self._write(scale)
        key = (tuple(lens.eye), tuple(lens.forward), lens.half_width, size_px, scale, len(taken))
        if key == self._key:
            return self._boxes
        self._key = key
        assert self._labels is not None
        indices, strengths, self._boxes = shown(
            self._labels, lens, size_px, rise_px=self._rise_px, most=_MOST, before=self._present, taken=taken
        )
        self._present = indices
        self._draw(indices, strengths)
        return self._boxes

    @property
    def actors(self) -> list[Any]:
        """None in the city: labels are drawn above it."""
        return []

    def release(self) -> None:
        """Take the labels away."""
        self._drop()
        self._material.release()

    @property
    def _rise_px(self) -> float:
        return 30.0 * self._scale

    def _drop(self) -> None:
        if self._actor is not None:
            self._context.overlay.RemoveActor(self._actor)
            self._actor = None

    def _write(self, scale: float) -> None:
        self._scale, self._key = scale, None
        context = self._context
        words = [sign.zh if context.language == "zh" else sign.en for sign in self._signs]
        font = context.assets / "fonts" / "NotoSansSC-Bold.ttf"
        self._atlas = drawn_words(words, font, round(16 * scale))
        self._material.set_texture(
            "atlas", DataTexture(self._atlas.pixels[..., None].repeat(3, axis=2), is_smooth=True)
        )
        pad = np.array([16.0, 9.0]) * scale
        self._labels = Labels(
            places=np.array([sign.place for sign in self._signs]),
            sizes_px=self._atlas.boxes[:, 2:] + pad,
            ranks=np.array([float(sign.rank) for sign in self._signs]),
            reach_m=np.array([_REACH_M.get(sign.rank, 1300.0) for sign in self._signs]),
        )

    def _draw(self, indices: npt.NDArray[np.int64], strengths: Float64Array) -> None:
        self._drop()
        if not len(indices):
            return
        assert self._atlas is not None
        assert self._labels is not None
        quads, paints = [], []
        boxes = self._atlas.boxes[indices].astype(np.float64)
        sizes = self._labels.sizes_px[indices]
        rows, columns = self._atlas.pixels.shape
        colour = np.array([float(self._signs[i].colour) for i in indices])
        rise, dot = self._rise_px, 11.0 * self._scale
        corner = np.stack([-sizes[:, 0] / 2, np.full(len(indices), rise)], 1)
        inner = corner + (sizes - boxes[:, 2:]) / 2
        uv_low, uv_size = boxes[:, :2] / (columns, rows), boxes[:, 2:] / (columns, rows)
        ones = np.ones((len(indices), 2))
        stem = np.stack([np.full(len(indices), -self._scale * 0.5), np.full(len(indices), dot / 2)], 1)
        for kind, low, size, uv0, uv1 in (
            (_LEADER, stem, ones * (self._scale, rise - dot / 2), ones * 0, ones),
            (_PLATE, np.floor(corner), np.floor(sizes), ones * 0, ones),
            (_TEXT, np.floor(inner), boxes[:, 2:], uv_low, uv_size),
            (_MARK, -ones * dot / 2, ones * dot, ones * 0, ones),
        ):
            place = low[:, None] + _QUAD[None] * size[:, None]
            texture = uv0[:, None] + _QUAD[None] * uv1[:, None]
            quads.append(np.concatenate([place, texture], 2).reshape(-1, 4))
            paint = np.stack([np.full(len(indices), kind), strengths, colour, colour * 0], 1)
            paints.append(np.repeat(paint, 4, axis=0))
        places = np.tile(np.repeat(self._labels.places[indices], 4, axis=0), (4, 1)).astype(np.float32)
        first = np.arange(4 * len(indices), dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        attributes = {
            "quad": np.concatenate(quads).astype(np.float32),
            "paint": np.concatenate(paints).astype(np.float32),
        }
        mapper = mapper_of(poly_data(places, triangles.astype(np.int32), attributes), ("quad", "paint"))
        self._actor = self._material.dress(mapper, is_translucent=True)
        self._actor.UseBoundsOff()
        self._context.overlay.AddActor(self._actor)


def _signs(context: SceneContext, data: VectorLayer, *, are_facilities: bool) -> list[_Sign]:
    signs = []
    for geometry, attributes in zip(data.geometries, data.attributes, strict=True):
        if geometry is None or geometry.is_empty:
            continue
        point = shapely.get_coordinates(geometry.representative_point() if geometry.area else geometry)[0]
        zh = str(attributes.get("name") or attributes.get("name_zh") or "")
        if not zh:
            continue
        flat = np.array([[point[0] - context.centre[0], point[1] - context.centre[1]]])
        rank = _facility_rank(attributes) if are_facilities else _rank(attributes)
        height = float(context.ground_at(flat)[0]) + (4.0 if are_facilities else 12.0 + 22.0 * max(0, 3 - rank))
        colour = _KIND_COLOURS.get(str(attributes.get("kind")), 0x8FD8FF) if are_facilities else _PLACE_COLOUR
        place = (float(flat[0, 0]), float(flat[0, 1]), height)
        signs.append(_Sign(zh=zh, en=str(attributes.get("name_en") or zh), rank=rank, colour=colour, place=place))
    return signs


def _facility_rank(attributes: Attributes) -> int:
    """Facilities come after places, and the many cameras after everything else."""
    return 6 if attributes.get("kind") == "camera" else 5


def _rank(attributes: Attributes) -> int:
    try:
        return min(5, max(1, int(float(str(attributes.get("rank", 3))))))
    except ValueError:
        return 3
