"""What tools share that examine the open models in a thread and list what they find, by kind, with a place each."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QTableWidgetItem, QWidget

from sanping.analysis.findings import Rgb
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.river_decisions import station_seen
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.ports.progress import Progress
from sanping.scene.governed_values import Tint
from sanping.stage.state import FeatureRef
from sanping.ui.cases.look import column, plain_label
from sanping.ui.crossing import Crossing
from sanping.ui.small_table import SmallTable, small_table
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.kind_list import Kind, KindList, patch
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk
from sanping.ui.workbench.tool_files import write_and_say
from sanping.ui.workbench.tool_form import ToolForm

OTHERS: Rgb = (44, 58, 80)
MOST_ROWS, MOST_DOTS = 500, 300
EXPORT = Text("导出 CSV", "CSV")
MORE = Text(
    "列出前 {shown} 项，共 {count:,} 项；导出的表格是全部", "The first {shown} of {count:,}; the export has all"
)
STOPPED = Text("已停止", "Stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """One thing that was found: its cells, what is said at its place, its colour, and its object where there is one."""

    cells: Sequence[Text]
    words: Text
    colour: Rgb
    place: Point
    ref: FeatureRef | None = None


class ListingTool(DeskTool):
    """`found` is what the last run gave, None before; `kind` is what of it is looked at, "" for all.

    A subclass fills `asked` in `ask` and answers the methods below it.
    """

    titles: Sequence[Text] = ()
    nothing_yet = Text("", "")
    file = FileAsk(title=EXPORT, name="found.csv", pattern="CSV (*.csv)")

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.found: object = None
        self.kind = ""
        self._job = 0
        self._lines: tuple[ListedLine, ...] = ()
        self.form = self.asked = ToolForm(self.words)
        self.ask(self.asked)
        self.export = self.asked.buttons((EXPORT, self._export))[0]
        self.asked.add_progress()
        self.asked.stop_asked.connect(self.stop)
        self.asked.rows.addStretch(1)
        self.result = QWidget()
        self.summary, self.more = plain_label(), plain_label(role="quiet")
        self.kinds, self.table = KindList(self.words), small_table()
        self.table.cellClicked.connect(self._on_cell)
        self.rows = column(self.result, 8)
        for widget in (self.summary, self.kinds, self.table, self.more):
            self.rows.addWidget(widget)
        self.rows.setStretchFactor(self.table, 1)
        self.rows.addStretch()  # so that words alone stand at the top
        self.kinds.picked.connect(self._look_at)
        self._crossing = Crossing(self)
        self._crossing.progressed.connect(self._on_progress)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)
        self._show()

    # What a subclass answers

    @abstractmethod
    def ask(self, form: ToolForm) -> None:
        """Put what is asked for into the form."""

    @abstractmethod
    def run(self) -> None:
        """Begin what the form asks for with `begin`, or say what is missing."""

    @abstractmethod
    def said(self) -> Text:
        """Return what was found in a sentence."""

    @abstractmethod
    def counted(self) -> Sequence[Kind]:
        """Return the kinds of what was found."""

    @abstractmethod
    def listed(self) -> Sequence[ListedLine]:
        """Return what was found of `kind`."""

    @abstractmethod
    def tints(self) -> Mapping[str, Tint]:
        """Return the colours of objects by layer for what was found of `kind`."""

    @abstractmethod
    def written(self, path: Path) -> object:
        """Write everything that was found. Raises `OSError`."""

    def gone_to(self, line: int) -> None:
        """Show more about a line that the person went to."""

    # What happens to the tool

    def enter(self) -> None:
        """Show again what was found."""
        self.show_in_city()

    def leave(self) -> None:
        """Take colours and marks away."""
        self._tint({})
        for name in (self.name, f"{self.name} found"):
            self.bench.marks.show_marks(name, ())

    def follow(self) -> None:
        """Forget what was found in another twin."""
        self.stop()
        self.take(None)

    def do(self, wish: str, argument: object = None) -> None:
        """Run, or clear."""
        if wish == "run":
            self.run()
        elif wish == "clear":
            self.take(None)

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self.kinds.speak()
        self._list()

    def close(self) -> None:
        """End the thread."""
        self._crossing.close()

    # Running

    @property
    def is_running(self) -> bool:
        """Something is being examined."""
        return bool(self._job)

    def begin(self, job: Callable[[Progress], object]) -> None:
        """Examine in a thread."""
        self.asked.show_progress(0.0)
        self._job = self._crossing.start(job)

    @Slot()
    def stop(self) -> None:
        """Stop what runs."""
        if self._job:
            self._crossing.cancel(self._job)

    def take(self, found: object) -> None:
        """Show this as what was found; None for nothing."""
        self.found, self.kind = found, ""
        self._show()
        self.show_in_city()

    def write(self, path: Path) -> bool:
        """Write what was found, and say so; return whether it is there."""
        return write_and_say(self.desk, path, partial(self.written, path))

    def models(self) -> list[LoadedLayer]:
        """Return the models that are open."""
        return [layer for layer in self.desk.content.layers.values() if isinstance(layer.content, TileSet)]

    def offer_models(self, box: QComboBox, first: Text | None = None) -> None:
        """Offer the models that are open, after a choice of all of them; what is chosen stays."""
        chosen = box.currentData()
        box.clear()
        if first is not None:
            box.addItem(self.words.say(first), "")
        for layer in self.models():
            box.addItem(self.words.say(layer.entry.title), layer.entry.name)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    @Slot(int, float, object)
    def _on_progress(self, number: int, share: float, doing: Text) -> None:
        if number == self._job:
            self.asked.show_progress(share, doing)

    @Slot(int, object)
    def _on_finished(self, number: int, found: object) -> None:
        if number == self._job:
            self._job = 0
            self.asked.show_progress(None)
            self.asked.told.hide()
            self.take(found)

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        if number == self._job:
            self._job = 0
            self.asked.show_progress(None, STOPPED if isinstance(error, Cancelled) else error.message)
            self.changed.emit()

    # Showing

    @Slot()
    def _export(self) -> None:
        path = None if self.found is None else asked_path(self.file, self.bench.window, self.words.language)
        if path is not None:
            self.write(path)

    @Slot(str)
    def _look_at(self, kind: str) -> None:
        self.kind = kind
        self._list()
        self.show_in_city()

    def _show(self) -> None:
        has_found = self.found is not None
        self.words.put(self.summary.setText, self.said() if has_found else self.nothing_yet)
        self.kinds.show_kinds(self.counted() if has_found else ())
        self.export.setEnabled(has_found)
        self._list()

    def _list(self) -> None:
        every = self.listed() if self.found is not None else ()
        self._lines = tuple(every[:MOST_ROWS])
        self.table.setVisible(bool(every))
        self.more.setVisible(len(every) > MOST_ROWS)
        self.words.put(self.more.setText, MORE.with_values(shown=MOST_ROWS, count=len(every)))
        cells = [[self.words.say(cell) for cell in line.cells] for line in self._lines]
        fill(self.table, [self.words.say(title) for title in self.titles], cells, [one.colour for one in self._lines])
        self.changed.emit()

    def show_in_city(self) -> None:
        """Colour the objects, everything else dark, and mark the places of those that are listed."""
        self._tint(self.tints() if self.found is not None else {})
        dots = [Mark(points=(line.place,), colour=line.colour) for line in self._lines[:MOST_DOTS]]
        self.bench.marks.show_marks(f"{self.name} found", dots)
        self.bench.marks.show_marks(self.name, ())

    def _tint(self, tints: Mapping[str, Tint]) -> None:
        self.desk.city.govern("tints", lambda city: city.show_tints(tints))

    @Slot(int, int)
    def _on_cell(self, row: int, _column: int) -> None:
        """Fly to a line, select its object, and say there what it is."""
        line = self._lines[row]
        if line.ref is not None:
            self.desk.select(line.ref)
        self.desk.perform("camera.fly", station_seen(self.desk.state, line.place))
        mark = Mark(points=(line.place,), colour=line.colour, words=line.words, dot_shape="ring")
        self.bench.marks.show_marks(self.name, (mark,))
        self.gone_to(row)


def fill(table: SmallTable, titles: Sequence[str], rows: Sequence[Sequence[str]], colours: Sequence[Rgb] = ()) -> None:
    """Show rows of words under their titles, with a patch of colour before each where there are colours."""
    table.setColumnCount(len(titles))
    table.setHorizontalHeaderLabels(list(titles))
    table.setRowCount(len(rows))
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            item = QTableWidgetItem(cell)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            if colours and not place:
                item.setIcon(patch(colours[number]))
            table.setItem(number, place, item)
    table.fit()
