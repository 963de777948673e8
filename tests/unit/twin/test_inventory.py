"""An inventory finds a component by its id."""

from sanping.twin.cases.device_states import DEVICE_STATES, ComponentFilter, states_of, summed, tallies
from sanping.twin.cases.inventory import Component, Inventory


def test_a_component_is_found_by_its_id() -> None:
    # given two covers
    covers = tuple(
        Component(
            id=f"320508010100000{n}", name="上水井盖", class_code="0101", x_m=n, y_m=0.0, lon_deg=0.0, lat_deg=0.0
        )
        for n in (1, 2)
    )

    # when one is asked for
    found = Inventory(components=covers).by_id.get("3205080101000002")

    # then it is that one
    assert found is covers[1]


def test_devices_are_counted_by_class_and_what_nobody_hears_of_is_offline() -> None:
    # given two lamps with a device that nobody hears of, and one without
    lamps = tuple(
        Component(id=str(n), name="", class_code="0203", x_m=0, y_m=0, lon_deg=0, lat_deg=0, device="G1" if n else "")
        for n in range(3)
    )
    inventory = Inventory(components=lamps)

    # when they are counted
    states = states_of(inventory, {})
    (tally,) = tallies(inventory, states)

    # then both are offline, and a filter tells them apart
    assert states == {"1": "offline", "2": "offline"}
    assert (tally.total, summed([tally])) == (3, {"normal": 0, "alarm": 0, "offline": 2, "none": 1})
    assert set(summed([])) == set(DEVICE_STATES)
    only = ComponentFilter(states=frozenset({"offline"}), classes=frozenset({"0203"}))
    assert [only.shows(lamp, states.get(lamp.id, "none")) for lamp in lamps] == [False, True, True]
