"""A whole twin as one file."""

import zipfile
from pathlib import Path

import pytest

from sanping.bootstrap.twins import load_project
from sanping.domain.errors import FileBroken, FileHostile, ProjectInvalid
from sanping.formats.twin_package import PACKAGE_SUFFIX, is_package, pack_twin, unpacked_twin
from sanping.ports.progress import SilentProgress
from sanping.settings import paths

TWIN = """
title = { zh = "样例", en = "Sample" }
crs = "EPSG:4549"
latitude = 31.2
longitude = 121.4
moment = 2026-11-21T18:40:00+08:00
attribution = { zh = "测试", en = "A test" }
"""


@pytest.fixture
def twin(tmp_path: Path) -> Path:
    home = tmp_path / "sample"
    (home / "models").mkdir(parents=True)
    (home / "twin.toml").write_text(TWIN, encoding="utf-8")
    (home / "models" / "楼.obj").write_bytes(b"v 0 0 0\n" * 5000)
    (home / ".secret").write_text("not for others", encoding="utf-8")
    (home / "outside.txt").symlink_to(tmp_path / "elsewhere.txt")
    return home


def test_a_twin_comes_back_from_its_package_without_hidden_files_and_links(twin: Path, tmp_path: Path) -> None:
    # given a twin with a model, a hidden file and a link, packed
    package = tmp_path / f"sample{PACKAGE_SUFFIX}"
    count = pack_twin(twin, package, SilentProgress())

    # when it is unpacked twice
    home = unpacked_twin(package, tmp_path / "own")
    again = unpacked_twin(package, tmp_path / "own")

    # then its files are there, once, and nothing else
    assert count == 2
    assert home == again
    found = {file.relative_to(home).as_posix(): file.read_bytes() for file in home.rglob("*") if file.is_file()}
    assert found == {
        "twin.toml": TWIN.encode(),
        "models/楼.obj": b"v 0 0 0\n" * 5000,
    }
    assert is_package(package)
    assert len(list((tmp_path / "own").iterdir())) == 1


def test_the_same_twin_gives_the_same_bytes(twin: Path, tmp_path: Path) -> None:
    pack_twin(twin, tmp_path / "a.twin", SilentProgress())
    (twin / "models" / "楼.obj").touch()
    pack_twin(twin, tmp_path / "b.twin", SilentProgress())

    assert (tmp_path / "a.twin").read_bytes() == (tmp_path / "b.twin").read_bytes()


def test_a_package_opens_like_its_folder(twin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    pack_twin(twin, tmp_path / "a.twin", SilentProgress())

    project = load_project(tmp_path / "a.twin")

    assert project.title.en == "Sample"
    assert project.folder.parent == paths.unpacked_twins()


def test_a_package_is_not_written_into_its_own_twin(twin: Path) -> None:
    with pytest.raises(ProjectInvalid) as caught:
        pack_twin(twin, twin / "a.twin", SilentProgress())

    assert "a.twin" in caught.value.in_language("en")
    assert not (twin / "a.twin").exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("../evil.txt", b"x", FileHostile),
        ("big.bin", bytes(8 << 20), FileHostile),
        ("readme.txt", b"no twin here", FileBroken),
    ],
)
def test_a_hostile_or_foreign_package_leaves_nothing_behind(
    tmp_path: Path, name: str, content: bytes, kind: type[Exception]
) -> None:
    # given a package that leaves its folder, is a bomb, or holds no twin
    package = tmp_path / "a.twin"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(name, content)

    # when it is opened, then it is refused by name
    with pytest.raises(kind) as caught:
        unpacked_twin(package, tmp_path / "own")
    assert "a.twin" in str(caught.value)
    assert not (tmp_path / "evil.txt").exists()
    assert list((tmp_path / "own").iterdir()) == []


def test_a_package_that_is_no_zip_is_called_broken(tmp_path: Path) -> None:
    (tmp_path / "a.twin").write_bytes(b"PK\x03\x04 and then nothing")

    with pytest.raises(FileBroken):
        unpacked_twin(tmp_path / "a.twin", tmp_path / "own")
