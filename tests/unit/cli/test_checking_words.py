"""`sanping check` and `sanping compare` on files, with `formats.fault_csv` and `bootstrap.checking`."""

import csv
import json
from pathlib import Path

import pytest

from sanping.cli.checking import check_models, compare_versions
from sanping.domain.errors import InputError

EAST, NORTH = 540_000, 3_457_000


def town(path: Path, *buildings: tuple[str, int, float]) -> Path:
    """Write blocks of ten metres a side: id, metres to the east, height."""
    features = []
    for id, east, height in buildings:
        corners = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
        ring = [[EAST + east + x, NORTH + y] for x, y in corners]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "id": id, "properties": {"height": height}, "geometry": geometry})
    crs = {"type": "name", "properties": {"name": "EPSG:4549"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), "utf-8")
    return path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SANPING_LANGUAGE", "en")


def test_faults_are_printed_and_written_for_a_spreadsheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given two blocks that stand in one another, one with an id that looks like a formula
    file, sheet = town(tmp_path / "town.geojson", ("=1+1", 0, 12.0), ("B", 6, 20.0)), tmp_path / "faults.csv"

    # when they are checked
    status = check_models((file,), csv=sheet)

    # then the collision is printed with its square metres, and stands in the table as plain text
    assert status == 1
    said = capsys.readouterr().out
    assert "2 objects, 1 faults" in said
    assert "40.00m²" in said
    rows = list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines()))
    assert [(row["id"], row["other"], row["amount"]) for row in rows] == [("'=1+1", "B", "40.000")]


def test_a_sound_model_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = check_models((town(tmp_path / "town.geojson", ("A", 0, 12.0), ("B", 30, 20.0)),), as_json=True)

    assert status == 0
    (layer,) = json.loads(capsys.readouterr().out)
    assert (layer["objects"], layer["faults"]) == (2, [])


def test_two_versions_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given a town and its next version: one block gone, one new, one higher
    before = town(tmp_path / "a.geojson", ("A", 0, 12.0), ("B", 30, 20.0), ("C", 60, 9.0))
    after = town(tmp_path / "b.geojson", ("A", 0, 12.0), ("B", 30, 26.0), ("D", 90, 9.0))

    # when they are compared
    assert compare_versions(before, after) == 1
    said = capsys.readouterr().out

    # then each is told, and a version is equal to itself
    assert [line.split() for line in said.splitlines()[:4]] == [
        ["Added", "1"], ["Removed", "1"], ["Moved", "0"], ["Height", "changed", "1"],
    ]  # fmt: skip
    assert "B" in said
    assert "6.00" in said
    assert compare_versions(before, before, as_json=True) == 0


def test_what_holds_no_model_is_refused(tmp_path: Path) -> None:
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [121.4, 31.2]}}
    (tmp_path / "points.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))

    with pytest.raises(InputError, match="没有三维模型"):
        check_models((tmp_path / "points.geojson",))


def test_a_table_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = town(tmp_path / "town.geojson", ("A", 0, 12.0))

    with pytest.raises(InputError) as caught:
        check_models((file,), csv=tmp_path / "no" / "faults.csv")
    assert "faults.csv" in caught.value.path
