"""What was read once is mapped the next time, equal in everything; what is damaged is built again."""

import importlib
import os
import sys
from dataclasses import replace

import numpy as np
import pytest
import readers_to_run as readers
from hypothesis import given, settings
from hypothesis import strategies as st
from test_build_tiles import models

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.tile import TileSet
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.arrow_file import attributes_column, strings_column
from sanping.tiles.build import build_tiles
from sanping.tiles.cache import Cache
from sanping.tiles.content_key import code_of, files_of, key_of, source_of
from sanping.tiles.stored import load, save

QUIET = SilentProgress()
OPTIONS = ReadOptions()


def assert_equal_tiles(left: TileSet, right: TileSet) -> None:
    assert (left.frame, left.extent, left.feature_count) == (right.frame, right.extent, right.feature_count)
    assert len(left.tiles) == len(right.tiles)
    for a, b in zip(left.tiles, right.tiles, strict=True):
        assert (a.key, a.first_feature, a.extent) == (b.key, b.first_feature, b.extent)
        for name in ("origin", "triangle_surface", "first_triangle", "anchor"):
            assert_equal_arrays(getattr(a, name), getattr(b, name))
        assert (a.far is None) == (b.far is None)
        for mesh_a, mesh_b in [(a.near, b.near), *([(a.far, b.far)] if a.far else [])]:
            for name in ("points", "triangles", "point_feature"):
                assert_equal_arrays(getattr(mesh_a, name), getattr(mesh_b, name))
        for name in ("class_code", "parent", "base_m", "height_m"):
            assert_equal_arrays(getattr(a.features, name), getattr(b.features, name))
        assert a.features.class_names == b.features.class_names
        assert list(a.features.ids) == list(b.features.ids)
        assert [a.features.ids[i] for i in range(len(a.features))] == list(b.features.ids)
        assert list(a.features.attributes) == list(b.features.attributes)
        assert [a.features.attributes[i] for i in range(len(a.features))] == list(b.features.attributes)


def assert_equal_arrays(left, right) -> None:
    assert left.dtype == right.dtype
    np.testing.assert_array_equal(left, right)


@settings(max_examples=40, deadline=None)
@given(model=models(), tile_features=st.sampled_from([1, 3, 3000]))
def test_saved_tiles_come_back_equal(tmp_path_factory, model, tile_features) -> None:
    path = tmp_path_factory.mktemp("cache") / "one"
    tiles = build_tiles(model, tile_features=tile_features)

    save(path, tiles, model.origin)
    again, origin = load(path)

    assert_equal_tiles(again, tiles)
    assert origin == model.origin


def test_mapped_tiles_are_views_of_the_file(tmp_path) -> None:
    save(tmp_path / "one", build_tiles(readers.boxes(400)), readers.ORIGIN)

    tiles, origin = load(tmp_path / "one")

    assert not tiles.tiles[0].near.points.flags.owndata
    assert not tiles.tiles[0].near.points.flags.writeable
    assert tiles.find("楼-77") is not None
    assert tiles.id_of(tiles.find("楼-77")) == "楼-77"
    assert tiles.find("nowhere") is None
    assert origin == readers.ORIGIN


def test_terrain_and_imagery_come_back_equal(tmp_path) -> None:
    terrain = readers.terrain()

    save(tmp_path / "one", terrain, terrain.origin)
    again, origin = load(tmp_path / "one")

    assert isinstance(again, Terrain)
    assert_equal_arrays(again.heights_m, terrain.heights_m)
    assert_equal_arrays(again.imagery.pixels, terrain.imagery.pixels)
    assert again.imagery.extent == terrain.imagery.extent
    assert again.extent == terrain.extent
    assert (again.frame, again.origin, origin) == (terrain.frame, terrain.origin, terrain.origin)


def test_vector_layers_come_back_equal(tmp_path) -> None:
    layer = readers.vector()

    save(tmp_path / "one", layer, layer.origin)
    again, _ = load(tmp_path / "one")

    assert isinstance(again, VectorLayer)
    assert [g.wkb for g in again.geometries] == [g.wkb for g in layer.geometries]
    assert again.geometries[0].has_z
    assert list(again.ids) == list(layer.ids)
    assert list(again.attributes) == list(layer.attributes)
    assert again.frame == layer.frame


def test_awkward_words_and_values_survive() -> None:
    lone_surrogate = "GBK \udcb0 名"

    assert strings_column(["ok", lone_surrogate]).to_pylist() == ["ok", "GBK \\udcb0 名"]
    [text] = attributes_column([{"big": 2**70, "bad": lone_surrogate, "date": np.datetime64("2026-01-02"), 3: "key"}])
    assert b"1180591620717411303424" in text.as_py()


def test_every_flipped_bit_is_noticed(tmp_path) -> None:
    # given a sound cache file
    path = tmp_path / "one"
    save(path, build_tiles(readers.boxes(60)), readers.ORIGIN)
    sound = path.read_bytes()
    random = np.random.default_rng(5)

    # when any one of its bits turns over, or its end is lost
    for _ in range(50):
        damaged = bytearray(sound)
        damaged[random.integers(len(sound))] ^= 1 << random.integers(8)
        path.write_bytes(damaged)
        with pytest.raises(FileBroken):
            load(path)
    for length in (0, 1, 17, len(sound) // 2, len(sound) - 1):
        path.write_bytes(sound[:length])
        with pytest.raises(FileBroken):
            load(path)

    # then only the sound one is believed
    path.write_bytes(sound)
    load(path)


def test_what_decides_the_result_decides_the_key(tmp_path) -> None:
    source = tmp_path / "a.shp"
    source.write_text("boxes 5")
    (tmp_path / "a.dbf").write_text("one")
    (tmp_path / "other.dbf").write_text("one")

    def key(options=OPTIONS, recipe="1"):
        return key_of(source_of(source, options), recipe, tmp_path / "stamps", QUIET)

    plain = key()
    assert key() == plain
    assert len({plain, key(ReadOptions(lod="2")), key(ReadOptions(settings=(("height", "h"),))), key(recipe="2")}) == 4

    (tmp_path / "other.dbf").write_text("two")
    assert key() == plain
    (tmp_path / "a.dbf").write_text("two")
    changed = key()
    assert changed != plain
    source.write_text("boxes 6")
    assert key() != changed


def test_better_code_reads_again(tmp_path, monkeypatch) -> None:
    # given a reader in a folder of its own
    (tmp_path / "reading_room.py").write_text("A = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("reading_room")
    before = code_of("reading_room")
    assert code_of("reading_room") == before

    # when its code changes, or other code joins it
    (tmp_path / "reading_room.py").write_text("A = 12\n")
    changed = code_of("reading_room")
    (tmp_path / "new_room.py").write_text("")

    # then the hash is another one each time
    assert len({before, changed, code_of("reading_room"), code_of("not there")}) == 4
    monkeypatch.delitem(sys.modules, "reading_room")


def test_an_old_stamp_saves_reading_and_a_young_one_is_not_trusted(tmp_path) -> None:
    # given a settled file whose hash is known
    source = tmp_path / "a.txt"
    source.write_text("boxes 5")
    os.utime(source, ns=(10**18, 10**18))
    before = key_of(source_of(source, OPTIONS), "", tmp_path / "stamps", QUIET)
    [stamp] = (tmp_path / "stamps").iterdir()

    # when the stamp is spoiled, the bytes decide
    stamp.write_text("{")
    assert key_of(source_of(source, OPTIONS), "", tmp_path / "stamps", QUIET) == before

    # when the file changes under the same size, its time tells
    source.write_text("boxes 7")
    assert key_of(source_of(source, OPTIONS), "", tmp_path / "stamps", QUIET) != before

    # and a file written a moment ago gets no stamp
    fresh = tmp_path / "b.txt"
    fresh.write_text("boxes 5")
    key_of(source_of(fresh, OPTIONS), "", tmp_path / "stamps2", QUIET)
    assert not (tmp_path / "stamps2").exists()


def test_files_named_inside_belong_to_it_but_nothing_outside_does(tmp_path) -> None:
    inside = tmp_path / "model"
    inside.mkdir()
    (tmp_path / "secret.bin").write_bytes(b"x")
    (inside / "0.bin").write_bytes(b"x")
    (inside / "wood.png").write_bytes(b"x")
    gltf = inside / "m.gltf"
    gltf.write_text(
        '{"buffers":[{"uri":"0.bin"},{"uri": "../secret.bin"},{"uri":"data:xx"}],"images":[{"uri":"wood.png"}]}'
    )
    (inside / "o.mtl").write_text("newmtl a\nmap_Kd wood.png\n")
    obj = inside / "o.obj"
    obj.write_text("mtllib o.mtl\nv 0 0 0\n")

    assert {file.name for file in files_of(gltf, OPTIONS)} == {"m.gltf", "0.bin", "wood.png"}
    assert {file.name for file in files_of(obj, OPTIONS)} == {"o.obj", "o.mtl", "wood.png"}
    away = ReadOptions(settings=(("imagery", "/etc/passwd"), ("other", "../../../../../../../etc/passwd")))
    assert files_of(inside / "t.tif", away) == []
    drape = ReadOptions(settings=(("imagery", "wood.png"), ("bands", 3)))
    assert {file.name for file in files_of(inside / "t.tif", drape)} == {"wood.png"}


def test_a_tile_that_changes_below_an_index_makes_another_key(tmp_path) -> None:
    index = tmp_path / "tileset.json"
    index.write_text("{}")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.glb").write_bytes(b"old")

    def key() -> str:
        return key_of(source_of(index, ReadOptions()), "", tmp_path / "stamps", SilentProgress())

    before = key()
    (tmp_path / "content" / "a.glb").write_bytes(b"newer")

    assert key() != before


def test_a_picture_that_changes_beside_a_model_makes_another_key(tmp_path) -> None:
    model = tmp_path / "a.gml"
    model.write_text("<CityModel/>")
    (tmp_path / "looks").mkdir()

    def key() -> str:
        return key_of(source_of(model, ReadOptions()), "", tmp_path / "stamps", SilentProgress())

    keys = [key()]
    for name, content in (("wall.jpg", b"old"), ("wall.jpg", b"newer"), ("wall.jgw", b"1 0 0 -1 0 0")):
        (tmp_path / "looks" / name).write_bytes(content)
        keys.append(key())

    assert len(set(keys)) == 4


def test_what_says_where_a_model_stands_decides_the_key(tmp_path) -> None:
    (tmp_path / "Data").mkdir()
    tile = tmp_path / "Data" / "a.osgb"
    tile.write_bytes(b"x")
    (tmp_path / "metadata.xml").write_text("<ModelMetadata/>")
    (tmp_path / "Data" / "model.toml").write_text("position = [1, 2, 3]")

    assert {file.name for file in files_of(tile, ReadOptions())} == {"a.osgb", "metadata.xml", "model.toml"}


def test_the_least_recently_used_go_first(tmp_path) -> None:
    # given room for three and a half entries, and a, b, c in it, of which a was used last
    tiles = build_tiles(readers.boxes(40))
    save(tmp_path / "one", tiles, readers.ORIGIN)
    size = (tmp_path / "one").stat().st_size
    cache = Cache(tmp_path / "cache", budget_bytes=3 * size + size // 2)

    def put(key: str) -> None:
        fresh = cache.fresh_path(key)
        save(fresh, tiles, readers.ORIGIN)
        cache.adopt(fresh, key)

    for number, key in enumerate("abc"):
        put(key)
        os.utime(tmp_path / "cache" / f"{key}.sanping", ns=(number, number))
    assert cache.find("a") is not None

    put("d")

    assert {path.stem for path in (tmp_path / "cache").glob("*.sanping")} == {"a", "c", "d"}


def test_leftovers_of_crashed_writers_are_swept_up(tmp_path) -> None:
    cache = Cache(tmp_path)
    old, young = cache.fresh_path("a"), cache.fresh_path("b")
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (1, 1))

    cache.trim()

    assert not old.exists()
    assert young.exists()


def test_an_origin_without_anything_comes_back(tmp_path) -> None:
    model = replace(readers.boxes(3), origin=Origin(format="x"))
    save(tmp_path / "one", build_tiles(model), model.origin)

    assert load(tmp_path / "one")[1] == model.origin
