"""Lays pictures of a CityGML file on its surfaces: georeferenced ones seen from above, others by their matrix."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanping.domain.crs import LOCAL, converter
from sanping.domain.errors import CrsMissing, FileBroken, InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.texture import Picture
from sanping.formats.citygml_appearance import Draped
from sanping.formats.citygml_crs import Located, axis_plan
from sanping.formats.picture_places import (
    PLACE_BROKEN,
    PicturePlace,
    Projection,
    place_beside,
    place_from,
    place_within,
    projection_from,
)
from sanping.formats.pictures import PictureShelf, beside, pictures_before, size_of

IntArray = npt.NDArray[np.int64]

UNPLACED = Text(
    "按地理坐标贴的纹理图片没有位置；请在图片旁补上世界文件（如 .pgw、.jgw、.tfw）（对象按自身颜色显示）",
    "picture laid by geographic place that names none; put its world file (such as .pgw, .jgw, .tfw) beside it "
    "(shown in the colour of the object)",
)
ELSEWHERE = Text(
    "按地理坐标贴的纹理图片不在该面上；请核对图片的位置与坐标系（该面不贴图）",
    "surface on which its georeferenced picture does not lie; check place and CRS of the picture (shown without)",
)

_THINNEST_M = 0.01

Counted = tuple[Text, str, int]
"""What is to be counted, an example, and how many."""


class Drape:
    """The ground that pictures are laid on: corners `points` (c, 3) in the frame of `located`, the model at `path`."""

    def __init__(self, points: Float64Array, located: Located, path: Path, shelf: PictureShelf) -> None:
        self._points, self._located, self._path, self._shelf = points, located, path, shelf

    def lay(
        self, draped: Draped, first: IntArray, counts: IntArray, onto: tuple[Float64Array, IntArray]
    ) -> Iterator[Counted]:
        """Lay a picture on polygons of `counts` corners (q,), all above 0, from `first` (q,) on; yield what failed.

        `onto` are the texture coordinates (c, 2), right and down, and numbers of pictures (c,) of all corners.
        """
        name, wrap = draped.name, draped.wrap
        made = partial(_picture, self._path, draped)
        kept = self._shelf.put((name, wrap), name, made)
        if kept is None:
            return
        starts = np.cumsum(counts) - counts
        corners = np.repeat(first - starts, counts) + np.arange(int(counts.sum()))
        try:
            data = self._shelf.sheet(kept[0]).data
            uv = self._uv(self._place(draped, data), self._points[corners], size_of(data))
        except InputError as error:
            yield error.message, name, 1
            return
        low, high = np.minimum.reduceat(uv, starts), np.maximum.reduceat(uv, starts)
        is_there = np.isfinite(low + high).all(axis=1)
        if wrap == "clamp":
            is_there &= ((low < 1.0) & (high > 0.0)).all(axis=1)
        is_seen = np.ones(len(starts), np.bool_)
        if draped.matrix is None:
            is_seen = ~_upright(self._points[corners, :2], starts, counts)
        if not is_there[is_seen].all():
            yield ELSEWHERE, name, int(np.count_nonzero(~is_there[is_seen]))
        uv -= np.repeat(pictures_before(low[None], wrap) + np.zeros_like(low), counts, axis=0)
        is_laid = np.repeat(is_there & is_seen, counts)
        onto[0][corners[is_laid]], onto[1][corners[is_laid]] = uv[is_laid], kept[0]

    def _place(self, draped: Draped, data: bytes) -> PicturePlace | Projection:
        """Return where a picture lies: as written in the file, else by its world file or the picture itself."""
        if draped.matrix is not None:
            crs, is_swapped = self._frame_of(draped.srs)
            return projection_from(draped.matrix.split(), crs, is_swapped=is_swapped)
        if draped.orientation and draped.point:
            return self._written_place(draped)
        by_file = partial(place_beside, self._path, draped.name)
        by_itself = partial(place_within, data)
        for look in (by_file, by_itself) if draped.prefers_world_file else (by_itself, by_file):
            found = look()
            if found is not None:
                return found
        raise FileBroken(UNPLACED)

    def _written_place(self, draped: Draped) -> PicturePlace:
        """Return the place by referencePoint and orientation, which count in the order of axes of their CRS."""
        try:
            matrix = [float(word) for word in draped.orientation.split()]
            point = [float(word) for word in draped.point.replace(",", " ").split()]
        except ValueError as error:
            raise FileBroken(PLACE_BROKEN) from error
        found = place_from(matrix, point)
        crs, is_swapped = self._frame_of(draped.srs, found.first[None])
        order = slice(None, None, -1 if is_swapped else 1)
        return PicturePlace(steps=found.steps[order], first=found.first[order], crs=crs)

    def _frame_of(self, srs: str, point: Float64Array | None = None) -> tuple[str, bool]:
        """Return the CRS of numbers written in the file, "" for that of the model, and whether north comes first."""
        if srs in ("", self._located.file_srs):
            return "", self._located.is_swapped
        plan = axis_plan(srs, "", np.zeros((0, 2)) if point is None else point, lambda: -1.0)
        return plan.crs, plan.is_swapped

    def _uv(self, place: PicturePlace | Projection, points: Float64Array, size: tuple[int, int]) -> Float64Array:
        try:
            is_own = place.crs in ("", self._located.source_crs, LOCAL)
            there = (self._located.back if is_own else converter(self._located.frame.crs, place.crs))(points)
        except CrsMissing as error:
            raise FileBroken(PLACE_BROKEN) from error
        return place.uv(there, size)


def _picture(path: Path, draped: Draped) -> Picture:
    return Picture(data=beside(path, draped.name), across=draped.wrap, down=draped.wrap, is_cut_out=True)


def _upright(points: Float64Array, starts: IntArray, counts: IntArray) -> npt.NDArray[np.bool_]:
    """Say which polygons (q,), of `counts` corners from `starts` on, are a line when seen from above, as walls are."""
    centres = np.add.reduceat(points, starts) / counts[:, None]
    x, y = (points - np.repeat(centres, counts, axis=0)).T
    xx, yy, xy = (np.add.reduceat(product, starts) / counts for product in (x * x, y * y, x * y))
    return np.asarray(xx * yy - xy * xy <= _THINNEST_M**2 * (xx + yy))
