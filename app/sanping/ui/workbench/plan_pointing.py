"""What of a plan lies under the pointer: a mass or model of the alternative, a building that stands today."""

from PySide6.QtCore import QPointF

from sanping.analysis.mass_tiles import placed_mass
from sanping.analysis.massing import Block
from sanping.commands.plan_decisions import block_along
from sanping.domain.plan import Mass, SchemeModel
from sanping.domain.view import Point
from sanping.stage import projection
from sanping.stage.plan_shown import PLAN_LAYER
from sanping.stage.state import FeatureRef
from sanping.ui.workbench.planning import Planning
from sanping.ui.workbench.tool import ToolDesk

MOST_OUTLINES = 200


class PlanPointing:
    """Asks the city of one desk; points are pixels of the viewport."""

    def __init__(self, desk: ToolDesk, planning: Planning) -> None:
        self._desk, self._planning = desk, planning

    def part(self, at: QPointF) -> str:
        """Return the id of the mass or model under a point, "" for none."""
        pick = self._desk.city.pick(at)
        if pick is None or not pick.layer.startswith(PLAN_LAYER):
            return ""
        if pick.layer == PLAN_LAYER:
            return pick.id.split("/")[0]
        return pick.layer.split("/", 1)[1].split("@")[0]

    def block(self, at: QPointF) -> Block | None:
        """Return a block of what stands today, also of what is replaced and so not drawn; None outside the area."""
        pick, blocks = self._desk.city.pick(at), self._planning.blocks()
        if pick is not None:
            whole = self._desk.content.whole(FeatureRef(layer=pick.layer, id=pick.id)).id
            found = next((block for block in blocks if (block.layer, block.building) == (pick.layer, whole)), None)
            if found is not None:
                return found
        return block_along(blocks, lambda level_m: self.on_level(at, level_m), self._desk.content.ground)

    def on_level(self, at: QPointF, level_m: float) -> Point | None:
        """Return where a point lies at a height; None for the sky."""
        camera, size = self._desk.state.stage.camera, self._desk.viewport.size_px
        return projection.on_level(camera, (at.x(), at.y()), size, level_m)

    def pixel(self, point: Point) -> tuple[float, float] | None:
        """Return where a world point is drawn."""
        return projection.pixel_of(self._desk.state.stage.camera, point, self._desk.viewport.size_px)


def outlines_of(part: Mass | SchemeModel | None, by: tuple[float, float]) -> list[list[Point]]:
    """Return the outlines of the roofs of a part, moved by metres east and north."""
    masses: tuple[Mass, ...] = ()
    if isinstance(part, Mass):
        masses = (part,)
    elif part is not None:
        masses = tuple(placed_mass(mass, part.placement) for mass in part.masses[:MOST_OUTLINES])
    return [[(x + by[0], y + by[1], mass.base_m + mass.height_m) for x, y in mass.outline] for mass in masses]
