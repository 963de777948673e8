"""What a kiosk attends to: its tour, a visitor's hands, whoever leads the room, or an alarm; pure, times handed in.

Hands go before everything: nobody's view is torn away. An alarm goes before the tour and waits for the others. Times
are milliseconds of a monotonic clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from sanping.domain.role import is_at_least
from sanping.stage.show import ShowState
from sanping.wire.show import FloorWish

Mode = Literal["tour", "hands", "led", "alarm"]
STAFFED = frozenset({"desk", "wall"})
TURN_MS = 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How long a kiosk waits: for hands that rest, with a countdown at the end of it, and at an alarm."""

    idle_s: float = 90.0
    countdown_s: float = 15.0
    alarm_s: float = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What is attended to since when.

    `alarm` is the id of the alarm that is shown, "" for none; `told` are the open alarms that were shown already.
    `touched_ms` is when a hand last did something.
    """

    mode: Mode = "tour"
    since_ms: int = 0
    touched_ms: int = 0
    alarm: str = ""
    told: frozenset[str] = frozenset()


def touched(attention: Attention, now_ms: int) -> Attention:
    """Return what is attended to when a hand does something."""
    if attention.mode == "hands":
        return replace(attention, touched_ms=now_ms)
    return replace(attention, mode="hands", since_ms=now_ms, touched_ms=now_ms, alarm="")


def passed(
    attention: Attention, habits: Habits, now_ms: int, *, is_led: bool = False, alarms: Sequence[str] = ()
) -> Attention:
    """Return what is attended to as time leaves it.

    `alarms` are the ids of the open ones that nobody has acknowledged, the worst first; `is_led` when another screen
    of the room leads.
    """
    attention = replace(attention, told=attention.told & frozenset(alarms))
    fresh = next((alarm for alarm in alarms if alarm not in attention.told), "")
    match attention.mode:
        case "hands" if now_ms - attention.touched_ms < 1000 * habits.idle_s:
            return attention
        case "alarm" if attention.alarm in alarms and now_ms - attention.since_ms < 1000 * habits.alarm_s:
            return attention
        case "led" if is_led:
            return attention
        case "tour" if not fresh and not is_led:
            return attention
    if fresh:
        told = attention.told | {fresh}
        return replace(attention, mode="alarm", since_ms=now_ms, alarm=fresh, told=told)
    return replace(attention, mode="led" if is_led else "tour", since_ms=now_ms, alarm="")


def given_back(attention: Attention) -> Attention:
    """Return what is attended to when a visitor has had enough: as if the hands had rested long."""
    return replace(attention, touched_ms=-(10**15)) if attention.mode == "hands" else attention


def countdown_s(attention: Attention, habits: Habits, now_ms: int) -> int | None:
    """Return the seconds until the kiosk goes back to its tour, None before the countdown begins."""
    if attention.mode != "hands":
        return None
    left_s = habits.idle_s - (now_ms - attention.touched_ms) / 1000
    return max(0, ceil(left_s)) if left_s <= min(habits.countdown_s, 0.5 * habits.idle_s) else None


def is_led(show: ShowState) -> bool:
    """Say whether another screen leads the room."""
    return show.is_linked and bool(show.floor.holder) and show.floor.holder != show.me


def floor_wish(show: ShowState, held_since_ms: int, now_ms: int) -> tuple[FloorWish, str] | None:
    """Return what a kiosk wishes for visitors: the floor for the first phone that waits, each in its turn.

    Only in a room of phones and kiosks: where a desk or a wall is there, its people decide. The hub decides last.
    """
    floor, others = show.floor, [member for name, member in show.members.items() if name != show.me]
    if not show.is_linked or not is_at_least(show.role, "duty_officer"):
        return None
    if any(member.kind in STAFFED for member in others):
        return None
    phones = {member.screen for member in others if member.kind == "phone"}
    waiting = next((screen for screen in floor.queue if screen in phones), "")
    if not waiting:
        return None
    if not floor.holder:
        return "grant", waiting
    is_over = floor.holder in phones and not floor.is_locked and now_ms - held_since_ms >= TURN_MS
    return ("revoke", floor.holder) if is_over else None
