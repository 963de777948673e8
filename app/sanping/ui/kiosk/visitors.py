"""The way in for visitors' phones: a one-time code from the hub, renewed before it ends; and the floor in turns."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.client.questions import PairingCode
from sanping.domain.errors import SanpingError
from sanping.stage.attending import floor_wish
from sanping.stage.show import ShowState
from sanping.ui.live.living import Living

EARLY_MS = 25_000
RETRY_MS = 15_000
AGAIN_MS = 2_000
SOONEST_MS = 3_000


class VisitorCodes(QObject):
    """Holds the address that phones open, "" while there is none; `changed` tells of another.

    A code lets one phone in: a phone that came has used it, and the next one is asked for at once.
    """

    changed = Signal()

    def __init__(self, living: Living, clock_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self.link = ""
        self._living, self._clock_ms = living, clock_ms
        self._phones: frozenset[str] = frozenset()
        self._holder = ""
        self._held_since_ms = 0
        self._wished: tuple[str, str] | None = None
        self._wished_ms = 0
        self._is_asking = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self.ask)

    def start(self) -> None:
        """Ask for the first code once the hub answers."""
        self._living.linked.connect(self.ask)

    def stop(self) -> None:
        """End."""
        self._next.stop()

    @Slot()
    def ask(self) -> None:
        """Ask the hub for a code."""
        link = self._living.link
        if link is not None and not self._is_asking:
            self._is_asking = True
            self._living.asking.ask(link.questions.code, self._on_code, self._on_failed)

    def show_room(self, show: ShowState) -> None:
        """Notice phones that came, and give the floor to those that wait for it in their turn."""
        phones = frozenset(name for name, member in show.members.items() if member.kind == "phone")
        if phones - self._phones and self.link:
            self.ask()
        self._phones = phones
        now_ms = self._clock_ms()
        if show.floor.holder != self._holder:
            self._holder, self._held_since_ms = show.floor.holder, now_ms
        wish, link = floor_wish(show, self._held_since_ms, now_ms), self._living.link
        if wish is not None and link is not None and (wish != self._wished or now_ms - self._wished_ms >= AGAIN_MS):
            self._wished, self._wished_ms = wish, now_ms
            link.floor(*wish)
        elif wish is None:
            self._wished = None

    def _on_code(self, code: PairingCode) -> None:
        self._is_asking = False
        self._take(link_of(code, self._living.card.room))
        left_ms = code.until_ms - self._living.now_ms()
        self._next.start(max(SOONEST_MS, left_ms - EARLY_MS))

    def _on_failed(self, _error: SanpingError) -> None:
        self._is_asking = False
        self._take("")
        self._next.start(RETRY_MS)

    def _take(self, link: str) -> None:
        if link != self.link:
            self.link = link
            self.changed.emit()


def link_of(code: PairingCode, room: str) -> str:
    """Return the address that a phone opens, "" when no phone of the local network reaches the hub."""
    reachable = next((address for address in code.addresses if not is_local(address)), "")
    return code.link(reachable, room) if reachable else ""


def is_local(address: str) -> bool:
    """Say whether only this machine itself can open an address."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")
