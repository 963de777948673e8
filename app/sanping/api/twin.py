"""A twin in a script: its layers, pictures of it, files made of it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sanping.api.closing import Closing
from sanping.api.desk import Desk
from sanping.api.layer import Layer
from sanping.api.watching import watcher
from sanping.bootstrap.exporting import export
from sanping.bootstrap.files import project_of_files
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.opener import TwinOpener
from sanping.bootstrap.pictures import Shot, picture
from sanping.bootstrap.twins import load_project
from sanping.domain.city import Skipped
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import StyleName
from sanping.formats.outgoing.layers import ExportFormat, ExportWish, format_of
from sanping.formats.outgoing.parcel import Parcel, Pick
from sanping.ports.model_reader import ReadOptions
from sanping.settings import paths
from sanping.stage.state import QualityName
from sanping.twin.project import TwinProject

_NO_LAYER = Text("没有名为“{name}”的图层；有：{known}", "There is no layer “{name}”; there are: {known}")


def open_twin(source: str | Path | Sequence[str | Path] | None = None, *, crs: str = "") -> "Twin":
    """Open a twin or scene by its folder or name, loose model files, or None for the bundled Suzhou Creek.

    `crs` is that of loose files which do not say. Raises `ProjectInvalid`, `FileBroken` or `InputError`.
    """
    if source is None:
        return Twin(load_project(paths.default_twin()))
    if isinstance(source, str | Path):
        path = Path(source)
        if not path.is_file() or path.suffix == ".toml":
            return Twin(load_project(path))
        source = [path]
    return Twin(project_of_files([Path(file) for file in source], ReadOptions(crs=crs)))


class Twin(Closing):
    """A twin that is open; closed after use, or by `with`. Layers are read when they are asked for."""

    def __init__(self, project: TwinProject) -> None:
        self._project, self._settings = project, own_settings()
        self._opener = TwinOpener(self._settings)
        self._opener.opened_twin(project)
        self._layers: dict[str, Layer] = {}

    def close(self) -> None:
        """End its waiting workers."""
        self._opener.close()

    @property
    def title(self) -> Text:
        """What people call it."""
        return self._project.title

    @property
    def crs(self) -> str:
        """Its CRS, empty for loose files of which each has its own."""
        return self._project.crs

    @property
    def is_synthetic(self) -> bool:
        """Whether its data are made up (模拟数据)."""
        return self._project.is_synthetic

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all layers."""
        return tuple(entry.name for entry in self._project.layers)

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the views that pictures may be taken from."""
        return tuple(bookmark.name.zh for bookmark in self._project.bookmarks)

    def desk(self) -> Desk:
        """Return a desk of the twin without a window, as it opens: actions are done on it and pictures taken."""
        return Desk(self._project, self._settings)

    def layer(self, name: str) -> Layer:
        """Read a layer, from the cache when it is there. Raises `InputError`, and what reading the file raises."""
        if name not in self._layers:
            entry = next((entry for entry in self._project.layers if entry.name == name), None)
            if entry is None:
                raise InputError(_NO_LAYER.with_values(name=name, known=", ".join(self.names)))
            self._layers[name] = Layer(self._opener.open_layer(entry, watcher()))
        return self._layers[name]

    def picture(  # noqa: PLR0913  what a picture is made of
        self,
        path: str | Path,
        *,
        size: tuple[int, int] = (1920, 1080),
        view: str = "",
        style: StyleName | None = None,
        quality: QualityName = "high",
        moment: datetime | None = None,
    ) -> tuple[str, ...]:
        """Draw it into a PNG file and return the names of layers that could not be read and are missing.

        `view` is one of `views`, `style` None the twin's own. Raises `InputError`.
        """
        shot = Shot(width=size[0], height=size[1], style=style, view=view, quality=quality, moment=moment)
        refused = picture(self._project, Path(path), shot, watcher(), self._settings)
        return tuple(refusal.entry.name for refusal in refused)

    def export(
        self,
        path: str | Path,
        *,
        layers: Sequence[str] = (),
        objects: dict[str, Sequence[str]] | None = None,
        format: ExportFormat | None = None,
        crs: str = "",
    ) -> tuple[int, tuple[Skipped, ...]]:
        """Write layers (all) or objects (by layer) to a file and return how many, and what was passed over.

        Formats: CityJSON, 3D Tiles, GLB, GeoPackage, GeoParquet; by the file's name when not given. Raises
        `InputError` and `StoreFailed`; then nothing is left behind.
        """
        target = Path(path)
        wish = ExportWish(
            format=format or format_of(target),
            crs=crs,
            title=self._project.title.in_language(self._settings.language),
            attribution=self._project.attribution.in_language(self._settings.language),
            vertical_datum=self._project.vertical_datum,
        )
        chosen = tuple((layer, tuple(ids)) for layer, ids in (objects or {}).items())
        pick = Pick(layers=tuple(layers), objects=chosen)
        parcel = Parcel(project=self._project, pick=pick, wish=wish, target=target)
        found = export(parcel, self._settings, watcher())
        return found.objects, found.skipped
