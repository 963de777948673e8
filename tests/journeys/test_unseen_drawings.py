"""`sanping picture` and `sanping film` as programs: annotations and sections are in what they draw."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fakes.film_reading import seen
from fakes.small_recording import write_simulated
from journeys.test_films import LIVE, STATIONS, sanping
from sanping.bootstrap.drawn_upon import with_notes
from sanping.domain.note import Note
from sanping.formats.notes_geojson import NOTES_FILE, notes_as_geojson
from sanping.formats.project import load_project
from sanping.stage.opening import opening_stage
from ui.test_drawn_upon import hatched, magenta
from ui.tiny_twin import SOUTH, WEST, write_twin

CORNERS = ((55.0, 55.0), (145.0, 55.0), (145.0, 145.0), (55.0, 145.0))
PLOT = Note(
    id="polygon-1", kind="polygon", colour="#ff00ff", words="方案地块", is_measured=True,
    points=tuple((WEST + x, SOUTH + y, 0.0) for x, y in CORNERS),
)  # fmt: skip


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny twin with a gauge and a plot drawn upon it."""
    folder = write_twin(tmp_path_factory.mktemp("drawn") / "tiny")
    (folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    (folder / "twin.toml").write_text((folder / "twin.toml").read_text("utf-8") + LIVE, encoding="utf-8")
    (folder / NOTES_FILE).write_bytes(notes_as_geojson([PLOT], "EPSG:4549"))
    return folder


def test_a_picture_without_a_window_has_the_annotations_and_the_section(twin: Path, tmp_path: Path) -> None:
    # given a twin with a plot drawn upon it
    # when a picture is drawn from above by day, cut open at 35 m, with and without the annotations
    common = ("--size", "800x500", "--quality", "soft", "--view", "2", "--style", "day")
    drawn = sanping("picture", twin, "-o", tmp_path / "drawn.png", *common, "--section", "35")
    bare = sanping("picture", twin, "-o", tmp_path / "bare.png", *common, "--no-notes")

    # then the plot and the faces of the cut are in the one, and neither is in the other
    assert (drawn.returncode, bare.returncode) == (0, 0), drawn.stderr + bare.stderr
    with_all, without = (np.asarray(Image.open(tmp_path / name).convert("RGB")) for name in ("drawn.png", "bare.png"))
    assert magenta(with_all) > 300
    assert hatched(with_all) > 3000
    assert magenta(without) == 0
    assert hatched(without) < hatched(with_all) / 20


def test_a_film_without_a_window_has_the_annotations_and_the_section(twin: Path, tmp_path: Path) -> None:
    # given a recording of an hour
    begin_ms = int(datetime.fromisoformat("2026-11-21T10:00:00+08:00").timestamp() * 1000)
    recording = write_simulated(tmp_path / "hour.sprec", load_project(twin), (begin_ms, begin_ms + 3_600_000), "daily")

    # when it is drawn as a film
    done = sanping(
        "film", recording, twin, "-o", tmp_path / "film.mp4", "--size", "480x300", "--quality", "draft", "--style",
        "day", "--view", "2", "--speed", 1800, "--fps", 1, "--section", "35",
    )  # fmt: skip

    # then every frame shows the plot, and the faces of the cut
    assert done.returncode == 0, done.stderr
    pictures = seen(tmp_path / "film.mp4").pictures
    assert len(pictures) >= 2
    assert all(magenta(picture) > 80 and hatched(picture) > 800 for picture in pictures)


def test_broken_annotations_are_named_and_the_city_is_drawn_without_them(twin: Path, tmp_path: Path) -> None:
    # given a file of annotations that ends in the middle
    folder = write_twin(tmp_path / "tiny")
    (folder / NOTES_FILE).write_text('{"type": "FeatureColl', encoding="utf-8")
    project = load_project(folder)

    # when the stage of a picture is made
    stage, (refusal,) = with_notes(project, opening_stage(project, None))

    # then there are no annotations, and the file is named
    assert stage.notes is None
    assert refusal.entry.title.in_language("en") == "Annotations (annotations.geojson)"
    assert "cut short" in refusal.error.in_language("en")
