"""What lives on the desk: follows the hub of the twin, resolves what is to be shown now, and tells it as one value.

In the past it is given what was true then; nothing of the present is mixed in.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from sanping.client.hub_past import HubPast
from sanping.client.link import LinkStatus
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey, Step
from sanping.twin.live import LiveState, only_moved
from sanping.twin.live_part import LivePart
from sanping.twin.project import TwinProject
from sanping.twin.river_view import PIECE, RiverView, resolving
from sanping.ui.live.asking import Asking, Failed, Then
from sanping.ui.live.link import DESK, HubHolder, LiveLink, ScreenCard
from sanping.wire.messages import Ack

SHOWN_EVERY_MS = 200
AGED_EVERY_MS = 2000
REST_SHARE = 4
LEVEL = "water_level"
LEVELS_MS = 3 * 3_600_000
IN_THE_PAST = Text("正在回放，不能处置；请先回到实时", "This is a replay; return to the present to deal with it")
HELD = Text("坐席已锁定，命令没有发出", "The desk is locked; nothing was sent")
NO_HUB = Text("未连接中枢，命令没有发出", "There is no hub; nothing was sent")
CUT_OFF = Text("命令没有送到中枢；请稍后重试", "The command did not reach the hub; try again later")
NO_LEVELS: Mapping[str, Sequence[tuple[int, float]]] = MappingProxyType({})

RecordedSeries = Callable[[SeriesKey, int, int], Series]
HubOf = Callable[[TwinProject], HubHolder | None]


def no_hub(_project: TwinProject) -> HubHolder | None:
    """Follow no hub."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The city at a moment of the past; `levels` are those of the hours before, for the trend."""

    state: LiveState
    levels: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=lambda: NO_LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a wish: `refusal` is why it was not done, None when it was; a conflict if somebody was first.

    `about` names what was made or changed.
    """

    refusal: Text | None = None
    is_conflict: bool = False
    about: str = ""


class Living(QObject):
    """Holds the link to one hub at a time.

    `view_changed` carries a `RiverView`, at most five times a second and less often where resolving it takes long;
    `status_changed` a `LinkStatus`; `state_changed` the `LiveState` as it comes; `refused` a `Text`; `linked` comes
    with every connection. `moved` comes with every newer position: where nothing but positions changed, nothing else.
    """

    view_changed = Signal(object)
    status_changed = Signal(object)
    state_changed = Signal(object)
    refused = Signal(object)
    linked = Signal()
    moved = Signal()

    card: ScreenCard = DESK
    """How this screen presents itself to the hub."""

    is_held: Callable[[], bool] = staticmethod(lambda: False)
    """Says whether nothing may leave this screen now, such as while it is locked."""

    recorded: RecordedSeries | None = None
    """Gives series of the recording that is replayed; None while there is none."""

    def __init__(self, hub_of: HubOf, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.part = LivePart()
        self.state = LiveState()
        self.view = RiverView(now_ms=0, is_live=False)
        self.status: LinkStatus | None = None
        self.asking = Asking(self)
        self._hub_of, self._now = hub_of, now
        self._link: LiveLink | None = None
        self._past: Past | None = None
        self._levels: dict[str, list[tuple[int, float]]] = {}
        self._is_anew, self._is_frozen = True, False
        self._resolving: Iterator[RiverView | None] | None = None
        self._is_outdated = False
        self._took, self._took_ms = QElapsedTimer(), 0
        self._between = QTimer(self)
        self._between.setSingleShot(True)
        self._between.timeout.connect(self._go_on)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SHOWN_EVERY_MS)
        self._soon.timeout.connect(self._resolve)
        self._ageing = QTimer(self)
        self._ageing.setInterval(AGED_EVERY_MS)
        self._ageing.timeout.connect(self.resolve_soon)

    @property
    def link(self) -> LiveLink | None:
        """The link, None for a twin without a hub."""
        return self._link

    @property
    def is_replaying(self) -> bool:
        """A moment of the past is shown."""
        return self._past is not None

    @property
    def is_told(self) -> bool:
        """Somebody tells what lives: a hub, or a recording."""
        return self._link is not None or self._past is not None

    def now_ms(self) -> int:
        """Return the present by the hub's clock, in milliseconds since 1970 UTC."""
        ahead_ms = 0 if self.status is None else self.status.clock_ahead_ms
        return round(self._now().astimezone(UTC).timestamp() * 1000) + ahead_ms

    def follow(self, project: TwinProject) -> None:
        """Follow the hub of a twin; another one is left."""
        self.leave()
        self.part = project.live
        holder = self._hub_of(project)
        if holder is not None:
            if len(self.part.stations) > PIECE:
                self._freeze()
            self._ageing.start()
            self._link = LiveLink(holder, self, self.card)
            self._link.state_changed.connect(self._on_state)
            self._link.status_changed.connect(self._on_status)
            self._link.refused.connect(self.refused)
            self._link.start()

    def leave(self) -> None:
        """Hang up and forget what is known."""
        self._soon.stop()
        self._ageing.stop()
        self._give_up()
        self._is_outdated = False
        self.asking.forget()
        link, self._link = self._link, None
        if link is not None:
            link.close()
            link.deleteLater()
        self.state, self.status, self._past = LiveState(), None, None
        self.moved.emit()
        self._levels.clear()
        self._is_anew = True
        if self._is_frozen:
            self._is_frozen = False
            gc.unfreeze()

    def close(self) -> None:
        """End for good."""
        self.leave()
        self.asking.close()

    def wish(self, action: str, arguments: Mapping[str, object]) -> None:
        """Ask the hub to change something; a refusal is told. What is shown of the past cannot be dealt with.

        An alarm that changed after the window had been told of it is refused as a conflict; of a group of them the hub
        leaves those alone that were dealt with already. A device is approved by its digits, and always removed.
        """
        if self.is_held():
            self.refused.emit(HELD)
        elif self._past is not None:
            self.refused.emit(IN_THE_PAST)
        elif self._link is not None:
            self._link.wish(action, arguments, self._link.seq if "alarm" in arguments else None)
        else:
            self.refused.emit(NO_HUB)

    def wish_then(self, action: str, arguments: Mapping[str, object], then: Callable[[Answer], None]) -> None:
        """Ask the hub to change something; `then` is given what became of it."""
        if self.is_held():
            then(Answer(refusal=HELD))
        elif self._past is not None:
            then(Answer(refusal=IN_THE_PAST))
        elif self._link is None:
            then(Answer(refusal=NO_HUB))
        else:
            self._link.wish_then(action, arguments, lambda ack: then(_answer(ack)))

    def ask_series(self, key: SeriesKey, span_ms: tuple[int, int], step: Step, then: Then, failed: Failed) -> bool:
        """Ask for a series of the hub, or of the recording that is replayed; False where there is neither."""
        if self.recorded is not None:
            question = partial(self.recorded, key, *span_ms)
        elif self._link is not None:
            question = partial(self._link.questions.series, key, *span_ms, step)
        else:
            return False
        self.asking.ask(question, then, failed)
        return True

    def show_past(self, past: Past | None) -> None:
        """Show a moment of the past, or the present again."""
        if (past is None) != (self._past is None) and self._resolving is not None:
            self._give_up()
            self._is_anew = True
        self._past = past
        self._resolve()

    @Slot()
    def resolve_soon(self) -> None:
        """Resolve what is shown, after what else comes at once."""
        if not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        before, self.state = self.state, state
        if state.fleet is not before.fleet:
            self.moved.emit()
            if only_moved(before, state):
                return
        self._remember(state)
        self.state_changed.emit(state)
        if self._past is None:
            self.resolve_soon()

    @Slot(object)
    def _on_status(self, status: LinkStatus) -> None:
        was_linked = self.status is not None and self.status.state == "linked"
        self.status = status
        self.status_changed.emit(status)
        if status.state == "linked" and not was_linked:
            self._ask_levels()
            self.linked.emit()
        self.resolve_soon()

    @Slot()
    def _resolve(self) -> None:
        """Begin to resolve what is shown; what takes long goes on between other events."""
        if self._resolving is not None:  # at its end the newest is resolved
            self._is_outdated = True
            return
        self._took_ms = 0
        now_ms = self.now_ms()
        if self._past is None:
            before = None if self._is_anew else self.view
            self._resolving = resolving(self.part, self.state, now_ms, self._levels, before)
        else:
            self._resolving = resolving(self.part, self._past.state, now_ms, self._past.levels)
        self._is_anew = self._past is not None
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Resolve one piece more."""
        if self._resolving is None:
            return
        self._took.start()
        view = next(self._resolving)
        if view is None:
            self._took_ms += self._took.elapsed()
            gc.disable()  # looking through everything that a large city keeps would hold up the window
            self._between.start()
            return
        if not gc.isenabled():
            self._freeze()
        self._give_up()
        self.view = view
        self.view_changed.emit(view)
        self._soon.setInterval(max(SHOWN_EVERY_MS, REST_SHARE * (self._took_ms + self._took.elapsed())))
        if self._is_outdated:
            self._is_outdated = False
            self.resolve_soon()

    def _freeze(self) -> None:
        """Keep what is shown of so many stations out of the searches for garbage; it stays until the twin is left."""
        self._is_frozen = True
        gc.freeze()

    def _give_up(self) -> None:
        self._between.stop()
        self._resolving = None
        gc.enable()

    def _remember(self, state: LiveState) -> None:
        """Keep the levels of the last hours for the trend."""
        for station, readings in state.readings.items():
            reading = readings.get(LEVEL)
            if reading is None or reading is self.state.reading(station, LEVEL) or reading.quality != "good":
                continue
            self._take_level(reading)

    def _take_level(self, reading: Observation) -> None:
        course = self._levels.setdefault(reading.station, [])
        if not course or course[-1][0] < reading.event_ms:
            course.append((reading.event_ms, reading.value))
        while course and course[0][0] < reading.event_ms - LEVELS_MS:
            course.pop(0)

    def _ask_levels(self) -> None:
        """Learn the levels of the hours before the link was made."""
        if self._link is None:
            return
        past, now_ms = HubPast(self._link.questions), self.now_ms()
        self.asking.ask(lambda: past.rows(now_ms - LEVELS_MS, now_ms).rows, self._on_levels)

    def _on_levels(self, rows: Sequence[Observation]) -> None:
        known, self._levels = self._levels, {}
        self._is_anew = True
        for row in sorted(rows, key=lambda row: row.event_ms):
            if row.quantity == LEVEL and row.quality == "good":
                self._take_level(row)
        for station, course in known.items():
            last_ms = self._levels[station][-1][0] if station in self._levels else 0
            self._levels.setdefault(station, []).extend(point for point in course if point[0] > last_ms)
        self.resolve_soon()


def _answer(ack: Ack | None) -> Answer:
    if ack is None:
        return Answer(refusal=CUT_OFF)
    if ack.ok:
        return Answer(about=ack.about)
    return Answer(refusal=Text(ack.error_zh, ack.error_en), is_conflict=ack.is_conflict)
