"""The desk as director: a real window, a real hub process, other screens that speak the protocol."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sanping.domain.view import CameraPose
from sanping.stage.sharing import Focus
from sanping.stage.timeline import LIVE, Timeline
from ui.director_room import Room, open_room

pytestmark = pytest.mark.gui


@pytest.fixture
def room(qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[Room]:
    with open_room(qtbot, tmp_path, repository) as opened:
        yield opened


def test_a_linked_desk_leads_the_wall_live_and_leaves_it_alone_without_a_link(room: Room) -> None:
    # given a wall, and a desk that takes no part
    wall = room.screen("east-wall", "wall")
    room.look(300.0)
    before = dict(wall.show.values)

    # when the link is switched on, and the camera, the water and the style are changed
    room.window.perform("director.link")
    room.until(lambda: room.conductor.show.is_leading)
    pose = room.look(450.0)
    room.window.perform("river.water_class")
    room.until(lambda: room.shows(wall, pose) and wall.show.values["water_colour"].value == b'"class"')

    # then the wall was told nothing before and everything after; the panels say who leads
    assert before == {}
    assert {"camera", "style", "moment", "layers"} <= set(wall.show.values)
    panels = room.window.overlays
    room.until(lambda: panels.director.view.is_leading)
    assert panels.director.status.text() == "本席主控中"
    room.until(panels.lead.isVisible)
    room.until(lambda: [line.screen for line in panels.screens.lines] == ["desk", "east-wall"])
    assert panels.screens.lines[0].is_own
    room.until(lambda: not panels.director.view.waiting)


def test_a_preview_holds_the_wall_until_the_take(room: Room) -> None:
    # given a wall that shows what the desk leads
    wall = room.screen("east-wall", "wall")
    room.window.perform("director.link")
    held = room.look(450.0)
    room.until(lambda: room.shows(wall, held))
    room.has_shown(held)

    # when the desk previews, moves on, and takes with a cut
    room.window.perform("director.preview")
    pose = room.look(250.0)
    room.window.perform("view.style")
    room.qtbot.wait(300)
    is_held = room.shows(wall, held)
    panel = room.window.overlays.director
    room.until(lambda: "镜头" in panel.difference.text())
    room.window.perform("director.cut")
    room.until(lambda: room.shows(wall, pose))

    # then the wall stayed until the take, got everything at once, and the view is kept
    assert is_held
    room.until(lambda: wall.show.values["style"].value == b'"day"')
    assert room.window.state.director.is_previewing
    assert room.window.state.director.taken[0].values["camera"] == msgspec.json.encode(pose)
    room.until(lambda: panel.difference.text() == "大屏与本席一致")


def test_a_smooth_take_glides_to_the_new_view(room: Room) -> None:
    # given a wall that shows one view while the desk previews another
    wall = room.screen("east-wall", "wall")
    room.window.perform("director.link")
    held = room.look(800.0)
    room.until(lambda: room.shows(wall, held))
    room.has_shown(held)
    room.window.perform("director.preview")
    pose = room.look(200.0)
    seen: list[float] = []
    wall._conversation._on_show = lambda show: seen.append(
        msgspec.json.decode(show.values["camera"].value, type=CameraPose).distance_m
    )

    # when it takes smoothly
    room.window.perform("director.take")
    room.until(lambda: room.shows(wall, pose))

    # then the wall's camera came nearer by steps, as many as the machine had time for
    between = [distance for distance in seen if 200.0 < distance < 800.0]
    assert between
    assert between == sorted(between, reverse=True)


def test_a_phone_that_asks_is_seen_and_granted_and_the_desk_follows_it(room: Room) -> None:
    # given a desk that leads, and a phone that asks for the floor
    room.window.perform("director.link")
    room.look(450.0)
    room.until(lambda: room.conductor.show.is_leading)
    phone = room.screen("phone-77", "phone")
    phone.floor("request")
    strip = room.window.overlays.lead
    room.until(lambda: strip.view.asks == "phone-77")
    room.window.perform("workspace.city")
    is_asked_everywhere = strip.isVisible() and strip.grant.isVisible()

    # when it is granted on the strip and the phone turns the camera
    strip.grant.click()
    room.until(lambda: phone.show.is_leading)
    pose = replace(room.window.state.stage.camera, heading_deg=123.0, distance_m=333.0)
    phone.share("camera", pose)
    room.until(lambda: room.window.state.stage.camera == pose)

    # then the desk says who leads, and follows without writing anything itself
    assert is_asked_everywhere
    room.until(lambda: "正在主导" in strip.words.text())
    assert "手机" in strip.words.text()
    assert phone.show.is_leading
    assert room.conductor.is_following

    # when the person moves the camera all the same
    own = room.look(700.0)
    phone.share("camera", replace(pose, heading_deg=200.0))
    room.until(lambda: msgspec.json.decode(room.conductor.show.values["camera"].value)["heading_deg"] == 200.0)

    # then the desk looks around freely until it is to follow again
    assert room.window.state.stage.camera == own
    assert not room.window.state.director.follows
    room.until(strip.follow.isVisible)
    strip.follow.click()
    room.until(lambda: room.window.state.stage.camera.heading_deg == 200.0)


def test_a_locked_wall_refuses_others_and_is_taken_back_from_a_phone(room: Room) -> None:
    # given a desk that leads and locks
    room.window.perform("director.link")
    room.until(lambda: room.conductor.show.is_leading)
    room.window.perform("director.lock")
    room.until(lambda: room.conductor.show.floor.is_locked)
    panel = room.window.overlays.director
    room.until(lambda: panel.lock.text() == "解锁")

    # when it is opened again, given to a phone, and taken back
    room.window.perform("director.lock")
    room.until(lambda: not room.conductor.show.floor.is_locked)
    phone = room.screen("phone-77", "phone")
    phone.floor("request")
    room.until(lambda: room.conductor.show.floor.queue)
    room.window.perform("director.grant")
    room.until(lambda: phone.show.is_leading)
    room.until(lambda: not room.conductor.show.is_leading)
    room.window.perform("director.seize")
    room.until(lambda: room.conductor.show.is_leading)

    # then the desk leads again
    room.until(lambda: not phone.show.is_leading)
    room.until(lambda: panel.status.text() == "本席主控中")


def test_number_keys_recall_scenes_in_the_director_s_workspace(room: Room) -> None:
    from PySide6.QtCore import Qt

    # given two scenes that were kept, and a view elsewhere
    first = room.look(300.0)
    room.window.perform("scene.keep_1")
    room.look(600.0)
    room.window.perform("scene.keep_2")
    room.window.perform("direct.name_scene", "1 河口")
    room.look(900.0)
    room.come_to_front()

    # when key 1 is pressed
    room.window.viewport.setFocus()
    room.qtbot.keyClick(room.window.viewport, Qt.Key.Key_1)
    room.until(lambda: room.window.state.stage.camera == first)

    # then the view is the scene's; both are kept with their names for the next start
    stored = room.kept[-1].scenes
    assert [(scene.number, scene.name) for scene in stored] == [(1, "河口"), (2, "场景 2")]
    assert stored[0].values["camera"]["distance_m"] == 300.0
    room.until(lambda: room.window.overlays.scenes.tiles[0].view.name == "河口")


def test_enter_takes_only_while_the_view_has_the_keyboard(room: Room) -> None:
    from PySide6.QtCore import Qt

    # given a desk that previews
    wall = room.screen("east-wall", "wall")
    room.window.perform("director.preview")
    pose = room.look(250.0)
    room.come_to_front()

    # when Enter is pressed in the view
    room.window.viewport.setFocus()
    room.qtbot.keyClick(room.window.viewport, Qt.Key.Key_Return)
    room.until(lambda: room.shows(wall, pose))

    # then the view was taken, and in another workspace the key means nothing
    room.window.perform("workspace.city")
    assert not any(shortcut.isEnabled() for shortcut in room.window.director._enter)


def test_a_station_is_sent_to_the_wall_and_closed_there(room: Room) -> None:
    # given a wall and an open station
    wall = room.screen("east-wall", "wall")
    room.window.live_panels.open_station("G1")

    # when its button for the wall is pressed, and the detail is closed later
    room.window.perform("director.send_station")
    room.until(lambda: "focus" in wall.show.values)
    shown = msgspec.json.decode(wall.show.values["focus"].value, type=Focus)
    room.has_shown(room.window.state.stage.camera)
    room.window.perform("director.close_focus")
    room.until(lambda: wall.show.values["focus"].value == b"null")

    # then the wall showed it, and the desk holds its further moves back
    assert shown == Focus(kind="station", id="G1")
    assert room.window.state.director.is_previewing


def test_a_hand_on_the_wall_is_followed_and_the_desk_leads_again_when_it_acts(room: Room) -> None:
    # given a desk that leads a wall
    wall = room.screen("east-wall", "wall")
    room.window.perform("director.link")
    room.look(450.0)
    room.until(lambda: room.conductor.show.is_leading)

    # when somebody turns the wall by hand, and leaves it
    wall.floor("seize")
    room.until(lambda: wall.show.is_leading)
    pose = replace(room.window.state.stage.camera, heading_deg=77.0)
    wall.share("camera", pose)
    room.until(lambda: room.window.state.stage.camera == pose)
    badge = room.window.overlays.lead.words.text()
    wall.floor("release")
    room.until(lambda: not room.conductor.show.floor.holder)
    own = room.look(610.0)

    # then the desk followed with a badge, and leads again as soon as it moves
    assert "正在主导" in badge
    room.until(lambda: room.shows(wall, own))
    assert room.conductor.show.is_leading


def test_a_desk_that_led_leads_again_when_its_hub_comes_back(room: Room) -> None:
    import os
    import signal

    # given a desk that leads live
    room.window.perform("director.link")
    room.look(450.0)
    room.until(lambda: room.conductor.show.is_leading)

    # when its hub is killed and started anew
    process = room.hub.process_number
    assert process is not None
    os.kill(process, signal.SIGKILL)
    room.until(lambda: not room.conductor.is_ready)
    room.until(lambda: room.window.overlays.director.status.text() == "未连接中枢，不能联动")
    room.until(lambda: room.conductor.is_ready)

    # then it leads there, and the new hub knows what it shows
    room.until(lambda: room.conductor.show.is_leading)
    room.has_shown(room.window.state.stage.camera)


def test_a_desk_that_follows_goes_where_the_leader_goes_in_time_and_opens_what_it_shows_large(room: Room) -> None:
    # given a desk that follows a wall
    room.window.perform("director.link")
    wall = room.screen("east-wall", "wall")
    wall.floor("seize")
    room.until(lambda: room.conductor.is_following)
    machine = room.window.replaying.machine

    # when the wall goes ten minutes back, shows a station and a case large, and returns to the present
    then_ms = room.window.living.now_ms() - 600_000
    wall.share("timeline", Timeline(mode="paused", at_ms=then_ms))
    room.until(lambda: machine.timeline.at_ms == then_ms)
    wall.share("focus", Focus(kind="station", id="G1"))
    room.until(lambda: room.window.state.station == "G1")
    wall.share("focus", Focus(kind="case", id="310107-20260921-0007"))
    room.until(lambda: room.window.state.case == "310107-20260921-0007")
    has_panels = {"station", "case"} <= room.window.state.panels
    wall.share("timeline", LIVE)
    room.until(lambda: machine.timeline.mode == "live")

    # then the desk was there with it, its sheets are open, and it still follows where it directs
    assert has_panels
    assert room.window.state.workspace == "director"
    assert room.conductor.is_following
    assert room.window.state.stage.timeline.at_ms is None


def test_how_a_desk_is_linked_is_kept_and_a_linked_one_leads_only_once_it_acts(
    qtbot: Any, tmp_path: Path, repository: Path
) -> None:
    # given a person who was linked live and looked around freely
    with open_room(qtbot, tmp_path, repository, link="live", follows=False) as room:
        wall = room.screen("east-wall", "wall")
        director = room.window.state.director
        began = (director.is_linked, director.is_previewing, director.follows, wall.show.floor.holder)

        # when the desk is moved, and later previews
        pose = room.look(450.0)
        room.until(lambda: room.shows(wall, pose))
        room.window.perform("director.preview")

        # then it began as it was left and took nothing before it moved; how it is now is kept
        assert began == (True, False, False, "")
        assert dict(wall.show.values)
        assert (room.kept[-1].link, room.kept[-1].follows) == ("preview", True)
