"""Does in the world what the actions decided: flights, dialogs, files, clipboard."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from sanping.commands.desk_state import DeskState, Effect
from sanping.commands.object_facts import as_json
from sanping.commands.view_decisions import seen_from_here
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.settings.settings import Settings
from sanping.stage.walking import standing
from sanping.twin.project import TwinProject
from sanping.ui.about_dialog import AboutDialog
from sanping.ui.analysis.analysing import Analysing
from sanping.ui.cases.governing import Governing
from sanping.ui.desk_content import DeskContent
from sanping.ui.desk_settings import name_for_bookmark, with_bookmark, without_bookmark
from sanping.ui.directing import Directing
from sanping.ui.live_panels import LivePanels
from sanping.ui.loading import Loading
from sanping.ui.outgoing.outgoing import Outgoing
from sanping.ui.overlays import Overlays
from sanping.ui.replaying import Replaying
from sanping.ui.self_checking import SelfChecking
from sanping.ui.server_question import ServerQuestion
from sanping.ui.settings_dialog import SettingsDialog
from sanping.ui.shooting import Shooting
from sanping.ui.sites.federating import Federating
from sanping.ui.twin_show import TwinShow
from sanping.ui.workbench.workbench import Workbench

COPIED = Text("已复制", "Copied")
STILL_DRAWING = Text("上一张截图尚未完成", "The last picture is still being drawn")
NOTHING_TO_DRAW = Text("城市还没有显示，稍后再截图", "The city is not shown yet: take the picture a little later")
KEEP_VIEW = Text("保存视角", "Keep the view")
NAME_OF_VIEW = Text("视角名称", "Name of the view")
KEEP = Text("保存", "Keep")
LEAVE = Text("取消", "Cancel")
OPEN_FILES = Text("打开模型文件", "Open model files")
OPEN_TWIN = Text("打开孪生文件夹", "Open a twin folder")
PATTERNS = (
    "*.json *.jsonl *.gml *.xml *.gz *.geojson *.gpkg *.shp *.fgb *.parquet *.glb *.gltf *.obj *.ifc *.ifczip "
    "*.b3dm *.i3dm *.pnts *.cmpt *.3tz *.slpk *.osgb *.scp *.las *.laz *.tif *.tiff *.asc "
    "*.kml *.kmz *.hgt *.terrain *.mbtiles *.png"
)
ALL_FILES = Text(
    f"模型、地形与矢量文件 ({PATTERNS});;所有文件 (*)", f"Models, terrain and vector files ({PATTERNS});;All files (*)"
)


class Desk(Protocol):
    """The window as its effects see it."""

    state: DeskState
    settings: Settings
    content: DeskContent
    overlays: Overlays
    loading: Loading
    shooting: Shooting
    twin: TwinShow
    live_panels: LivePanels
    replaying: Replaying
    director: Directing
    governing: Governing
    outgoing: Outgoing
    analysing: Analysing
    workbench: Workbench
    self_checking: SelfChecking
    federating: Federating

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def fly(self, pose: CameraPose) -> None:
        """Fly the camera."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files or a twin."""

    def keep(self, settings: Settings) -> None:
        """Keep settings for the next start."""

    def apply_settings(self, settings: Settings) -> None:
        """Show and keep what the person set."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class DeskEffects(QObject):
    """Carries out effects for one desk; `window` owns the dialogs."""

    def __init__(self, desk: Desk, window: QWidget, now: Callable[[], datetime], pictures: Path) -> None:
        super().__init__(window)
        self._desk, self._window, self._now, self._pictures = desk, window, now, pictures
        self._servers = ServerQuestion(window)
        self._servers.named.connect(self._open_path)
        self._doers: dict[str, Callable[[object], None]] = {
            "fly": self._fly,
            "stand": self._stand,
            "ask_files": self._ask_files,
            "ask_twin": self._ask_twin,
            "ask_url": self._ask_url,
            "open_path": self._open_path,
            "save_picture": self._save_picture,
            "copy_object": self._copy_object,
            "keep_bookmark": self._keep_bookmark,
            "forget_bookmark": self._forget_bookmark,
            "show_settings": self._show_settings,
            "show_locator": self._show_locator,
            "show_keys": self._show_keys,
            "show_about": self._show_about,
            "show_self_check": desk.self_checking.show,
            "show_site_hubs": desk.federating.hubs.show,
            "set_full_screen": self._set_full_screen,
            "cancel_jobs": self._cancel_jobs,
            "set_moment_to_now": self._set_moment_to_now,
            "go_to_station": desk.live_panels.go_to_station,
            "find_station": desk.live_panels.find_station,
            "show_alarm": desk.live_panels.show_alarm,
            "show_next_alarm": desk.live_panels.show_next_alarm,
            "acknowledge_alarm": desk.live_panels.acknowledge_alarm,
            "replay": desk.replaying.wish,
            "export_past": desk.replaying.export,
            "direct": desk.director.do,
            "govern": desk.governing.do,
            "hand_out": desk.outgoing.do,
            "analyse": desk.analysing.do,
            "use_tool": desk.workbench.do,
            "quit": self._quit,
        }

    def carry_out(self, effect: Effect) -> None:
        """Do it."""
        self._doers[effect.kind](effect.argument)

    def copy_text(self, text: str) -> None:
        """Put a text on the clipboard and say so."""
        QGuiApplication.clipboard().setText(text)
        self._desk.say(COPIED)

    def _fly(self, pose: object) -> None:
        if isinstance(pose, CameraPose):
            self._desk.fly(pose)
            return
        facts = self._desk.overlays.inspector.facts
        state = self._desk.state
        if facts is not None and state.stage.selection:
            height = facts.height_m or 0.0
            size = max(facts.size_m, height)
            self._desk.perform("camera.fly", seen_from_here(facts.place, size, state.stage.camera, state.home.fov_deg))

    def _stand(self, _argument: object) -> None:
        pose = self._desk.state.stage.camera
        self._desk.fly(standing(pose, pose.target[0], pose.target[1], self._desk.content.ground))

    def _ask_files(self, _argument: object) -> None:
        say = self._desk.state.language
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, OPEN_FILES.in_language(say), "", ALL_FILES.in_language(say)
        )
        if paths:
            self._desk.open_paths([Path(path) for path in paths])

    def _ask_twin(self, _argument: object) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, OPEN_TWIN.in_language(self._desk.state.language))
        if folder:
            self._desk.open_paths([Path(folder)])

    def _ask_url(self, _argument: object) -> None:
        self._servers.ask_address(self._desk.state.language)

    def _open_path(self, path: object) -> None:
        self._desk.open_paths([Path(str(path))])

    def _save_picture(self, factor: object) -> None:
        shooting = self._desk.shooting
        if shooting.is_busy:
            self._desk.say(STILL_DRAWING)
        elif not shooting.take(int(str(factor)), self._pictures, f"{self._now():%Y%m%d-%H%M%S}"):
            self._desk.say(NOTHING_TO_DRAW)

    def _copy_object(self, _argument: object) -> None:
        facts = self._desk.overlays.inspector.facts
        if facts is not None:
            self.copy_text(as_json(facts))

    def _keep_bookmark(self, _argument: object) -> None:
        desk = self._desk
        state, project, say = desk.state, desk.content.project, desk.state.language
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(KEEP_VIEW.in_language(say))
        dialog.setLabelText(NAME_OF_VIEW.in_language(say))
        dialog.setTextValue(name_for_bookmark(desk.settings, project, state))
        dialog.setOkButtonText(KEEP.in_language(say))
        dialog.setCancelButtonText(LEAVE.in_language(say))
        dialog.textValueSelected.connect(partial(self._on_view_named, state, project))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_view_named(self, state: DeskState, project: TwinProject, name: str) -> None:
        desk = self._desk
        desk.keep(with_bookmark(desk.settings, project, state, name))
        desk.twin.show_bookmarks()

    def _forget_bookmark(self, number: object) -> None:
        desk = self._desk
        place = int(str(number)) - 1 - len(desk.content.project.bookmarks)
        desk.keep(without_bookmark(desk.settings, desk.content.project, place))
        desk.twin.show_bookmarks()

    def _show_settings(self, _argument: object) -> None:
        dialog = SettingsDialog(self._desk.settings, self._desk.state.language, self._window)
        dialog.settings_asked.connect(self._desk.apply_settings)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_locator(self, _argument: object) -> None:
        self._desk.overlays.locator.open()
        self._desk.overlays.arrange()

    def _show_keys(self, _argument: object) -> None:
        sheet = self._desk.overlays.help
        if sheet.isVisible():
            sheet.close_sheet()
        else:
            sheet.open()
            self._desk.overlays.arrange()

    def _show_about(self, _argument: object) -> None:
        content = self._desk.content
        dialog = AboutDialog(
            content.project.attribution,
            content.licences(),
            self._desk.state.language,
            self._window,
            self._desk.workbench.plug_ins(),
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _set_full_screen(self, is_full: object) -> None:
        full = Qt.WindowState.WindowFullScreen  # what was maximised is so again afterwards
        state = self._window.windowState()
        self._window.setWindowState(state | full if is_full else state & ~full)

    def _cancel_jobs(self, _argument: object) -> None:
        self._desk.loading.cancel_all()

    def _set_moment_to_now(self, _argument: object) -> None:
        self._desk.perform("time.set", self._now())

    def _quit(self, _argument: object) -> None:
        self._window.close()
