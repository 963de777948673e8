"""`ui.idle_lock`, `ui.lock_cover`: a desk that nobody touches locks, and an account of the hub opens it.

The desk is a real window, the hub a real process; only the clock of the lock is turned by hand.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.small_hub import RunningHub, running_hub, write_twin
from sanping.client.hub_process import KnownHub
from sanping.client.questions import Questions
from sanping.domain.errors import NotAllowed
from sanping.hub.log_in import hashed
from sanping.ports.device_book import User
from sanping.storage.device_book import SqliteDeviceBook

pytestmark = pytest.mark.gui
PASSWORD = "Su-he 2026 sanping"
MINUTE_MS = 60_000
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("lock")
    book = SqliteDeviceBook(folder / "data")
    book.keep_user(User(name="ligong", role="operator", password=hashed(PASSWORD)))
    book.keep_user(User(name="guest-1", role="viewer", password=hashed(PASSWORD)))
    book.close()
    with running_hub(write_twin(folder / "twin", {}), folder / "data") as running:
        yield running


class LockedDesk:
    """A desk on that hub with a clock of its own."""

    def __init__(self, desk: Any, qtbot: Any) -> None:
        self.window, self._qtbot = desk.window, qtbot
        self.lock = desk.window.idle_lock
        self.now_ms = 0
        self.sent: list[str] = []
        self.refused: list[str] = []
        qtbot.waitUntil(lambda: self.lock.has_people, timeout=PATIENCE_MS)
        self.lock.clock_ms = lambda: self.now_ms
        self.touch()
        link = desk.window.living.link
        real = link._link.wish
        link._link.wish = lambda action, *rest: (self.sent.append(action), real(action, *rest))[1]
        desk.window.living.refused.connect(lambda text: self.refused.append(text.en))

    def touch(self) -> None:
        """Press a key that does nothing."""
        from PySide6.QtCore import Qt

        self._qtbot.keyClick(self.window.viewport, Qt.Key.Key_F20)

    def type_password(self, name: str, password: str) -> None:
        from PySide6.QtCore import Qt

        cover = self.lock.cover
        cover.name.clear()
        self._qtbot.keyClicks(cover.name, name)
        self._qtbot.keyClicks(cover.password, password)
        self._qtbot.keyClick(cover.password, Qt.Key.Key_Return)


@pytest.fixture
def desk(make_desk: Callable[..., Any], hub: RunningHub, qtbot: Any) -> LockedDesk:
    return LockedDesk(make_desk(hub_of=lambda _: KnownHub(hub.address, hub.token)), qtbot)


def test_a_hub_without_accounts_is_not_asked_again_at_once(qtbot: Any) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
    from PySide6.QtWidgets import QWidget

    from sanping.settings.settings import Settings
    from sanping.ui.idle_lock import IdleLock

    # given a desk at a hub that nobody has an account of
    class Part(QObject):
        linked, arranged = Signal(), Signal()

    asked: list[str] = []
    desk, living, overlays = SimpleNamespace(settings=Settings()), Part(), Part()
    living.link = SimpleNamespace(questions=SimpleNamespace(has_people=lambda: bool(asked.append("people"))))
    living.asking = SimpleNamespace(ask=lambda question, then: then(question()))
    desk.living, desk.overlays = living, overlays
    canvas = QWidget()
    qtbot.addWidget(canvas)

    heard: list[QEvent.Type] = []

    class Lock(IdleLock):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            heard.append(event.type())
            return super().eventFilter(watched, event)

    # when the desk looks for the first time, and is linked anew
    lock = Lock(desk, canvas)
    living.linked.emit()
    sleeps_ms = lock._timer.remainingTime()
    QCoreApplication.sendEvent(canvas, QEvent(QEvent.Type.User))
    heard_alone = list(heard)
    lock._on_people(has_people=True)
    QCoreApplication.sendEvent(canvas, QEvent(QEvent.Type.User))
    lock.stop()

    # then it has asked once each time, and waits long before it asks again
    assert asked == ["people", "people"]
    assert sleeps_ms > 10_000
    assert not lock.is_locked

    # and events pass through it, which costs, only from when somebody has an account
    assert not heard_alone
    assert QEvent.Type.User in heard


def test_after_fifteen_minutes_nothing_leaves_until_the_password_is_given(desk: LockedDesk, qtbot: Any) -> None:
    from PySide6.QtCore import Qt

    # given a desk that was touched a millisecond before its time was up
    window = desk.window
    desk.now_ms = 15 * MINUTE_MS - 1
    desk.touch()
    desk.now_ms += 15 * MINUTE_MS - 1
    window.living.wish("role.ask", {"role": "viewer"})
    assert desk.sent == ["role.ask"]
    shown = window.overlays.covered()

    # when the time is up, and a command comes before any timer
    desk.now_ms += 1
    answers: list[Any] = []
    window.living.wish("role.ask", {"role": "viewer"})
    window.living.wish_then("role.ask", {}, answers.append)

    # then nothing has left, the panels are gone, and keys and hands change nothing
    assert desk.sent == ["role.ask"]
    assert desk.refused[-1] == "The desk is locked; nothing was sent"
    assert answers[0].refusal.en == "The desk is locked; nothing was sent"
    assert window.overlays.covered() == ()
    before = window.state
    qtbot.keyClick(window.viewport, Qt.Key.Key_H)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton)
    window.overlays.locator.show()
    window.overlays.arrange()
    assert window.state == before
    assert window.overlays.locator.isHidden()
    assert window.viewport.isVisible()

    # and somebody who may only look does not open it, nor a wrong password, but the operator does
    desk.type_password("guest-1", PASSWORD)
    qtbot.waitUntil(lambda: "坐席员" in desk.lock.cover.message.text(), timeout=PATIENCE_MS)
    desk.type_password("ligong", "Wrong 2026 password")
    qtbot.waitUntil(lambda: "不正确" in desk.lock.cover.message.text(), timeout=PATIENCE_MS)
    assert desk.lock.is_locked
    with qtbot.waitSignal(desk.lock.unlocked, timeout=PATIENCE_MS):
        desk.type_password("ligong", PASSWORD)
    assert window.overlays.covered() == shown
    window.living.wish("role.ask", {"role": "viewer"})
    assert desk.sent == ["role.ask", "role.ask"]
    qtbot.keyClick(window.viewport, Qt.Key.Key_H)
    assert not window.state.has_overlays


def test_a_desk_that_is_closed_while_locked_is_locked_when_it_is_opened_again(desk: LockedDesk, tmp_path: Path) -> None:
    # given a desk that remembers, locked with a window of its own open
    from PySide6.QtWidgets import QDialog

    note = tmp_path / "folder" / "desk-locked"
    desk.lock.remember_in(note)
    dialog = QDialog(desk.window)
    dialog.show()
    desk.now_ms += 15 * MINUTE_MS
    desk.lock.look()
    assert note.exists()
    assert dialog.isHidden()

    # when the note is found at the next start
    desk.lock._open()
    assert not note.exists()
    assert not dialog.isHidden()
    note.touch()
    desk.lock.remember_in(note)

    # then it is locked again
    assert desk.lock.is_locked
    dialog.close()

    # and where there are no accounts, or the limit was set to never, nobody is locked out
    desk.lock._on_people(has_people=False)
    desk.now_ms += 24 * 60 * MINUTE_MS
    assert not desk.lock.holds()
    desk.lock._on_people(has_people=True)
    desk.lock._open()
    desk.window.keep(desk.window.settings.model_copy(update={"idle_lock_min": 0}))
    desk.now_ms += 24 * 60 * MINUTE_MS
    assert not desk.lock.holds()


def test_the_hub_keeps_who_opened_the_desk_and_who_tried(hub: RunningHub) -> None:
    # given the hub's own log
    questions = Questions(KnownHub(hub.address, hub.token).where)

    # when somebody opens a desk and somebody else fails
    assert questions.unlock("ligong", PASSWORD) == "ligong"
    with pytest.raises(NotAllowed):
        questions.unlock("wang", PASSWORD)

    # then both are in it
    told = str(questions.ask("/events", {"from_ms": 0, "to_ms": 4_000_000_000_000, "kinds": "access"}))
    assert "unlock.refused" in told
    assert "ligong desk" in told
