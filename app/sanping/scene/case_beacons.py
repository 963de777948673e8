"""Cases in the city: a column of light at each, a clock above it, groups where many stand far away."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import Point
from sanping.scene.camera import Lens
from sanping.scene.case_marks import (
    CLOCK_COLOURS,
    HEIGHT_M,
    RADIUS_PX,
    CaseMark,
    beat_of,
    clock_numbers,
    clock_shares,
    fill_of,
    pressing,
    symbol_of,
)
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_layout import NOTHING, Indices, Placed, Room, scale_in
from sanping.scene.layers.badges import CASE, CASES, BadgeLayer, Badges
from sanping.scene.layers.case_beams import CaseBeams
from sanping.scene.mark_groups import Groups, grouped
from sanping.stage.state import CASES_LAYER as CASES_LAYER  # noqa: PLC0414  picks of the scene name it

_NEAR_M, _MOST_PLATES, _CHOSEN_LARGER, _CHOSEN_WEIGHT = 900.0, 14, 1.3, 100.0
_GROUP_PX, _REACH_PX = 17.0, 25.0


class CaseBeacons:
    """Draws the cases that it was last given."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._beams, self._badges = CaseBeams(context), BadgeLayer(context)
        self._marks: tuple[CaseMark, ...] = ()
        self._weights: Float64Array = np.zeros(0)
        self._clocks: Indices = np.zeros(0, np.int64)
        self._given: tuple[CaseMark, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self._heads: Float64Array = np.zeros((0, 3))
        self._settled: dict[str, float] = {}
        self._key: object = None
        self._groups: Groups | None = None
        self._order: Indices = np.zeros(0, np.int64)
        self._is_visible = True
        self.placed: Placed = NOTHING

    def show_marks(self, marks: Sequence[CaseMark], seconds: float) -> None:
        """Show these cases instead of the present ones; `seconds` is the clock of what moves by itself."""
        self._given = tuple(marks)
        wanted = tuple(replace(m, is_chosen=True) if m.id in self._chosen else m for m in self._given)
        if wanted == self._marks:
            return
        self._marks, self._weights, self._clocks = wanted, pressing(wanted), clock_numbers(wanted)
        self._settled = {
            mark.id: self._settled.get(mark.id, seconds % 3600.0) for mark in self._marks if mark.is_settling
        }
        self.lay()

    def choose(self, ids: frozenset[str]) -> None:
        """Select these cases, beside those whose mark says so."""
        if ids != self._chosen:
            self._chosen = ids
            self.show_marks(self._given, 0.0)

    def lay(self) -> None:
        """Set the cases on the ground, which may be another one now."""
        flat = np.array([(mark.x_m, mark.y_m) for mark in self._marks]).reshape(-1, 2) - self._context.centre[:2]
        feet = np.column_stack([flat, self._context.ground_at(flat)])
        lift = np.array([HEIGHT_M[mark.urgency] for mark in self._marks])
        self._heads = feet + np.column_stack([np.zeros((len(feet), 2)), lift]) if len(feet) else feet
        self._beams.set_beams(self._marks, feet, self._settled_at)
        self._key = None

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._is_visible = look.is_seen
        self._beams.show(look)
        self._badges.show(look)
        if not self._is_visible:
            self._hide()

    def prepare(self, lens: Lens, room: Room) -> Float64Array:
        """Group and place what the coming frame shows; return the boxes (k, 4) it takes, in pixels. Free at rest."""
        if not self._is_visible or not self._marks:
            self._hide()
            return NOTHING.plates
        scale = scale_in(room)
        key = (tuple(lens.eye), tuple(lens.forward), lens.half_width, room.size_px, scale, self._context.language)
        if key != self._key:
            self._key = key
            self._arrange(lens, room, scale)
        return self.placed.plates

    def case_at(self, index: int) -> tuple[tuple[str, ...], Point]:
        """Return the cases of a badge of `placed`, the most pressing first, and their scene place."""
        assert self._groups is not None
        group = int(self._order[index])
        members = np.flatnonzero(self._groups.group == group)
        order = np.argsort(-self._weights[members], kind="stable")
        ids = tuple(self._marks[row].id for row in members[order].tolist())
        x, y, z = self._groups.place[group]
        return ids, (float(x), float(y), float(z))

    @property
    def actors(self) -> list[object]:
        """The actors drawn in the city."""
        return self._beams.actors

    def release(self) -> None:
        """Take everything away."""
        self._beams.release()
        self._badges.release()

    @property
    def _settled_at(self) -> Float64Array:
        return np.array([self._settled.get(mark.id, -1.0) for mark in self._marks])

    def _hide(self) -> None:
        if self.placed is not NOTHING:
            self._badges.clear()
            self.placed, self._groups, self._key = NOTHING, None, None

    def _arrange(self, lens: Lens, room: Room, scale: float) -> None:
        alone = np.array([mark.is_chosen or mark.is_settling for mark in self._marks])
        groups = grouped(self._heads, alone, lens, room.size_px, _REACH_PX * scale)
        weight = self._weights[groups.first] * (groups.size == 1)
        order: Indices = np.lexsort((-groups.ahead_m, weight >= _CHOSEN_WEIGHT)).astype(np.int64)
        self._groups, self._order = groups, order
        drawn = [self._marks[row] for row in groups.first[order].tolist()]
        counts = ["" if size == 1 else str(size) for size in groups.size[order].tolist()]
        radius = scale * np.array(
            [
                _GROUP_PX + 2.0 * len(count) if count else _radius_px(mark)
                for mark, count in zip(drawn, counts, strict=True)
            ]
        )
        seen = groups.seen_px[order]
        plates = self._titles(drawn, counts, weight[order], groups.ahead_m[order])
        plates, boxes = self._badges.with_room(plates, seen, radius, scale)
        rows = groups.group >= 0
        state = clock_shares(self._clocks[rows], groups.group[rows], len(order))[order]
        single = [number for number, count in enumerate(counts) if not count]
        if single:
            state[single] = [self._state(drawn[number]) for number in single]
        badges = Badges(
            places=groups.place[order],
            radius_px=radius,
            kinds=np.array([CASES if count else CASE for count in counts]),
            fill=np.array([fill_of(mark) for mark in drawn], np.float64),
            ring=np.array([CLOCK_COLOURS[mark.colour] for mark in drawn], np.float64),
            state=state,
            counts=counts,
            plates=plates,
        )
        self._badges.draw(badges, scale)
        self.placed = Placed(indices=np.arange(len(order)), strengths=np.ones(len(order)), marks=seen, plates=boxes)

    def _titles(
        self, drawn: list[CaseMark], counts: list[str], weight: Float64Array, ahead_m: Float64Array
    ) -> list[str]:
        """Return the words beside each badge: of the chosen one, and of the most pressing among near ones."""
        wanted = [
            number for number, mark in enumerate(drawn)
            if not counts[number] and not mark.is_settling and (mark.is_chosen or ahead_m[number] < _NEAR_M)
        ]  # fmt: skip
        wanted.sort(key=lambda number: (-weight[number], ahead_m[number]))
        titles = [""] * len(drawn)
        for number in wanted[:_MOST_PLATES]:
            titles[number] = drawn[number].title.in_language(self._context.language)
        return titles

    def _state(self, mark: CaseMark) -> tuple[float, float, float, float]:
        left = -1.0 if mark.left is None else mark.left
        return (left, beat_of(mark), self._settled.get(mark.id, -1.0), symbol_of(mark) + 10.0 * mark.is_chosen)


def _radius_px(mark: CaseMark) -> float:
    return RADIUS_PX[mark.urgency] * (_CHOSEN_LARGER if mark.is_chosen else 1.0)
