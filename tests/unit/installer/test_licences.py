"""What the program is made of may be passed on beside Apache-2.0 code, and is pinned by its hashes."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "installer" / "package"


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGE))
    for name in ("sbom", "licence_rules", "library_rules", "slim", "system_parts"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("MIT", "free"),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", "shared"),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "shared"),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", "free"),
        ("GPL-3.0-or-later", "refused"),
        ("MIT AND AGPL-3.0-only", "refused"),
        ("CC-BY-NC-4.0", "refused"),
        ("", "unknown"),
        ("My Own Licence", "unknown"),
        ("MIT AND Something New", "unknown"),
    ],
)
def test_a_licence_is_judged_by_what_it_asks(words: str, kind: str) -> None:
    from licence_rules import kind_of

    # given the words of a package's metadata

    # when they are judged
    found = kind_of(words)

    # then the milder of two alternatives counts, and all of two demands
    assert found == kind


def test_every_package_of_the_program_may_be_passed_on_and_the_shared_ones_are_named() -> None:
    from licence_rules import FREE, SHARED, kind_of
    from sbom import licence_of, needed

    # given every package that the program needs, and the page about licences
    packages = {package.metadata["Name"]: licence_of(package) for package in needed()}
    page = (ROOT / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")

    # when their licences are judged
    kinds = {name: kind_of(words) for name, words in packages.items()}

    # then none is unknown or incompatible, and each that asks for more than its notice has its line
    assert len(packages) > 40
    assert {name: packages[name] for name, kind in kinds.items() if kind not in (FREE, SHARED)} == {}
    assert [name for name, kind in kinds.items() if kind == SHARED and f"`{name}`" not in page] == []


def test_no_library_in_the_wheels_that_we_pass_on_is_under_the_gpl() -> None:
    from library_rules import LIBRARY, refused
    from sbom import needed
    from slim import is_unused

    # given the libraries that the makers of wheels put in, whatever the metadata says, without what is left out
    names = [file for package in needed() for file in package.files or [] if LIBRARY.search(file.name)]
    paths = [Path(str(file.locate())) for file in names if not is_unused(str(file))]

    # when each is looked into
    found = refused(path for path in paths if path.is_file())

    # then nothing speaks against any
    assert len(paths) > 500
    assert found == {}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("libx264-d6533a8d.so.165", b"", "encoders"),
        ("libreadline.so.8", b"", "under the GPL"),
        ("libpicture.so", b"\0x264 [%s]: \0", "contains x264"),
        ("libavcodec-5e6b81c2.so.62.28.102", b"--enable-gpl --enable-version3", "FFmpeg"),
        ("kernel.so", b"\0_ZN4CGAL16Nef_polyhedron_3\0", "CGAL"),
        ("readline.cpython-311-x86_64-linux-gnu.so", b"\0libc.so.6\0libreadline.so.8\0", "linked to libreadline.so.8"),
        ("libavcodec.so.62", b"\0x264 - core %d\0", ""),
        ("libgpg-error.so.0", b"\0libc.so.6\0", ""),
    ],
)
def test_a_library_is_judged_by_what_is_in_it(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    from library_rules import libraries, main, refused

    # given a folder with one library
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / name).write_bytes(b"\x7fELF" + content)

    # when it is looked into
    found = refused(libraries(tmp_path))

    # then it is refused with its reason, and a package of it is not made
    assert [path.name for path in found] == ([name] if reason else [])
    assert all(reason in said for said in found.values())
    assert main(tmp_path) == bool(reason)


def test_the_real_x264_is_found_under_another_name(tmp_path: Path) -> None:
    from library_rules import trouble

    # given the encoder of the system, named as a maker of wheels might
    (real, *_) = Path("/usr/lib").glob("*/libx264.so.*")
    renamed = tmp_path / "libframes.so"
    renamed.write_bytes(real.read_bytes())

    # when it is looked into, then it is known
    assert trouble(renamed) == "contains x264, under the GPL"


def test_every_locked_package_has_hashes_and_no_address() -> None:
    # given the lock
    text = (ROOT / "installer" / "lock.txt").read_text(encoding="utf-8")

    # when its entries are read
    entries = re.split(r"\n(?=[A-Za-z0-9])", text[text.index("\n") :])
    pinned = [entry for entry in entries if re.match(r"[\w.-]+(\[[\w,-]+\])?==", entry)]

    # then each names its version and its hashes, and no server
    assert len(pinned) > 60
    assert not [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry]
    assert "http://" not in text
    assert "https://" not in text
