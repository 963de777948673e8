"""The parts of the director's desk, each by itself: what they show and what they ask for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sanping.domain.device import Device
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.settings.settings import Settings, StoredScene, load_settings, save_settings
from sanping.ui.director.gliding import Glide
from sanping.ui.director.lead_strip import LeadStrip, LeadView
from sanping.ui.director.plan_view import PREVIEW, PROGRAMME, Plan, PlanView
from sanping.ui.director.qr_code import QUIET_ZONE, QrCode
from sanping.ui.director.room_views import is_same_view, screen_lines
from sanping.ui.director.screens_panel import ScreensPanel
from sanping.ui.director.sharing_pump import SharingPump
from sanping.ui.director.stored_scenes import scenes_in, with_scenes
from sanping.ui.director.tiles import Tile, TileView
from sanping.ui.icons import Icons
from sanping.ui.qr_modules import modules_of
from sanping.wire.show import FloorState, Lack, Member

pytestmark = pytest.mark.gui
POSE = CameraPose(target=(100.0, 200.0, 0.0), heading_deg=90.0, distance_m=500.0)
LACK = Lack(title_zh="实景三维", title_en="Photogrammetry", why_zh="服务器不在线", why_en="the server is away")


@pytest.fixture
def icons(qapp: Any, repository: Path) -> Icons:
    return Icons(repository / "assets" / "icons")


def colours_of(widget: Any) -> set[tuple[int, int, int]]:
    """Return every colour of a widget's picture."""
    image = widget.grab().toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {(colour.red(), colour.green(), colour.blue()) for colour in pixels}


def test_values_within_one_frame_go_out_together_the_latest_of_each_key(qtbot: Any) -> None:
    # given a pump that has just sent a camera
    sent: list[tuple[str, Any]] = []
    pump = SharingPump(lambda key, value: sent.append((key, value)))
    pump.put({"camera": 1})

    # when more comes within the frame
    pump.put({"camera": 2})
    pump.put({"style": "day"})
    pump.put({"camera": 3})
    at_once = list(sent)
    qtbot.waitUntil(lambda: len(sent) == 3, timeout=10_000)

    # then the first went at once, and of the rest the latest of each key
    assert at_once == [("camera", 1)]
    assert dict(sent[1:]) == {"camera": 3, "style": "day"}


def test_what_waits_is_forgotten_when_the_floor_is_lost(qtbot: Any) -> None:
    # given a value that waits for its frame
    sent: list[tuple[str, Any]] = []
    pump = SharingPump(lambda key, value: sent.append((key, value)))
    pump.put({"camera": 1})
    pump.put({"camera": 2})

    # when the pump is stopped
    pump.stop()
    qtbot.wait(60)

    # then it never goes out
    assert sent == [("camera", 1)]


def test_a_glide_ends_in_the_very_pose_and_can_be_stopped(qtbot: Any) -> None:
    # given a glide
    poses: list[CameraPose] = []
    glide = Glide()
    glide.pose_reached.connect(poses.append)
    end = replace(POSE, distance_m=90.0, heading_deg=10.0)

    # when it runs to its end, and another is stopped at once
    glide.begin(POSE, end)
    qtbot.waitUntil(lambda: bool(poses) and poses[-1] == end, timeout=20_000)
    count = len(poses)
    glide.begin(end, POSE)
    glide.stop()
    qtbot.wait(80)

    # then the end was reached exactly, and the other led nowhere
    assert all(90.0 <= pose.distance_m <= 500.0 for pose in poses)
    assert not glide.is_gliding
    assert POSE not in poses[count:]


def test_the_plan_shows_both_cameras_in_their_colours(qtbot: Any) -> None:
    # given a plan of a wall and a desk that look at different places
    view = PlanView()
    qtbot.addWidget(view)
    view.resize(300, 138)

    # when it is drawn with both, and empty
    view.show_plan(Plan(programme=POSE, preview=replace(POSE, target=(900.0, 500.0, 0.0)), points=((0.0, 0.0),)))
    both = colours_of(view)
    view.show_plan(Plan())
    empty = colours_of(view)

    # then red and green are there, or neither
    for colour in (PROGRAMME, PREVIEW):
        known = (colour.red(), colour.green(), colour.blue())
        assert known in both
        assert known not in empty


def test_a_code_is_drawn_so_that_a_camera_reads_it(qtbot: Any) -> None:
    # given a code with a link
    link = "http://192.168.1.20:8800/#pair=Zk3h-9_aQ"
    code = QrCode()
    qtbot.addWidget(code)
    code.show_words(link)

    # when its picture is sampled in the middle of every module
    modules = modules_of(link)
    image = code.grab().toImage()
    side = code.width() // (len(modules) + 2 * QUIET_ZONE)
    left = (code.width() - side * (len(modules) + 2 * QUIET_ZONE)) / 2
    drawn = tuple(
        tuple(
            image.pixelColor(
                int(left + (column + QUIET_ZONE + 0.5) * side), int(left + (row + QUIET_ZONE + 0.5) * side)
            ).red() < 100
            for column in range(len(modules))
        )
        for row in range(len(modules))
    )  # fmt: skip

    # then it is the code, with a white edge of four modules
    assert drawn == modules
    assert image.pixelColor(int(left + side), int(left + side)).red() > 250
    assert side >= 4


def test_rows_of_screens_follow_who_leads_and_who_asks(qtbot: Any, icons: Icons) -> None:
    from sanping.stage.show import ShowState

    # given a room with a wall, a phone that asks, and this desk, which leads
    members = {
        "desk": Member(screen="desk", kind="desk", role="admin", rtt_ms=0.4),
        "wall": Member(
            screen="wall", kind="wall", name="东墙", role="viewer", rtt_ms=3.2, width_px=7680, height_px=2160
        ),
        "kiosk": Member(screen="kiosk", kind="kiosk", lacks=(LACK,)),
        "p1": Member(screen="p1", kind="phone", name="小李", role="grid_worker", follows=False, rtt_ms=300.0),
    }
    floor = FloorState(holder="desk", fence=3, queue=("p1",))
    show = ShowState(me="desk", is_linked=True, floor=floor, members=members)
    panel = ScreensPanel(icons)
    qtbot.addWidget(panel)
    asked: list[str] = []
    panel.grant_asked.connect(asked.append)

    # when they are shown and the request is granted
    panel.show_lines(screen_lines(show))
    panel.row("p1").grant.click()

    # then who leads stands first, who asks second, with what people need to decide
    assert [line.screen for line in panel.lines] == ["desk", "p1", "kiosk", "wall"]
    assert asked == ["p1"]
    assert "小李" in panel.row("p1").name.text()
    assert "网格员" in panel.row("p1").about.text()
    assert panel.row("wall").rtt.text() == "3.2 ms"
    assert "7680×2160" in panel.row("wall").about.text()
    assert panel.row("kiosk").about.text() == "未显示：实景三维"
    panel.set_language("en")
    assert panel.row("p1").state.text() == "asks to lead"
    assert panel.row("kiosk").about.text() == "Not shown: Photogrammetry"
    assert panel.row("kiosk").about.toolTip() == "Photogrammetry: the server is away"

    # when the phone leaves
    panel.show_lines(screen_lines(replace(show, members={"desk": members["desk"]}, floor=FloorState(holder="desk"))))

    # then its row is gone, and the panel says how others come
    assert [line.screen for line in panel.lines] == ["desk"]
    assert not panel.hint.isHidden()


def test_the_strip_speaks_only_when_there_is_something_to_say(qtbot: Any) -> None:
    # given a strip
    strip = LeadStrip()
    qtbot.addWidget(strip)
    answered: list[str] = []
    strip.deny_asked.connect(answered.append)

    # when a phone asks and is denied
    was_silent = not strip.has_words
    strip.show_view(LeadView(words=Text("本席主控中", "This desk leads"), asks="p1", asks_name=Text("小李", "Li")))
    strip.deny.click()
    strip.set_language("en")

    # then it says who asks, in the language of the person, and whom to answer
    assert was_silent
    assert strip.asking.text() == "Li asks for the floor"
    assert answered == ["p1"]


def test_an_empty_tile_and_one_on_the_wall_look_different(qtbot: Any) -> None:
    # given a tile
    tile = Tile(70, has_name=True)
    qtbot.addWidget(tile)
    tile.resize(100, 70)

    # when it is empty, then holds the view of the wall
    tile.show_view(TileView(mark="4"))
    empty = colours_of(tile)
    tile.show_view(TileView(mark="4", name="河口", plan=Plan(preview=POSE), is_shown=True))
    shown = colours_of(tile)

    # then only the latter has the red edge
    assert (255, 92, 92) in shown
    assert (255, 92, 92) not in empty
    assert tile.accessibleName() == "河口"


def test_scenes_are_kept_by_twin_and_a_broken_value_is_left_out(tmp_path: Path) -> None:
    # given settings with a good scene, one with a broken camera, one on an impossible key, and one of another twin
    good = {"camera": {"target": [1.0, 2.0, 3.0], "distance_m": 80.0}, "style": "day"}
    broken = {"camera": {"target": "here"}, "style": "night"}
    stored = (
        StoredScene(twin="/a", number=2, name="甲", values=good),
        StoredScene(twin="/a", number=1, name="乙", values=broken),
        StoredScene(twin="/a", number=12, name="丙", values=good),
        StoredScene(twin="/b", number=1, name="丁", values=good),
    )
    settings = Settings(scenes=stored)

    # when the scenes of one twin are read, and kept again through the file
    scenes = scenes_in(settings, "/a")
    save_settings(with_scenes(settings, "/a", scenes), tmp_path / "settings.json")
    again = load_settings(tmp_path / "settings.json")

    # then the broken value is left out, the other twin's scene stays
    assert [(scene.number, scene.name, sorted(scene.values)) for scene in scenes] == [
        (1, "乙", ["style"]),
        (2, "甲", ["camera", "style"]),
    ]
    assert scenes_in(again, "/a") == scenes
    assert [scene.name for scene in scenes_in(again, "/b")] == ["丁"]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (replace(POSE, heading_deg=90.1), True),
        (replace(POSE, heading_deg=449.95 - 360.0), True),
        (replace(POSE, heading_deg=95.0), False),
        (replace(POSE, distance_m=520.0), False),
        (replace(POSE, target=(150.0, 200.0, 0.0)), False),
    ],
)
def test_views_that_look_alike_count_as_the_same(other: CameraPose, is_same: bool) -> None:
    # given a view and another

    # when they are compared

    # then small differences do not count
    assert is_same_view(POSE, other) == is_same


def test_devices_that_ask_are_shown_with_their_digits(qtbot: Any, icons: Icons, repository: Path) -> None:
    from PySide6.QtWidgets import QMainWindow, QToolButton

    from sanping.commands.desk_actions import ACTIONS
    from sanping.ui.action_book import ActionBook
    from sanping.ui.director.pairing_panel import APPROVE, CodeView, PairingPanel

    # given a panel with a code, and a phone that asks for a role
    window = QMainWindow()
    qtbot.addWidget(window)
    panel = PairingPanel(ActionBook(ACTIONS, icons, window), icons, window)
    asked: list[str] = []
    panel.approve_asked.connect(asked.append)
    phone = Device(id="phone-1", name="小李的手机", asked="operator", match="0471")

    # when both are shown and it is approved
    panel.show_code(CodeView(link="http://127.0.0.1:8800/#pair=x", left_s=88, is_only_here=True))
    panel.show_devices([phone])
    next(button for button in panel.findChildren(QToolButton) if button.objectName() == APPROVE.en).click()

    # then the link is in the code, the seconds and the way for phones in words, and the id is asked for
    assert panel.qr.words == "http://127.0.0.1:8800/#pair=x"
    assert "88 秒" in panel.countdown.text()
    assert "--lan" in panel.countdown.text()
    assert asked == ["phone-1"]
    assert any(
        "坐席员" in label.text() and "0471" in label.text() for label in panel.findChildren(type(panel.countdown))
    )

    # when the code is over
    panel.show_code(CodeView(link="http://127.0.0.1:8800/#pair=x"))

    # then it is gone
    assert panel.qr.words == ""
    assert panel.countdown.text() == "配对码已失效"


def test_a_desk_at_a_hub_elsewhere_speaks_for_itself_in_its_room(qtbot: Any, twin_folder: Path) -> None:
    from sanping.bootstrap.desk import desk_window
    from sanping.bootstrap.desk_hub import HubChoice
    from sanping.formats.project import load_project

    # given a hub that is named, a room and a name
    choice = HubChoice(address="http://127.0.0.1:9", token="t", room="防汛", name="一号席")

    # when desks are made there and at a hub of their own
    project, settings = load_project(twin_folder), Settings(animation_hz=0)
    cards = []
    for one in (choice, HubChoice(is_wanted=False)):
        window, opener, hubs = desk_window(project, settings, one)
        qtbot.addWidget(window)
        cards.append(window.living.card)
        window.close()
        opener.close()
        hubs.finish()

    # then the first has a name of its own that does not clash with the second
    assert (cards[0].room, cards[0].name) == ("防汛", "一号席")
    assert cards[0].screen.startswith("desk-")
    assert (cards[1].room, cards[1].name, cards[1].screen) == ("main", "", "desk")
