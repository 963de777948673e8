"""Opens layers one after another in threads and tells what arrives, what fails, and how far everything is."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from sanping.commands.colour_choices import AttributeChoice, choices_of
from sanping.commands.finding import NamedObject, named_objects
from sanping.commands.loaded_layer import LoadedLayer, loaded
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.twin.cases.inventory import Inventory
from sanping.twin.project import LayerEntry, SceneCard, TwinProject
from sanping.ui.crossing import Crossing
from sanping.ui.opening import Opener
from sanping.ui.picture_writing import DRAWING, Strips, written
from sanping.ui.status_bar import JobView

COMPONENTS = Text("城市部件", "City components")
READING = Text("读取 {title}", "Reading {title}")
LOOKING = Text("查看文件", "Looking at the files")
INDEXING = Text("建立检索", "Indexing")


class Arrival:
    """A layer that is ready to show, with what was computed beside the window's thread."""

    def __init__(self, layer: LoadedLayer) -> None:
        self.layer = layer
        self.named: tuple[NamedObject, ...] = named_objects(layer)
        self.choices: tuple[AttributeChoice, ...] = choices_of(layer)


class Loading(QObject):
    """Runs the opener's methods as jobs.

    `layer_arrived(Arrival)`, `layer_failed(LayerEntry, SanpingError)`, `files_resolved(tuple[LayerEntry])`,
    `twin_opened(TwinProject)`, `components_arrived(Inventory)`, `picture_saved(Path)`,
    `picture_failed(Path, SanpingError)`, `failed(str, SanpingError)` for files and twins,
    `jobs_changed(JobView | None)`.
    """

    layer_arrived = Signal(object)
    layer_failed = Signal(object, object)
    files_resolved = Signal(object)
    twin_opened = Signal(object)
    components_arrived = Signal(object)
    picture_saved = Signal(object)
    picture_failed = Signal(object, object)
    failed = Signal(str, object)
    jobs_changed = Signal(object)

    def __init__(self, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opener = opener
        self._crossing = Crossing(self)
        self._crossing.progressed.connect(self._on_progress)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)
        self._jobs: dict[int, tuple[object, float, Text]] = {}
        self._done = 0

    @property
    def opener(self) -> Opener:
        """Who opens files, for those that open some of their own in a thread."""
        return self._opener

    @property
    def is_busy(self) -> bool:
        """Something is being read."""
        return bool(self._jobs)

    def open_layers(self, entries: Sequence[LayerEntry]) -> None:
        """Open these layers."""
        for entry in entries:
            number = self._crossing.start(partial(_opened, self._opener, entry))
            self._jobs[number] = (entry, 0.0, READING.with_values(title=entry.title))
        self._tell()

    def resolve(self, paths: Sequence[Path], options: ReadOptions, project: TwinProject) -> None:
        """Find out what files are."""
        job = partial(self._opener.entries_of, tuple(paths), options, project)
        number = self._crossing.start(job)
        self._jobs[number] = (", ".join(path.name for path in paths), 0.0, LOOKING)
        self._tell()

    def scenes(self) -> Sequence[SceneCard]:
        """Return the scenes that can be opened."""
        return self._opener.scenes()

    def open_twin(self, folder: Path) -> None:
        """Read a twin folder."""
        number = self._crossing.start(partial(self._opener.open_twin, folder))
        self._jobs[number] = (folder.name, 0.0, READING.with_values(title=folder.name))
        self._tell()

    def open_components(self, project: TwinProject) -> None:
        """Read the components that a twin governs."""
        number = self._crossing.start(partial(self._opener.components, project))
        self._jobs[number] = (COMPONENTS, 0.0, READING.with_values(title=COMPONENTS))
        self._tell()

    def save_picture(self, strips: Strips, path: Path) -> int:
        """Write a picture as PNG while its rows are drawn; return the number of the job."""
        number = self._crossing.start(partial(written, strips, path))
        self._jobs[number] = (path, 0.0, DRAWING)
        self._tell()
        return number

    def is_running(self, number: int) -> bool:
        """Say whether a job is still wanted and not over."""
        return number in self._jobs

    def cancel(self, number: int) -> None:
        """Stop one job."""
        self._crossing.cancel(number)

    def cancel_all(self) -> None:
        """Stop everything; each job is reported as cancelled at once."""
        for number in tuple(self._jobs):
            self._crossing.cancel(number)

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self._jobs.clear()
        self._crossing.close()

    def _tell(self) -> None:
        if not self._jobs:
            self._done = 0
            self.jobs_changed.emit(None)
            return
        shares = sum(share for _, share, _ in self._jobs.values())
        total = self._done + len(self._jobs)
        newest = max(self._jobs.values(), key=lambda job: (0 < job[1] < 1, job[1]))
        self.jobs_changed.emit(JobView(count=len(self._jobs), share=(self._done + shares) / total, doing=newest[2]))

    @Slot(int, float, object)
    def _on_progress(self, number: int, share: float, doing: Text) -> None:
        if number in self._jobs:
            what = self._jobs[number][0]
            title = what.title if isinstance(what, LayerEntry) else what if isinstance(what, Text) else _plain(what)
            self._jobs[number] = (what, share, Text(f"{title.zh} · {doing.zh}", f"{title.en} · {doing.en}"))
            self._tell()

    @Slot(int, object)
    def _on_finished(self, number: int, result: object) -> None:
        self._jobs.pop(number, None)
        self._done += 1
        if isinstance(result, Arrival):
            self.layer_arrived.emit(result)
        elif isinstance(result, Path):
            self.picture_saved.emit(result)
        elif isinstance(result, Inventory):
            self.components_arrived.emit(result)
        elif isinstance(result, TwinProject):
            self.twin_opened.emit(result)
        else:
            self.files_resolved.emit(result)
        self._tell()

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        job = self._jobs.pop(number, None)
        self._done += 1
        if job is not None and isinstance(job[0], LayerEntry):
            self.layer_failed.emit(job[0], error)
        elif job is not None and isinstance(job[0], Path):
            self.picture_failed.emit(job[0], error)
        elif job is not None:
            self.failed.emit(str(job[0]), error)
        self._tell()


def _opened(opener: Opener, entry: LayerEntry, progress: Progress) -> Arrival:
    opened = opener.open_layer(entry, progress)
    progress.report(0.97, INDEXING)
    return Arrival(loaded(opened))


def _plain(what: object) -> Text:
    name = what.name if isinstance(what, Path) else str(what)
    return Text(name, name)
