"""`formats.osgb` with its stream, objects, states, geometry and scene; `formats.s3m`."""

import io
import json
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyproj import Transformer

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown, InputError
from sanping.domain.ground import VectorLayer
from sanping.formats.catalog import read
from sanping.formats.osgb_scene import parts_of
from sanping.ports.model_reader import Reading, ReadOptions
from sanping.ports.progress import SilentProgress

QUAD = np.array([[0, 0, 5], [20, 0, 5], [20, 10, 5], [0, 10, 5]], "<f4")
CORNERS = np.array([0, 1, 2, 0, 2, 3], "<u4")
UV = np.array([[0.1, 0.9], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]], "<f4")


def whole(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def text(words: str) -> bytes:
    return whole(len(words.encode())) + words.encode()


class Writer:
    """Writes the objects of a tile, as OpenSceneGraph of one version does."""

    def __init__(self, version: int = 91) -> None:
        self.version, self.has_brackets, self.number = version, version >= 148, 0

    def bracket(self, body: bytes = b"") -> bytes:
        if not self.has_brackets:
            return body
        size = 8 if self.version > 148 else 4
        return (len(body) + size).to_bytes(size, "little") + body

    def thing(self, name: str, body: bytes) -> bytes:
        self.number += 1
        return text(name) + self.bracket(whole(self.number) + text("") + whole(2) + b"\0" + body)

    def node(self, state: bytes = b"\0") -> bytes:
        return bytes(5) + b"\1" + whole(0xFFFFFFFF) + state

    def children(self, *things: bytes) -> bytes:
        return b"\1" + whole(len(things)) + self.bracket(b"".join(things))

    def geode(self, *drawables: bytes) -> bytes:
        return self.thing("osg::Geode", self.node() + self.children(*drawables))

    def geometry(self, state: bytes = b"\0", points: np.ndarray = QUAD) -> bytes:
        old = self.version < 156
        head = self.node(state) if self.version >= 154 else b""
        head += (state if old else b"") + bytes(3) + b"\1\1\0" + (bytes(4) if old else b"")
        head += (whole(1) if self.version >= 142 else b"") + (b"\1" if self.version >= 145 else b"")
        if self.version < 112:
            primitive = whole(54, 4) + (whole(0) if self.version > 96 else b"")
            primitive += whole(len(CORNERS)) + CORNERS.tobytes()
            body = whole(1) + primitive + self.old_array(16, points) + bytes(4)
            body += b"\1" + whole(1) + self.old_array(15, UV)[1:] + b"\0\0"
            return self.thing("osg::Geometry", head + body)
        buffer = b"\0" if self.version >= 147 else b""
        primitive = self.thing("osg::DrawElementsUInt", buffer + whole(0, 4, len(CORNERS)) + CORNERS.tobytes())
        arrays = b"\1" + self.array("osg::Vec3Array", points) + bytes(4)
        lists = whole(1) + self.array("osg::Vec2Array", UV) + whole(0)
        return self.thing("osg::Geometry", head + whole(1) + primitive + arrays + lists)

    def old_array(self, kind: int, values: np.ndarray) -> bytes:
        self.number += 1
        data = whole(self.number, kind, len(values)) + values.tobytes()
        return b"\1\1" + data + b"\0" + whole(4, 0)

    def array(self, name: str, values: np.ndarray) -> bytes:
        buffer = b"\0" if self.version >= 147 else b""
        return self.thing(name, buffer + whole(4) + b"\0\0" + whole(len(values)) + values.tobytes())

    def state(self, picture: bytes = b"", name: str = "t.jpg", extra: str = "") -> bytes:
        """Return a state with a texture, whose picture is inside or beside the file."""
        image = (text("osg::Image") if self.version > 94 else b"") + whole(7000) + text(name) + whole(0)
        image += (whole(1, len(picture)) + picture) if picture else whole(2)
        image += text("") + whole(0) + b"\0"
        texture = b"\0\0" + b"\1" + whole(0x2900) + bytes(4) + struct.pack("<f", 1) + bytes(4) + bytes(32) + whole(0, 0)
        texture += bytes(3) + b"\0" + whole(0x203, 0x1909) + struct.pack("<f", 0)
        texture += (b"\0" if self.version >= 98 else b"") + (bytes(12) if self.version >= 155 else b"")
        texture += b"\1" + image + whole(0, 0)
        units = self.thing("osg::Texture2D", texture) + whole(1)
        attributes = b"\0"
        if extra:
            attributes = b"\1" + whole(1) + self.bracket(self.thing(extra, b"\0\0" + whole(1)) + whole(1))
        block = whole(1) + self.bracket(whole(1) + self.bracket(units))
        body = b"\0" + attributes + b"\0" + b"\1" + block + b"\0" + whole(0, 0, 0) + text("") + b"\1\0\0"
        return b"\1" + self.thing("osg::StateSet", body)

    def paged(self, finer: str, *children: bytes) -> bytes:
        ranges = whole(0) + b"\0" + whole(1) + b"\1" + whole(2) + self.bracket(struct.pack("<4f", 0, 9, 9, 99))
        names = b"\1" + whole(2) + self.bracket(text("") + text(finer)) + whole(0) + self.bracket()
        body = self.node() + ranges + b"\1\0" + whole(0) + b"\0" + names + self.children(*children)
        return self.thing("osg::PagedLOD", body)

    def file(self, scene: bytes, compressor: str = "0") -> bytes:
        body = zlib.compress(scene) if compressor == "zlib" else scene
        attributes = 4 if self.has_brackets else 0
        return whole(0x6C910EA1, 0x1AFB4545, 1, self.version, attributes) + text(compressor) + body


def opened(path: Path, **options: object) -> CityModel:
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


def picture() -> bytes:
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:4, :, 0], pixels[4:, :, 2] = 255, 255  # red above, blue below
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


@pytest.mark.parametrize("version", [80, 91, 97, 112, 130, 150, 161])
@pytest.mark.parametrize("compressor", ["0", "zlib"])
def test_tiles_of_every_writer_are_read_with_their_pictures(tmp_path: Path, version: int, compressor: str) -> None:
    writer = Writer(version)
    scene = writer.geode(writer.geometry(writer.state(picture())))
    (tmp_path / "a.osgb").write_bytes(writer.file(scene, compressor))

    model = opened(tmp_path / "a.osgb")

    assert len(model.triangles) == 2
    assert model.extent.east - model.extent.west == 20.0
    assert model.features.attributes[0] == {"base_colour": "#ff0000"}  # v counts from below
    assert model.features.class_names == ("CityObject",)


def block(folder: Path, srs: str = "EPSG:4549", origin: str = "635000,3458000,0") -> Path:
    """Write a block of one tile with a finer file, and its metadata."""
    tile = folder / "Data" / "Tile_+000_+000"
    tile.mkdir(parents=True)
    writer = Writer()
    coarse = writer.paged("Tile_+000_+000_L16_0.osgb", writer.geode(writer.geometry()))
    (tile / "Tile_+000_+000.osgb").write_bytes(writer.file(coarse))
    writer = Writer()
    fine = writer.geode(writer.geometry(), writer.geometry(points=QUAD + np.array([0, 0, 3], "<f4")))
    (tile / "Tile_+000_+000_L16_0.osgb").write_bytes(writer.file(fine))
    index = folder / "metadata.xml"
    place = f"<SRS>{srs}</SRS><SRSOrigin>{origin}</SRSOrigin>"
    index.write_text(f'<?xml version="1.0"?><ModelMetadata version="1">{place}</ModelMetadata>')
    return index


def test_a_block_stands_where_its_metadata_say_in_its_finest_files(tmp_path: Path) -> None:
    index = block(tmp_path)

    model = opened(index)
    tile = opened(tmp_path / "Data" / "Tile_+000_+000" / "Tile_+000_+000.osgb")
    coarse = opened(index, settings=(("max_bytes", 10),))

    assert model.frame.crs == "EPSG:4549"
    assert (model.extent.west, model.extent.south, model.extent.top) == (635000.0, 3458000.0, 8.0)
    assert len(model.triangles) == len(tile.triangles) == 4
    assert len(coarse.triangles) == 2
    assert any("level 0" in note.en for note in coarse.origin.notes)


def test_a_block_about_a_place_in_degrees_lies_in_its_tangent_plane(tmp_path: Path) -> None:
    model = opened(block(tmp_path, "ENU:31.25,121.4", "0,0,0"))

    foot = Transformer.from_crs(4326, 4549, always_xy=True).transform(121.4, 31.25)
    assert model.frame.crs == "EPSG:4549"
    assert (model.extent.west, model.extent.south) == pytest.approx(foot, abs=0.3)
    assert model.extent.bottom == pytest.approx(5.0, abs=0.01)


def test_where_finer_files_are_missing_or_broken_the_coarse_tile_stays(tmp_path: Path) -> None:
    index = block(tmp_path)
    finer = next(tmp_path.rglob("*L16_0.osgb"))

    finer.write_bytes(finer.read_bytes()[:300])
    broken = opened(index)
    finer.unlink()
    missing = opened(index)

    for model in (broken, missing):
        assert len(model.triangles) == 2
        assert sum(entry.count for entry in model.origin.skipped) >= 1


def test_what_we_do_not_read_is_named_with_the_version_of_its_writer(tmp_path: Path) -> None:
    writer = Writer()
    strange = writer.geode(writer.geometry(writer.state(picture(), extra="osg::BlendFunc")))
    for scene, word in ((strange, "osg::BlendFunc"), (writer.thing("osg::Switch", b""), "osg::Switch")):
        with pytest.raises(FormatUnknown, match=word) as caught:
            parts_of(writer.file(scene))
        assert "91" in caught.value.message.zh
    newer = Writer(161)  # knows where objects end, so that they can be passed over
    (part,) = parts_of(newer.file(newer.geode(newer.geometry(newer.state(picture(), extra="osg::BlendFunc")))))
    assert part.meshes[0].look.picture
    for data, word in (
        (writer.file(strange, "lzma"), "lzma"),
        (whole(0xA10E916C, 0x4545FB1A) + bytes(40), "big-endian"),
    ):
        with pytest.raises(FormatUnknown, match=word):
            parts_of(data)


def test_pictures_outside_the_folder_are_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "t.png").write_bytes(picture())
    (tmp_path / "t.png").write_bytes(picture())
    for name, is_seen in (("t.png", True), ("../t.png", False), (str(tmp_path / "t.png"), False)):
        writer = Writer()
        (folder / "a.osgb").write_bytes(writer.file(writer.geode(writer.geometry(writer.state(name=name)))))

        model = opened(folder / "a.osgb")

        assert ("base_colour" in model.features.attributes[0]) is is_seen


def test_bad_metadata_is_refused(tmp_path: Path) -> None:
    index = block(tmp_path)
    index.write_text('<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><ModelMetadata/>')
    with pytest.raises(FileHostile):
        opened(index)
    (tmp_path / "Data").rename(tmp_path / "Other")
    index.write_text("<ModelMetadata><SRS>EPSG:4549</SRS></ModelMetadata>")
    with pytest.raises(FileBroken, match="Data"):
        opened(index)


@pytest.mark.parametrize("version", [91, 161])
def test_damaged_tiles_raise_only_our_errors(version: int) -> None:
    dice, writer = random.Random(version), Writer(version)
    data = writer.file(writer.paged("f.osgb", writer.geode(writer.geometry(writer.state(picture())))))
    for _ in range(600):
        hurt = bytearray(data)
        for _ in range(dice.randint(1, 3)):
            hurt[dice.randrange(8, len(hurt))] = dice.randrange(256)
        try:
            parts_of(bytes(hurt[: dice.randrange(20, len(hurt) + 1)]))
        except InputError:
            continue


@pytest.mark.real_data
def test_a_real_tile_opens(real_data: Path) -> None:
    model = opened(real_data / "osgb" / "test.osgb")

    assert len(model.triangles) == 114
    assert model.texturing is not None
    assert len(model.texturing.pictures) == 1
    assert (model.texturing.point_picture == 0).mean() > 0.9
    assert [entry.count for entry in model.origin.skipped] == [1]  # its finer file is not there


def scp(path: Path, **index: object) -> Reading:
    path.write_text(json.dumps(index), encoding="utf-8")
    return read(path, ReadOptions(), SilentProgress())


def test_an_s3m_index_shows_its_area_and_how_to_convert_it(tmp_path: Path) -> None:
    bounds = {"left": 121.40, "right": 121.42, "top": 31.26, "bottom": 31.25}

    layer = scp(
        tmp_path / "a.scp", Asset={"Version": "3.0"}, dataType="ObliquePhotogrammetry", geoBounds=bounds, tiles=[1]
    )
    radians = {"min": {"x": 2.1188, "y": 0.5454}, "max": {"x": 2.1192, "y": 0.5456}}
    old = scp(tmp_path / "b.scp", asset={"version": "1.0"}, geoBounds=radians)

    assert isinstance(layer, VectorLayer)
    assert layer.frame.crs == "EPSG:4549"
    assert layer.geometries[0].area == pytest.approx(1905 * 1109, rel=0.03)
    assert layer.attributes[0]["root_tiles"] == 1
    assert any("tileset.json" in note.zh for note in layer.origin.notes)
    assert isinstance(old, VectorLayer)


def test_s3m_without_an_area_and_its_tiles_are_refused_with_the_way_to_convert(tmp_path: Path) -> None:
    (tmp_path / "a.s3mb").write_bytes(b"\0\1 s3m")
    with pytest.raises(FormatUnknown, match="iDesktopX"):
        read(tmp_path / "a.s3mb", ReadOptions(), SilentProgress())
    with pytest.raises(FormatUnknown, match="iDesktopX"):
        scp(tmp_path / "a.scp", asset={"version": "3.0"})
    (tmp_path / "b.scp").write_text("{no")
    with pytest.raises(FileBroken):
        read(tmp_path / "b.scp", ReadOptions(), SilentProgress())
