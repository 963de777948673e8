"""A bad CityJSON file is refused with a reason, or read without its bad objects; never silently, never otherwise."""

import gzip
import json
import random
import string
from pathlib import Path

import pytest
from cityjson_files import (
    CORNERS,
    SHELL,
    building,
    city,
    feature,
    head,
    model_of,
    read_json,
    read_lines,
    reasons,
    solid,
)

from sanping.domain.errors import FileBroken, FileHostile, InputError

GOOD = building(solid())


def written(folder: Path, content: bytes, name: str = "a.city.json") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        ({"type": "Solid", "boundaries": [[[[0, 1, 99]]]]}, "vertices which do not exist"),
        ({"type": "Solid", "boundaries": [[[[0, 1, -1]]]]}, "below zero"),
        ({"type": "Solid", "boundaries": [[[[0, 1, 10**30]]]]}, "vertices which do not exist"),
        ({"type": "Solid", "boundaries": SHELL}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [SHELL]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [[[0, 1, 2], 3]]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [[0, [1, 2, 3]]]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [[[0, 1, [2]]]]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [[[0, 1, 2.5]]]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [[["0", "1", "2"]]]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": [[[0, None, 2]]]}, "Expected"),
        ({"type": "MultiSurface", "boundaries": {}}, "Expected"),
        ({"type": "MultiSurface", "boundaries": "all"}, "Expected"),
        ({"type": "MultiSurface", "boundaries": 5}, "Expected"),
        ({"type": "MultiSurface", "boundaries": None}, "Expected"),
        ({"type": "MultiSurface"}, "Expected"),
        ({"type": "MultiSurface", "boundaries": []}, "without a surface"),
        ({"type": "Solid", "boundaries": [[], [[]], [[[]]]]}, "without a surface"),
        ({"type": "MultiSurface", "boundaries": [[[0, 1]]]}, "lack an area"),
        ({"type": "MultiSurface", "boundaries": [[[0, 1, 0, 1]]]}, "lack an area"),
        ({"type": "Teapot", "boundaries": []}, "no surfaces (Teapot)"),
        ({"boundaries": []}, "not CityJSON"),
        (7, "not CityJSON"),
    ],
)
def test_an_object_with_a_bad_geometry_is_left_out_and_its_neighbour_drawn(
    tmp_path: Path, geometry: object, why: str
) -> None:
    bad = {"type": "Building", "geometry": [geometry]}

    model = read_json(tmp_path, city({"first": GOOD, "bad": bad, "last": GOOD}))

    assert model.features.ids == ["first", "last"]
    assert len(model.triangles) == 24
    ((reason, (count, examples)),) = reasons(model).items()
    assert why in reason
    assert (count, examples) == (1, ("bad",))


@pytest.mark.parametrize("bad", [5, None, [], {}, {"type": 5}, {"type": "Building", "geometry": {}}], ids=str)
def test_an_object_that_is_none_is_left_out(tmp_path: Path, bad: object) -> None:
    model = read_json(tmp_path, city({"bad": bad, "good": GOOD}))

    assert model.features.ids == ["good"]
    assert [examples for _, examples in reasons(model).values()] == [("bad",)]


def test_empty_shells_beside_good_ones_do_no_harm(tmp_path: Path) -> None:
    model = read_json(tmp_path, city({"house": building({"type": "Solid", "boundaries": [SHELL, []]})}))

    assert len(model.triangles) == 12


@pytest.mark.parametrize(
    "vertex", [[1, 2], [1, 2, 3, 4], None, "x", [None, 1, 2], [1, "2", 3], [True, 0, 0], 7], ids=str
)
def test_a_broken_vertex_costs_only_the_surfaces_that_use_it(tmp_path: Path, vertex: object) -> None:
    other = {"type": "MultiSurface", "lod": "2", "boundaries": [[[0, 1, 8]]]}

    model = read_json(tmp_path, city({"good": GOOD, "bad": building(other)}, vertices=[*CORNERS, vertex]))

    assert model.features.ids == ["good"]
    assert reasons(model)["vertex that is not three numbers"] == (1, ("vertices",))
    assert model.extent.west == 540_000.0


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_cost_only_their_object(tmp_path: Path, word: str) -> None:
    whole = city({"good": GOOD, "bad": building({"type": "Solid", "boundaries": [[[[0, 1, 8]]]]})})
    text = json.dumps(whole).replace("[0, 8000, 3000]]", f"[0, 8000, 3000], [0, {word}, 1]]")

    model = model_of(written(tmp_path, text.encode()))

    assert model.features.ids == ["good"]
    assert "NaN" in model.origin.notes[0].en


def test_half_a_character_in_an_attribute_does_not_stop_the_file(tmp_path: Path) -> None:
    model = read_json(tmp_path, city({"good": building(solid(), attributes={"name": "\ud800", "storeys": 3})}))

    assert model.features.attributes[0] == {"name": "?", "storeys": 3}


@pytest.mark.parametrize(
    "whole",
    [
        city({}),
        city({}, CityObjects=None),
        city({"tree": {"type": "Building"}}),
        city({"good": GOOD}, vertices=[]),
        city({"good": GOOD}, vertices=None),
        city({"good": GOOD}, vertices={"a": 1}),
        city({"good": GOOD}, vertices=[[0, 0, 0]] * 8),
        city({"good": GOOD}, transform={"scale": [0, 0, 0], "translate": [0, 0, 0]}),
        city({"good": GOOD}, transform={"scale": [1, 1]}),
        city({"good": GOOD}, transform=7),
        city({"good": GOOD}, CityObjects=[]),
        city({"good": GOOD}, type=5),
        city({"good": GOOD}, **{"geometry-templates": 5, "vertices": []}),
    ],
)
def test_a_file_with_nothing_to_draw_is_an_error_with_a_reason(tmp_path: Path, whole: object) -> None:
    with pytest.raises(InputError) as caught:
        read_json(tmp_path, whole)

    assert len(caught.value.message.en) > 30


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"   \n", "空"),
        (b"\x00" * 500, "零"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n", "LFS"),
        (b"<html><body>404</body></html>", "网页"),
        (b"{", "中途结束"),
        (b'{"type": "CityJSON", "CityObjects": {', "中途结束"),
        (b'{"type": "CityJSON",\n "CityObjects": {"a" 5}}', "语法错误"),
        (b"[]", "不是有效的 CityJSON"),
        (b"nothing at all", "语法错误"),
        (b'{"type": "CityJSON", "x": ' + b"[" * 100_000, "嵌套过深"),
        (b'{"type": "CityJSON", "CityObjects": ' + b'{"a":' * 100_000, "嵌套过深"),
        (b'{"type": "CityJSON", "name": "\xff\xff\xff"}', "不是 UTF-8"),
        (b"\x1f\x8b\x08\x00 broken", "gzip"),
    ],
)
def test_damaged_files_say_what_is_wrong(tmp_path: Path, content: bytes, word: str) -> None:
    path = written(tmp_path, content)

    with pytest.raises(InputError, match=word) as caught:
        model_of(path)

    assert caught.value.path == str(path)


def test_a_syntax_error_names_its_line_and_byte(tmp_path: Path) -> None:
    with pytest.raises(FileBroken) as caught:
        model_of(written(tmp_path, b'{"type": "CityJSON",\n "version": oops}\n'))

    assert caught.value.place == "line 2, byte 33"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileBroken):
        model_of(tmp_path / "none.city.json")
    with pytest.raises(FileBroken):
        model_of(tmp_path)


CHINESE = json.dumps(city({"楼": building(solid(), attributes={"街道": "长寿路"})}), ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-32"])
def test_chinese_arrives_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    model = model_of(written(tmp_path, CHINESE.encode(encoding)))

    assert model.features.ids == ["楼"]
    assert model.features.attributes[0] == {"街道": "长寿路"}
    assert bool(model.origin.notes) == (not encoding.startswith("utf-8"))


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(CHINESE.encode()[:50]) + gzip.compress(CHINESE.encode()[50:])

    assert model_of(written(tmp_path, packed, "a.city.json.gz")).features.ids == ["楼"]
    with pytest.raises(FileBroken):
        model_of(written(tmp_path, packed[:-20], "a.city.json.gz"))


def test_a_packed_bomb_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b'{"type": "CityJSON", "x": "' + b" " * 30_000_000 + b'"}')

    with pytest.raises(FileHostile, match="膨胀"):
        model_of(written(tmp_path, bomb, "a.city.json.gz"))


def test_a_sequence_of_broken_lines_only_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="行无法读取"):
        read_lines(tmp_path, [head(), "{", "{}x"])
    with pytest.raises(FileBroken):
        read_lines(tmp_path, [head()])
    with pytest.raises(FileBroken, match="首行"):
        read_lines(tmp_path, ["{", feature({"a": GOOD})])


@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_cut_anywhere_is_refused_as_incomplete(tmp_path: Path, indent: int | None) -> None:
    text = json.dumps(
        city({"good": building(solid(), attributes={"名": "楼"})}), indent=indent, ensure_ascii=False
    ).encode()
    chance = random.Random(20)

    for cut in sorted(chance.sample(range(1, len(text) - 1), 60)):
        with pytest.raises(FileBroken):
            model_of(written(tmp_path, text[:cut]))


def test_a_sequence_cut_anywhere_keeps_its_whole_lines(tmp_path: Path) -> None:
    lines = [json.dumps(line) for line in (head(), *(feature({name: GOOD}) for name in string.ascii_lowercase))]
    text = "\n".join(lines).encode()
    chance = random.Random(21)

    for cut in chance.sample(range(len(lines[0]) + len(lines[1]) + 2, len(text)), 40):
        model = model_of(written(tmp_path, text[:cut], "a.city.jsonl"))

        whole_lines = text[:cut].count(b"\n") - 1
        assert len(model.features) in (whole_lines, whole_lines + 1)
        assert len(model.features) + sum(skipped.count for skipped in model.origin.skipped) >= whole_lines


def test_vertices_without_a_third_number_are_named_as_what_is_wrong(tmp_path: Path) -> None:
    flat = city({"b": building(solid())}, vertices=[corner[:2] for corner in CORNERS])

    with pytest.raises(FileBroken) as caught:
        model_of(written(tmp_path, json.dumps(flat).encode()))

    assert "not three numbers" in caught.value.message.en
