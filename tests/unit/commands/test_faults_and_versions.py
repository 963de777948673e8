"""Faults of models and differences of versions as the desk shows them."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sanping.analysis.model_check import CheckLimits, Fault
from sanping.commands.fault_showing import (
    COLOURS,
    CheckReport,
    LayerFault,
    check_layers,
    coloured_faults,
    fault_words,
)
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer
from sanping.commands.version_showing import (
    GREEN,
    RED,
    before_and_after,
    change_words,
    coloured_changes,
    compared,
    ghosts,
)
from sanping.domain.errors import InputError
from sanping.domain.tile import TileSet
from sanping.formats.change_csv import write_change_csv
from sanping.ports.progress import SilentProgress
from unit.commands.small_city import buildings, roads

SILENT = SilentProgress()


def with_table(layer: LoadedLayer, **columns: object) -> OpenedLayer:
    """Return a layer of one tile with other columns in its table."""
    content = layer.content
    assert isinstance(content, TileSet)
    tile = content.tiles[0]
    table = replace(tile.features, **columns)  # type: ignore[arg-type]
    return OpenedLayer(entry=layer.entry, content=replace(content, tiles=(replace(tile, features=table),)))


def test_a_check_names_the_layers_it_saw_and_counts_faults_by_kind() -> None:
    # given a model that is clean but for a building without a height
    layer = buildings()
    table = layer.content.tiles[0].features  # type: ignore[union-attr]
    heights = np.where(np.array(table.ids) == "B2", 0.0, table.height_m).astype(np.float32)
    opened = with_table(layer, height_m=heights)
    broken = LoadedLayer(opened=opened, numbers=layer.numbers)

    # when it is checked together with roads
    report = check_layers([broken, roads()], None, CheckLimits(), SILENT)
    clean = check_layers([layer], None, CheckLimits(), SILENT)

    # then that is the one fault
    assert (report.layers, report.objects, report.counts) == (1, 4, {"no_height": 1})
    ref = report.faults[0].ref
    assert ref is not None
    assert ref.id == "B2"
    assert "1 个问题" in report.summary.zh
    assert "没有发现问题" in clean.summary.zh
    numbers, colours = coloured_faults(report, "", broken)
    assert numbers.tolist() == [layer.numbers["B2"]]
    assert tuple(colours[0]) == COLOURS["no_height"]
    assert len(coloured_faults(report, "collision", broken)[0]) == 0


def test_what_is_wrong_with_a_whole_layer_is_of_no_object_and_colours_none() -> None:
    # given a model that is in no CRS
    layer = buildings()
    assert isinstance(layer.content, TileSet)
    placed = replace(layer.content, frame=replace(layer.content.frame, crs="LOCAL"))
    lost = LoadedLayer(opened=OpenedLayer(entry=layer.entry, content=placed), numbers=layer.numbers)

    report = check_layers([lost], None, CheckLimits(), SILENT)

    # then that is told once for its four objects, and names and colours none of them
    assert [(one.fault.kind, one.ref, one.words.en) for one in report.faults] == [
        ("no_crs", None, "No reference system ×4")
    ]
    assert len(coloured_faults(report, "", lost)[0]) == 0


def test_both_objects_of_a_collision_are_coloured_with_their_parts() -> None:
    layer = buildings()
    fault = Fault(kind="collision", id="B3", amount=12.5, place=(0.0, 0.0, 0.0), other="B1")
    report = CheckReport(layers=1, objects=4, faults=(
        LayerFault(layer="buildings", title=layer.entry.title, fault=fault),))  # fmt: skip

    numbers, _ = coloured_faults(report, "collision", layer)

    assert set(numbers.tolist()) == {layer.numbers[id] for id in ("B1", "B3", "B3-1")}
    assert fault_words(fault).zh == "与其他对象相交 12.50 m² · B1"


def test_versions_are_compared_coloured_and_told_object_by_object(tmp_path: Path) -> None:
    # given a newer version where B2 has another id, and B1 another name
    layer = buildings()
    table = layer.content.tiles[0].features  # type: ignore[union-attr]
    ids = ["B9" if id == "B2" else id for id in table.ids]
    known = [{**row, "name": "新名"} if id == "B1" else row for id, row in zip(ids, table.attributes, strict=True)]
    newer = with_table(layer, ids=ids, attributes=known)

    # when they are compared with the older one in the city, and the other way round
    pair = compared(layer, newer, SILENT, is_open_newer=False)
    back = compared(layer, newer, SILENT, is_open_newer=True)

    # then what went, came and changed is told, coloured in the city, or drawn as a ghost
    assert pair.counts == {"added": 1, "removed": 1, "attributes": 1}
    assert back.counts == pair.counts
    assert "新增 1，删除 1，变化 1" in pair.summary.zh
    numbers, colours = coloured_changes(pair, "removed")
    assert numbers.tolist() == [layer.numbers["B2"]]
    assert tuple(colours[0]) == RED
    assert tuple(coloured_changes(back, "added")[1][0]) == GREEN
    ghost = ghosts(pair, "")
    assert ghost is not None
    assert ghost.legend.steps[0].colour == GREEN
    assert len(ghost.facets.triangles) == 12
    assert ghosts(pair, "removed") is None
    assert ("名称", "普陀大厦", "新名") in before_and_after(pair, "B1", "zh")
    assert before_and_after(pair, "B9", "zh")[0] == ("高度 (m)", "—", "12.00")
    assert [change_words(change).zh for change in pair.changes] == ["新增", "删除", "属性变化：名称"]

    # and a table has them all
    assert write_change_csv(tmp_path / "a.csv", pair, "zh") == 3
    lines = list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert lines[3][0] == "属性变化"
    assert "新名" in lines[3][7]


def test_the_same_version_twice_says_so_and_strangers_are_refused() -> None:
    layer = buildings()
    table = layer.content.tiles[0].features  # type: ignore[union-attr]
    stranger = with_table(layer, ids=[f"X{number}" for number in range(len(table.ids))])

    assert "完全相同" in compared(layer, layer.opened, SILENT, is_open_newer=True).summary.zh
    with pytest.raises(InputError, match="编号"):
        compared(layer, stranger, SILENT, is_open_newer=True)
    with pytest.raises(InputError, match="roads"):
        compared(layer, roads().opened, SILENT, is_open_newer=True)
