"""`formats.draco_data`: forged Draco data cost one decode, after which the whole file is refused."""

import json
import struct
from pathlib import Path
from typing import Any

import DracoPy
import pytest
from gltf_files import Gltf

from sanping.domain.errors import FileHostile
from sanping.formats import draco_data
from sanping.formats.catalog import read
from sanping.formats.draco_data import unpacked_draco
from sanping.formats.i3s_geometry import draco_mesh
from sanping.formats.zip_store import ZipStore
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

TURNS_AT = 1924
"""Where the texture coordinates of the real node say how many turns follow."""
MANY = 4 << 24
NAME = "KHR_draco_mesh_compression"


@pytest.fixture
def sound(real_data: Path) -> bytes:
    with ZipStore(real_data / "i3s" / "DA12_subset.slpk") as store:
        return bytes(store.read("nodes/3/geometries/1.bin"))


@pytest.fixture
def forged(sound: bytes, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A real node that says it has 67 million turns; a tenth of what they take is held to be too long."""
    monkeypatch.setattr(draco_data, "SLOWEST_S", 0.01)
    monkeypatch.setattr(draco_data, "SLOWEST_BYTE_S", 0.0)
    return sound[:TURNS_AT] + struct.pack("<i", MANY) + sound[TURNS_AT + 4 :]


def test_a_real_node_is_unpacked_within_its_time(sound: bytes) -> None:
    mesh = unpacked_draco(sound)

    assert (len(mesh.points), len(mesh.faces)) == (269, 298)


def test_forged_data_are_refused_by_the_time_that_they_took(forged: bytes) -> None:
    with pytest.raises(FileHostile, match="伪造"):
        draco_mesh(forged)


def test_a_tileset_with_forged_tiles_is_refused_after_the_first(
    tmp_path: Path, forged: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a tileset of three tiles, each with forged data
    gltf = Gltf()
    packed = gltf.view(forged)
    gltf.json["accessors"] = [{"componentType": 5126, "count": 269, "type": "VEC3"}]
    gltf.mesh(0, extensions={NAME: {"bufferView": packed, "attributes": {}}})
    gltf.json["nodes"].append({"mesh": 0})
    gltf.written(tmp_path / "a.glb", extensionsRequired=[NAME])
    box = {"region": [2.118, 0.545, 2.119, 0.546, 0, 100]}
    child = {"boundingVolume": box, "geometricError": 0, "content": {"uri": "a.glb"}}
    root = {"boundingVolume": box, "geometricError": 50, "refine": "ADD", "children": [child] * 3}
    (tmp_path / "tileset.json").write_text(
        json.dumps({"asset": {"version": "1.1"}, "geometricError": 100, "root": root})
    )
    decoded: list[int] = []

    def counted(data: bytes) -> Any:
        decoded.append(len(data))
        return decode(data)

    decode = DracoPy.decode
    monkeypatch.setattr(DracoPy, "decode", counted)

    # when it is read, then the first tile is the last that is tried
    with pytest.raises(FileHostile, match="伪造"):
        read(tmp_path / "tileset.json", ReadOptions(), SilentProgress())
    assert decoded == [len(forged)]
