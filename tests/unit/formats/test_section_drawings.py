"""Sections as DXF and SVG, read back by others."""

import re
from pathlib import Path

import ezdxf
import pytest
import shapely
from lxml import etree

from sanping.commands.section_drawing import DrawnClass, SectionDrawing
from sanping.domain.text import Text
from sanping.formats.section_drawings import dxf_layer, round_scale, write_section_dxf, write_section_svg

COURT = shapely.Polygon(shapely.box(636_000, 3_458_000, 636_040, 3_458_030).exterior,
                        [shapely.box(636_010, 3_458_010, 636_020, 3_458_020).exterior])  # fmt: skip
DRAWING = SectionDrawing(
    title=Text("水平剖面 <12> 米", "Section at <12> m"),
    classes=(
        DrawnClass(name="Building", title=Text("建筑", "Buildings"), colour=(222, 108, 80), objects=1, shapes=(COURT,)),
        DrawnClass(name="Ifc Wall/外墙", title=Text("墙", "Walls"), colour=(1, 2, 3), objects=1,
                   shapes=(shapely.box(636_050, 3_458_000, 636_050.2, 3_458_010),)),
    ),
    ground=((636_000.0, 3_458_000.0), (636_060.0, 3_458_004.0)),
)  # fmt: skip


def test_a_dxf_has_closed_lines_in_metres_on_layers_by_class(tmp_path: Path) -> None:
    # given the drawing, written
    path = tmp_path / "剖面.dxf"
    count = write_section_dxf(path, DRAWING, "zh")

    # when another program reads it
    document = ezdxf.readfile(path)
    lines = list(document.modelspace().query("LWPOLYLINE"))

    # then its rings have the areas that they had, where they were, and the unit is the metre
    rings = {line.dxf.layer: [] for line in lines}
    for line in lines:
        rings[line.dxf.layer].append(shapely.Polygon(list(line.get_points("xy"))) if line.closed else None)
    assert count == len(lines) == 4
    assert sorted(ring.area for ring in rings["BUILDING"]) == pytest.approx([100.0, 1200.0])
    assert rings["BUILDING"][0].bounds == pytest.approx(COURT.bounds)
    assert rings["IFC_WALL_外墙"][0].area == pytest.approx(2.0, rel=1e-3)
    assert rings["GROUND_LINE"] == [None]
    assert document.header["$INSUNITS"] == 6
    assert document.layers.get("BUILDING").rgb == (222, 108, 80)
    assert not document.audit().has_errors
    assert len(document.modelspace().query("HATCH")) == 2


def test_an_svg_is_as_large_as_its_scale_says_with_a_group_for_each_class(tmp_path: Path) -> None:
    # given the drawing, written
    path = tmp_path / "s.svg"
    scale = write_section_svg(path, DRAWING, "en")

    # when it is parsed
    root = etree.parse(str(path)).getroot()
    groups = {group.get("id"): group for group in root.findall("{*}g")}

    # then 60 m at 1 : 100 are 600 mm, and a path has the figures of its ring from the upper left corner
    assert scale == 100
    assert float(root.get("width").removesuffix("mm")) == pytest.approx(60.0 * 1000.0 / scale)
    assert root.get("data-scale") == "1:100"
    assert root.find("{*}title").text == "Section at <12> m 1:100"
    assert set(groups) == {"BUILDING", "IFC_WALL_外墙"}
    drawn = groups["BUILDING"].find("{*}path").get("d")
    rings = [[tuple(map(float, pair.split())) for pair in ring.split("L")] for ring in re.findall(r"M([^Z]*)Z", drawn)]
    assert sorted(shapely.Polygon(ring).area for ring in rings) == pytest.approx([100.0, 1200.0])
    assert min(y for ring in rings for _, y in ring) == 0.0


def test_scales_are_round_and_names_of_layers_are_safe() -> None:
    assert [round_scale(size) for size in (0.5, 0.8, 40.0, 790.0, 810.0, 5000.0)] == [1, 1, 50, 1000, 2000, 10_000]
    assert dxf_layer("<a>*?") == "_A___"
    assert dxf_layer("") == "OBJECTS"


def test_a_drawing_of_nothing_is_a_valid_file_still(tmp_path: Path) -> None:
    empty = SectionDrawing(title=Text("空", "Empty"), classes=())

    assert write_section_dxf(tmp_path / "e.dxf", empty, "zh") == 0
    assert write_section_svg(tmp_path / "e.svg", empty, "zh") >= 1
    assert etree.parse(str(tmp_path / "e.svg")).getroot().tag.endswith("svg")
