"""Opens the form of one device at a time, with the tables of the city that is open, and sends what was decided."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.device import Device
from sanping.domain.errors import SanpingError
from sanping.ui.cases.tables import Tables
from sanping.ui.director.device_form import DeviceForm, DevicePlace
from sanping.ui.live.living import Answer, Living
from sanping.wire.cases import Governance


class Desk(Protocol):
    """The window as these forms see it."""

    state: DeskState
    living: Living


class DeviceForms(QObject):
    """`window` is what the form lies over; `device_of` knows the devices of the hub by id."""

    def __init__(self, desk: Desk, window: QWidget, device_of: Callable[[str], Device | None]) -> None:
        super().__init__(window)
        self._desk, self._window, self._device_of = desk, window, device_of
        self.form: DeviceForm | None = None

    def approve(self, device: str) -> None:
        """Open the form by which a device that asks for a role is let in."""
        self._ask(device, is_new=True)

    def move(self, device: str) -> None:
        """Open the form by which a device gets another role, department or areas."""
        self._ask(device, is_new=False)

    @Slot()
    def close(self) -> None:
        """Put the form away."""
        form, self.form = self.form, None
        if form is not None:
            form.close()
            form.deleteLater()

    def _ask(self, device: str, *, is_new: bool) -> None:
        """Ask for the tables as they are now; a hub that does not govern has none."""
        link = self._desk.living.link
        if link is not None and self._device_of(device) is not None:
            show = partial(self._show, device, is_new=is_new)
            self._desk.living.asking.ask(link.questions.governance, show, partial(self._show_plain, device, is_new))

    def _show_plain(self, device: str, is_new: bool, _error: SanpingError) -> None:
        self._show(device, None, is_new=is_new)

    def _show(self, id: str, governance: Governance | None, *, is_new: bool) -> None:
        device = self._device_of(id)
        if device is None:
            return
        self.close()
        tables = Tables() if governance is None else Tables(governance)
        form = DeviceForm(device, tables, self._desk.state.language, is_new=is_new, parent=self._window)
        form.decided.connect(self._send)
        form.rejected.connect(self.close)
        self.form = form
        form.open()

    @Slot(object)
    def _send(self, place: DevicePlace) -> None:
        action = "device.approve" if place.is_new else "device.place"
        self._desk.living.wish_then(action, place.arguments(), self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        if answer.refusal is None:
            self.close()
        elif self.form is not None:
            self.form.refuse(answer.refusal)
