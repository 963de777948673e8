"""Appearances of CityJSON: textures and materials, brought to the corners of polygons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Raw, Struct

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.texture import Picture, Texturing, Wrap, joined_texturing
from sanping.formats.cityjson_objects import Names, Shape
from sanping.formats.cityjson_text import IntArray, Rings
from sanping.formats.cityjson_words import NULL
from sanping.formats.columns import SkipLog, Triangles
from sanping.formats.pictures import UV_MISMATCHED, WRAP_WORDS, PictureShelf, beside, one_colour, pictures_before

_MALFORMED = Text("材质或纹理无法读取（对象按自身颜色显示）", "appearance that cannot be read (shown without)")

BoolArray = npt.NDArray[np.bool_]


class _Texture(Struct):
    image: str = ""
    wrap: str = msgspec.field(default="", name="wrapMode")


class _Material(Struct):
    diffuse: list[float] | None = msgspec.field(default=None, name="diffuseColor")


class _Appearance(Struct):
    textures: list[_Texture] = msgspec.field(default_factory=list)
    materials: list[_Material] = msgspec.field(default_factory=list)
    vertices: list[tuple[float, float]] = msgspec.field(default_factory=list, name="vertices-texture")
    texture_theme: str = msgspec.field(default="", name="default-theme-texture")
    material_theme: str = msgspec.field(default="", name="default-theme-material")


class _Values(Struct):
    """What a theme says of a geometry: nested like its boundaries, or one value for all."""

    values: list[object] | None = None
    value: int | None = None


_THEMES = msgspec.json.Decoder(dict[str, _Values])


class Looks:
    """The appearance of one document; its pictures lie beside `path`."""

    def __init__(self, appearance: Raw, path: Path, shelf: PictureShelf, skips: SkipLog) -> None:
        self._path, self._shelf = path, shelf
        try:
            found = msgspec.json.decode(appearance, type=_Appearance | None)
        except msgspec.MsgspecError:
            skips.add(_MALFORMED, "appearance")
            found = None
        self.has_any = found is not None and bool(found.textures or found.materials)
        self._found = found or _Appearance()
        self.uv = np.array(self._found.vertices, dtype=np.float64).reshape(-1, 2) * (1.0, -1.0) + (0.0, 1.0)

    def rings(self, shape: Shape) -> list[list[object]] | None:
        """Return texture and corners of each ring of a shape, None when it has none."""
        said = _themed(shape.geometry.texture, self._found.texture_theme)
        return None if said is None or said.values is None else list(_rings(said.values))

    def colours(self, shape: Shape, polygons: int) -> list[int]:
        """Return the shelf number of the colour of each polygon of a shape, −1 for none."""
        said = _themed(shape.geometry.material, self._found.material_theme)
        if said is None:
            return [-1] * polygons
        wanted = list(_leaves(said.values)) if said.values is not None else [said.value] * polygons
        return [self._colour(number) for number in wanted] if len(wanted) == polygons else [-1] * polygons

    def picture(self, number: object) -> tuple[int, Wrap]:
        """Return the shelf number of a texture, −1 for one that is of no use, and how it goes on."""
        textures = self._found.textures
        if not isinstance(number, int) or not 0 <= number < len(textures):
            return -1, "clamp"
        texture = textures[number]
        wrap = WRAP_WORDS.get(texture.wrap, "repeat")
        name = texture.image or f"texture {number}"
        kept = self._shelf.put((texture.image, wrap), name, partial(self._made, texture))
        return (-1 if kept is None else kept[0]), wrap

    def _made(self, texture: _Texture) -> Picture:
        wrap = WRAP_WORDS.get(texture.wrap, "repeat")
        return Picture(data=beside(self._path, texture.image), across=wrap, down=wrap, is_cut_out=True)

    def _colour(self, number: object) -> int:
        materials = self._found.materials
        if not isinstance(number, int) or not 0 <= number < len(materials):
            return -1
        diffuse = materials[number].diffuse
        if diffuse is None or len(diffuse) != 3:
            return -1
        red, green, blue = (round(255 * min(1.0, max(0.0, share))) for share in diffuse)
        return one_colour(self._shelf, (red, green, blue))


@dataclass(frozen=True, slots=True, kw_only=True)
class Skin:
    """Places (c, 2) of all corners on pictures, and the shelf number of each corner's picture (c,), −1 for none."""

    uv: Float64Array
    picture: IntArray

    def chosen(self, corners: BoolArray) -> "Skin":
        """Return that of some corners."""
        return Skin(uv=self.uv[corners], picture=self.picture[corners])

    def onto(self, points: Float64Array, index: IntArray) -> tuple[Float64Array, IntArray, Texturing]:
        """Give corners with pictures points of their own: return points, the corners' index, and their texturing."""
        own = np.flatnonzero(self.picture >= 0)
        index = index.copy()
        used = points[index[own]]
        index[own] = len(points) + np.arange(len(own))
        texturing = Texturing(
            point_uv=np.concatenate((np.zeros((len(points), 2)), self.uv[own])).astype(np.float32),
            point_picture=np.concatenate((np.full(len(points), -1), self.picture[own])).astype(np.int32),
            pictures=(),
        )
        return np.concatenate((points, used)), index, texturing


def skin_of(shapes: Sequence[Shape], rings: Rings, looks: Sequence[Looks], names: Names) -> Skin | None:
    """Return the skin of all corners of shapes, None where no document has an appearance."""
    if not any(one.has_any for one in looks):
        return None
    uv, picture = np.zeros((len(rings.index), 2)), np.full(len(rings.index), -1, dtype=np.int64)
    first = np.searchsorted(rings.polygon_boundary, np.arange(len(shapes) + 1))
    for number, shape in enumerate(shapes):
        geometry, look = shape.geometry, looks[shape.document]
        if not look.has_any or (geometry.texture == NULL and geometry.material == NULL):
            continue
        try:
            skin = _Laid(look, rings, uv, picture)
            is_whole = skin.lay(shape, int(first[number]), int(first[number + 1]))
        except (msgspec.MsgspecError, RecursionError):
            names.skips.add(_MALFORMED, names.ids[shape.row])
            continue
        if not is_whole:
            names.skips.add(UV_MISMATCHED, names.ids[shape.row])
    return Skin(uv=uv, picture=picture) if (picture >= 0).any() else None


@dataclass(frozen=True, slots=True)
class _Laid:
    """Writes what one shape says into the arrays of all corners."""

    look: Looks
    rings: Rings
    uv: Float64Array
    picture: IntArray

    def lay(self, shape: Shape, first: int, last: int) -> bool:
        """Lay colours, then textures on polygons `first` … `last`; say whether all coordinates matched."""
        start, ring = self.rings.ring_start, self.rings.polygon_first_ring
        for polygon, colour in enumerate(self.look.colours(shape, last - first), start=first):
            corners = slice(start[ring[polygon]], start[ring[polygon + 1]])
            self.uv[corners], self.picture[corners] = 0.5, colour
        said = self.look.rings(shape)
        if said is None:
            return True
        if len(said) != ring[last] - ring[first]:
            return False
        found = [
            self._polygon(polygon, said[ring[polygon] - ring[first] : ring[polygon + 1] - ring[first]])
            for polygon in range(first, last)
        ]
        return all(found)

    def _polygon(self, polygon: int, said: list[list[object]]) -> bool:
        rings = range(self.rings.polygon_first_ring[polygon], self.rings.polygon_first_ring[polygon + 1])
        if not rings or not said[0] or said[0][0] is None:
            return True
        kept, wrap = self.look.picture(said[0][0])
        if kept < 0:
            return True
        places = []
        for ring, values in zip(rings, said, strict=True):
            count = int(self.rings.ring_start[ring + 1] - self.rings.ring_start[ring])
            corners = [one for one in values[1:] if isinstance(one, int) and 0 <= one < len(self.look.uv)]
            if not len(corners) == len(values) - 1 == count:
                return False
            places.append(self.look.uv[np.array(corners, dtype=np.int64)])
        span = slice(self.rings.ring_start[rings[0]], self.rings.ring_start[rings[-1] + 1])
        self.uv[span] = np.concatenate(places) - pictures_before(places[0], wrap)
        self.picture[span] = kept
        return True


def sharing(points: Float64Array, parts: Sequence[Triangles]) -> Triangles:
    """Put meshes together that all begin with `points` (n, 3) and may have points of their own behind them."""
    count = len(points)
    own = [part.points[count:] for part in parts]
    before = np.cumsum([0, *(len(some) for some in own)])
    shifted = [
        part.triangles + np.where(part.triangles >= count, np.int32(shift), np.int32(0)) if shift else part.triangles
        for part, shift in zip(parts, before, strict=False)
    ]
    texturing = joined_texturing(
        [
            (None, count),
            *(
                (part.texturing and part.texturing.taken(slice(count, None)), len(some))
                for part, some in zip(parts, own, strict=True)
            ),
        ]
    )
    return Triangles(
        points=np.concatenate((points, *own)) if before[-1] else points,
        triangles=np.concatenate([np.zeros((0, 3), np.int32), *shifted]),
        triangle_row=np.concatenate([np.zeros(0, np.int32), *(part.triangle_row for part in parts)]),
        triangle_surface=np.concatenate([np.zeros(0, np.uint8), *(part.triangle_surface for part in parts)]),
        texturing=texturing,
    )


def _themed(text: Raw, theme: str) -> _Values | None:
    if text == NULL:
        return None
    themes = _THEMES.decode(text)
    return themes.get(theme) or next(iter(themes.values()), None)


def _rings(values: list[object]) -> Iterator[list[object]]:
    """Yield the rings of nested values: lists that hold no list; a surface without any is null."""
    for value in values:
        if value is None:
            yield []
        elif isinstance(value, list):
            if any(isinstance(one, list) for one in value):
                yield from _rings(value)
            else:
                yield value


def _leaves(values: list[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, list):
            yield from _leaves(value)
        else:
            yield value
