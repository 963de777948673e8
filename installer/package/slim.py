"""Leaves out of the packed folder what the program never asks for: parts of the libraries that come along.

A part that goes takes along the libraries that only it needed. Nothing here guesses by size: UNUSED says what each part
is, and a packed folder is tried in a bare system before it counts (check.sh). sanping.spec asks.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from posixpath import basename, dirname, join, normpath

UNUSED = (
    # Arrow: clouds, remote procedure calls, query plans, encrypted Parquet, what compiles against it
    "pyarrow/_flight.*", "pyarrow/libarrow_python_flight*", "pyarrow/_s3fs.*", "pyarrow/_gcsfs.*",
    "pyarrow/_azurefs.*", "pyarrow/_hdfs.*", "pyarrow/_substrait.*", "pyarrow/_parquet_encryption.*",
    "pyarrow/libarrow_python_parquet_encryption*", "pyarrow/include/*", "pyarrow/src/*", "pyarrow/*.pyx",
    "pyarrow/*.pxi", "pyarrow/*.pxd", "pyarrow/tests/*",
    # IFC: writers of other formats, kernels that the reader does not name
    "ifcopenshell/ifcopenshell_geometry_dae.so", "ifcopenshell/ifcopenshell_geometry_stp.so",
    "ifcopenshell/ifcopenshell_geometry_igs.so", "ifcopenshell/ifcopenshell_geometry_svg*.so",
    "ifcopenshell/ifcopenshell_geometry_glb.so", "ifcopenshell/ifcopenshell_geometry_obj.so",
    "ifcopenshell/ifcopenshell_geometry_ttl.so", "ifcopenshell/ifcopenshell_document_xml*",
    "ifcopenshell/ifcopenshell_document_json*",
    # IFC: two kernels that contain CGAL, under the GPL (the reader names manifold and opencascade)
    "ifcopenshell/ifcopenshell_geometry_kernel_cgal*.so",
    # Qt: the look of GTK, which would bring GTK, and words in languages that the program does not speak
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so", "PySide6/Qt/translations/*",
    # Qt: its language of windows, and what is under the GPL alone
    "PySide6/Qt/qml/*", "PySide6/Qt/plugins/qmltooling/*", "PySide6/Qt/plugins/vectorimageformats/*",
    "PySide6/Qt/plugins/wayland-graphics-integration-server/*", "PySide6/Qt/lib/libQt6Lottie*",
    "PySide6/Qt/lib/libQt6QuickTimeline*", "PySide6/Qt/lib/libQt6WaylandCompositor*",
    "PySide6/Qt/lib/libQt6WaylandEglCompositor*",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
    # tests of libraries
    "*/tests/*", "*/test/*",
)  # fmt: skip
SPOKEN = re.compile(r"PySide6/Qt/translations/qt(base)?_(zh_CN|en)\.qm$")
OWN = "sanping/"
FINDS_PARTS_BESIDE_ITSELF = ("ifcopenshell/",)
"""Libraries that look for their parts where they were loaded from, so that no link to them may stand elsewhere."""
LINK = "SYMLINK"
Entry = tuple[str, str, str]


def is_unused(name: str) -> bool:
    """Tell whether a file of the folder, named from its top, is never asked for."""
    if name.startswith(OWN) or SPOKEN.search(name):
        return False
    return any(fnmatch(name, pattern) for pattern in UNUSED)


def slim(entries: Iterable[Entry], needs: Mapping[str, frozenset[str]]) -> list[Entry]:
    """Return the entries (name, source, kind) without what is unused, what only that needed, and links to either.

    `needs` has for each source the names of the libraries that it is linked to. The source of a link is a name.
    """
    kept = {entry[0]: entry for entry in entries if not _misleads(entry)}
    going = [entry for name, entry in kept.items() if is_unused(name)]
    while going:
        for name, *_ in going:
            del kept[name]
        lonely = frozenset().union(*(needs.get(source, frozenset()) for _, source, _ in going))
        wanted = frozenset().union(*(needs.get(source, frozenset()) for _, source, _ in kept.values()))
        going = [entry for name, entry in kept.items() if entry[2] != LINK and basename(name) in lonely - wanted]
    return [entry for entry in kept.values() if entry[2] != LINK or _target(entry) in kept]


def _target(entry: Entry) -> str:
    return normpath(join(dirname(entry[0]), entry[1]))


def _misleads(entry: Entry) -> bool:
    name, source, kind = entry
    return kind == LINK and "/" not in name and source.startswith(FINDS_PARTS_BESIDE_ITSELF)


def linked(sources: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return for each library or program the names of those that it is linked to; empty for other files.

    Nothing where there is no `readelf`, as on macOS and Windows: then more is kept than is needed.
    """
    found: dict[str, frozenset[str]] = {}
    for source in sources if shutil.which("readelf") else ():
        words = subprocess.run(["readelf", "-d", source], capture_output=True, text=True, check=False).stdout
        found[source] = frozenset(re.findall(r"\(NEEDED\).*\[(.+)\]", words))
    return found
