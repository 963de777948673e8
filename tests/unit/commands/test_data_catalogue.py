"""Entries of the data catalogue: what is declared counts, the rest is told from the data."""

from pathlib import Path

import numpy as np
import pytest

from fakes.small_city import block_city, park, slope
from fakes.small_export import house
from sanping.commands.catalogue import FileFacts, TwinFacts, bounds_of, card_of, level_of
from sanping.domain.catalogue import CIM_TITLES, KIND_TITLES
from sanping.domain.city import CityModel, FeatureTable, Origin, Skipped, SurfaceKind
from sanping.domain.errors import ProjectInvalid
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.formats.model_facts import facts_beside, file_facts
from sanping.ports.model_reader import ReadOptions
from sanping.tiles.build import build_tiles
from sanping.twin.model_facts import ModelFacts
from sanping.twin.project import LayerEntry

PLAIN = Origin(format="GeoJSON")


def entry(about: ModelFacts | None = None, licence: str = "") -> LayerEntry:
    return LayerEntry(
        name="blocks", title=Text("建筑", "Blocks"), role="buildings", path=Path("blocks.geojson"),
        options=ReadOptions(), group=Text("模型", "Models"), licence=licence, about=about or ModelFacts(),
    )  # fmt: skip


def with_(model: CityModel, surface: int, words: tuple[str, ...] = ("Building", "BuildingPart")) -> CityModel:
    """Return a model whose first triangle is of another kind, and whose classes have other names."""
    kinds = model.triangle_surface.copy()
    kinds[0] = surface
    old = model.features
    features = FeatureTable(
        ids=old.ids, class_names=words, class_code=old.class_code, parent=old.parent, base_m=old.base_m,
        height_m=old.height_m, attributes=old.attributes,
    )  # fmt: skip
    return CityModel(
        frame=model.frame, origin=model.origin, features=features, points=model.points, triangles=model.triangles,
        triangle_feature=model.triangle_feature, triangle_surface=kinds,
    )  # fmt: skip


def test_the_level_is_told_from_the_data_where_nobody_declared_it() -> None:
    # given a terrain, a park, blocks, and houses with a sloping roof, a door, rooms and parts of construction
    sloping = house()
    points = sloping.points.copy()
    points[points[:, 2] > 20, 2] += points[points[:, 2] > 20, 0] % 7
    slanted = CityModel(
        frame=sloping.frame, origin=sloping.origin, features=sloping.features, points=points,
        triangles=sloping.triangles, triangle_feature=sloping.triangle_feature,
        triangle_surface=sloping.triangle_surface,
    )  # fmt: skip
    found = {
        "terrain": level_of(slope(), PLAIN),
        "park": level_of(park(), PLAIN),
        "blocks": level_of(block_city(), PLAIN),
        "flat roofs": level_of(build_tiles(house()), PLAIN),
        "sloping roof": level_of(build_tiles(slanted), PLAIN),
        "named 2.2": level_of(build_tiles(house()), Origin(format="CityJSON", lods=("1.2", "2.2"))),
        "door": level_of(build_tiles(with_(house(), SurfaceKind.DOOR)), PLAIN),
        "rooms": level_of(build_tiles(with_(house(), 2, ("Building", "BuildingRoom"))), PLAIN),
        "walls": level_of(build_tiles(with_(house(), 2, ("IfcBuilding", "IfcWall"))), PLAIN),
    }

    # when their levels are told

    # then each is of its own, and each level has a name
    assert found == {
        "terrain": 1, "park": 1, "blocks": 2, "flat roofs": 2, "sloping roof": 3, "named 2.2": 3, "door": 4,
        "rooms": 5, "walls": 6,
    }  # fmt: skip
    assert set(found.values()) <= set(CIM_TITLES)


def test_a_card_holds_what_is_declared_counted_and_measured() -> None:
    # given blocks with declared metadata, of whose file three objects were left out
    about = ModelFacts(cim_level=4, version="2026.1", date="2026-05-01", publisher="测绘院", licence="CC BY 4.0")
    origin = Origin(format="CityJSON", version="2.0", lods=("2",), skipped=(Skipped(reason=Text("", ""), count=3),))

    twin = TwinFacts(vertical_datum="吴淞", is_synthetic=True)

    # when its entry is made
    card = card_of(entry(about), block_city(), origin, FileFacts(bytes=1234, modified_ms=99), twin)

    # then declared words stay, and the rest is told
    assert (card.cim_level, card.is_level_inferred) == (4, False)
    assert (card.version, card.date, card.publisher, card.licence) == ("2026.1", "2026-05-01", "测绘院", "CC BY 4.0")
    assert (card.count, card.passed_over, card.bytes, card.file_ms) == (120, 3, 1234, 99)
    assert (card.format, card.crs, card.vertical_datum) == ("CityJSON 2.0", "EPSG:4549", "吴淞")
    assert card.is_synthetic
    assert card.bounds is not None
    assert card.bounds[0] == pytest.approx(118.427, abs=0.02)
    assert (card.low_m, card.high_m) == pytest.approx((4.0, 136.0), abs=0.1)
    assert KIND_TITLES[card.kind].zh == "三维模型"


def test_a_model_without_a_place_has_no_bounds() -> None:
    # given a box in local coordinates; when its bounds in degrees are sought; then there are none
    assert bounds_of("LOCAL", Extent(west=0, south=0, east=10, north=10)) is None


def test_a_model_toml_beside_the_file_tells_and_a_wrong_level_is_refused(tmp_path: Path) -> None:
    # given a model with a table of its own, and one whose level does not exist
    (tmp_path / "a.glb").write_bytes(b"12345")
    (tmp_path / "a.model.toml").write_text(
        'position = [0.0, 0.0, 0.0]\ncim_level = 3\nversion = "7"\ndate = 2026-03-01\nsummary = { zh = "桥" }\n',
        "utf-8",
    )
    (tmp_path / "b.model.toml").write_text("cim_level = 9\n")

    # when they are read
    facts = facts_beside(tmp_path / "a.glb")
    with pytest.raises(ProjectInvalid) as refused:
        facts_beside(tmp_path / "b.glb")

    # then the one tells, and the other is named with its key
    assert (facts.cim_level, facts.version, facts.date, facts.summary.zh) == (3, "7", "2026-03-01", "桥")
    assert "cim_level" in str(refused.value)
    assert file_facts(tmp_path / "a.glb").bytes == 5
    assert file_facts(tmp_path / "none.glb") == FileFacts()


def test_numbers_of_heights_are_finite() -> None:
    # given blocks; when their entry is made; then its heights are numbers
    card = card_of(entry(), block_city(), PLAIN, FileFacts())
    assert np.isfinite([card.low_m, card.high_m]).all()
