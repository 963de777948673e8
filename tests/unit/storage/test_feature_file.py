"""Features of a GeoPackage by place, value and page, as a hub asks for them."""

from pathlib import Path

import pytest
import shapely

from fakes.small_city import CENTRE
from fakes.small_export import city_layers, wish
from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken, InputError
from sanping.formats.outgoing.writing import write
from sanping.ports.progress import SilentProgress
from sanping.ports.shared_models import FeatureQuery
from sanping.storage.feature_file import FeatureFile


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> FeatureFile:
    """The small city in degrees."""
    path = tmp_path_factory.mktemp("features") / "features.gpkg"
    write(path, city_layers(), wish("gpkg", crs="EPSG:4326"), SilentProgress())
    return FeatureFile(path)


def test_pages_hold_each_feature_once_with_geojson_and_kinds_of_values(features: FeatureFile) -> None:
    # given 120 blocks
    # when they are asked for in pages of fifty
    pages = [features.page("blocks", FeatureQuery(offset=offset, limit=50)) for offset in (0, 50, 100)]

    # then all are there once
    ids = [one.id for page in pages for one in page.features]
    assert len(set(ids)) == 120
    assert [page.matched for page in pages] == [120] * 3
    block = pages[0].features[0]
    assert block.geometry is not None
    assert block.geometry["type"] == "MultiPolygon"
    assert isinstance(block.properties["height_m"], float)
    assert features.fields("blocks")["level"] == "number"
    assert features.fields("house")["is_new"] == "boolean"
    assert features.fields("nothing") == {}


def test_a_box_holds_what_touches_it_and_not_what_only_its_own_box_does(features: FeatureFile) -> None:
    # given the street that runs from west to east, and a box beside its middle that lies within the box around all
    convert = converter("EPSG:4549", "EPSG:4326")
    corners = shapely.get_coordinates(shapely.box(-10.0, 85.0, 10.0, 95.0)) + CENTRE[:2]
    degrees = convert(corners)
    bounds = (*degrees.min(axis=0), *degrees.max(axis=0))

    # when streets and blocks are asked for
    streets = features.page("roads", FeatureQuery(bounds=bounds, limit=10))
    nowhere = features.page("blocks", FeatureQuery(bounds=(0.0, 0.0, 1.0, 1.0)))

    # then the one that runs through it comes, and nothing elsewhere
    assert [one.id for one in streets.features] == ["v0"]
    assert nowhere.matched == 0


def test_values_choose_and_a_property_that_is_not_there_is_refused(features: FeatureFile) -> None:
    # given houses of which one is new
    # when they are asked for by it
    found = features.page("house", FeatureQuery(where={"is_new": "true"}))

    # then it comes, and an unknown property is named
    assert [one.id for one in found.features] == ["house"]
    with pytest.raises(InputError) as refused:
        features.page("house", FeatureQuery(where={'x" or 1=1 --': "1"}))
    assert "属性" in str(refused.value)
    assert features.page("house", FeatureQuery(where={"id": "' or '1'='1"})).matched == 0


def test_one_feature_is_found_by_its_id(features: FeatureFile) -> None:
    # given an id and one that nobody has; when they are asked for; then one is there
    found = features.feature("house", "house-2")
    assert found is not None
    assert found.properties["parent"] == "house"
    assert features.feature("house", "nobody") is None
    assert features.feature("nothing", "house") is None


def test_a_file_that_is_none_is_said_to_be_broken(tmp_path: Path) -> None:
    # given bytes that are no database
    (tmp_path / "x.gpkg").write_bytes(b"no database" * 100)

    # when it is opened
    # then it is said so
    with pytest.raises(FileBroken):
        FeatureFile(tmp_path / "x.gpkg")
