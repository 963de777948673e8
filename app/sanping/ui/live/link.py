"""The one crossing from the link's thread into the window: the newest state, how the link is, answers to wishes."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from sanping.client.link import HubLink, LinkStatus
from sanping.client.questions import Questions
from sanping.domain.label import Label
from sanping.domain.text import Text
from sanping.stage.show import ShowState
from sanping.twin.live import LiveState
from sanping.wire.messages import Ack
from sanping.wire.show import MAIN_ROOM, FloorWish, Lack, ViewKey

TOLD_EVERY_MS = 100
FLOOR_GIVEN_UP_S = 0.2
_CUT_OFF = Text("命令没有送到中枢；请稍后重试", "The command did not reach the hub; try again later")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCard:
    """How a screen presents itself: `screen` names the device, `name` is what people call it.

    `window` is how many values of the show may be on their way to it unseen, `tile` which part of a larger picture it
    draws, such as "2,1/3x2".
    """

    screen: str = "desk"
    kind: str = "desk"
    room: str = MAIN_ROOM
    name: str = ""
    window: int = 8
    tile: str = ""


DESK = ScreenCard()


class HubHolder(Protocol):
    """A hub that is held up for this desk, or known to run elsewhere."""

    def start(self) -> None:
        """Begin."""

    def where(self) -> tuple[str, str]:
        """Return address and token. Raises `HubUnreachable`."""

    def close(self) -> None:
        """Have what was begun end, and return at once."""


class LiveLink(QObject):
    """Tells the window of a hub at most ten times a second, always the newest; what lies between is left out.

    `state_changed` carries a `LiveState`, `status_changed` a `LinkStatus`, `refused` a `Text` with why the hub did not
    do what was wished. `show_changed` carries a `ShowState`, the newest and at once: it never waits for the pause.
    `questions` are asked in jobs.
    """

    state_changed = Signal(object)
    status_changed = Signal(object)
    refused = Signal(object)
    show_changed = Signal(object)
    _came = Signal()
    _show_came = Signal()
    _answered = Signal(object)
    _told_back = Signal(object, object)

    def __init__(self, holder: HubHolder, parent: QObject | None = None, card: ScreenCard = DESK) -> None:
        super().__init__(parent)
        self.questions = Questions(holder.where, card.kind)
        self._holder = holder
        self._lock = Lock()
        self._state: LiveState | None = None
        self._state_seq = self._seen_seq = 0
        self._status: LinkStatus | None = None
        self._is_told = False
        self._show: ShowState | None = None
        self._is_closed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TOLD_EVERY_MS)
        self._pause.timeout.connect(self._tell)
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)
        self._show_came.connect(self._on_show_came, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        self._told_back.connect(self._on_told_back, Qt.ConnectionType.QueuedConnection)
        self._link = HubLink(
            holder.where,
            screen=card.screen,
            kind=card.kind,
            room=card.room,
            name=card.name,
            window=card.window,
            tile=card.tile,
            on_state=self._take_state,
            on_status=self._take_status,
            on_show=self._take_show,
        )

    @property
    def show(self) -> ShowState:
        """What the room shows, who leads, and who is there."""
        return self._link.show

    def start(self) -> None:
        """Hold the hub up and connect to it."""
        self._holder.start()
        self._link.start()

    def close(self) -> None:
        """Hang up and have a hub of our own end; nothing is told any more.

        It waits for neither, but for a moment that gives up the floor where this screen has it or waits for it.
        """
        self._pause.stop()
        with self._lock:
            self._is_closed = True
        self.blockSignals(True)
        show = self._link.show
        self._link.hang_up(FLOOR_GIVEN_UP_S if show.is_leading or show.is_waiting else 0.0)
        self._holder.close()

    @property
    def seq(self) -> int:
        """The number of the last change that the window was told of, for wishes that depend on what is seen."""
        return min(self._seen_seq, self._link.seq)  # a hub that begins anew counts anew

    def wish(self, action: str, arguments: Mapping[str, object], if_seq: int | None = None) -> None:
        """Ask the hub to change something; a refusal comes as a signal.

        With `if_seq` it is refused as a conflict when its object has changed after that `seq`.
        """
        self._link.wish(action, arguments, if_seq).add_done_callback(partial(_pass_on, self._answered.emit))

    def wish_then(self, action: str, arguments: Mapping[str, object], then: Callable[[Ack | None], None]) -> None:
        """Ask the hub to change something; `then` is given its answer in the window's thread, None when none came."""
        emit = partial(self._told_back.emit, then)
        self._link.wish(action, arguments).add_done_callback(partial(_pass_on, emit))

    def share(self, key: ViewKey, value: object, label: Label | None = None) -> None:
        """Show a value (`stage.sharing`) with a label to the whole room; it needs the floor."""
        self._link.share(key, value, label)

    def floor(self, wish: FloorWish, to: str = "") -> None:
        """Wish something about who leads; `to` names the screen for grant, deny and revoke."""
        self._link.floor(wish, to)

    def here(
        self, *, follows: bool = True, width_px: int = 0, height_px: int = 0, lacks: tuple[Lack, ...] = ()
    ) -> None:
        """Say how this screen is there, and which layers it does not show."""
        self._link.here(follows=follows, width_px=width_px, height_px=height_px, lacks=lacks)

    # In the link's thread.

    def _take_state(self, state: LiveState) -> None:
        with self._lock:
            self._state, self._state_seq = state, self._link.seq
        self._announce()

    def _take_status(self, status: LinkStatus) -> None:
        with self._lock:
            self._status = status
        self._announce()

    def _take_show(self, show: ShowState) -> None:
        with self._lock:
            was_told, self._show = self._show is not None, show
            if not was_told and not self._is_closed:
                self._show_came.emit()

    def _announce(self) -> None:
        with self._lock:
            was_told, self._is_told = self._is_told, True
            if not was_told and not self._is_closed:  # under the lock: once we are closed, nothing touches us
                self._came.emit()

    # In the window's thread.

    @Slot()
    def _on_came(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _on_show_came(self) -> None:
        with self._lock:
            show, self._show = self._show, None
        if show is not None and not self._is_closed:
            self.show_changed.emit(show)

    @Slot()
    def _tell(self) -> None:
        with self._lock:
            state, status, seq = self._state, self._status, self._state_seq
            self._state = self._status = None
            self._is_told = False
        if status is not None:
            self.status_changed.emit(status)
        if state is not None:
            self._seen_seq = seq
            self.state_changed.emit(state)

    @Slot(object)
    def _on_answered(self, answer: Ack | None) -> None:
        if answer is None:
            self.refused.emit(_CUT_OFF)
        elif not answer.ok:
            self.refused.emit(Text(answer.error_zh, answer.error_en))

    @Slot(object, object)
    def _on_told_back(self, then: Callable[[Ack | None], None], answer: Ack | None) -> None:
        if not self._is_closed:
            then(answer)


def _pass_on(emit: Callable[[object], None], answer: "Future[Ack]") -> None:
    emit(None if answer.cancelled() or answer.exception() is not None else answer.result())
