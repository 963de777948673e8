"""Which department a case goes to: those that are proposed with how well they fit and why, and all others."""

import re

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.text import Text
from sanping.ui.cases import colours
from sanping.ui.cases.look import column
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.live.painting import RIGHT, set_size, write
from sanping.ui.theme import ACCENT, QUIET, TEXT
from sanping.ui.wording import Wording
from sanping.wire.cases import CaseSheet, Proposal

OTHERS = Text("其他部门…", "Another department…")
MOST, CARD_PX = 3, 44
_CODE = re.compile(r"\b\d{6,15}\b")


class DepartmentPick(QWidget):
    """`chosen` carries the id of the department; `key` is it."""

    chosen = Signal(str)

    def __init__(self, sheet: CaseSheet, tables: Tables, wording: Wording) -> None:
        super().__init__()
        self.key = ""
        rows = column(self, 5)
        self.cards = [_Card(_named(proposal, tables), wording, is_best=not place) for place, proposal in
                      enumerate(sheet.proposals[:MOST])]  # fmt: skip
        for card in self.cards:
            card.pressed.connect(self.choose)
            rows.addWidget(card)
        self.others = TreePick(OTHERS, wording)
        self.others.show_choices(tables.departments())
        self.others.chosen.connect(self.choose)
        rows.addWidget(self.others)

    @Slot(str)
    def choose(self, key: str) -> None:
        """Choose a department."""
        self.key = key
        is_proposed = False
        for card in self.cards:
            card.is_chosen = card.proposal.department == key
            is_proposed |= card.is_chosen
            card.update()
        self.others.show_key("" if is_proposed else key)
        self.chosen.emit(key)


class _Card(QWidget):
    """One proposed department."""

    pressed = Signal(str)

    def __init__(self, proposal: Proposal, wording: Wording, *, is_best: bool) -> None:
        super().__init__()
        self.proposal, self._words, self._is_best = proposal, wording, is_best
        self.is_chosen = False
        self.setFixedHeight(CARD_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(wording.say(Text(proposal.name_zh, proposal.name_en)))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of a card."""
        return QSize(200, CARD_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press chooses it."""
        self.pressed.emit(self.proposal.department)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw its name, why it is proposed, and how well it fits."""
        told, say = self.proposal, self._words.say
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(ACCENT if self.is_chosen else colours.faint(ACCENT, 60))
        painter.setBrush(colours.faint(ACCENT, 60 if self.is_chosen else 16))
        painter.drawRoundedRect(area, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = area.adjusted(10, 3, -10, -5)
        set_size(painter, 13, is_bold=self._is_best or self.is_chosen)
        write(painter, QRectF(inner.left(), inner.top(), inner.width() - 56, 19),
              say(Text(told.name_zh, told.name_en)), TEXT)  # fmt: skip
        set_size(painter, 12, is_bold=True)
        write(painter, QRectF(inner.left(), inner.top(), inner.width(), 19), f"{told.fit * 100:.0f}%", ACCENT, RIGHT)
        set_size(painter, 11)
        why = say(Text(" · ".join(told.why_zh), " · ".join(told.why_en)))
        write(painter, QRectF(inner.left(), inner.top() + 18, inner.width(), 16), why, QUIET)
        painter.fillRect(QRectF(area.left() + 1, area.bottom() - 3, area.width() - 2, 2), colours.faint(ACCENT, 40))
        painter.fillRect(QRectF(area.left() + 1, area.bottom() - 3, (area.width() - 2) * told.fit, 2), ACCENT)
        painter.end()


def _named(proposal: Proposal, tables: Tables) -> Proposal:
    """Return a proposal whose reasons name areas in place of their codes."""
    return msgspec.structs.replace(
        proposal,
        why_zh=tuple(_CODE.sub(lambda code: tables.area(code.group()).zh, why) for why in proposal.why_zh),
        why_en=tuple(_CODE.sub(lambda code: tables.area(code.group()).en, why) for why in proposal.why_en),
    )
