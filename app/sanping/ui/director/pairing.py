"""Lets phones in at the desk: asks the hub for codes and devices, and counts down."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Slot

from sanping.client.questions import PairingCode
from sanping.domain.device import Device
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ui.director.pairing_panel import CodeView, PairingPanel
from sanping.ui.live.living import Living

BEAT_MS = 1_000
OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Desk(Protocol):
    """The window as its pairing sees it."""

    living: Living

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Pairing(QObject):
    """Keeps codes and devices of one desk up to date, and shows them."""

    def __init__(self, desk: Desk, panel: PairingPanel, parent: QObject) -> None:
        super().__init__(parent)
        self.devices: dict[str, Device] = {}
        self._desk, self._panel = desk, panel
        self._code: PairingCode | None = None
        self._known_then: frozenset[str] = frozenset()
        self._changed: object = None
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._show_code)
        desk.living.linked.connect(self.ask_devices)
        desk.living.state_changed.connect(self._on_state)

    def forget(self) -> None:
        """Leave the hub: its codes and devices are another's."""
        self._beat.stop()
        self._code, self.devices = None, {}
        self._panel.show_code(CodeView())
        self._panel.show_devices(())

    def make_code(self) -> None:
        """Have a new code made and show it."""
        link = self._desk.living.link
        if link is not None:
            self._desk.living.asking.ask(link.questions.code, self._on_code, self._on_failed)

    @Slot()
    def ask_devices(self) -> None:
        """Learn which devices were let in."""
        link = self._desk.living.link
        if link is not None:
            self._desk.living.asking.ask(link.questions.devices, self._on_devices)

    def device(self, id: str) -> Device | None:
        """Return a device of the hub by its id."""
        return self.devices.get(id)

    @Slot(object)
    def _on_state(self, _state: object) -> None:
        changed = self._desk.living.state.devices
        if changed is self._changed:
            return
        self._changed = changed
        self.devices.update(changed)
        self._show_devices()

    def _on_devices(self, devices: Sequence[Device]) -> None:
        self.devices = {device.id: device for device in devices} | dict(self._desk.living.state.devices)
        self._show_devices()

    def _on_code(self, code: PairingCode) -> None:
        self._code = code
        self._known_then = frozenset(self.devices)
        self._beat.start()
        self._show_code()

    def _on_failed(self, error: SanpingError) -> None:
        self._desk.say(error.message)

    def _show_devices(self) -> None:
        now_ms = self._desk.living.now_ms()
        there = [device for device in self.devices.values() if not device.is_revoked and device.until_ms > now_ms]
        there.sort(key=lambda device: (device.asked is None, -device.since_ms))
        self._panel.show_devices([_at_present(device, now_ms) for device in there])
        self._show_code()

    @Slot()
    def _show_code(self) -> None:
        code = self._code
        if code is None:
            return
        left_s = max(0, round((code.until_ms - self._desk.living.now_ms()) / 1000))
        new = [
            device for device in self.devices.values() if device.id not in self._known_then and not device.is_revoked
        ]
        address = _address(code.addresses)
        if left_s == 0 or new:
            self._beat.stop()
        self._panel.show_code(
            CodeView(
                link=code.link(address, self._desk.living.card.room),
                left_s=0 if new else left_s,
                used_by=new[-1].name if new else "",
                is_only_here=urlsplit(address).hostname in OWN_HOSTS,
            )
        )


def _address(addresses: Sequence[str]) -> str:
    """Return the address that a phone is to open: one that others reach, if there is one."""
    others = [address for address in addresses if urlsplit(address).hostname not in OWN_HOSTS]
    return (others or list(addresses) or [""])[0]


def _at_present(device: Device, now_ms: int) -> Device:
    """Return the device with the role it has now: a role ends with its shift."""
    return device if device.role_until_ms > now_ms else replace(device, role="viewer", user="")
