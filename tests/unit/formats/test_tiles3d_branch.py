"""`formats.tiles3d_branch`, `tiles3d_volumes`, `tiles3d_address`, `tiles3d_tile`, `tiles3d_json`: a tree in pieces."""

import json
from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer
from test_tiles3d_reader import LATITUDE, LONGITUDE, levels, on_earth

from sanping.analysis.tile_tree import TileTree, grafted
from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown
from sanping.formats.columns import SkipLog
from sanping.formats.tiles3d_address import beside, is_tileset, is_web
from sanping.formats.tiles3d_branch import branch_below, first_branch
from sanping.formats.tiles3d_json import tileset_json
from sanping.formats.tiles3d_tile import name_of, tile_model
from sanping.formats.tiles3d_tree import tree_of
from sanping.formats.tiles3d_volumes import part_of, placed_volumes, raw_volume
from sanping.ports.model_reader import ReadOptions
from sanping.ports.tile_source import RawVolume, TileSource

SAMPLES = (Path(__file__).parents[4] / "shared" / "data" / "tiles3d").resolve()
BOX = {"box": [0, 0, 5, 50, 0, 0, 0, 30, 0, 0, 0, 5]}
PLAIN = ReadOptions()


def tileset(folder: Path, root: dict[str, object]) -> Path:
    path = folder / "tileset.json"
    path.write_text(json.dumps({"asset": {"version": "1.1"}, "geometricError": 100, "root": root}))
    return path


def whole(path: Path, options: ReadOptions = PLAIN) -> tuple[TileTree, list[TileSource], ReadOptions]:
    """Open every closed tile of a tileset on disk."""
    branch, options = first_branch(path, path.name, options)
    tree, sources = branch.tree, list(branch.sources)
    while tree.is_closed.any():
        tile = int(np.flatnonzero(tree.is_closed)[0])
        opening = sources[tile].opens
        assert opening is not None
        below = branch_below(path.parent / opening.address, opening, options)
        was_passage = bool(tree.is_passage[tile])
        tree = grafted(tree, tile, below.tree)
        sources[tile] = sources[tile] if was_passage else below.sources[0]
        sources += below.sources[0 if was_passage else 1 :]
    return tree, sources, options


@pytest.mark.parametrize(
    ("base", "uri", "address"),
    [
        ("tileset.json", "a/b.glb", "a/b.glb"),
        ("a/inner.json", "../c.glb?v=1#x", "c.glb"),
        ("a/inner.json", "%E6%A5%BC.b3dm", "a/楼.b3dm"),
        ("a/inner.json", "../../c.glb", None),
        ("tileset.json", "http://h/a.glb", None),
        ("tileset.json", "/etc/passwd", None),
        ("tileset.json", "file:///etc/passwd", None),
        ("tileset.json", "a%00.glb", None),
        ("http://h:8080/t/tileset.json?key=7", "a/b.glb", "http://h:8080/t/a/b.glb?key=7"),
        ("http://h/t/tileset.json?key=7", "b.glb?key=8&x=1", "http://h/t/b.glb?key=8&x=1"),
        ("http://h/t/tileset.json", "/other/b.glb", "http://h/other/b.glb"),
        ("http://h/t/tileset.json", "//elsewhere/b.glb", None),
        ("http://h/t/tileset.json", "https://h/b.glb", None),
        ("http://h/t/tileset.json", "http://h:81/b.glb", None),
        ("http://h/t/tileset.json", "http://user@h/b.glb", None),
        ("http://h/t/tileset.json", "file:///etc/passwd", None),
        ("http://h/t/tileset.json", "", None),
    ],
)
def test_addresses_stay_below_their_folder_or_on_their_server(base: str, uri: str, address: str | None) -> None:
    assert beside(base, uri) == address


def test_words_about_addresses() -> None:
    assert is_web("https://h/a")
    assert not is_web("a/tileset.json")
    assert is_tileset("http://h/inner.JSON?key=1")
    assert not is_tileset("a.b3dm")
    assert name_of("http://h/t/a/b.glb?key=1", "http://h/t/tileset.json?key=1") == "a/b.glb"
    assert name_of("a/b.glb", "tileset.json") == "a/b.glb"


def test_boxes_regions_and_spheres_come_to_the_same_place_on_the_earth() -> None:
    # given one place, as a box and a sphere in axes east, north, up, and as a region of about 200 × 120 m
    matrix = np.array(on_earth()).reshape(4, 4).T
    east, north = np.radians(200 / 95_300), np.radians(120 / 110_900)
    west, south = np.radians(LONGITUDE) - east / 2, np.radians(LATITUDE) - north / 2
    region = RawVolume(kind="region", numbers=(west, south, west + east, south + north, 20, 40), matrix=matrix)
    box = raw_volume({"boundingVolume": {"box": [0, 0, 0, 100, 0, 0, 0, 60, 0, 0, 0, 10]}}, matrix)
    sphere = raw_volume({"boundingVolume": {"sphere": [0, 0, 0, 70]}}, matrix)
    assert box is not None
    assert sphere is not None

    found = placed_volumes([box, region, sphere], ReadOptions(target_crs="EPSG:4549"))

    # then all stand around the projected place
    foot = Transformer.from_crs(4326, 4549, always_xy=True).transform(LONGITUDE, LATITUDE)
    assert np.allclose(found.centre, [(*foot, 30.0)] * 3, atol=0.1)
    low, high = found.corners
    assert np.allclose((high - low)[0], [200, 120, 20], atol=3.0)  # north of the grid is not quite north
    assert np.allclose((high - low)[1], [200, 120, 20], atol=3.0)
    assert np.allclose((high - low)[2], [140, 140, 140], atol=0.1)


def test_what_has_no_volume_of_its_own_takes_that_above_and_a_root_without_one_is_refused(tmp_path: Path) -> None:
    root = {**levels(tmp_path), "boundingVolume": BOX}
    tree, _, _ = whole(tileset(tmp_path, root))
    assert np.allclose(tree.volumes.centre, [(0, 0, 5)] * 2)
    assert tree.error_m.tolist() == [10, 0]

    with pytest.raises(FileBroken, match="包围体"):
        first_branch(tileset(tmp_path, levels(tmp_path)), "tileset.json", PLAIN)


def test_parts_of_a_box_and_of_a_region_lie_side_by_side() -> None:
    box = RawVolume(kind="box", numbers=(0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 2), matrix=np.eye(4))
    region = RawVolume(kind="region", numbers=(0, 0, 0.8, 0.4, 0, 100), matrix=np.eye(4))

    assert part_of(box, 1, (1, 0)).numbers == (4, -2, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2)
    assert part_of(box, 1, (0, 1, 1)).numbers == (-4, 2, 1, 4, 0, 0, 0, 2, 0, 0, 0, 1)
    assert np.allclose(part_of(region, 2, (3, 0)).numbers, (0.6, 0, 0.8, 0.1, 0, 100))
    assert np.allclose(part_of(region, 1, (0, 0, 1)).numbers, (0, 0, 0.4, 0.2, 50, 100))


def test_a_tileset_inside_is_read_when_its_tile_is_opened_and_a_circle_is_refused(tmp_path: Path) -> None:
    # given a tileset that leads to another, which leads back
    inner = tileset(tmp_path, {**levels(tmp_path), "boundingVolume": BOX}).rename(tmp_path / "inner.json")
    outer = {"boundingVolume": BOX, "geometricError": 50, "content": {"uri": "inner.json"}}
    tree, sources, _ = whole(tileset(tmp_path, outer))
    assert [source.addresses for source in sources] == [(), ("coarse.glb",), ("fine.glb",)]
    assert tree.parent.tolist() == [-1, 0, 1]

    tileset(tmp_path, {"boundingVolume": BOX, "content": {"uri": "tileset.json"}}).rename(inner)
    with pytest.raises(FileHostile):
        whole(tileset(tmp_path, outer))


def test_contents_elsewhere_are_counted_and_not_asked_for(tmp_path: Path) -> None:
    root = {**levels(tmp_path, finest="http://example.org/fine.glb"), "boundingVolume": BOX}

    branch, _ = first_branch(tileset(tmp_path, root), "tileset.json", PLAIN)

    assert [source.addresses for source in branch.sources] == [("coarse.glb",), ()]
    assert [entry.count for entry in branch.skipped] == [1]


def test_json_that_is_no_tileset_is_refused() -> None:
    with pytest.raises(FileBroken):
        tileset_json(b"{", "a")
    with pytest.raises(FileBroken):
        tileset_json(b"[]", "a")
    with pytest.raises(FormatUnknown):
        tileset_json(b'{"asset": {"version": "2.0"}, "root": {}}', "a")
    with pytest.raises(FileBroken):
        tileset_json(b'{"asset": {"version": "1.0"}}', "a")


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [
        "samples_1.0/TilesetWithRequestVolume",
        "samples_1.0/TilesetWithDiscreteLOD",
        "samples_1.1/SparseImplicitQuadtree",
        "samples_1.1/SparseImplicitOctree",
        "samples_1.1/MultipleContents",
    ],
)
def test_read_piece_by_piece_a_tileset_has_the_tiles_it_has_whole_each_inside_its_volume(name: str) -> None:
    path = SAMPLES / name / "tileset.json"
    if not path.is_file():
        pytest.skip("the public samples are not on this machine")
    waiting = [tree_of(path, SkipLog()).root]
    for node in waiting:
        waiting += node.children
    there = {content.relative_to(path.parent).as_posix() for node in waiting for content in node.contents}

    tree, sources, options = whole(path)

    found = {address for source in sources for address in source.addresses}
    assert {address for address in found if (path.parent / address).is_file()} == there
    low, high = tree.volumes.corners
    for number, source in enumerate(sources[:12]):
        files = [path.parent / address for address in source.addresses]
        if files and all(file.is_file() for file in files):
            points = tile_model(files, source, "tileset.json", options).points
            slack = 0.02 * float(np.linalg.norm(high[number] - low[number])) + 0.01
            assert (points >= low[number] - slack).all()
            assert (points <= high[number] + slack).all()
