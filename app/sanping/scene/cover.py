"""The cover map: light of streets, distance to water, green, built-up land; pure numpy."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.scene.height_field import HeightField, box_blurred, raise_in_place
from sanping.scene.ribbons import densified

REACH_M = 64.0
NEAR_CELLS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Flat triangles: points (v, 3) in scene metres, triangles (t, 3)."""

    points: Float32Array
    triangles: Int32Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Flats:
    """What lies on the ground: roads as points (n, 2) with their share of light, water and green as sheets."""

    roads: list[tuple[Float64Array, float]]
    water: list[Sheet]
    green: list[Sheet]


def cover_map(field: HeightField, flats: Flats) -> UInt8Array:
    """Return (rows, columns, 4) on a grid that spans the field: street light, bank distance, green, spare."""
    rows, columns = field.heights_m.shape
    step = max(1, int(np.ceil(max(rows, columns) / 1024)))
    grid = HeightField(
        west=field.west,
        south=field.south,
        cell_m=field.cell_m * step,
        heights_m=np.zeros((-(-rows // step), -(-columns // step)), np.float32),
    )
    pixels = np.zeros((*grid.heights_m.shape, 4), np.uint8)
    pixels[..., 0] = np.clip(_street_light(grid, flats.roads) * 255, 0, 255)
    mask = _filled(grid, flats.water) > 0
    pixels[..., 1] = np.clip(127.5 + bank_distance(grid, mask, flats.water) / REACH_M * 127.5, 0, 255)
    pixels[..., 2] = (box_blurred((_filled(grid, flats.green) > 0).astype(np.float32), 1) * 255).astype(np.uint8)
    return pixels


def signed_distance(mask: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", cell_m: float) -> Float32Array:
    """Distance to the edge of the mask in metres, negative inside, exact up to `REACH_M`."""
    reach = int(np.ceil(REACH_M / cell_m)) + 1
    return _distance(mask, cell_m, reach) - _distance(~mask, cell_m, reach)


def bank_distance(grid: HeightField, mask: npt.NDArray[np.bool_], sheets: list[Sheet]) -> Float32Array:
    """Return the distance of each cell's middle to the bank, negative in water.

    Beside a bank it is the distance to the very edge of the sheets, so that what is read between cells follows a bank
    that crosses them; a mask of cells alone would lay a staircase beside it.
    """
    sign = np.where(mask, np.float32(-1), np.float32(1))
    known: Float32Array = (signed_distance(mask, grid.cell_m) - sign * (0.5 * grid.cell_m)).astype(np.float32)
    edges = [_edges(sheet) for sheet in sheets if len(sheet.triangles)]
    if not edges:
        return known
    near = _distance_to(grid, np.concatenate(edges))
    return np.where(near <= NEAR_CELLS * grid.cell_m, sign * near, known).astype(np.float32)


def _edges(sheet: Sheet) -> Float64Array:
    """Return the outer edges (n, 2, 2) of a sheet: those that only one of its triangles has."""
    pairs = np.sort(sheet.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    edges, count = np.unique(pairs, axis=0, return_counts=True)
    return sheet.points[edges[count == 1], :2].astype(np.float64)


def _distance_to(grid: HeightField, edges: Float64Array) -> Float32Array:
    """Return the distance of each cell's middle to the nearest edge, infinite for cells farther than two cells."""
    rows, columns = grid.heights_m.shape
    places = (edges - (grid.west, grid.south)) / grid.cell_m - 0.5
    pieces = np.maximum(1, np.ceil(np.linalg.norm(places[:, 1] - places[:, 0], axis=1))).astype(np.int64)
    owner = np.repeat(np.arange(len(places)), pieces)
    at = (np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces))[:, None]
    step = (places[owner, 1] - places[owner, 0]) / pieces[owner, None]
    start = places[owner, 0] + at * step
    around = np.arange(-NEAR_CELLS, NEAR_CELLS + 1)
    shift = np.stack(np.meshgrid(around, around), axis=-1).reshape(1, -1, 2)
    cells = np.rint(start + 0.5 * step).astype(np.int64)[:, None] + shift
    away = cells - start[:, None]
    along = np.einsum("pcd,pd->pc", away, step) / np.maximum((step * step).sum(axis=1), 1e-12)[:, None]
    away = away - np.clip(along, 0.0, 1.0)[..., None] * step[:, None]
    distance = (np.sqrt((away * away).sum(axis=-1)) * grid.cell_m).astype(np.float32)
    inside = (cells >= 0).all(axis=-1) & (cells[..., 0] < columns) & (cells[..., 1] < rows)
    nearest = np.full((rows, columns), np.inf, np.float32)
    np.minimum.at(nearest, (cells[..., 1][inside], cells[..., 0][inside]), distance[inside])
    return nearest


def _distance(mask: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", cell_m: float, reach: int) -> Float32Array:
    if not mask.any():
        return np.full(mask.shape, REACH_M, np.float32)
    far = np.float32(1e9)
    squared = np.where(mask, np.float32(0), far).astype(np.float32)
    for axis in (1, 0):
        best = squared.copy()
        for shift in range(1, reach + 1):
            cost = np.float32((shift * cell_m) ** 2)
            for here, there in ((slice(shift, None), slice(None, -shift)), (slice(None, -shift), slice(shift, None))):
                a, b = ((slice(None), here), (slice(None), there)) if axis == 1 else ((here,), (there,))
                np.minimum(best[a], squared[b] + cost, out=best[a])
        squared = best
    return np.minimum(np.sqrt(squared), np.float32(REACH_M))


def _filled(grid: HeightField, sheets: list[Sheet]) -> Float32Array:
    filled = np.zeros_like(grid.heights_m)
    for sheet in sheets:
        flat = sheet.points.copy()
        flat[:, 2] = 1.0
        raise_in_place(filled, grid, flat, sheet.triangles)
    return filled


def _street_light(grid: HeightField, roads: list[tuple[Float64Array, float]]) -> Float32Array:
    light = np.zeros_like(grid.heights_m)
    rows, columns = light.shape
    if roads:
        dense = [densified(path, grid.cell_m * 0.5) for path, _ in roads]
        spots = np.concatenate(dense)
        shares = np.repeat([share for _, share in roads], [len(path) for path in dense]).astype(np.float32)
        column = ((spots[:, 0] - grid.west) / grid.cell_m).astype(int)
        row = ((spots[:, 1] - grid.south) / grid.cell_m).astype(int)
        inside = np.flatnonzero((column >= 0) & (row >= 0) & (column < columns) & (row < rows))
        weakest_first = inside[np.argsort(shares[inside], kind="stable")]
        light[row[weakest_first], column[weakest_first]] = shares[weakest_first]
    near = max(1, round(7.0 / grid.cell_m))
    wide = max(2, round(22.0 / grid.cell_m))
    tight = box_blurred(box_blurred(light, near), near)
    soft = box_blurred(box_blurred(light, wide), wide)
    return np.minimum(tight * (near * 1.1) + soft * wide * 0.35, 1.0)
