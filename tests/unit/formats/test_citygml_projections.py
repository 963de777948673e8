"""`formats.citygml_appearance` and `citygml_draping`: pictures that a matrix lays, its own or a shared one."""

from pathlib import Path

import numpy as np
import pytest
from test_citygml_draping import NORTH_UP, corners, house, roof

from fakes.citygml_files import SOUTH, SRS, WEST, building, city, multi_surface, placed, read_text, reasons, square
from fakes.seen_texels import quarters, texels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roof.png").write_bytes(quarters())
    return tmp_path


def projected(matrix: str, target: str = "p", srs: str = "", version: str = "2.0") -> str:
    named = f' srsName="{srs}"' if srs else ""
    rule = f"<app:TexCoordGen><app:worldToTexture{named}>{matrix}</app:worldToTexture></app:TexCoordGen>"
    around = f'<app:target uri="#{target}">{rule}</app:target>'
    if version == "3.0":
        beside = f"<app:target>#{target}</app:target><app:textureParameterization>{rule}</app:textureParameterization>"
        around = (
            f"<app:textureParameterization><app:TextureAssociation>{beside}"
            "</app:TextureAssociation></app:textureParameterization>"
        )
    texture = f"<app:ParameterizedTexture><app:imageURI>roof.png</app:imageURI>{around}</app:ParameterizedTexture>"
    data = f"<app:surfaceDataMember>{texture}</app:surfaceDataMember>"
    return f"<app:appearanceMember><app:Appearance>{data}</app:Appearance></app:appearanceMember>"


FLAT = f"0.1 0 0 {-0.1 * WEST} 0 0.1 0 {-0.1 * SOUTH} 0 0 0 1"
UPRIGHT = f"0.1 0 0 {-0.1 * WEST} 0 0 0.1 0 0 0 0 1"


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("matrix", [FLAT, " ".join(str(-4.0 * float(word)) for word in FLAT.split())])
def test_a_projection_lays_a_picture_by_its_matrix(folder: Path, version: str, matrix: str) -> None:
    # given a picture that a matrix lays upon a roof, and the same matrix times a number, which means the same
    model = read_text(folder, city(roof(), version=version, more=projected(matrix, version=version)))

    assert corners(model) == NORTH_UP
    assert model.origin.skipped == ()


def test_a_projection_from_the_side_reaches_walls_and_counts_in_the_order_of_its_axes(folder: Path) -> None:
    # given a wall that looks south, and a file in a CRS with north first
    wall = [(0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (10.0, 0.0, 10.0), (0.0, 0.0, 10.0), (0.0, 0.0, 0.0)]
    urn, north_first = "urn:ogc:def:crs:EPSG::3068", "0 0.1 0 -2500 0 0 0.1 0 0 0 0 1"
    text = " ".join(f"{20000.0 + y} {25000.0 + x} {z}" for x, y, z in wall)

    east_first = texels(read_text(folder, city(house(placed(wall)), more=projected(UPRIGHT))))
    swapped = texels(read_text(folder, city(house(text), srs=urn, more=projected(north_first))))

    places = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    assert [east_first[(WEST + x, SOUTH, z)] for x, z in places] == NORTH_UP
    assert [swapped[(25000.0 + x, 20000.0, z)] for x, z in places] == NORTH_UP


def test_a_projection_shrinks_with_the_way_and_holds_in_another_crs(folder: Path) -> None:
    # given a roof seen by a camera ten metres south of it, so that the far edge is half as wide in the picture
    ahead = f"0.5 0 0 {-0.5 * (WEST + 5)} 0 0 1 0 0 0.1 0 {-0.1 * (SOUTH - 10)}"

    model = read_text(folder, city(roof(), more=projected(ahead)))
    moved = read_text(folder, city(roof(), more=projected(ahead, srs=SRS)), target_crs="EPSG:25833")

    for one in (model, moved):
        assert one.texturing is not None
        across = one.texturing.point_uv[:, 0]
        is_near = one.points[:, 1] < one.points[:, 1].mean()
        assert np.ptp(across[is_near]) == pytest.approx(5.0, abs=1e-3)
        assert np.ptp(across[~is_near]) == pytest.approx(2.5, abs=1e-3)


def linked(to: str, target: str, version: str) -> str:
    """Return a picture on a target, laid by what is written elsewhere."""
    if version == "2.0":
        around = f'<app:target uri="#{target}" xlink:href="#{to}"/>'
    else:
        beside = f'<app:target>#{target}</app:target><app:textureParameterization xlink:href="#{to}"/>'
        around = (
            f"<app:textureParameterization><app:TextureAssociation>{beside}"
            "</app:TextureAssociation></app:textureParameterization>"
        )
    texture = f"<app:ParameterizedTexture><app:imageURI>roof.png</app:imageURI>{around}</app:ParameterizedTexture>"
    data = f"<app:surfaceDataMember>{texture}</app:surfaceDataMember>"
    return f"<app:appearanceMember><app:Appearance>{data}</app:Appearance></app:appearanceMember>"


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_matrix_may_be_shared_by_a_link_to_it(folder: Path, version: str, is_before: bool) -> None:
    # given a matrix with an id, and another surface that refers to it, before or after it comes
    own = projected(FLAT, srs=SRS, version=version).replace("<app:TexCoordGen>", '<app:TexCoordGen gml:id="matrix">')
    looks = (linked("matrix", "q", version), own) if is_before else (own, linked("matrix", "q", version))
    houses = roof(), roof(50.0, "q")

    model = read_text(folder, city(*houses, version=version, more="".join(looks)))

    assert corners(model) == corners(model, 50.0) == NORTH_UP
    assert model.origin.skipped == ()


def test_a_list_of_coordinates_may_be_shared_and_a_link_to_nothing_is_counted(folder: Path) -> None:
    # given coordinates that only a hidden back side writes, a front that refers to them, and a link to what is nowhere
    ring = f'<gml:LinearRing gml:id="r"><gml:posList>{placed(square())}</gml:posList></gml:LinearRing>'
    roofs = multi_surface(f'<gml:Polygon gml:id="p"><gml:exterior>{ring}</gml:exterior></gml:Polygon>')
    house_of_it = building(f"<bldg:lod2MultiSurface>{roofs}</bldg:lod2MultiSurface>")
    own = '<app:textureCoordinates ring="#r">0 0 1 0 1 1 0 1 0 0</app:textureCoordinates>'
    back = (
        "<app:appearanceMember><app:Appearance><app:surfaceDataMember><app:ParameterizedTexture>"
        "<app:isFront>false</app:isFront><app:imageURI>back.png</app:imageURI>"
        f'<app:target uri="#p"><app:TexCoordList gml:id="list">{own}</app:TexCoordList></app:target>'
        "</app:ParameterizedTexture></app:surfaceDataMember></app:Appearance></app:appearanceMember>"
    )
    looks = back + linked("list", "p", "2.0") + linked("nowhere", "q", "2.0")

    model = read_text(folder, city(house_of_it, roof(50.0, "q"), more=looks))

    assert corners(model) == NORTH_UP
    assert set(corners(model, 50.0)) == {None}
    assert ["twelve numbers" in one for one in reasons(model)] == [True]


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (projected(""), "twelve numbers"),
        (projected("1 2 3"), "twelve numbers"),
        (projected("a " * 12), "twelve numbers"),
        (projected("nan " * 12), "twelve numbers"),
        (projected("0 " * 12), "does not lie"),
        (projected(FLAT, srs="EPSG:999999"), "not"),
        (projected(FLAT, target="nowhere"), ""),
    ],
)
def test_a_projection_that_is_none_is_counted_and_the_building_stays(folder: Path, look: str, reason: str) -> None:
    model = read_text(folder, city(roof(), more=look))

    assert len(model.triangles) == 2
    assert model.texturing is None
    assert [reason in one for one in reasons(model)] == [True] * bool(reason)
