"""What there is to read about a component."""

from sanping.commands.component_facts import component_facts
from sanping.domain.text import Text
from sanping.twin.cases.inventory import Component, Inventory


def test_a_component_is_told_by_class_state_and_departments() -> None:
    # given a lamp
    lamp = Component(
        id="3101070203000001", name="路灯", class_code="0203", x_m=5.0, y_m=6.0, lon_deg=121.4, lat_deg=31.2,
        state="完好", competent_dept="区建管委",
    )  # fmt: skip
    inventory = Inventory(components=(lamp,), titles={"0203": Text("路灯", "Street lamp")})

    # when it is looked up
    facts = component_facts(inventory, lamp.id)

    # then what is known is there, and nothing that is not
    assert facts is not None
    assert (facts.kind.en, facts.place) == ("Street lamp", (5.0, 6.0, 0.0))
    assert facts.attributes == (("class", "0203"), ("状态", "完好"), ("主管部门", "区建管委"),
                                ("设备状态", "无设备"))  # fmt: skip
    assert component_facts(inventory, "x") is None
