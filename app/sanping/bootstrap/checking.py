"""Checks the models of a twin, and compares two versions of a model, in worker processes."""

from dataclasses import dataclass, replace

from sanping.analysis.model_check import CheckLimits, Fault, faults_of
from sanping.analysis.version_compare import ObjectChange, changes_between
from sanping.bootstrap.exporting import HereJobs
from sanping.bootstrap.opener import TwinOpener, limits_of
from sanping.commands.loaded_layer import OpenedLayer
from sanping.domain.city import Skipped
from sanping.domain.errors import InputError
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.jobs import Jobs
from sanping.ports.progress import Part, Progress
from sanping.settings.settings import Settings
from sanping.twin.live_part import LivePart
from sanping.twin.project import LayerEntry, TwinProject
from sanping.workers.jobs import WorkerJobs

_OPENED = 0.3
_NO_MODEL = Text(
    "没有三维模型可检查；请选含有建筑或桥梁的图层", "There is no 3D model to check; choose layers with buildings"
)
_NOT_ONE = Text("只有三维模型可以比较；{name} 不是", "Only 3D models can be compared, which {name} is not")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLayer:
    """A layer that was checked: its objects, what is wrong, and what its reader left out."""

    entry: LayerEntry
    objects: int
    faults: tuple[Fault, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckErrand:
    """What a worker is to check."""

    project: TwinProject
    layers: tuple[str, ...]
    limits: CheckLimits
    settings: Settings


def check(errand: CheckErrand, progress: Progress, jobs: Jobs | None = None) -> list[CheckedLayer]:
    """Check the models of a twin, all or those named.

    Raises `InputError` when none of the layers is a model, what reading one raises, and `Cancelled`.
    """
    work = replace(errand, project=replace(errand.project, live=LivePart()))
    return (jobs or WorkerJobs()).run(check_models, work, progress=progress, limits=limits_of(errand.settings))


def check_models(errand: CheckErrand, progress: Progress) -> list[CheckedLayer]:
    """Open the layers and check them; runs in a worker."""
    opened = _opened(errand.project, errand.layers, errand.settings, Part(progress, 0.0, _OPENED))
    terrain = next((layer.content for layer in opened if isinstance(layer.content, Terrain)), None)
    models = [layer for layer in opened if isinstance(layer.content, TileSet)]
    if not models:
        raise InputError(_NO_MODEL, path=str(errand.project.folder))
    found = []
    for number, layer in enumerate(models):
        share = (1 - _OPENED) / len(models)
        part = Part(progress, _OPENED + number * share, _OPENED + (number + 1) * share)
        assert isinstance(layer.content, TileSet)
        ground = terrain if terrain is not None and terrain.frame.crs == layer.content.frame.crs else None
        faults = tuple(faults_of(layer.content, ground, part, errand.limits))
        objects = layer.content.feature_count
        found.append(CheckedLayer(entry=layer.entry, objects=objects, faults=faults, skipped=layer.skipped))
    return found


def compare(
    before: TwinProject, after: TwinProject, settings: Settings, progress: Progress, jobs: Jobs | None = None
) -> list[ObjectChange]:
    """Return what changed from the first model of one project to that of the other. Raises as `check` does."""
    return (jobs or WorkerJobs()).run(
        compare_models, before, after, settings, progress=progress, limits=limits_of(settings)
    )


def compare_models(
    before: TwinProject, after: TwinProject, settings: Settings, progress: Progress
) -> list[ObjectChange]:
    """Open both and compare them; runs in a worker."""
    models = []
    for number, project in enumerate((before, after)):
        part = Part(progress, number * _OPENED, (number + 1) * _OPENED)
        opened = _opened(project, (), settings, part)
        model = next((layer.content for layer in opened if isinstance(layer.content, TileSet)), None)
        if model is None:
            name = project.layers[0].path.name if project.layers else str(project.folder)
            raise InputError(_NOT_ONE.with_values(name=name), path=str(project.folder))
        models.append(model)
    return changes_between(models[0], models[1], Part(progress, 2 * _OPENED, 1.0))


def _opened(project: TwinProject, layers: tuple[str, ...], settings: Settings, progress: Progress) -> list[OpenedLayer]:
    opener = TwinOpener(settings, HereJobs())
    opener.opened_twin(project)
    wanted = [entry for entry in project.layers if not layers or entry.name in layers or entry.role == "terrain"]
    return [
        opener.open_layer(entry, Part(progress, number / len(wanted), (number + 1) / len(wanted)))
        for number, entry in enumerate(wanted)
    ]
