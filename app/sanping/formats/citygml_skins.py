"""Brings the appearances of a CityGML file to the corners of its polygons."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.texture import Picture, Texturing, Wrap
from sanping.formats.citygml_appearance import Colour
from sanping.formats.citygml_crs import Located
from sanping.formats.citygml_draping import Counted, Drape
from sanping.formats.citygml_harvest import Harvest
from sanping.formats.citygml_numbers import numbers_of
from sanping.formats.columns import SkipLog
from sanping.formats.pictures import (
    KINDS_ONLY,
    UV_MISMATCHED,
    PictureShelf,
    beside,
    gathered,
    one_colour,
    pictures_before,
    says_kinds_only,
)

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corners:
    """The corners of the polygons in use: `points` (c, 3), rings from `ring_start` (r + 1,), `first_ring` (q + 1,).

    `polygon` (q,) numbers them as harvested, `kind` (q,) is their `SurfaceKind`; `is_flipped` (q,) says that their
    corners stand in reverse. `located` tells of the frame of the points.
    """

    points: Float64Array
    ring_start: IntArray
    first_ring: IntArray
    polygon: IntArray
    kind: IntArray
    is_flipped: npt.NDArray[np.bool_]
    located: Located


def texturing_of(
    harvest: Harvest, corners: Corners, path: Path, skips: SkipLog
) -> tuple[Texturing | None, tuple[Text, ...]]:
    """Return the pictures and colours on corners (c,), None where the file has none to be shown; and what to note."""
    looks = harvest.looks
    if looks is None or not (looks.rings or looks.colours or looks.draped):
        return None, ()
    shelf = PictureShelf(skips)
    count = len(corners.points)
    point_uv = np.zeros((count, 2))
    point_picture = np.full(count, -1, dtype=np.int64)
    for colour, polygons in _coloured(harvest):
        number = one_colour(shelf, colour)
        point_picture[_corners_of(corners, np.isin(corners.polygon, polygons))] = number
        point_uv[_corners_of(corners, np.isin(corners.polygon, polygons))] = 0.5
    for counted in _draped(harvest, corners, path, shelf, (point_uv, point_picture)):
        skips.add(*counted)
    numbers, texts = _pictured(harvest, corners, path, shelf)
    _lay(corners, (numbers, texts), (point_uv, point_picture), [wrap for _, wrap in looks.pictures], skips)
    firsts = corners.ring_start[corners.first_ring[:-1]]
    if says_kinds_only(shelf, corners.kind, point_picture[np.minimum(firsts, max(0, count - 1))]):
        return None, (KINDS_ONLY,)
    return gathered(shelf, point_uv, point_picture), ()


def _coloured(harvest: Harvest) -> Iterator[tuple[Colour, list[int]]]:
    """Yield each colour with the polygons that have it."""
    assert harvest.looks is not None
    painted: dict[Colour, list[int]] = {}
    for name, polygons in _named(harvest, harvest.looks.colours):
        painted.setdefault(harvest.looks.colours[name], []).extend(polygons)
    yield from painted.items()


def _named(harvest: Harvest, names: Collection[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield each name with the polygons that it means: one by its id, or those that geometry of this id holds."""
    places: dict[str, list[int]] = {}
    if names:
        for number, identity in enumerate(harvest.polygon_ids):
            if identity:
                places.setdefault(identity.decode("utf-8", "replace"), []).append(number)
    for name in names:
        group = harvest.groups.get(name)
        claims = harvest.claims[group.claims[0] : group.claims[1]] if group is not None else ()
        held = [polygon for first, count, *_ in claims for polygon in range(first, first + count)]
        yield name, [*held, *places.get(name, ())]


def _draped(
    harvest: Harvest, corners: Corners, path: Path, shelf: PictureShelf, onto: tuple[Float64Array, IntArray]
) -> Iterator[Counted]:
    """Lay the pictures with a place or a matrix, the first that names a surface counting; yield what is to count."""
    assert harvest.looks is not None
    pictures = harvest.looks.draped
    by_name = {target: number for number in reversed(range(len(pictures))) for target in pictures[number].targets}
    owner = np.full(len(harvest.polygon_ids), len(pictures), dtype=np.int64)
    for name, polygons in _named(harvest, by_name):
        owner[polygons] = np.minimum(owner[polygons], by_name[name])
    first = corners.ring_start[corners.first_ring[:-1]]
    counts = corners.ring_start[corners.first_ring[1:]] - first
    mine = np.where(counts > 0, owner[corners.polygon], len(pictures))
    order = np.argsort(mine, kind="stable")
    ends = np.searchsorted(mine[order], np.arange(len(pictures) + 1))
    drape = Drape(corners.points, corners.located, path, shelf)
    for number in np.flatnonzero(np.diff(ends)).tolist():
        chosen = order[ends[number] : ends[number + 1]]
        yield from drape.lay(pictures[number], first[chosen], counts[chosen], onto)


def _pictured(
    harvest: Harvest, corners: Corners, path: Path, shelf: PictureShelf
) -> tuple[IntArray, tuple[list[bytes], IntArray, IntArray]]:
    """Return the shelf number of each polygon (q,), −1 for none; texts of coordinates, which of them, which picture."""
    assert harvest.looks is not None
    looks = harvest.looks
    number = np.full(len(corners.polygon), -1, dtype=np.int64)
    which, named = np.zeros(len(number), dtype=np.int64), np.zeros(len(number), dtype=np.int64)
    texts: list[bytes] = []
    for place, polygon in enumerate(corners.polygon.tolist()):
        found = looks.rings.get(harvest.ring_ids[polygon] or b"")
        if found is None:
            continue
        name, wrap = looks.pictures[found[0]]
        kept = shelf.put((name, wrap), name, partial(_picture, path, name, wrap))
        if kept is not None:
            number[place], which[place], named[place] = kept[0], len(texts), found[0]
            texts.append(found[1])
    return number, (texts, which, named)


def _picture(path: Path, name: str, wrap: Wrap) -> Picture:
    return Picture(data=beside(path, name), across=wrap, down=wrap, is_cut_out=True)


def _lay(
    corners: Corners,
    pictured: tuple[IntArray, tuple[list[bytes], IntArray, IntArray]],
    onto: tuple[Float64Array, IntArray],
    wraps: list[Wrap],
    skips: SkipLog,
) -> None:
    """Give the corners of polygons with pictures their places; v is up in the file and down with us."""
    number, (texts, which, named) = pictured
    if not texts:
        return
    point_uv, point_picture = onto
    values, sizes = numbers_of(texts)
    begin = np.cumsum(sizes) - sizes
    for place in np.flatnonzero(number >= 0).tolist():
        first, last = int(corners.ring_start[corners.first_ring[place]]), _end(corners, place, 1)
        given = values[begin[which[place]] : begin[which[place]] + sizes[which[place]]]
        uv = given[: len(given) // 2 * 2].reshape(-1, 2)
        if len(uv) == last - first - 1:
            uv = np.concatenate((uv, uv[:1]))
        if len(uv) != last - first or not np.isfinite(uv).all():
            skips.add(UV_MISMATCHED, f"ring of polygon {int(corners.polygon[place]) + 1}")
            continue
        uv = uv[::-1] if corners.is_flipped[place] else uv
        uv = np.column_stack((uv[:, 0], 1.0 - uv[:, 1]))
        uv -= pictures_before(uv, wraps[named[place]])
        end = _end(corners, place, None)
        point_uv[first:last] = uv
        if end > last:
            point_uv[last:end] = _continued(corners.points[first:last], uv, corners.points[last:end])
        point_picture[first:end] = number[place]


def _end(corners: Corners, place: int, rings: int | None) -> int:
    """Return where the corners of a polygon end, or those of its first rings."""
    ring = corners.first_ring[place + 1] if rings is None else corners.first_ring[place] + rings
    return int(corners.ring_start[ring])


def _continued(points: Float64Array, uv: Float64Array, inner: Float64Array) -> Float64Array:
    """Return the places of a hole's corners: a picture lies evenly on a flat surface, as its outer ring says."""
    middle = points.mean(axis=0)
    if not np.isfinite(middle).all() or not np.isfinite(inner).all():
        return np.zeros((len(inner), 2))
    flat = np.column_stack((points - middle, np.ones(len(points))))
    evenly, *_ = np.linalg.lstsq(flat, uv, rcond=None)
    places: Float64Array = np.column_stack((inner - middle, np.ones(len(inner)))) @ evenly
    return places


def _corners_of(corners: Corners, is_meant: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which corners (c,) belong to some polygons (q,)."""
    counts = corners.ring_start[corners.first_ring[1:]] - corners.ring_start[corners.first_ring[:-1]]
    return np.repeat(is_meant, counts)
