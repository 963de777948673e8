"""A scheme of several files: `TwinOpener.files_with` finds them, the shelf keeps them, and it opens from there."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from fakes.seen_texels import quarters
from sanping.bootstrap.exporting import HereJobs
from sanping.bootstrap.opener import TwinOpener
from sanping.domain.errors import SanpingError
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from sanping.ui.plan_models import opened_model, shelf_of
from ui.tiny_twin import write_twin

CORNERS = np.array([(0, 0, 0), (9, 0, 0), (9, 12, 0), (0, 12, 0)], "<f4")
PLACES = np.array([(0, 1), (1, 1), (1, 0), (0, 0)], "<f4")
FACES = np.array([0, 1, 2, 0, 2, 3], "<u2")


def write_tower(folder: Path, buffer: str = "parts/tower%201.bin") -> Path:
    """Write a glTF with its buffer and its picture in folders of their own."""
    for name in ("parts", "maps"):
        (folder / name).mkdir(parents=True)
    data = CORNERS.tobytes() + PLACES.tobytes() + FACES.tobytes()
    (folder / "parts" / "tower 1.bin").write_bytes(data)
    (folder / "maps" / "wall.png").write_bytes(quarters())
    sizes = (48, 32, 12)
    views = ", ".join(
        f'{{"buffer": 0, "byteOffset": {sum(sizes[:n])}, "byteLength": {size}}}' for n, size in enumerate(sizes)
    )
    kinds = ((5126, 4, "VEC3"), (5126, 4, "VEC2"), (5123, 6, "SCALAR"))
    accessors = ", ".join(
        f'{{"bufferView": {n}, "componentType": {kind}, "count": {count}, "type": "{shape}"}}'
        for n, (kind, count, shape) in enumerate(kinds)
    )
    path = folder / "tower.gltf"
    path.write_text(
        f'{{"asset": {{"version": "2.0"}}, "buffers": [{{"uri": "{buffer}", "byteLength": 92}}],'
        f' "bufferViews": [{views}], "accessors": [{accessors}], "images": [{{"uri": "maps/wall.png"}}],'
        ' "textures": [{"source": 0}], "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],'
        ' "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],'
        ' "nodes": [{"mesh": 0, "name": "tower"}]}',
        encoding="utf-8",
    )
    return path


def test_a_gltf_of_several_files_is_kept_and_opens_without_its_first_folder(tmp_path: Path) -> None:
    # given a twin, and a tower with its buffer and its picture beside it
    project = load_project(write_twin(tmp_path / "tiny"))
    source = write_tower(tmp_path / "from" / "mail")
    opener = TwinOpener(Settings(cache_folder=tmp_path / "cache"), HereJobs())

    # when it is taken into a plan, and the first folder goes
    shelf = shelf_of(project)
    name = shelf.take_model("p001", source, opener.files_with(source))
    shutil.rmtree(source.parent)
    found = opened_model(opener, project, shelf.model("p001", name), "LOCAL", SilentProgress())

    # then it opens from the plan, whole and with its picture
    assert name == "tower/tower.gltf"
    assert found.tiles.feature_count == 1
    assert found.tiles.tiles[0].skin is not None
    assert found.layer.skipped == ()
    opener.close()


@pytest.mark.parametrize("buffer", ["../../secret.bin", "/etc/passwd", "http://10.0.0.1/a.bin", "parts/gone.bin"])
def test_buffers_outside_the_folder_or_missing_are_neither_read_nor_kept(tmp_path: Path, buffer: str) -> None:
    # given a secret above the tower, which names it or something else that is not its own
    (tmp_path / "secret.bin").write_bytes(bytes(92))
    project = load_project(write_twin(tmp_path / "tiny"))
    source = write_tower(tmp_path / "from" / "mail", buffer)
    opener = TwinOpener(Settings(cache_folder=tmp_path / "cache"), HereJobs())

    # when its files are looked for, and it is read, then nothing outside is among them and it is refused with words
    assert all(file.resolve().is_relative_to(source.parent.resolve()) for file in opener.files_with(source))
    with pytest.raises(SanpingError, match="glTF"):
        opened_model(opener, project, source, "LOCAL", SilentProgress())
    opener.close()
