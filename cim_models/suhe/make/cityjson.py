"""CityJSON 2.0, compact: integer vertices with a transform, shared per object, one geometry per object."""

import json
from pathlib import Path
from typing import Any

from cim_models.suhe.make import solids
from cim_models.suhe.make.design import Design, Mass
from cim_models.suhe.make.frame import extent
from cim_models.suhe.make.solids import Solid
from shapely.geometry import Polygon

SCALE_M = 0.01
ATTRIBUTION = "模拟数据 synthetic: 三屏 Sanping, cim_models/suhe/make; Apache-2.0"


class CityWriter:
    """Collects city objects and writes one file; identical input gives identical bytes."""

    def __init__(self, title: str) -> None:
        west, south, _, _ = extent().bounds
        self._origin = (west, south, 0.0)
        self._title = title
        self._objects: dict[str, Any] = {}
        self._vertices: list[tuple[int, int, int]] = []

    def add(self, name: str, kind: str, bodies: list[Solid], attributes: dict[str, object], parent: str = "") -> None:
        """Add one object; several bodies become a MultiSolid, none leaves it to its parts."""
        entry: dict[str, Any] = {"type": kind, "attributes": attributes}
        if bodies:
            entry["geometry"] = [self._geometry(bodies)]
        if parent:
            entry["parents"] = [parent]
            self._objects[parent].setdefault("children", []).append(name)
        self._objects[name] = entry

    def _geometry(self, bodies: list[Solid]) -> dict[str, Any]:
        seen: dict[tuple[int, int, int], int] = {}
        kinds: list[str] = []
        shells, values = [], []
        for body in bodies:
            shell, marks = [], []
            for face in body.faces:
                rings = [self._ring(ring, seen) for ring in face.rings]
                rings = [ring for ring in rings if len(ring) > 2]
                if not rings:
                    continue
                if face.surface not in kinds:
                    kinds.append(face.surface)
                shell.append(rings)
                marks.append(kinds.index(face.surface))
            shells.append([shell])
            values.append([marks])
        solid = len(bodies) == 1
        return {
            "type": "Solid" if solid else "MultiSolid",
            "lod": "2.2",
            "boundaries": shells[0] if solid else shells,
            "semantics": {"surfaces": [{"type": kind} for kind in kinds], "values": values[0] if solid else values},
        }

    def _ring(self, ring: solids.Ring, seen: dict[tuple[int, int, int], int]) -> list[int]:
        indices: list[int] = []
        for point in ring:
            key = tuple(round((value - zero) / SCALE_M) for value, zero in zip(point, self._origin, strict=True))
            assert len(key) == 3
            if key not in seen:
                seen[key] = len(self._vertices)
                self._vertices.append(key)
            if seen[key] not in indices:
                indices.append(seen[key])
        return indices

    def write(self, path: Path) -> None:
        """Write the file."""
        columns = list(zip(*self._vertices, strict=True))
        box = [min(c) for c in columns] + [max(c) for c in columns]
        document = {
            "type": "CityJSON",
            "version": "2.0",
            "transform": {"scale": [SCALE_M] * 3, "translate": list(self._origin)},
            "metadata": {
                "title": self._title,
                "referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/4549",
                "geographicalExtent": [round(v * SCALE_M + self._origin[i % 3], 2) for i, v in enumerate(box)],
                "referenceDate": "2026-11-21",
                "pointOfContact": {"contactName": ATTRIBUTION, "emailAddress": "none@example.org"},
            },
            "synthetic": True,
            "CityObjects": self._objects,
            "vertices": self._vertices,
        }
        path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def body_of(mass: Mass, base_m: float, foot_m: float) -> Solid:
    """Return the solid of a mass above `base_m`; masses on the ground reach down to `foot_m`."""
    bottom = foot_m if mass.bottom_m <= 0 else base_m + mass.bottom_m
    top = base_m + mass.top_m
    ring = solids.outline(mass.plan)
    match mass.roof:
        case "gable":
            return solids.pitched(ring, bottom, top, mass.rise_m)
        case "hip":
            length, depth = _sides(mass.plan)
            return solids.pitched(ring, bottom, top, mass.rise_m, hip=min(0.9, depth / length))
        case "sawtooth":
            length, _ = _sides(mass.plan)
            return solids.sawtooth(ring, bottom, top, mass.rise_m, max(2, round(length / 9)))
        case "dome":
            centre = mass.plan.centroid
            radius = (mass.plan.area / 3.1416) ** 0.5
            return solids.dome((centre.x, centre.y), radius, base_m + mass.bottom_m, mass.rise_m)
        case "taper":
            return solids.loft(ring, bottom, solids.scaled(ring, mass.rise_m), top)
        case _:
            return solids.prism(mass.plan, bottom, top)


def _sides(plan: Polygon) -> tuple[float, float]:
    box = list(plan.minimum_rotated_rectangle.exterior.coords)
    lengths = sorted(((box[i][0] - box[i + 1][0]) ** 2 + (box[i][1] - box[i + 1][1]) ** 2) ** 0.5 for i in (0, 1))
    return lengths[1], lengths[0]


def add_building(
    writer: CityWriter, name: str, made: Design, attributes: dict[str, object], stand: tuple[float, float]
) -> None:
    """Add a building: one object, or a parent whose parts are its masses grouped by `part`.

    `stand` is the level in metres that its walls reach down to, and the level its heights are counted from.
    """
    foot_m, base_m = stand
    parts = sorted({mass.part for mass in made.masses})
    if len(parts) == 1:
        writer.add(name, "Building", [body_of(m, base_m, foot_m) for m in made.masses], attributes)
        return
    writer.add(name, "Building", [], attributes)
    for part in parts:
        masses = [m for m in made.masses if m.part == part]
        title = made.part_names[part] if part < len(made.part_names) else f"{part + 1}号体"
        row: dict[str, object] = {
            "name": f"{attributes['name']} {title}",
            "usage": attributes["usage"],
            "usage_zh": attributes["usage_zh"],
        }
        writer.add(f"{name}-{part + 1}", "BuildingPart", [body_of(m, base_m, foot_m) for m in masses], row, parent=name)
