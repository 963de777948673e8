"""The desk's drill-down: the panel of areas, clicks on areas in the city, and the way up; decides nothing."""

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Signal, Slot

from sanping.commands.area_decisions import area_seen
from sanping.commands.desk_state import DeskState
from sanping.domain.case_line import CaseCounts
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.scene.case_marks import CASE_GROUPS
from sanping.stage.area_map import area_pose, centre_name
from sanping.stage.state import CASES_LAYER, COMPONENTS_LAYER
from sanping.ui.areas_in_city import AreaShow, AreasInCity
from sanping.ui.cases.case_window import CaseWindow

KEPT = frozenset({CASES_LAYER, COMPONENTS_LAYER, CASE_GROUPS})


class CaseAreas(QObject):
    """Serves the panel of one desk; `counted` comes when the figures of the area were told."""

    counted = Signal()

    def __init__(self, desk: CaseWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_home = False
        self.areas = AreasInCity(desk.living, lambda: (desk.city,), self._metres_of, self)
        self.areas.told.connect(self._on_told)
        self.areas.failed.connect(self._on_failed)
        panel = desk.overlays.areas
        panel.area_asked.connect(self.open)
        panel.map_asked.connect(self._on_map)
        panel.wall_asked.connect(self._on_wall)

    def follow(self) -> None:
        """Follow the twin that is open."""
        self._is_home = False
        self.areas.forget()
        self._desk.overlays.areas.forget()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Look at what the person, or whoever leads, changed."""
        panel, areas = self._desk.overlays.areas, self.areas
        areas.centre = panel.centre = new.centre
        areas.want(is_wanted=new.workspace == "cases" and "areas" in new.shown_panels and new.has_overlays)
        areas.follow_stage(new.stage)
        if new.stage.area_map != old.stage.area_map:
            panel.show_map(new.stage.area_map)

    def stop(self) -> None:
        """End."""
        self.areas.stop()

    @property
    def counts(self) -> CaseCounts | None:
        """The figures of the area that is looked at, None while everything is, or before they were told."""
        show = self.areas.show
        is_told = show is not None and self.areas.area and show.board.area.code == self.areas.area
        return show.board.counts if show is not None and is_told else None

    def takes_click(self, at: QPointF) -> bool:
        """Go into the area under a click while areas are shown; what stands for a case, or nothing new, is left."""
        desk = self._desk
        if desk.state.workspace != "cases" or self.areas.show is None:
            return False
        pick = desk.city.pick(at)
        if pick is not None and (pick.layer in KEPT or pick.kind == "mark"):
            return False
        point = desk.city.world_under(at)
        row = None if point is None else self.areas.area_under(point[0], point[1])
        if row is None:
            return False
        self.open(row.code)
        return True

    @Slot(str)
    def open(self, code: str) -> None:
        """Look at an area and fly there."""
        desk, show = self._desk, self.areas.show
        known = () if show is None else (*show.board.rows, *show.board.above, show.board.area)
        outline = next((row.outline for row in known if row.code == code), ())
        east, north = outline[0][0] if outline else (0.0, 0.0)
        pose = area_seen(desk.state, outline, desk.content.ground(east, north) if outline else 0.0)
        desk.perform("area.open", code, pose)

    def up(self) -> None:
        """Look at the area one level up, at the top say nothing."""
        above = self._desk.overlays.areas.above
        if above is not None:
            self.open(above)

    def _metres_of(self, degrees: Float64Array) -> Float64Array:
        from sanping.domain.crs import converter  # noqa: PLC0415  loads PROJ

        return converter("EPSG:4490", self._desk.content.project.crs)(degrees)

    @Slot(object)
    def _on_told(self, show: AreaShow) -> None:
        self._desk.overlays.areas.show_areas(show)
        self.counted.emit()
        if self.areas.centre and not self._is_home:
            self._go_home(show)

    def _go_home(self, show: AreaShow) -> None:
        """Call the desk by its command centre, and make its area the home of the camera."""
        self._is_home = True
        desk, name = self._desk, centre_name(show.board, self.areas.centre)
        if name is not None:
            desk.overlays.show_centre(name)
        pose = area_pose(show.board.area.outline, desk.state.home)
        if pose is not None:
            desk.show_state(replace(desk.state, home=pose))
            desk.perform("view.home")

    @Slot(object)
    def _on_failed(self, why: Text) -> None:
        self._desk.overlays.areas.tell(why)

    @Slot(object)
    def _on_map(self, area_map: object) -> None:
        self._desk.perform("area.map", area_map)

    @Slot()
    def _on_wall(self) -> None:
        self._desk.perform("case.area_send")
