"""The real desk window on a tiny twin, with the real readers, workers and scene."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

SIZE = (1000, 620)


def is_in_front(window: Any) -> bool:
    """Ask for the keyboard and say whether it came; without a window manager a window that goes may take it along."""
    if not window.isActiveWindow():
        window.raise_()
        window.activateWindow()
    return bool(window.isActiveWindow())


@dataclass
class Desk:
    """A window with what its tests ask of it."""

    window: Any
    opener: Any
    kept: list[Any] = field(default_factory=list)

    def picture(self) -> Any:
        """Return the view without panels as an array (rows, columns, 3)."""
        import numpy as np

        image = self.window.viewport.grabFramebuffer()
        width, height = image.width(), image.height()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        return pixels[:, : 4 * width].reshape(height, width, 4)[:, :, :3].astype(np.int16)

    def point(self, at: Any, buttons: Any = None) -> None:
        """Move the pointer over the view, whatever else lies on the screen and wherever its own pointer is."""
        from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent

        view, none = self.window.viewport, Qt.MouseButton.NoButton
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            QPointF(view.mapToGlobal(at)),
            none,
            buttons or none,
            Qt.KeyboardModifier.NoModifier,
        )
        QCoreApplication.sendEvent(view, event)

    def come_to_front(self, qtbot: Any) -> None:
        """Make the window the active one: only that one hears its shortcuts."""
        qtbot.waitUntil(lambda: is_in_front(self.window), timeout=60_000)

    def pixel_of(self, name: str, layer: str = "buildings") -> Any:
        """Return the widget point where the middle of an object's roof is drawn."""
        from PySide6.QtCore import QPoint

        from sanping.stage.projection import pixel_of
        from sanping.stage.state import FeatureRef

        facts = self.window.content.facts(FeatureRef(layer=layer, id=name))
        east, north, _ = facts.place
        roof = (east, north, (facts.base_m or 0.0) + (facts.height_m or 0.0))
        pixel = pixel_of(self.window.state.stage.camera, roof, self.window.viewport.size_px)
        return QPoint(round(pixel[0]), round(pixel[1]))


@pytest.fixture(scope="session")
def twin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ui.tiny_twin import write_twin

    return write_twin(tmp_path_factory.mktemp("twins") / "tiny")


@pytest.fixture
def make_desk(qtbot: Any, twin_folder: Path, tmp_path: Path, repository: Path) -> Iterator[Callable[..., Desk]]:
    """Make windows on the tiny twin; each is shown, loaded, and closed at the end."""
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    made: list[Desk] = []

    def make(
        *,
        language: str = "zh",
        opener: Any = None,
        is_loaded: bool = True,
        tools: Sequence[Any] = (),
        hub_of: Any = None,
        **chosen: Any,
    ) -> Desk:
        create_application(language, repository / "assets")
        settings = Settings(**{"language": language, "animation_hz": 0, "quality": "soft", **chosen})
        project = load_project(twin_folder)
        real = TwinOpener(settings)
        real.opened_twin(project)
        kept: list[Any] = []
        window = DeskWindow(
            project,
            opener=opener(real) if opener else real,
            settings=settings,
            keep_settings=kept.append,
            assets=repository / "assets",
            pictures=tmp_path / "pictures",
            tools=tools,
            hub_of=hub_of or (lambda _: None),
            now=lambda: datetime.fromisoformat("2026-11-21T09:30:00+08:00"),
        )
        desk = Desk(window=window, opener=real, kept=kept)
        made.append(desk)
        window.resize(*SIZE)
        qtbot.addWidget(window)
        if is_loaded:
            with qtbot.waitSignal(window.city_shown, timeout=60_000):
                window.show()
            qtbot.waitUntil(lambda: len(window.content.layers) == 3, timeout=60_000)
            qtbot.waitUntil(lambda: is_in_front(window), timeout=60_000)
            desk.picture()
        else:
            window.show()
        return desk

    yield make
    for desk in made:
        desk.window.close()
        desk.opener.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """Return a loaded window."""
    return make_desk()
