"""What the window asks of whoever opens files for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from sanping.commands.loaded_layer import OpenedLayer
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.twin.cases.inventory import Inventory
from sanping.twin.project import LayerEntry, SceneCard, TwinProject


class Opener(Protocol):
    """Opens twins and models; every method but `scenes` may take long, runs in a thread and raises `SanpingError`."""

    def scenes(self) -> Sequence[SceneCard]:
        """Return the scenes that can be opened; a broken one says why it cannot."""

    def open_twin(self, folder: Path, progress: Progress) -> TwinProject:
        """Read what a twin folder declares."""

    def components(self, project: TwinProject, progress: Progress) -> Inventory:
        """Read the components that a twin governs; none where it has no table of them."""

    def entries_of(
        self, paths: Sequence[Path], options: ReadOptions, project: TwinProject, progress: Progress
    ) -> tuple[LayerEntry, ...]:
        """Turn dropped or chosen files into layers that fit the twin: unique names, its CRS as target."""

    def files_with(self, path: Path) -> Sequence[Path]:
        """Return the files that reading a file reads, itself among them; quick, and raises nothing."""

    def open_layer(self, entry: LayerEntry, progress: Progress) -> OpenedLayer:
        """Read one layer and cut it into tiles; raises `CrsMissing` when the person has to name a CRS."""
