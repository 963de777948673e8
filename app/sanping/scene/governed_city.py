"""What governance adds to the picture: cases, components, moving things, areas, heat and lines of sight.

Each part is made when it is first needed: a twin without governance pays nothing for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sanping.analysis.cutting import Cutting
from sanping.analysis.findings import Finding
from sanping.domain.geo import Float64Array
from sanping.domain.view import Point
from sanping.scene.camera import Lens
from sanping.scene.case_beacons import CaseBeacons
from sanping.scene.case_marks import CASE_GROUPS, CaseMark
from sanping.scene.component_view import ComponentView
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.governed_values import Areas, Components, Movers, SightLine, Tint
from sanping.scene.label_layout import NOTHING, Room
from sanping.scene.layers.area_fills import AreaFills
from sanping.scene.layers.finding_sheet import FindingSheet
from sanping.scene.layers.heat_map import HeatMap
from sanping.scene.layers.section_caps import CutFaces, SectionCaps
from sanping.scene.layers.sight_lines import SightLines
from sanping.scene.mark_picking import REACH_PX, meant
from sanping.scene.mesh import DataTexture
from sanping.scene.mover_view import MoverView
from sanping.scene.operation_view import OperationView, Scenery
from sanping.scene.picks import Pointer
from sanping.scene.tints import Tints
from sanping.scene.values import Pick
from sanping.stage.state import CASES_LAYER, COMPONENTS_LAYER, FeatureRef


class GovernedCity:
    """Owns the parts of governance in one scene; everything is given in world metres."""

    def __init__(self, context: SceneContext, textures: dict[str, DataTexture]) -> None:
        self._context, self._textures = context, textures
        self._look: LayerLook | None = None
        self._seconds = 0.0
        self._chosen: frozenset[str] = frozenset()
        self._cases: CaseBeacons | None = None
        self._components: ComponentView | None = None
        self._movers: MoverView | None = None
        self._areas: AreaFills | None = None
        self._heat: HeatMap | None = None
        self._sights: SightLines | None = None
        self._findings: dict[str, FindingSheet] = {}
        self._caps: SectionCaps | None = None
        self._operations: dict[str, OperationView] = {}
        self.tints: Tints | None = None

    # What is shown

    def show_cases(self, marks: Sequence[CaseMark]) -> None:
        """Show these cases instead of the present ones."""
        if self._cases is None:
            if not marks:
                return
            self._cases = CaseBeacons(self._context)
            self._cases.choose(self._chosen)
        self._cases.show_marks(marks, self._seconds)
        self._dress(self._cases)

    def show_components(self, components: Components) -> None:
        """Show these components instead of the present ones."""
        if self._components is None:
            if not len(components.ids):
                return
            self._components = ComponentView(self._context)
        self._components.show_components(components)
        self._dress(self._components)

    def set_component_status(self, ids: Sequence[str], status: Sequence[int]) -> None:
        """Show another status (numbers of `STATUSES`) of some of the components."""
        if self._components is not None:
            self._components.set_status(ids, status)

    def show_movers(self, movers: Movers, at_ms: float) -> None:
        """Let things move to where they are at a moment (milliseconds of any one clock)."""
        if self._movers is None:
            if not len(movers.number):
                return
            self._movers = MoverView(self._context, self._textures)
            self._movers.animate(self._seconds)
        self._movers.show_movers(movers, at_ms)
        self._dress(self._movers)

    def show_areas(self, areas: Areas) -> None:
        """Show these areas with their values on the ground; none takes them away."""
        if self._areas is None:
            if not len(areas.polygons):
                return
            self._areas = AreaFills(self._context)
        self._areas.set_areas(areas)
        self._dress(self._areas)

    def show_heat(self, x_m: Float64Array, y_m: Float64Array, weights: Float64Array, radius_m: float = 180.0) -> None:
        """Show how densely weighted points lie; none takes the map away."""
        if self._heat is None:
            if not len(x_m):
                return
            self._heat = HeatMap(self._context)
        self._heat.set_points(x_m, y_m, weights, radius_m)
        self._dress(self._heat)

    def show_sights(self, lines: Sequence[SightLine]) -> None:
        """Show these lines of sight instead of the present ones."""
        if self._sights is None:
            if not lines:
                return
            self._sights = SightLines(self._context)
        self._sights.set_lines(lines)
        self._dress(self._sights)

    def show_finding(self, name: str, finding: Finding | None) -> None:
        """Show what an analysis found ("finding") or asks about ("picks"); None takes it away."""
        if name not in self._findings:
            if finding is None:
                return
            self._findings[name] = FindingSheet(self._context)
        self._findings[name].set_finding(finding)
        self._dress(self._findings[name])

    def show_operation(self, name: str, scenery: Scenery) -> None:
        """Show what a joint response ("response") or a major event ("event") shows, instead of its present scenery."""
        if name not in self._operations:
            if scenery == Scenery():
                return
            self._operations[name] = OperationView(self._context)
        self._operations[name].show_scenery(scenery)
        self._dress(self._operations[name])

    def show_tints(self, tints: Mapping[str, Tint]) -> None:
        """Give objects of tile layers colours of their own, by the name of the layer; none takes them away."""
        if self.tints is not None:
            self.tints.show(tints)

    def show_section(self, cutting: Cutting, faces: Sequence[CutFaces] = ()) -> None:
        """Cut the picture, and close it with the faces that were cut, by their planes; an empty cutting ends it."""
        self._context.cut.show(cutting)
        if faces or not cutting.does_anything:
            self._context.cut.settle()
        if self._caps is None:
            if not faces:
                return
            self._caps = SectionCaps(self._context)
        self._caps.set_faces(faces)
        self._dress(self._caps)

    def choose(self, refs: Iterable[FeatureRef]) -> None:
        """Let the cases and components among these stand out as selected."""
        ids = {layer: [ref.id for ref in refs if ref.layer == layer] for layer in (CASES_LAYER, COMPONENTS_LAYER)}
        self._chosen = frozenset(ids[CASES_LAYER])
        if self._cases is not None:
            self._cases.choose(self._chosen)
        if self._components is not None:
            self._components.choose(ids[COMPONENTS_LAYER])

    # The picture

    @property
    def actors(self) -> list[Any]:
        """The actors drawn in the city at present, what lies lowest first."""
        return [actor for part in self._parts() for actor in part.actors]

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._look = look
        for part in self._parts():
            part.show(look)

    def animate(self, seconds: float) -> None:
        """Set the clock of what moves by itself."""
        self._seconds = seconds
        if self._movers is not None:
            self._movers.animate(seconds)

    def prepare(self, lens: Lens, room: Room) -> Float64Array:
        """Make the coming frame ready; return the boxes (k, 4) in pixels that labels keep off."""
        views = (*self._operations.values(), self._components, self._cases)
        return np.concatenate([NOTHING.plates, *(view.prepare(lens, room) for view in views if view is not None)])

    def lay_again(self) -> None:
        """Set everything on the ground, which is another one now."""
        for part in self._parts():
            part.lay()

    def pick(self, pointer: Pointer) -> Pick | None:
        """Return the case whose badge is pointed at; a group is of the layer `CASE_GROUPS`, and named by its worst."""
        reach_px = REACH_PX * max(1.0, pointer.size_px[1] / 1080.0)
        found = None if self._cases is None else meant([self._cases.placed], pointer.at_px, reach_px)
        if self._cases is None or found is None:
            return None
        ids, place = self._cases.case_at(found[1])
        layer = CASES_LAYER if len(ids) == 1 else CASE_GROUPS
        return Pick(layer=layer, id=ids[0], point=self._world(place), kind="mark")

    def component_at(self, pointer: Pointer) -> Pick | None:
        """Return the component whose sign is pointed at."""
        found = None if self._components is None else self._components.at(pointer)
        if found is None:
            return None
        return Pick(layer=COMPONENTS_LAYER, id=found[0], point=self._world(found[1]), kind="mark")

    def release(self) -> None:
        """Take everything away."""
        for part in self._parts():
            part.release()

    def _dress(self, part: Any) -> None:
        """Draw a part in the present look."""
        if self._look is not None:
            part.show(self._look)

    def _parts(self) -> list[Any]:
        every = (self._areas, self._heat, self._caps, *self._findings.values(), *self._operations.values(),
                 self._movers, self._sights, self._components, self._cases)  # fmt: skip
        return [part for part in every if part is not None]

    def _world(self, place: Point) -> Point:
        x, y, z = self._context.centre
        return (place[0] + x, place[1] + y, place[2] + z)
