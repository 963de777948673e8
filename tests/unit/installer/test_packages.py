"""What the Linux packages hold: menu entry, file types, man pages, units, and a package that dpkg can read."""

import configparser
import gzip
import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sanping import __version__
from sanping.cli.application import COMMANDS
from sanping.commands.replay_actions import RECORDING_SUFFIX
from sanping.formats.twin_package import PACKAGE_SUFFIX

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "installer" / "package"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like the one that PyInstaller makes, with a program that says a word."""
    folder = tmp_path_factory.mktemp("built") / "sanping"
    (folder / "_internal").mkdir(parents=True)
    program = folder / "sanping"
    program.write_text("#!/bin/sh\necho packed\n", encoding="utf-8")
    program.chmod(0o755)
    (folder / "_internal" / "library.so").write_bytes(b"\x7fELF")
    for library in Path("/usr/lib").glob("*/libgcrypt.so.*"):  # of the system, in no wheel
        shutil.copy(library, folder / "_internal" / library.name)
    return folder


@pytest.fixture(scope="module")
def debian(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Debian package of it."""
    if not shutil.which("dpkg-deb"):
        pytest.skip("dpkg-deb is not installed")
    return packed("deb.sh", built, tmp_path_factory.mktemp("deb"))


def packed(script: str, built: Path, out: Path) -> Path:
    environment = {**os.environ, "BUILT": str(built), "OUT": str(out)}
    subprocess.run(["sh", PACKAGE / script], env=environment, check=True, capture_output=True)
    return next(out.iterdir())


def test_the_menu_entry_speaks_both_languages_and_opens_our_files() -> None:
    entry = configparser.RawConfigParser(strict=True)
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # keys are case-sensitive
    entry.read(PACKAGE / "sanping.desktop", encoding="utf-8")

    desktop = entry["Desktop Entry"]
    for key in ("Name", "GenericName", "Comment", "Keywords"):
        assert desktop[key] != desktop[f"{key}[zh_CN]"]
    types = ElementTree.parse(PACKAGE / "sanping-mime.xml").getroot()
    named = {kind.attrib["type"] for kind in types}
    globs = {glob.attrib["pattern"] for glob in types.iter() if glob.tag.endswith("glob")}
    assert set(desktop["MimeType"].strip(";").split(";")) == named
    assert globs == {f"*{PACKAGE_SUFFIX}", f"*{RECORDING_SUFFIX}"}
    words = {command.name for command in COMMANDS}
    assert all(entry[part]["Exec"].split()[1] in words for part in entry.sections())


def test_software_centres_are_told_in_both_languages_what_the_program_is() -> None:
    described = ElementTree.parse(PACKAGE / "sanping.metainfo.xml").getroot()
    types = {kind.attrib["type"] for kind in ElementTree.parse(PACKAGE / "sanping-mime.xml").getroot()}

    languages = [one.get("{http://www.w3.org/XML/1998/namespace}lang", "en") for one in described.iter("summary")]
    assert languages == ["en", "zh_CN"]
    assert described.findtext("launchable") == "sanping.desktop"
    assert {one.text for one in described.iter("mediatype")} == types


def test_a_debian_package_stands_where_a_linux_system_looks_for_it(debian: Path, tmp_path: Path) -> None:
    # given a package, unpacked
    subprocess.run(["dpkg-deb", "-x", debian, tmp_path], check=True)

    # when the program is called by its name, then it is that of the folder
    share, units = tmp_path / "usr/share", tmp_path / "usr/lib/systemd/user"
    assert subprocess.run([tmp_path / "usr/bin/sanping"], capture_output=True, check=True).stdout == b"packed\n"

    # and menu entry, icon and units are there, and start what was installed
    for file in (
        "applications/sanping.desktop",
        "metainfo/sanping.metainfo.xml",
        "mime/packages/sanping.xml",
        "icons/hicolor/scalable/apps/sanping.svg",
    ):
        assert (share / file).stat().st_size > 0
    for unit in ("sanping-hub.service", "sanping-kiosk.service"):
        words = (units / unit).read_text(encoding="utf-8")
        assert "ExecStart=/usr/bin/sanping " in words
        assert ".venv" not in words

    # and the man pages have every command and please man
    for page in ("man1/sanping.1.gz", "zh_CN/man1/sanping.1.gz"):
        text = gzip.decompress((share / "man" / page).read_bytes()).decode()
        named = {line.removeprefix(".B ").split()[0] for line in text.splitlines() if line.startswith(".B ")}
        assert named >= {command.name.replace("-", "\\-") for command in COMMANDS}
        assert warnings_of_man(text) == ""


def test_the_package_tells_what_it_is_made_of_and_under_which_licences(debian: Path, tmp_path: Path) -> None:
    # given the bill of materials in the package
    subprocess.run(["dpkg-deb", "-x", debian, tmp_path], check=True)
    documents = tmp_path / "usr/share/doc/sanping"
    bill = json.loads((documents / "sbom.cdx.json").read_text(encoding="utf-8"))

    # when it is compared with what the program asks for
    wished = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    asked = {re.split(r"[^\w.-]", words)[0].replace("_", "-").lower() for words in wished}
    named = {part["name"]: part for part in bill["components"]}

    # then each is there with its version and licence, none may be had under the GPL alone, and tests are no part of it
    assert asked | {"libgcrypt20"} <= set(named)
    assert all(part["version"] and part["licenses"] for part in named.values())
    assert named["libgcrypt20"]["purl"] == f"pkg:deb/debian/libgcrypt20@{named['libgcrypt20']['version']}"
    licences = [part["licenses"][0]["license"]["name"] for part in named.values()]
    assert not [words for words in licences if re.search(r"(?<![AL])GPL", words) and " OR " not in words]
    assert not {"pytest", "pyinstaller", "geopandas"} & set(named)
    texts = gzip.decompress((documents / "licences.txt.gz").read_bytes()).decode()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in texts
    assert "Libgcrypt" in texts
    assert all(f"{part['version']} — " in texts for part in named.values())


def test_a_debian_package_asks_for_what_the_program_needs(debian: Path) -> None:
    fields = subprocess.run(["dpkg-deb", "-f", debian], capture_output=True, text=True, check=True).stdout
    files = subprocess.run(["dpkg-deb", "-c", debian], capture_output=True, text=True, check=True).stdout

    assert f"Version: {__version__}\n" in fields
    needs = fields.split("Depends: ")[1].splitlines()[0].split(", ")
    assert {"libegl1", "libxcb-cursor0", "fonts-noto-cjk"} <= set(needs)
    assert not {"python3", "make", "xvfb", "ffmpeg"} & set(needs)
    assert "Recommends: ffmpeg, libgl1-mesa-dri, " in fields
    assert "root/root" in files.splitlines()[0]


@pytest.mark.skipif(not shutil.which("rpmbuild"), reason="rpmbuild is not installed")
def test_rpm_reads_its_package(built: Path, tmp_path: Path) -> None:
    package = packed("rpm.sh", built, tmp_path)

    files = subprocess.run(["rpm", "-qlp", package], capture_output=True, text=True, check=True).stdout.splitlines()

    assert {"/usr/bin/sanping", "/usr/lib/sanping/sanping", "/usr/share/applications/sanping.desktop"} <= set(files)


def test_the_page_about_installing_names_what_is_made() -> None:
    # given the page, and the version of the program
    words = (ROOT / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")

    # when the files that it has one install are gathered
    named = set(re.findall(r"sanping[-_]\d[\w.-]*\.(?:deb|rpm|whl)", words))

    # then they are those of this version
    made = {f"sanping_{__version__}_amd64.deb", f"sanping-{__version__}-1.x86_64.rpm"}
    assert named == {*made, f"sanping-{__version__}-py3-none-any.whl"}


def warnings_of_man(page: str) -> str:
    """Return what man says against a page; nothing where there is no man."""
    if not shutil.which("man"):
        return ""
    words = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-"]
    environment = {**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"}
    return subprocess.run(words, input=page, capture_output=True, text=True, check=True, env=environment).stderr
