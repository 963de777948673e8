"""`sanping film` as a program: a recording becomes a film of the city as it was."""

import json
import os
import subprocess
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fakes.command_line import Said, said
from fakes.film_reading import seen
from fakes.small_recording import write_simulated
from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.formats.project import load_project
from sanping.workers.program import run_program
from ui.tiny_twin import write_twin

BEGIN = datetime.fromisoformat("2026-11-21T10:00:00+08:00")
BEGIN_MS = int(BEGIN.timestamp() * 1000)
HOUR_MS = 3_600_000
LIVE = '\n[live]\nstations = "stations.csv"\n'
STATIONS = "id,name,name_en,kinds,x,y,interval_s\nG1,小河站,Creek gauge,level,636060,3458020,300\n"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny twin with a gauge, whose tallest building was finished at half past ten."""
    folder = write_twin(tmp_path_factory.mktemp("films") / "tiny")
    (folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    (folder / "twin.toml").write_text((folder / "twin.toml").read_text("utf-8") + LIVE, encoding="utf-8")
    path = folder / "buildings.city.json"
    model = json.loads(path.read_text("utf-8"))
    model["CityObjects"]["B12"]["attributes"]["valid_from"] = "2026-11-21T10:30:00+08:00"
    path.write_text(json.dumps(model), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def recording(twin: Path) -> Path:
    span = (BEGIN_MS, BEGIN_MS + HOUR_MS)
    return write_simulated(twin.parent / "hour.sprec", load_project(twin), span, "daily")


def sanping(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the program where there is no display, in English."""
    environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    command = [sys.executable, "-m", "sanping", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def refused(*words: object) -> Said:
    """Hear in this process what the program refuses before it draws."""
    return said(Path(os.environ["SANPING_HOME"]), *map(str, words))


def _into(folder: Path, words: tuple[str, ...]) -> tuple[object, ...]:
    return ("-o", folder / words[1]) if words[0] == "-o" else ("-o", folder / "x.mp4", *words)


def test_a_recording_becomes_a_film_in_which_a_building_appears(recording: Path, tmp_path: Path) -> None:
    # given an hour in which a building was finished, and a twin beside the recording
    output = tmp_path / "a.mp4"

    # when it is drawn at six frames of ten minutes
    done = sanping(
        "film", recording, "-o", output, "--size", "321x241", "--quality", "draft", "--style", "day", "--speed", 600,
        "--fps", 1,
    )  # fmt: skip

    # then the film shows the city before and after, with its moment and the mark of simulated data burnt in
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(output)
    frames = seen(output).pictures
    assert len(frames) == 7
    assert frames[0].shape == (240, 320, 3)
    skyline = [frame[10:62].astype(float) for frame in frames]  # above the labels
    changes = [float((np.abs(b - a).max(axis=2) > 25).mean()) for a, b in pairwise(skyline)]
    assert changes[2] > 3 * max(*changes[:2], *changes[3:]), changes
    corner = frames[0][222:238, 4:200].astype(int)
    assert (corner.max(axis=2) > 150).sum() > 40
    assert (corner[:, :, 0] - corner[:, :, 2] > 50).sum() > 10
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--speed", "0"), "positive"),
        (("--begin", "2026-11-21T10:40+08:00", "--end", "2026-11-21T10:10+08:00"), "later than it begins"),
        (("-o", "x.avi"), ".mp4, .webm or .zip"),
        (("--pose", "1,2,3"), "not understood"),
        (("--layer", "moon"), "no such layers: moon"),
    ],
)
def test_a_film_that_cannot_be_is_refused_with_a_reason(
    recording: Path, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    # given a wish with something impossible
    # when the film is asked for
    done = refused("film", recording, "--size", "320x240", "--quality", "draft", *_into(tmp_path, words))

    # then the reason is said and nothing is left
    assert done.returncode == 2
    assert reason in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_recording_and_a_twin_that_is_not_here_are_named(recording: Path, tmp_path: Path) -> None:
    # given a file of something else, and a recording far from its twin
    strange = tmp_path / "a.sprec"
    strange.write_text("no recording", encoding="utf-8")
    (tmp_path / "far").mkdir()
    far = tmp_path / "far" / recording.name
    far.write_bytes(recording.read_bytes())

    # when films of them are asked for
    found = [refused("film", path, "-o", tmp_path / "x.mp4") for path in (strange, far)]

    # then each reason says what to do
    assert [done.returncode for done in found] == [2, 2]
    assert "not a recording" in found[0].stderr
    assert "name its folder" in found[1].stderr


def test_a_film_that_is_stopped_leaves_nothing_behind(recording: Path, tmp_path: Path) -> None:
    # given a film of many frames in a program of its own
    class Stopping:
        reports = 0

        def report(self, fraction: float, doing: Text) -> None:
            if "/3" in doing.en:
                self.reports += 1
                raise Cancelled(doing)

    watching = Stopping()
    words = ("--size", "320x240", "--quality", "draft", "--speed", "12", "--fps", "1")

    # when it is stopped while it is drawn
    with pytest.raises(Cancelled):
        run_program(["film", str(recording), "-o", str(tmp_path / "a.mp4"), *words], watching)

    # then there is no film, and no part of one
    assert watching.reports == 1
    assert list(tmp_path.iterdir()) == []


def test_a_recording_opens_in_its_twin_or_says_why_not(recording: Path, tmp_path: Path) -> None:
    # given a recording beside its twin, one that is none, and no display
    strange = tmp_path / "a.sprec"
    strange.write_text("no recording", encoding="utf-8")

    # when they are opened
    found = [refused("open", *words) for words in ((recording,), (strange,), (recording, tmp_path, tmp_path))]

    # then the first needs a window, and each says what to do
    assert [done.returncode for done in found] == [2, 2, 2]
    assert "sanping film" in found[0].stderr
    assert "not a recording" in found[1].stderr
    assert "One recording" in found[2].stderr
