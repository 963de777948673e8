"""A film of the past: which moment each frame shows, and from where. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Literal

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.camera_track import CameraMoment, along, pose_at
from sanping.stage.state import Stage
from sanping.stage.timeline import Timeline

CameraChoice = Literal["fixed", "path", "recorded"]
MOST_FRAMES = 200_000
_EMPTY = Text("影片的结束时刻须晚于起始时刻", "A film must end later than it begins")
_TOO_LONG = Text(
    "影片会有 {frames} 帧，超过上限 {most}；请缩短时段或提高倍速",
    "The film would have {frames} frames, over the limit of {most}; shorten the span or play it faster",
)
_RATE = Text("影片的倍速和帧率须为正数", "Speed and frame rate of a film must be positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmPlan:
    """What a film shows.

    `from_ms` … `to_ms` in milliseconds since 1970 UTC, `speed` seconds of the past per second of film. `poses` hold the
    one view of a "fixed" camera, the views that a "path" flies over, and for "recorded" the view before the track
    begins.
    """

    from_ms: int
    to_ms: int
    poses: tuple[CameraPose, ...]
    camera: CameraChoice = "fixed"
    speed: float = 60.0
    frames_per_s: int = 25

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return 1 + ceil((self.to_ms - self.from_ms) / 1000 / self.speed * self.frames_per_s)

    def moment_ms(self, frame: int) -> int:
        """Return the moment that a frame shows."""
        return min(self.to_ms, self.from_ms + round(frame * 1000 * self.speed / self.frames_per_s))


def checked(plan: FilmPlan) -> FilmPlan:
    """Return a plan that can be drawn. Raises `InputError`."""
    if plan.to_ms <= plan.from_ms:
        raise InputError(_EMPTY)
    if not (plan.speed > 0 and plan.frames_per_s > 0 and plan.poses):
        raise InputError(_RATE)
    if plan.frames > MOST_FRAMES:
        raise InputError(_TOO_LONG.with_values(frames=plan.frames, most=MOST_FRAMES))
    return plan


def stage_of(plan: FilmPlan, frame: int, stage: Stage, track: Sequence[CameraMoment]) -> Stage:
    """Return what a frame shows: the city as of its moment, under the sun of its moment, from its place."""
    at_ms = plan.moment_ms(frame)
    return replace(
        stage,
        camera=_pose(plan, frame, at_ms, track),
        moment=datetime.fromtimestamp(at_ms / 1000, stage.moment.tzinfo),
        timeline=Timeline(mode="playing", at_ms=at_ms, speed=plan.speed),
        selection=(),
        hovered=None,
    )


def _pose(plan: FilmPlan, frame: int, at_ms: int, track: Sequence[CameraMoment]) -> CameraPose:
    if plan.camera == "path":
        return along(plan.poses, frame / max(1, plan.frames - 1))
    if plan.camera == "recorded":
        return pose_at(track, at_ms) or plan.poses[0]
    return plan.poses[0]
