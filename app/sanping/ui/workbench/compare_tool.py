"""Compares a model in the city with another version of it: added green, removed red, changed yellow."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from sanping.analysis.version_compare import CHANGES, ObjectChange
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.version_showing import (
    COLOURS,
    VersionPair,
    before_and_after,
    change_words,
    coloured_changes,
    compared,
    ghosts,
)
from sanping.domain.errors import CrsMissing
from sanping.domain.text import Language, Text
from sanping.formats.change_csv import write_change_csv
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Part, Progress
from sanping.scene.governed_values import Tint
from sanping.stage.state import FeatureRef
from sanping.twin.project import TwinProject
from sanping.ui.opening import Opener
from sanping.ui.small_table import ROW_PX, small_table
from sanping.ui.workbench.file_asking import FileAsk
from sanping.ui.workbench.kind_list import Kind
from sanping.ui.workbench.listing_tool import OTHERS, ListedLine, ListingTool, fill
from sanping.ui.workbench.tool import Bench, ToolDesk
from sanping.ui.workbench.tool_form import ToolForm

READ_SHARE, DETAIL_ROWS = 0.5, 5
LAYER, DIRECTION = Text("图层", "Layer"), Text("文件是", "The file is")
DIRECTIONS = ((True, Text("旧版本", "older")), (False, Text("新版本", "newer")))
CHOOSE, RUN = Text("选择另一版本的文件…", "Choose the other version…"), Text("比对  F9", "Compare  F9")
NO_FILE = Text("还没有选择另一版本的文件", "No file with another version is chosen yet")
NO_MODEL = Text("没有打开三维模型，无可比对", "No 3D model is open to compare")
SIDES = (Text("项目", "What"), Text("之前", "Before"), Text("之后", "After"))


class CompareTool(ListingTool):
    """`found` is a `VersionPair`; `path` the file with the other version."""

    name = "compare"
    title = Text("版本比对", "Compare")
    hint = Text("把图层与另一版本的文件逐个对象比对：新增为绿，删除为红，变化为黄。",
                "Compares a layer with another version of it: added green, removed red, changed yellow.")  # fmt: skip
    icon = "compare"
    titles = (Text("变化", "Change"), Text("对象", "Object"))
    nothing_yet = Text(
        "选择图层和它另一版本的文件，再按“比对”。对象按编号对应。",
        "Choose a layer and a file with another version, then Compare. Objects are matched by id.",
    )
    file = FileAsk(title=Text("导出版本差异", "Export what changed"), name="changes.csv", pattern="CSV (*.csv)")

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.path: Path | None = None
        self.detail = small_table()
        self.detail.setFixedHeight((DETAIL_ROWS + 1) * ROW_PX + 8)
        self.detail.hide()
        self.rows.addWidget(self.detail)

    def ask(self, form: ToolForm) -> None:
        """Ask for the layer, the file, and which of them is older."""
        self.layer = form.choice(LAYER, ())
        self.choose = form.buttons((CHOOSE, self._choose))[0]
        self.direction = form.choice(DIRECTION, DIRECTIONS)
        self.run_button = form.main_button(RUN, self.run)

    def enter(self) -> None:
        """Offer the models that are open."""
        self.offer_models(self.layer)
        super().enter()

    def leave(self) -> None:
        """Take what is only in the file out of the city, too."""
        super().leave()
        self.desk.city.show_finding("versions", None)

    def speak(self, language: Language) -> None:
        """Speak another language; the file keeps its name."""
        super().speak(language)
        if self.path is not None:
            self.choose.setText(self.path.name)

    def take_file(self, path: Path) -> None:
        """Take a file as the other version."""
        self.path = path
        self.choose.setText(path.name)
        self.choose.setToolTip(str(path))

    @Slot()
    def run(self) -> None:
        """Open the file and compare."""
        layer = self.desk.content.layers.get(str(self.layer.currentData() or ""))
        if self.is_running:
            return
        if layer is None or self.path is None:
            self.asked.show_progress(None, NO_MODEL if layer is None else NO_FILE)
            return
        is_open_newer = bool(self.direction.currentData())
        opener, project = self.desk.loading.opener, self.desk.content.project
        self.begin(partial(_pair_of, opener, project, layer, self.path, is_open_newer=is_open_newer))

    @property
    def pair(self) -> VersionPair:
        """What was compared."""
        assert isinstance(self.found, VersionPair)
        return self.found

    def take(self, found: object) -> None:
        """Show what was compared."""
        self.detail.hide()
        super().take(found)

    def said(self) -> Text:
        """Return how many objects changed."""
        return self.pair.summary

    def counted(self) -> list[Kind]:
        """Return the kinds of changes."""
        return [(kind, CHANGES[kind], count, COLOURS[kind]) for kind, count in self.pair.counts.items()]

    def listed(self) -> list[ListedLine]:
        """Return the changes of a kind."""
        return [self._line(change) for change in self.pair.of_kind(self.kind)]

    def tints(self) -> dict[str, Tint]:
        """Return the colours of what changed in the city, and draw what is only in the file."""
        numbers, colours = coloured_changes(self.pair, self.kind)
        return {self.pair.open.entry.name: Tint(features=numbers, colours=colours, others=OTHERS)}

    def show_in_city(self) -> None:
        """Draw what is only in the file as well."""
        super().show_in_city()
        self.desk.city.show_finding("versions", None if self.found is None else ghosts(self.pair, self.kind))

    def written(self, path: Path) -> int:
        """Write every change as a table."""
        return write_change_csv(path, self.pair, self.words.language)

    def gone_to(self, line: int) -> None:
        """List what the object was and is."""
        change = self.pair.of_kind(self.kind)[line]
        rows = before_and_after(self.pair, change.id, self.words.language)
        fill(self.detail, [self.words.say(title) for title in SIDES], rows)
        self.detail.show()

    def _line(self, change: ObjectChange) -> ListedLine:
        words, layer = change_words(change), self.pair.open
        ref = FeatureRef(layer=layer.entry.name, id=change.id) if change.id in layer.numbers else None
        return ListedLine(cells=(words, Text(change.id, change.id)), words=words, colour=COLOURS[change.kind],
                          place=change.place, ref=ref)  # fmt: skip

    @Slot()
    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self.bench.window, self.words.say(CHOOSE), str(Path.home()))
        if path:
            self.take_file(Path(path))


def _pair_of(  # noqa: PLR0913  what is compared with what
    opener: Opener, project: TwinProject, layer: LoadedLayer, path: Path, progress: Progress, *, is_open_newer: bool
) -> VersionPair:
    """Open a file as the layer was opened, in its CRS, and compare them; runs in a thread.

    A file that names no CRS is taken to have that of the layer: it is another version of the same model.
    """
    crs = layer.content.frame.crs
    options = ReadOptions(target_crs=crs, role=layer.entry.role, settings=layer.entry.options.settings)
    reading = Part(progress, 0.0, READ_SHARE)
    entry = opener.entries_of((path,), options, project, reading)[0]
    try:
        opened = opener.open_layer(entry, reading)
    except CrsMissing:
        opened = opener.open_layer(replace(entry, options=replace(entry.options, crs=crs)), reading)
    return compared(layer, opened, Part(progress, READ_SHARE, 1.0), is_open_newer=is_open_newer)
