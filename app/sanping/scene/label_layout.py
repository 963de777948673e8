"""Which labels are shown, where, and how strongly; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.scene.camera import Lens

PixelBox = tuple[float, float, float, float]
Indices = npt.NDArray[np.int64]

_LEVELS = 6
_LEAST_SCALE = 0.375
_STAYS = 0.6
_RIM_PX = 6.0
_APART_PX = 4.0
_STEM_PX = 8.0
_NONE: Indices = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where labels may stand, in pixels of the picture from its lower left corner.

    `size_px` is the picture; `inside` (west, south, east, north) the part of it that is seen whole; `covered` (k, 4)
    are boxes of the same order that lie over it. A frame of a window keeps labels where the last one had them; a
    picture does not, so that its parts agree. `share` is how much of a pixel of the window one of the frame is:
    less than 1 in a coarse frame that is to be enlarged.
    """

    size_px: tuple[int, int]
    inside: PixelBox
    covered: Float64Array
    is_picture: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """n labels: places (n, 3) in scene metres, sizes (n, 2) in pixels, ranks (n,) with 1 the most important.

    `reach_m` (n,) is the distance at which a label has faded away. `wanted` labels come before all others and never
    fade; where `kept` names labels, no other one is shown.
    """

    places: Float64Array
    sizes_px: Float64Array
    ranks: Float64Array
    reach_m: Float64Array
    wanted: Indices = field(default_factory=lambda: _NONE)
    kept: Indices | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """k chosen labels: `indices` (k,), `strengths` (k,) in sixths, `marks` (k, 2) and `plates` (k, 4) in pixels."""

    indices: Indices
    strengths: Float64Array
    marks: Float64Array
    plates: Float64Array


NOTHING = Placed(indices=_NONE, strengths=np.zeros(0), marks=np.zeros((0, 2)), plates=np.zeros((0, 4)))


def room_of(size_px: tuple[int, int]) -> Room:
    """Return the room of a picture that is taken: all of it."""
    return replace(room_under(size_px, (), size_px), is_picture=True)


def room_under(size_px: tuple[int, int], panels: Sequence[PixelBox], panels_of_px: tuple[int, int]) -> Room:
    """Return the room of a window's frame under panels: left, top, right, bottom from its upper left corner.

    `panels_of_px` is the size of the window, which may be larger or smaller than what is drawn for it.
    """
    width, height = size_px
    x, y = width / max(1, panels_of_px[0]), height / max(1, panels_of_px[1])
    covered = [(left * x, height - bottom * y, right * x, height - top * y) for left, top, right, bottom in panels]
    return Room(
        size_px=size_px,
        inside=(_RIM_PX, _RIM_PX, width - _RIM_PX, height - _RIM_PX),
        covered=np.array(covered, np.float64).reshape(-1, 4),
        share=min(1.0, y) if panels_of_px[1] > 1 else 1.0,
    )


def scale_in(room: Room) -> float:
    """Return how many pixels of the frame one of a picture 1080 high is, in steps of an eighth."""
    scale = max(1.0, round(room.size_px[1] / room.share / 270.0) / 4.0) * room.share
    return max(_LEAST_SCALE, round(scale * 8.0) / 8.0)


def shown(  # noqa: PLR0913  named, and a pure function has no other place for them
    labels: Labels, lens: Lens, room: Room, *, rise_px: float, most: int, before: Indices, taken: Float64Array
) -> Placed:
    """Choose labels that stand whole inside the room and do not cover one another.

    More important and nearer ones win, and one that was shown `before` keeps its place more easily. A plate that would
    be cut at the side is pushed in as far as its stem allows. `taken` plates (k, 4) of other labels are left free.
    """
    seen = lens.projected(labels.places)
    distance = seen[:, 2]
    marks = (seen[:, :2] * 0.5 + 0.5) * room.size_px
    plates = _plates(marks, labels.sizes_px, rise_px, room)
    usable = (distance > 5.0) & _stands(marks, plates, room)
    near = distance < labels.reach_m
    near[labels.wanted] = True
    weight = labels.ranks * 1000.0 + distance * 0.1
    weight[before] -= 1000.0 * _STAYS
    weight[labels.wanted] -= 1e9
    order = np.flatnonzero(usable & near)
    if labels.kept is not None:
        order = order[np.isin(order, labels.kept)]
    order = order[np.argsort(weight[order], kind="stable")]
    indices = _apart(plates, order, taken, most)
    fade = np.clip((labels.reach_m[indices] - distance[indices]) / (0.12 * labels.reach_m[indices]), 0.5, 1.0)
    fade[np.isin(indices, labels.wanted)] = 1.0
    return Placed(
        indices=indices, strengths=np.ceil(fade * _LEVELS) / _LEVELS, marks=marks[indices], plates=plates[indices]
    )


def _plates(marks: Float64Array, sizes_px: Float64Array, rise_px: float, room: Room) -> Float64Array:
    """Boxes of the plates (n, 4), above their marks, pushed in from the sides of the picture."""
    width, height = sizes_px[:, 0], sizes_px[:, 1]
    slack = np.maximum(width / 2 - _STEM_PX, 0.0)
    inwards = np.clip(marks[:, 0] - width / 2, room.inside[0], np.maximum(room.inside[2] - width, room.inside[0]))
    west = np.clip(inwards, marks[:, 0] - width / 2 - slack, marks[:, 0] - width / 2 + slack)
    south = marks[:, 1] + rise_px
    return np.stack([west, south, west + width, south + height], 1)


def _stands(marks: Float64Array, plates: Float64Array, room: Room) -> npt.NDArray[np.bool_]:
    """Say which labels stand whole inside the room: plate, stem and mark, clear of what covers the picture."""
    west, south, east, north = room.inside
    inside = (plates[:, 0] >= west) & (plates[:, 2] <= east) & (marks[:, 1] >= south) & (plates[:, 3] <= north)
    stems = np.stack([marks[:, 0] - _STEM_PX, marks[:, 1] - _STEM_PX, marks[:, 0] + _STEM_PX, plates[:, 1]], 1)
    for box in room.covered:
        inside &= ~_meets(plates, box) & ~_meets(stems, box)
    return np.asarray(inside, np.bool_)


def _meets(boxes: Float64Array, box: Float64Array) -> npt.NDArray[np.bool_]:
    low, high = box[:2] - _APART_PX, box[2:] + _APART_PX
    return np.asarray(((boxes[:, :2] < high) & (boxes[:, 2:] > low)).all(axis=1), np.bool_)


def _apart(plates: Float64Array, order: Indices, taken: Float64Array, most: int) -> Indices:
    """Take plates in order, each that is clear of those taken before; ascending."""
    held = len(taken)
    boxes = np.empty((held + most, 4))
    boxes[:held] = taken
    chosen: list[int] = []
    for index in order.tolist():
        if len(chosen) == most:
            break
        count = held + len(chosen)
        if not _meets(boxes[:count], plates[index]).any():
            boxes[count] = plates[index]
            chosen.append(index)
    return np.array(sorted(chosen), np.int64)
