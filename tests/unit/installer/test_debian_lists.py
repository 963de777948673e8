"""The lists of Debian packages bring every program without which a test would be left out."""

import re
from pathlib import Path

from architecture.source_tree import REPOSITORY, tracked_files

LOOKED_FOR = re.compile(r"""which\(["']([\w.-]+)["']\)""")
PACKAGES = {
    "chromium": "chromium", "dbus-daemon": "gnome-keyring", "ffmpeg": "ffmpeg", "gnome-keyring-daemon": "gnome-keyring",
    "initdb": "postgresql", "ip": "iproute2", "man": "man-db", "mosquitto": "mosquitto", "nats-server": "nats-server",
    "readelf": "binutils", "rpmbuild": "rpm", "Xvfb": "xvfb",
}  # fmt: skip
ALWAYS_THERE = {"dpkg-deb", "unshare", "git", "node"}  # of Debian itself, to clone with, and from the hashed lock


def listed() -> set[str]:
    files = ("debian-packages.txt", "debian-test-packages.txt")
    lines = [line for name in files for line in (REPOSITORY / "installer" / name).read_text("utf-8").splitlines()]
    return {line for line in lines if line and not line.startswith("#")}


def looked_for(files: list[Path]) -> set[str]:
    return {name for path in files for name in LOOKED_FOR.findall(path.read_text("utf-8"))}


def test_every_program_that_tests_look_for_is_installed_with_them() -> None:
    # given the programs that tests look for, and go without where they are not there
    found = looked_for([path for path in tracked_files() if path.suffix == ".py" and "tests" in path.parts])

    # when they are looked up in the packages that `make test` installs
    missing = {name for name in found - ALWAYS_THERE if PACKAGES.get(name) not in listed()}

    # then each comes with one, so that nothing is left out on a fresh machine
    assert not missing
    assert {"nats-server", "rpmbuild", "chromium"} <= found


def test_a_program_that_no_package_brings_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("shutil.which({!r})".format("coffee"), encoding="utf-8")

    assert looked_for([tmp_path / "a.py"]) == {"coffee"}
