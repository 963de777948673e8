"""The four public CityGML files beside the repository open as what they are."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fakes.citygml_files import notes, read, reasons
from sanping.domain.city import CityModel, SurfaceKind
from sanping.domain.crs import converter

pytestmark = pytest.mark.real_data


def _surface_normals_up(model: CityModel, kind: SurfaceKind) -> np.ndarray:
    a, b, c = (model.points[model.triangles[model.triangle_surface == kind][:, k]] for k in range(3))
    return np.cross(b - a, c - a)[:, 2]


def _classes(model: CityModel) -> Counter[str]:
    return Counter(model.features.class_of(row) for row in range(len(model.features)))


def test_munich_opens_whole_with_links_resolved_once(real_data: Path) -> None:
    model = read(real_data / "citygml" / "LOD2_4424_5482_Munich.gml")

    assert _classes(model) == {"Building": 111}
    assert len(model.triangles) == 3516
    assert reasons(model) == {}
    assert (model.origin.version, model.origin.lods) == ("1.0", ("2",))
    assert (model.frame.crs, model.frame.vertical_datum) == ("EPSG:31468", "DHHN92")


def test_munich_lies_in_the_envelope_that_the_file_declares(real_data: Path) -> None:
    model = read(real_data / "citygml" / "LOD2_4424_5482_Munich.gml")

    extent = model.extent
    declared = (4424648.79, 5482614.69, 310.19, 4424852.33, 5482813.83, 330.28)
    assert (extent.west, extent.south, extent.bottom, extent.east, extent.north, extent.top) == pytest.approx(declared)


def test_munich_heights_agree_with_the_measured_heights_in_the_file(real_data: Path) -> None:
    model = read(real_data / "citygml" / "LOD2_4424_5482_Munich.gml")

    measured = [model.features.attributes[row]["measuredHeight"] for row in range(len(model.features))]

    assert np.allclose(model.features.height_m, measured, atol=0.2)


def test_munich_keeps_generic_attributes_addresses_and_references(real_data: Path) -> None:
    model = read(real_data / "citygml" / "LOD2_4424_5482_Munich.gml")

    found = model.features.attributes[0]

    assert found["Gemeindeschluessel"] == "09563000"
    assert found["HoeheGrund"] == "311.560"
    assert found["function"] == "1610"
    assert found["address"] == {"CountryName": "Germany", "ThoroughfareName": "Fürth"}
    assert found["externalReference"] == "http://www.geodaten.bayern.de: 22124377"


def test_plateau_is_turned_from_latitude_first_to_metres_at_haneda(real_data: Path) -> None:
    model = read(real_data / "citygml" / "PLATEAU_53392633_bldg_op.gml")

    centre = model.extent.centre
    longitude, latitude = converter(model.frame.crs, "EPSG:4326")(np.array([centre[:2]]))[0]

    assert model.frame.crs == "EPSG:32654"
    assert (longitude, latitude) == pytest.approx((139.795, 35.5333), abs=0.002)
    assert model.extent.diagonal_m == pytest.approx(339, abs=10)


def test_plateau_shows_the_finest_level_and_names_the_others(real_data: Path) -> None:
    model = read(real_data / "citygml" / "PLATEAU_53392633_bldg_op.gml")

    assert _classes(model) == {"Building": 10}
    assert model.origin.lods == ("0", "1", "2")
    assert set(np.unique(model.triangle_surface)) == {
        SurfaceKind.GROUND, SurfaceKind.WALL, SurfaceKind.ROOF, SurfaceKind.OUTER_CEILING,
    }  # fmt: skip
    roofs = _surface_normals_up(model, SurfaceKind.ROOF)
    assert roofs[roofs > 0].sum() > 20 * -roofs[roofs < 0].sum()
    assert "codeSpace" in notes(model)


def test_plateau_gives_plain_blocks_when_level_one_is_asked_for(real_data: Path) -> None:
    fine = read(real_data / "citygml" / "PLATEAU_53392633_bldg_op.gml")
    coarse = read(real_data / "citygml" / "PLATEAU_53392633_bldg_op.gml", lod="1")

    assert len(coarse.features) == 10
    assert len(coarse.triangles) < len(fine.triangles)
    assert set(np.unique(coarse.triangle_surface)) == {SurfaceKind.UNKNOWN}


def test_plateau_keeps_its_extension_as_attributes(real_data: Path) -> None:
    found = read(real_data / "citygml" / "PLATEAU_53392633_bldg_op.gml").features.attributes[0]

    assert found["建物ID"] == "13111-bldg-10"
    assert found["measuredHeight"] == 4.3
    assert found["buildingDetails"]["buildingRoofEdgeArea"] == 54.15435  # type: ignore[index]
    assert found["buildingDetails"]["city"] == "13111"  # type: ignore[index]
    assert found["extendedAttribute"] == [{"key": "2", "codeValue": "2"}, {"key": "106", "codeValue": "20"}]


def test_version_three_opens_with_its_own_spaces_and_heights(real_data: Path) -> None:
    model = read(real_data / "citygml" / "lod2_buildings_v3.gml")

    assert _classes(model) == {"Building": 100}
    assert len(model.triangles) == 1600
    assert model.origin.version == "3.0"
    assert model.features.height_m[0] == pytest.approx(11.0)
    assert model.features.attributes[0]["height"]["value"] == 11.0  # type: ignore[index]


def test_version_three_is_not_mirrored_by_an_axis_order_it_does_not_follow(real_data: Path) -> None:
    model = read(real_data / "citygml" / "lod2_buildings_v3.gml")

    assert (_surface_normals_up(model, SurfaceKind.ROOF) > 0).all()
    assert (_surface_normals_up(model, SurfaceKind.GROUND) < 0).all()
    assert "axis order" in notes(model)


def test_zurich_opens_with_parts_below_their_buildings(real_data: Path) -> None:
    model = read(real_data / "citygml" / "zurich-lod2-citygml1.xml")

    rows = range(len(model.features))
    assert _classes(model) == {"Building": 4, "BuildingPart": 6}
    assert model.frame.crs == "EPSG:21781"
    assert all(model.features.class_of(model.features.parent[row]) == "Building"
               for row in rows if model.features.class_of(row) == "BuildingPart")  # fmt: skip
    assert model.features.attributes[0]["Region"] == 8
    assert 2 < model.features.height_m.min() < model.features.height_m.max() < 20


@pytest.mark.parametrize(
    "name",
    [
        "LOD2_4424_5482_Munich.gml",
        "PLATEAU_53392633_bldg_op.gml",
        "lod2_buildings_v3.gml",
        "zurich-lod2-citygml1.xml",
    ],
)
def test_the_short_cut_before_parsing_changes_nothing(
    real_data: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = read(real_data / "citygml" / name)
    monkeypatch.setattr("sanping.formats.citygml.thinner_for", lambda head: None)
    plain = read(real_data / "citygml" / name)

    assert list(quick.features.ids) == list(plain.features.ids)
    assert list(map(dict, quick.features.attributes)) == list(map(dict, plain.features.attributes))
    assert np.array_equal(np.bincount(quick.triangle_feature), np.bincount(plain.triangle_feature))
    assert np.array_equal(np.bincount(quick.triangle_surface), np.bincount(plain.triangle_surface))
    for one, other in ((quick, plain), (plain, quick)):
        assert one.extent == other.extent
    assert np.allclose(np.sort(quick.points[quick.triangles].sum(axis=1), axis=0),
                       np.sort(plain.points[plain.triangles].sum(axis=1), axis=0))  # fmt: skip
