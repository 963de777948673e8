"""What is drawn upon the city at a desk is in its large pictures, films and sheets too, and so is a section."""

import re
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from fakes.film_reading import seen
from sanping.analysis.cutting import Cutting
from sanping.analysis.sections import level_plane
from sanping.commands.desk_state import Outcome
from sanping.domain.note import Note
from sanping.stage.section_shown import ShownSection
from sanping.stage.state import Stage
from sanping.ui.workbench.marks import Mark, marked
from ui.test_view_tools import opened, window  # noqa: F401  the window is a fixture
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
PLOT = Note(
    id="polygon-1", kind="polygon", colour="#ff00ff", words="方案地块",
    points=tuple((WEST + x, SOUTH + y, 0.0) for x, y in ((55.0, 55.0), (145.0, 55.0), (145.0, 145.0), (55.0, 145.0))),
)  # fmt: skip


def magenta(picture: Any) -> int:
    """Count the pixels in the colour of the plot's edge, as printing and filming leave it."""
    red, green, blue = (np.asarray(picture)[..., channel].astype(int) for channel in range(3))
    return int(((red > 190) & (green < 90) & (blue > 190)).sum())


def hatched(picture: Any) -> int:
    """Count the pixels in the colour of a building that is cut open by day."""
    red, green, blue = (np.asarray(picture)[..., channel].astype(int) for channel in range(3))
    return int(((red > 150) & (green < 130) & (blue < 110) & (red - blue > 80)).sum())


def picture_in_pdf(path: Path) -> np.ndarray[Any, Any]:
    """Return the largest picture of a PDF, (height, width, 3)."""
    found = []
    for match in re.finditer(rb"<<([^>]*?/Subtype /Image.*?)>>\s*stream\r?\n", path.read_bytes(), re.DOTALL):
        width, height = (int(re.search(rb"/%s (\d+)" % side, match[1])[1]) for side in (b"Width", b"Height"))  # type: ignore[index]
        data = path.read_bytes()[match.end() :]
        if b"DCTDecode" in match[1]:
            found.append(np.asarray(Image.open(BytesIO(data)).convert("RGB")))
        elif b"DeviceRGB" in match[1]:
            flat = np.frombuffer(zlib.decompressobj().decompress(data), np.uint8)
            found.append(flat[: width * height * 3].reshape(height, width, 3))
    return max(found, key=lambda picture: picture.size)


def take_stage(desk: Any, **changes: Any) -> None:
    """Let a desk show another stage."""
    desk.take(Outcome(state=replace(desk.state, stage=replace(desk.state.stage, **changes))))


def test_annotations_are_in_large_pictures_films_and_sheets(window: Any, qtbot: Any, tmp_path: Path) -> None:  # noqa: F811
    # given a plot drawn upon the city by day, which is being looked at, and a line that is not finished
    window.perform("bookmark.visit", 2)
    notes = opened(window, qtbot, "notes")
    notes._take(notes.book.added(PLOT))
    notes._choose(PLOT.id)
    notes.places.append(PLOT.points[0])

    # when a picture twice as large is taken
    with qtbot.waitSignal(window.loading.picture_saved, timeout=60_000) as saved:
        window.perform("file.picture_2")

    # then the plot is in it with its words, without what is only half drawn
    large = np.asarray(Image.open(saved.args[0]).convert("RGB"))
    shown = magenta(large)
    assert shown > 1000
    notes._drop()

    # when it is filmed, then it is in the frames
    flight = opened(window, qtbot, "flight")
    qtbot.mouseClick(flight.record, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(flight.record, Qt.MouseButton.LeftButton)
    flight.list.table.item(1, 1).setText("0.5")
    for choice, value in ((flight.size, (480, 270)), (flight.rate, 4)):
        choice.addItem("", value)
        choice.setCurrentIndex(choice.count() - 1)
    with qtbot.waitSignal(flight.films.finished, timeout=120_000):
        flight.make_film(tmp_path / "flight.mp4")
    assert all(magenta(picture) > 100 for picture in seen(tmp_path / "flight.mp4").pictures)

    # when a plan is printed, then it lies where the scale puts it, in the PNG and in the PDF
    sheets = opened(window, qtbot, "print")
    sheets.kind.setCurrentIndex(3)
    sheets.resolution.setCurrentIndex(0)
    for name in ("plan.png", "plan.pdf"):
        with qtbot.waitSignal(sheets.changed, timeout=60_000):
            sheets.write(tmp_path / name)
        qtbot.waitUntil((tmp_path / name).exists, timeout=60_000)
        qtbot.waitUntil(lambda: not sheets._drawing.is_busy, timeout=60_000)
    paper = np.asarray(Image.open(tmp_path / "plan.png").convert("RGB")).astype(int)
    edge = np.nonzero((paper[..., 0] > 190) & (paper[..., 1] < 90) & (paper[..., 2] > 190))
    assert np.ptp(edge[1]) == pytest.approx(90.0 / 2000.0 / 0.0254 * 150, abs=6)
    assert magenta(picture_in_pdf(tmp_path / "plan.pdf")) > 300

    # when it is hidden, then no picture shows it
    notes = opened(window, qtbot, "notes")
    notes._show_or_hide(PLOT.id, False)
    with qtbot.waitSignal(window.loading.picture_saved, timeout=60_000) as saved:
        window.perform("file.picture_2")
    assert magenta(np.asarray(Image.open(saved.args[0]).convert("RGB"))) < shown / 50


def test_a_section_is_in_large_pictures_and_sheets(window: Any, qtbot: Any, tmp_path: Path) -> None:  # noqa: F811
    # given a city cut open at 35 m, seen from above by day
    window.perform("bookmark.visit", 2)
    take_stage(window, section=ShownSection(cutting=Cutting(plane=level_plane(35.0))))
    qtbot.waitUntil(lambda: bool(window.section.planes), timeout=30_000)

    # when a picture is taken and a plan is printed
    with qtbot.waitSignal(window.loading.picture_saved, timeout=60_000) as saved:
        window.perform("file.picture_2")
    sheets = opened(window, qtbot, "print")
    sheets.kind.setCurrentIndex(3)
    with qtbot.waitSignal(sheets.changed, timeout=60_000):
        sheets.write(tmp_path / "plan.pdf")
    qtbot.waitUntil((tmp_path / "plan.pdf").exists, timeout=60_000)

    # then both show the faces of the cut
    assert hatched(np.asarray(Image.open(saved.args[0]).convert("RGB"))) > 5000
    assert hatched(picture_in_pdf(tmp_path / "plan.pdf")) > 5000
    take_stage(window, section=None)
    window.section.stop()


def test_the_parts_of_a_picture_are_marked_as_the_whole_is(window: Any) -> None:  # noqa: F811
    # given a black picture of a parallel view, and a mark across it
    from sanping.scene.picture_parts import parts_of

    stage: Stage = replace(window.state.stage, is_parallel=True)
    marks = [Mark(points=PLOT.points, colour=(255, 0, 255), is_closed=True, is_filled=True)]
    whole = marked(np.zeros((600, 800, 3), np.uint8), marks, stage, "zh")

    # when it is marked part by part
    joined = np.zeros_like(whole)
    parts = parts_of(800, 600, 100_000)
    for part in parts:
        rows, columns = slice(part.top, part.top + part.height), slice(part.left, part.left + part.width)
        joined[rows, columns] = marked(np.ascontiguousarray(joined[rows, columns]), marks, stage, "zh", part)

    # then it is the same picture
    assert len(parts) > 1
    assert magenta(whole) > 500
    assert np.array_equal(joined, whole)
