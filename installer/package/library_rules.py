"""Looks for libraries under the GPL in what a package carries, whatever its metadata says: `library_rules.py FOLDER`.

A library is refused by its name, by words that only it contains, or because it is linked to one that is refused. Names
each with its reason and fails. A library that nobody wrote down here passes: add it when you learn of it.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LIBRARY = re.compile(r"\.(so|dylib|dll|pyd)(\.[\d.]+)?$")
NAMES = (
    (re.compile(r"lib(x264|x265|xvidcore|postproc|rubberband|vidstab|dvdcss|cdio|davs2|uavs3d|xavs2?)\b"),
     "encoders and filters of films under the GPL"),
    (re.compile(r"libfdk-aac\b|libfaac\b"), "may not be passed on with code under the GPL or without a patent licence"),
    (re.compile(r"lib(readline|history|gdbm|gsl|fftw3\w*|poppler|mpv|smbclient|dvdread|mad)\b"), "under the GPL"),
    (re.compile(r"libdb-?\d"), "Berkeley DB, under the AGPL"),
    (re.compile(r"libQt6(Charts|DataVisualization|Graphs|HttpServer|LottieVector\w*|Lottie|Mqtt|NetworkAuth|Quick3D\w*|"
                r"QuickTimeline\w*|VirtualKeyboard|WaylandCompositor\w*)\b"),
     "a part of Qt under the GPL alone"),
)  # fmt: skip
WORDS = (
    (b"x264 [%s]: ", "contains x264, under the GPL"),
    (b"x265_encoder_open", "contains x265, under the GPL"),
    (b"--enable-gpl", "an FFmpeg built with parts under the GPL"),
    (b"4CGAL", "contains CGAL, most of which is under the GPL"),
)
_LINKS = re.compile(rb"\0(lib[\w.+-]+?\.so[\d.]*)(?=\0)")


def libraries(folder: Path) -> Iterator[Path]:
    """Yield the libraries below a folder, links left out."""
    for path in sorted(folder.rglob("*")):
        if LIBRARY.search(path.name) and path.is_file() and not path.is_symlink():
            yield path


def refused(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the libraries among files that may not be passed on, each with the reason."""
    found = ((path, trouble(path)) for path in paths)
    return {path: reason for path, reason in found if reason}


def trouble(path: Path) -> str:
    """Return why a library may not be passed on, "" when nothing speaks against it."""
    if reason := _of_name(path.name):
        return reason
    content = path.read_bytes()
    for word, reason in WORDS:
        if word in content:
            return reason
    for link in _LINKS.findall(content):
        if reason := _of_name(link.decode()):
            return f"linked to {link.decode()}: {reason}"
    return ""


def _of_name(name: str) -> str:
    return next((reason for pattern, reason in NAMES if pattern.match(name)), "")


def main(folder: Path) -> int:
    """Return the exit status."""
    found = refused(libraries(folder))
    for path, reason in found.items():
        sys.stderr.write(f"{path}: {reason}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
