"""IFC models (2x3, 4, 4.3): every building element an object below its storey, with materials and property sets."""

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from sanping.domain.city import OWN_COLOUR, CityModel, Origin, SurfaceKind
from sanping.domain.errors import FormatUnknown
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.gathering import PATCH, Gathering
from sanping.formats.ifc_place import placed_ifc
from sanping.formats.ifc_shapes import Shape, shapes_of
from sanping.formats.ifc_words import Words
from sanping.formats.placement import with_model_table
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

UNDRAWN = ("IfcOpeningElement", "IfcSpace", "IfcAnnotation", "IfcGrid", "IfcVirtualElement", "IfcSpatialZone")
_START = b"ISO-10303-21"
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_SCHEMA_WORD = b"FILE_SCHEMA"
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']{1,40})'\s*(?:,\s*'[^']*'\s*)*\)\s*\)", re.IGNORECASE)
_LARGE_BYTES = 30 << 20
_LEAST_SHARE = 0.04
_KINDS = {
    "IfcWall": SurfaceKind.WALL,
    "IfcCurtainWall": SurfaceKind.WALL,
    "IfcRoof": SurfaceKind.ROOF,
    "IfcWindow": SurfaceKind.WINDOW,
    "IfcDoor": SurfaceKind.DOOR,
    "IfcSlab": SurfaceKind.OUTER_FLOOR,
    "IfcSite": SurfaceKind.GROUND,
}

_OPENING = Text("正在解析 IFC", "Parsing the IFC file")
_BUILDING = Text("正在生成构件几何", "Building the elements' shapes")
_OTHER_SCHEMA = Text(
    "STEP 文件的模式是 {schema}，不是建筑模型（IFC2X3、IFC4、IFC4X3）；请导出为 IFC",
    "The STEP file has the schema {schema}, which is no building model (IFC2X3, IFC4, IFC4X3); export it as IFC",
)
NO_SHAPE = Text("构件的几何无法生成", "element whose shape cannot be built")
_UNDRAWN = Text(
    "{count} 个房间、洞口、标注等不显示实体（{kinds}）",
    "{count} rooms, openings, annotations and the like are not drawn ({kinds})",
)


class IfcReader:
    """Reads IFC building models."""

    name = "IFC"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a STEP file."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_START)

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read every element with a shape.

        The place comes from IfcMapConversion, else from `position` in the settings, else from the latitude and
        longitude of IfcSite. Settings: `position`, `heading`, `scale`.
        """
        progress.report(0.0, _OPENING)
        with foreign_errors_as_ours(path):
            options = with_model_table(path, options)
            _check_schema(path)
            file = _parsed(path)
            gathering = Gathering(SkipLog(str(path)))
            _Elements(file, gathering, _threads(path)).gather(progress)
            placed = placed_ifc(file, gathering.points, options)
            notes = (*placed.framed.notes, *gathering.notes)
            version, crs = str(file.schema_identifier), placed.framed.source_crs
            origin = Origin(format="IFC", version=version, source_crs=crs, notes=notes)
            return gathering.model(placed.points, frame=placed.framed.frame, origin=origin)


def _check_schema(path: Path) -> None:
    """Refuse STEP files of other trades before the parser sees them, and a schema that would crash it."""
    with path.open("rb") as file:
        head = _COMMENT.sub(b"", file.read(1 << 16))
    found = _SCHEMA.match(head, max(0, head.upper().find(_SCHEMA_WORD)))
    schema = found[1].decode("ascii", "replace") if found else "?"
    if not schema.upper().startswith("IFC"):
        raise FormatUnknown(_OTHER_SCHEMA.with_values(schema=schema))


def _parsed(path: Path) -> Any:
    """Return the file as ifcopenshell has it; raises what that raises, `RuntimeError` among others.

    With types to bypass, even none, it parses by a call that raises. Its usual one sets the error without holding the
    interpreter's lock, which ends the process by SIGSEGV.
    """
    import ifcopenshell  # noqa: PLC0415  it takes half a second, and only IFC needs it

    return ifcopenshell.open(str(path), bypass_types=iter(()))


def _threads(path: Path) -> int:
    """Return how many threads build shapes: small files are slower with more than one."""
    return min(4, os.cpu_count() or 1) if path.stat().st_size > _LARGE_BYTES else 1


class _Elements:
    """Adds the elements of a file to a gathering, storey by storey."""

    def __init__(self, file: Any, gathering: Gathering, threads: int) -> None:
        self._file, self._gathering, self._threads = file, gathering, threads
        self._words = Words(file)
        self._rows: dict[int, int] = {}

    def gather(self, progress: Progress) -> None:
        undrawn = {word: self._instances(word) for word in UNDRAWN}
        excluded = [one for found in undrawn.values() for one in found]
        drawn: set[int] = set()
        left_out = {one.id() for one in excluded}
        wanted = [one for one in self._instances("IfcProduct") if one.id() not in left_out]
        for share, number, shape in shapes_of(self._file, wanted, self._threads):
            drawn.add(number)
            self._add(self._file.by_id(number), shape)
            progress.report(0.05 + 0.85 * share, _BUILDING)
        for product in wanted:
            if product.id() not in drawn and _has_body(product):
                self._gathering.skips.add(NO_SHAPE, f"{product.is_a()} {product.GlobalId}")
        if excluded:
            kinds = ", ".join(f"{word} × {len(found)}" for word, found in undrawn.items() if found)
            self._gathering.note(_UNDRAWN.with_values(count=len(excluded), kinds=kinds))

    def _instances(self, word: str) -> list[Any]:
        try:
            return list(self._file.by_type(word))
        except RuntimeError:  # the schema of this file does not have it
            return []

    def _add(self, element: Any, shape: Shape) -> None:
        if not len(shape.triangles):
            self._gathering.skips.add(NO_SHAPE, f"{element.is_a()} {element.GlobalId}")
            return
        word = element.is_a()
        row = self._gathering.row(element.GlobalId, word, self._words.of(element), self._above(element))
        surface = next((kind for start, kind in _KINDS.items() if word.startswith(start)), SurfaceKind.OTHER)
        if word == "IfcSlab" and getattr(element, "PredefinedType", None) == "ROOF":
            surface = SurfaceKind.ROOF
        colour, share = _colours(shape)
        main = colour[int(np.argmax(share))] if colour else ""
        if main:
            self._gathering.know(row, **{OWN_COLOUR: main})
        rows = np.full(len(shape.triangles), row, dtype=np.int64)
        for number, text in enumerate(colour):
            if text and text != main and share[number] >= _LEAST_SHARE:
                part = self._gathering.row(f"{element.GlobalId}/{text}", PATCH, {OWN_COLOUR: text}, row)
                rows[_triangles_of(shape, text)] = part
        self._gathering.add(rows, shape.points, shape.triangles, surface)

    def _above(self, element: Any) -> int:
        """Return the row of what an element is part of: an element, a storey, a building; −1 for none."""
        above = self._words.above(element)
        if above is None or above.is_a("IfcProject") or above.is_a("IfcSite"):
            return -1
        if above.id() not in self._rows:
            self._rows[above.id()] = -1  # a circle of parents ends here
            parent = self._above(above)
            name = f"{above.is_a()} {above.GlobalId}"
            self._rows[above.id()] = self._gathering.row(name, above.is_a(), self._words.of(above), parent)
        return self._rows[above.id()]


def _has_body(product: Any) -> bool:
    """Say whether a product has more than a drawing of lines."""
    shape = getattr(product, "Representation", None)
    kinds = [one.RepresentationIdentifier for one in shape.Representations or ()] if shape is not None else []
    return any(kind in (None, "Body", "Facetation") for kind in kinds)


def _colours(shape: Shape) -> tuple[list[str], Float64Array]:
    """Return the colours of a shape and the share of its surface that each has."""
    texts = list(dict.fromkeys(shape.materials))
    a, b, c = (shape.points[shape.triangles[:, k]] for k in range(3))
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    whole = max(float(areas.sum()), 1e-12)
    share = np.array([areas[_triangles_of(shape, text)].sum() / whole for text in texts])
    return texts, share


def _triangles_of(shape: Shape, text: str) -> UInt8Array:
    """Say which triangles (t,) have a colour."""
    has = np.array([*(material == text for material in shape.materials), False])
    return np.asarray(has[shape.material_of])
