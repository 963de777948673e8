"""`formats.pictures`: pictures beside a model are kept once, foreign ones are limited, counted and named."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from gltf_files import CORNERS, SQUARE, Gltf
from PIL import Image

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.texture import Picture
from sanping.formats import citygml_bytes, pictures
from sanping.formats.catalog import read
from sanping.formats.columns import SkipLog
from sanping.formats.pictures import PictureShelf, beside, named_in, packed, picture, sampled
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

RED = packed(np.full((4, 4, 3), (255, 0, 0), np.uint8))


def bomb() -> bytes:
    """Return the head of a PNG of 64k × 64k pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 65_536, 65_536, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(
    "name",
    ["../a.png", "/etc/passwd", "http://host/a.png", "file:///a.png", "sub/../../a.png", "..\\a.png", "C:\\a.png", "",
     "a\0.png", "//host/a.png", "~/a.png"],
)  # fmt: skip
def test_nothing_outside_the_folder_is_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.png").write_bytes(RED)
    (tmp_path / "in").mkdir()

    with pytest.raises(FileHostile):
        beside(tmp_path / "in" / "model.gml", name)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(RED)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").symlink_to(tmp_path / "a.png")

    with pytest.raises(FileHostile):
        beside(tmp_path / "in" / "model.gml", "a.png")


def test_a_picture_below_the_model_is_read_whichever_way_its_path_is_written(tmp_path: Path) -> None:
    (tmp_path / "appearance").mkdir()
    (tmp_path / "appearance" / "墙.png").write_bytes(RED)

    for name in ("appearance/墙.png", "./appearance/墙.png", "appearance\\墙.png"):
        assert beside(tmp_path / "model.gml", name) == RED
    with pytest.raises(FileBroken):
        beside(tmp_path / "model.gml", "appearance/none.png")


def test_a_picture_is_kept_once_and_a_bad_one_counted_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    skips = SkipLog()
    shelf = PictureShelf(skips)

    first = shelf.put("a", "a.png", lambda: Picture(data=RED))
    again = shelf.put("b", "copy of a.png", lambda: Picture(data=RED))
    for number, data in enumerate((b"", b"no picture", RED[:40], bomb())):
        assert shelf.put(number, f"bad{number}.png", lambda data=data: Picture(data=data)) is None  # type: ignore[misc]
    monkeypatch.setattr(pictures, "MOST_BYTES", len(RED) + 10)
    assert shelf.put("c", "late.png", lambda: Picture(data=packed(np.zeros((3, 3, 3), np.uint8)))) is None

    assert first is not None
    assert again is first
    assert [(entry.count, entry.examples[0]) for entry in skips.skipped] == [(4, "bad0.png"), (1, "late.png")]
    whole = shelf.joined([(shelf.texturing((0, np.zeros((3, 2))), 3), 3), (None, 2)])
    assert whole is not None
    assert len(whole.pictures) == 1
    assert whole.point_picture.tolist() == [0, 0, 0, -1, -1]


def test_a_large_picture_is_made_small_before_its_colours_count() -> None:
    out = io.BytesIO()
    Image.new("RGB", (900, 300), (10, 200, 30)).save(out, "JPEG")

    pixels = picture(out.getvalue(), side=64)

    assert pixels is not None
    assert max(pixels.shape) <= 64
    assert sampled(pixels, np.array([[0.5, 0.5], [np.nan, np.inf]])).shape == (2, 3)


def textured(image: dict[str, object], sampler: dict[str, object], **material: object) -> Gltf:
    gltf = Gltf()
    mesh = gltf.mesh(gltf.accessor(CORNERS), gltf.accessor(SQUARE), material=0)
    places = gltf.accessor(np.array([[0, 0], [2, 0], [2, 1], [0, 1]], "<f4"))
    gltf.json["meshes"][mesh]["primitives"][0]["attributes"]["TEXCOORD_0"] = places  # type: ignore[index]
    gltf.json["nodes"].append({"mesh": 0, "name": "墙"})
    surface = {"baseColorTexture": {"index": 0}, **material}
    gltf.json |= {
        "images": [image], "textures": [{"source": 0, "sampler": 0}], "samplers": [sampler],
        "materials": [{"pbrMetallicRoughness": surface, "alphaMode": "MASK"}],
    }  # fmt: skip
    return gltf


def opened(path: Path) -> CityModel:
    options = ReadOptions(crs="EPSG:4549", settings=(("position", [540_000.0, 3_457_000.0, 4.0]),))
    model = read(path, options, SilentProgress())
    assert isinstance(model, CityModel)
    return model


def test_a_gltf_says_how_its_picture_goes_on_and_is_tinted(tmp_path: Path) -> None:
    (tmp_path / "wall.png").write_bytes(RED)
    gltf = textured({"uri": "wall.png"}, {"wrapS": 33648, "wrapT": 33071}, baseColorFactor=[1.0, 0.0, 1.0, 1.0])

    model = opened(gltf.written(tmp_path / "a.gltf"))

    assert model.texturing is not None
    assert model.texturing.pictures == (
        Picture(data=RED, across="mirror", down="clamp", tint=(1.0, 0.0, 1.0), is_cut_out=True),
    )
    assert sorted(map(tuple, model.texturing.point_uv.tolist())) == [(0, 0), (0, 1), (2, 0), (2, 1)]


@pytest.mark.parametrize("uri", ["none.png", "../wall.png", "http://host/wall.png", "broken.png"])
def test_a_gltf_without_its_picture_keeps_its_surface_and_names_the_picture(tmp_path: Path, uri: str) -> None:
    (tmp_path / "wall.png").write_bytes(RED)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "broken.png").write_bytes(RED[:50])

    model = opened(textured({"uri": uri}, {}).written(folder / "a.gltf"))

    assert len(model.triangles) == 2
    assert model.texturing is None
    assert [(entry.count, entry.examples) for entry in model.origin.skipped] == [(1, (uri,))]


def test_the_pictures_of_a_model_are_named_for_those_who_copy_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citygml_bytes, "BLOCK_BYTES", 40)  # names may lie across two blocks
    gml, city = tmp_path / "a.gml", tmp_path / "a.city.json"
    gml.write_text("<app:imageURI>looks/墙 1.jpg</app:imageURI> <app:imageURI> b.png </app:imageURI>", encoding="utf-8")
    city.write_text('{"textures": [{"type": "JPG", "image": "looks/a.jpg"}, {"image":"b.png"}]}', encoding="utf-8")

    assert named_in(gml) == ["looks/墙 1.jpg", "b.png"]
    assert named_in(city) == ["looks/a.jpg", "b.png"]
    assert named_in(tmp_path / "a.glb") == []
