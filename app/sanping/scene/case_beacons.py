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
    clock_shares,
    fill_of,
    pressing,
    symbol_of,
)
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_layout import NOTHING, Indices, Placed, Room, scale_in
from sanping.scene.layers.badges import CASE, CASES, BadgeLayer, Badges, plate_corners
from sanping.scene.layers.case_beams import CaseBeams
from sanping.scene.mark_groups import Groups, grouped
from sanping.stage.state import CASES_LAYER as CASES_LAYER  # noqa: PLC0414  picks of the scene name it

_NEAR_M, _MOST_PLATES, _CHOSEN_LARGER = 900.0, 14, 1.3
_GROUP_PX, _REACH_PX = 17.0, 25.0


class CaseBeacons:
    """Draws the cases that it was last given."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._beams, self._badges = CaseBeams(context), BadgeLayer(context)
        self._marks: tuple[CaseMark, ...] = ()
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
        self._marks = wanted
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
        weight = pressing([self._marks[row] for row in members.tolist()])
        ids = tuple(self._marks[members[row]].id for row in np.argsort(-weight, kind="stable").tolist())
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
        marks = self._marks
        alone = np.array([mark.is_chosen or mark.is_settling for mark in marks])
        groups = grouped(self._heads, alone, lens, room.size_px, _REACH_PX * scale)
        members = [np.flatnonzero(groups.group == number).tolist() for number in range(len(groups.size))]
        is_one = groups.size == 1
        weight = pressing([marks[row] for row in groups.first.tolist()]) * is_one
        order: Indices = np.lexsort((-groups.ahead_m, np.where(weight >= 100.0, 1, 0))).astype(np.int64)
        self._groups, self._order = groups, order
        drawn = [[marks[row] for row in members[number]] for number in order.tolist()]
        larger = np.array([_CHOSEN_LARGER if one[0].is_chosen else 1.0 for one in drawn])
        radius = (
            scale
            * larger
            * np.array(
                [RADIUS_PX[one[0].urgency] if len(one) == 1 else _GROUP_PX + 2.0 * len(str(len(one))) for one in drawn]
            )
        )
        seen = groups.seen_px[order]
        plates = self._titles(drawn, weight[order], groups.ahead_m[order])
        plates, boxes = self._with_room(plates, seen, radius, scale)
        self._badges.draw(self._badges_of(drawn, groups.place[order], radius, plates), scale)
        rows: Indices = np.arange(len(order))
        self.placed = Placed(indices=rows, strengths=np.ones(len(order)), marks=seen, plates=boxes)

    def _titles(self, drawn: list[list[CaseMark]], weight: Float64Array, ahead_m: Float64Array) -> list[str]:
        """Return the words beside each badge: of the chosen one, and of the most pressing among near ones."""
        wanted = [
            number for number, one in enumerate(drawn)
            if len(one) == 1 and not one[0].is_settling and (one[0].is_chosen or ahead_m[number] < _NEAR_M)
        ]  # fmt: skip
        wanted.sort(key=lambda number: (-weight[number], ahead_m[number]))
        titles = [""] * len(drawn)
        for number in wanted[:_MOST_PLATES]:
            titles[number] = drawn[number][0].title.in_language(self._context.language)
        return titles

    def _with_room(
        self, titles: list[str], seen: Float64Array, radius: Float64Array, scale: float
    ) -> tuple[list[str], Float64Array]:
        """Drop plates that would lie on another badge or plate; return those left, and the box of each badge."""
        boxes = np.concatenate([seen - radius[:, None], seen + radius[:, None]], 1)
        sizes = self._badges.plate_sizes(titles, scale)
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

    def _badges_of(
        self, drawn: list[list[CaseMark]], places: Float64Array, radius: Float64Array, plates: list[str]
    ) -> Badges:
        return Badges(
            places=places,
            radius_px=radius,
            kinds=np.array([CASE if len(one) == 1 else CASES for one in drawn]),
            fill=np.array([fill_of(one[0]) for one in drawn], np.float64),
            ring=np.array([CLOCK_COLOURS[one[0].colour] for one in drawn], np.float64),
            state=np.array([self._state(one) for one in drawn]),
            counts=["" if len(one) == 1 else str(len(one)) for one in drawn],
            plates=plates,
        )

    def _state(self, one: list[CaseMark]) -> tuple[float, float, float, float]:
        if len(one) > 1:
            return clock_shares(one)
        mark = one[0]
        left = -1.0 if mark.left is None else mark.left
        return (left, beat_of(mark), self._settled.get(mark.id, -1.0), symbol_of(mark) + 10.0 * mark.is_chosen)
