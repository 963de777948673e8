"""A desk with a hub of its own, and other screens of the room that speak to it: a wall, a phone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sanping.client.hub_process import HubProcess, hub_command
from sanping.client.link import HubLink
from sanping.domain.view import CameraPose
from ui.tiny_twin import SOUTH, WEST, write_twin

PATIENCE_MS = 60_000
SIZE = (1280, 800)


def write_town(folder: Path, more: str = "") -> Path:
    """Write the tiny twin with two stations and no source, and what more it declares."""
    write_twin(folder)
    lines = ["id,name,name_en,kinds,x,y,interval_s"]
    lines += [f"G{n},水位站{n},Gauge {n},level,{WEST + 80 * n},{SOUTH},60" for n in (1, 2)]
    (folder / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    twin = folder / "twin.toml"
    twin.write_text(twin.read_text(encoding="utf-8") + '\n[live]\nstations = "stations.csv"\n' + more, encoding="utf-8")
    return folder


@dataclass
class Room:
    """A desk's window, its hub, and the other screens."""

    window: Any
    hub: HubProcess
    qtbot: Any
    screens: list[HubLink] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)

    def screen(self, name: str, kind: str) -> HubLink:
        """Link another screen and wait until the desk knows of it."""
        link = HubLink(self.hub.where, screen=name, kind=kind, name="")
        self.screens.append(link)
        link.start()
        self.until(lambda: name in self.conductor.show.members)
        return link

    @property
    def conductor(self) -> Any:
        return self.window.director.conductor

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def shows(self, link: HubLink, pose: CameraPose) -> bool:
        """Say whether a screen was told this camera."""
        value = link.show.values.get("camera")
        return value is not None and msgspec.json.decode(value.value, type=CameraPose) == pose

    def has_shown(self, pose: CameraPose) -> None:
        """Wait until the desk itself knows that the room shows this camera."""
        self.until(lambda: self.conductor.show.values.get("camera"))
        self.until(lambda: msgspec.json.decode(self.conductor.show.values["camera"].value, type=CameraPose) == pose)

    def look(self, distance_m: float) -> CameraPose:
        """Move the desk's camera as a hand on the mouse does; return where it is then."""
        from dataclasses import replace

        pose: CameraPose = replace(self.window.state.stage.camera, distance_m=distance_m)
        self.window.move_camera(pose, "camera")
        return pose

    def come_to_front(self) -> None:
        """Make the window the active one: only that one hears its shortcuts."""

        def is_in_front() -> bool:
            if not self.window.isActiveWindow():
                self.window.raise_()
                self.window.activateWindow()
            return bool(self.window.isActiveWindow())

        self.until(is_in_front)

    def end(self) -> None:
        for link in self.screens:
            link.close()


@contextmanager
def open_room(qtbot: Any, folder: Path, repository: Path, more: str = "", **chosen: Any) -> Iterator[Room]:
    """Show a desk on a town, in the director's workspace, linked to a hub of its own; all ends with it.

    `more` is what the town declares beside, `chosen` are settings of the person.
    """
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    create_application("zh", repository / "assets")
    town, data = write_town(folder / "town", more), folder / "hub"
    settings = Settings(language="zh", animation_hz=0, quality="draft", **chosen)
    opener = TwinOpener(settings)
    hub = HubProcess(hub_command(town, data), data)
    kept: list[Any] = []
    window = DeskWindow(
        load_project(town),
        opener=opener,
        settings=settings,
        keep_settings=kept.append,
        assets=repository / "assets",
        pictures=folder / "pictures",
        hub_of=lambda _: hub,
    )
    qtbot.addWidget(window)
    window.resize(*SIZE)
    with qtbot.waitSignal(window.city_shown, timeout=PATIENCE_MS):
        window.show()
    window.perform("workspace.director")
    room = Room(window=window, hub=hub, qtbot=qtbot, kept=kept)
    room.until(lambda: room.conductor.is_ready)
    yield room
    room.end()
    window.close()
    opener.close()
    assert hub.has_ended(150)
