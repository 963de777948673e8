"""What a station's sign says, and the colours of living water."""

import numpy as np

from fakes.small_river import MINUTE_MS, NOON_MS, gauge, reading, small_river
from sanping.domain.observation import Observation
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.scene.layers.curtains import bank_line
from sanping.scene.layers.living_water import plume_arrival_s
from sanping.scene.living_city import station_marks
from sanping.scene.river_colours import CLASS_COLOURS, FLOOD_COLOURS, water_tint
from sanping.scene.station_words import saying
from sanping.twin.live import LiveState, with_observations
from sanping.twin.live_part import ReportCentre
from sanping.twin.river_view import RiverView, river_view


def view(*observations: Observation, stations: tuple[Station, ...] = (), later_min: int = 1) -> RiverView:
    state = with_observations(LiveState(is_linked=True), observations)
    return river_view(small_river(*stations), state, NOON_MS + later_min * MINUTE_MS)


def said(seen: RiverView, station: str = "mid") -> str:
    return saying(seen.by_id[station], seen.now_ms).words.zh


def test_a_sign_says_value_unit_and_class_and_that_a_value_is_simulated() -> None:
    # given a level and good oxygen, once measured and once simulated
    values = (("water_level", 3.118), ("dissolved_oxygen", 8.0))

    # when the signs are written
    measured = said(view(*(reading("mid", name, value) for name, value in values)))
    simulated = said(view(*(reading("mid", name, value, is_simulated=True) for name, value in values)))

    # then both say the same, and the second that it is invented
    assert measured == "mid站 3.12 m Ⅰ类"
    assert simulated == "mid站 3.12 m Ⅰ类 模拟"


def test_a_sign_says_how_old_a_stale_value_is_and_that_there_is_none() -> None:
    # given a value of an hour ago, of five hours ago, and none
    old = reading("mid", "water_level", 3.1)

    # when the signs are written
    found = [said(view(old, later_min=60)), said(view(old, later_min=300)), said(view())]

    # then nothing looks fresh, and the colour is grey
    assert found == ["mid站 3.10 m 60 分钟前", "mid站 3.10 m 5 小时前", "mid站 无数据"]
    assert saying(view(old, later_min=60).by_id["mid"], NOON_MS).colour == saying(view().by_id["mid"], NOON_MS).colour


def test_a_sign_names_another_datum_and_marks_what_is_doubtful() -> None:
    # given a gauge on another datum, and a suspect and a missing value
    other = gauge("mid", 2000.0, datum="1985国家高程基准", datum_offset_m=1.63)

    # when the signs are written
    datum = said(view(reading("mid", "water_level", 1.5), stations=(other,)))
    suspect = said(view(reading("mid", "water_level", 1.5, quality="suspect")))
    missing = said(view(reading("mid", "water_level", float("nan"), quality="missing")))

    # then nobody takes one for the other
    assert datum == "mid站 1.50 m （1985国家高程基准）"
    assert suspect == "mid站 1.50 m?"
    assert missing == "mid站 —"


def test_pumps_and_gates_say_what_they_do() -> None:
    # given a pumping station and a sluice
    stations = (gauge("pump", 0.0, kinds=("pump",)), gauge("gate", 10.0, kinds=("sluice",)))

    # when they report
    seen = view(reading("pump", "pumps_running", 3.0), reading("gate", "gate_opening", 1.2), stations=stations)

    # then it is said in words
    assert [said(seen, "pump"), said(seen, "gate")] == ["pump站 3 台运行", "gate站 开度 1.20 m"]


def test_the_water_takes_the_colour_of_its_class_or_of_its_level() -> None:
    # given a clean and low upper end, a foul and high lower end
    seen = view(
        reading("up", "ammonia_nitrogen", 0.1), reading("up", "water_level", 2.7),
        reading("down", "ammonia_nitrogen", 9.0), reading("down", "water_level", 3.9),
    )  # fmt: skip
    river = seen.rivers[0]

    # when the water is tinted
    by_class, by_level = water_tint(river, "class"), water_tint(river, "level")

    # then both ends show it, at full strength, and plain water is faint
    assert np.allclose(by_class[[0, -1], :3], [CLASS_COLOURS[0], CLASS_COLOURS[5]])
    assert np.allclose(by_level[[0, -1], :3], [FLOOD_COLOURS["normal"], FLOOD_COLOURS["orange"]])
    assert by_class[0, 3] == 1.0
    assert 0.0 < water_tint(river, "plain")[0, 3] < 0.5


def test_water_that_nobody_measures_is_not_tinted() -> None:
    # given no readings
    river = view().rivers[0]

    # when it is tinted by class and by level
    found = [water_tint(river, "class")[:, 3].max(), water_tint(river, "level")[:, 3].max()]

    # then nothing is claimed
    assert found == [0.0, 0.0]


def test_a_plume_starts_at_the_worst_section_and_never_goes_upstream() -> None:
    # given foul water at two kilometres and half a metre a second
    seen = view(reading("mid", "ammonia_nitrogen", 9.0), reading("up", "velocity", 0.5))
    river = seen.rivers[0]

    # when its arrival is asked for
    arrival = plume_arrival_s(river)

    # then it needs 4 000 s to the end, and clean water sends none
    assert arrival[-1] == 4000.0
    assert (arrival[river.chainage_m < 2000.0] < 0).all()
    assert (plume_arrival_s(view(reading("mid", "ammonia_nitrogen", 0.2)).rivers[0]) < 0).all()


def test_the_left_bank_lies_left_looking_downstream() -> None:
    # given a river that runs east
    river = view().rivers[0]

    # when its banks are asked for
    left, right = bank_line(river, 500.0, 900.0, "left"), bank_line(river, 500.0, 900.0, "right")

    # then the left one lies north
    assert (left[:, 1] > 25.0).all()
    assert (right[:, 1] < -25.0).all()


def test_stations_without_a_facility_get_a_mark_of_their_own() -> None:
    # given three gauges and a camera, one of them a facility of the twin
    stations = [gauge("up", 0.0), gauge("mid", 1.0), gauge("cam", 2.0, kinds=("camera",))]

    # when marks are made
    marks = station_marks(stations, frozenset({"up"}))

    # then only the one that lacks it is marked, and cameras are left to the facilities
    assert marks is not None
    assert list(marks.ids) == ["mid"]
    assert station_marks(stations[:1], frozenset({"up"})) is None


def test_the_centre_has_a_mark_at_the_top_of_its_building() -> None:
    # given a twin whose every station is a facility, and the centre of reports
    centre = ReportCentre(title=Text("中心", "Centre"), place=(10.0, 20.0, 90.0))

    # when marks are made
    marks = station_marks([gauge("up", 0.0)], frozenset({"up"}), centre)

    # then the centre alone has one, and no station's code
    assert marks is not None
    assert list(marks.ids) == ["@centre"]
    assert dict(marks.attributes[0]) == {"name": "中心", "name_en": "Centre", "kind": "centre", "top_m": 90.0}
