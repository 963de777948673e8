"""Brings detailed models of a plan's alternative into the city of a window: opened in a thread, set where they stand.

A screen without the files shows the blocks that the show carries.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from sanping.analysis.mass_tiles import placed_tiles
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer
from sanping.domain.crs import LOCAL
from sanping.domain.errors import CrsMissing, InputError
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.formats.plan_file import plan_text, read_plan
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.settings import paths
from sanping.stage.plan_shown import ShownModel, ShownPlan
from sanping.stage.state import Stage
from sanping.storage.plan_shelf import PlanShelf
from sanping.twin.project import LayerEntry, TwinProject
from sanping.ui.city_show import CityShow
from sanping.ui.crossing import Crossing
from sanping.ui.opening import Opener

MOST_HELD = 12
SCHEME = Text("规划方案", "Scheme")
NOT_A_MODEL = Text(
    "“{name}”里没有建筑体块：它是地形或线、点数据；请选择 IFC、glTF、OBJ、CityJSON 或带高度的建筑轮廓",
    "{name} holds no buildings but terrain, lines or points: choose IFC, glTF, OBJ, CityJSON or high footprints",
)


def shelf_of(project: TwinProject) -> PlanShelf:
    """Return the plans of a twin; those for loose files lie among this person's data."""
    beside = paths.plans_folder(project.folder)
    is_twin = (project.folder / "twin.toml").is_file()
    return PlanShelf(project.folder / "plans" if is_twin else beside, beside, read_plan, plan_text)


@dataclass(frozen=True, slots=True)
class Opened:
    """A model as it was read: in the CRS of the twin, or "LOCAL" for one that is placed by hand."""

    path: Path
    crs: str
    layer: OpenedLayer

    @property
    def tiles(self) -> TileSet:
        """Its tiles."""
        assert isinstance(self.layer.content, TileSet)
        return self.layer.content


def opened_model(opener: Opener, project: TwinProject, path: Path, crs: str, progress: Progress) -> Opened:
    """Read a model of a scheme: where its file says, else ("LOCAL", or a file that does not say) in its own metres.

    Raises `InputError` for a file without buildings, and what the reader raises.
    """
    target = "" if crs == LOCAL else project.crs
    options = ReadOptions(crs=LOCAL if crs == LOCAL else "", target_crs=target, role="buildings")
    entry = LayerEntry(name="scheme", title=SCHEME, role="buildings", path=path, options=options, group=SCHEME)
    try:
        layer = opener.open_layer(entry, progress)
    except CrsMissing:
        if crs == LOCAL:
            raise
        return opened_model(opener, project, path, LOCAL, progress)
    if not isinstance(layer.content, TileSet):
        raise InputError(NOT_A_MODEL.with_values(name=path.name), path=str(path))
    return Opened(path=path, crs=layer.content.frame.crs if crs != LOCAL else LOCAL, layer=layer)


class PlanModels(QObject):
    """Follows what is shown in one or several views of a twin; `cities` gives them."""

    def __init__(
        self, opener: Opener, project_of: Callable[[], TwinProject], cities: Callable[[], Sequence[CityShow]],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._opener, self._project_of, self._cities = opener, project_of, cities
        self._held: OrderedDict[str, LoadedLayer] = OrderedDict()
        self._wanted: dict[str, ShownModel] = {}
        self._shown: ShownPlan | None = None
        self._plan = ""
        self._jobs: dict[int, str] = {}
        self._crossing = Crossing(self)
        self._crossing.finished.connect(self._on_opened)
        self._crossing.failed.connect(self._on_failed)

    @Slot(object)
    def follow_stage(self, stage: Stage) -> None:
        """Follow what a stage shows."""
        if stage.scheme is not self._shown:
            self._shown = stage.scheme
            self._follow(stage.scheme)

    def _follow(self, shown: ShownPlan | None) -> None:
        """Bring the models of what is shown now; what is shown no longer goes by itself."""
        models = () if shown is None or shown.view == "before" else shown.models
        before, self._wanted = self._wanted, {model.layer: model for model in models}
        self._plan = "" if shown is None else shown.plan
        for name, model in self._wanted.items():
            if name in before:
                continue
            if name in self._held:
                self._bring(self._held[name])
            elif name not in self._jobs.values():
                self._open(name, model)

    def forget(self) -> None:
        """Forget everything: another twin is open."""
        for number in tuple(self._jobs):
            self._crossing.cancel(number)
        self._held.clear()
        self._wanted, self._shown = {}, None

    def stop(self) -> None:
        """Stop, and wait for the threads."""
        self._jobs.clear()
        self._crossing.close()

    def _open(self, name: str, model: ShownModel) -> None:
        project = self._project_of()
        path = shelf_of(project).model(self._plan, model.file)
        if path.is_file():
            job = partial(_placed, self._opener, project, path, (name, model))
            self._jobs[self._crossing.start(job)] = name

    def _bring(self, layer: LoadedLayer) -> None:
        for city in self._cities():
            city.add(layer)

    @Slot(int, object)
    def _on_opened(self, number: int, layer: LoadedLayer) -> None:
        name = self._jobs.pop(number, "")
        self._held[name] = layer
        while len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        if name in self._wanted:
            self._bring(layer)

    @Slot(int, object)
    def _on_failed(self, number: int, _error: object) -> None:
        """Leave the blocks, which say the same less finely."""
        self._jobs.pop(number, None)


def _placed(
    opener: Opener, project: TwinProject, path: Path, model: tuple[str, ShownModel], progress: Progress
) -> LoadedLayer:
    name, shown = model
    opened = opened_model(opener, project, path, shown.crs, progress)
    entry = replace(opened.layer.entry, name=name, role="buildings")
    content = placed_tiles(opened.tiles, shown.placement)
    return LoadedLayer(opened=replace(opened.layer, entry=entry, content=content))
