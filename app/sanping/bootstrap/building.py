"""Builds the tiles of a whole twin beforehand, so that it opens from the cache: several layers at once, anywhere."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from sanping.bootstrap.opener import TwinOpener
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.jobs import Jobs
from sanping.ports.progress import Progress
from sanping.settings.settings import Settings
from sanping.twin.project import LayerEntry, TwinProject

_BUILDING = Text("建造瓦片", "Building the tiles")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltLayer:
    """What became of one layer: its objects (0 for terrain), or why it could not be read."""

    entry: LayerEntry
    objects: int = 0
    error: SanpingError | None = None


def build_layers(
    project: TwinProject, settings: Settings, jobs: Jobs, at_once: int, progress: Progress
) -> list[BuiltLayer]:
    """Read every layer of a twin into the cache, `at_once` side by side; a layer that cannot be read is named.

    Raises `Cancelled`; layers that were finished by then stay in the cache.
    """
    opener = TwinOpener(settings, jobs)
    opener.opened_twin(project)
    shares = SharedProgress(progress, len(project.layers), _BUILDING)
    with ThreadPoolExecutor(max(1, at_once), thread_name_prefix="build-layer") as pool:
        works = [pool.submit(_built, opener, entry, shares.of(n)) for n, entry in enumerate(project.layers)]
        try:
            return [work.result() for work in works]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _built(opener: TwinOpener, entry: LayerEntry, progress: Progress) -> BuiltLayer:
    try:
        content = opener.open_layer(entry, progress).content
    except Cancelled:
        raise
    except SanpingError as error:
        return BuiltLayer(entry=entry, error=error)
    return BuiltLayer(entry=entry, objects=content.feature_count if isinstance(content, TileSet) else 0)


def failed(layers: Sequence[BuiltLayer]) -> list[BuiltLayer]:
    """Return the layers that could not be read."""
    return [layer for layer in layers if layer.error is not None]


class SharedProgress:
    """The progress of jobs side by side, as one; may be told from any thread."""

    def __init__(self, whole: Progress, count: int, doing: Text) -> None:
        self._whole, self._doing, self._lock = whole, doing, Lock()
        self._fractions = [0.0] * count

    def of(self, number: int) -> Progress:
        """Return the progress of one of the jobs."""
        return _Share(self, number)

    def report(self, number: int, fraction: float) -> None:
        """Say how far a job is."""
        with self._lock:
            self._fractions[number] = fraction
            self._whole.report(sum(self._fractions) / len(self._fractions), self._doing)


class _Share:
    def __init__(self, shared: SharedProgress, number: int) -> None:
        self._shared, self._number = shared, number

    def report(self, fraction: float, doing: Text) -> None:
        self._shared.report(self._number, fraction)
