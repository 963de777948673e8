"""Components (部件) of the city: symbols near the camera, numbers by cell farther away; a hundred thousand and more."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sanping.analysis.cell_pyramid import CellPyramid
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.view import Point
from sanping.scene.camera import Lens
from sanping.scene.component_symbols import symbols_of
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.governed_values import STATUSES, Components
from sanping.scene.label_layout import NOTHING, Indices, Room, scale_in
from sanping.scene.layers.badges import COMPONENTS, BadgeLayer, Badges
from sanping.scene.layers.component_tiles import CHOSEN, ComponentTiles
from sanping.scene.mark_groups import merged
from sanping.scene.picks import Pointer

CELL_M = 128.0
_SPLIT_PX, _SYMBOLS_PX, _BESIDE, _FLAT, _APART_PX = 110.0, 120.0, 1.1, 0.05, 19.0
_RING, _RADIUS_PX, _MOST_BADGES = 0x49B6D8, 13.0, 160
_REACH_PX, _HIDDEN_M, _HUNG_M = 11.0, 12.0, 4.0


class ComponentView:
    """Draws the components it was last given."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._badges = BadgeLayer(context)
        self._tiles: ComponentTiles | None = None
        self._given: Components | None = None
        self._rows: dict[str, int] = {}
        self._places: Float64Array = np.zeros((0, 3))
        self._state: UInt8Array = np.zeros((0, 4), np.uint8)
        self._pyramid: CellPyramid | None = None
        self._look: LayerLook | None = None
        self._key: object = None
        self._chosen: Indices = np.zeros(0, np.int64)
        self._near: Indices = np.zeros(0, np.int64)

    def show_components(self, components: Components) -> None:
        """Show these instead of the present ones."""
        self._given = components
        self._rows = {}
        count = len(components.ids)
        self._state = np.zeros((count, 4), np.uint8)
        self._state[:, 0] = components.status
        self._state[:, 1] = symbols_of(components.class_code, self._context.assets / "symbols")
        self._state[:, 2] = np.arange(count) * 97 % 256
        self.lay()

    def set_status(self, ids: Sequence[str], status: Sequence[int] | npt.NDArray[np.uint8]) -> None:
        """Show another status of some; unknown ids are passed over. Nothing is built again."""
        known = self._numbers()
        values = {known[id]: value for id, value in zip(ids, status, strict=True) if id in known}
        if self._pyramid is None or self._tiles is None or not values:
            return
        rows, new = np.array(list(values), np.int64), np.array(list(values.values()), np.uint8)
        self._pyramid.regroup(rows, self._state[rows, 0], new)
        self._state[rows, 0] = new
        self._tiles.set_state(rows, 0, new)
        self._key = None

    def choose(self, ids: Sequence[str]) -> None:
        """Let these stand out as selected."""
        known = self._numbers() if ids else {}
        rows = np.array(sorted(known[id] for id in ids if id in known), np.int64)
        if self._tiles is None or np.array_equal(rows, self._chosen):
            return
        for some, flag in ((self._chosen, 0), (rows, CHOSEN)):
            self._state[some, 3] = flag
            self._tiles.set_state(some, 3, flag)
        self._chosen = rows

    def lay(self) -> None:
        """Set everything on the ground, which may be another one now."""
        given = self._given
        if given is None:
            return
        if self._tiles is not None:
            self._tiles.release()
        east, north, up = self._context.centre
        flat = np.column_stack([given.x_m - east, given.y_m - north])
        ground = self._context.ground_at(flat)
        height = np.where(np.isfinite(given.z_m), given.z_m - up, ground)
        self._places = np.column_stack([flat, height])
        self._pyramid = CellPyramid(self._places, self._state[:, 0], len(STATUSES), CELL_M)
        self._tiles = ComponentTiles(self._context, self._places, self._state)
        if self._look is not None:
            self._tiles.show(self._look)
        self._key = None

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._look = look
        self._badges.show(look)
        if self._tiles is not None:
            self._tiles.show(look)
        if not look.is_seen:
            self._hide()

    def prepare(self, lens: Lens, room: Room) -> Float64Array:
        """Choose what the coming frame shows; return the boxes (k, 4) it takes, in pixels. Free at rest."""
        is_seen = self._look is None or self._look.is_seen
        if self._pyramid is None or self._tiles is None or not is_seen or not len(self._places):
            self._hide()
            return NOTHING.plates
        scale = scale_in(room)
        key = (tuple(lens.eye), tuple(lens.forward), lens.half_width, room.size_px, scale)
        if key != self._key:
            self._key = key
            cells, badges = self._chosen_cells(self._pyramid, lens, room, scale)
            rows = {cell: self._pyramid.rows_in(cell) for cell in cells}
            self._near = np.concatenate([np.zeros(0, np.int64), *rows.values()])
            self._tiles.draw(rows)
            self._badges.draw(badges, scale)
        return NOTHING.plates

    def at(self, pointer: Pointer) -> tuple[str, Point] | None:
        """Return id and scene place of the component whose sign is pointed at; what a building hides is not meant."""
        if not len(self._near) or self._given is None:
            return None
        hung = self._places[self._near] + (0.0, 0.0, _HUNG_M)
        seen = pointer.lens.projected(hung)
        at_px = (seen[:, :2] * 0.5 + 0.5) * pointer.size_px
        away = np.hypot(*(at_px - pointer.at_px).T)
        away[seen[:, 2] < 1.0] = np.inf
        if pointer.under is not None:
            drawn_m = float(np.subtract(pointer.under, pointer.lens.eye) @ pointer.lens.forward)
            away[seen[:, 2] > drawn_m + _HIDDEN_M] = np.inf
        best = int(away.argmin())
        if away[best] > _REACH_PX * max(1.0, pointer.size_px[1] / 1080.0):
            return None
        row = int(self._near[best])
        x, y, z = self._places[row]
        return self._given.ids[row], (float(x), float(y), float(z))

    @property
    def actors(self) -> list[object]:
        """The actors drawn in the city."""
        return [] if self._tiles is None else self._tiles.actors

    def release(self) -> None:
        """Take everything away."""
        self._badges.release()
        if self._tiles is not None:
            self._tiles.release()
            self._tiles = None

    def _hide(self) -> None:
        self._badges.clear()
        self._near, self._key = self._near[:0], None
        if self._tiles is not None:
            self._tiles.draw({})

    def _numbers(self) -> dict[str, int]:
        if not self._rows and self._given is not None:
            self._rows = {id: row for row, id in enumerate(self._given.ids)}
        return self._rows

    def _chosen_cells(self, pyramid: CellPyramid, lens: Lens, room: Room, scale: float) -> tuple[list[int], Badges]:
        """Walk down from the coarsest cells: what is large on the screen is split, the finest shows its symbols."""
        pixel = room.size_px[1] / (2.0 * lens.half_height)
        places, counts = [np.zeros((0, 3))], [np.zeros((0, len(STATUSES)), np.int64)]
        active = np.ones(len(pyramid.levels[-1].middle), np.bool_)
        near: list[int] = []
        for number in reversed(range(len(pyramid.levels))):
            level = pyramid.levels[number]
            seen = lens.projected(level.middle)
            away = np.maximum(np.linalg.norm(level.middle - lens.eye, axis=1), 1.0)
            slope = np.maximum((lens.eye[2] - level.middle[:, 2]) / away, _FLAT)
            size_px = level.cell_m * pixel / away * np.sqrt(slope)
            spread = level.cell_m * pixel / np.maximum(seen[:, 2], 0.5 * level.cell_m)
            inside = (np.abs(seen[:, :2]) < _BESIDE + spread[:, None] / np.array(room.size_px)).all(axis=1)
            inside &= seen[:, 2] > -level.cell_m
            active &= inside | (away < 1.5 * level.cell_m)
            is_split = active & (size_px > (_SPLIT_PX if number else _SYMBOLS_PX) * scale)
            shown = active & ~is_split & (seen[:, 2] > 1.0) & (slope > _FLAT)
            places.append(level.middle[shown])
            counts.append(level.counts[shown])
            if number:
                active = is_split[pyramid.levels[number - 1].parent]
            else:
                near = np.flatnonzero(is_split).tolist()
        middles, sums = _apart(np.concatenate(places), np.concatenate(counts), lens, room.size_px, _APART_PX * scale)
        return near, _badges_of(middles, sums, lens, scale, self._context.language)


def _apart(
    places: Float64Array, counts: Indices, lens: Lens, size_px: tuple[int, int], reach_px: float
) -> tuple[Float64Array, Indices]:
    """Let cells whose numbers would overlap count as one, at the place of the greatest."""
    at_px = (lens.projected(places)[:, :2] * 0.5 + 0.5) * size_px
    joins = merged(at_px, counts.sum(axis=1), np.zeros(len(places), np.bool_), reach_px)
    hosts, of_row = np.unique(joins, return_inverse=True)
    sums: Indices = np.zeros((len(hosts), counts.shape[1]), np.int64)
    np.add.at(sums, of_row.reshape(-1), counts)
    return places[hosts], sums


def _badges_of(places: Float64Array, counts: Indices, lens: Lens, scale: float, language: str) -> Badges:
    away = np.linalg.norm(places - lens.eye, axis=1)
    nearest = np.argsort(away, kind="stable")[:_MOST_BADGES][::-1]
    places, counts = places[nearest], counts[nearest]
    total = counts.sum(axis=1)
    words = [_number(int(count), language) for count in total]
    shares = counts[:, [3, 2, 4]] / np.maximum(total, 1)[:, None]
    state = np.zeros((len(places), 4))
    state[:, :3] = np.cumsum(shares, axis=1)
    lengths = np.array([len(word) for word in words], np.float64)
    return Badges(
        places=places + np.array([0.0, 0.0, 12.0]),
        radius_px=scale * (_RADIUS_PX + 3.2 * lengths),
        kinds=np.full(len(places), COMPONENTS),
        fill=np.full(len(places), float(_RING)),
        ring=np.full(len(places), float(_RING)),
        state=state,
        counts=words,
        plates=[""] * len(places),
    )


def _number(count: int, language: str) -> str:
    if count < 10_000:
        return str(count)
    return f"{count / 10_000:.1f}万" if language == "zh" else f"{count / 1000:.0f}k"
