"""sanping.ui.shooting, sanping.ui.picture_writing: screenshots of any size while the window goes on."""

from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from scipy.ndimage import uniform_filter

from sanping.ui import city_show
from ui.test_desk_files import drop
from ui.tiny_twin import write_buildings

pytestmark = pytest.mark.gui


@pytest.fixture
def small(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a small window whose pictures need many parts."""
    monkeypatch.setattr(city_show, "LEAST_PART_PX", 160_000)
    monkeypatch.setattr(city_show, "MOST_PART_PX", 160_000)
    desk.window.setMinimumSize(200, 150)
    desk.window.resize(480, 300)
    desk.picture()
    return desk


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image).astype(np.float64)


def at_once(desk: Any, factor: int) -> np.ndarray:
    """Return the view drawn in one go, as the scene's own picture."""
    width, height = desk.window.viewport.device_size_px
    desk.window.viewport.makeCurrent()
    picture = desk.window.city._scene.picture(width * factor, height * factor).astype(np.float64)
    desk.picture()
    return np.asarray(picture)


def is_alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two pictures differ by the fine noise against banding only."""
    even = np.abs(uniform_filter(one - other, (9, 9, 0))).max(axis=2)
    return bool(np.abs(one - other).mean() < 2.5 and np.percentile(even, 99.5) < 2.5)


def test_a_picture_shows_the_moment_of_the_wish_while_the_window_goes_on(small: Any, qtbot: Any) -> None:
    # given a view
    window = small.window
    wished = at_once(small, 2)
    window.perform("file.picture_2")

    # when the person goes on while it is drawn: another style, another view, an object under the pointer
    qtbot.waitUntil(lambda: window.shooting._drawn_px > 0, timeout=60_000)
    with qtbot.waitSignal(window.loading.picture_saved, timeout=60_000) as saved:
        window.perform("view.style")
        window.perform("move.turn_right")
        window.city.pick(QPointF(240, 150))
        assert window.shooting.is_busy
    qtbot.waitUntil(lambda: not window.shooting.is_busy, timeout=60_000)

    # then the picture is that of the moment of the wish, and the window shows what was asked for since
    assert is_alike(pixels(saved.args[0]), wished)
    assert window.state.stage.style == "day"
    assert small.picture().mean() > wished.mean() + 20


def test_a_picture_is_stopped_within_a_second_and_leaves_nothing(small: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a large picture under way, with its progress in the status bar
    window = small.window
    before = small.picture()
    window.perform("file.picture_4")
    qtbot.waitUntil(lambda: 0 < window.shooting._strips.share < 1, timeout=60_000)
    qtbot.waitUntil(lambda: window.overlays.status.bar._share > 0, timeout=60_000)
    assert window.overlays.status.stop.isVisible()

    # when the person stops it
    begun = monotonic()
    qtbot.mouseClick(window.overlays.status.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.shooting.is_busy, timeout=60_000)
    seconds = monotonic() - begun

    # then it is over within a second, no file is left, and the view is as before
    assert seconds < 1.0
    assert "已停止截图" in window.overlays.status.message.text()
    qtbot.waitUntil(lambda: not list((tmp_path / "pictures").iterdir()), timeout=5_000)
    assert np.abs(small.picture() - before).mean() < 1.0


def test_a_layer_that_arrives_meanwhile_waits_for_the_picture(small: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a picture under way
    window = small.window
    wished = at_once(small, 2)
    window.perform("file.picture_2")

    # when a file is dropped and read, and a second picture is asked for
    with qtbot.waitSignal(window.loading.picture_saved, timeout=60_000) as saved:
        window.perform("file.picture")
        assert "尚未完成" in window.overlays.status.message.text()
        drop(window, write_buildings(tmp_path / "more.city.json", "N", 3, east=100))
    qtbot.waitUntil(lambda: len(window.content.layers) == 4 and not window.shooting.is_busy, timeout=60_000)

    # then the picture is without it, and the window shows it afterwards
    assert is_alike(pixels(saved.args[0]), wished)
    assert "more.city" in window.city._scene._content.names


def test_a_picture_that_cannot_be_written_is_said_to_be_so(small: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a file where the folder of the pictures should be
    (tmp_path / "pictures").write_text("in the way", encoding="utf-8")

    # when a picture is asked for
    small.window.perform("file.picture")
    messages = small.window.overlays.messages
    qtbot.waitUntil(messages.isVisible, timeout=60_000)

    # then the message names the file, and the window is free for the next one
    assert "截图未能保存" in messages.what.text()
    assert "pictures" in messages.details.text()
    qtbot.waitUntil(lambda: not small.window.shooting.is_busy, timeout=60_000)


def test_closing_the_window_ends_a_picture(small: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a large picture under way
    small.window.perform("file.picture_4")
    qtbot.waitUntil(lambda: small.window.shooting._strips.share > 0, timeout=60_000)

    # when the window is closed
    small.window.close()

    # then nothing half-written lies there
    assert not list(tmp_path.glob("pictures/*"))
