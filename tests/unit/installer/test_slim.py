"""What is left out of the packed folder, and what must stay in it."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "installer" / "package"))
import samples
import slim
from slim import Entry

FILE = "BINARY"


def library(name: str) -> Entry:
    return name, f"from/{name}", FILE


def needs_of(**needs: str) -> dict[str, frozenset[str]]:
    return {f"from/{name.replace('__', '/')}.so": frozenset(words.split()) for name, words in needs.items()}


def names(entries: list[Entry]) -> set[str]:
    return {name for name, *_ in entries}


def test_a_part_that_goes_takes_along_what_only_it_needed() -> None:
    # given a writer that goes, a library for it alone, one below that, and one that the reader needs too
    parts = ("ifcopenshell/ifcopenshell_geometry_dae.so", "ifcopenshell/libCollada.so", "ifcopenshell/libBase.so")
    kept = ("ifcopenshell/reader.so", "ifcopenshell/libBoth.so", "ifcopenshell/libLoadedByName.so")
    needs = needs_of(
        ifcopenshell__ifcopenshell_geometry_dae="libCollada.so libBoth.so libc.so.6",
        ifcopenshell__libCollada="libBase.so libc.so.6",
        ifcopenshell__reader="libBoth.so libc.so.6",
    )

    # when the folder is made slim
    left = slim.slim([library(name) for name in (*parts, *kept)], needs)

    # then what is needed stays, also what nobody is linked to
    assert names(left) == set(kept)


def test_links_go_with_what_they_lead_to_and_where_they_would_mislead() -> None:
    # given links at the top: to a part that goes, one that stays, and a library that looks for parts beside itself
    parts = [library(name) for name in ("pyarrow/_flight.so", "pyarrow/libarrow.so", "ifcopenshell/libplugin.so")]
    links = [(target.rpartition("/")[2], target, slim.LINK) for target, *_ in parts]
    beside = ("pyarrow/libarrow.so.1", "libarrow.so", slim.LINK)

    # when the folder is made slim
    left = slim.slim([*parts, *links, beside], {})

    # then one link of the top is left, and the one within the folder
    assert {entry[0] for entry in left if entry[2] == slim.LINK} == {"libarrow.so", "pyarrow/libarrow.so.1"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pyogrio/tests/fixtures/a.shp", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", True),
        ("PySide6/Qt/translations/qtbase_pt_BR.qm", True),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("sanping/assets/adapter_template/tests/test_weir.py", False),
        ("pyarrow/libparquet.so.2600", False),
    ],
)
def test_only_what_is_never_asked_for_is_unused(name: str, expected: bool) -> None:
    assert slim.is_unused(name) is expected


@pytest.mark.skipif(not shutil.which("readelf"), reason="readelf is not installed")
def test_what_a_library_is_linked_to_is_read_from_it() -> None:
    # given a library of this environment, and a file that is none
    import pyarrow

    own = next(Path(pyarrow.__file__).parent.glob("lib.*.so"))

    # when they are asked
    found = slim.linked([str(own), __file__])

    # then the first names its libraries
    assert any(name.startswith("libarrow") for name in found[str(own)])
    assert found[__file__] == frozenset()


def test_where_nothing_reads_links_all_libraries_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # given a system without readelf
    monkeypatch.setenv("PATH", str(tmp_path))

    # when links are asked for, then there are none to go by
    assert slim.linked([sys.executable]) == {}


def test_a_packed_program_is_tried_with_a_file_of_each_kind() -> None:
    assert {Path(name).suffix for name in samples.samples()} >= {
        ".ifc", ".glb", ".slpk", ".tif", ".gml", ".json", ".kml", ".laz", ".gpkg", ".parquet", ".shp", ".fgb",
    }  # fmt: skip
