"""The symbols of components: which class has which, and their shapes as one picture of distances."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box

from sanping.domain.geo import UInt8Array

SYMBOLS = (
    "other", "cover", "grate", "hydrant", "lamp", "pole", "cabinet", "bus_stop", "sign", "signal", "camera", "bin",
    "toilet", "tree", "bench", "sluice", "sensor",
)  # fmt: skip
"""Their order is known to assets/shaders/component.vert.glsl."""

CELL_PX = 48
SPREAD = 0.35
"""How far from an edge, in halves of a symbol, the picture still tells distances."""


def symbols_of(codes: Sequence[str], folder: Path) -> UInt8Array:
    """Return the symbol (n,) of each class code: of the longest code known that it begins with, else "other".

    The name of a symbol stands for itself. `folder` holds `components.csv`.
    """
    with (folder / "components.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["code"]: SYMBOLS.index(row["symbol"]) for row in csv.DictReader(lines)}
    known.update({name: number for number, name in enumerate(SYMBOLS)})
    different, of_row = np.unique(np.asarray(codes, str), return_inverse=True)
    numbers = np.array([_symbol(code, known) for code in different.tolist()], np.uint8)
    return numbers[of_row.reshape(-1)] if len(numbers) else np.zeros(0, np.uint8)


def _symbol(code: str, known: Mapping[str, int]) -> int:
    return next((known[code[:length]] for length in range(len(code), 0, -1) if code[:length] in known), 0)


def symbol_picture() -> UInt8Array:
    """Return all symbols side by side, (rows, columns, 3): 128 on an edge, more inside, row 0 at the bottom."""
    at = (np.arange(CELL_PX) + 0.5) / CELL_PX * 2.4 - 1.2
    x, y = np.meshgrid(at, at)
    points = shapely.points(x.ravel(), y.ravel())
    cells = []
    for name in SYMBOLS:
        shape = _SHAPES[name]()
        shapely.prepare(shape)
        inside = shapely.contains(shape, points)
        away = shapely.distance(points, shape.boundary)
        signed = np.where(inside, away, -away) / SPREAD
        cells.append(np.clip(np.rint(127.5 + 127.5 * signed), 0, 255).reshape(CELL_PX, CELL_PX))
    return np.concatenate(cells, axis=1).astype(np.uint8)[..., None].repeat(3, axis=2)


def _line(*points: tuple[float, float], width: float = 0.2) -> Any:
    return LineString(points).buffer(width / 2, cap_style="square", join_style="mitre")


def _disc(x: float, y: float, radius: float) -> Any:
    return Point(x, y).buffer(radius)


def _cover() -> Any:
    ring = _disc(0, 0, 0.95).difference(_disc(0, 0, 0.72))
    return ring.union(_disc(0, 0, 0.72).intersection(_line((-1, 0), (1, 0)).union(_line((0, -1), (0, 1)))))


def _grate() -> Any:
    bars = shapely.union_all([box(x - 0.12, -0.62, x + 0.12, 0.62) for x in (-0.5, 0.0, 0.5)])
    return box(-0.95, -0.9, 0.95, 0.9).difference(box(-0.76, -0.72, 0.76, 0.72)).union(bars)


def _hydrant() -> Any:
    return shapely.union_all(
        [box(-0.36, -0.75, 0.36, 0.45), box(-0.55, -0.95, 0.55, -0.72), _disc(0, 0.5, 0.36),
         box(-0.72, 0.0, 0.72, 0.28), box(-0.12, 0.8, 0.12, 1.0)]
    )  # fmt: skip


def _lamp() -> Any:
    post = _line((-0.35, -0.95), (-0.35, 0.75), (0.3, 0.75), width=0.18)
    return post.union(Polygon([(0.1, 0.8), (0.8, 0.8), (0.65, 0.45), (0.25, 0.45)]))


def _pole() -> Any:
    return shapely.union_all([_line((0, -0.95), (0, 0.95)), _line((-0.6, 0.6), (0.6, 0.6), width=0.16)])


def _cabinet() -> Any:
    return box(-0.6, -0.9, 0.6, 0.9).difference(
        shapely.union_all([box(-0.06, -0.7, 0.06, 0.7), box(-0.4, 0.3, -0.18, 0.6), box(0.18, 0.3, 0.4, 0.6)])
    )


def _bus_stop() -> Any:
    body = box(-0.7, -0.6, 0.7, 0.8).difference(box(-0.52, 0.05, 0.52, 0.6))
    lights = shapely.union_all([_disc(-0.42, -0.25, 0.13), _disc(0.42, -0.25, 0.13)])
    wheels = shapely.union_all([box(-0.58, -0.85, -0.3, -0.5), box(0.3, -0.85, 0.58, -0.5)])
    return body.difference(lights).union(wheels)


def _sign() -> Any:
    board = Polygon([(0, 1.0), (0.85, -0.25), (-0.85, -0.25)]).difference(
        Polygon([(0, 0.62), (0.5, -0.07), (-0.5, -0.07)])
    )
    return board.union(_line((0, -0.3), (0, -0.95), width=0.18))


def _signal() -> Any:
    lights = shapely.union_all([_disc(0, y, 0.2) for y in (-0.55, 0.0, 0.55)])
    return box(-0.42, -0.92, 0.42, 0.92).difference(lights)


def _camera() -> Any:
    body = shapely.affinity.rotate(box(-0.8, 0.1, 0.55, 0.6), -15, origin=(0, 0.35))
    return shapely.union_all(
        [body, _line((0.0, 0.1), (0.0, -0.4), (-0.7, -0.4), width=0.2), box(-0.85, -0.8, -0.62, 0.0)]
    )


def _bin() -> Any:
    body = Polygon([(-0.55, 0.45), (0.55, 0.45), (0.42, -0.95), (-0.42, -0.95)])
    slots = shapely.union_all([box(-0.22, -0.7, -0.1, 0.25), box(0.1, -0.7, 0.22, 0.25)])
    return shapely.union_all([body.difference(slots), box(-0.75, 0.55, 0.75, 0.75), box(-0.25, 0.75, 0.25, 0.92)])


def _toilet() -> Any:
    man = shapely.union_all(
        [_disc(-0.45, 0.7, 0.22), Polygon([(-0.75, 0.4), (-0.15, 0.4), (-0.35, -0.9), (-0.55, -0.9)])]
    )
    woman = shapely.union_all([_disc(0.45, 0.7, 0.22), Polygon([(0.45, 0.45), (0.85, -0.4), (0.05, -0.4)]),
                               box(0.3, -0.9, 0.6, -0.3)])  # fmt: skip
    return man.union(woman)


def _tree() -> Any:
    return shapely.union_all([_disc(0, 0.35, 0.6), _line((0, -0.3), (0, -0.75)), box(-0.75, -0.95, 0.75, -0.72)])


def _bench() -> Any:
    return shapely.union_all(
        [
            box(-0.85, -0.15, 0.85, 0.05),
            box(-0.85, 0.25, 0.85, 0.5),
            box(-0.7, -0.7, -0.5, 0.5),
            box(0.5, -0.7, 0.7, 0.5),
        ]
    )


def _sluice() -> Any:
    frame = shapely.union_all([box(-0.9, -0.9, -0.68, 0.9), box(0.68, -0.9, 0.9, 0.9), box(-0.9, 0.68, 0.9, 0.9)])
    return shapely.union_all([frame, box(-0.5, -0.2, 0.5, 0.35), _line((0, 0.3), (0, 0.75), width=0.16),
                              box(-0.6, -0.75, 0.6, -0.55)])  # fmt: skip


def _sensor() -> Any:
    waves = [_disc(0, -0.3, r + 0.1).difference(_disc(0, -0.3, r - 0.1)) for r in (0.55, 0.95)]
    above = Polygon([(0, -0.3), (1.6, 1.6), (-1.6, 1.6)])
    return shapely.union_all([_disc(0, -0.3, 0.26), *(wave.intersection(above) for wave in waves),
                              box(-0.1, -0.95, 0.1, -0.3)])  # fmt: skip


def _other() -> Any:
    return box(-0.7, -0.7, 0.7, 0.7).difference(box(-0.45, -0.45, 0.45, 0.45)).union(_disc(0, 0, 0.22))


_SHAPES = {
    "other": _other, "cover": _cover, "grate": _grate, "hydrant": _hydrant, "lamp": _lamp, "pole": _pole,
    "cabinet": _cabinet, "bus_stop": _bus_stop, "sign": _sign, "signal": _signal, "camera": _camera, "bin": _bin,
    "toilet": _toilet, "tree": _tree, "bench": _bench, "sluice": _sluice, "sensor": _sensor,
}  # fmt: skip
