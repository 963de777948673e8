"""The command line as a person types it: every word, on real files, good and bad."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from fakes.command_line import said

REPOSITORY = Path(__file__).resolve().parents[2]
SUHE = REPOSITORY / "cim_models" / "suhe"

FOOTPRINTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": f"house-{number}",
            "properties": {"height": 12.0 + number, "name": f"{number} 号楼"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [121.42 + x + number * 1e-3, 31.24 + y]
                        for x, y in ((0, 0), (2e-4, 0), (2e-4, 2e-4), (0, 2e-4), (0, 0))
                    ]
                ],
            },
        }
        for number in range(6)
    ],
}


def sanping(home: Path, *words: str, language: str = "en_GB.UTF-8") -> subprocess.CompletedProcess[str]:
    """Run the program without a display, with a home of its own."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"SANPING_HOME": str(home), "LC_ALL": language}
    return subprocess.run(
        [sys.executable, "-m", "sanping", *words],
        capture_output=True,
        text=True,
        timeout=180,
        env=environment,
        check=False,
    )


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    path = tmp_path / "houses.geojson"
    path.write_text(json.dumps(FOOTPRINTS), encoding="utf-8")
    return path


@pytest.fixture
def small_twin(tmp_path: Path) -> Path:
    folder = tmp_path / "twin"
    folder.mkdir()
    (folder / "twin.toml").write_text(
        """
        title = { zh = "小城", en = "Small town" }
        crs = "EPSG:4549"
        latitude = 31.24
        longitude = 121.42
        moment = 2026-06-21T14:00:00+08:00
        attribution = { zh = "测试", en = "Test" }
        """,
        encoding="utf-8",
    )
    return folder


def test_inspect_tells_what_is_in_a_file_as_one_line_of_json(tmp_path: Path, houses: Path) -> None:
    # when a file is inspected
    done = sanping(tmp_path, "inspect", str(houses), "--json")
    # then one JSON line carries the promised keys and the right counts
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    promised = {"format", "version", "crs", "extent", "lods", "objects", "triangles", "points", "skipped", "seconds"}
    assert promised <= set(seen)
    assert seen["format"] == "GeoJSON"
    assert seen["objects"] == {"Building": 6}
    assert seen["triangles"] >= 6 * 10  # four walls and a roof each


def test_inspect_refuses_a_broken_file_with_its_name_and_goes_on(tmp_path: Path, houses: Path) -> None:
    # given a truncated file beside a good one
    broken = tmp_path / "broken.geojson"
    broken.write_text(houses.read_text(encoding="utf-8")[:300], encoding="utf-8")
    # when both are inspected
    done = sanping(tmp_path, "inspect", str(broken), str(houses), "--json")
    # then the good one is told, the broken one refused by name, and the status says so
    assert done.returncode == 2
    assert "broken.geojson" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_the_language_of_messages_follows_the_environment(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere.json")
    english = said(tmp_path, "inspect", missing)
    chinese = said(tmp_path, "inspect", missing, language="zh_CN.UTF-8")
    assert english.returncode == chinese.returncode == 2
    assert english.stderr.isascii()
    assert not chinese.stderr.isascii()


def test_import_adds_a_layer_that_opens_with_the_twin(tmp_path: Path, small_twin: Path, houses: Path) -> None:
    # when a file is imported and the twin is drawn
    done = sanping(tmp_path, "import", str(houses), "--into", str(small_twin))
    drawn = sanping(
        tmp_path, "picture", str(small_twin), "--size", "320x180", "--quality", "soft", "-o", str(tmp_path / "p.png")
    )
    # then the layer is declared, its file copied, and the picture has the asked size and is not one colour
    assert done.returncode == 0, done.stderr
    assert "houses" in (small_twin / "twin.toml").read_text(encoding="utf-8")
    assert (small_twin / "houses" / "houses.geojson").is_file()
    assert drawn.returncode == 0, drawn.stderr
    with Image.open(tmp_path / "p.png") as picture:
        assert picture.size == (320, 180)
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 200


def test_a_refused_import_leaves_the_twin_as_it_was(tmp_path: Path, small_twin: Path, houses: Path) -> None:
    # given a good and a broken file
    before = (small_twin / "twin.toml").read_bytes()
    broken = tmp_path / "broken.city.json"
    broken.write_text('{"type": "CityJSON", "version": "2.0", "CityObj')
    # when both are imported at once
    done = sanping(tmp_path, "import", str(houses), str(broken), "--into", str(small_twin))
    # then nothing is
    assert done.returncode == 2
    assert "broken.city.json" in done.stderr
    assert (small_twin / "twin.toml").read_bytes() == before
    assert [path.name for path in small_twin.iterdir()] == ["twin.toml"]


@pytest.mark.parametrize(
    "words",
    [
        ("picture", str(SUHE), "--size", "big"),
        ("picture", str(SUHE), "--size", "9x9"),
        ("picture", str(SUHE), "--moment", "soon"),
        ("run", "no-such-folder"),
        ("import", "a.json", "--into", "no-such-folder"),
    ],
)
def test_impossible_wishes_are_refused_with_a_reason(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = said(tmp_path, *words)
    assert done.returncode == 2
    assert done.stderr.startswith("sanping: ")
    assert "Traceback" not in done.stderr


def test_an_unknown_view_is_refused_with_the_views_there_are(tmp_path: Path) -> None:
    done = said(tmp_path, "picture", str(SUHE), "--view", "Atlantis", "--size", "160x90")
    assert done.returncode == 2
    assert "全城" in done.stderr


def test_run_without_a_display_says_so_and_writes_pictures(tmp_path: Path, small_twin: Path, houses: Path) -> None:
    # given a small twin and no display
    assert said(tmp_path, "import", str(houses), "--into", str(small_twin)).returncode == 0
    # when it is run
    done = sanping(tmp_path, "run", str(small_twin))
    # then it says so, and a picture of the desk and of the wall lie where it says
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stderr
    sizes = []
    for line in done.stdout.splitlines():
        with Image.open(line) as picture:
            sizes.append(picture.size)
    assert sizes == [(1920, 1080), (3840, 1080)]


def test_doctor_knows_the_machine(tmp_path: Path) -> None:
    done = sanping(tmp_path, "doctor", "--json")
    facts = json.loads(done.stdout)
    assert done.returncode == 0, facts["troubles"]
    assert facts["graphics"]
    assert facts["packages"]["vtk"]
    assert facts["assets"] is facts["twin"] is True


def test_help_lists_every_word(tmp_path: Path) -> None:
    done = sanping(tmp_path, "--help")
    assert all(word in done.stdout for word in ("run", "open", "import", "picture", "inspect", "doctor", "bench"))


def test_open_shows_what_can_be_read_and_names_the_rest(tmp_path: Path, houses: Path) -> None:
    # given a good file between a broken one and one that is not there
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    missing = tmp_path / "gone.geojson"

    # when all three are opened
    done = sanping(tmp_path, "open", str(broken), str(missing), str(houses), language="zh_CN.UTF-8")

    # then the pictures show the good one, the two others are named with a reason, and the status says so
    assert done.returncode == 1, done.stderr
    assert len(done.stdout.splitlines()) == 2
    named = [line for line in done.stderr.splitlines() if "略过" in line]
    assert len(named) == 2
    assert "gone.geojson" in named[0]
    assert "broken.geojson" in named[1]
    with Image.open(done.stdout.splitlines()[0]) as picture:
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 200


def test_a_picture_is_drawn_without_the_layer_that_cannot_be_read(
    tmp_path: Path, small_twin: Path, houses: Path
) -> None:
    # given a twin with two layers, one of whose files has been lost since
    assert said(tmp_path, "import", str(houses), "--into", str(small_twin)).returncode == 0
    more = tmp_path / "more.geojson"
    more.write_text(json.dumps(FOOTPRINTS), encoding="utf-8")
    assert said(tmp_path, "import", str(more), "--into", str(small_twin)).returncode == 0
    (lost,) = small_twin.rglob("more.geojson")
    lost.unlink()
    output = tmp_path / "p.png"
    words = ("picture", str(small_twin), "--size", "320x180", "--quality", "draft", "-o", str(output))

    # when a picture is asked for, and once more when the other file has gone, too
    done = sanping(tmp_path, *words)
    is_drawn = output.exists()
    output.unlink(missing_ok=True)
    (lost,) = small_twin.rglob("houses.geojson")
    lost.unlink()
    none = said(tmp_path, *words)

    # then it was drawn in part, and then refused
    assert (done.returncode, is_drawn) == (1, True), done.stderr
    assert done.stderr.count("skipped “more") == 1
    assert "Traceback" not in done.stderr
    assert (none.returncode, output.exists()) == (2, False)
    assert "houses.geojson" in none.stderr


def test_a_large_picture_is_interrupted_and_leaves_nothing_behind(tmp_path: Path, small_twin: Path) -> None:
    # given a picture of sixteen thousand pixels a side, under way
    output = tmp_path / "huge.png"
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"SANPING_HOME": str(tmp_path), "LC_ALL": "en_GB.UTF-8"}
    words = ["picture", str(small_twin), "--size", "16384x16384", "--quality", "draft", "-o", str(output)]
    with subprocess.Popen(
        [sys.executable, "-m", "sanping", *words], env=environment, stderr=subprocess.PIPE, text=True
    ) as running:
        deadline = time.monotonic() + 150
        while not list(tmp_path.glob("*.part")) and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)

        # when Ctrl-C is pressed
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=60)

    # then it ends with the status of an interrupted program, says so, and no half picture lies there
    assert running.returncode == 130, complaints
    assert "Cancelled" in complaints
    assert not list(tmp_path.glob("*huge.png*"))
