"""Bounding volumes of 3D Tiles (clause 7.3, and S2 cells): brought into the frame of the twin."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from pyproj import Transformer

from sanping.analysis.tile_tree import Volumes, volumes
from sanping.domain.geo import Float64Array
from sanping.formats.geocentric import EARTH_CENTRED, placed_on_earth
from sanping.formats.tiles3d_json import extension
from sanping.formats.tiles3d_s2 import EXTENSION, degrees, square_of
from sanping.ports.model_reader import ReadOptions
from sanping.ports.tile_source import RawVolume

_COUNTS = {"box": 12, "region": 6, "sphere": 4}
_EVERYWHERE_M = 1e9
_GRID = np.array([(a, b, c) for a in (0.0, 0.5, 1.0) for b in (0.0, 0.5, 1.0) for c in (0.0, 1.0)])


def raw_volume(tile: Mapping[str, Any], matrix: Float64Array, key: str = "boundingVolume") -> RawVolume | None:
    """Return the volume that a tile declares, None for one that is missing or not understood.

    An S2 cell goes before the other forms, which tilesets give for those who do not know it.
    """
    written = tile.get(key)
    if not isinstance(written, dict):
        return None
    cell = extension(written, EXTENSION)
    if isinstance(cell, Mapping) and (square := square_of(cell.get("token"))) is not None:
        low, high = cell.get("minimumHeight", 0.0), cell.get("maximumHeight", 0.0)
        if _are_numbers([low, high]):
            return RawVolume(kind="s2", numbers=(*square, float(low), float(high)), matrix=matrix)
    for kind, count in _COUNTS.items():
        numbers = written.get(kind)
        if isinstance(numbers, list) and len(numbers) == count and _are_numbers(numbers):
            return RawVolume(kind=kind, numbers=tuple(map(float, numbers)), matrix=matrix)
    return None


def _are_numbers(values: Sequence[object]) -> bool:
    return all(isinstance(one, (int, float)) and bool(np.isfinite(one)) for one in values)


def part_of(volume: RawVolume, level: int, at: tuple[int, ...]) -> RawVolume:
    """Return the volume of a tile of implicit tiling: x, y (and z) of a level below the tile with `volume`."""
    count = float(1 << level)
    numbers = np.array(volume.numbers, np.float64)
    if volume.kind == "region":
        west, south, east, north, low, high = volume.numbers
        east += 2 * np.pi if east < west else 0.0
        x, y = ((east - west) / count, (north - south) / count)
        z = (high - low) / count if len(at) == 3 else high - low
        floor = low + z * at[2] if len(at) == 3 else low
        cut = (west + x * at[0], south + y * at[1], west + x * (at[0] + 1), south + y * (at[1] + 1), floor, floor + z)
        return replace(volume, numbers=cut)
    if volume.kind == "s2":
        face, west, south, east, north, low, high = volume.numbers
        across, up = (east - west) / count, (north - south) / count
        tall = (high - low) / count if len(at) == 3 else high - low
        floor = low + tall * at[2] if len(at) == 3 else low
        west, south = west + across * at[0], south + up * at[1]
        return replace(volume, numbers=(face, west, south, west + across, south + up, floor, floor + tall))
    if volume.kind == "box":
        centre, axes = numbers[:3], numbers[3:].reshape(3, 3).copy()
        for axis, place in enumerate(at):
            centre = centre + axes[axis] * ((2 * place + 1) / count - 1.0)
            axes[axis] /= count
        return replace(volume, numbers=(*centre.tolist(), *axes.reshape(-1).tolist()))
    return volume


def source_points(volume: RawVolume) -> Float64Array:
    """Return points (n, 3) that tell where a volume is, in the coordinates of the tileset.

    A box gives its middle and three ends of its axes, a sphere its middle, a region or an S2 cell 18 points in
    earth-centred metres.
    """
    if volume.kind == "s2":
        west, south, east, north, low, high = volume.numbers[1:]
        grid = _GRID * (east - west, north - south, high - low) + (west, south, low)
        longitude, latitude = degrees(int(volume.numbers[0]), grid[:, :2]).T
        return np.column_stack(_earth().transform(longitude, latitude, grid[:, 2]))
    if volume.kind == "region":
        west, south, east, north, low, high = volume.numbers
        east += 2 * np.pi if east < west else 0.0
        grid = _GRID * (east - west, north - south, high - low) + (west, south, low)
        turned = np.degrees(grid[:, :2])
        return np.column_stack(_earth().transform((turned[:, 0] + 180) % 360 - 180, turned[:, 1], grid[:, 2]))
    numbers = np.array(volume.numbers, np.float64)
    points = numbers[None, :3]
    if volume.kind == "box":
        points = np.concatenate([points, points + numbers[3:].reshape(3, 3)])
    return points @ volume.matrix[:3, :3].T + volume.matrix[:3, 3]


def placed_volumes(raw: Sequence[RawVolume], options: ReadOptions) -> Volumes:
    """Return volumes in the frame that `options` lead to; one that has no place there is everywhere.

    Raises `CrsMissing` or `ProjectInvalid` as models do.
    """
    parts = [source_points(volume) for volume in raw]
    ends = np.cumsum([len(part) for part in parts])
    points, _ = placed_on_earth(np.concatenate(parts), options)
    centre, axes, radius = np.zeros((len(raw), 3)), np.zeros((len(raw), 3, 3)), np.zeros(len(raw))
    for number, (volume, part) in enumerate(zip(raw, np.split(points, ends[:-1]), strict=True)):
        if not np.isfinite(part).all():
            radius[number] = _EVERYWHERE_M
        elif volume.kind in ("region", "s2"):
            low, high = part.min(axis=0), part.max(axis=0)
            centre[number], axes[number] = (low + high) / 2, np.diag((high - low) / 2)
        else:
            centre[number] = part[0]
            axes[number] = part[1:] - part[0] if volume.kind == "box" else 0.0
            if volume.kind == "sphere":
                radius[number] = volume.numbers[3] * np.linalg.norm(volume.matrix[:3, :3], ord=2)
    return volumes(centre, axes, radius)


@cache
def _earth() -> Transformer:
    return Transformer.from_crs("EPSG:4979", EARTH_CENTRED, always_xy=True)
