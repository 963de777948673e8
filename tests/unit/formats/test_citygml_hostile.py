"""Hostile CityGML is refused within a second, without memory, sockets or other files."""

import gzip
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from fakes.citygml_files import block, building, city, read, read_text, written
from sanping.domain.errors import FileHostile, InputError

LAUGHS = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))


def _with_doctype(declaration: str, inside: str = "&x;") -> bytes:
    head, _, rest = city(block()).partition("\n")
    return f"{head}\n{declaration}\n{rest}".replace(
        "<bldg:lod1Solid>", f"<bldg:function>{inside}</bldg:function><bldg:lod1Solid>"
    ).encode()


CORPUS = {
    "entity bomb": _with_doctype(f'<!DOCTYPE CityModel [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
    "long entity": _with_doctype(f'<!DOCTYPE CityModel [<!ENTITY x "{"a" * 100_000}">]>', "&x;" * 5_000),
    "file entity": _with_doctype('<!DOCTYPE CityModel [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "outside declaration": _with_doctype('<!DOCTYPE CityModel SYSTEM "http://127.0.0.1:9/city.dtd">', ""),
    "parameter entity": _with_doctype('<!DOCTYPE CityModel [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>', ""),
    "deep nesting": city(block()).replace("</CityModel>", "<cityObjectMember>" + "<a>" * 200_000).encode(),
}

_WATCHED = """
import resource, sys, time
from pathlib import Path
from sanping.domain.errors import InputError
from sanping.formats.citygml import CityGmlReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
path = Path(sys.argv[1])
good = Path(sys.argv[2])
CityGmlReader().read(good, ReadOptions(), SilentProgress())
seen = []
def watch(event, arguments):
    if event.startswith("socket.") or event == "subprocess.Popen":
        seen.append(event)
    if event == "open" and str(arguments[0]) != str(path):
        seen.append(f"open {arguments[0]}")
sys.addaudithook(watch)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
try:
    CityGmlReader().read(path, ReadOptions(), SilentProgress())
    outcome = "read"
except InputError as error:
    outcome = type(error).__name__
spent = time.process_time() - start
growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(outcome, seen, spent < 1.0, growth < 100_000, sep="|")
"""


@pytest.mark.parametrize("name", list(CORPUS))
def test_hostile_xml_is_refused_fast_small_and_without_reaching_out(tmp_path: Path, name: str) -> None:
    path, good = written(tmp_path, CORPUS[name]), written(tmp_path, city(block()), "good.gml")

    report = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(path), str(good)], capture_output=True, text=True, check=True
    ).stdout.strip()

    assert report == "FileHostile|[]|True|True"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32", "gbk"])
def test_a_doctype_is_refused_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = CORPUS["file entity"].decode().replace("UTF-8", encoding)

    with pytest.raises(FileHostile, match="DOCTYPE"):
        read_text(tmp_path, text.encode(encoding))


def test_a_doctype_is_refused_behind_a_long_comment(tmp_path: Path) -> None:
    text = CORPUS["file entity"].replace(b"<!DOCTYPE", b"<!--" + b" " * 9_000_000 + b"--><!DOCTYPE")

    with pytest.raises(FileHostile, match="DOCTYPE"):
        read_text(tmp_path, text)


def test_an_encoding_that_hides_its_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-7"):
        read_text(tmp_path, city(block()).replace("UTF-8", "UTF-7"))


def test_an_undeclared_entity_stays_plain_text(tmp_path: Path) -> None:
    text = city(
        block("b1"), block("b2").replace("<bldg:lod1Solid>", "<bldg:function>&x;</bldg:function><bldg:lod1Solid>")
    )

    model = read_text(tmp_path, text)

    assert list(model.features.ids) == ["b1", "b2"]
    assert model.features.attributes[1]["function"] == "&x;"


def test_a_packed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    plain = read_text(tmp_path, city(block()))
    text = city(block()).encode()
    packed = written(tmp_path, gzip.compress(text[:900]) + gzip.compress(text[900:]) + b"\0" * 64, "city.gml.gz")

    model = read(packed)

    assert model.extent == plain.extent
    assert not model.origin.notes


def test_a_packed_bomb_is_refused(tmp_path: Path) -> None:
    text = city(block()).encode().replace(b"\n", b"\n" + b" " * 40_000_000, 1)

    with pytest.raises(FileHostile, match="200"):
        read(written(tmp_path, gzip.compress(text), "city.gml.gz"))


def test_a_packed_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    text = city(*(block(f"b{k}", x=20.0 * k) for k in range(2_000))).encode()
    packed = gzip.compress(text)

    model = read(written(tmp_path, packed[: len(packed) // 2], "city.gml.gz"))

    assert 100 < len(model.features) < 2_000
    assert any("incomplete" in note.en for note in model.origin.notes)


def test_packed_rubbish_is_an_error(tmp_path: Path) -> None:
    broken = b"\x1f\x8b\x08\x00" + bytes(range(256))

    with pytest.raises(InputError):
        read(written(tmp_path, broken, "city.gml.gz"))
    with pytest.raises(InputError):
        read(written(tmp_path, b"\x1f\x8b" + zlib.compress(b"x")[2:], "city.gml.gz"))


def test_too_many_open_elements_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanping.formats.citygml.MAX_OPEN_TAGS", 1_000)

    with pytest.raises(FileHostile, match="元素过多"):
        read_text(tmp_path, city(block()[:-16] + "<a/>" * 2_000 + "</bldg:Building>"))


def test_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanping.formats.citygml_bytes.MAX_BYTES", 1_000)

    with pytest.raises(FileHostile):
        read_text(tmp_path, city(block()))


def test_nesting_just_within_the_limit_is_read(tmp_path: Path) -> None:
    text = city(block()).replace("<gml:Solid>", "<gml:MultiGeometry><gml:geometryMember>" * 100 + "<gml:Solid>")

    model = read_text(
        tmp_path, text.replace("</gml:Solid>", "</gml:Solid>" + "</gml:geometryMember></gml:MultiGeometry>" * 100)
    )

    assert len(model.triangles) == 12


def test_markers_that_a_file_makes_up_bring_nothing(tmp_path: Path) -> None:
    made_up = '<_p i="0" n="999999999"/><_p i="-7"/><_x i="1"/><_b i="1"/><_p/>' * 50
    shell = f"<gml:MultiSurface>{made_up}</gml:MultiSurface>"
    text = city(block("b1"), building(f'<bldg:lod2MultiSurface>{shell}</bldg:lod2MultiSurface><_a i="9"/><_b/>', "b2"))

    model = read_text(tmp_path, text)

    assert list(model.features.ids) == ["b1"]
    assert len(model.triangles) == 12
