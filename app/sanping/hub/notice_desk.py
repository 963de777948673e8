"""Public warnings as the hub keeps them: each message once, within bounds, until it is ended or its time is over."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import msgspec

from sanping.domain.label import LOWEST
from sanping.domain.notice import Notice, NoticeArea
from sanping.twin.notices import after_notice, ended_by, has_expired, is_shown
from sanping.twin.site_notices import PUBLISHER

DAY_MS = 86_400_000
KEPT_MS = 30 * DAY_MS
MOST_NOTICES = 400
MOST_BYTES = 64 * 1024
MOST_REMEMBERED = 20_000
LONGEST_TEXT = 2_000
LONGEST_NAME = 200
MOST_AREAS = 10
MOST_REFERENCES = 100

_TEXTS = (
    "headline_zh", "headline_en", "description_zh", "description_en", "instruction_zh", "instruction_en",
)  # fmt: skip
_NAMES = ("event", "sender_name", "urgency", "certainty")
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Publisher(Protocol):
    """Who publishes warnings: a source, or the site above."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def is_simulated(self) -> bool:
        """Whether it only plays."""


class NoticeDesk:
    """The warnings in force by `Notice.key`, and what was heard before.

    A source that begins anew says everything again; what is known is not kept twice, and what was ended stays ended,
    also when its end came first.
    """

    def __init__(self) -> None:
        self.book: dict[str, Notice] = {}
        self._heard: dict[bytes, None] = {}
        self._ended: dict[tuple[str, str, bool], int] = {}

    def recall(self, known: Iterable[Notice]) -> None:
        """Take up the messages of an earlier life of the hub, oldest first."""
        for notice in known:
            self.keep(notice)

    def fresh(
        self, said: Sequence[Notice], *, source: str, is_simulated: bool, now_ms: int
    ) -> tuple[list[Notice], Counter[str]]:
        """Return what is new of a publication, as it may be kept and sent, and what was counted."""
        counts: Counter[str] = Counter()
        found: dict[bytes, Notice] = {}
        for one in said:
            notice = _bounded(one, source, is_simulated or one.is_simulated, counts)
            if notice is None:
                continue
            if not now_ms - KEPT_MS <= notice.sent_ms <= now_ms + DAY_MS:
                counts["impossible_time" if notice.sent_ms > now_ms else "old_notices"] += 1
            elif (mark := _mark(notice)) in self._heard or mark in found:
                counts["duplicates"] += 1
            else:
                found[mark] = notice
        counts["notices"] += len(found)
        return list(found.values()), counts

    def keep(self, notice: Notice) -> bool:
        """Take in one message that is safe on disk; return whether it concerns the screens."""
        _remember(self._heard, _mark(notice), None)
        if not is_shown(notice):
            return False
        kind = (notice.status, notice.is_simulated)
        was_ended_ms = self._ended.get((notice.key, *kind))
        for reference in ended_by(notice):
            if reference != notice.key:
                _remember(self._ended, (reference, *kind), notice.sent_ms)
        if was_ended_ms is not None and notice.sent_ms <= was_ended_ms:
            return False
        self.book = after_notice(self.book, notice)
        return True

    def time_passed(self, now_ms: int) -> tuple[str, ...]:
        """Forget what has expired, is a month old, or is too much, and return the keys."""
        gone = [
            key for key, notice in self.book.items() if has_expired(notice, now_ms) or notice.sent_ms < now_ms - KEPT_MS
        ]
        left = [notice for key, notice in self.book.items() if key not in set(gone)]
        left.sort(key=lambda notice: (notice.status == "actual", notice.sent_ms))
        gone += [notice.key for notice in left[: max(0, len(left) - MOST_NOTICES)]]
        for key in gone:
            del self.book[key]
        return tuple(gone)


def _mark(notice: Notice) -> bytes:
    """Return what a message is recognised by: all it says, whichever source brought it."""
    return hashlib.sha256(msgspec.msgpack.encode(msgspec.structs.replace(notice, source=""))).digest()


def _remember(memory: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > MOST_REMEMBERED:
        del memory[next(iter(memory))]


def _bounded(said: Notice, source: str, is_simulated: bool, counts: Counter[str]) -> Notice | None:
    """Return a message as screens can take it, with finite numbers and a bounded size; None for what cannot be kept."""
    if not said.identifier or not said.sender:
        counts["bad_notices"] += 1
        return None
    areas = tuple(_sound(area) for area in said.areas)
    counts["bad_areas"] += sum(one != other for one, other in zip(areas, said.areas, strict=True))
    label = said.label if source.startswith(PUBLISHER) else LOWEST  # a warning to the public is public
    notice = msgspec.structs.replace(said, areas=areas, source=source, is_simulated=is_simulated, label=label)
    if _size(notice) <= MOST_BYTES:
        return notice
    counts["shortened_notices"] += 1
    shorter = {name: getattr(notice, name)[:LONGEST_TEXT] for name in _TEXTS}
    shorter |= {name: getattr(notice, name)[:LONGEST_NAME] for name in _NAMES}
    names = tuple(NoticeArea(name=area.name[:LONGEST_NAME]) for area in areas[:MOST_AREAS])
    notice = msgspec.structs.replace(notice, **shorter, areas=names, references=notice.references[:MOST_REFERENCES])
    if _size(notice) <= MOST_BYTES:
        return notice
    counts["bad_notices"] += 1
    return None


def _size(notice: Notice) -> int:
    return len(msgspec.json.encode(notice))


def _sound(area: NoticeArea) -> NoticeArea:
    """Return an area without shapes that have a number that is none, which JSON does not know."""
    polygons = tuple(ring for ring in area.polygons if all(math.isfinite(x) and math.isfinite(y) for x, y in ring))
    circles = tuple(circle for circle in area.circles if all(map(math.isfinite, circle)))
    return msgspec.structs.replace(area, polygons=polygons, circles=circles)
