import gzip
import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown, InputError
from sanping.formats import archive
from sanping.formats.catalog import FORMAT_NAMES, read, reader_for
from sanping.ports.model_reader import Reading, ReadOptions
from sanping.ports.progress import SilentProgress

SQUARE = [[121.4, 31.2], [121.401, 31.2], [121.401, 31.201], [121.4, 31.2]]
BUILDING = {"type": "Feature", "properties": {"height": 9}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
GEOJSON = json.dumps({"type": "FeatureCollection", "features": [BUILDING]}).encode()


def opened(path: Path) -> Reading:
    return read(path, ReadOptions(), SilentProgress())


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (bytes(5000), "zeros"),
        (b"  \r\n\t ", "blanks"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
        (b"<!DOCTYPE html>\n<html><head><title>404</title>", "web page"),
        (b"\xef\xbb\xbf\n<HTML><body>", "web page"),
    ],
)
@pytest.mark.parametrize("name", ["a.geojson", "a.tif", "a.city.json", "a.gml", "a.bin"])
def test_what_is_no_data_is_told_before_any_reader_sees_it(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FileBroken) as caught:
        opened(tmp_path / name)

    assert word in caught.value.message.en
    assert caught.value.path.endswith(name)


def test_folders_and_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="文件夹"):
        opened(tmp_path)
    with pytest.raises(FileBroken, match="不存在"):
        opened(tmp_path / "gone.glb")
    with pytest.raises(FileBroken):
        opened(tmp_path / "\0")


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.dwg", b"AC1032 drawing", "DWG"),
        ("a.rvt", b"\xd0\xcf\x11\xe0 ole", "RVT"),
        ("a.skp", b"\xff\xfe\xff\x0eS\x00k\x00", "SKP"),
        ("a.3ds", b"MM binary mesh", "3DS"),
    ],
)
def test_known_formats_that_are_not_read_are_named(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FormatUnknown) as caught:
        opened(tmp_path / name)

    assert word in caught.value.message.en
    assert "GeoPackage" in caught.value.message.zh


def test_a_stranger_is_answered_with_the_formats_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_bytes(b"what is this")

    with pytest.raises(FormatUnknown) as caught:
        opened(tmp_path / "a.xyz")

    assert FORMAT_NAMES in caught.value.message.en


@pytest.mark.parametrize(
    ("name", "content"),
    [("levels.csv", b"Date,River\n1990-01-02,-0.12\n"), ("iv.txt", b'{"name": "ns1:timeSeriesResponseType"}')],
)
def test_readings_are_refused_with_the_way_to_take_them_in(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FormatUnknown, match="replay") as caught:
        opened(tmp_path / name)

    assert "no model" in caught.value.message.en


def test_content_decides_and_not_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(GEOJSON)

    assert reader_for(tmp_path / "a.txt").name == "vector"
    assert isinstance(opened(tmp_path / "a.txt"), CityModel)


def test_a_model_in_zip_or_gzip_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(GEOJSON))
    packed(tmp_path / "a.zip", ("readme.txt", b"hello"), ("数据/建筑.geojson", GEOJSON))

    for name in ("a.geojson.gz", "a.zip"):
        model = opened(tmp_path / name)
        assert isinstance(model, CityModel)
        assert len(model.features) == 1


def test_an_error_inside_an_archive_names_archive_and_file(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("bad.geojson", GEOJSON[:-9]))

    with pytest.raises(FileBroken) as caught:
        opened(path)

    assert caught.value.path.endswith("a.zip › bad.geojson")


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    "name",
    ["../out.geojson", "/tmp/out.geojson", "a/../../out.geojson", "C:\\out.geojson", "C:/out.geojson",
     "..\\out.geojson",
     "a\u2215..\u2215out.geojson", "a\uff0fout.geojson", "\\\\server\\share\\out.geojson", "./../out.geojson",
     "a//out.geojson", "link"],
)  # fmt: skip
def test_unsafe_paths_in_a_zip_are_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    entry = link("a.geojson") if name == "link" else name
    path = packed(folder / "a.zip", (entry, GEOJSON))

    with pytest.raises(FileHostile):
        opened(path)

    assert sorted(file.name for file in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_names_that_are_doubled_and_archives_of_several_models_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = packed(tmp_path / "doubled.zip", ("a.geojson", GEOJSON), ("a.geojson", GEOJSON))

    with pytest.raises(FileHostile):
        opened(doubled)
    with pytest.raises(FormatUnknown, match="多个模型"):
        opened(packed(tmp_path / "two.zip", ("a.geojson", GEOJSON), ("b.geojson", GEOJSON)))
    with pytest.raises(FormatUnknown, match="没有能读取的模型"):
        opened(packed(tmp_path / "none.zip", ("a.txt", b"x"), ("inner.zip", b"PK\x03\x04")))


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_bombs_are_refused_before_they_unpack(tmp_path: Path, kind: str) -> None:
    content = GEOJSON[:-2] + b" " * (64 << 20)
    path = tmp_path / f"a.geojson.{kind}"
    if kind == "zip":
        packed(path, ("a.geojson", content))
    else:
        path.write_bytes(gzip.compress(content))

    with pytest.raises(FileHostile, match="压缩炸弹"):
        opened(path)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    path = packed(tmp_path / "a.zip", *((f"{number}.txt", b"x") for number in range(5)))

    with pytest.raises(FileHostile):
        opened(path)


@pytest.mark.parametrize("cut", [5, 30, 80, -30, -5])
def test_truncated_archives_are_broken_files(tmp_path: Path, cut: int) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("a.geojson", GEOJSON)
    (tmp_path / "a.zip").write_bytes(sink.getvalue()[:cut])
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(GEOJSON)[:cut])

    for name in ("a.zip", "a.geojson.gz"):
        with pytest.raises(InputError) as caught:
            opened(tmp_path / name)
        assert name in caught.value.path


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<?xml version="1.0"?><f:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>', "GML"),
        (b'<?xml version="1.0"?><c:IndoorFeatures xmlns:c="http://www.opengis.net/indoorgml/1.0/core"/>', "IndoorGML"),
        (b'{"type":"Topology","arcs":[]}', "TopoJSON"),
        (b'{"geometryType":"esriGeometryPolygon","features":[]}', "Esri JSON"),
        (b'{"generator":"Overpass API 0.7","elements":[]}', "Overpass"),
    ],
)
def test_text_formats_that_are_not_read_are_called_by_their_names(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)

    with pytest.raises(FormatUnknown) as caught:
        opened(tmp_path / "a.txt")

    assert name in caught.value.message.en
