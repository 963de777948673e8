"""Where the instances of an i3dm stand (3D Tiles, annex on i3dm)."""

import numpy as np

from sanping.domain.errors import FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.tiles3d_tables import Table

MOST_INSTANCES = 200_000
_WGS84_A, _WGS84_B = 6_378_137.0, 6_356_752.314_245

_TOO_MANY = Text("实例超过 {limit} 个；请分块", "There are more than {limit} instances; split the tileset")


def instance_matrices(features: Table) -> Float64Array:
    """Return the matrix (n, 4, 4) of each instance, from model coordinates with z up to those of the tile."""
    count = features.number("INSTANCES_LENGTH")
    if count > MOST_INSTANCES:
        raise FileHostile(_TOO_MANY.with_values(limit=MOST_INSTANCES))
    places = features.positions(count)
    centre = features.vector("RTC_CENTER")
    if centre is not None:
        places = places + centre
    matrices = np.tile(np.eye(4), (count, 1, 1))
    matrices[:, :3, :3] = _turns(features, count, places)
    if features.has("SCALE"):
        matrices[:, :3, :3] *= features.column("SCALE", "<f4", 1, count).astype(np.float64)[:, :, None]
    if features.has("SCALE_NON_UNIFORM"):
        matrices[:, :3, :3] *= features.column("SCALE_NON_UNIFORM", "<f4", 3, count).astype(np.float64)[:, None, :]
    matrices[:, :3, 3] = places
    return matrices


def _turns(features: Table, count: int, places: Float64Array) -> Float64Array:
    """Return rotations (n, 3, 3): columns are right, forward and up."""
    if features.has("NORMAL_UP") and features.has("NORMAL_RIGHT"):
        up = features.column("NORMAL_UP", "<f4", 3, count).astype(np.float64)
        right = features.column("NORMAL_RIGHT", "<f4", 3, count).astype(np.float64)
    elif features.has("NORMAL_UP_OCT32P") and features.has("NORMAL_RIGHT_OCT32P"):
        up = _unfolded(features.column("NORMAL_UP_OCT32P", "<u2", 2, count).astype(np.float64))
        right = _unfolded(features.column("NORMAL_RIGHT_OCT32P", "<u2", 2, count).astype(np.float64))
    elif features.json.get("EAST_NORTH_UP") is True:
        up = places / np.array([_WGS84_A**2, _WGS84_A**2, _WGS84_B**2])
        right = np.column_stack((-places[:, 1], places[:, 0], np.zeros(count)))
    else:
        return np.tile(np.eye(3), (count, 1, 1))
    up, right = _unit(up), _unit(right)
    return np.stack((right, np.cross(up, right), up), axis=-1)


def _unit(vectors: Float64Array) -> Float64Array:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def _unfolded(packed: Float64Array) -> Float64Array:
    """Return unit vectors of oct-encoded pairs of 16 bits."""
    xy = packed / 65535.0 * 2.0 - 1.0
    z = 1.0 - np.abs(xy).sum(axis=1)
    folded = np.where(z[:, None] < 0, (1.0 - np.abs(xy[:, ::-1])) * np.where(xy >= 0, 1.0, -1.0), xy)
    return np.column_stack((folded, z))
