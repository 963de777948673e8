"""The invented truth."""

import pytest

from fakes.small_river import NOON_MS, gauge, reading, small_river
from sanping.twin.live import LiveState, with_observations
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import RiverView, river_view
from sanping.twin.simulated_river import SCENARIOS, Scenario, simulated_river

ADDRESS = {"addresses": {"hj212": "M"}}
STATIONS = (
    gauge("up", 0.0, addresses={"hj212": "M1"}),
    gauge("mid", 1200.0, addresses={"hj212": "M2"}),
    gauge("outfall-0", 10.0, kinds=("outfall",), addresses={"hj212": "P0"}),
    gauge("outfall-1", 1000.0, kinds=("outfall",), addresses={"hj212": "P1"}),
    gauge("down", 4000.0, datum_offset_m=1.63, addresses={"hj212": "M3"}),
    gauge("elsewhere", 4000.0, addresses={"sl651": "S1"}),
)


def shown(scenario: Scenario) -> RiverView:
    live: LivePart = small_river(*STATIONS)
    river = simulated_river(live.stations, "hj212", scenario)
    observations = [
        reading(river.by_address[address].id, name, value)
        for address in river.stations()
        for name, value in river.at(address, NOON_MS).items()
    ]
    return river_view(live, with_observations(LiveState(is_linked=True), observations), NOON_MS)


def test_the_same_moment_gives_the_same_values_and_another_moment_others() -> None:
    # given the river of an adapter
    river = simulated_river(STATIONS, "hj212")

    # when it is asked twice for noon and once for an hour later
    first, again, later = river.at("M1", NOON_MS), river.at("M1", NOON_MS), river.at("M1", NOON_MS + 3_600_000)

    # then noon is noon, only its own stations speak, and levels are on each station's datum
    assert first == again
    assert first["water_level"] != later["water_level"]
    assert set(river.stations()) == {"M1", "M2", "M3", "P0", "P1"}
    assert river.at("M3", NOON_MS)["water_level"] == pytest.approx(first["water_level"] - 1.63, abs=0.5)


def test_each_scenario_looks_as_it_is_called() -> None:
    # given the four scenarios
    views = {name: shown(name) for name in SCENARIOS}

    # when their rivers are resolved
    floods = {name: view.rivers[0].flood for name, view in views.items()}
    fouled = views["polluted"].by_id["mid"].quality
    clean = views["calm"].by_id["mid"].quality

    # then the flood is orange or worse, the fouled reach is worse than Ⅴ, and a calm day is neither
    assert floods["flood"] in ("orange", "red")
    assert floods["calm"] == "normal"
    assert fouled is not None
    assert clean is not None
    assert fouled.water_class == 6
    assert clean.water_class <= 3
