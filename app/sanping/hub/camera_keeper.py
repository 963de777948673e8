"""What is worth keeping of the way the shared camera goes, for the time machine. No I/O; times handed in."""

import msgspec

from sanping.domain.view import CameraPose
from sanping.stage.camera_track import CameraMoment, is_possible, is_worth_keeping

SHOWN_LATELY_MS = 2_000


class CameraKeeper:
    """Takes every pose that a room shows, and gives those to keep: at most one a second, and where it came to rest."""

    def __init__(self) -> None:
        self._last: CameraMoment | None = None
        self._newest: CameraMoment | None = None

    def shown(self, value: bytes, now_ms: int) -> CameraPose | None:
        """Take a pose as JSON; return it when it is to be kept."""
        try:
            pose = msgspec.json.decode(value, type=CameraPose)
        except msgspec.MsgspecError:
            return None
        if not is_possible(pose):
            return None
        self._newest = CameraMoment(at_ms=now_ms, pose=pose)
        return self._kept(now_ms)

    def rested(self, now_ms: int) -> CameraPose | None:
        """Return where the camera came to rest, if that is not kept yet."""
        return None if self._newest is None else self._kept(now_ms)

    def is_shown(self, now_ms: int) -> bool:
        """Say whether the shared camera moves now: then a screen need not record its own."""
        return self._newest is not None and now_ms - self._newest.at_ms < SHOWN_LATELY_MS

    def _kept(self, now_ms: int) -> CameraPose | None:
        if self._newest is None:
            return None
        moment = CameraMoment(at_ms=now_ms, pose=self._newest.pose)
        if not is_worth_keeping(self._last, moment):
            return None
        self._last = moment
        return moment.pose
