"""The components of a city (部件) as a layer of points, so that one query asks them and everything else alike."""

from pathlib import Path

import numpy as np
import shapely

from sanping.commands.component_facts import TITLE
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer, loaded
from sanping.domain.city import Attributes, Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import VectorLayer
from sanping.ports.model_reader import ReadOptions
from sanping.stage.state import COMPONENTS_LAYER
from sanping.twin.cases.inventory import Component, Inventory
from sanping.twin.project import LayerEntry

_FIELDS = ("grid", "state", "competent_dept", "owner_dept", "maintainer_dept", "device")


def component_layer(inventory: Inventory, crs: str) -> LoadedLayer | None:
    """Return the components of a twin in its CRS, None where there are none; their class is its Chinese name."""
    if not inventory.components:
        return None
    parts = inventory.components
    content = VectorLayer(
        frame=GeoFrame(crs=crs), origin=Origin(format=""), ids=tuple(part.id for part in parts),
        geometries=shapely.points(np.array([(part.x_m, part.y_m) for part in parts], np.float64)),
        attributes=tuple(_attributes(part, inventory) for part in parts),
    )  # fmt: skip
    entry = LayerEntry(name=COMPONENTS_LAYER, title=TITLE, role="facilities", path=Path(), options=ReadOptions(),
                       group=TITLE)  # fmt: skip
    return loaded(OpenedLayer(entry=entry, content=content))


def _attributes(part: Component, inventory: Inventory) -> Attributes:
    title = inventory.titles.get(part.class_code)
    found: dict[str, str] = {"kind": part.class_code if title is None else title.zh, "class_code": part.class_code}
    if part.name:
        found["name"] = part.name
    found |= {field: value for field in _FIELDS if (value := getattr(part, field))}
    return found
