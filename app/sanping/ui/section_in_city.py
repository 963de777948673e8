"""Cuts the city of one or several windows open as the stage says, and closes the cut with faces made in a thread."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.analysis.cutting import Cutting
from sanping.analysis.section_faces import CutCity, PlaneFaces, faces_of
from sanping.commands.loaded_layer import LoadedLayer, as_shown
from sanping.commands.section_city import city_of, coloured
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.stage.section_shown import ShownSection
from sanping.stage.state import LayerState, Stage
from sanping.ui.city_show import CityShow
from sanping.ui.crossing import Crossing

AFTER_MS = 60
FACES = Text("封闭剖面", "Closing the cut")
WHOLE = Cutting()


class SectionInCity(QObject):
    """Follows what is shown in the views that `cities` gives, of the layers that `layers` gives.

    The picture is cut at once, its faces soon: `planes` are those that were cut last. `cut` follows each change of
    either; `told` carries the words of a cut that failed.
    """

    cut = Signal()
    told = Signal(object)

    def __init__(
        self, cities: Callable[[], Sequence[CityShow]], layers: Callable[[], Mapping[str, LoadedLayer]],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._cities, self._layers = cities, layers
        self.planes: tuple[PlaneFaces, ...] = ()
        self._stage: Stage | None = None
        self._shown: ShownSection | None = None
        self._looked_at: tuple[Mapping[str, LayerState], object] | None = None
        self._job = 0
        self._crossing = Crossing(self)
        self._crossing.finished.connect(self._on_cut)
        self._crossing.failed.connect(self._on_failed)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_MS)
        self._soon.timeout.connect(self._cut_faces)

    @property
    def is_working(self) -> bool:
        """Faces are being cut, or will be soon."""
        return bool(self._job) or self._soon.isActive()

    @Slot(object)
    def follow_stage(self, stage: Stage) -> None:
        """Follow what a stage shows."""
        self._stage, looked_at = stage, (stage.layers, stage.isolated)
        if stage.section != self._shown:
            self._shown, self._looked_at, self.planes = stage.section, looked_at, ()
            self._show()
            self._soon.start()
            self.cut.emit()
        elif self._shown is not None and looked_at != self._looked_at:
            self._looked_at = looked_at
            self._soon.start()

    @Slot()
    def cut_again(self) -> None:
        """Cut what has arrived since."""
        if self._shown is not None and self._shown.is_cut:
            self._soon.start()

    def stop(self) -> None:
        """Stop, and wait for the thread."""
        self._soon.stop()
        self._crossing.close()

    @Slot()
    def _cut_faces(self) -> None:
        if self._job:
            number, self._job = self._job, 0
            self._crossing.cancel(number)
        shown, stage = self._shown, self._stage
        if shown is not None and stage is not None and shown.is_cut and shown.has_caps:
            city = city_of(shown.cutting, stage, {name: as_shown(layer) for name, layer in self._layers().items()})
            self._job = self._crossing.start(partial(_faces_in_thread, shown.cutting, city))
        self.cut.emit()

    @Slot(int, object)
    def _on_cut(self, number: int, planes: tuple[PlaneFaces, ...]) -> None:
        if number == self._job:
            self._job, self.planes = 0, planes
            self._show()
            self.cut.emit()

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        if number == self._job:
            self._job = 0
            self.told.emit(error.message)

    def _show(self) -> None:
        cutting = WHOLE if self._shown is None else self._shown.cutting
        faces = coloured(self.planes)
        for city in self._cities():
            city.govern("section", lambda scene: scene.show_section(cutting, faces))


def _faces_in_thread(cutting: Cutting, city: CutCity, progress: Progress) -> tuple[PlaneFaces, ...]:
    progress.report(0.0, FACES)
    return faces_of(cutting, city)
