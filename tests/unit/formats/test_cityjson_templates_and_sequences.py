"""`formats.cityjson`: templates, sequences and how files are recognised."""

import gc
import json
from pathlib import Path

import numpy as np
import pytest
from cityjson_files import (
    CORNERS,
    SEMANTICS,
    SHELL,
    TRANSFORM,
    Json,
    building,
    city,
    feature,
    head,
    model_of,
    moved,
    read_json,
    read_lines,
    reasons,
    sheet,
    solid,
)

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken
from sanping.formats.cityjson import CityJsonReader

BLOCK_VOLUME = 10 * 8 * 3


def volume(model: CityModel) -> float:
    """Volume enclosed by the triangles, positive when they face outside."""
    corners = model.points[model.triangles] - model.points.mean(axis=0)
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6)


ROTATED = [0, -2, 0, 5, 2, 0, 0, 6, 0, 0, 2, 7, 0, 0, 0, 1]


def with_templates(instances: Json, templates: object = None) -> Json:
    vertices = [[x / 10_000, y / 8_000, z / 3_000] for x, y, z in CORNERS]
    return city(
        {name: {"type": "SolitaryVegetationObject", "geometry": [instance]} for name, instance in instances.items()},
        **{
            "geometry-templates": {
                "templates": templates or [sheet("1", SHELL[:1]), solid("2", semantics=SEMANTICS)],
                "vertices-templates": vertices,
            }
        },
    )


def instance(template: int, vertex: object = 0, matrix: object = None) -> Json:
    result: Json = {"type": "GeometryInstance", "template": template, "boundaries": [vertex]}
    return result if matrix is None else result | {"transformationMatrix": matrix}


def test_templates_are_placed_turned_and_scaled(tmp_path: Path) -> None:
    model = read_json(tmp_path, with_templates({"a": instance(1, 0, ROTATED), "b": instance(1, 2)}))

    first = model.points[model.triangles[model.triangle_feature == 0]].reshape(-1, 3)
    assert first.min(axis=0).tolist() == [540_003.0, 3_457_006.0, 11.0]
    assert first.max(axis=0).tolist() == [540_005.0, 3_457_008.0, 13.0]
    second = model.points[model.triangles[model.triangle_feature == 1]].reshape(-1, 3)
    assert second.min(axis=0).tolist() == [540_010.0, 3_457_008.0, 4.0]
    assert volume(model) == pytest.approx(8 + 1)
    assert np.bincount(model.triangle_surface).tolist() == [0, 4, 16, 4]
    assert model.origin.lods == ("2",)


def test_a_mirrored_template_still_faces_outside(tmp_path: Path) -> None:
    mirror = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

    model = read_json(tmp_path, with_templates({"a": instance(1, 0, mirror)}))

    assert volume(model) == pytest.approx(1)


@pytest.mark.parametrize(
    "wrong",
    [
        instance(7),
        instance(1, 99),
        instance(1, "x"),
        instance(1, 0, [1, 2]),
        instance(1, 0, [0] * 16),
        instance(1, 0, [1] * 15 + ["x"]),
        instance(1, 0, 5),
        instance(2),
        instance(3),
    ],
)
def test_a_wrong_instance_is_left_out_and_counted(tmp_path: Path, wrong: Json) -> None:
    templates = [sheet("1", SHELL[:1]), solid("2"), {"type": "Solid", "lod": "2", "boundaries": [[5]]}, {"type": 5}]

    model = read_json(tmp_path, with_templates({"wrong": wrong, "good": instance(1)}, templates))

    assert model.features.ids == ["good"]
    assert any("wrong" in examples for _, examples in reasons(model).values())


def test_a_sequence_reads_line_by_line_with_vertices_of_its_own(tmp_path: Path) -> None:
    lines: list[object] = [
        head(),
        feature({"a": building(solid(semantics=SEMANTICS))}),
        "",
        feature({"b": building(children=["p"]), "p": {"type": "BuildingPart", "geometry": [solid()]}}, moved(50_000)),
    ]

    model = read_lines(tmp_path, lines)

    assert model.features.ids == ["a", "b", "p"]
    assert model.features.parent.tolist() == [-1, -1, 1]
    assert model.points[model.triangles[model.triangle_feature == 2]][:, :, 0].min() == 540_050.0
    assert volume(model) == pytest.approx(2 * BLOCK_VOLUME)
    assert (model.origin.format, model.origin.skipped) == ("CityJSONSeq", ())


def test_broken_lines_of_a_sequence_are_counted(tmp_path: Path) -> None:
    whole = json.dumps(feature({"a": building(solid())}))
    lines: list[object] = [
        head(),
        whole[:100],
        whole,
        "[]",
        '{"CityObjects": 5}',
        whole,
        "\x1e" + whole.replace("a", "b", 0),
    ]

    model = read_lines(tmp_path, lines)

    assert model.features.ids == ["a"]
    found = reasons(model)
    assert found["object whose id occurs twice; the first is kept"] == (2, ("a",))
    assert {place for reason, (_, places) in found.items() if "line" in reason for place in places} == {
        "line 2",
        "line 4",
        "line 5",
    }


def test_a_sequence_without_its_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="首行"):
        read_lines(tmp_path, [feature({"a": building(solid())}), feature({"b": building(solid())})])


def test_a_sequence_is_known_by_its_content_too(tmp_path: Path) -> None:
    path = tmp_path / "sequence.json"
    path.write_text(json.dumps(head()) + "\r\n\r\n" + json.dumps(feature({"a": building(solid())})) + "\r\n")

    assert model_of(path).origin.format == "CityJSONSeq"


def test_a_feature_may_bring_its_own_transform_and_floats(tmp_path: Path) -> None:
    own = feature({"b": building(solid())}) | {
        "transform": {"scale": [0.01, 0.01, 0.01], "translate": [540_000, 3_457_000, 0]}
    }
    half = feature({"c": building(solid())}, [[x + 0.5, y, z] for x, y, z in CORNERS])  # type: ignore[misc]

    model = read_lines(tmp_path, [head(), feature({"a": building(solid())}), own, half])

    assert model.features.height_m.tolist() == [3.0, 30.0, 3.0]
    assert model.features.base_m.tolist() == [4.0, 0.0, 4.0]


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("a.json", b'{"type": "CityJSON", "version"', True),
        ("a.json", b'\xef\xbb\xbf\n {"type":"CityJSON"', True),
        ("a.jsonl", b'{"type":"CityJSONFeature"', True),
        ("a.json", b'{"CityObjects": {', True),
        ("a.city.json", b'{"vertices": [[', True),
        ("a.json", b'{"type": "FeatureCollection"', False),
        ("a.gml", b"<CityModel>CityJSON", False),
        ("a.json", b"", False),
    ],
)
def test_the_reader_recognises_its_files(name: str, start: bytes, expected: bool) -> None:
    assert CityJsonReader().recognises(Path(name), start) is expected


def test_reading_leaves_the_garbage_collector_as_it_was(tmp_path: Path) -> None:
    read_json(tmp_path, city({"house": building(solid())}))
    assert gc.isenabled()

    with pytest.raises(FileBroken):
        read_json(tmp_path, city({}))
    assert gc.isenabled()


def test_an_unknown_version_is_read_with_a_note(tmp_path: Path) -> None:
    model = read_json(tmp_path, city({"house": building(solid())}, version="3.1", transform=TRANSFORM))

    assert "3.1" in model.origin.notes[0].en
