"""The catalogue for the wall: asked of the hub every few seconds, where a layout shows it."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.client.questions import Questions
from sanping.domain.catalogue import Catalogue
from sanping.ui.live.living import Living
from sanping.ui.wall.layout import Layout

EVERY_MS = 10_000
PANELS = frozenset({"data_services", "data_catalogue"})


def shows_catalogue(layouts: Iterable[Layout]) -> bool:
    """Say whether some layout has a panel of what the hub shares."""
    return any(PANELS & {region.panel, *region.turns} for layout in layouts for region in layout.panels)


class CatalogueTelling(QObject):
    """Emits `changed` with a `Catalogue`, None when the hub no longer answers."""

    changed = Signal(object)

    def __init__(self, living: Living, parent: QObject) -> None:
        super().__init__(parent)
        self._living = living
        self._again = QTimer(self)
        self._again.setInterval(EVERY_MS)
        self._again.timeout.connect(self.ask)
        self.is_wanted = False
        living.linked.connect(self.ask)

    def start(self) -> None:
        """Begin to ask, if somebody wants to know."""
        if self.is_wanted:
            self._again.start()
            self.ask()

    def stop(self) -> None:
        """End."""
        self._again.stop()

    @Slot()
    def ask(self) -> None:
        """Ask what the hub shares."""
        link = self._living.link
        if link is not None and self.is_wanted:
            self._living.asking.ask(link.questions.catalogue, self.changed.emit, lambda _: self.changed.emit(None))


def told_now(questions: Questions, layouts: Iterable[Layout]) -> Catalogue | None:
    """Return what a hub shares, for a picture that shows it; None for one that does not. Blocks, and may raise."""
    return questions.catalogue() if shows_catalogue(layouts) else None
