"""What is drawn upon the city in pictures without a window: a section with its faces, and annotations."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sanping.analysis.section_faces import PlaneFaces, faces_of
from sanping.bootstrap.machine import has_display
from sanping.bootstrap.opener import Refusal
from sanping.commands.loaded_layer import OpenedLayer, loaded
from sanping.commands.section_city import city_of, coloured
from sanping.domain.errors import SanpingError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.formats.notes_geojson import NOTES_FILE, read_notes
from sanping.ports.model_reader import ReadOptions
from sanping.scene.city_scene import CityScene
from sanping.scene.picture_parts import PicturePart
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.stage.notes_shown import shown_notes
from sanping.stage.state import Stage
from sanping.twin.project import LayerEntry, TwinProject

Upon = Callable[[UInt8Array, Stage, PicturePart | None], UInt8Array]
_NOTES = Text("标注", "Annotations")
_FILE = Text("标注（{name}）", "Annotations ({name})")


@contextmanager
def painting(settings: Settings) -> Iterator[None]:
    """Have an application to paint with, on a screen or without one."""
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # whatever it says, there is no other that could work
    from sanping.ui.application import create_application  # noqa: PLC0415

    kept = create_application(settings.language, paths.assets())
    yield
    del kept


def with_notes(project: TwinProject, stage: Stage) -> tuple[Stage, tuple[Refusal, ...]]:
    """Return a stage with the annotations that are kept with a twin, unless it has some; and why there are none."""
    path = paths.twin_notes_folder(project.folder) / NOTES_FILE
    if stage.notes is not None or not path.is_file():
        return stage, ()
    try:
        notes, _ = read_notes(path, project.crs)
    except SanpingError as error:
        title = _FILE.with_values(name=path.name)
        entry = LayerEntry(name="@notes", title=title, role="lines", path=path, options=ReadOptions(), group=_NOTES)
        return stage, (Refusal(entry=entry, error=error),)
    return replace(stage, notes=shown_notes(notes)), ()


def cut_open(scene: CityScene, stage: Stage, layers: Sequence[OpenedLayer]) -> None:
    """Cut the city of a scene as a stage says, and close the cut where it says so."""
    shown = stage.section
    if shown is None:
        return
    planes: tuple[PlaneFaces, ...] = ()
    if shown.is_cut and shown.has_caps:
        planes = faces_of(shown.cutting, city_of(shown.cutting, stage, {one.entry.name: loaded(one) for one in layers}))
    scene.governed.show_section(shown.cutting, coloured(planes))


@contextmanager
def drawing_upon(stage: Stage, settings: Settings) -> Iterator[Upon]:
    """Give what paints the annotations of a stage upon its pictures; Qt is asked only where there are some."""
    if stage.notes is None:
        yield lambda picture, _stage, _part: picture
        return
    with painting(settings):
        from sanping.ui.workbench.marks import marked  # noqa: PLC0415  Qt only for annotations
        from sanping.ui.workbench.note_marks import marks_of_all  # noqa: PLC0415

        marks = marks_of_all(stage.notes)
        yield lambda picture, seen, part: marked(picture, marks, seen, settings.language, part)
