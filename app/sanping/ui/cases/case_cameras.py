"""Shows which cameras see a case: lines in the city, names in words; asked for again, they go away."""

from collections.abc import Iterable

from sanping.analysis.prisms import Obstacles
from sanping.analysis.sight import CameraSight, cameras_seeing
from sanping.commands.camera_sights import MOST, aim_at, cameras_of, obstacles_of, told
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.scene.governed_values import SightLine
from sanping.ui.cases.case_window import CaseWindow


class CaseCameras:
    """The lines of sight of one desk."""

    def __init__(self, desk: CaseWindow) -> None:
        self._desk = desk
        self._shown = ""
        self._obstacles: Obstacles | None = None
        self._contents: tuple[object, ...] = ()

    def show(self, line: CaseLine) -> None:
        """Show the lines of a case that has a place, or take them away when they are its own."""
        assert line.x_m is not None
        assert line.y_m is not None
        if self._shown == line.id:
            self.hide()
            return
        content, stations = self._desk.content, self._desk.living.part.by_id
        place = aim_at(line.x_m, line.y_m, content.ground(line.x_m, line.y_m))
        cameras = cameras_of(stations.values(), content.ground)
        sights = cameras_seeing(cameras, place, self._in_the_way())
        self._shown = line.id
        self._desk.city.show_sights([line_of(sight, place) for sight in sights[: 2 * MOST]])
        self._desk.say(told(sights, lambda name: stations[name].name if name in stations else Text(name, name)))

    def hide(self) -> None:
        """Take the lines away."""
        if self._shown:
            self._shown = ""
            self._desk.city.show_sights(())

    def _in_the_way(self) -> Obstacles:
        """Return the buildings; put together anew only when layers have come or gone."""
        contents = tuple(layer.content for layer in self._desk.content.layers.values())
        if self._obstacles is None or not _are_same(contents, self._contents):
            self._obstacles, self._contents = obstacles_of(contents), contents
        return self._obstacles


def line_of(sight: CameraSight, place: tuple[float, float, float]) -> SightLine:
    """Return a line of sight as the city draws it."""
    return SightLine(start=sight.place, end=place, blocked_at=sight.blocked_at)


def _are_same(ours: Iterable[object], theirs: Iterable[object]) -> bool:
    return [id(one) for one in ours] == [id(one) for one in theirs]
