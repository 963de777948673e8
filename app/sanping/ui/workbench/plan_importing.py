"""Brings a model into a plan: copied beside it, read in a thread, set where it says or into the middle of the area."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import hypot
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from sanping.analysis.mass_tiles import masses_of_model
from sanping.domain.crs import LOCAL
from sanping.domain.errors import SanpingError
from sanping.domain.plan import Mass, Outline, Placement, SchemeModel
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ports.progress import Progress
from sanping.storage.plan_shelf import PlanShelf
from sanping.twin.project import TwinProject
from sanping.ui.crossing import Crossing
from sanping.ui.opening import Opener
from sanping.ui.plan_models import opened_model
from sanping.ui.workbench import plans_words as words

FARTHEST_M = 5000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A model with its blocks; `has_place` says whether it stands where its file says. `middle` is its foot."""

    model: SchemeModel
    middle: Point
    has_place: bool


class PlanImporting(QObject):
    """Imports one model after another; `imported` carries an `Imported`, `told` words about it."""

    imported = Signal(object)
    told = Signal(object)

    def __init__(self, opener: Opener, project_of: Callable[[], TwinProject], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opener, self._project_of = opener, project_of
        self._crossing = Crossing(self)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """A model is being read."""
        return bool(self._crossing.running)

    def begin(self, path: Path, shelf: PlanShelf, plan: str) -> None:
        """Read a model for a plan."""
        self.told.emit(words.READING.with_values(name=path.name))
        self._crossing.start(partial(_read, self._opener, self._project_of(), path, (shelf, plan)))

    def stop(self) -> None:
        """Forget what is being read."""
        for number in self._crossing.running:
            self._crossing.cancel(number)

    def close(self) -> None:
        """End the threads."""
        self._crossing.close()

    @Slot(int, object)
    def _on_finished(self, _number: int, found: Imported) -> None:
        self.imported.emit(found)

    @Slot(int, object)
    def _on_failed(self, _number: int, error: SanpingError) -> None:
        self.told.emit(Text(error.in_language("zh"), error.in_language("en")))


def _read(
    opener: Opener, project: TwinProject, path: Path, target: tuple[PlanShelf, str], progress: Progress
) -> Imported:
    opened = opened_model(opener, project, path, "", progress)
    shelf, plan = target
    name = shelf.take_model(plan, path, opener.files_with(path))
    east, north, _ = opened.tiles.extent.centre
    foot = (east, north, opened.tiles.extent.bottom)
    masses: tuple[Mass, ...] = masses_of_model(opened.tiles)
    placement = Placement(origin=foot, at=foot)
    model = SchemeModel(id="", file=name, title=path.stem[:60], crs=opened.crs, placement=placement, masses=masses)
    return Imported(model=model, middle=foot, has_place=opened.crs != LOCAL)


def is_near(middle: Point, area: Outline) -> bool:
    """Say whether a model lies near a planned area; farther away its CRS is wrong."""
    return distance_km(middle, area) * 1000.0 <= FARTHEST_M


def distance_km(middle: Point, area: Outline) -> float:
    """Return how far a model is from the nearest corner of an area."""
    return min(hypot(middle[0] - x, middle[1] - y) for x, y in area) / 1000.0
