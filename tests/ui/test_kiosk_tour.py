"""The kiosk: its tour, hands that interrupt it, the countdown, and what a tap tells."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.small_notices import warning
from ui.kiosk_stand import Stand, kiosks

pytestmark = pytest.mark.gui


@pytest.fixture
def make_kiosk(qtbot: Any, twin_folder: Path, repository: Path) -> Iterator[Callable[..., Stand]]:
    with kiosks(qtbot, twin_folder, repository) as make:
        yield make


@pytest.fixture
def stand(make_kiosk: Callable[..., Stand]) -> Stand:
    return make_kiosk()


def test_the_tour_runs_from_stop_to_stop_by_night_and_by_day(stand: Stand) -> None:
    # given a kiosk that has opened its city

    # when forty seconds pass
    seen = set()
    for _ in range(40):
        kiosk = stand.after(1.0)
        if not kiosk.attract.veil and kiosk.attract.words == 1.0:
            seen.add((stand.view.caption.title.zh, stand.view.style))

    # then both stops were read, the second by day, and the tour has gone round
    assert seen == {("全城", "night"), ("俯视", "day")}
    assert stand.mode == "tour"
    assert stand.kept[0].stop == 1


def test_a_tour_begins_where_it_was_before_the_restart(make_kiosk: Callable[..., Stand]) -> None:
    # given a kiosk that was at its second stop when it ended
    from sanping.ui.kiosk.plan import Kept

    # when it starts anew
    stand = make_kiosk(kept=Kept(stop=1))

    # then it goes there
    assert stand.kiosk.attract.leg.stop == 1


def test_one_finger_turns_the_city_and_ends_the_tour(stand: Stand) -> None:
    # given a kiosk on its tour
    before = stand.after(6.0).stand.stage.camera

    # when a finger moves to the right
    stand.drag([(400, 300)], [(460, 300)], [(520, 300)])

    # then the camera has turned around its target, and stays with the visitor
    camera = stand.kiosk.stand.stage.camera
    assert camera.heading_deg > before.heading_deg + 10
    assert camera.target == before.target
    assert stand.mode == "hands"
    assert not stand.kiosk.attract.is_playing
    assert stand.after(30.0).stand.stage.camera == camera


def test_two_fingers_move_pinch_and_tilt(stand: Stand) -> None:
    # given a visitor
    stand.after(6.0)
    stand.tap(500, 300)
    start = stand.kiosk.stand.stage.camera

    # when two fingers part, go aside together, and go down beside each other
    stand.drag([(450, 300), (550, 300)], [(400, 300), (600, 300)], [(350, 300), (650, 300)])
    nearer = stand.kiosk.stand.stage.camera
    stand.drag([(450, 250), (500, 400)], [(500, 250), (550, 400)], [(550, 250), (600, 400)])
    moved = stand.kiosk.stand.stage.camera
    stand.drag([(450, 300), (550, 300)], [(450, 340), (550, 340)], [(450, 400), (550, 400)])
    tilted = stand.kiosk.stand.stage.camera

    # then the camera has come nearer, gone aside, and lies flatter or steeper than before
    assert nearer.distance_m < 0.6 * start.distance_m
    assert moved.target != nearer.target
    assert moved.distance_m == pytest.approx(nearer.distance_m, rel=0.05)
    assert abs(tilted.pitch_deg - moved.pitch_deg) > 8
    assert tilted.distance_m == pytest.approx(moved.distance_m, rel=0.05)


def test_a_tap_on_a_building_tells_its_name_height_and_kind(stand: Stand) -> None:
    # given a visitor
    stand.after(6.0)

    # when a building is tapped
    stand.tap(*stand.roof_of("B12"))

    # then a card says what it is, and it is lit up
    card = stand.view.card
    assert card.title.zh == "长寿大厦12号"
    assert card.title.en == "Changshou Tower 12"
    assert ("高度", "130.0 米") in [(line.label.zh, line.value.zh) for line in card.lines]
    assert [feature.id for feature in stand.kiosk.stand.stage.selection] == ["B12"]


def test_the_card_goes_by_its_cross_and_with_the_visitor(stand: Stand) -> None:
    # given a card
    stand.after(6.0)
    spot = stand.roof_of("B12")
    stand.tap(*spot)
    assert stand.view.card is not None

    # when it is closed
    stand.press("card")
    closed = stand.view.card

    # then it is gone; another one goes with the visitor
    assert closed is None
    stand.after(2.0)
    stand.tap(*stand.roof_of("B12"))
    assert stand.view.card is not None
    stand.after(61.0)
    assert stand.view.card is None
    assert stand.kiosk.stand.stage.selection == ()


def test_a_double_tap_flies_there(stand: Stand, qtbot: Any) -> None:
    # given a visitor
    stand.after(6.0)
    start = stand.kiosk.stand.stage.camera
    spot = stand.roof_of("B12")

    # when a place is tapped twice
    stand.tap(*spot)
    stand.tap(*spot)

    # then the camera flies nearer to it
    qtbot.waitUntil(lambda: stand.kiosk.stand.stage.camera.distance_m < 0.5 * start.distance_m, timeout=20_000)
    assert stand.kiosk.stand.stage.camera.target != start.target


def test_the_countdown_is_seen_and_the_tour_comes_back(stand: Stand) -> None:
    # given a visitor who turned the city by hand
    stand.after(6.0)
    stand.drag([(400, 300)], [(520, 300)])

    # when nobody touches it for a minute
    counted = [stand.after(step).window.glass.view.countdown_s for step in (40.0, 6.0, 10.0)]
    stand.after(5.0)

    # then the last fifteen seconds are counted, and the tour goes on from where the camera is
    assert counted == [None, 14, 4]
    assert stand.mode == "tour"
    assert stand.kiosk.attract.is_playing
    assert stand.view.countdown_s is None


def test_a_touch_in_the_countdown_keeps_the_visit(stand: Stand) -> None:
    # given a countdown
    stand.tap(500, 300)
    assert stand.after(50.0).window.glass.view.countdown_s == 10

    # when the screen is touched
    stand.tap(600, 350)

    # then there is a minute more
    assert stand.after(40.0).window.glass.view.countdown_s is None
    assert stand.mode == "hands"


def test_a_visitor_may_go_back_to_the_tour_and_choose_the_language(stand: Stand) -> None:
    # given a visitor who reads English
    stand.tap(500, 300)
    stand.press("language")
    assert stand.view.language == "en"

    # when they have had enough
    stand.press("back")

    # then the tour goes on, in the language of the house
    assert stand.mode == "tour"
    assert stand.view.language == "zh"


def test_a_mouse_turns_and_taps_like_a_finger(stand: Stand) -> None:
    # given a screen that passes for a mouse
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    stand.after(6.0)
    before, view = stand.kiosk.stand.stage.camera, stand.kiosk.window.viewport

    # when it is dragged with the left button, and clicked on a building
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    QTest.mouseMove(view, QPoint(460, 300))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(460, 300))
    turned = stand.kiosk.stand.stage.camera
    view.grabFramebuffer()
    east, down = stand.roof_of("B12")
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(east), round(down)))

    # then the city has turned, and the building is told about
    assert turned.heading_deg != before.heading_deg
    assert turned.target == before.target
    assert stand.view.card.title.zh == "长寿大厦12号"


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1024, 600), (3840, 1080)])
@pytest.mark.parametrize("link", ["", "http://192.168.1.20:8765/#pair=7K3M9QXW"])
def test_nothing_hides_anything_else(size: tuple[int, int], link: str) -> None:
    # given a screen lying or upright, with a visitor and a card
    from PySide6.QtCore import QRectF

    from sanping.domain.text import Text
    from sanping.ui.kiosk.places import places
    from sanping.ui.kiosk.view import Card, KioskView, Visitors

    card = Card(title=Text("楼", "House"), kind=Text("建筑", "Building"))
    view = KioskView(mode="hands", card=card, notices=(warning(),), visitors=Visitors(link=link))

    # when it is laid out
    found = places(*size, view, 14.0)

    # then everything lies on the screen and beside the others, and each button is hit
    screen = QRectF(0, 0, *size)
    parts = [found.banner, found.visitors, found.card, found.countdown, found.header.adjusted(0, 0, 0, -found.em)]
    for number, part in enumerate(parts):
        assert screen.contains(part)
        assert not any(part.intersects(other) for other in parts[number + 1 :])
    assert not found.caption.intersects(found.visitors)
    assert {found.hit(area.center()) for area in found.buttons.values()} == {"language", "back", "card"}
    assert found.hit(screen.center()) == ""
