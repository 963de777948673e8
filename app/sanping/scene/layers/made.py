"""Which layer draws the flat things of a role."""

from sanping.domain.ground import VectorLayer
from sanping.scene.context import SceneContext, SceneLayer
from sanping.scene.layers.green import GreenLayer
from sanping.scene.layers.labels import LabelLayer
from sanping.scene.layers.lines import LineLayer
from sanping.scene.layers.roads import RoadLayer
from sanping.scene.layers.water import WaterLayer
from sanping.twin.project import Role


def made_for(context: SceneContext, role: Role, data: VectorLayer) -> SceneLayer | None:
    """Return a new layer for data of a role, None for a role that lays nothing on the ground."""
    if role == "water":
        return WaterLayer(context, data)
    if role == "roads":
        return RoadLayer(context, data)
    if role in ("places", "facilities"):
        return LabelLayer(context, data, are_facilities=role == "facilities")
    if role in ("grid", "lines"):
        return LineLayer(context, data)
    if role == "green":
        return GreenLayer(context, data)
    return None
