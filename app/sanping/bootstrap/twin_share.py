"""What a hub shares of its twin: made by a program of its own, kept in the cache, made anew as files change."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from sanping.bootstrap.made_beside import MadeBeside
from sanping.bootstrap.phone_map import state_mark, trim
from sanping.bootstrap.share_files import CATALOGUE, FEATURES, MAKERS, TILES
from sanping.domain.catalogue import DataCard
from sanping.domain.errors import FileBroken
from sanping.domain.text import Text
from sanping.ports.phone_map import MapStatus
from sanping.ports.progress import Progress
from sanping.ports.shared_models import Feature, FeaturePage, FeatureQuery
from sanping.storage.feature_file import FeatureFile
from sanping.twin.project import TwinProject
from sanping.workers.program import run_program

_MAKING = Text("生成共享数据", "Making what is shared")
_NOTHING = FeaturePage(features=(), matched=0)


def share_folder(project: TwinProject, cache_folder: Path) -> Path:
    """Return where what is shared of a twin in its present state belongs."""
    mark = state_mark(project, *MAKERS)
    return cache_folder / "shared" / mark


class TwinShare:
    """The models of one twin (`ports.shared_models.SharedModels`)."""

    def __init__(self, project: TwinProject, cache_folder: Path) -> None:
        self._project, self._cache = project, cache_folder
        self._beside = MadeBeside("share", _MAKING, self._make)
        self._folder: Path | None = None
        self._features: FeatureFile | None = None
        self._cards: tuple[DataCard, ...] = ()

    @property
    def status(self) -> MapStatus:
        """How far it is."""
        self._take()
        return MapStatus(state="ready", share=1.0) if self._folder is not None else self._beside.status

    def want(self) -> None:
        """Begin to make it unless it is there, being made, or has failed within the last minute."""
        if self.status.state != "ready":
            self._beside.want()

    def cards(self) -> Sequence[DataCard]:
        """Return the entries of the catalogue; empty until it is ready."""
        self._take()
        return self._cards

    def fields(self, layer: str) -> Mapping[str, str]:
        """Return the properties of a layer's features and their JSON types; empty for one without a table."""
        self._take()
        return {} if self._features is None else self._features.fields(layer)

    def page(self, layer: str, query: FeatureQuery) -> FeaturePage:
        """Return features of a layer. Raises `InputError` for a property that it lacks."""
        return _NOTHING if self._features is None else self._features.page(layer, query)

    def feature(self, layer: str, id: str) -> Feature | None:
        """Return one feature by its id."""
        return None if self._features is None else self._features.feature(layer, id)

    def file(self, name: str) -> Path | None:
        """Return a file of the tileset; None when there is none, or none yet. No name leads out of its folder."""
        self._take()
        if self._folder is None:
            return None
        home = (self._folder / TILES).resolve()
        path = (home / name).resolve()
        return path if path.is_relative_to(home) and path.is_file() else None

    def close(self) -> None:
        """Stop what is being made, and release files."""
        self._beside.close()
        if self._features is not None:
            self._features.close()

    def _make(self, progress: Progress) -> Path:
        folder = share_folder(self._project, self._cache)
        if not (folder / CATALOGUE).is_file():
            part = folder.with_name(f"{folder.name}.part")
            shutil.rmtree(part, ignore_errors=True)
            part.parent.mkdir(parents=True, exist_ok=True)
            try:
                run_program(["share", str(self._project.folder), "--output", str(part)], progress)
                shutil.rmtree(folder, ignore_errors=True)
                part.replace(folder)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            trim(folder, "*")
        return folder

    def _take(self) -> None:
        """Open what was made, in the thread that reads it."""
        folder = self._beside.made
        if self._folder is not None or folder is None:
            return
        try:
            self._cards = msgspec.json.decode((folder / CATALOGUE).read_bytes(), type=tuple[DataCard, ...])
            self._features = FeatureFile(folder / FEATURES) if (folder / FEATURES).is_file() else None
        except (OSError, msgspec.MsgspecError, FileBroken) as error:
            shutil.rmtree(folder, ignore_errors=True)
            self._beside.failed(Text(str(error), str(error)))
            return
        self._folder = folder
