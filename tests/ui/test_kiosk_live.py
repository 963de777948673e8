"""What lives takes the kiosk from its tour and gives it back: alarms, warnings, who leads, phones that come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from fakes.small_notices import warning
from fakes.small_river import NOON_MS, gauge, small_river
from fakes.small_view import alarm, measured
from sanping.client.questions import PairingCode
from sanping.domain.alarm import Alarm
from sanping.domain.notice import Notice
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.show import SharedValue, ShowState
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import river_view
from sanping.twin.rules import Rule
from sanping.wire.show import FloorState, Member
from ui.kiosk_stand import Stand, kiosks
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
ADVICE = Text("加强堤防巡查", "Patrol the embankments")
RULE = Rule(
    id="level_high", title=Text("超保证水位", "above the guarantee level"), kind="above", quantity="water_level",
    limit=3.8, colour="orange", advice=ADVICE,
)  # fmt: skip
PLACES = {"up": WEST, "mid": WEST + 160.0, "down": WEST + 300.0}
RIVER = small_river(*(gauge(name, x - WEST, x_m=x, y_m=SOUTH + 60.0) for name, x in PLACES.items()), rules=(RULE,))


@pytest.fixture
def make_kiosk(qtbot: Any, twin_folder: Path, repository: Path) -> Iterator[Callable[..., Stand]]:
    with kiosks(qtbot, twin_folder, repository) as make:
        yield make


@pytest.fixture
def stand(make_kiosk: Callable[..., Stand]) -> Stand:
    made = make_kiosk()
    made.kiosk.living.part = RIVER
    made.after(6.0)
    return made


def tell(stand: Stand, *alarms: Alarm, notices: tuple[Notice, ...] = (), is_linked: bool = True) -> None:
    """Let the hub say what is so at noon."""
    state = with_observations(LiveState(is_linked=True), measured())
    table = MappingProxyType({one.id: one for one in alarms})
    state = replace(state, alarms=table, is_linked=is_linked)
    view = replace(river_view(RIVER, state, NOON_MS), notices=notices)
    stand.kiosk.living.view = view
    stand.kiosk.living.view_changed.emit(view)


@dataclass
class Link:
    """A link that remembers what was wished; its code and room are the test's."""

    show: ShowState
    wishes: list[tuple[str, str]] = field(default_factory=list)

    def floor(self, wish: str, to: str = "") -> None:
        self.wishes.append((wish, to))

    def here(self, **_: object) -> None: ...


def room(holder: str = "", queue: tuple[str, ...] = (), **kinds: str) -> ShowState:
    members = {name: Member(screen=name, kind=kind, name=name) for name, kind in {"k": "kiosk", **kinds}.items()}
    return ShowState(
        me="k", role="admin", is_linked=True, floor=FloorState(holder=holder, queue=queue),
        members=MappingProxyType(members),
    )  # fmt: skip


def led_to(show: ShowState, pose: CameraPose, revision: int = 1) -> ShowState:
    value = SharedValue(revision=revision, value=msgspec.json.encode(pose), by=show.floor.holder)
    return replace(show, values=MappingProxyType({"camera": value}))


def test_an_orange_alarm_takes_the_tour_to_its_station(stand: Stand, qtbot: Any) -> None:
    # given a kiosk on its tour

    # when the level passes its guarantee at one gauge
    tell(stand, alarm(is_simulated=True))

    # then the camera flies there, and a banner has words, value, age, advice and the mark of simulated values
    qtbot.waitUntil(lambda: stand.kiosk.stand.stage.camera.distance_m == 420.0, timeout=20_000)
    assert stand.mode == "alarm"
    assert stand.kiosk.stand.stage.camera.target[:2] == (PLACES["mid"], SOUTH + 60.0)
    banner = stand.view.alarm
    assert banner.line.station.zh == "mid站"
    assert banner.line.rule.zh == "超保证水位"
    assert banner.value.zh == "水位 3.90 m，限值 3.80 m"
    assert banner.line.advice == ADVICE
    assert "发现" in banner.age.zh
    assert banner.line.alarm.is_simulated
    assert not stand.kiosk.attract.is_playing


def test_the_tour_comes_back_when_somebody_acknowledges_it(stand: Stand) -> None:
    # given an alarm that is shown
    tell(stand, alarm())
    assert stand.mode == "alarm"

    # when it is acknowledged
    tell(stand, alarm(state="acknowledged"))

    # then the tour goes on, without a banner
    assert stand.mode == "tour"
    assert stand.kiosk.attract.is_playing
    assert stand.view.alarm is None


def test_the_tour_comes_back_after_a_while_and_the_alarm_not_again(stand: Stand) -> None:
    # given an alarm that nobody sees to
    tell(stand, alarm())

    # when half a minute has passed, and another one
    modes = []
    for _ in range(2):
        stand.after(31.0)
        tell(stand, alarm())
        modes.append(stand.mode)

    # then it was shown once
    assert modes == ["tour", "tour"]


@pytest.mark.parametrize("colour", ["yellow", "blue"])
def test_lesser_alarms_do_not_end_the_tour(stand: Stand, colour: str) -> None:
    # given a kiosk on its tour

    # when a lesser alarm comes
    tell(stand, alarm(colour=colour))

    # then the tour goes on
    assert stand.mode == "tour"
    assert stand.view.alarm is None


def test_an_alarm_of_a_hub_that_is_away_is_no_live_alarm(stand: Stand) -> None:
    # given a hub that is away

    # when its last state holds an alarm
    tell(stand, alarm(), is_linked=False)

    # then the tour goes on
    assert stand.mode == "tour"


def test_a_visitor_sees_the_banner_and_keeps_the_camera(stand: Stand) -> None:
    # given a visitor
    stand.tap(500, 300)
    before = stand.kiosk.stand.stage.camera

    # when an alarm comes
    tell(stand, alarm())

    # then it is told, and the view is not torn away until the visitor has gone
    assert stand.mode == "hands"
    assert stand.view.alarm is not None
    assert stand.kiosk.stand.stage.camera == before
    stand.after(61.0)
    assert stand.mode == "alarm"


def test_public_warnings_are_told_and_an_exercise_is_marked(stand: Stand) -> None:
    # given a warning that is meant, one that is practised, and one that a site gave another for people on duty
    notices = (warning(), warning(1, status="exercise"))

    # when they are in force
    tell(stand, notices=(*notices, warning(2, source="site:city")))
    picture = stand.kiosk.window.glass.grab()

    # then the first two are told on the tour, and painted
    assert stand.view.notices == notices
    assert stand.mode == "tour"
    assert not picture.isNull()


def test_a_station_s_card_has_values_with_their_age(stand: Stand) -> None:
    # given live values
    tell(stand)
    from sanping.ui.kiosk.facts import station_card

    # when a card is made of the gauge whose level is simulated
    card = station_card(stand.kiosk.living.view.by_id["mid"], NOON_MS + 120_000)

    # then the level stands first, with its age and the mark
    assert card.title.zh == "mid站"
    assert (card.lines[0].label.zh, card.lines[0].value.zh) == ("水位", "3.90 m")
    assert card.lines[0].age.zh == "2 分钟前"
    assert card.lines[0].is_simulated
    assert card.is_simulated


def test_a_card_says_which_values_are_stale(stand: Stand) -> None:
    # given a gauge that was last heard of an hour ago
    tell(stand)
    from sanping.ui.kiosk.facts import station_card

    # when a card is made of it
    card = station_card(stand.kiosk.living.view.by_id["down"], NOON_MS)

    # then its value is marked as stale
    assert [line.is_stale for line in card.lines] == [True]


def test_the_room_is_followed_while_somebody_leads(stand: Stand, qtbot: Any) -> None:
    # given a phone that leads the room
    pose = CameraPose(target=(WEST + 100.0, SOUTH + 50.0, 0.0), distance_m=250.0, heading_deg=200.0)
    link = Link(show=led_to(room("p", p="phone"), pose))
    stand.kiosk.living._link = link
    try:
        # when it shows a camera
        stand.kiosk._on_room(link.show)
        stand.clock.now += timedelta(seconds=2)
        qtbot.waitUntil(lambda: stand.kiosk.stand.stage.camera == pose, timeout=20_000)
        led = (stand.mode, stand.view.leader.zh, stand.kiosk.attract.is_playing)

        # then the kiosk shows it, says who leads, and goes back to its tour when the floor is free
        assert led == ("led", "访客正用手机操控画面", False)
        link.show = room()
        stand.kiosk._on_room(link.show)
        assert stand.mode == "tour"
        assert stand.kiosk.attract.is_playing
    finally:
        stand.kiosk.living._link = None


def test_a_visitor_looks_around_freely_while_somebody_leads(stand: Stand) -> None:
    # given a desk that leads
    link = Link(show=room("d", d="desk"))
    stand.kiosk.living._link = link
    try:
        stand.kiosk._on_room(link.show)
        assert stand.view.leader.zh == "正在跟随：中屏 d"

        # when a visitor turns the city
        stand.drag([(400, 300)], [(520, 300)])

        # then nothing is wished of the room, and it is followed again afterwards
        assert stand.mode == "hands"
        assert link.wishes == []
        stand.after(61.0)
        assert stand.mode == "led"
    finally:
        stand.kiosk.living._link = None


def test_a_phone_that_waits_is_given_the_floor(stand: Stand) -> None:
    # given a room of phones
    link = Link(show=room(queue=("p",), p="phone"))
    stand.kiosk.living._link = link
    try:
        # when one asks for the floor
        stand.kiosk._on_room(link.show)

        # then the kiosk grants it
        assert link.wishes[0] == ("grant", "p")
    finally:
        stand.kiosk.living._link = None


@pytest.mark.parametrize(
    ("addresses", "room", "link"),
    [
        (("http://192.168.1.20:8765",), "main", "http://192.168.1.20:8765/#pair=AB12"),
        (("https://127.0.0.1:1", "https://10.0.0.7:8765/"), "main", "https://10.0.0.7:8765/#pair=AB12"),
        (("http://192.168.1.20:8765",), "hall 2", "http://192.168.1.20:8765/#pair=AB12&room=hall%202"),
        (("http://127.0.0.1:8765",), "hall 2", ""),
        (("http://localhost:8765", "http://[::1]:8765"), "main", ""),
        ((), "main", ""),
    ],
)
def test_a_code_is_shown_only_where_phones_reach_the_hub(addresses: tuple[str, ...], room: str, link: str) -> None:
    # given a code and where the hub is reached
    from sanping.ui.kiosk.visitors import link_of

    # when the address for phones is made
    found = link_of(PairingCode(code="AB12", until_ms=1, addresses=addresses), room)

    # then one that only this machine can open is none
    assert found == link


def test_a_wish_for_the_floor_is_said_once_while_the_hub_considers_it(stand: Stand) -> None:
    # given a phone that waits
    link = Link(show=room(queue=("p",), p="phone"))
    stand.kiosk.living._link = link
    try:
        # when the kiosk looks again and again within two seconds, and later
        for seconds in (0.25, 0.25, 0.25, 2.0):
            stand.after(seconds)

        # then the hub hears it twice
        assert link.wishes == [("grant", "p"), ("grant", "p")]
    finally:
        stand.kiosk.living._link = None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_everything_is_painted_in_both_languages_lying_and_upright(qtbot: Any, language: Any, size: Any) -> None:
    # given a glass of a size, and all that can stand before a city
    from PySide6.QtWidgets import QWidget

    from sanping.ui.kiosk.facts import banner_of, station_card, urgent_lines
    from sanping.ui.kiosk.glass import KioskGlass
    from sanping.ui.kiosk.view import Caption, KioskView, PinPad, Visitors

    holder = QWidget()
    qtbot.addWidget(holder)
    glass = KioskGlass(holder)
    glass.resize(*size)
    state = with_observations(LiveState(is_linked=True), measured())
    state = replace(state, alarms=MappingProxyType({"a": alarm(is_simulated=True)}))
    river = river_view(RIVER, state, NOON_MS)
    (line,) = urgent_lines(RIVER, river)
    plain = KioskView(
        title=Text("小城", "Small city"), is_synthetic=True, clock="12:00", language=language,
        visitors=Visitors(link="http://10.0.0.7:8765/#pair=AB12"),
    )  # fmt: skip
    caption = Caption(title=Text("桥", "Bridge"), text=Text("一座桥", "A bridge"), place=0, count=3)
    views = [
        replace(plain, loading=0.4),
        replace(plain, caption=caption, notices=(warning(1, status="exercise", is_simulated=True),)),
        replace(plain, mode="alarm", alarm=banner_of(line, river, NOON_MS)),
        replace(plain, mode="hands", card=station_card(river.by_id["mid"], NOON_MS), visitors=Visitors()),
        replace(plain, mode="hands", countdown_s=9, countdown_share=0.6, leader=Text("大屏", "Wall")),
        replace(plain, pin=PinPad(digits=3, left_s=61)),
    ]

    # when each is shown
    pictures = []
    for view in views:
        glass.show_view(view)
        pictures.append(glass.grab().toImage())

    # then each is another picture
    assert all(one != other for number, one in enumerate(pictures) for other in pictures[:number])
