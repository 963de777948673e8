"""How a kiosk is set up, and what it keeps from one start to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time

from sanping.domain.label import HIGHEST, Label
from sanping.domain.tour import Tour
from sanping.stage.attending import Habits
from sanping.ui.live.link import ScreenCard

RESTART_STATUS, ENDED_STATUS = 75, 143
"""The exit statuses of the nightly restart and of an end that the system asked for: systemd starts it again after both.

Leaving by the PIN is 0, after which it stays away.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What survives a restart: the stop of the tour, how many wrong PINs were given, and how long none is taken."""

    stop: int = 0
    failures: int = 0
    locked_ms: int = 0


def _forget(_kept: Kept) -> None:
    """Keep nothing."""


def _never(_pin: str) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class KioskPlan:
    """What is shown how.

    `is_pin` says whether a PIN is right, `keep` stores what survives. A kiosk that `is_full` covers its screen and
    takes the keyboard; another one is a window of `size_px`. `environment` may name systemd's socket.
    `own_clearance` is up to which label the settings of this machine let it show now.
    """

    tours: tuple[Tour, ...] = ()
    habits: Habits = field(default_factory=Habits)
    restart_at: time | None = None
    card: ScreenCard = ScreenCard(screen="kiosk", kind="kiosk")  # noqa: RUF009  a frozen value
    is_full: bool = True
    size_px: tuple[int, int] = (1280, 720)
    is_pin: Callable[[str], bool] = _never
    kept: Kept = field(default_factory=Kept)
    keep: Callable[[Kept], None] = _forget
    own_clearance: Callable[[], Label] = lambda: HIGHEST
    environment: Mapping[str, str] = field(default_factory=dict)
