"""How high footprints are: finds the columns that say so, in Chinese and English, and fills what is missing."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import ProjectInvalid
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

DEFAULT_HEIGHT_M = 10.0
STOREY_HEIGHT_M = 3.0
HIGHEST_M = 2_000.0

_HEIGHT_NAMES = (
    "height", "buildingheight", "bldgheight", "bldgh", "bldght", "measuredheight", "heightm", "buildheight",
    "renderheight", "hgt", "建筑高度", "房屋高度", "楼房高度", "楼高", "高度", "建筑高", "檐口高度", "bh", "h", "高",
)  # fmt: skip
_STOREY_NAMES = (
    "storeysaboveground", "floors", "floor", "storeys", "storey", "stories", "levels", "buildinglevels", "bldglevels",
    "numfloors", "floornum", "floorcount", "nfloors", "numberoffloors", "地上层数", "建筑层数", "房屋层数", "总层数",
    "楼层数", "层数", "楼层",
)  # fmt: skip
_BASE_NAMES = (
    "base", "basem", "baseheight", "baseelevation", "groundelevation", "groundheight", "groundlevel", "ground", "zmin",
    "地面高程", "地面标高", "基底高程", "底部高程", "底面高程", "底高",
)  # fmt: skip
_ABOVE_GROUND_NAMES = ("minheight", "buildingminheight", "离地高度")
_NUMBER = re.compile(r"^\s*([+-]?[0-9]+(?:[.,][0-9]+)?)\s*(?:m|米|层|f|meters?|metres?)?\s*$", re.IGNORECASE)

_FROM_COLUMN = Text("{count} 个对象的高度取自字段“{column}”", "{count} heights come from the column “{column}”")
_FROM_STOREYS = Text(
    "{count} 个对象的高度由层数字段“{column}” × {metres:g} 米得出",
    "{count} heights come from the storeys in “{column}” × {metres:g} m",
)
_FROM_DEFAULT = Text(
    "{count} 个对象没有高度，采用默认 {metres:g} 米", "{count} objects have no height; {metres:g} m was assumed"
)
_IMPOSSIBLE = Text(
    "{count} 个高度为零、负数或大于 2000 米，未采用",
    "{count} heights are zero, negative or above 2000 m and were not used",
)
_NO_COLUMN = Text(
    "数据里没有字段“{column}”；请改设置 {key}", "The data has no column “{column}”; change the setting {key}"
)
_NO_NUMBER = Text("设置 {key} 应是正数；请改正", "The setting {key} must be a positive number; correct it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heights:
    """Height of every feature above its foot, its foot (NaN when the data does not say), how far it hangs above that.

    `column_used` says whether any height came from the data.
    """

    height_m: Float64Array
    base_m: Float64Array
    above_ground_m: Float64Array
    column_used: bool
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightColumns:
    """The columns that speak of heights; empty names where there is none."""

    height: str
    storeys: str
    base: str
    above_ground: str


def height_columns(names: Iterable[str], settings: dict[str, object]) -> HeightColumns:
    """Choose columns: by setting (`height_column`, `storeys_column`, `base_column`) or by their usual names.

    Raises `ProjectInvalid` when a setting names a column that is not there.
    """
    present = list(names)
    return HeightColumns(
        height=_chosen(present, settings, "height_column", _HEIGHT_NAMES),
        storeys=_chosen(present, settings, "storeys_column", _STOREY_NAMES),
        base=_chosen(present, settings, "base_column", _BASE_NAMES),
        above_ground=_chosen(present, settings, "above_ground_column", _ABOVE_GROUND_NAMES),
    )


def _chosen(present: Sequence[str], settings: dict[str, object], key: str, usual: Sequence[str]) -> str:
    wanted = settings.get(key)
    if wanted is not None:
        if str(wanted) in present:
            return str(wanted)
        raise ProjectInvalid(_NO_COLUMN.with_values(column=wanted, key=key), place=key)
    plain = {re.sub(r"[\s_\-:.（）()]", "", name).lower(): name for name in reversed(present)}
    return next((plain[name] for name in usual if name in plain), "")


def heights_of(
    columns: HeightColumns, values_of: Callable[[str], Sequence[object]], count: int, settings: dict[str, object]
) -> Heights:
    """Return the heights of `count` features; `values_of` gives the values of a column.

    What has neither height nor storeys gets `default_height_m` (10 m), and a note says how many.
    """
    notes: list[Text] = []
    height = np.full(count, np.nan)
    if columns.height:
        height = _sensible(numbers(values_of(columns.height), count), notes)
        known = int(np.isfinite(height).sum())
        notes += [_FROM_COLUMN.with_values(count=known, column=columns.height)] if known else []
    missing = np.isnan(height)
    if columns.storeys and missing.any():
        metres = _positive(settings, "storey_height_m", STOREY_HEIGHT_M)
        storeys = _sensible(numbers(values_of(columns.storeys), count) * metres, notes)
        filled = missing & np.isfinite(storeys)
        height[filled] = storeys[filled]
        known = int(filled.sum())
        notes += [_FROM_STOREYS.with_values(count=known, column=columns.storeys, metres=metres)] if known else []
        missing = np.isnan(height)
    if missing.any():
        metres = _positive(settings, "default_height_m", DEFAULT_HEIGHT_M)
        height[missing] = metres
        notes.append(_FROM_DEFAULT.with_values(count=int(missing.sum()), metres=metres))
    base = numbers(values_of(columns.base), count) if columns.base else np.full(count, np.nan)
    above = numbers(values_of(columns.above_ground), count) if columns.above_ground else np.zeros(count)
    above = np.where((above > 0) & (above < height), above, 0.0)
    base[np.abs(base) > 9_500.0] = np.nan
    return Heights(
        height_m=height, base_m=base, above_ground_m=above, column_used=not missing.all(), notes=tuple(notes)
    )


def _sensible(values: Float64Array, notes: list[Text]) -> Float64Array:
    """Drop heights that no building has."""
    with np.errstate(invalid="ignore"):
        strange = (values <= 0) | (values > HIGHEST_M)
    if strange.any():
        notes.append(_IMPOSSIBLE.with_values(count=int(strange.sum())))
    return np.where(strange, np.nan, values)


def _positive(settings: dict[str, object], key: str, default: float) -> float:
    value = settings.get(key, default)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value <= HIGHEST_M:
        raise ProjectInvalid(_NO_NUMBER.with_values(key=key), place=key)
    return float(value)


def numbers(values: Sequence[object], count: int) -> Float64Array:
    """Return values as numbers; NaN for what is none. "12.5 m" and "6层" count as numbers."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        return np.array(values, dtype=np.float64)
    try:
        found: npt.NDArray[np.float64] = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        found = np.fromiter((_number(value) for value in values), np.float64, count=count)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 else np.nan
    match = _NUMBER.match(value) if isinstance(value, str) and len(value) < 40 else None
    return float(match[1].replace(",", ".")) if match else np.nan
