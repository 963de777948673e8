"""A panel of cards below one another, scrolled when there are many; what is on them is no matter of its own."""

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons


class CardsPanel(GlassPanel):
    """Asks `_made_cards` for its cards; wants the height of those cards, at most `first_cards_px` of them."""

    def __init__(self, title: Text, icons: Icons, parent: QWidget | None, *, card_px: int, first_cards_px: int) -> None:
        super().__init__(title, icons, parent)
        self.least_height = HEADER_HEIGHT + card_px
        self._first_cards_px = first_cards_px
        self._cards = QVBoxLayout()
        self._area = tall_area()
        self.body.setContentsMargins(8, 8, 6, 8)
        self.body.addWidget(self._area, 1)

    def wanted_height(self, width: int) -> int:
        """Height for the first cards."""
        if self.is_folded:
            return super().wanted_height(width)
        tall = self._cards.totalHeightForWidth(width - 24)
        return HEADER_HEIGHT + min(self._first_cards_px, tall) + 20

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._fill()

    def _fill(self) -> None:
        holder = QWidget()
        column = self._cards = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for card in self._made_cards():
            column.addWidget(card)
        column.addStretch(1)
        self._area.setWidget(holder)
        self.content_changed.emit()

    def _made_cards(self) -> Iterable[QWidget]:
        """Return the cards in their order, made anew."""
        raise NotImplementedError
