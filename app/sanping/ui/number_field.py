"""A line to type a number into, within limits."""

from PySide6.QtCore import QLocale, Signal, Slot
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QLineEdit


class NumberField(QLineEdit):
    """Shows a number; `number_entered` comes when the person has typed another one."""

    number_entered = Signal(float)

    def __init__(self, low: float, high: float, decimals: int) -> None:
        super().__init__()
        limits = QDoubleValidator(low, high, decimals, self)
        limits.setNotation(QDoubleValidator.Notation.StandardNotation)
        limits.setLocale(QLocale.c())
        self.setValidator(limits)
        self._limits = (low, high)
        self._number = low
        self._decimals = decimals
        self.editingFinished.connect(self._on_finished)

    @property
    def number(self) -> float:
        """The number as typed, kept within the limits; the last one shown where the line holds none."""
        try:
            typed = float(self.text())
        except ValueError:
            return self._number
        return min(self._limits[1], max(self._limits[0], typed))

    def show_number(self, number: float) -> None:
        """Show a number."""
        self._number = number
        written = f"{number:.{self._decimals}f}"
        self.setText(written.rstrip("0").rstrip(".") if "." in written else written)
        self.setCursorPosition(0)

    @Slot()
    def _on_finished(self) -> None:
        if self.number != self._number:
            self.show_number(self.number)
            self.number_entered.emit(self._number)
