"""Who may do what in a room, and what may be shown in it; pure. A refusal is a typed message with whole sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.errors import InputError
from sanping.domain.label import LOWEST, Label, choice_refused, is_cleared
from sanping.domain.role import Role, is_at_least
from sanping.domain.text import Text
from sanping.stage import floor as floors
from sanping.stage.floor import Floor, may_write
from sanping.stage.sharing import checked_value
from sanping.wire.show import Floor as Wish
from sanping.wire.show import FloorState, FloorWish, RefusalCode, Refused, Show

LARGEST_VALUE, LARGEST_SCHEME = 16 * 1024, 48 * 1024
UNATTENDED = ("wall", "kiosk")

_NOT_LEADING = Text("现在不由本屏主控；请先申请主控", "This screen does not lead; ask for the floor first")
_LATE = Text("主控权已经易手，这次操作没有生效；请重新申请主控", "The floor has changed hands; ask for it again")
_LOCKED = Text("主控已被锁定；请联系正在主控的人或值班长", "The floor is locked; ask who leads, or the officer on duty")
_NOT_YOURS = Text(
    "当前角色不能这样做；请由主控屏或值班长操作", "This role may not do that; ask who leads, or the officer on duty"
)
_NOT_WAITING = Text("“{screen}”没有在申请主控，或已离开", "{screen} is not waiting for the floor, or has left")
_TOO_LARGE = Text(
    "“{key}”有 {size} 字节，超过上限 {limit}；请减少选中的对象",
    "The value {key} has {size} bytes, over the limit of {limit}; select less",
)
_TOO_FAST = Text(
    "本屏发送过快（超过每秒 {limit} 条），中枢已放慢接收；请稍候，若一直如此请重启本屏",
    "This screen says more than {limit} things a second and is read more slowly; wait, and restart it if that goes on",
)
_NO_ROOM = Text("联动房间已满（{limit} 间）；请加入已有的房间", "There are {limit} rooms already; join one of them")


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks: the screen, what kind of screen it is, and its role."""

    screen: str
    kind: str
    role: Role


def refusal(about: str, code: RefusalCode, words: Text, n: int = 0) -> Refused:
    """Return a refusal in words."""
    return Refused(about=about, code=code, n=n, error_zh=words.zh, error_en=words.en)


def room_refused(most: int) -> Refused:
    """Return why no further room is opened."""
    return refusal("hello", "room", _NO_ROOM.with_values(limit=most))


def pace_refused(about: str, n: int, limit: float) -> Refused:
    """Return what a screen is told whose messages are read more slowly."""
    return refusal(about, "pace", _TOO_FAST.with_values(limit=f"{limit:g}"), n)


def refused_label(show: Show, clearance: Label) -> Refused | None:
    """Return why somebody may not show a value with the label that he chose, None where he may."""
    chosen = show.label or LOWEST
    is_fine = is_cleared(clearance, chosen)
    return None if is_fine else refusal("show", "value", choice_refused(chosen, clearance), show.n)


def refused_write(floor: Floor, screen: str, show: Show, now_ms: int) -> Refused | None:
    """Return why a value is not shown, None when it is."""
    if floors.passed(floor, now_ms).holder != screen:
        return refusal("show", "floor", _NOT_LEADING, show.n)
    if not may_write(floor, screen, show.fence, now_ms):
        return refusal("show", "fence", _LATE, show.n)
    size = len(memoryview(show.value))
    most = LARGEST_SCHEME if show.key in ("scheme", "notes") else LARGEST_VALUE
    if size > most:
        words = _TOO_LARGE.with_values(key=show.key, size=size, limit=most)
        return refusal("show", "size", words, show.n)
    try:
        checked_value(show.key, bytes(show.value))
    except InputError as error:
        return refusal("show", "value", Text(error.in_language("zh"), error.in_language("en")), show.n)
    return None


def after_wish(floor: Floor, wish: Wish, by: Person, now_ms: int) -> Floor | Refused:
    """Return the floor after a wish about who leads, or why it is not granted."""
    floor = floors.passed(floor, now_ms)
    refused = _refused_wish(floor, wish, by)
    if refused is not None:
        return refused
    return _DONE[wish.wish](floor, wish.to, by, now_ms)


def may_seize(by: Person) -> bool:
    """Say whether somebody may take the floor whoever has it."""
    return by.kind in UNATTENDED or is_at_least(by.role, "duty_officer")


def told(floor: Floor, now_ms: int) -> FloorState:
    """Return who leads as screens are told."""
    return FloorState(
        holder=floor.holder,
        fence=floor.fence,
        left_ms=max(0, floor.until_ms - now_ms) if floor.holder else 0,
        queue=floor.queue,
        is_locked=floor.is_locked,
    )


def _refused_wish(floor: Floor, wish: Wish, by: Person) -> Refused | None:
    is_holder = bool(floor.holder) and floor.holder == by.screen
    match wish.wish:
        case "request" if floor.is_locked and not is_holder and not may_seize(by):
            return refusal("floor", "locked", _LOCKED)
        case "renew" | "lock" | "unlock" if not is_holder:
            return refusal("floor", "floor", _NOT_LEADING)
        case "seize" if not may_seize(by):
            return refusal("floor", "role", _NOT_YOURS)
        case "grant" | "deny" | "revoke" if not is_holder and not is_at_least(by.role, "duty_officer"):
            return refusal("floor", "role", _NOT_YOURS)
        case "grant" if wish.to not in floor.queue:
            return refusal("floor", "value", _NOT_WAITING.with_values(screen=wish.to or "?"))
    return None


_DONE: Mapping[FloorWish, Callable[[Floor, str, Person, int], Floor]] = MappingProxyType(
    {
        "request": lambda floor, _, by, now_ms: floors.requested(
            floor, by.screen, now_ms, is_guest=not is_at_least(by.role, "operator")
        ),
        "release": lambda floor, _, by, now_ms: floors.left(floor, by.screen, now_ms),
        "renew": lambda floor, _, by, now_ms: floors.renewed(floor, by.screen, now_ms),
        "grant": lambda floor, to, _, now_ms: floors.granted(floor, to, now_ms),
        "deny": lambda floor, to, _, now_ms: floors.denied(floor, to),
        "revoke": lambda floor, to, _, now_ms: floors.left(floor, to or floor.holder, now_ms),
        "seize": lambda floor, _, by, now_ms: floors.seized(floor, by.screen, now_ms),
        "lock": lambda floor, _, by, now_ms: floors.locked(floor, by.screen, now_ms, is_locked=True),
        "unlock": lambda floor, _, by, now_ms: floors.locked(floor, by.screen, now_ms, is_locked=False),
    }
)
