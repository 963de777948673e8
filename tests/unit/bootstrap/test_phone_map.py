"""The phone's map is made by a program of its own, kept while the twin stays as it is, and says why it cannot be."""

import json
import os
from pathlib import Path

import pytest

from fakes.small_hub import until, write_twin
from sanping.bootstrap.exporting import HereJobs
from sanping.bootstrap.maps import write_map_of
from sanping.bootstrap.opener import TwinOpener
from sanping.bootstrap.phone_map import TwinMap, map_path
from sanping.cli.maps import MAP
from sanping.domain.errors import InputError
from sanping.domain.label import LABELS
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from sanping.tiles.map_file import MapFile
from sanping.twin.project import TwinProject

LAYER = """
[[layers]]
name = "green"
title = { zh = "绿地", en = "Green" }
role = "green"
path = "green.geojson"
group = { zh = "底图", en = "Base" }
visible = true
"""


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TwinProject:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    folder = write_twin(tmp_path / "twin", {})
    write_green(folder, 121.40)
    text = (folder / "twin.toml").read_text("utf-8")
    (folder / "twin.toml").write_text(text.replace("[live]", LAYER + "[live]"), encoding="utf-8")
    return load_project(folder)


def write_green(folder: Path, west: float) -> None:
    ring = [[west, 31.2], [west + 0.01, 31.2], [west + 0.01, 31.21], [west, 31.2]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    collection = {"type": "FeatureCollection", "features": [feature]}
    (folder / "green.geojson").write_text(json.dumps(collection), encoding="utf-8")


def test_a_map_is_kept_until_a_file_of_the_twin_changes(twin: TwinProject, tmp_path: Path) -> None:
    # given a twin whose map was made
    first = TwinMap(twin, tmp_path / "cache")
    first.want()
    until(lambda: first.status.state in ("ready", "failed"))
    assert first.status.state == "ready", first.status.why
    made = map_path(twin, tmp_path / "cache")
    assert made.exists()
    first.close()

    # when another hub wants it, and then the green moves
    second = TwinMap(twin, tmp_path / "cache")
    stamp = made.stat().st_mtime_ns
    second.want()
    until(lambda: second.status.state == "ready")
    second.close()
    write_green(twin.folder, 121.50)
    os.utime(twin.folder / "green.geojson", ns=(1, 1))

    # then the file is used as it is, and afterwards another is due
    assert made.stat().st_mtime_ns == stamp
    assert map_path(twin, tmp_path / "cache") != made


def test_a_twin_with_nothing_to_show_says_so_and_is_not_tried_again_at_once(tmp_path: Path) -> None:
    # given a twin without layers
    twin = load_project(write_twin(tmp_path / "bare", {}))
    phone_map = TwinMap(twin, tmp_path / "cache")

    # when its map is wanted
    phone_map.want()
    until(lambda: phone_map.status.state == "failed")
    why = phone_map.status.why
    phone_map.want()

    # then people read why, and no program is started again for a while
    assert "import buildings, water or roads" in why.en or "请先导入" in why.zh
    assert phone_map.status.state == "failed"
    assert phone_map.square(15, 0, 0) is None
    with pytest.raises(InputError):
        write_map_of(twin, tmp_path / "x.mbtiles", SilentProgress(), Settings())


def test_a_labelled_layer_is_in_no_map_of_phones_and_not_on_a_screen_below_it(
    twin: TwinProject, tmp_path: Path
) -> None:
    # given a twin whose only layer is labelled since its map was made
    before = map_path(twin, tmp_path / "cache")
    text = (twin.folder / "twin.toml").read_text("utf-8")
    (twin.folder / "twin.toml").write_text(f'{text}\n[labels.layers]\ngreen = "internal"\n', encoding="utf-8")
    labelled = load_project(twin.folder)

    # when its map is made again, and screens open it
    opener = {label: TwinOpener(Settings(clearances=f"wall={label}"), HereJobs(), kind="wall") for label in LABELS}
    opened = {label: one.open_twin(twin.folder, SilentProgress()) for label, one in opener.items()}

    # then phones get another map without it, and screens below it do not open it
    assert map_path(labelled, tmp_path / "cache") != before
    with pytest.raises(InputError, match="请先导入"):
        write_map_of(labelled, tmp_path / "x.mbtiles", SilentProgress(), Settings())
    assert {label: [layer.name for layer in one.layers] for label, one in opened.items()} == {
        "public": [], "internal": ["green"], "sensitive": ["green"],
    }  # fmt: skip


def test_the_command_line_writes_the_same_map(
    twin: TwinProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a twin with a meadow
    output = tmp_path / "city.mbtiles"

    # when `sanping map` writes it
    status = MAP.run(twin.folder, output=output)

    # then the file says what it is and how many squares it has
    file = MapFile(output)
    assert status == 0
    assert capsys.readouterr().out.startswith(str(output))
    assert file.about["format"] == "pbf"
    assert float(file.about["bounds"].split(",")[0]) == pytest.approx(121.40, abs=1e-3)
    file.close()
