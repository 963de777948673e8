"""Takes layers of a twin out as files: a worker writes them, and they are put in place whole or not at all."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from sanping.bootstrap.opener import TwinOpener, limits_of
from sanping.commands.loaded_layer import OpenedLayer
from sanping.domain.errors import InputError
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.formats.outgoing.layers import BoolArray, OutLayer, with_parts
from sanping.formats.outgoing.parcel import Parcel, Pick
from sanping.formats.outgoing.writing import Exported, cannot_write, write
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.progress import Part, Progress
from sanping.settings.settings import Settings
from sanping.storage.whole_file import sync
from sanping.twin.live_part import LivePart
from sanping.twin.project import TwinProject
from sanping.workers.jobs import WorkerJobs

R = TypeVar("R")
_READ = 0.4
_PREFIX = ".sanping-export-"
_NO_LAYER = Text("没有名为“{name}”的图层；有：{known}", "There is no layer “{name}”; there are: {known}")
_NO_OBJECT = Text("图层“{layer}”里没有编号为“{id}”的对象", "The layer “{layer}” has no object with the id “{id}”")
_NO_FOLDER = Text(
    "文件夹不存在：{folder}；请先建立，或换一个位置", "There is no folder {folder}; make it first, or choose another"
)
_IS_TAKEN = Text(
    "文件夹“{name}”已存在且不为空，没有覆盖；请换一个名称",
    "The folder {name} is there and not empty; it was left alone. Choose another name",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a worker is to write, and by whose settings."""

    parcel: Parcel
    settings: Settings


class HereJobs:
    """Does jobs in this very process: in a worker, which has its limits already (`ports.jobs.Jobs`)."""

    def run(
        self, function: Callable[..., R], *arguments: object, progress: Progress, limits: Limits | None = None
    ) -> R:
        """Call the function."""
        return function(*arguments, progress=progress)


def export(parcel: Parcel, settings: Settings, progress: Progress, jobs: Jobs | None = None) -> Exported:
    """Write what a parcel says and return what became of it.

    Raises `InputError` when there is nothing to write or the place cannot be used, `StoreFailed` when the disk does not
    take it, `Cancelled` within a second of the wish; then nothing is left behind, and what was there before still is.
    """
    target = parcel.target.absolute()
    _check_place(target)
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=target.parent, ignore_cleanup_errors=True) as folder:
            part = Path(folder) / target.name
            project = replace(parcel.project, live=LivePart())
            errand = Errand(parcel=replace(parcel, project=project, target=part), settings=settings)
            found = (jobs or WorkerJobs()).run(write_errand, errand, progress=progress, limits=limits_of(settings))
            _put_in_place(part, target)
            return found
    except OSError as error:
        raise cannot_write(error, target) from error


def write_errand(errand: Errand, progress: Progress) -> Exported:
    """Read the layers, from the cache where they are, and write them; runs in a worker."""
    parcel, opener = errand.parcel, TwinOpener(errand.settings, HereJobs())
    layers = opened_layers(opener, parcel.project, parcel.pick, Part(progress, 0.0, _READ))
    return write(parcel.target, layers, parcel.wish, Part(progress, _READ, 1.0))


def opened_layers(opener: TwinOpener, project: TwinProject, pick: Pick, progress: Progress) -> list[OutLayer]:
    """Open what was picked. Raises `InputError` for a layer or an object that is not there."""
    known = [entry.name for entry in project.layers]
    objects = dict(pick.objects)
    wanted = pick.layers or tuple(objects) or known
    for name in (*wanted, *objects):
        if name not in known:
            raise InputError(_NO_LAYER.with_values(name=name, known=", ".join(known)))
    opener.opened_twin(project)
    chosen = [entry for entry in project.layers if entry.name in wanted]
    found = []
    for number, entry in enumerate(chosen):
        part = Part(progress, number / len(chosen), (number + 1) / len(chosen))
        found.append(as_out(opener.open_layer(entry, part), objects.get(entry.name)))
    return found


def as_out(opened: OpenedLayer, ids: Sequence[str] | None = None) -> OutLayer:
    """Return an opened layer, or of it the objects with these ids, as a writer takes it. Raises `InputError`."""
    chosen = None if ids is None else _rows(opened, ids)
    entry = opened.entry
    return OutLayer(name=entry.name, title=entry.title, role=entry.role, content=opened.content, chosen=chosen)


def _rows(opened: OpenedLayer, ids: Sequence[str]) -> BoolArray | None:
    content = opened.content
    if isinstance(content, Terrain):
        return None
    if isinstance(content, TileSet):
        chosen = np.zeros(content.feature_count, bool)
        numbers = {id: content.find(id) for id in ids}
    else:
        chosen = np.zeros(len(content.ids), bool)
        rows = {id: row for row, id in enumerate(content.ids)}
        numbers = {id: rows.get(id) for id in ids}
    for id, number in numbers.items():
        if number is None:
            raise InputError(_NO_OBJECT.with_values(layer=opened.entry.name, id=id))
        chosen[number] = True
    return with_parts(content, chosen) if isinstance(content, TileSet) else chosen


def _check_place(target: Path) -> None:
    """Say before the work begins that its end cannot be put there."""
    if not target.parent.is_dir():
        raise InputError(_NO_FOLDER.with_values(folder=str(target.parent)))
    if target.is_dir() and any(target.iterdir()):
        raise InputError(_IS_TAKEN.with_values(name=target.name), path=str(target))


def _put_in_place(part: Path, target: Path) -> None:
    for path in part.rglob("*") if part.is_dir() else (part,):
        sync(path)
    if target.is_dir() and part.is_dir():
        target.rmdir()
    part.replace(target)
    sync(target.parent)
