"""The log of events on a thread of its own: what people wished and what alarms did, safe before anybody is answered."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.notice import Notice
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.event_log import Event, EventLog
from sanping.stage.camera_track import CAMERA, body_of, is_possible
from sanping.wire.messages import Command

ALARM, COMMAND, SOURCE, NOTICE, ACCESS = "alarm", "command", "source", "notice", "access"
COUNTERS = "counters"
MOST_HELD_BACK = 100_000
RETRY_S = 1.0
STAGE_CAMERA = "stage.camera"
_NO_POSE = Text("命令没有给出视角：{reason}；请更新程序", "The command gives no camera: {reason}; update the program")

EventRow = tuple[int, str, bytes]
T = TypeVar("T")
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class KeptCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command that was done: who wished it from which screen."""

    op: str
    action: str
    by: str
    arguments: Mapping[str, object] = {}
    n: int = 0


def alarm_row(alarm: Alarm) -> EventRow:
    """Return an alarm as an event."""
    return (alarm.changed_ms, ALARM, msgspec.json.encode(alarm))


def source_row(status: SourceStatus, now_ms: int) -> EventRow:
    """Return a source's state as an event."""
    return (now_ms, SOURCE, msgspec.json.encode(status))


def command_row(command: Command, by: str, now_ms: int) -> EventRow:
    """Return a command as an event."""
    kept = KeptCommand(op=command.op, action=command.action, by=by, arguments=command.arguments, n=command.n)
    return (now_ms, COMMAND, msgspec.json.encode(kept))


def access_row(what: str, words: str, now_ms: int) -> EventRow:
    """Return that somebody came in or was turned away as an event."""
    return (now_ms, ACCESS, msgspec.json.encode({"what": what, "words": words[:200]}))


def camera_row(arguments: Mapping[str, object], now_ms: int) -> EventRow:
    """Return where a screen's camera was as an event. Raises `InputError` for what is no pose."""
    try:
        pose = msgspec.convert(arguments, CameraPose)
    except msgspec.ValidationError as error:
        raise InputError(_NO_POSE.with_values(reason=str(error)[:100])) from error
    if not is_possible(pose):
        raise InputError(_NO_POSE.with_values(reason=str(pose)[:100]))
    return (now_ms, CAMERA, body_of(pose))


def notice_row(notice: Notice, now_ms: int) -> EventRow:
    """Return a public warning as an event of the moment at which it came."""
    return (now_ms, NOTICE, msgspec.json.encode(notice))


def values_of(events: Iterable[Event], kind: str, value_type: type[T]) -> Iterator[T]:
    """Yield what the events of a kind say, in their order; an event that cannot be read is skipped and logged."""
    for event in events:
        if event.kind == kind:
            try:
                yield msgspec.json.decode(event.body, type=value_type)
            except msgspec.MsgspecError as error:
                _log.warning("event %d cannot be read: %s", event.seq, error)


def alarms_of(events: Iterable[Event]) -> dict[str, Alarm]:
    """Return alarms by id as the events leave them."""
    return {alarm.id: alarm for alarm in values_of(events, ALARM, Alarm)}


def commands_of(events: Iterable[Event]) -> list[KeptCommand]:
    """Return which commands were done, newest last."""
    return [
        msgspec.json.decode(event.body, type=KeptCommand, strict=False) for event in events if event.kind == COMMAND
    ]


def counters_row(counters: Mapping[str, int], now_ms: int) -> EventRow:
    """Return up to which number the commands of each screen are forgotten, as an event."""
    return (now_ms, COUNTERS, msgspec.json.encode(counters))


def counters_of(events: Iterable[Event]) -> dict[str, int]:
    """Return the newest counters of commands; none where none can be read."""
    found: dict[str, int] = {}
    for counters in values_of(events, COUNTERS, dict[str, int]):
        found = counters
    return found


class EventKeeper:
    """The only writer of `log`."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="events")
        self._held_back: list[EventRow] = []

    async def keep(self, rows: Sequence[EventRow]) -> int:
        """Commit events, and before them those that could not be committed earlier. Raises `StoreFailed`."""
        batch, self._held_back = [*self._held_back, *rows], []
        try:
            return await self._ask(lambda log: log.append(batch))
        except StoreFailed:
            self._held_back = [*batch[: len(batch) - len(rows)], *self._held_back]
            raise

    async def keep_somehow(self, rows: Sequence[EventRow]) -> None:
        """Commit events; those that the store refuses go with the next."""
        try:
            await self.keep(rows)
        except StoreFailed as error:
            _log.error("%s", error.in_language("en"))
            self._held_back = [*self._held_back, *rows][-MOST_HELD_BACK:]

    async def keep_surely(self, rows: Sequence[EventRow]) -> None:
        """Commit events, trying again for as long as the store refuses."""
        is_told = False
        while rows:
            try:
                await self.keep(rows)
            except StoreFailed as error:
                if not is_told:
                    _log.error("%s", error.in_language("en"))
                is_told = True
                await asyncio.sleep(RETRY_S)
            else:
                return

    @property
    def held_back(self) -> tuple[EventRow, ...]:
        """What could not be committed yet."""
        return tuple(self._held_back)

    async def between(self, from_ms: int, to_ms: int, kinds: Sequence[str] = ()) -> list[Event]:
        """Return events of a span of time. Raises `StoreFailed`."""
        return await self._ask(lambda log: list(log.between(from_ms, to_ms, kinds)))

    @property
    def epoch(self) -> str:
        """What names the log for ever."""
        return self._log.epoch

    async def since(self, seq: int, limit: int) -> Sequence[Event]:
        """Return up to `limit` events with greater numbers. Raises `StoreFailed`."""
        return await self._ask(lambda log: log.since(seq, limit))

    async def close(self) -> None:
        """Commit what was held back and release the file."""
        if self._held_back:
            await self.keep_somehow(())
        await self._ask(lambda log: log.close())
        self._thread.shutdown(wait=True)

    async def _ask(self, question: Callable[[EventLog], _Answer]) -> _Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._log)
