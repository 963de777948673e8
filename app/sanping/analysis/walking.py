"""How far people walk from facilities along streets, and which buildings that serves."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
import shapely.ops

from sanping.domain.geo import Float64Array

WALK_M_PER_MIN = 66.7
"""Four kilometres an hour: 300, 500 and 1 000 m are the 5, 10 and 15 minutes of GB 50180-2018."""
_WELD_M = 0.5
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streets:
    """A network: `nodes` (n, 2), `links` (l, 2) rows of nodes, `length_m` (l,)."""

    nodes: Float64Array
    links: Rows
    length_m: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea:
    """How far each node is from the nearest facility by way of streets (m, ∞ beyond reach), and which facility that is.

    `reached` are the pieces of streets within reach.
    """

    streets: Streets
    distance_m: Float64Array
    facility: Rows
    limit_m: float
    reached: Sequence[shapely.LineString]


def streets_of(lines: Sequence[shapely.Geometry], step_m: float = 25.0, gap_m: float = 15.0) -> Streets:
    """Return the network of lines that cross and touch; ends that lie within half a metre are one.

    A line that ends less than `gap_m` beside another is led on to it: side streets are often drawn to the kerb only.
    """
    lines = [*lines, *_led_on(shapely.get_parts(np.array(list(lines), object)), gap_m)]
    noded = shapely.segmentize(shapely.node(shapely.union_all(np.array(list(lines), object), grid_size=0.01)), step_m)
    parts = shapely.get_parts(noded)
    at, line = shapely.get_coordinates(parts, return_index=True)
    if not len(at):
        return Streets(nodes=np.zeros((0, 2)), links=np.zeros((0, 2), np.int64), length_m=np.zeros(0))
    _, first, node = np.unique(np.round(at / _WELD_M), axis=0, return_index=True, return_inverse=True)
    node = node.reshape(-1).astype(np.int64)
    is_link = (line[1:] == line[:-1]) & (node[1:] != node[:-1])
    links = np.column_stack([node[:-1], node[1:]])[is_link]
    nodes = at[first]
    return Streets(nodes=nodes, links=links, length_m=np.linalg.norm(np.diff(at, axis=0), axis=1)[is_link])


def _led_on(lines: npt.NDArray[np.object_], gap_m: float) -> list[shapely.LineString]:
    """Return what is missing between the ends of lines and the nearest other line."""
    if not len(lines):
        return []
    owner = np.repeat(np.arange(len(lines)), 2)
    ends = np.concatenate([[shapely.get_point(line, 0), shapely.get_point(line, -1)] for line in lines])
    row, other = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=gap_m)
    is_other = owner[row] != other
    row, other = row[is_other], other[is_other]
    away = shapely.distance(ends[row], lines[other])
    order = np.lexsort((away, row))
    row, other, away = row[order], other[order], away[order]
    row, first = np.unique(row, return_index=True)
    is_apart = away[first] > _WELD_M / 10.0
    return list(shapely.shortest_line(ends[row], lines[other[first]])[is_apart])


def service_area(streets: Streets, facilities: Float64Array, limit_m: float) -> ServiceArea:
    """Return what lies within a walk of `limit_m` from facilities (f, 2); each starts at the street nearest to it.

    The way from a facility to its street counts. Dijkstra (1959).
    """
    count = len(streets.nodes)
    around: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for (a, b), length in zip(streets.links.tolist(), streets.length_m.tolist(), strict=True):
        around[a].append((b, length))
        around[b].append((a, length))
    distance, nearest = np.full(count, np.inf), np.full(count, -1, np.int64)
    waiting: list[tuple[float, int, int]] = []
    if count:
        for number, place in enumerate(facilities):
            away = np.hypot(*(streets.nodes - place).T)
            node = int(away.argmin())
            waiting.append((float(away[node]), node, number))
    heapq.heapify(waiting)
    while waiting:
        walked, node, number = heapq.heappop(waiting)
        if walked >= distance[node] or walked > limit_m:
            continue
        distance[node], nearest[node] = walked, number
        for other, length in around[node]:
            if walked + length < distance[other]:
                heapq.heappush(waiting, (walked + length, other, number))
    reached = _reached(streets, distance, limit_m)
    return ServiceArea(streets=streets, distance_m=distance, facility=nearest, limit_m=limit_m, reached=reached)


def _reached(streets: Streets, distance: Float64Array, limit_m: float) -> list[shapely.LineString]:
    """Return the pieces of links within reach, from either end."""
    found = []
    for (a, b), length in zip(streets.links.tolist(), streets.length_m.tolist(), strict=True):
        line = shapely.LineString([streets.nodes[a], streets.nodes[b]])
        left = [max(0.0, min(length, limit_m - distance[end])) if np.isfinite(distance[end]) else 0.0 for end in (a, b)]
        if sum(left) >= length:
            found.append(line)
            continue
        for end, reach in zip((0, 1), left, strict=True):
            if reach > 0.0:
                share = reach / length
                piece = (0.0, share) if end == 0 else (1.0 - share, 1.0)
                found.append(shapely.ops.substring(line, *piece, normalized=True))
    return found


def walks_to(area: ServiceArea, places: Float64Array, most_off_m: float = 80.0) -> Float64Array:
    """Return how far places (n, 2) are from their facility by streets and straight to the nearest; ∞ beyond reach."""
    if not len(area.streets.nodes):
        return np.full(len(places), np.inf)
    tree = shapely.STRtree(shapely.points(area.streets.nodes))
    (row, node), away = tree.query_nearest(shapely.points(places), max_distance=most_off_m, return_distance=True)
    found = np.full(len(places), np.inf)
    np.minimum.at(found, row, area.distance_m[node] + away)
    found[found > area.limit_m] = np.inf
    return found
