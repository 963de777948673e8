"""The pictures of a file, foreign input: looked at before they are kept, decoded small where only colours count."""

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.domain.texture import MOST_PICTURE_PIXELS, Picture, Texturing, Wrap, joined_texturing
from sanping.formats import ktx2
from sanping.formats.citygml_bytes import Damage, unpacked
from sanping.formats.columns import SkipLog

KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
MOST_BYTES = 1 << 30
"""All pictures of a model together."""
LARGEST_PICTURE = 256 << 20
SMALL_SIDE = 256
WRAPS: dict[object, Wrap] = {33071: "clamp", 10496: "clamp", 33069: "clamp", 33648: "mirror"}
"""What numbers of OpenGL say of what is beyond the edges of a picture; all others repeat it."""
_FARTHEST = 4096.0
_DDS = b"DDS "

_NAMING = (".gml", ".xml", ".citygml", ".json", ".jsonl", ".cityjson")
_NAMED = re.compile(rb'imageURI>\s*([^<>]{1,250})<|"image"\s*:\s*"([^"\\]{1,250})"')
_LONGEST_NAME = 600

UNREADABLE = Text(
    "纹理图片损坏、缺失、过大或不在模型旁边（对象按自身颜色显示）",
    "texture picture that is damaged, missing, too large or not beside the model (shown in the colour of the object)",
)
UV_MISMATCHED = Text(
    "纹理坐标与面的顶点数不符（该面不贴图）",
    "surface whose texture coordinates do not match its corners (shown without)",
)
KINDS_ONLY = Text(
    "文件的材质只区分墙面、屋面等面的类别，未采用",
    "The materials of the file only tell walls, roofs and other kinds of surfaces apart, and are not shown",
)
WRAP_WORDS: dict[str, Wrap] = {"none": "clamp", "clamp": "clamp", "border": "clamp", "mirror": "mirror"}
"""What the words of CityGML and CityJSON say of what is beyond the edges of a picture; all others repeat it."""
_TOO_MANY = Text(
    "纹理图片总量超过限度（其余对象按自身颜色显示）",
    "texture picture beyond the limit for all together (shown in the colour of the object)",
)


def picture(data: bytes, side: int = SMALL_SIDE) -> UInt8Array | None:
    """Return a picture (rows, columns, 3) of at most `side` pixels; None when it is of no use."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=KINDS) as image:
                if image.width * image.height > MOST_PICTURE_PIXELS:
                    return None
                image.draft("RGB", (side, side))
                image.thumbnail((side, side))
                return np.asarray(image.convert("RGB"), dtype=np.uint8)
    except Exception:  # whatever a broken picture leads to
        return None


def sampled(pixels: UInt8Array, uv: Float64Array) -> UInt8Array:
    """Return the colours (n, 3) of a picture at texture coordinates (n, 2), repeating, v down from the top."""
    rows, columns = pixels.shape[:2]
    sound = np.nan_to_num(uv, nan=0.0, posinf=0.0, neginf=0.0)
    wrapped = sound - np.floor(sound)
    column = np.minimum((wrapped[:, 0] * columns).astype(np.int64), columns - 1)
    row = np.minimum((wrapped[:, 1] * rows).astype(np.int64), rows - 1)
    return np.asarray(pixels[row, column])


def packed(pixels: UInt8Array) -> bytes:
    """Return pixels (rows, columns, 3 or 4) as PNG."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()


def size_of(data: bytes) -> tuple[int, int]:
    """Return columns and rows of a picture that is known to be sound."""
    with Image.open(io.BytesIO(data), formats=KINDS) as image:
        return image.size


def beside(model: Path, name: str, longest: int = LARGEST_PICTURE) -> bytes:
    """Return the bytes of a file, as of a picture, that stands in the model's folder or below, nothing else.

    Raises `FileHostile` for addresses and ways out of the folder, `FileBroken` for what is not there.
    """
    word = name.replace("\\", "/").removeprefix("./")
    is_strange = ":" in word or "\0" in word or word.startswith(("/", "~")) or ".." in word.split("/")
    folder = model.resolve().parent
    place = folder if is_strange or not word else (folder / word).resolve()
    if place == folder or not place.is_relative_to(folder):
        raise FileHostile(UNREADABLE, path=str(model), place=name[:80])
    try:
        if not place.is_file():
            raise FileBroken(UNREADABLE, path=str(model), place=name[:80])
        if place.stat().st_size > longest:
            raise FileHostile(UNREADABLE, path=str(model), place=name[:80])
        return place.read_bytes()
    except OSError as error:  # such as a name longer than any file may have
        raise FileBroken(UNREADABLE, path=str(model), place=name[:80]) from error


def named_in(model: Path) -> list[str]:
    """Return the names of pictures that a CityGML or CityJSON file refers to, packed or not, as written, each once.

    Raises `FileBroken` and `FileHostile` for a packed file that cannot be unpacked within limits.
    """
    found: dict[str, None] = {}
    if not model.name.lower().removesuffix(".gz").endswith(_NAMING):
        return []
    held = b""
    for block in unpacked(model, Damage()):
        text = held + block
        names = (name for pair in _NAMED.findall(text) for name in pair)
        found.update((name.decode("utf-8", "replace").strip(), None) for name in names)
        held = text[-_LONGEST_NAME:]
    return [name for name in found if name]


class PictureShelf:
    """The pictures of one model, each kept once; those of no use are counted in `skips` by their names."""

    def __init__(self, skips: SkipLog) -> None:
        self._skips = skips
        self._pictures: list[Picture] = []
        self._known: dict[object, tuple[int, UInt8Array] | None] = {}
        self._same: dict[Picture, tuple[int, UInt8Array]] = {}
        self._bytes = 0
        self.colours: set[int] = set()
        """The numbers of pictures of one colour."""

    def put(self, key: object, name: str, made: Callable[[], Picture | None]) -> tuple[int, UInt8Array] | None:
        """Return number and small pixels (rows, columns, 3) of a picture; None for one that is of no use.

        `made` gives a picture that was not asked for before under `key`, None for one that was counted already.
        """
        if key not in self._known:
            self._known[key] = self._put(name, made)
        return self._known[key]

    def _put(self, name: str, made: Callable[[], Picture | None]) -> tuple[int, UInt8Array] | None:
        try:
            found = made()
        except InputError:
            found = Picture(data=b"")
        if found is None:
            return None
        if found in self._same:
            return self._same[found]
        found = _unpacked(found)
        pixels = picture(found.data) if found.data else None
        if pixels is None:
            self._skips.add(UNREADABLE, name)
            return None
        if self._bytes + len(found.data) > MOST_BYTES:
            self._skips.add(_TOO_MANY, name)
            return None
        self._bytes += len(found.data)
        self._pictures.append(found)
        self._same[found] = len(self._pictures) - 1, _tinted(pixels, found.tint)
        return self._same[found]

    def sheet(self, number: int) -> Picture:
        """Return a picture by its number."""
        return self._pictures[number]

    def texturing(self, skin: tuple[int, Float64Array] | None, count: int) -> Texturing | None:
        """Return the texturing of `count` points on one picture; its `pictures` are empty until all are joined."""
        if skin is None:
            return None
        number, uv = skin
        clipped = np.clip(np.nan_to_num(uv, nan=0.0, posinf=0.0, neginf=0.0), -_FARTHEST, _FARTHEST)
        return Texturing(
            point_uv=clipped.astype(np.float32), point_picture=np.full(count, number, np.int32), pictures=()
        )

    def joined(self, parts: list[tuple[Texturing | None, int]]) -> Texturing | None:
        """Return the texturing of all parts, with their numbers of points, and the pictures; None without any."""
        whole = joined_texturing(parts)
        return whole and replace(whole, pictures=tuple(self._pictures))


def pictures_before(uv: Float64Array, wrap: Wrap) -> Float64Array:
    """Return by how many whole pictures (2,) the coordinates of a polygon may be moved to where the first one is."""
    step = 2.0 if wrap == "mirror" else 1.0
    return np.zeros(2) if wrap == "clamp" else np.floor(uv.min(axis=0) / step + 1e-4) * step


def one_colour(shelf: PictureShelf, colour: tuple[int, int, int]) -> int:
    """Return the number of a picture of one colour, for materials."""
    made = packed(np.full((2, 2, 3), colour, np.uint8))
    found = shelf.put(colour, str(colour), lambda: Picture(data=made, across="clamp", down="clamp"))
    if found is None:
        return -1
    shelf.colours.add(found[0])
    return found[0]


def says_kinds_only(shelf: PictureShelf, kinds: npt.NDArray[np.integer], pictures: npt.NDArray[np.integer]) -> bool:
    """Say whether colours tell no more than which surface is a wall, a roof or a floor: one colour for each kind.

    `kinds` and `pictures` (n,) are the kind of each surface and the number of its picture, −1 for none.
    """
    is_painted = pictures >= 0
    pairs = np.unique(np.column_stack((kinds[is_painted], pictures[is_painted])), axis=0)
    is_plain = set(np.unique(pairs[:, 1]).tolist()) <= shelf.colours
    return is_plain and len(pairs) >= 2 and len(np.unique(pairs[:, 0])) == len(pairs)


def gathered(shelf: PictureShelf, point_uv: Float64Array, point_picture: npt.NDArray[np.integer]) -> Texturing | None:
    """Return the texturing of points (p, 2) and (p,) whose pictures all stand on one shelf; None without any."""
    if not (point_picture >= 0).any():
        return None
    whole = Texturing(
        point_uv=np.clip(np.nan_to_num(point_uv), -_FARTHEST, _FARTHEST).astype(np.float32),
        point_picture=point_picture.astype(np.int32),
        pictures=(),
    )
    return shelf.joined([(whole, len(point_uv))])


def _unpacked(found: Picture) -> Picture:
    """Return a picture in KTX 2 or DDS as one that everybody can read."""
    if found.data.startswith(_DDS):
        return replace(found, data=_from_dds(found.data))
    if not found.data.startswith(ktx2.MAGIC):
        return found
    pixels = ktx2.pixels_of(found.data)
    return replace(found, data=b"" if pixels is None else packed(pixels))


def _from_dds(data: bytes) -> bytes:
    """Return a picture in DDS as PNG; nothing for one that is broken, too large or packed in a way that is unknown."""
    try:
        with Image.open(io.BytesIO(data), formats=("DDS",)) as image:
            if image.width * image.height > MOST_PICTURE_PIXELS:
                return b""
            mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") else "RGB"
            return packed(np.asarray(image.convert(mode), np.uint8))
    except Exception:  # whatever a broken picture leads to
        return b""


def _tinted(pixels: UInt8Array, tint: tuple[float, float, float]) -> UInt8Array:
    return pixels if min(tint) >= 1.0 else np.asarray(pixels * np.array(tint), dtype=np.uint8)
