"""How soon a camera that one screen shows is on another, over a hub of this machine."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import orjson

from sanping.client.hub_process import HubProcess, hub_command
from sanping.client.link import HubLink
from sanping.domain.errors import HubUnreachable
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.progress import Progress
from sanping.stage.show import ShowState
from sanping.wire.show import VIEW

HZ = 60.0
_WITHIN_S = 30.0
_LINKING = Text("连接两块屏幕", "Linking two screens")
_LATE = Text("本机中枢没有及时应答；请稍后再试", "The hub of this machine did not answer in time; try again later")


class _Follower:
    """Notes when each camera came."""

    def __init__(self) -> None:
        self.came_s: dict[float, float] = {}
        self.show = ShowState()
        self.changed = threading.Condition()

    def __call__(self, show: ShowState) -> None:
        now_s = time.perf_counter()
        with self.changed:
            self.show = show
            value = show.values.get("camera")
            if value is not None:
                self.came_s.setdefault(orjson.loads(value.value)["heading_deg"], now_s)
            self.changed.notify_all()


def sync_ms(twin: Path, seconds: float, progress: Progress) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds of a camera at 60 Hz from one screen to another.

    A hub of `twin` is started for it, without simulators, in a folder that goes afterwards. Raises `HubUnreachable`.
    """
    progress.report(0.0, _LINKING)
    with TemporaryDirectory(prefix="sanping-card-hub-") as folder:
        hub = HubProcess(hub_command(twin, Path(folder), "--no-simulators"), Path(folder))
        hub.start()
        follower = _Follower()
        leader_sees = _Follower()
        leader = HubLink(hub.where, screen="card-leader", kind="desk", topics=(VIEW,), on_show=leader_sees)
        second = HubLink(hub.where, screen="card-follower", kind="wall", topics=(VIEW,), on_show=follower)
        try:
            if not hub.wait_until_healthy(_WITHIN_S):
                raise HubUnreachable(_LATE)
            leader.start()
            second.start()
            _wait(follower, lambda show: show.is_linked)
            _wait(leader_sees, lambda show: show.is_linked)
            leader.floor("request")
            _wait(leader_sees, lambda show: show.is_leading)
            sent_s = _turn(leader, seconds, progress)
            _wait(follower, lambda _: max(sent_s) in follower.came_s)
        finally:
            leader.close()
            second.close()
            hub.close()
            hub.has_ended(_WITHIN_S)
    ages = [(came_s - sent_s[heading]) * 1e3 for heading, came_s in follower.came_s.items() if heading in sent_s]
    return float(np.percentile(ages, 50)), float(np.percentile(ages, 99))


def _turn(leader: HubLink, seconds: float, progress: Progress) -> dict[float, float]:
    """Show a camera sixty times a second; return when each heading was shown."""
    sent_s, count = {}, max(2, round(seconds * HZ))
    next_s = time.perf_counter()
    for number in range(1, count + 1):
        if number % round(HZ) == 0:
            progress.report(number / count, _LINKING)
        heading = number / 100
        pose = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=heading, pitch_deg=-30.0, distance_m=900.0)
        sent_s[heading] = time.perf_counter()
        leader.share("camera", pose)
        next_s += 1 / HZ
        time.sleep(max(0.0, next_s - time.perf_counter()))
    return sent_s


def _wait(follower: _Follower, is_so: Callable[[ShowState], bool]) -> None:
    with follower.changed:
        if not follower.changed.wait_for(lambda: is_so(follower.show), _WITHIN_S):
            raise HubUnreachable(_LATE)
