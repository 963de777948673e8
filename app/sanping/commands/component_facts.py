"""What there is to read about one component of the city."""

from sanping.commands.object_facts import ObjectFacts
from sanping.domain.text import Text
from sanping.stage.state import COMPONENTS_LAYER
from sanping.twin.cases.inventory import Inventory

TITLE = Text("城市部件", "City components")
SIZE_M = 12.0
_NAMES = (
    ("state", Text("状态", "State")),
    ("grid", Text("所在网格", "Grid cell")),
    ("competent_dept", Text("主管部门", "Competent department")),
    ("owner_dept", Text("权属单位", "Owner")),
    ("maintainer_dept", Text("养护单位", "Maintainer")),
)


def component_facts(inventory: Inventory, id: str) -> ObjectFacts | None:
    """Return what is known about a component; None when there is none of that id."""
    component = inventory.by_id.get(id)
    if component is None:
        return None
    kind = inventory.titles.get(component.class_code, Text(component.class_code, component.class_code))
    written = ((name.zh, getattr(component, key)) for key, name in _NAMES)
    return ObjectFacts(
        layer=COMPONENTS_LAYER,
        layer_title=TITLE,
        id=id,
        kind=kind,
        name=Text(component.name, component.name) if component.name else None,
        height_m=None,
        base_m=None,
        parent="",
        parts=(),
        surfaces=(),
        attributes=(("class", component.class_code), *((name, value) for name, value in written if value)),
        place=(component.x_m, component.y_m, 0.0),
        size_m=SIZE_M,
    )
