"""`formats.citygml_appearance` and `citygml_skins`: pictures and colours of CityGML reach the surfaces they name."""

from pathlib import Path

import numpy as np
import pytest

from fakes.citygml_files import SOUTH, WEST, building, city, placed, read_text, reasons, square
from fakes.seen_texels import quarters, texels

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
HOLE = [(4.0, 4.0, 0.0), (4.0, 6.0, 0.0), (6.0, 6.0, 0.0), (6.0, 4.0, 0.0), (4.0, 4.0, 0.0)]
WHOLE = "0 0 1 0 1 1 0 1 0 0"


def surface(*, flipped: bool = False, hole: bool = False, x: float = 0.0, name: str = "p") -> str:
    """Return a MultiSurface of one square with ids on polygon and outer ring."""
    ring = (
        f'<gml:exterior><gml:LinearRing gml:id="{name}_r"><gml:posList>{placed(square(x))}</gml:posList>'
        "</gml:LinearRing></gml:exterior>"
    )
    inner = f"<gml:interior><gml:LinearRing><gml:posList>{placed(HOLE)}</gml:posList></gml:LinearRing></gml:interior>"
    one = f'<gml:Polygon gml:id="{name}">{ring}{inner if hole else ""}</gml:Polygon>'
    if flipped:
        one = f'<gml:OrientableSurface orientation="-"><gml:baseSurface>{one}</gml:baseSurface></gml:OrientableSurface>'
    return f"<gml:surfaceMember>{one}</gml:surfaceMember>"


def house(*members: str, more: str = "") -> str:
    sides = f'<gml:MultiSurface gml:id="m">{"".join(members)}</gml:MultiSurface>'
    return building(f"<bldg:lod2MultiSurface>{sides}</bldg:lod2MultiSurface>{more}")


def picture(coordinates_of_ring: str = WHOLE, ring: str = "#p_r", uri: str = "wall.png", more: str = "") -> str:
    places = f'<app:textureCoordinates ring="{ring}">{coordinates_of_ring}</app:textureCoordinates>'
    target = f'<app:target uri="#p"><app:TexCoordList>{places}</app:TexCoordList></app:target>'
    return (
        f"<app:surfaceDataMember><app:ParameterizedTexture><app:imageURI>{uri}</app:imageURI>{more}{target}"
        "</app:ParameterizedTexture></app:surfaceDataMember>"
    )


def colour(value: str, *targets: str) -> str:
    named = "".join(f"<app:target>{one}</app:target>" for one in targets)
    return (
        f"<app:surfaceDataMember><app:X3DMaterial><app:diffuseColor>{value}</app:diffuseColor>{named}"
        "</app:X3DMaterial></app:surfaceDataMember>"
    )


def appearance(*data: str, tag: str = "app:appearanceMember") -> str:
    return f"<{tag}><app:Appearance><app:theme>rgb</app:theme>{''.join(data)}</app:Appearance></{tag}>"


def corners(found: dict[tuple[float, float, float], object], x: float = 0.0) -> list[object]:
    """Return what is at the square's south-west, south-east, north-east and north-west corner."""
    return [found[(WEST + x + a, SOUTH + b, 0.0)] for a, b in ((0, 0), (10, 0), (10, 10), (0, 10))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wall.png").write_bytes(quarters())
    return tmp_path


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("is_within", [True, False])
@pytest.mark.parametrize("flipped", [True, False])
def test_a_picture_lies_on_its_ring(folder: Path, version: str, is_within: bool, flipped: bool) -> None:
    # given a picture whose coordinates begin at its lower left corner
    look = picture()
    inside = appearance(look, tag="app:appearance") if is_within else ""
    more = "" if is_within else appearance(look)

    model = read_text(folder, city(house(surface(flipped=flipped), more=inside), version=version, more=more))

    # then each corner has its quarter, whichever way the surface faces
    assert corners(texels(model)) == [BLUE, WHITE, GREEN, RED]
    assert model.origin.skipped == ()


def test_citygml_3_names_rings_beside_their_coordinates(folder: Path) -> None:
    lists = f"<app:textureCoordinates>{WHOLE}</app:textureCoordinates><app:ring>#p_r</app:ring>"
    association = (
        "<app:TextureAssociation><app:target>#p</app:target><app:textureParameterization>"
        f"<app:TexCoordList>{lists}</app:TexCoordList></app:textureParameterization></app:TextureAssociation>"
    )
    texture = (
        "<app:ParameterizedTexture><app:imageURI>wall.png</app:imageURI><app:textureParameterization>"
        f"{association}</app:textureParameterization></app:ParameterizedTexture>"
    )
    more = appearance(f"<app:surfaceData>{texture}</app:surfaceData>", tag="appearanceMember")

    model = read_text(folder, city(house(surface()), version="3.0", more=more))

    assert corners(texels(model)) == [BLUE, WHITE, GREEN, RED]


def test_the_edges_of_a_hole_show_what_lies_between(folder: Path) -> None:
    model = read_text(folder, city(house(surface(hole=True)), more=appearance(picture())))

    found = texels(model)
    assert corners(found) == [BLUE, WHITE, GREEN, RED]
    assert found[(WEST + 4.0, SOUTH + 4.0, 0.0)] == BLUE
    assert found[(WEST + 6.0, SOUTH + 6.0, 0.0)] == GREEN


def test_a_picture_far_along_its_repeats_comes_home(folder: Path) -> None:
    far = " ".join(str(float(word) + 700) for word in WHOLE.split())

    model = read_text(folder, city(house(surface()), more=appearance(picture(far))))

    assert model.texturing is not None
    assert np.ptp(model.texturing.point_uv, axis=0).tolist() == [1.0, 1.0]
    assert float(np.abs(model.texturing.point_uv).max()) <= 1.0
    assert model.texturing.pictures[0].across == "repeat"


def test_materials_colour_polygons_and_what_holds_them_unless_there_is_a_picture(folder: Path) -> None:
    # given a colour for all surfaces, another for one, and a picture on a third
    sides = surface(), surface(x=20.0, name="q"), surface(x=40.0, name="s")
    data = picture(), colour("0 1 0", "#q"), colour("1 0 0", "#m")

    found = texels(read_text(folder, city(house(*sides), more=appearance(*data))))

    assert corners(found) == [BLUE, WHITE, GREEN, RED]
    assert set(corners(found, 40.0)) == {RED}
    assert len(set(corners(found, 20.0))) == 1


PROJECTED = (
    "<app:surfaceDataMember><app:ParameterizedTexture><app:imageURI>wall.png</app:imageURI><app:target uri='#p'>"
    "<app:TexCoordGen/></app:target></app:ParameterizedTexture></app:surfaceDataMember>"
)


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (picture(uri="none.png"), "missing"),
        (picture(uri="../wall.png"), "missing"),
        (picture(uri="http://host/wall.png"), "missing"),
        (picture(uri="city.gml"), "missing"),
        (picture("0 0 1 0"), "do not match"),
        (picture("0 0 1 0 1 1 0 1 nan nan"), "do not match"),
        (picture("words"), "do not match"),
        (picture(ring="#nowhere"), ""),
        (PROJECTED, "projection matrix"),
        (picture(uri=""), ""),
        (colour("1 0", "#p"), ""),
        (colour("a b c", "#p"), ""),
        (colour("1 0 0", "#nothing"), ""),
    ],
)
def test_a_look_that_is_of_no_use_leaves_the_surface_bare(folder: Path, look: str, reason: str) -> None:
    model = read_text(folder, city(house(surface()), more=appearance(look)))

    assert len(model.triangles) == 2
    assert model.texturing is None
    found = reasons(model)
    assert [reason in one for one in found] == [True] * bool(reason)


def test_damage_behind_the_pictures_keeps_them(folder: Path) -> None:
    whole = city(house(surface(), more=appearance(picture(), tag="app:appearance")), house(surface()))

    model = read_text(folder, whole[: whole.rindex("posList")])

    assert corners(texels(model)) == [BLUE, WHITE, GREEN, RED]


def test_an_open_ring_of_coordinates_is_closed(folder: Path) -> None:
    model = read_text(folder, city(house(surface()), more=appearance(picture("0 0 1 0 1 1 0 1"))))

    assert corners(texels(model)) == [BLUE, WHITE, GREEN, RED]
