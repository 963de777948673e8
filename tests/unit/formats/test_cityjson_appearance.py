"""`formats.cityjson_skins`: textures and materials of CityJSON reach the surfaces they belong to."""

from pathlib import Path

import pytest
from cityjson_files import SEMANTICS, SHELL, building, city, feature, head, read_json, read_lines, reasons, sheet, solid

from fakes.seen_texels import quarters, texels
from sanping.domain.city import CityModel

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
PLACES = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.25, 0.25], [0.75, 0.75]]
LOOKS = {"textures": [{"type": "PNG", "image": "looks/wall.png"}], "vertices-texture": PLACES}


def on_first(ring: object, count: int = 6) -> list[list[list[object]]]:
    """Return values of a shell whose first face alone has a texture."""
    return [[ring], *[[[None]] for _ in range(count - 1)]]  # type: ignore[list-item]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "wall.png").write_bytes(quarters())
    return tmp_path


def colours(model: CityModel) -> list[object]:
    """Return the colours that points with a picture have."""
    return sorted((one for one in texels(model).values() if one is not None), key=str)


@pytest.mark.parametrize("kind", ["Solid", "MultiSurface"])
def test_a_texture_lies_on_its_face_only(folder: Path, kind: str) -> None:
    values = on_first([0, 0, 1, 2, 3])
    whole = solid(texture={"rgb": {"values": [values]}})
    flat = sheet("2", SHELL, texture={"rgb": {"values": values}})

    model = read_json(folder, city({"house": building(whole if kind == "Solid" else flat)}, appearance=LOOKS))

    assert colours(model) == sorted([BLUE, WHITE, GREEN, RED], key=str)
    assert len(model.triangles) == 12
    assert model.origin.skipped == ()
    assert model.texturing is not None
    assert int((model.texturing.point_picture >= 0).sum()) == 4


def test_the_default_theme_counts_and_else_the_first(folder: Path) -> None:
    themes = {"a": {"values": [on_first([0, 4, 4, 4, 4])]}, "b": {"values": [on_first([0, 5, 5, 5, 5])]}}
    file = {"house": building(solid(texture=themes))}

    first = read_json(folder, city(file, appearance=LOOKS))
    named = read_json(folder, city(file, appearance={**LOOKS, "default-theme-texture": "b"}))

    assert set(colours(first)) == {BLUE}
    assert set(colours(named)) == {GREEN}


def test_materials_colour_whole_objects_or_single_faces(folder: Path) -> None:
    paints = {"materials": [{"name": "r", "diffuseColor": [1, 0, 0]}, {"diffuseColor": [0, 0, 1]}, {"name": "bare"}]}
    one = building(solid(material={"t": {"value": 0}}))
    each = building(solid(material={"t": {"values": [[1, None, None, 2, 9, None]]}}))

    whole = read_json(folder, city({"house": one}, appearance=paints))
    single = read_json(folder, city({"house": each}, appearance=paints))

    assert set(texels(whole).values()) == {RED}
    assert set(colours(single)) == {BLUE}
    assert single.texturing is not None
    assert int((single.texturing.point_picture >= 0).sum()) == 4


def test_each_line_of_a_sequence_has_its_own_textures(folder: Path) -> None:
    (folder / "looks" / "grey.png").write_bytes(quarters(8))
    lines = []
    for name, image in (("a", "looks/wall.png"), ("b", "looks/grey.png")):
        geometry = solid(texture={"rgb": {"values": [on_first([0, 0, 1, 2, 3])]}})
        looks = {**LOOKS, "textures": [{"type": "PNG", "image": image}]}
        lines.append({**feature({name: building(geometry)}), "appearance": looks})

    model = read_lines(folder, [head(), *lines])

    assert model.texturing is not None
    assert len(model.texturing.pictures) == 2
    assert [int((model.texturing.point_picture == number).sum()) for number in (0, 1)] == [4, 4]


@pytest.mark.parametrize(
    ("values", "looks", "reason"),
    [
        (on_first([0, 0, 1, 2]), {}, "do not match"),
        (on_first([0, 0, 1, 2, 99]), {}, "do not match"),
        (on_first([0, 0, 1, 2, 3], count=2), {}, "do not match"),
        (on_first([7, 0, 1, 2, 3]), {}, ""),
        (on_first([0, 0, 1, 2, 3]), {"textures": [{"image": "none.png"}]}, "missing"),
        (on_first([0, 0, 1, 2, 3]), {"textures": [{"image": "../wall.png"}]}, "missing"),
        (on_first([0, 0, 1, 2, 3]), {"textures": [{"image": "http://host/wall.png"}]}, "missing"),
        (on_first([0, 0, 1, 2, 3]), {"textures": 3}, "cannot be read"),
        ("words", {}, "cannot be read"),
    ],
)
def test_a_look_that_is_of_no_use_leaves_the_block_bare(
    folder: Path, values: object, looks: dict[str, object], reason: str
) -> None:
    file = {"house": building(solid(texture={"rgb": {"values": [values] if values != "words" else values}}))}

    model = read_json(folder, city(file, appearance={**LOOKS, **looks}))

    assert len(model.triangles) == 12
    assert model.texturing is None
    assert [reason in one for one in reasons(model)] == [True] * bool(reason)


def test_colours_that_only_tell_kinds_apart_are_not_shown(folder: Path) -> None:
    # given materials with one colour for walls and one for roofs, and others that differ from wall to wall
    paints = {"materials": [{"diffuseColor": [0.9, 0.9, 0.9]}, {"diffuseColor": [0.5, 0, 0]}]}
    kinds = building(solid(semantics=SEMANTICS, material={"": {"values": [[1, 1, 0, 0, 0, 0]]}}))
    each = building(solid(semantics=SEMANTICS, material={"": {"values": [[1, 1, 0, 1, 0, 0]]}}))

    plain = read_json(folder, city({"house": kinds}, appearance=paints))
    painted = read_json(folder, city({"house": each}, appearance=paints))

    # then the former are said to be of no use: walls and roofs have looks of their own here
    assert plain.texturing is None
    assert any("only tell" in note.en for note in plain.origin.notes)
    assert painted.texturing is not None
