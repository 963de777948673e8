"""The live part of the twin: the creek's centre line and the station table; every threshold in it is invented."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from cim_models.suhe.make.frame import extent
from cim_models.suhe.make.vectors import Feature
from cim_models.suhe.make.water import Creek
from shapely.geometry import LineString, Point
from shapely.ops import substring

RIVER = "苏州河"
RIVER_EN = "Suzhou Creek"
WUSONG = "吴淞高程"
NATIONAL = "1985国家高程基准"
NATIONAL_OFFSET_M = (
    1.63  # added to a level on the 1985 datum to give it on the Wusong datum; differs from place to place
)
LEVELS_M = {"warning_m": 3.30, "guarantee_m": 3.80, "record_m": 4.36, "low_m": 1.80}
BANK_M = 5.20
LOW_BANKS_M = {"SZH00004": ("right_bank_m", 4.28), "SZH00011": ("left_bank_m", 4.22)}
ON_NATIONAL_DATUM = "SZH00010"
QUALITY = ("SZH00005", "SZH00001", "SZH00006", "SZH00002", "SZH00009", "SZH00010", "SZH00003", "SZH00012")
FLOW = ("SZH00005", "SZH00002", "SZH00008", "SZH00012")
OUTFALLS = ("BZ0011", "BZ0012", "BZ0013", "BZ0014")
COLUMNS = (
    "id", "name", "name_en", "kinds", "x", "y", "river", "chainage_m", "datum", "datum_offset_m", "warning_m",
    "guarantee_m", "record_m", "low_m", "left_bank_m", "right_bank_m", "target_class", "interval_s", "address.hj212",
    "address.sl651", "address.sl427",
)  # fmt: skip


def centre_line(river: Creek) -> tuple[LineString, list[float]]:
    """Return the creek inside the twin from upstream to downstream, and its width at each point."""
    frame = extent()
    inside = [river.centre.project(Point(p)) for p in river.centre.coords if frame.contains(Point(p))]
    line = substring(river.centre, min(inside), max(inside)).simplify(0.3)
    along = np.array([river.centre.project(Point(p)) for p in river.centre.coords])
    width = np.interp([river.centre.project(Point(p)) for p in line.coords], along, 2 * river.half_width_m)
    return line, [round(float(w), 1) for w in width]


def river_features(river: Creek) -> Iterator[Feature]:
    """Return the centre line as a feature with its widths."""
    line, width = centre_line(river)
    yield "river-1", line, {"name": RIVER, "name_en": RIVER_EN, "width_m": width}


def write_stations(path: Path, river: Creek, facilities: list[Feature]) -> None:
    """Write the station table: everything that reports, in the order of the facilities; outfalls come last."""
    line, _ = centre_line(river)
    rows = [_row(line, shape, row) for _, shape, row in facilities]
    outfalls = [_outfall(row) for row in rows if row["id"] in OUTFALLS]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *outfalls])


def _row(line: LineString, place: Point, facility: dict[str, object]) -> dict[str, object]:
    code = str(facility["code"])
    row: dict[str, object] = {
        "id": code,
        "name": facility["name"],
        "name_en": facility["name_en"],
        "x": round(place.x, 2),
        "y": round(place.y, 2),
        "kinds": "camera",
        "interval_s": 60,
    }
    if facility["kind"] == "camera":
        return row
    row |= {"river": RIVER, "chainage_m": round(line.project(place), 1), "datum": WUSONG, "datum_offset_m": 0}
    if facility["kind"] == "sluice":
        return row | {"kinds": "sluice", "address.sl427": f"310107{int(code[2:]):05d}", "interval_s": 300}
    if facility["kind"] == "pump":
        row |= {"kinds": "pump rain", "address.sl427": f"310107{int(code[2:]) + 100:05d}"}
        return row | {"address.sl651": f"00631008{int(code[2:]):02d}", "interval_s": 300}
    return row | _gauge(code)


def _gauge(code: str) -> dict[str, object]:
    number = int(code[3:])
    kinds = ["level", *(["flow"] if code in FLOW else []), *(["quality"] if code in QUALITY else [])]
    row: dict[str, object] = {
        "kinds": " ".join(kinds),
        "address.sl651": f"00631007{number:02d}",
        "interval_s": 300,
        **LEVELS_M,
        "left_bank_m": BANK_M,
        "right_bank_m": BANK_M,
    }
    if code in LOW_BANKS_M:
        row |= dict([LOW_BANKS_M[code]])
    if code in QUALITY:
        row |= {"address.hj212": f"310107{number:018d}", "target_class": 4}
    if code == ON_NATIONAL_DATUM:
        levels = {
            key: round(float(row[key]) - NATIONAL_OFFSET_M, 2) for key in (*LEVELS_M, "left_bank_m", "right_bank_m")
        }
        row |= {"datum": NATIONAL, "datum_offset_m": NATIONAL_OFFSET_M, **levels}
    return row


def _outfall(pump: dict[str, object]) -> dict[str, object]:
    code = f"PK{str(pump['id'])[2:]}"
    return {
        **pump,
        "id": code,
        "name": str(pump["name"]).replace("雨水泵站", "雨水排口"),
        "name_en": str(pump["name_en"]).replace("pumping station", "outfall"),
        "kinds": "outfall",
        "address.hj212": f"310107{900 + int(code[2:]):018d}",
        "address.sl651": "",
        "address.sl427": "",
    }
