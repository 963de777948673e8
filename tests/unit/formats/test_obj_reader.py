import random
from pathlib import Path

import numpy as np
import pytest

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, InputError
from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

PUTUO = (("position", [635000.0, 3458000.0, 3.0]),)


def opened(path: Path, **options: object) -> CityModel:
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


OBJ = """# two objects
mtllib a.mtl
v 0 0 0
v 1 0 0
v 1 0 -1
v 0 0 -1
o 一号楼
usemtl brick
f 1/1/1 2/2/1 3//1 4
o two
v 5 0 0
v 6 0 0
v 6 1 0
f -3 -2 -1
f 1 2
f 1 2 99
f a b c
l 1 2
"""


def test_an_obj_is_read_and_its_broken_lines_counted(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_text(OBJ)

    model = opened(tmp_path / "a.obj", crs="EPSG:4549", settings=PUTUO)

    assert model.features.ids == ["一号楼", "two"]
    assert len(model.triangles) == 3
    assert model.features.attributes[0] == {"material": "brick"}
    assert {entry.reason.en: entry.examples for entry in model.origin.skipped} == {
        "line that cannot be parsed": ("line 15", "line 17"),
        "face that refers to points that do not exist": ("line 16",),
        "element of points or lines, not a face": ("line 18",),
    }
    assert model.extent.west == 635000.0
    assert model.extent.top == 4.0


def test_an_obj_in_absolute_coordinates_is_z_up(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_text("v 635000 3458000 3\nv 635001 3458000 3\nv 635001 3458000 9\nf 1 2 3\n")

    model = opened(tmp_path / "a.obj", crs="EPSG:4549")

    assert (model.extent.south, model.extent.top) == (3458000.0, 9.0)


@pytest.mark.parametrize("text", ["v 0 0 0\nv 1 0 0\nf 1 2 3\n", "v 0 0 0\no x\n", "v 1 2 3\nf 1 1 1\n"])
def test_an_obj_without_a_face_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.obj").write_text(text)

    with pytest.raises(FileBroken):
        opened(tmp_path / "a.obj")


@pytest.mark.parametrize("seed", range(60))
def test_damaged_obj_files_never_give_anything_but_our_errors(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)
    path = tmp_path / "a.obj"
    path.write_text(OBJ)
    data = bytearray(path.read_bytes())
    for _ in range(luck.randint(1, 6)):
        data[luck.randrange(len(data))] = luck.randrange(256)
    path.write_bytes(data[: luck.randint(1, len(data))] if luck.random() < 0.3 else data)

    try:
        model = opened(path)
    except InputError as error:
        assert error.path  # noqa: PT017  either outcome is right
    else:
        assert len(model.triangles) > 0
        assert np.isfinite(model.points).all()
