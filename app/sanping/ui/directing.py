"""The director on the desk: brings the room to the panels and does what the director's actions ask."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from sanping.commands.desk_state import DeskState
from sanping.commands.director_decisions import (
    PANELS_ON_WALL,
    camera_in,
    scene_of,
    to_take,
    view_of,
    with_scene,
    with_taken,
    without_scene,
)
from sanping.commands.director_state import Direct, Director
from sanping.domain.text import Text
from sanping.settings.settings import Settings
from sanping.ui.action_book import ActionBook
from sanping.ui.city_show import CityShow
from sanping.ui.desk_content import DeskContent
from sanping.ui.desk_settings import linked_as_kept
from sanping.ui.director import words
from sanping.ui.director.conductor import Conductor
from sanping.ui.director.device_forms import DeviceForms
from sanping.ui.director.pairing import Pairing
from sanping.ui.director.room_views import director_view, lead_view, name_of_view, screen_lines, tile_views
from sanping.ui.director.stored_scenes import scenes_in, with_scenes
from sanping.ui.flight import Flight
from sanping.ui.live.living import Living
from sanping.ui.overlays import Overlays
from sanping.ui.replaying import Replaying
from sanping.ui.viewport import Viewport

SHOWN_EVERY_MS = 100
PICTURE_PX = 160
PICTURE_AFTER_MS = 400
TO_THE_WALL = Text("上屏：在大屏上放大显示", "To the wall: show it large there")


class Desk(Protocol):
    """The window as its director sees it."""

    state: DeskState
    settings: Settings
    content: DeskContent
    overlays: Overlays
    viewport: Viewport
    city: CityShow
    flight: Flight
    living: Living
    replaying: Replaying
    book: ActionBook

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def show_state(self, new: DeskState) -> None:
        """Show a state."""

    def keep(self, settings: Settings) -> None:
        """Keep settings for the next start."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Directing(QObject):
    """Owns the conductor and the pairing of one desk; `window` owns the dialogs."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self.conductor = Conductor(desk, window)
        self.pairing = Pairing(desk, desk.overlays.pairing, self)
        self.forms = DeviceForms(desk, window, self.pairing.device)
        self._pictures: dict[bytes, QPixmap] = {}
        self._doers = self._all_doers()
        self._senders: list[QToolButton] = []
        self._to_picture = b""
        self._picturing = QTimer(self)
        self._picturing.setSingleShot(True)
        self._picturing.setInterval(PICTURE_AFTER_MS)
        self._picturing.timeout.connect(self._picture_if_quick)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SHOWN_EVERY_MS)
        self._soon.timeout.connect(self.show_room)
        self.conductor.changed.connect(self._show_soon)
        self.conductor.time_led.connect(desk.replaying.go_with)
        self.conductor.taken.connect(self._remember)
        self._enter = [QShortcut(QKeySequence(key), desk.viewport) for key in ("Return", "Enter")]
        for shortcut in self._enter:
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.setEnabled(False)
            shortcut.activated.connect(partial(desk.perform, "director.take"))
        self._connect()

    def _all_doers(self) -> dict[str, Callable[[str], None]]:
        conductor = self.conductor
        return {
            "lead": lambda _: conductor.ask_or_leave(),
            "seize": lambda _: conductor.seize(),
            "take": lambda _: conductor.take(is_smooth=self._desk.state.director.is_smooth),
            "cut": lambda _: conductor.take(is_smooth=False),
            "match": lambda _: conductor.go_to_wall(),
            "lock": lambda _: conductor.lock(),
            "grant": partial(conductor.answer, "grant"),
            "deny": partial(conductor.answer, "deny"),
            "revoke": partial(conductor.floor, "revoke"),
            "keep_scene": self._keep_scene,
            "name_scene": self._name_scene,
            "forget_scene": self._forget_scene,
            "code": lambda _: self.pairing.make_code(),
            "device.approve": self.forms.approve,
            "device.place": self.forms.move,
            "device.decline": partial(self._wish, "device.decline"),
            "device.revoke": partial(self._wish, "device.revoke"),
        }

    def _connect(self) -> None:
        desk, panels = self._desk, self._desk.overlays
        self.conductor.label = lambda: panels.director.label.chosen
        panels.director.label.activated.connect(self._on_label)
        panels.scenes.scene_asked.connect(partial(desk.perform, "direct.recall"))
        panels.scenes.keep_asked.connect(partial(desk.perform, "direct.keep_scene"))
        panels.scenes.forget_asked.connect(partial(desk.perform, "direct.forget_scene"))
        panels.scenes.named.connect(self._on_named)
        panels.scenes.taken_asked.connect(partial(desk.perform, "direct.taken"))
        panels.screens.grant_asked.connect(partial(desk.perform, "direct.grant"))
        panels.screens.deny_asked.connect(partial(desk.perform, "direct.deny"))
        panels.screens.revoke_asked.connect(partial(desk.perform, "direct.revoke"))
        panels.lead.grant_asked.connect(partial(desk.perform, "direct.grant"))
        panels.lead.deny_asked.connect(partial(desk.perform, "direct.deny"))
        panels.lead.follow_asked.connect(partial(desk.perform, "director.follow"))
        panels.pairing.approve_asked.connect(partial(desk.perform, "direct.device.approve"))
        panels.pairing.place_asked.connect(partial(desk.perform, "direct.device.place"))
        panels.pairing.decline_asked.connect(partial(desk.perform, "direct.device.decline"))
        panels.pairing.revoke_asked.connect(partial(desk.perform, "direct.device.revoke"))
        for name in (*PANELS_ON_WALL, "station"):
            button = panels.panels[name].tool_button("wall", TO_THE_WALL)
            button.hide()
            self._senders.append(button)
            button.clicked.connect(partial(self._send_panel, name))

    def follow(self) -> None:
        """Take part in the room of the hub of the twin that is open; its scenes come with it."""
        desk = self._desk
        self.pairing.forget()
        self.forms.close()
        scenes = scenes_in(desk.settings, str(desk.content.project.folder))
        fresh = Director(is_smooth=desk.state.director.is_smooth, scenes=scenes)
        desk.show_state(replace(desk.state, director=linked_as_kept(fresh, desk.settings)))
        for button in self._senders:
            button.setVisible(desk.living.link is not None)
        self.conductor.follow()
        self.show_room()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Look at what the person changed."""
        if new.workspace != old.workspace:
            self._desk.book.show_workspace(new.workspace)
            for shortcut in self._enter:
                shortcut.setEnabled(new.workspace == "director")
            self._show_soon()
        if new.language != old.language:
            self._show_soon()
        self.conductor.present(new, old)

    def do(self, argument: object) -> None:
        """Do what an action asks of the room, the hub or the person."""
        assert isinstance(argument, Direct)
        self._doers[argument.wish](argument.to)

    def close(self) -> None:
        """End."""
        self.conductor.leave()
        self._soon.stop()
        self._picturing.stop()

    # Scenes and views

    def _keep_scene(self, number: str, name: str = "") -> None:
        state = self._desk.state
        scene = scene_of(state, int(number), name)
        self._picture(scene.values["camera"])
        self._take_scenes(with_scene(state.director, scene))
        self._desk.say(words.KEPT.with_values(number=number, name=scene.name))

    def _on_named(self, number: int, name: str) -> None:
        self._desk.perform("direct.name_scene", f"{number} {name}")

    def _name_scene(self, number_and_name: str) -> None:
        number, _, name = number_and_name.partition(" ")
        scene = self._desk.state.director.scene(int(number))
        if scene is not None and name.strip():
            self._take_scenes(with_scene(self._desk.state.director, replace(scene, name=name.strip()[:40])))

    def _forget_scene(self, number: str) -> None:
        self._take_scenes(without_scene(self._desk.state.director, int(number)))

    def _take_scenes(self, director: Director) -> None:
        desk = self._desk
        desk.show_state(replace(desk.state, director=director))
        desk.keep(with_scenes(desk.settings, str(desk.content.project.folder), director.scenes))

    @Slot()
    def _remember(self) -> None:
        """Keep what the wall has got now among the last views."""
        desk, state = self._desk, self._desk.state
        goal = desk.flight.goal or state.stage.camera
        there = replace(state, stage=replace(state.stage, camera=goal))
        at_ms = desk.living.now_ms()
        view = view_of(there, name_of_view(there, at_ms), at_ms)
        desk.show_state(replace(state, director=with_taken(state.director, view)))
        self._to_picture = view.values["camera"]
        self._picturing.start()

    @Slot()
    def _picture_if_quick(self) -> None:
        city, stage, camera = self._desk.city, self._desk.state.stage, self._to_picture
        if city.is_ready and city.is_quick and camera_in({"camera": camera}, stage) == stage.camera:
            self._picture(camera)
            self.show_room()

    def _picture(self, camera: bytes) -> None:
        """Keep a small picture of the view as it is drawn."""
        if self._desk.city.is_ready:
            image = self._desk.viewport.grabFramebuffer()
            if not image.isNull():
                small = image.scaledToWidth(PICTURE_PX, Qt.TransformationMode.SmoothTransformation)
                self._pictures[camera] = QPixmap.fromImage(small)

    # Devices and panels

    @Slot()
    def _on_label(self) -> None:
        """Show again by the label that the person has chosen; what follows has it too."""
        self.conductor.show_labelled()

    def _wish(self, action: str, device: str) -> None:
        self._desk.living.wish(action, {"device": device})

    def _send_panel(self, name: str, _checked: bool = False) -> None:
        self._desk.perform("direct.panel", name)

    # What is shown

    @Slot()
    def _show_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def show_room(self) -> None:
        """Show the room on the panels and on the strip."""
        desk, conductor, panels = self._desk, self.conductor, self._desk.overlays
        show, state = conductor.show, desk.state
        panels.lead.show_view(lead_view(show, state))
        panels.director.offer(desk.content.project.labels, desk.living.state.clearance)
        if state.workspace != "director":
            return
        waits = tuple(to_take(state, show.values)) if conductor.is_ready else ()
        points = tuple((station.x_m, station.y_m) for station in desk.living.part.stations[:400])
        panels.director.show_view(director_view(show, state, waits, points))
        panels.screens.show_lines(screen_lines(show))
        scenes, taken = tile_views(show, state, points, self._pictures)
        panels.scenes.show_scenes(scenes)
        panels.scenes.show_taken(taken)
