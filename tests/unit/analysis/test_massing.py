"""The figures of an area: each agrees with a sum that can be done by hand."""

from typing import Any

import pytest
import shapely

from sanping.analysis.mass_tiles import masses_of_model, placed_mass, placed_tiles, tiles_of_masses
from sanping.analysis.massing import Block, blocks_of, judged, massing, standing_in, storeys_in, use_in
from sanping.domain.geo import GeoFrame
from sanping.domain.plan import Mass, Placement, PlotLimits

SITE = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))


def square(x: float, y: float, size: float, **given: Any) -> Mass:
    outline = ((x, y), (x + size, y), (x + size, y + size), (x, y + size))
    return Mass(id=given.pop("id", "m1"), outline=outline, **given)


def test_a_tower_on_a_podium_counts_its_ground_once_and_every_storey() -> None:
    # given a podium of 40 × 40 m with four storeys of 5 m, and a tower of 20 × 20 m with ten of 3 m on it
    podium = square(10, 10, 40, storeys=4, storey_m=5.0, use="commercial")
    tower = square(20, 20, 20, id="m2", base_m=20.0, storeys=10, storey_m=3.0, use="office", building="m1")

    # when the figures of a hectare are asked for
    found = massing(SITE, blocks_of((podium, tower)))

    # then they are those of pencil and paper
    assert found.site_m2 == 10_000.0
    assert found.footprint_m2 == 1600.0
    assert found.gfa_m2 == 1600.0 * 4 + 400.0 * 10
    assert found.far == pytest.approx(1.04)
    assert (found.density, found.open_share) == (pytest.approx(0.16), pytest.approx(0.84))
    assert found.gfa_by_use == {"commercial": 6400.0, "office": 4000.0}
    assert (found.buildings, found.highest_m) == (1, 50.0)


def test_storeys_below_two_metres_twenty_count_half() -> None:
    # given one hall of storeys just high enough and one of storeys that are not (GB/T 50353)
    high, low = (square(0, 0, 10, storeys=2, storey_m=height_m) for height_m in (2.2, 2.19))

    # when their floor areas are summed
    areas = [massing(SITE, blocks_of((mass,))).gfa_m2 for mass in (high, low)]

    # then the lower one has half
    assert areas == [200.0, 100.0]


def test_heights_are_weighed_by_footprints_and_green_ends_at_walls() -> None:
    # given a large low and a small high building, and a green that covers the western half of the site
    masses = (square(0, 0, 30, storeys=2, storey_m=5.0), square(60, 60, 10, id="m2", storeys=10, storey_m=5.0))

    # when the figures are asked for with the green
    found = massing(SITE, blocks_of(masses), shapely.box(-50, 0, 50, 100))

    # then the mean is (900 × 10 + 100 × 50) / 1000, and green under a building is none
    assert found.mean_height_m == pytest.approx(14.0)
    assert found.green_share == pytest.approx((5000.0 - 900.0) / 10_000.0)


def test_conditions_pass_at_their_limit_fail_above_it_and_are_open_without_a_figure() -> None:
    # given a scheme with FAR 0.5, density 25 % and 6 m, and no layer of green
    found = massing(SITE, blocks_of((square(0, 0, 50, storeys=2, storey_m=3.0),)))

    # when it is judged
    checks = judged(found, PlotLimits(far_most=0.5, density_most=24.0, height_most_m=0.0, green_least=30.0))

    # then each typed condition has its verdict
    assert [(check.name, check.passes) for check in checks] == [("far", True), ("density", False), ("green", None)]


def test_an_empty_area_has_no_figures_and_no_error() -> None:
    # given nothing built
    found = massing(SITE, ())

    # then everything is zero
    assert (found.gfa_m2, found.far, found.density, found.buildings, found.mean_height_m) == (0.0, 0.0, 0.0, 0, 0.0)


def test_masses_become_tiles_whose_blocks_are_the_masses_again() -> None:
    # given a block with a court, and a tower
    court = ((20.0, 20.0), (30.0, 20.0), (30.0, 30.0), (20.0, 30.0))
    masses = (
        Mass(id="m1", outline=square(10, 10, 30).outline, holes=(court,), base_m=5.0, storeys=6, use="office"),
        square(60, 60, 20, id="m2", storeys=30, use="residential"),
    )

    # when they are raised and measured as any building of the city
    tiles = tiles_of_masses(masses, GeoFrame(crs="EPSG:4549"))
    assert tiles is not None
    found = massing(SITE, standing_in(SITE, "plan", tiles))

    # then area, storeys, uses and heights come back
    assert found.footprint_m2 == pytest.approx(800.0 + 400.0, abs=0.1)
    assert found.gfa_by_use["office"] == pytest.approx(800.0 * 6, rel=1e-3)
    assert found.gfa_by_use["residential"] == pytest.approx(400.0 * 30, rel=1e-3)
    assert (found.buildings, found.highest_m) == (2, pytest.approx(90.0))
    assert tiles.extent.top == pytest.approx(90.0)
    assert tiles.id_of(1) == "m2"


def test_buildings_belong_to_a_site_by_their_middle() -> None:
    # given three towers: within, across the border with the middle within, and with the middle outside
    masses = tuple(square(x, 10, 20, id=name, storeys=3) for x, name in ((10, "in"), (85, "across"), (95, "out")))
    tiles = tiles_of_masses(masses, GeoFrame(crs="LOCAL"))
    assert tiles is not None

    # when it is asked what stands in the site
    found = standing_in(SITE, "city", tiles)

    # then the middle decides
    assert [(block.layer, block.building) for block in found] == [("city", "in"), ("city", "across")]


def test_a_model_is_turned_clockwise_scaled_and_set_down_and_its_blocks_with_it() -> None:
    # given a bar of 20 × 10 m along x at the origin, and a place with a quarter turn at double size
    bar = Mass(id="m1", outline=((0, 0), (20, 0), (20, 10), (0, 10)), storeys=2, storey_m=3.0)
    placement = Placement(origin=(0.0, 0.0, 0.0), at=(500.0, 300.0, 8.0), turn_deg=90.0, scale=2.0)
    tiles = tiles_of_masses((bar,), GeoFrame(crs="LOCAL"))
    assert tiles is not None

    # when its tiles and its block are placed
    there, block = placed_tiles(tiles, placement), placed_mass(bar, placement)

    # then x points south, 40 m long, 20 m wide, twice as high, on the new foot
    box = there.extent
    assert (box.west, box.east) == (pytest.approx(500.0), pytest.approx(520.0))
    assert (box.south, box.north) == (pytest.approx(260.0), pytest.approx(300.0))
    assert (box.bottom, box.top) == (pytest.approx(8.0), pytest.approx(20.0))
    assert shapely.Polygon(block.outline).bounds == pytest.approx((500.0, 260.0, 520.0, 300.0))
    assert (block.base_m, block.height_m) == (pytest.approx(8.0), pytest.approx(12.0))


def test_the_blocks_of_a_model_are_those_of_its_buildings() -> None:
    # given the tiles of two buildings
    masses = (square(0, 0, 20, storeys=4), square(50, 0, 10, id="m2", base_m=3.0, storeys=10))
    tiles = tiles_of_masses(masses, GeoFrame(crs="LOCAL"))
    assert tiles is not None

    # when its blocks are asked for
    found = masses_of_model(tiles)

    # then there is one for each, with its area and height
    areas = sorted((round(shapely.Polygon(mass.outline).area), round(mass.height_m, 1), mass.base_m) for mass in found)
    assert areas == [(100, 30.0, 3.0), (400, 12.0, 0.0)]


def test_storeys_and_uses_are_read_in_both_languages() -> None:
    # given what models say
    said = [storeys_in({"storeysAboveGround": 7}, 21.0, "other"), storeys_in({"层数": "5"}, 20.0, "other"),
            storeys_in({"levels": "many"}, 30.0, "residential")]  # fmt: skip

    # then a number counts, and a word leaves it to the height
    assert said == [(7.0, 3.0), (5.0, 4.0), (10.0, 3.0)]
    assert [use_in({"usage": word}) for word in ("Office building", "住宅", "商业办公综合", "?")] == [
        "office", "residential", "mixed", "other",
    ]  # fmt: skip


def test_a_block_is_what_it_says() -> None:
    # given a block of half a storey more than its height holds
    block = Block(layer="l", building="b", shape=shapely.box(0, 0, 2, 3), storeys=2.0, storey_m=3.0, top_m=6.0)

    # then its floor area is outline × storeys
    assert block.floor_area_m2 == 12.0
