"""Locks a desk that nobody touches: no key, no hand and no command gets through until an account of the hub opens it.

The city stays in sight; panels, windows and menus, which name people, do not.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.settings.settings import Settings
from sanping.stage.idling import Idling, opened, touched
from sanping.ui.live.living import Living
from sanping.ui.lock_cover import LockCover
from sanping.ui.navigation import Navigator
from sanping.ui.overlays import Overlays
from sanping.ui.viewport import Viewport

MINUTE_MS: Final = 60_000
LONGEST_SLEEP_MS: Final = 30_000
_AWAY = Text("未连接中枢，无法核对口令；请稍候", "There is no hub to check the password; wait a moment")
_TYPE = QEvent.Type
HANDS: Final = frozenset(
    {
        _TYPE.KeyPress, _TYPE.KeyRelease, _TYPE.ShortcutOverride, _TYPE.Shortcut, _TYPE.InputMethod,
        _TYPE.MouseButtonPress, _TYPE.MouseButtonRelease, _TYPE.MouseButtonDblClick, _TYPE.MouseMove, _TYPE.Wheel,
        _TYPE.TouchBegin, _TYPE.TouchUpdate, _TYPE.TouchEnd, _TYPE.TabletPress, _TYPE.TabletMove, _TYPE.TabletRelease,
        _TYPE.ContextMenu, _TYPE.DragEnter, _TYPE.DragMove, _TYPE.Drop, _TYPE.NativeGesture,
    }
)  # fmt: skip
"""What a person does with a window."""


class Desk(Protocol):
    """The window as its lock sees it."""

    settings: Settings
    state: DeskState
    viewport: Viewport
    overlays: Overlays
    living: Living
    navigator: Navigator


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class IdleLock(QObject):
    """`locked` and `unlocked` say when. A hub without accounts has nobody who could open the desk: it stays open then.

    `clock_ms` is a monotonic clock; a key that comes after the time is up locks, even before the timer does.
    """

    locked = Signal()
    unlocked = Signal()

    def __init__(self, desk: Desk, canvas: QWidget, clock_ms: Callable[[], int] = _monotonic_ms) -> None:
        super().__init__(canvas)
        self._desk, self._canvas = desk, canvas
        self.clock_ms = clock_ms
        self.has_people = False
        self.cover = LockCover(canvas)
        self.cover.asked.connect(self._on_asked)
        self._idling = Idling(touched_ms=clock_ms())
        self._note: Path | None = None
        self._hidden: list[QWidget] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        desk.living.is_held = self.holds
        desk.living.linked.connect(self._ask_people)
        desk.overlays.arranged.connect(self._hide_panels)
        self._is_listening = False
        self.look()

    @property
    def is_locked(self) -> bool:
        """The desk is covered."""
        return self._idling.is_locked

    def holds(self) -> bool:
        """Say whether nothing may leave the desk now; locks it when the time is up."""
        self._listen()
        if self._limited().is_due(self.clock_ms()):
            self.lock()
        return self.is_locked

    def remember_in(self, note: Path) -> None:
        """Keep in a file that the desk is locked: one that is closed and opened again is locked still."""
        self._note = note
        if note.exists():
            self.lock()

    @Slot()
    def look(self) -> None:
        """Lock when it is time, and look again when it may be; ask now and then who could open it."""
        if not self.has_people:
            self._ask_people()
        self._look_later()

    def _look_later(self) -> None:
        if not self.holds():
            left_ms = self._limited().left_ms(self.clock_ms())
            self._timer.start(max(1, min(LONGEST_SLEEP_MS, left_ms or LONGEST_SLEEP_MS)))

    def lock(self) -> None:
        """Cover the desk."""
        if self._idling.is_locked:
            return
        self._idling = replace(self._idling, is_locked=True)
        self._listen()
        self._timer.stop()
        self._desk.navigator.stop()
        if self._note is not None:
            self._keep_note(self._note)
        others = [window for window in QApplication.topLevelWidgets() if isinstance(window, QDialog | QMenu)]
        self._hidden = [widget for widget in (*others, *self._beside()) if not widget.isHidden()]
        for widget in self._hidden:
            widget.hide()
        self.cover.cover(self._desk.state.language)
        self.locked.emit()

    def stop(self) -> None:
        """Look no more: the window closes."""
        self._timer.stop()
        if self._is_listening:
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    def _listen(self) -> None:
        """Hear of events only while the desk is or may be locked, for each one costs; the time begins anew then."""
        is_wanted = self.is_locked or self._limited().limit_ms > 0
        if is_wanted == self._is_listening:
            return
        self._is_listening = is_wanted
        if is_wanted:
            self._idling = touched(self._idling, self.clock_ms())
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        else:
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Notice hands; while it is locked keep them from everything but the card."""
        if event.type() in HANDS and isinstance(watched, QObject):
            return self._is_kept(watched)
        return False

    def _is_kept(self, watched: QObject) -> bool:
        if not self.holds():
            self._idling = touched(self._idling, self.clock_ms())
            return False
        if isinstance(watched, QWindow):  # the widgets that it hands its events to are asked for themselves
            return False
        return not (isinstance(watched, QWidget) and self.cover.isAncestorOf(watched))

    def _limited(self) -> Idling:
        """Return the present state with what the settings say."""
        minutes = self._desk.settings.idle_lock_min if self.has_people else 0
        return replace(self._idling, limit_ms=minutes * MINUTE_MS)

    def _beside(self) -> list[QWidget]:
        """Return everything beside the city and the card."""
        children = self._canvas.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [child for child in children if child not in (self._desk.viewport, self.cover)]

    @Slot()
    def _hide_panels(self) -> None:
        """Let nothing come up over a locked desk, and fit the cover to the window."""
        if self._idling.is_locked:
            for child in self._beside():
                child.hide()
            self.cover.fit()

    @Slot()
    def _ask_people(self) -> None:
        link = self._desk.living.link
        if link is not None:
            self._desk.living.asking.ask(link.questions.has_people, self._on_people)

    def _on_people(self, has_people: bool) -> None:
        self.has_people = has_people
        if self._idling.is_locked and not has_people:
            self._open()
        self._look_later()

    @Slot(str, str)
    def _on_asked(self, name: str, password: str) -> None:
        link = self._desk.living.link
        if link is None:
            self.cover.refuse(_AWAY)
            return
        question = partial(link.questions.unlock, name, password)
        self._desk.living.asking.ask(question, self._on_known, self._on_refused)

    def _on_known(self, _answer: Any) -> None:
        self._open()

    def _on_refused(self, error: SanpingError) -> None:
        self.cover.refuse(error.message)

    def _open(self) -> None:
        self._idling = opened(self._idling, self.clock_ms())
        if self._note is not None:
            self._note.unlink(missing_ok=True)
        self.cover.hide()
        hidden, self._hidden = self._hidden, []
        for widget in hidden:
            widget.show()
        self._desk.overlays.arrange()
        self._desk.viewport.setFocus()
        self.unlocked.emit()
        self.look()

    def _keep_note(self, note: Path) -> None:
        try:
            note.parent.mkdir(parents=True, exist_ok=True)
            note.touch()
        except OSError:
            return  # a full disk leaves the desk locked as long as it stands
