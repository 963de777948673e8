"""sanping.ui.stream_following, sanping.ui.wall.screen: all windows of a screen follow one camera within one budget."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from sanping.analysis.stream_budget import Budget, Holdings, Use
from sanping.commands.streamed_layer import FREELY, Ration, StreamState
from sanping.domain.view import CameraPose
from sanping.stage.state import LayerState, Stage
from sanping.ui.stream_following import StreamFollowing
from sanping.ui.wall.screen import WallScreen
from sanping.ui.wall.tiling import Tiling

pytestmark = pytest.mark.gui
POSE = CameraPose(target=(0.0, 0.0, 0.0), distance_m=500.0)


class City(QObject):
    """A window's city as streams see it."""

    drawn = Signal(float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.use, self.kept_to, self.grown = Use(), (0.0, 0), []

    def keep_to(self, error_px: float, graphics_bytes: int) -> None:
        self.kept_to = (error_px, graphics_bytes)

    def grow_stream(self, name: str, stream: Any, *, is_settled: bool) -> None:
        self.grown.append((name, is_settled))


class Stream:
    """Eight loaded tiles of 10 bytes, two of them needed; more come while there is room."""

    def __init__(self) -> None:
        self.rations: list[Ration] = []
        self.heights_px: list[float] = []
        self.tiles, self.is_closed, self.state = list(range(8)), False, StreamState(loading=1)

    @property
    def holdings(self) -> Holdings:
        tiles = np.array(self.tiles, np.int64)
        none = np.zeros(len(tiles), np.bool_)
        return Holdings(tiles=tiles, sizes=np.full(len(tiles), 10), last_used=tiles, is_kept=none, is_needed=tiles < 2)

    def look(self, gaze: Any, ration: Ration = FREELY) -> bool:
        self.rations.append(ration)
        self.heights_px.append(gaze.reach_px)
        self.state = StreamState(loaded=len(self.tiles))
        return len(self.rations) == 1

    def let_go(self, tiles: Any) -> None:
        self.tiles = [tile for tile in self.tiles if tile not in tiles]

    def close(self) -> None:
        self.is_closed = True


def layer_of(name: str, stream: Stream) -> Any:
    return SimpleNamespace(entry=SimpleNamespace(name=name), opened=SimpleNamespace(stream=stream))


@pytest.fixture
def wall(qtbot: Any) -> Any:
    """A wall of two screens beside one another, with two streamed layers, the second of them hidden."""
    parent = QObject()
    stage = Stage(
        camera=POSE,
        style="night",
        moment=datetime(2026, 11, 21, tzinfo=UTC),
        layers={"hidden": LayerState(is_visible=False)},
    )
    made = SimpleNamespace(
        parent=parent, streams=[Stream(), Stream()], follower=SimpleNamespace(stage=stage),
        plan=SimpleNamespace(tiling=Tiling(columns=2, tile_px=(960, 540))),
        windows=[SimpleNamespace(city=City(parent)) for _ in range(2)],
    )  # fmt: skip
    made.layers = [layer_of(name, stream) for name, stream in zip(("shown", "hidden"), made.streams, strict=True)]
    return made


def test_every_window_gets_what_the_one_camera_of_the_wall_needs(wall: Any, qtbot: Any) -> None:
    # given a wall of two screens that may use 200 bytes of either memory
    following = StreamFollowing(WallScreen(wall), Budget(graphics_bytes=200, memory_bytes=200), wall.parent)
    shown, hidden = wall.streams
    grown: list[str] = []
    following.grown.connect(grown.append)

    # when a frame of one of them was drawn
    with qtbot.waitSignal(following.looked, timeout=5000):
        wall.windows[1].city.drawn.emit(10.0)

    # then the layer that is shown was looked at over the whole canvas, and both windows got its tiles
    assert shown.heights_px == [pytest.approx(540 / 2 / np.tan(np.radians(POSE.fov_deg / 2)))]
    assert hidden.rations == []
    assert grown == ["shown"]
    for window in wall.windows:
        assert window.city.grown == [("shown", True)]
        assert window.city.kept_to == (16.0, 20)  # each its half of what loaded tiles leave over

    # and when what is drawn takes more, the hidden layer lets go first and then all is drawn coarser
    for window in wall.windows:
        window.city.use = Use(graphics_bytes=60, memory_bytes=60)
    following.look()
    assert (len(shown.tiles), len(hidden.tiles)) == (8, 0)
    assert ("hidden", False) not in wall.windows[0].city.grown[1:2] or hidden.state.loading
    for window in wall.windows:
        window.city.use = Use(graphics_bytes=120, memory_bytes=120)
    following.look()
    assert len(shown.tiles) == 2
    assert shown.rations[-1].error_px == 16.0
    following.look()
    assert shown.rations[-1].error_px == pytest.approx(20.8)
    following.close()
    assert shown.is_closed


def test_a_layer_that_goes_ends_its_stream(wall: Any) -> None:
    following = StreamFollowing(WallScreen(wall), Budget(), wall.parent)
    following.look()

    wall.layers = [replace_stream(wall.layers[0]), *wall.layers[1:]]
    following.look()

    assert wall.streams[0].is_closed
    assert not wall.streams[1].is_closed
    following.close()


def replace_stream(layer: Any) -> Any:
    return layer_of(layer.entry.name, Stream())
