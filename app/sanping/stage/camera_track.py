"""The way the camera went, as moments with poses: recorded while live, followed on request in the past. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, isfinite

import msgspec

from sanping.domain.view import CameraPose
from sanping.ports.event_log import Event
from sanping.stage.camera import FARTHEST_M, flown

CAMERA = "camera"
LEAST_PAUSE_MS = 1000
LONGEST_GLIDE_MS = 3000
_NEAR_SHARE, _NEAR_DEG = 0.002, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraMoment:
    """Where the camera was at a moment, in milliseconds since 1970 UTC."""

    at_ms: int
    pose: CameraPose


Track = tuple[CameraMoment, ...]


def is_worth_keeping(last: CameraMoment | None, now: CameraMoment) -> bool:
    """Say whether a pose tells something new: it differs visibly, and the last one was kept a second ago."""
    if last is None:
        return True
    return now.at_ms - last.at_ms >= LEAST_PAUSE_MS and not _is_near(last.pose, now.pose)


def body_of(pose: CameraPose) -> bytes:
    """Return a pose as the body of an event."""
    return msgspec.json.encode(pose)


def is_possible(pose: CameraPose) -> bool:
    """Say whether a pose that came from elsewhere can be looked from."""
    numbers = (*pose.target, pose.heading_deg, pose.pitch_deg, pose.distance_m, pose.fov_deg)
    return (
        all(map(isfinite, numbers))
        and 0 < pose.distance_m <= FARTHEST_M
        and -90 <= pose.pitch_deg <= 90
        and 1 <= pose.fov_deg <= 170
    )


def track_of(events: Iterable[Event]) -> Track:
    """Return the moments of camera events by time; one that cannot be read is left out."""
    found = []
    for event in events:
        if event.kind == CAMERA:
            try:
                pose = msgspec.json.decode(event.body, type=CameraPose)
            except msgspec.MsgspecError:
                continue
            if is_possible(pose):
                found.append(CameraMoment(at_ms=event.time_ms, pose=pose))
    return tuple(sorted(found, key=lambda moment: moment.at_ms))


def pose_at(track: Sequence[CameraMoment], at_ms: float) -> CameraPose | None:
    """Return where the camera was: it glides between moments close together, and rests between others.

    None before the first moment, where nothing is known.
    """
    place = bisect_right(track, at_ms, key=lambda moment: moment.at_ms)
    if place == 0:
        return None
    before = track[place - 1]
    if place == len(track):
        return before.pose
    after = track[place]
    begin_ms = max(before.at_ms, after.at_ms - LONGEST_GLIDE_MS)
    if at_ms <= begin_ms:
        return before.pose
    return _between(before.pose, after.pose, (at_ms - begin_ms) / (after.at_ms - begin_ms))


def along(poses: Sequence[CameraPose], share: float) -> CameraPose:
    """Return the pose after `share` (0 … 1) of a flight over all of `poses`, resting nowhere; there is at least one."""
    if len(poses) == 1:
        return poses[0]
    place = min(max(share, 0.0), 1.0) * (len(poses) - 1)
    leg = min(int(place), len(poses) - 2)
    return flown(poses[leg], poses[leg + 1], place - leg)


def _between(start: CameraPose, end: CameraPose, share: float) -> CameraPose:
    """Return a pose on the straight way: the moments themselves carry how fast it went."""
    turn = (end.heading_deg - start.heading_deg + 180.0) % 360.0 - 180.0
    east, north, up = (a + (b - a) * share for a, b in zip(start.target, end.target, strict=True))
    return CameraPose(
        target=(east, north, up),
        heading_deg=(start.heading_deg + turn * share) % 360.0,
        pitch_deg=start.pitch_deg + (end.pitch_deg - start.pitch_deg) * share,
        distance_m=start.distance_m * (end.distance_m / start.distance_m) ** share,
        fov_deg=start.fov_deg + (end.fov_deg - start.fov_deg) * share,
    )


def _is_near(one: CameraPose, other: CameraPose) -> bool:
    way = hypot(*(a - b for a, b in zip(one.target, other.target, strict=True)))
    turn = abs((other.heading_deg - one.heading_deg + 180.0) % 360.0 - 180.0)
    reach = max(one.distance_m, other.distance_m)
    return (
        way < _NEAR_SHARE * reach
        and abs(one.distance_m - other.distance_m) < _NEAR_SHARE * reach
        and max(turn, abs(one.pitch_deg - other.pitch_deg), abs(one.fov_deg - other.fov_deg)) < _NEAR_DEG
    )
