"""`formats.obj_materials`: pictures of an OBJ's materials reach its faces; nothing outside its folder is opened."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fakes.seen_texels import quarters, texels
from sanping.domain.city import CityModel
from sanping.formats.catalog import read
from sanping.formats.columns import SkipLog
from sanping.formats.obj_materials import MappedPicture, pictures_of
from sanping.formats.pictures import packed
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
OBJ = """mtllib look.mtl
v 0 0 0
v 10 0 0
v 10 0 -10
v 0 0 -10
v 20 0 0
v 20 0 -10
vt 0 0
vt 1 0
vt 1 1
vt 0 1
o house
usemtl wall
f 1/1 2/2 3/3 4/4
usemtl plain
f 2 5 6 3
"""


def opened(folder: Path, picture: str = "wall.png", obj: str = OBJ) -> CityModel:
    """Read an OBJ whose wall has a picture."""
    (folder / "look.mtl").write_text(f"newmtl wall\nKd 1 1 1\nmap_Kd {picture}\nnewmtl plain\nKd 1 0 0\n", "utf-8")
    (folder / "house.obj").write_text(obj, "utf-8")
    options = ReadOptions(crs="LOCAL", settings=(("position", [0.0, 0.0, 0.0]),))
    model = read(folder / "house.obj", options, SilentProgress())
    assert isinstance(model, CityModel)
    return model


def reasons(model: CityModel) -> list[str]:
    return [one.reason.en for one in model.origin.skipped]


def test_a_picture_lies_on_the_face_of_its_material_and_on_no_other(tmp_path: Path) -> None:
    # given a house whose front has a picture in a folder below, with options and a blank in its name
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "wall 1.png").write_bytes(quarters())

    # when it is read
    model = opened(tmp_path, "-clamp on -s 1 1 1 maps/wall 1.png")

    # then each corner of the front has its quarter, and the other face has no picture
    assert model.texturing is not None
    front, side = model.triangles[:2].ravel(), model.triangles[2:].ravel()
    assert (model.texturing.point_picture[front] >= 0).all()
    assert (model.texturing.point_picture[side] == -1).all()
    found = texels(model)
    assert [found[corner] for corner in ((0, 0, 0), (0, 10, 0))] == [BLUE, RED]
    assert model.texturing.pictures[0].across == "clamp"
    assert reasons(model) == []


def test_places_far_along_a_repeating_picture_are_moved_to_its_beginning(tmp_path: Path) -> None:
    # given places in the picture a thousand repetitions away
    (tmp_path / "wall.png").write_bytes(quarters())

    # when it is read
    model = opened(tmp_path, obj=OBJ.replace("vt 0", "vt 1000").replace("vt 1 ", "vt 1001 "))

    # then they are those of the first
    assert model.texturing is not None
    uv = model.texturing.point_uv[model.texturing.point_picture >= 0]
    assert (uv.min(), uv.max()) == (0.0, 1.0)


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "http://10.0.0.1/a.png", "file:///etc/passwd", "C:\\a.png", "gone.png"]
)
def test_pictures_outside_the_folder_or_missing_are_counted_and_never_opened(tmp_path: Path, name: str) -> None:
    # given a picture above the folder of the model
    (tmp_path / "secret.png").write_bytes(quarters())
    (tmp_path / "in").mkdir()

    # when a material names it, or one that is not there
    model = opened(tmp_path / "in", name)

    # then the house is shown without, and that is counted
    assert model.texturing is None
    assert len(model.triangles) == 4
    assert reasons(model)[0].startswith("texture picture that is damaged, missing")


def test_libraries_outside_the_folder_are_never_opened(tmp_path: Path) -> None:
    # given a library above the model
    (tmp_path / "look.mtl").write_text("newmtl wall\nmap_Kd wall.png\n", "utf-8")
    skips = SkipLog()

    # when the model names it, and one that is not there
    found = pictures_of(tmp_path / "in" / "house.obj", ["../look.mtl", "gone.mtl"], skips)

    # then both are counted
    assert found == {}
    assert skips.total == 2


def test_faces_without_sound_places_and_broken_libraries_do_no_harm(tmp_path: Path) -> None:
    # given a face whose corner names a place that is not there, and a library of noise
    (tmp_path / "wall.png").write_bytes(quarters())

    # when it is read
    model = opened(tmp_path, obj=OBJ.replace("1/1 2/2 3/3 4/4", "1/1 2/2 3/99 4"))
    (tmp_path / "noise.mtl").write_bytes(bytes(range(256)) * 40)

    # then the face is shown without its picture, and counted
    assert model.texturing is None
    assert reasons(model) == ["surface whose texture coordinates do not match its corners (shown without)"]
    assert pictures_of(tmp_path / "house.obj", ["noise.mtl"], SkipLog()) == {}
    assert pictures_of(tmp_path / "house.obj", ["look.mtl"], SkipLog()) == {"wall": MappedPicture(name="wall.png")}


def dds(pixels: np.ndarray) -> bytes:
    """Return pixels as a DDS."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "DDS")
    return out.getvalue()


def test_a_dds_becomes_a_picture_that_everybody_reads(tmp_path: Path) -> None:
    # given a picture of four colours as DDS
    sheet = np.asarray(Image.open(io.BytesIO(quarters())).convert("RGB"))
    (tmp_path / "wall.dds").write_bytes(dds(sheet))

    # when a model with it is read
    model = opened(tmp_path, "wall.dds")

    # then it is kept as PNG, with its colours where they were
    assert model.texturing is not None
    assert model.texturing.pictures[0].data == packed(sheet)
    assert texels(model)[(0, 10, 0)] == RED


@pytest.mark.parametrize("harm", ["cut short", "too large", "of no kind"])
def test_a_broken_dds_is_counted(tmp_path: Path, harm: str) -> None:
    # given a DDS that ends early, claims 60 000 × 60 000 pixels, or is packed in a way that does not exist
    data = bytearray(dds(np.zeros((64, 64, 3), np.uint8)))
    if harm == "cut short":
        data = data[:200]
    elif harm == "too large":
        data[12:20] = (60_000).to_bytes(4, "little") * 2
    else:
        data[80:88] = (4).to_bytes(4, "little") + b"ZZZZ"
    (tmp_path / "wall.dds").write_bytes(bytes(data))

    # when a model with it is read
    model = opened(tmp_path, "wall.dds")

    # then the model is shown without
    assert model.texturing is None
    assert reasons(model)[0].startswith("texture picture that is damaged")
