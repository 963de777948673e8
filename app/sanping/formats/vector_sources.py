"""Vector files that libraries open for us: GeoPackage, Shapefile, FlatGeobuf (GDAL) and GeoParquet (Arrow)."""

import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from sanping.domain.city import Attributes
from sanping.domain.errors import CrsWrong, FileBroken
from sanping.domain.lazy import LazySequence
from sanping.domain.text import Text
from sanping.formats.geojson import feature_ids

_FORMATS = ((b"SQLite", "GeoPackage"), (b"fgb", "FlatGeobuf"))
_LANGUAGE_CODES = {0x4D: "gb18030", 0x4E: "cp949", 0x4F: "big5", 0x13: "cp932", 0x03: "cp1252", 0x57: "cp1252"}
_CODE_PAGES = {"936": "gb18030", "GBK": "gb18030", "GB2312": "gb18030", "CP936": "gb18030", "65001": "utf-8"}
_SAMPLE_BYTES = 1 << 20

_NO_LAYER = Text(
    "文件里没有可读的图层{wanted}；有：{names}", "The file has no readable layer {wanted}; it has: {names}"
)
_OTHER_LAYERS = Text("读取图层“{name}”；其余图层未读：{others}", "Layer “{name}” was read; others were not: {others}")
_NO_ROWS = Text("图层“{name}”里没有要素；请检查导出", "Layer “{name}” has no features; check what was exported")
_NO_GEO = Text(
    "Parquet 文件没有几何列（缺少 geo 元数据）；请导出为 GeoParquet",
    "The Parquet file has no geometry column (no geo metadata); export it as GeoParquet",
)
_CRS_BROKEN = Text(
    "文件（或同名 .prj）里的坐标系写坏了，无法理解；请改正或删去它，再用 --crs 指定坐标系",
    "The CRS in the file (or the .prj beside it) is garbled; correct or delete it, then name the CRS with --crs",
)
_ENCODING = Text("属性文字按 {encoding} 读取", "Attribute text was read as {encoding}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorTable:
    """Features of a file: shapely geometries (None where broken), attributes by column, CRS as declared."""

    format: str
    geometries: npt.NDArray[np.object_]
    ids: Sequence[str]
    attributes: Sequence[Attributes]
    crs: str
    notes: tuple[Text, ...]


class ColumnAttributes(LazySequence[Attributes]):
    """Attributes kept in columns; a row becomes a mapping when asked for."""

    def __init__(self, columns: dict[str, npt.NDArray[np.generic]], count: int) -> None:
        self.columns = columns
        self._count = count

    def __len__(self) -> int:
        """Return the number of features."""
        return self._count

    def _at(self, row: int) -> Attributes:
        return {name: json_value(column[row]) for name, column in self.columns.items()}

    def values(self, name: str) -> Sequence[object]:
        """Return one column."""
        column = self.columns[name]
        return column if column.dtype.kind in "fiu" else column.tolist()  # type: ignore[return-value]


def json_value(value: object) -> object:
    """Return a value that JSON has: numbers and texts as they are, dates as text, nothing as None."""
    if isinstance(value, np.generic):
        if isinstance(value, np.datetime64):
            return None if np.isnat(value) else str(value)
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return [json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): json_value(item) for key, item in value.items()}
    return value.hex()[:200] if isinstance(value, bytes) else str(value)


def read_with_gdal(path: Path, layer: str, encoding: str) -> VectorTable:
    """Read one layer of a GeoPackage, Shapefile or FlatGeobuf; broken geometries come as None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _read_with_gdal(path, layer, encoding)


def _read_with_gdal(path: Path, layer: str, encoding: str) -> VectorTable:
    name, notes = _chosen_layer(path, layer)
    is_shapefile = path.suffix.lower() in (".shp", ".dbf", ".shx")
    try:
        meta, feature_numbers, wkb, values = pyogrio.raw.read(
            path, layer=name, return_fids=True, encoding="ISO-8859-1" if is_shapefile else None
        )
    except (pyogrio.errors.CRSError, UnboundLocalError) as error:  # the library trips over a CRS that is no text
        raise CrsWrong(_CRS_BROKEN) from error
    if wkb is None or len(wkb) == 0:
        raise FileBroken(_NO_ROWS.with_values(name=name))
    columns = {str(field): np.asarray(column) for field, column in zip(meta["fields"], values, strict=True)}
    if is_shapefile:
        columns, used = _with_text(columns, path, encoding)
        notes += [_ENCODING.with_values(encoding=used)] if used else []
    attributes = ColumnAttributes(columns, len(wkb))
    return VectorTable(
        format=_format_of(path),
        geometries=shapely.from_wkb(wkb, on_invalid="ignore"),
        ids=_ids(columns, feature_numbers),
        attributes=attributes,
        crs=str(meta["crs"] or ""),
        notes=tuple(notes),
    )


def _format_of(path: Path) -> str:
    """Return the name of a format by how the file begins: to ask GDAL is to open the file and name its CRS again."""
    with path.open("rb") as file:
        head = file.read(8)
    return next((name for start, name in _FORMATS if head.startswith(start)), "Shapefile")


def _chosen_layer(path: Path, wanted: str) -> tuple[str, list[Text]]:
    """Return the layer to read: the one wanted, else the first with polygons, else the first with geometry."""
    layers = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(path)]
    names = [name for name, _ in layers]
    if wanted and wanted not in names:
        raise FileBroken(_NO_LAYER.with_values(wanted=wanted, names=", ".join(names[:12])))
    spatial = [name for name, kind in layers if kind]
    polygonal = [name for name, kind in layers if "Polygon" in kind or "Surface" in kind]
    ranked = ([wanted] if wanted else []) + polygonal + spatial
    if not ranked:
        raise FileBroken(_NO_LAYER.with_values(wanted="", names=", ".join(names[:12])))
    others = [name for name in spatial if name != ranked[0]]
    notes = [_OTHER_LAYERS.with_values(name=ranked[0], others=", ".join(others[:12]))] if others else []
    return ranked[0], notes


def _ids(columns: dict[str, npt.NDArray[np.generic]], feature_numbers: npt.NDArray[np.integer] | None) -> list[str]:
    count = (
        len(next(iter(columns.values()))) if columns else len(feature_numbers if feature_numbers is not None else ())
    )
    short = {name: column for name, column in columns.items() if column.dtype.kind in "OiuU"}
    given = [None] * count if feature_numbers is None else feature_numbers.tolist()
    by_column = feature_ids([None] * count, ColumnAttributes(short, count))
    is_numbered = by_column[:1] == ["1"] and by_column[-1:] == [str(count)]
    return [str(number) for number in given] if is_numbered and feature_numbers is not None else by_column


def _with_text(
    columns: dict[str, npt.NDArray[np.generic]], path: Path, encoding: str
) -> tuple[dict[str, npt.NDArray[np.generic]], str]:
    """Decode the texts and field names of a Shapefile, which were taken byte for byte."""
    used = encoding or _declared_encoding(path) or _guessed_encoding(path)
    if used in ("", "ISO-8859-1"):
        return columns, ""
    result: dict[str, npt.NDArray[np.generic]] = {}
    for name, column in columns.items():
        texts = column
        if column.dtype.kind == "O":
            texts = np.array([_recoded(value, used) for value in column.tolist()] + [None], dtype=object)[:-1]
        result[str(_recoded(name, used))] = texts
    return result, used


def _recoded(value: object, encoding: str) -> object:
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        return value.encode("latin-1").decode(encoding, "replace")
    except (UnicodeEncodeError, LookupError):
        return value


def _declared_encoding(path: Path) -> str:
    """Return the encoding of the `.cpg` file, or of the language byte of the `.dbf`."""
    for suffix in (".cpg", ".CPG"):
        beside = path.with_suffix(suffix)
        if beside.is_file():
            name = beside.read_bytes()[:40].decode("ascii", "ignore").strip().upper()
            return _CODE_PAGES.get(name.removeprefix("ANSI ").removeprefix("OEM "), name.lower())
    head = _dbf_bytes(path)[:32]
    return _LANGUAGE_CODES.get(head[29], "") if len(head) == 32 and head[29] not in (0x03, 0x57) else ""


def _dbf_bytes(path: Path) -> bytes:
    for suffix in (".dbf", ".DBF"):
        beside = path.with_suffix(suffix)
        if beside.is_file():
            with beside.open("rb") as file:
                return file.read(_SAMPLE_BYTES)
    return b""


def _guessed_encoding(path: Path) -> str:
    """Guess the encoding of undeclared texts: UTF-8 when they decode, GBK when their high bytes come in pairs."""
    text = _dbf_bytes(path)[32:]
    runs = re.findall(rb"[\x80-\xff]+", text)
    if not runs:
        return ""
    try:
        text[: len(text) // 2 * 2].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(text) - 4:
            return "utf-8"
    else:
        return "utf-8"
    paired = sum(1 for run in runs if len(run) >= 2)
    return "gb18030" if paired >= 0.6 * len(runs) else "ISO-8859-1"


def read_parquet(path: Path) -> VectorTable:
    """Read a GeoParquet file with WKB or native geometries."""
    file = pyarrow.parquet.ParquetFile(path)
    described = (file.schema_arrow.metadata or {}).get(b"geo") or (file.metadata.metadata or {}).get(b"geo")
    if not described:
        raise FileBroken(_NO_GEO)
    geo = json.loads(described)
    name = str(geo["primary_column"])
    column = geo["columns"][name]
    table = file.read()
    if table.num_rows == 0:
        raise FileBroken(_NO_ROWS.with_values(name=name))
    wkb = table.column(name).to_pylist()
    geometries = np.array([*(_geometry(value, str(column["encoding"])) for value in wkb), None], dtype=object)[:-1]
    plain = table.drop_columns([key for key in geo["columns"] if key in table.column_names])
    columns = {key: np.array([*plain.column(key).to_pylist(), None], dtype=object)[:-1] for key in plain.column_names}
    crs = column.get("crs", "EPSG:4326")
    return VectorTable(
        format="GeoParquet",
        geometries=geometries,
        ids=_ids(columns, None) if columns else [str(number) for number in range(1, table.num_rows + 1)],
        attributes=ColumnAttributes(columns, table.num_rows),
        crs=crs if isinstance(crs, str) else json.dumps(crs) if crs else "",
        notes=(),
    )


def _geometry(value: object, encoding: str) -> object:
    """Return one geometry: WKB, or nested lists of coordinates (GeoArrow)."""
    if value is None:
        return None
    if encoding.upper() == "WKB":
        return shapely.from_wkb(value, on_invalid="ignore")
    kinds = {"point": "Point", "linestring": "LineString", "polygon": "Polygon", "multipoint": "MultiPoint"}
    kind = kinds.get(encoding, {"multilinestring": "MultiLineString"}.get(encoding, "MultiPolygon"))
    return shapely.geometry.shape({"type": kind, "coordinates": _positions(value)})


def _positions(value: object) -> object:
    if isinstance(value, dict):
        return tuple(value[axis] for axis in ("x", "y", "z") if value.get(axis) is not None)
    if isinstance(value, (list, tuple)):
        return [_positions(item) for item in value]
    return value
