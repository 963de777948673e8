"""What the desk gives to other programs: exports of models, and the catalogue with what the hub serves."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from sanping.client.questions import Questions
from sanping.commands.desk_state import DeskState
from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.catalogue import Catalogue, DataCard
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.twin.project import TwinProject
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.living import Living
from sanping.ui.outgoing.catalogue_lines import loaded_now, merged, own_cards
from sanping.ui.outgoing.catalogue_window import CatalogueWindow
from sanping.ui.outgoing.model_exporting import ExportModels, ModelExporting

EVERY_MS = 5_000
Told = tuple[tuple[DataCard, ...], Catalogue | None]


class OutgoingDesk(Protocol):
    """What of a window goes out."""

    state: DeskState
    content: DeskContent
    living: Living

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Outgoing(QObject):
    """Shows the form of an export and the window of the catalogue for one desk."""

    def __init__(self, desk: OutgoingDesk, window: QWidget, export: ExportModels | None) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.models = ModelExporting(desk, window, export)
        self.catalogue: CatalogueWindow | None = None
        self._known: tuple[tuple[LoadedLayer, ...], tuple[DataCard, ...]] = ((), ())
        self._again = QTimer(self)
        self._again.setInterval(EVERY_MS)
        self._again.timeout.connect(self.look_again)

    def do(self, what: object) -> None:
        """Do what an action asks for: "export" or "catalogue"."""
        if what == "export":
            self.models.ask()
        elif self.catalogue is None:
            state = self._desk.state
            self.catalogue = CatalogueWindow(state.language, state.stage.moment.tzinfo, self._window)
            self.catalogue.export_asked.connect(self.models.ask)
            self.catalogue.closed.connect(self._on_closed)
            self.catalogue.show()
            self._again.start()
            self.look_again()
        else:
            self.catalogue.raise_()
            self.catalogue.activateWindow()

    def stop(self) -> None:
        """End what runs."""
        self._again.stop()
        if self.catalogue is not None:
            self.catalogue.close()
        self.models.stop()

    @Slot()
    def look_again(self) -> None:
        """Look at what is open, and ask the hub what it shares."""
        layers = tuple(self._desk.content.layers.values())
        known = self._known[1] if self._known[0] == layers else None
        link = self._desk.living.link
        questions = None if link is None else link.questions
        question = partial(_asked, layers, known, self._desk.content.project, questions)
        self._desk.living.asking.ask(question, partial(self._on_told, layers))

    def _on_told(self, layers: tuple[LoadedLayer, ...], told: Told) -> None:
        self._known = (layers, told[0])
        if self.catalogue is not None:
            view = replace(merged(*told), loaded=loaded_now(layers))
            self.catalogue.show_view(view, has_hub=told[1] is not None)

    @Slot()
    def _on_closed(self) -> None:
        self._again.stop()
        self.catalogue = None


def _asked(
    layers: Sequence[LoadedLayer],
    known: tuple[DataCard, ...] | None,
    project: TwinProject,
    questions: Questions | None,
) -> Told:
    """Return the entries of open layers, and what the hub tells; None when it does not."""
    own = own_cards(layers, project) if known is None else known
    if questions is None:
        return own, None
    try:
        return own, questions.catalogue()
    except SanpingError:  # a hub that is gone or older than this desk
        return own, None
