"""What happens when people open files: which twin they belong to, what arrives, what fails, what is asked."""

from collections import deque
from collections.abc import Sequence
from functools import partial
from math import hypot
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from sanping.commands.desk_actions import FILE
from sanping.commands.desk_state import DeskState
from sanping.commands.loaded_layer import LoadedLayer, extent_of
from sanping.domain.errors import Cancelled, ConsentMissing, CrsMissing, SanpingError
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.formats.twin_package import is_package
from sanping.ports.model_reader import INDEX_NAMES, ReadOptions
from sanping.settings.settings import Settings
from sanping.stage.camera import framed
from sanping.twin.project import LayerEntry, TwinProject
from sanping.ui.action_book import ActionBook
from sanping.ui.arrival_report import FILE_LINE, SKIPPED, ArrivalReport, Notice
from sanping.ui.city_show import CityShow
from sanping.ui.crs_questions import CrsQuestions
from sanping.ui.desk_content import FAR_M, DeskContent
from sanping.ui.desk_settings import with_recent, with_server
from sanping.ui.loading import Arrival, Loading
from sanping.ui.message_panel import Message, skipped_details
from sanping.ui.overlays import Overlays
from sanping.ui.server_question import ServerQuestion
from sanping.ui.status_bar import JobView
from sanping.ui.twin_show import TwinShow

STOPPED = Text("已停止读取，孪生保持原样", "Loading stopped, the twin is as it was")
OPENED = Text("已打开“{title}”", "“{title}” is open")
UNSAVED = Text("截图未能保存", "The picture could not be saved")
NO_PICTURE = Text("已停止截图", "The picture was stopped")
MANY_OPENED = Text("已打开 {count} 个文件", "{count} files are open")
SAVED = Text("截图已保存：{path}", "Picture saved: {path}")
FAR = Text("“{title}”在 {distance} 公里以外", "“{title}” lies {distance} km away")
FAR_HINT = Text(
    "距离过远时画面精度会下降，建议单独打开。保留在此时，点击图层名可飞到该处。",
    "So far away precision suffers: better open it on its own. If it stays here, click its layer to fly there.",
)
OPEN_ALONE = Text("单独打开", "Open on its own")
KEEP_HERE = Text("保留在此", "Keep it here")
RECENT = Text("最近打开", "Recently opened")
TWIN_FILES = ("twin.toml", "scene.toml")
SCENES = Text("场景", "Scenes")


class Desk(Protocol):
    """The window as arriving layers see it."""

    state: DeskState
    settings: Settings
    content: DeskContent
    overlays: Overlays
    loading: Loading
    city: CityShow
    book: ActionBook
    twin: TwinShow

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def fly(self, pose: CameraPose) -> None:
        """Fly the camera."""

    def keep(self, settings: Settings) -> None:
        """Keep settings for the next start."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Arriving(QObject):
    """Follows the jobs of one desk; `window` owns the dialogs.

    Layers that arrive together are taken one by one, so that the window draws and answers in between; `drained` says
    that none is left. What goes wrong with files that were opened together is said in one message, which grows.
    """

    drained = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._dropped: set[str] = set()
        self._report = ArrivalReport()
        self._welcomed: list[Extent] = []
        self._questions = CrsQuestions(window)
        self._questions.named.connect(self._on_crs_named)
        self._questions.left_out.connect(self._on_left_out)
        self._questions.alone_asked.connect(self._on_alone)
        self._servers = ServerQuestion(window)
        self._servers.agreed.connect(self._on_agreed)
        self._servers.left_out.connect(self._on_left_out)
        self._last_word: Text | None = None
        self._arrived: deque[Arrival] = deque()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._on_next)

    @property
    def is_busy(self) -> bool:
        """Layers have arrived that are not shown yet."""
        return bool(self._arrived)

    def stop(self) -> None:
        """Forget what has arrived and is not shown yet."""
        self._next.stop()
        self._arrived.clear()
        self._begin_anew()

    @Slot()
    def forget_report(self) -> None:
        """What was said has been read: do not say it again."""
        self._report = ArrivalReport()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files as layers of this twin, or a folder with `twin.toml` or `scene.toml` as another twin."""
        if not (self._desk.loading.is_busy or self.is_busy or self._questions.is_busy):
            self._begin_anew()
        paths = [_with_index(path) for path in paths]
        folders = [_twin_folder(path) for path in paths]
        twin = next((folder for folder in folders if folder is not None), None)
        if twin is not None:
            self._desk.keep(with_recent(self._desk.settings, [twin]))
            self._desk.loading.open_twin(twin)
        elif paths:
            options = ReadOptions(target_crs=self._desk.content.project.crs)
            self._desk.loading.resolve(paths, options, self._desk.content.project)

    @Slot(object)
    def on_files(self, entries: tuple[LayerEntry, ...]) -> None:
        """Open the layers that files turned out to be."""
        self._dropped |= {entry.name for entry in entries}
        self._desk.content.expect(entries)
        self._desk.twin.show_layers()
        self._desk.loading.open_layers(entries)

    @Slot(object)
    def on_layer(self, arrival: Arrival) -> None:
        """Take a layer in its turn."""
        self._arrived.append(arrival)
        self._next.start()

    @Slot()
    def _on_next(self) -> None:
        self._show_layer(self._arrived.popleft())
        if self._arrived:
            self._next.start()
        else:
            self.drained.emit()
            if self._last_word is not None and not self._desk.loading.is_busy:
                self.on_jobs(None)

    def _show_layer(self, arrival: Arrival) -> None:
        desk, layer = self._desk, arrival.layer
        is_first = not desk.city.is_ready
        is_untouched = desk.state.stage.camera == desk.state.home
        desk.content.take(arrival)
        extent = extent_of(layer.content)
        if is_first and extent is not None:
            desk.twin.place_twin(layer.content.frame.crs, extent.centre)
            for earlier in desk.content.layers.values():
                desk.city.add(earlier)
            desk.twin.look_at_all()
        else:
            desk.city.add(layer)
            if is_untouched and desk.content.is_without_view(layer.entry):
                desk.twin.look_at_all()
        if desk.loading.is_busy or self._arrived:
            desk.city.expect_more(expects_more=True)
        desk.twin.show_layers()
        if layer.entry.name in self._dropped:
            self._welcome(layer, is_first)
        self._tell_skipped(arrival)
        if desk.overlays.messages.isVisible() and self._report.is_worth_saying:
            self._say_report()

    def _welcome(self, layer: LoadedLayer, is_first: bool) -> None:
        """Keep the file among the recent ones, and go there."""
        desk, entry = self._desk, layer.entry
        extent = extent_of(layer.content)
        self._dropped.discard(entry.name)
        desk.keep(with_recent(desk.settings, [entry.path]))
        count = self._report.opened()
        self._last_word = OPENED.with_values(title=entry.title) if count == 1 else MANY_OPENED.with_values(count=count)
        if not is_first and extent is not None:
            self._show_where(entry, extent)
        self._go_there()

    def _show_where(self, entry: LayerEntry, extent: Extent) -> None:
        desk = self._desk
        home = desk.state.home.target
        away_m = hypot(extent.centre[0] - home[0], extent.centre[1] - home[1])
        if away_m > FAR_M:
            self._ask_where(entry, FAR.with_values(title=entry.title, distance=f"{away_m / 1000:,.0f}"))
        else:
            self._welcomed.append(extent)

    def _go_there(self) -> None:
        """Fly to what was opened, once: when the last of the files is there."""
        if self._welcomed and not self._dropped:
            whole, *others = self._welcomed
            for extent in others:
                whole = whole.merged(extent)
            self._welcomed.clear()
            self._desk.perform("camera.fly", framed(whole))

    @Slot(object, object)
    def on_layer_failed(self, entry: LayerEntry, error: SanpingError) -> None:
        """Say what is wrong with a layer, or ask for its CRS."""
        if isinstance(error, CrsMissing):
            desk = self._desk
            crs, has_others = desk.content.project.crs, len(self._dropped) > 1
            self._questions.ask((entry, error), crs, desk.state.language, has_others=has_others)
            return
        if isinstance(error, ConsentMissing):
            self._servers.ask(entry, error.place, self._desk.state.language)
            return
        self._dropped.discard(entry.name)
        self._desk.content.forget(entry.name)
        self._desk.twin.show_layers()
        self._tell_failed(entry.title, str(entry.path), error)
        self._go_there()
        self._desk.twin.open_waiting()

    @Slot(str, object)
    def on_failed(self, title: str, error: SanpingError) -> None:
        """Say what is wrong with files or a twin."""
        self._tell_failed(Text(title, title), "", error)

    @Slot(object)
    def on_twin(self, project: TwinProject) -> None:
        """Show the twin that was opened."""
        self._desk.twin.change_twin(project)

    @Slot(object)
    def on_picture(self, path: Path) -> None:
        """Say where the picture lies."""
        self._last_word = SAVED.with_values(path=str(path))
        self._desk.say(self._last_word)

    @Slot(object, object)
    def on_picture_failed(self, path: Path, error: SanpingError) -> None:
        """Say why there is no picture."""
        if isinstance(error, Cancelled):
            self._last_word = NO_PICTURE
            return
        details = (error.message, FILE_LINE.with_values(path=str(path)))
        self._desk.overlays.messages.show_message(Message(what=UNSAVED, details=details))
        self._desk.overlays.arrange()

    @Slot(object)
    def on_jobs(self, jobs: JobView | None) -> None:
        """Show how far everything is."""
        status = self._desk.overlays.status
        if jobs is None and self._last_word is not None:
            status.show_jobs(None, self._last_word)
            self._last_word = None
        else:
            status.show_jobs(jobs)

    @Slot(str)
    def fly_to_layer(self, name: str) -> None:
        """Fly to a layer of the tree."""
        layer = self._desk.content.layers.get(name)
        extent = extent_of(layer.content) if layer is not None else None
        if extent is not None:
            self._desk.perform("camera.fly", framed(extent, self._desk.state.stage.camera.heading_deg))

    def fill_menu(self) -> None:
        """Write the menu in the present language, with the recent files."""
        menu = self._desk.overlays.title.menu
        menu.setTitle("")
        self._desk.book.fill_menu(menu, self._add_lists)

    def _add_lists(self, group: Text, menu: QMenu) -> None:
        if group == FILE:
            self._add_scenes(menu)
            self._add_recent(group, menu)

    def _add_scenes(self, menu: QMenu) -> None:
        """Offer the scenes; a broken one is there, and says why it cannot be opened."""
        cards, say = self._desk.loading.scenes(), self._desk.state.language
        if not cards:
            return
        scenes = QMenu(SCENES.in_language(say), menu)
        scenes.setToolTipsVisible(True)
        for card in cards:
            action = scenes.addAction(card.title.in_language(say))
            action.setToolTip((card.trouble or card.summary).in_language(say))
            action.setEnabled(card.trouble is None)
            action.triggered.connect(partial(self._open_recent, str(card.folder)))
        menu.addMenu(scenes)

    def _add_recent(self, group: Text, menu: QMenu) -> None:
        if group != FILE or not self._desk.settings.recent:
            return
        recent = QMenu(RECENT.in_language(self._desk.state.language), menu)
        for path in self._desk.settings.recent:
            action = recent.addAction(Path(path).name)
            action.setToolTip(path)
            action.triggered.connect(partial(self._open_recent, path))
        menu.addMenu(recent)

    def _open_recent(self, path: str, _checked: bool = False) -> None:
        self._desk.perform("file.open_path", path)

    def _ask_where(self, entry: LayerEntry, far: Text) -> None:
        """Ask whether a far file had better be opened on its own; of many such files only about the first."""
        if any(box.isVisible() for box in self._window.findChildren(QMessageBox)):
            self._report.noticed(Notice(what=far, details=(FAR_HINT,)))
            self._say_report()
            return
        say = self._desk.state.language
        box = QMessageBox(self._window)
        box.setText(far.in_language(say))
        box.setInformativeText(FAR_HINT.in_language(say))
        box.addButton(KEEP_HERE.in_language(say), QMessageBox.ButtonRole.RejectRole)
        alone = box.addButton(OPEN_ALONE.in_language(say), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(alone)
        box.accepted.connect(partial(self._on_alone, entry))
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot(object, str, str)
    def _on_crs_named(self, entry: LayerEntry, crs: str, role: str) -> None:
        self._desk.loading.open_layers((self._desk.content.with_crs(entry, crs, role),))

    @Slot(object)
    def _on_left_out(self, entry: LayerEntry) -> None:
        self._dropped.discard(entry.name)
        self._go_there()
        if self._desk.content.holds(entry):
            self._desk.content.forget(entry.name)
            self._desk.twin.show_layers()
            self._desk.twin.open_waiting()

    @Slot(object)
    def _on_agreed(self, entry: LayerEntry) -> None:
        """Ask the server from now on, and remember that."""
        desk = self._desk
        desk.keep(with_server(desk.settings, entry))
        desk.loading.open_layers((desk.content.with_consent(entry),))

    @Slot(object)
    def _on_alone(self, entry: LayerEntry) -> None:
        desk = self._desk
        left = desk.content.project
        desk.keep(with_recent(desk.settings, [entry.path, left.folder]))
        desk.twin.change_twin(desk.content.alone(entry))

    def _begin_anew(self) -> None:
        """Speak of the files that are opened from now on, and of no others."""
        self._report = ArrivalReport()
        self._questions.forget()
        self._welcomed.clear()

    def _tell_failed(self, title: Text, path: str, error: SanpingError) -> None:
        if isinstance(error, Cancelled):
            self._last_word = STOPPED
            return
        self._report.failed(title, path, error)
        self._say_report()

    def _tell_skipped(self, arrival: Arrival) -> None:
        opened = arrival.layer.opened
        count = sum(item.count for item in opened.skipped)
        if count:
            what = SKIPPED.with_values(title=opened.entry.title, count=f"{count:,}")
            self._report.noticed(Notice(what=what, details=skipped_details(opened.skipped)))
            self._say_report()

    def _say_report(self) -> None:
        self._desk.overlays.messages.show_message(self._report.message())
        self._desk.overlays.arrange()


def _with_index(path: Path) -> Path:
    """Return the index of tiles in a folder that is no twin; any other path unchanged."""
    if not path.is_dir() or any((path / name).is_file() for name in TWIN_FILES):
        return path
    return next((path / name for name in INDEX_NAMES if (path / name).is_file()), path)


def _twin_folder(path: Path) -> Path | None:
    if path.name in TWIN_FILES:
        return path.parent
    return path if path.is_dir() or is_package(path) else None
