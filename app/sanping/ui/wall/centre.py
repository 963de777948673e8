"""The command centre that a wall stands in: its area on the panels and in the city, its home view and its name."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from sanping.domain.geo import Float64Array
from sanping.stage.area_map import area_pose, centre_name
from sanping.stage.state import Stage
from sanping.twin.project import TwinProject
from sanping.ui.areas_in_city import AreaShow, AreasInCity
from sanping.ui.cases_in_city import CasesInCity
from sanping.ui.linkage.follower import Follower
from sanping.ui.live.living import Living
from sanping.ui.wall.plan import WallPlan
from sanping.ui.wall.telling import Telling
from sanping.ui.wall.tile_window import TileWindow


class Wall(Protocol):
    """The wall as its command centre sees it."""

    project: TwinProject
    plan: WallPlan
    living: Living
    telling: Telling
    follower: Follower
    cases_in_city: CasesInCity
    windows: list[TileWindow]

    def turn_to(self, stage: Stage) -> None:
        """Show a stage at once."""


class WallCentre(QObject):
    """Serves one wall; without an area of its own it shows the whole city, or what the room looks at."""

    def __init__(self, wall: Wall, parent: QObject) -> None:
        super().__init__(parent)
        self._wall = wall
        self._is_home = not wall.plan.area
        self.areas = AreasInCity(wall.living, lambda: [window.city for window in wall.windows], self._metres_of, parent)
        self.areas.centre = wall.plan.area
        self.areas.want(is_wanted=True)
        self.areas.told.connect(self._on_told)
        self.areas.limited.connect(wall.cases_in_city.limit)
        wall.follower.stage_changed.connect(self.areas.follow_stage)
        self.areas.follow_stage(wall.follower.stage)

    def stop(self) -> None:
        """End."""
        self.areas.stop()

    def _metres_of(self, degrees: Float64Array) -> Float64Array:
        from sanping.domain.crs import converter  # noqa: PLC0415  loads PROJ

        return converter("EPSG:4490", self._wall.project.crs)(degrees)

    @Slot(object)
    def _on_told(self, shown: AreaShow) -> None:
        wall = self._wall
        wall.telling.cases.show_areas(shown, self.areas.area)
        name = centre_name(shown.board, wall.plan.area)
        if wall.plan.area and name is not None:
            wall.telling.show_title(name)
        if not self._is_home:
            self._go_home(shown)

    def _go_home(self, shown: AreaShow) -> None:
        """Look at the own area first, unless the room shows a camera."""
        self._is_home = True
        wall, link = self._wall, self._wall.living.link
        pose = area_pose(shown.board.area.outline, wall.follower.stage.camera)
        if pose is not None and (link is None or "camera" not in link.show.values):
            wall.turn_to(replace(wall.follower.stage, camera=pose))
