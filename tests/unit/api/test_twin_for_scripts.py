"""`sanping.open_twin` and what a script does with a twin (`api.twin`, `api.layer`, `api.closing`, `api.watching`)."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import sanping
from sanping.api import Layer, Twin
from sanping.domain.errors import Cancelled, FileBroken, InputError
from sanping.domain.text import Text

TWIN = Path(__file__).resolve().parents[3] / "cim_models" / "suqian"


@pytest.fixture(scope="module")
def twin():
    with sanping.open_twin(TWIN) as opened:
        yield opened


def layer_of(twin: Twin, role: str) -> Layer:
    return next(layer for layer in map(twin.layer, twin.names) if layer.role == role)


def test_a_twin_says_what_it_is(twin: Twin) -> None:
    assert "宿迁" in twin.title.zh
    assert twin.is_synthetic
    assert twin.crs.startswith("EPSG:")
    assert len(set(twin.names)) == len(twin.names) > 3


def test_objects_of_a_model_have_geometry_where_the_layer_lies(twin: Twin) -> None:
    # given the buildings of a twin
    buildings = layer_of(twin, "buildings")

    # when all of them are gone through
    found = list(buildings)

    # then each is there once, with triangles of its own points inside the layer's box
    assert buildings.kind == "model"
    assert len(found) == len(buildings) == len({feature.id for feature in found})
    box = buildings.extent
    for feature in found[:200]:
        if not len(feature.triangles):
            continue
        assert feature.triangles.max() == len(feature.points) - 1
        east, north, up = feature.points.T
        assert box.west - 0.01 <= east.min()
        assert north.max() <= box.north + 0.01
        assert up.max() - up.min() == pytest.approx(feature.height_m, abs=0.05)


def test_an_object_is_found_by_its_id_and_another_is_refused(twin: Twin) -> None:
    buildings = layer_of(twin, "buildings")
    some = next(iter(buildings))

    again = buildings[some.id]

    assert again.attributes == some.attributes
    np.testing.assert_array_equal(again.points, some.points)
    with pytest.raises(InputError, match="nobody") as caught:
        buildings["nobody"]
    assert "buildings" in caught.value.in_language("en") or buildings.name in caught.value.in_language("en")


def test_flat_objects_have_corners_and_attributes(twin: Twin) -> None:
    roads = layer_of(twin, "roads")
    road = next(iter(roads))

    assert roads.kind == "flat"
    assert "Line" in road.class_name
    assert road.points.shape[1] == 3
    assert roads[road.id].attributes == road.attributes


def test_terrain_gives_heights_and_nothing_else_does(twin: Twin, tmp_path: Path) -> None:
    # given a slope that rises by a metre every ten metres to the east
    rows = "\n".join(" ".join(str(column) for column in range(5)) for _ in range(4))
    head = "ncols 5\nnrows 4\nxllcorner 540000\nyllcorner 3457000\ncellsize 10\n"
    (tmp_path / "slope.asc").write_text(head + rows)

    # when heights are asked for on it and outside
    with sanping.open_twin(tmp_path / "slope.asc", crs="EPSG:4549") as slope:
        terrain = slope.layer(slope.names[0])
        found = terrain.heights_at([(540_005, 3_457_005), (540_030, 3_457_020), (540_900, 3_457_020)])

    # then they are those between the cells' centres, and nothing is known outside
    np.testing.assert_allclose(found[:2], [0.0, 2.5])
    assert np.isnan(found[2])
    assert (terrain.kind, len(terrain)) == ("terrain", 0)
    with pytest.raises(InputError, match="不是地形"):
        layer_of(twin, "roads").heights_at([(0, 0)])


def test_an_export_holds_what_was_chosen(twin: Twin, tmp_path: Path) -> None:
    # given one building
    buildings = layer_of(twin, "buildings")
    some = next(feature for feature in buildings if len(feature.triangles))

    # when it is written, and the file is opened as a twin of its own
    count, skipped = twin.export(tmp_path / "one.city.json", objects={buildings.name: [some.id]})
    with sanping.open_twin(tmp_path / "one.city.json") as other:
        again = list(other.layer(other.names[0]))

    # then it is that building at that place
    assert skipped == ()
    assert count >= 1
    assert some.id in {feature.id for feature in again}
    np.testing.assert_allclose(
        np.concatenate([feature.points for feature in again if len(feature.points)]).min(axis=0),
        some.points.min(axis=0),
        atol=0.01,
    )


def test_what_is_not_there_is_named(twin: Twin, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="subway"):
        twin.layer("subway")
    broken = tmp_path / "broken.city.json"
    broken.write_text('{"type":"CityJSON","version":"2.0"')
    with sanping.open_twin([broken]) as other, pytest.raises(FileBroken, match=r"broken\.city\.json"):
        other.layer(other.names[0])


def test_whoever_watches_a_script_may_stop_it(twin: Twin, tmp_path: Path) -> None:
    class Stopping:
        def report(self, fraction: float, doing: Text) -> None:
            raise Cancelled(Text("已取消", "Cancelled"))

    with sanping.watched_by(Stopping()), pytest.raises(Cancelled):
        twin.picture(tmp_path / "never.png", size=(320, 180), quality="soft")

    assert not (tmp_path / "never.png").exists()


def test_only_names_for_scripts_are_given() -> None:
    assert sanping.Twin is Twin
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sanping.nothing


def test_the_example_of_the_guide_runs(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    # given the first Python example of the guide, pointed to the twin by its folder
    text = (repository / "docs" / "how-to" / "scripts.md").read_text("utf-8")
    example = text.split("```python\n")[1].split("```")[0].replace('"suqian"', repr(str(TWIN)))
    monkeypatch.chdir(tmp_path)

    # when it runs
    exec(compile(example, "scripts.md", "exec"), {})

    # then it printed what it found and left a picture and a file
    assert int(capsys.readouterr().out.split()[0]) > 100
    with Image.open(tmp_path / "night.png") as picture:
        assert picture.size == (960, 540)
        assert len(np.unique(np.asarray(picture.convert("L")))) > 20
    assert (tmp_path / "tall.gpkg").stat().st_size > 10_000
