"""The wall as real windows: its keys, its tiles, and how it follows the desk of a room and takes the floor by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.small_hub import running_hub, write_twin
from sanping.client.link import HubLink
from sanping.domain.view import CameraPose
from sanping.hub.spare_port import free_port
from sanping.stage.plan_shown import PLAN_LAYER
from sanping.stage.show import SharedValue, ShowState
from ui.wall_section import cut_and_drawn_upon

pytestmark = pytest.mark.gui
SIZE = (960, 540)
SCHEME = {
    "plan": "p1", "title": "地块", "alternative": "a1", "name": "方案 A", "number": 1, "count": 1,
    "area": [[636070, 3458070], [636210, 3458070], [636210, 3458130]], "gone": {"buildings": ["B6"]},
    "masses": [{"id": "m1", "outline": [[636090, 3458080], [636130, 3458080], [636130, 3458110]], "base_m": 0.0,
                "height_m": 60.0, "use": "office"}],
}  # fmt: skip
PATIENCE_MS = 60_000


class Hub:
    """A hub that runs already, as the wall asks for it."""

    def __init__(self, running: Any) -> None:
        self._running = running

    def start(self) -> None:
        pass

    def where(self) -> tuple[str, str]:
        where: tuple[str, str] = self._running.where()
        return where

    def close(self) -> None:
        pass


@pytest.fixture
def make_wall(qtbot: Any, twin_folder: Path, repository: Path) -> Iterator[Callable[..., Any]]:
    """Make walls on the tiny twin; each is shown, loaded, and closed at the end."""
    from PySide6.QtCore import QRect

    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.live.link import ScreenCard
    from sanping.ui.wall.layout import layout_for, layouts_for
    from sanping.ui.wall.plan import WallPlan
    from sanping.ui.wall.tiling import Tiling
    from sanping.ui.wall.wall import Wall

    made: list[Any] = []

    def make(  # noqa: PLR0913  each says what is special about a wall
        *, counts: tuple[int, int] = (1, 1), gap_px: int = 0, size: tuple[int, int] = SIZE, hub: Any = None,
        language: str = "zh", folder: Path = twin_folder,
    ) -> Any:  # fmt: skip
        create_application(language, repository / "assets")
        columns, rows = counts
        tile_px = (size[0] // columns, size[1] // rows)
        tiling = Tiling(columns=columns, rows=rows, tile_px=tile_px, gap_px=(gap_px, gap_px))
        plan = WallPlan(
            layout=layout_for(repository / "assets" / "wall", "", tiling),
            boards=layouts_for(repository / "assets" / "wall", "", tiling),
            tiling=tiling,
            tiles=tiling.tiles,
            places=tuple(QRect(tile.left, tile.top, tile.width, tile.height) for tile in tiling.tiles),
            least_px=12.0,
            is_full=False,
            card=ScreenCard(screen="wall-1", kind="wall", name="北墙"),
        )
        settings = Settings(language=language, animation_hz=0, quality="soft")
        project = load_project(folder)
        opener = TwinOpener(settings)
        opener.opened_twin(project)
        wall = Wall(
            project,
            plan,
            opener=opener,
            settings=settings,
            assets=repository / "assets",
            hub_of=lambda _project: hub,
            **({} if hub else {"now": lambda: datetime.fromisoformat("2026-11-21T09:30:00+08:00")}),
        )
        made.append((wall, opener))
        with qtbot.waitSignal(wall.city_shown, timeout=PATIENCE_MS):
            wall.show()
        for window in wall.windows:
            qtbot.waitExposed(window)
            picture(window)
        return wall

    yield make
    for wall, opener in made:
        wall.close()
        wall.deleteLater()
        opener.close()


def picture(window: Any) -> Any:
    """Return what a window shows of the city, without panels, as (rows, columns, 3)."""
    return pixels_of(window.viewport.grabFramebuffer())


def pixels_of(image: Any) -> Any:
    from PySide6.QtGui import QImage

    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].astype(np.int16)


def press(qtbot: Any, window: Any, key: Any, **more: Any) -> None:
    qtbot.keyClick(window, key, **more)


def settled(qtbot: Any, wall: Any) -> None:
    """Wait until the camera rests and the full picture is drawn."""
    qtbot.waitUntil(lambda: not wall.follower.is_moving, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: all(window.city.is_resting for window in wall.windows), timeout=PATIENCE_MS)


def test_a_wall_has_no_frame_and_no_cursor_and_shows_city_and_panels(make_wall: Callable[..., Any]) -> None:
    from PySide6.QtCore import Qt

    # given a wall of one screen
    wall = make_wall()

    # when it is looked at
    window = wall.windows[0]
    city, all_of_it = picture(window), pixels_of(window.grab().toImage())

    # then there is neither frame nor cursor, and glass lies before the city
    assert window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.cursor().shape() == Qt.CursorShape.BlankCursor
    assert city.std() > 4
    box = next(box for box in wall.board.boxes if box.left() < 60 and box.top() > 50)
    inside = np.s_[round(box.top()) + 2 : round(box.bottom()) - 2, round(box.left()) + 2 : round(box.right()) - 2]
    assert np.abs(all_of_it[inside] - city[inside]).mean() > 2


def test_keys_show_the_pattern_and_the_help_and_leave_only_when_asked_twice(
    make_wall: Callable[..., Any], qtbot: Any
) -> None:
    from PySide6.QtCore import Qt

    # given a wall
    wall = make_wall()
    window = wall.windows[0]

    # when T, F1 and Esc are pressed once each
    press(qtbot, window, Qt.Key.Key_T)
    pattern = pixels_of(window.grab().toImage())
    press(qtbot, window, Qt.Key.Key_F1)
    has_help = window.glass.shows_help
    press(qtbot, window, Qt.Key.Key_Escape)

    # then the pattern and the help came and went, and the wall stands; a second Esc at once closes it
    assert (pattern == np.array([255, 205, 70])).all(axis=2).sum() > 100  # its circles
    assert has_help
    assert not window.glass.shows_pattern
    assert not window.glass.shows_help
    assert window.isVisible()
    with qtbot.waitSignal(wall.closed, timeout=PATIENCE_MS):
        press(qtbot, window, Qt.Key.Key_Escape)


@pytest.mark.parametrize("gap_px", [0, 18])
def test_tiles_assemble_into_the_picture_of_one_screen_without_what_the_bezels_hide(
    make_wall: Callable[..., Any], qtbot: Any, gap_px: int
) -> None:
    # given the same view on one screen, and on two by two with a gap between them
    size = (720, 400)
    one = make_wall(size=(size[0] + gap_px, size[1] + gap_px))
    four = make_wall(counts=(2, 2), size=size, gap_px=gap_px)
    settled(qtbot, one)
    settled(qtbot, four)

    # when the tiles are laid beside one another over the picture of the one screen
    whole = picture(one.windows[0])
    assert four.plan.tiling.canvas_px == (whole.shape[1], whole.shape[0])
    assembled = whole.copy()
    for window in four.windows:
        tile = window.tile
        assembled[tile.top : tile.bottom, tile.left : tile.right] = picture(window)

    # then there is next to no difference, not even along the seams; a label that would cross one is left out
    off = np.abs(assembled - whole).max(axis=2)
    assert np.percentile(off, 95) <= 8
    seam = four.windows[0].tile.right
    assert np.percentile(off[:, seam - 4 : seam], 85) <= 8
    assert np.percentile(off[:, seam + gap_px : seam + gap_px + 4], 85) <= 8


def test_a_wall_follows_the_desk_of_its_room_and_ends_where_the_desk_looks(
    make_wall: Callable[..., Any], qtbot: Any, tmp_path: Path
) -> None:
    # given a hub, a tiled wall in its room, and a desk that has the floor
    with running_hub(write_twin(tmp_path / "town", {"a": free_port()}), tmp_path / "data") as hub:
        wall = make_wall(counts=(2, 1), hub=Hub(hub))
        desk = HubLink(hub.where, screen="desk-1", kind="desk", name="李工")
        desk.start()
        try:
            qtbot.waitUntil(lambda: desk.show.is_linked, timeout=PATIENCE_MS)
            desk.floor("request")
            qtbot.waitUntil(lambda: desk.show.is_leading, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: wall.telling.facts.leader is not None, timeout=PATIENCE_MS)
            before = [picture(window) for window in wall.windows]

            # when the desk turns by day, shows a station large and points at a house
            pose = replace(wall.follower.stage.camera, heading_deg=200.0, distance_m=420.0)
            for heading_deg in range(40, 201, 20):
                desk.share("camera", replace(pose, heading_deg=float(heading_deg)))
                qtbot.wait(15)
            desk.share("style", "day")
            desk.share("moment", "2026-06-21T12:00:00+08:00")
            desk.share("focus", {"kind": "station", "id": "S1"})
            desk.share("pointer", {"target": [636150.0, 3458120.0, 20.0]})
            qtbot.waitUntil(lambda: wall.follower.stage.camera == pose, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: wall.telling.facts.focus is not None, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: wall.follower.pointer is not None, timeout=PATIENCE_MS)

            # then every tile shows it, by day, and the wall says who leads
            settled(qtbot, wall)
            after = [picture(window) for window in wall.windows]
            assert all(now.mean() > then.mean() + 20 for now, then in zip(after, before, strict=True))
            assert wall.telling.facts.style == "day"
            assert wall.telling.facts.leader.zh == "中屏 李工"
            assert wall.windows[0].glass.pointer == wall.windows[1].glass.pointer is not None
            assert wall.follower.skipped == 0

            # when the desk shows an alternative of a plan and opens a vote on it
            desk.share("scheme", SCHEME)
            desk.command("vote.open", {"plan": "p1", "title": "地块", "choices": [{"id": n, "name": n} for n in "ab"]})
            qtbot.waitUntil(lambda: wall.telling.facts.ballot is not None, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: wall.telling.facts.scheme is not None, timeout=PATIENCE_MS)

            # then every tile has its blocks and misses what goes, until it is taken away
            scenes = [window.city._scene._content for window in wall.windows]
            assert all(PLAN_LAYER in scene.names and len(scene._painter.kept("buildings")) == 11 for scene in scenes)
            desk.share("scheme", None)
            qtbot.waitUntil(lambda: all(PLAN_LAYER not in scene.names for scene in scenes), timeout=PATIENCE_MS)
            cut_and_drawn_upon(qtbot, wall, desk, scenes)
        finally:
            desk.close()


def test_a_hand_on_the_wall_takes_the_floor_and_gives_it_back_after_a_rest(
    make_wall: Callable[..., Any], qtbot: Any, tmp_path: Path
) -> None:
    from PySide6.QtCore import QPoint, Qt

    # given a wall in a room that the desk leads
    with running_hub(write_twin(tmp_path / "town", {"a": free_port()}), tmp_path / "data") as hub:
        wall = make_wall(hub=Hub(hub))
        desk = HubLink(hub.where, screen="desk-1", kind="desk")
        desk.start()
        try:
            qtbot.waitUntil(lambda: desk.show.is_linked, timeout=PATIENCE_MS)
            desk.floor("request")
            qtbot.waitUntil(lambda: desk.show.is_leading, timeout=PATIENCE_MS)
            start = wall.follower.stage.camera

            # when somebody drags the city on the wall with the right button
            view = wall.windows[0].viewport
            qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=QPoint(400, 260))
            for step in range(1, 9):
                at = QPoint(400 + 12 * step, 260)
                drag(view, at)
                qtbot.wait(10)
            qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=at)

            # then the wall leads, and the desk is told the camera; after a rest nobody leads
            qtbot.waitUntil(lambda: desk.show.floor.holder == "wall-1", timeout=PATIENCE_MS)
            turned = wall.follower.stage.camera
            assert turned.heading_deg != start.heading_deg
            qtbot.waitUntil(lambda: told_camera(desk) == turned, timeout=PATIENCE_MS)
            assert wall.leading.is_leading
            wall.leading.give_back()
            qtbot.waitUntil(lambda: desk.show.floor.holder != "wall-1", timeout=PATIENCE_MS)
            assert wall.follower.is_following
            assert wall.follower.stage.camera == turned
        finally:
            desk.close()


def drag(view: Any, at: Any) -> None:
    """Move the pointer with the right button held, wherever the real pointer is."""
    from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent

    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(view.mapToGlobal(at)), none, Qt.MouseButton.RightButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QCoreApplication.sendEvent(view, event)


def told_camera(link: HubLink) -> CameraPose | None:
    import msgspec

    value = link.show.values.get("camera")
    return None if value is None else msgspec.json.decode(value.value, type=CameraPose)


def test_a_self_test_tells_the_frames_of_every_screen(make_wall: Callable[..., Any], qtbot: Any) -> None:
    from sanping.ui.wall.self_test import SelfTest

    # given a wall of two tiles
    wall = make_wall(counts=(2, 1))
    test = SelfTest(wall, 0.5, wall)

    # when it measures itself for half a second
    with qtbot.waitSignal(test.measured, timeout=PATIENCE_MS) as told:
        test.start()
    rates = told.args[0]

    # then it tells of both screens, and each has drawn
    assert [(rate.tile.column, rate.tile.row) for rate in rates] == [(1, 1), (2, 1)]
    assert all(rate.per_second > 0 and rate.median_ms > 0 for rate in rates)


def test_two_fingers_on_a_tile_turn_and_draw_near_the_camera_of_the_canvas(
    make_wall: Callable[..., Any], qtbot: Any
) -> None:
    from PySide6.QtCore import QPointF

    # given a wall of two tiles without a hub
    wall = make_wall(counts=(2, 1))
    start = wall.follower.stage.camera

    # when two fingers on the right tile move apart, and let go
    middle = QPointF(700.0, 270.0)
    for spread in (60.0, 80.0, 100.0, 120.0):
        wall.windows[1].touched.emit([middle - QPointF(spread, 0), middle + QPointF(spread, 0)])
    wall.windows[1].touched.emit([])

    # then every tile comes nearer, and the wall leads itself
    assert wall.follower.stage.camera.distance_m == pytest.approx(start.distance_m / 2, rel=0.01)
    assert wall.leading.is_leading
    wall.leading.give_back()
    assert not wall.leading.is_leading


def test_a_twin_that_names_no_view_is_shown_whole_and_what_cannot_be_read_is_left_out(
    make_wall: Callable[..., Any], qtbot: Any, tmp_path: Path
) -> None:
    from ui.tiny_twin import write_twin as write_tiny

    # given a twin without views, one of whose layers is damaged
    folder = write_tiny(tmp_path / "plain")
    text = (folder / "twin.toml").read_text(encoding="utf-8")
    (folder / "twin.toml").write_text(text.partition("[[bookmarks]]")[0], encoding="utf-8")
    (folder / "roads.geojson").write_text("no roads here", encoding="utf-8")

    # when the wall shows it, in English
    wall = make_wall(folder=folder, language="en")
    settled(qtbot, wall)

    # then the camera looks at the buildings from above, and the rest is there
    east, north, _ = wall.follower.stage.camera.target
    assert 635_900 < east < 636_500
    assert 3_457_900 < north < 3_458_500
    assert {layer.entry.name for layer in wall.layers} == {"buildings", "places"}
    assert wall.telling.facts.overview.figures[0].value == "12"
    assert picture(wall.windows[0]).std() > 4


def test_a_wall_turns_to_the_board_that_its_room_or_a_key_asks_for(make_wall: Callable[..., Any], qtbot: Any) -> None:
    from PySide6.QtCore import Qt

    # given a wall that tells of the state of the city
    wall = make_wall()
    first = wall.board.boxes

    # when the room wants the other board, and then somebody presses B
    value = SharedValue(revision=1, value=b'"governing"', by="desk-1")
    wall.follower.show(ShowState(me="wall-1", is_linked=True, values={"board": value}))
    second, told = wall.board.boxes, wall.telling.facts.board
    qtbot.keyClick(wall.windows[0], Qt.Key.Key_B)

    # then the panels of the other one stand there, and then the first ones again
    assert told == "governing"
    assert len(second) > len(first)
    assert wall.board.boxes == first
