"""`formats.citygml_draping` and `picture_places`: georeferenced pictures lie on the ground the right way round."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from fakes.citygml_files import (
    SOUTH,
    SRS,
    WEST,
    box,
    building,
    city,
    multi_surface,
    placed,
    polygon,
    read_text,
    reasons,
    square,
)
from fakes.seen_texels import opened, quarters, texels
from sanping.domain import crs
from sanping.formats.picture_places import place_from, world_file_names

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
NORTH_UP = [BLUE, WHITE, GREEN, RED]
"""What the four quarters of the picture show at the south-west, south-east, north-east and north-west corner."""
STEP = 10.0 / 64
WORLD_FILE = f"{STEP}\n0\n0\n{-STEP}\n{WEST + STEP / 2}\n{SOUTH + 10 - STEP / 2}\n"


def roof(x: float = 0.0, name: str = "p") -> str:
    return house(placed(square(x)), name)


def house(text: str, name: str = "p") -> str:
    return building(f"<bldg:lod2MultiSurface>{multi_surface(polygon(text, identity=name))}</bldg:lod2MultiSurface>")


def picture(*more: str, targets: tuple[str, ...] = ("p",), uri: str = "roof.png") -> str:
    named = "".join(f"<app:target>#{target}</app:target>" for target in targets)
    texture = f"<app:GeoreferencedTexture><app:imageURI>{uri}</app:imageURI>{''.join(more)}{named}"
    data = f"<app:surfaceDataMember>{texture}</app:GeoreferencedTexture></app:surfaceDataMember>"
    return f"<app:appearanceMember><app:Appearance>{data}</app:Appearance></app:appearanceMember>"


def written_place(matrix: str, point: str, srs: str = "") -> str:
    declared = f' srsName="{srs}"' if srs else ""
    place = f"<gml:Point{declared}><gml:pos>{point}</gml:pos></gml:Point>"
    return f"<app:referencePoint>{place}</app:referencePoint><app:orientation>{matrix}</app:orientation>"


INLINE = written_place(f"{STEP} 0 0 {-STEP}", f"{WEST + STEP / 2} {SOUTH + 10 - STEP / 2}")


def corners(model: object, x: float = 0.0) -> list[object]:
    found = texels(model)  # type: ignore[arg-type]
    return [found[(WEST + x + a, SOUTH + b, 0.0)] for a, b in ((0, 0), (10, 0), (10, 10), (0, 10))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roof.png").write_bytes(quarters())
    return tmp_path


@pytest.mark.parametrize("version", ["1.0", "2.0", "3.0"])
@pytest.mark.parametrize("world_file", ["roof.pgw", "roof.PGW", "roof.wld", ""])
def test_a_picture_with_a_place_lies_north_up_on_a_roof(folder: Path, version: str, world_file: str) -> None:
    # given a picture with a world file beside it, or with its place written in the file
    if world_file:
        (folder / world_file).write_text(WORLD_FILE)
    look = picture("" if world_file else INLINE)

    model = read_text(folder, city(roof(), version=version, more=look))

    # then each corner of the roof has its quarter, and the edges of the picture are those of the roof
    assert corners(model) == NORTH_UP
    assert model.origin.skipped == ()
    assert model.texturing is not None
    assert np.allclose(sorted(map(tuple, model.texturing.point_uv.tolist())), [(0, 0), (0, 1), (1, 0), (1, 1)])
    assert model.texturing.pictures[0].across == "clamp"


def test_what_is_written_in_the_file_counts_before_the_world_file_and_may_be_turned(folder: Path) -> None:
    # given a world file that is wrong, and a picture that is turned so that its right edge looks north
    (folder / "roof.pgw").write_text("nonsense")
    turned = written_place(f"0 {STEP} {STEP} 0", f"{WEST + STEP / 2} {SOUTH + STEP / 2}")

    model = read_text(folder, city(roof(), more=picture(turned)))

    assert corners(model) == [RED, BLUE, WHITE, GREEN]
    assert model.origin.skipped == ()


def test_a_geotiff_tells_its_place_unless_its_world_file_is_preferred(tmp_path: Path) -> None:
    pixels = np.moveaxis(opened(quarters()), 2, 0)
    shape = {"width": 64, "height": 64, "count": 3, "dtype": "uint8", "photometric": "RGB"}
    grid = Affine(STEP, 0, WEST, 0, -STEP, SOUTH + 10)
    with rasterio.open(tmp_path / "roof.tif", "w", driver="GTiff", crs="EPSG:25832", transform=grid, **shape) as tiff:
        tiff.write(pixels)
    look, own = picture(uri="roof.tif"), picture("<app:preferWorldFile>false</app:preferWorldFile>", uri="roof.tif")

    assert corners(read_text(tmp_path, city(roof(), more=look))) == NORTH_UP

    # when a world file says that south is up
    (tmp_path / "roof.tfw").write_text(f"{STEP}\n0\n0\n{STEP}\n{WEST + STEP / 2}\n{SOUTH + STEP / 2}\n")
    assert corners(read_text(tmp_path, city(roof(), more=look))) == [RED, GREEN, WHITE, BLUE]
    assert corners(read_text(tmp_path, city(roof(), more=own))) == NORTH_UP


def test_the_order_of_axes_is_that_of_the_crs(folder: Path) -> None:
    # given a file in a CRS with north before east, a world file (always east first), and a place in the file's order
    urn = "urn:ogc:def:crs:EPSG::3068"
    by_file = written_place(f"0 {-STEP} {STEP} 0", f"{20010 - STEP / 2} {25000 + STEP / 2}")
    place = [(25000.0 + a, 20000.0 + b) for a, b, _ in square()]
    text = " ".join(f"{north} {east} 0" for east, north in place)
    (folder / "roof.pgw").write_text(f"{STEP} 0 0 {-STEP} {25000 + STEP / 2} {20010 - STEP / 2}")

    for look in (picture(), picture(by_file)):
        found = texels(read_text(folder, city(house(text), srs=urn, more=look)))
        assert [found[(25000.0 + a, 20000.0 + b, 0.0)] for a, b in ((0, 0), (10, 0), (10, 10), (0, 10))] == NORTH_UP


def test_the_place_holds_when_the_twin_or_the_point_is_in_another_crs(folder: Path) -> None:
    # given a picture a little larger than the roof, also placed in the next zone, and a twin in that zone
    ends = np.array([[WEST - 1, SOUTH - 1], [WEST + 11, SOUTH - 1], [WEST - 1, SOUTH + 11]])
    south_west, south_east, north_west = crs.converter(SRS, "EPSG:25833")(ends)
    right, down = (south_east - south_west) / 64, (south_west - north_west) / 64
    first = north_west + (right + down) / 2
    there = written_place(f"{right[0]} {down[0]} {right[1]} {down[1]}", f"{first[0]} {first[1]}", "EPSG:25833")
    (folder / "roof.pgw").write_text(f"{12 / 64} 0 0 {-12 / 64} {WEST - 1} {SOUTH + 11}")

    for look in (picture(), picture(there)):
        for target in ("", "EPSG:25833"):
            model = read_text(folder, city(roof(), more=look), target_crs=target)
            found = texels(model)
            middle = model.points[:, :2].mean(axis=0)
            by_side = {(x > middle[0], y > middle[1]): colour for (x, y, _), colour in found.items()}
            sides = [(False, False), (True, False), (True, True), (False, True)]
            assert [by_side[side] for side in sides] == NORTH_UP
            assert model.origin.skipped == ()


def test_the_first_picture_counts_and_one_that_repeats_goes_on_beyond_its_edges(folder: Path) -> None:
    # given two roofs, the second beyond the picture, and a second picture for the first roof that lies upside down
    upside_down = written_place(f"{STEP} 0 0 {STEP}", f"{WEST + STEP / 2} {SOUTH + STEP / 2}")
    wrapped = picture("<app:wrapMode>wrap</app:wrapMode>", INLINE, targets=("p", "q"))
    houses = roof(), roof(50.0, "q")

    model = read_text(folder, city(*houses, more=wrapped + picture(upside_down)))

    assert corners(model) == corners(model, 50.0) == NORTH_UP
    assert model.texturing is not None
    assert float(model.texturing.point_uv.max()) <= 1.0001

    # and without wrapping the second roof is bare
    bare = read_text(folder, city(*houses, more=picture(INLINE, targets=("p", "q"))))
    assert corners(bare) == NORTH_UP
    assert set(corners(bare, 50.0)) == {None}
    assert {"does not lie" in reason: count for reason, count in reasons(bare).items()} == {True: 1}


def test_all_that_geometry_holds_is_draped_save_what_has_coordinates_of_its_own(folder: Path) -> None:
    # given a picture for both roofs of a house by the id of what holds them, and one for a ring of the second alone
    ring = f'<gml:LinearRing gml:id="r"><gml:posList>{placed(square(50.0))}</gml:posList></gml:LinearRing>'
    roofs = multi_surface(polygon(placed(square())), f"<gml:Polygon><gml:exterior>{ring}</gml:exterior></gml:Polygon>")
    roofs = roofs.replace("<gml:MultiSurface>", '<gml:MultiSurface gml:id="m">')
    own = '<app:textureCoordinates ring="#r">0 1 1 1 1 0 0 0 0 1</app:textureCoordinates>'
    texture = (
        f"<app:imageURI>roof.png</app:imageURI><app:target><app:TexCoordList>{own}</app:TexCoordList></app:target>"
    )
    data = (
        f"<app:surfaceDataMember><app:ParameterizedTexture>{texture}</app:ParameterizedTexture></app:surfaceDataMember>"
    )
    looks = picture(INLINE, targets=("m",)).replace("</app:Appearance>", f"{data}</app:Appearance>")

    model = read_text(folder, city(building(f"<bldg:lod2MultiSurface>{roofs}</bldg:lod2MultiSurface>"), more=looks))

    assert corners(model) == NORTH_UP
    assert corners(model, 50.0) == [RED, GREEN, WHITE, BLUE]


def test_walls_stay_bare_under_a_picture_seen_from_above(folder: Path) -> None:
    walls = multi_surface(*box(12.0)).replace("<gml:MultiSurface>", '<gml:MultiSurface gml:id="m">')
    block = building(f"<bldg:lod2MultiSurface>{walls}</bldg:lod2MultiSurface>")

    model = read_text(folder, city(block, more=picture(INLINE, targets=("m",))))

    assert model.texturing is not None
    has_picture = (model.texturing.point_picture >= 0)[model.triangles].all(axis=1)
    rise = np.ptp(model.points[model.triangles][:, :, 2], axis=1)
    assert has_picture.tolist() == (rise == 0.0).tolist()
    assert model.origin.skipped == ()


@pytest.mark.parametrize(
    ("look", "world_file", "reason"),
    [
        (picture(), None, "names none"),
        (picture(), "1 0 0 -1 nan 5", "not valid"),
        (picture(), "0 0 0 0 5 5", "not valid"),
        (picture(), "1 0 0", "not valid"),
        (picture(), "one 0 0 1 5 5", "not valid"),
        (picture(), "", "not valid"),
        (picture(), WORLD_FILE + " " * 5000, "not valid"),
        (picture(), "link", "not valid"),
        (picture(written_place("1 2 2 4", f"{WEST} {SOUTH}")), None, "not valid"),
        (picture(written_place("1 0 0 NaN", f"{WEST} {SOUTH}")), None, "not valid"),
        (picture(written_place("1 0 0 inf", f"{WEST} {SOUTH}")), None, "not valid"),
        (picture(written_place("1e300 0 0 -1e300", f"{WEST} {SOUTH}")), None, "not valid"),
        (picture(written_place("1 0 0", f"{WEST} {SOUTH}")), None, "not valid"),
        (picture(written_place("1 0 0 -1", f"{WEST}")), None, "not valid"),
        (picture(written_place("a b c d", f"{WEST} {SOUTH}")), None, "not valid"),
        (picture(written_place("1 0 0 -1", "1 2", "EPSG:999999")), None, "not"),
        (picture(written_place("1 0 0 -1", "5 5")), None, "does not lie"),
        (picture(INLINE, uri="none.png"), None, "missing"),
        (picture(INLINE, uri="n" * 5000 + ".png"), None, "missing"),
        (picture(INLINE, uri="../roof.png"), WORLD_FILE, "missing"),
        (picture(INLINE, uri="city.gml"), None, "missing"),
        (picture(INLINE, targets=("nowhere",)), None, ""),
    ],
)
def test_a_picture_without_a_sound_place_is_counted_and_the_building_stays(
    tmp_path: Path, look: str, world_file: str | None, reason: str
) -> None:
    # given a folder within one that holds a sound world file
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "roof.pgw").write_text(WORLD_FILE)
    (folder / "roof.png").write_bytes(quarters())
    if world_file == "link":
        (folder / "roof.pgw").symlink_to(tmp_path / "roof.pgw")
    elif world_file is not None:
        (folder / "roof.pgw").write_text(world_file)

    model = read_text(folder, city(roof(), more=look))

    assert len(model.triangles) == 2
    assert model.texturing is None
    assert [reason in one for one in reasons(model)] == [True] * bool(reason)


GRID = {"crs": SRS, "affine": [1.0, 0.0, WEST, 0.0, 1.0, SOUTH]}


@pytest.mark.parametrize("way", ["world file", "in the file", "GeoTIFF"])
def test_a_picture_of_a_city_grid_lies_where_the_grid_does(folder: Path, way: str) -> None:
    # given a file in a city's own grid, with a picture placed in the same grid
    step, far = STEP, 10 - STEP / 2
    uri, look = "roof.png", picture()
    if way == "world file":
        (folder / "roof.pgw").write_text(f"{step} 0 0 {-step} {step / 2} {far}")
    elif way == "in the file":
        look = picture(written_place(f"{step} 0 0 {-step}", f"{step / 2} {far}"))
    else:
        uri = "roof.tif"
        shape = {"width": 64, "height": 64, "count": 3, "dtype": "uint8", "photometric": "RGB"}
        grid, name = Affine(step, 0, 0, 0, -step, 10), 'LOCAL_CS["city",UNIT["metre",1]]'
        with rasterio.open(folder / uri, "w", driver="GTiff", crs=name, transform=grid, **shape) as tiff:
            tiff.write(np.moveaxis(opened(quarters()), 2, 0))
        look = picture(uri=uri)
    own = " ".join(f"{x} {y} {z}" for x, y, z in square())

    # when it is read into a twin with the parameters of the grid, and as it is
    model = read_text(folder, city(house(own), srs=None, more=look), crs="LOCAL", settings={"local_grid": GRID})
    alone = texels(read_text(folder, city(house(own), srs=None, more=look), crs="LOCAL"))

    # then the roof has its picture both times
    assert corners(model) == NORTH_UP
    assert [alone[(a, b, 0.0)] for a, b in ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))] == NORTH_UP


def test_a_place_turns_points_into_shares_of_the_picture() -> None:
    place = place_from((0.5, 0.0, 0.0, -0.5), (10.25, 19.75))

    uv = place.uv(np.array([[10.0, 20.0], [12.0, 19.0]]), (4, 2))

    assert uv.tolist() == [[0.0, 0.0], [1.0, 1.0]]
    assert world_file_names("looks\\a.JPG")[:2] == ["looks/a.jgw", "looks/a.JGW"]
    assert world_file_names("plain") == []
