"""An inventory finds a component by its id."""

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
