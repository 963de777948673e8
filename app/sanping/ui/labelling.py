"""Security labels at the desk: the badge of what has one, and the choice for what people make by hand.

Labels are drawn only where the twin has any, and nothing public has a badge.
"""

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from sanping.domain.label import (
    HIGHEST,
    LABEL_TITLES,
    LOWEST,
    NO_LABELS,
    Label,
    Labels,
    Made,
    lower,
    up_to,
)
from sanping.domain.text import Text
from sanping.ui.theme import LABEL_COLOURS
from sanping.ui.wording import Wording

LABELLED = Text("密级：{label}", "label: {label}")
WHOM = Text("只给有这一级许可的人员和屏幕", "Only people and screens that are cleared for it are told")


def label_words(label: Label) -> Text:
    """Return what a badge says."""
    return LABELLED.with_values(label=LABEL_TITLES[label])


class LabelBadge(QLabel):
    """Says the label of one thing; hidden for a public one, as most are."""

    def __init__(self, wording: Wording, label: Label = LOWEST) -> None:
        super().__init__()
        self._wording = wording
        if label == LOWEST:
            self.hide()
        else:
            self._write(label)

    def show_label(self, label: Label) -> None:
        """Show a label in the present language."""
        if label != LOWEST:
            self._write(label)
        self.setVisible(label != LOWEST)

    def _write(self, label: Label) -> None:
        colour = LABEL_COLOURS[label]
        self.setText(self._wording.say(LABEL_TITLES[label]))
        self.setToolTip(self._wording.say(label_words(label)))
        self.setStyleSheet(
            f"color: {colour}; border: 1px solid {colour}; border-radius: 2px; padding: 0 5px; font-size: 11px;"
        )


class LabelChoice(QComboBox):
    """Lets a person choose the label of what he makes: of all up to his own clearance, the usual one at first.

    Hidden where the twin has no labels. A hub that is told no label takes the usual one.
    """

    def __init__(self, made: Made, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._made, self._wording = made, wording
        self._labels, self._clearance = NO_LABELS, HIGHEST
        self.hide()

    @property
    def chosen(self) -> Label | None:
        """The label that is chosen, None where there is nothing to choose."""
        found: Label | None = self.currentData()
        return found

    @property
    def asked(self) -> dict[str, Label]:
        """The argument `label` of a command, empty where there is nothing to choose."""
        return {} if self.chosen is None else {"label": self.chosen}

    def offer(self, labels: Labels, clearance: Label) -> None:
        """Offer what somebody cleared for one label may choose in a twin; what he chose already stays if it may."""
        if (labels, clearance) == (self._labels, self._clearance):
            return
        before = self.chosen if labels is self._labels else None
        self._labels, self._clearance = labels, clearance
        self.clear()
        for label in up_to(clearance) if labels.is_declared else ():
            self.addItem("", label)
        self.setVisible(labels.is_declared)
        self.say()
        self.begin_anew()
        if before is not None and self.findData(before) >= 0:
            self.setCurrentIndex(self.findData(before))

    def begin_anew(self) -> None:
        """Choose the usual label again, or the person's own clearance where that is lower."""
        self.setCurrentIndex(self.findData(lower((self._labels.usual(self._made), self._clearance))))

    def say(self) -> None:
        """Say everything in the present language."""
        self.setToolTip(self._wording.say(WHOM))
        for place in range(self.count()):
            self.setItemText(place, self._wording.say(label_words(self.itemData(place))))
