"""What governance shows in the city of a window: kept until another twin comes, and brought to every new scene."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from sanping.analysis.findings import Finding
from sanping.domain.geo import Float64Array
from sanping.scene.case_marks import CaseMark
from sanping.scene.governed_values import Areas, Components, Movers, SightLine
from sanping.scene.operation_view import Scenery
from sanping.ui.viewport import Viewport

if TYPE_CHECKING:
    from sanping.scene.city_scene import CityScene
    from sanping.scene.governed_city import GovernedCity

LIVING_MS = 200
Showing = Callable[["GovernedCity"], None]


class GovernedShow(QObject):
    """The part of a city show that governance speaks to; every method is safe before the first scene."""

    def __init__(self, viewport: Viewport, parent: QObject | None) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._scene: CityScene | None = None
        self._held: list[Callable[[], None]] | None = None
        self._governed: dict[str, Showing] = {}
        self._status: dict[str, int] = {}
        self._gathered = QTimer(self)
        self._gathered.setSingleShot(True)
        self._gathered.timeout.connect(self._draw)

    def show_cases(self, marks: Sequence[CaseMark]) -> None:
        """Show these cases instead of the present ones."""
        self.govern("cases", lambda city: city.show_cases(marks), is_living=True)

    def show_components(self, components: Components) -> None:
        """Show these components instead of the present ones."""
        self._status = {}
        self.govern("components", lambda city: city.show_components(components))

    def set_component_status(self, ids: Sequence[str], status: Sequence[int]) -> None:
        """Show another status of some of the components, numbers of `scene.governed_values.STATUSES`."""
        if self._is_held(partial(self.set_component_status, ids, status)):
            return
        self._status.update(zip(ids, status, strict=True))
        if self._scene is not None:
            self._scene.governed.set_component_status(ids, status)
            self._draw_living()

    def show_movers(self, movers: Movers, at_ms: float) -> None:
        """Let things move to where they are at a moment (milliseconds of any one clock)."""
        self.govern("movers", lambda city: city.show_movers(movers, at_ms), is_living=True)

    def show_areas(self, areas: Areas) -> None:
        """Show these areas with their values on the ground; none takes them away."""
        self.govern("areas", lambda city: city.show_areas(areas))

    def show_heat(self, x_m: Float64Array, y_m: Float64Array, weights: Float64Array, radius_m: float = 180.0) -> None:
        """Show how densely weighted points lie; none takes the map away."""
        self.govern("heat", lambda city: city.show_heat(x_m, y_m, weights, radius_m))

    def show_sights(self, lines: Sequence[SightLine]) -> None:
        """Show these lines of sight instead of the present ones."""
        self.govern("sights", lambda city: city.show_sights(lines))

    def show_finding(self, name: str, finding: Finding | None) -> None:
        """Show what an analysis found ("finding") or asks about ("picks"); None takes it away."""
        self.govern(f"finding {name}", lambda city: city.show_finding(name, finding))

    def show_operation(self, name: str, scenery: Scenery) -> None:
        """Show what a joint response or a major event shows, instead of its present scenery."""
        self.govern(f"operation {name}", lambda city: city.show_operation(name, scenery))

    def govern(self, name: str, showing: Showing, *, is_living: bool = False) -> None:
        """Show something of a name in the scene, and in every later one until something else of that name is shown.

        What lives changes by itself: a frame is drawn for it only as often as the machine draws easily.
        """
        self._governed[name] = showing
        self._bring(name, is_living=is_living)

    def let_go(self) -> None:
        """Take what has waited for the picture."""
        held, self._held = self._held or [], None
        for take in held:
            take()
        self._viewport.update()

    def _bring(self, name: str, *, is_living: bool = False) -> None:
        if self._scene is None or name not in self._governed:
            return
        if self._is_held(partial(self._bring, name, is_living=is_living)):
            return
        self._governed[name](self._scene.governed)
        if name == "components" and self._status:
            self._scene.governed.set_component_status(list(self._status), list(self._status.values()))
        if is_living:
            self._draw_living()
        else:
            self._viewport.update()

    def _draw_living(self) -> None:
        """Ask for a frame, the same for all that changes close together."""
        if not self._gathered.isActive():
            self._gathered.start(self.living_pause_ms)

    @Slot()
    def _draw(self) -> None:
        self._viewport.update()

    @property
    def living_pause_ms(self) -> int:
        """How long what lives waits for others before it is drawn."""
        return LIVING_MS

    def _bring_all(self) -> None:
        for name in self._governed:
            self._bring(name)

    def _is_held(self, take: Callable[[], None]) -> bool:
        """Keep something for later while a picture is drawn."""
        if self._held is not None:
            self._held.append(take)
        return self._held is not None
