"""Materials of an OBJ: which pictures its MTL files lay on the faces (map_Kd), and how. Foreign input, all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.texture import Picture, Texturing, Wrap
from sanping.formats.columns import SkipLog
from sanping.formats.pictures import UV_MISMATCHED, PictureShelf, beside, gathered

LARGEST_LIBRARY, MOST_MATERIALS = 64 << 20, 100_000
NO_LIBRARY = Text(
    "材质库缺失、过大或不在模型旁边（对象按自身颜色显示）",
    "material library that is missing, too large or not beside the model (shown in the colour of the object)",
)
_ONE_WORD = ("-blendu", "-blendv", "-boost", "-texres", "-clamp", "-bm", "-imfchan", "-type", "-cc")
_NUMBERS = ("-o", "-s", "-t", "-mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPicture:
    """The picture of a material: its name as written, and how it goes on beyond its edges."""

    name: str
    wrap: Wrap = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFaces:
    """Faces: `sizes` (f,) corners each, `material` (f,) by name; `uv` (c, 2), v down, is NaN without a place."""

    sizes: npt.NDArray[np.int64]
    material: Sequence[str]
    uv: Float64Array


def pictures_of(model: Path, libraries: Iterable[str], skips: SkipLog) -> dict[str, MappedPicture]:
    """Return the pictures of the materials in libraries beside a model, by their names.

    Nothing outside the model's folder is opened; what is of no use is counted in `skips`.
    """
    found: dict[str, MappedPicture] = {}
    for library in libraries:
        try:
            data = beside(model, library)
        except InputError:
            data = b""
        if not data or len(data) > LARGEST_LIBRARY:
            skips.add(NO_LIBRARY, library)
            continue
        material = ""
        for line in data.decode("utf-8", "replace").splitlines():
            key, _, rest = line.strip().partition(" ")
            if key == "newmtl":
                material = rest.strip()
            elif key.lower() == "map_kd" and rest.strip() and len(found) < MOST_MATERIALS:
                found.setdefault(material, _mapped(rest.split()))
    return found


def _mapped(words: list[str]) -> MappedPicture:
    """Return the picture behind the options of a map_Kd; its name may hold blanks."""
    wrap: Wrap = "repeat"
    while len(words) > 1 and words[0].lower() in (*_ONE_WORD, *_NUMBERS):
        option, words = words[0].lower(), words[1:]
        if option in _ONE_WORD:
            wrap = "clamp" if option == "-clamp" and words[0].lower() == "on" else wrap
            words = words[1:]
        else:
            while len(words) > 1 and _is_number(words[0]):
                words = words[1:]
    return MappedPicture(name=" ".join(words), wrap=wrap)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def texturing_of(model: Path, faces: MappedFaces, mapped: dict[str, MappedPicture], skips: SkipLog) -> Texturing | None:
    """Return the pictures on the corners of faces (c,); None where no face has one that can be shown."""
    shelf = PictureShelf(skips)
    number, is_repeated = np.full(len(faces.sizes), -1, np.int64), np.zeros(len(faces.sizes), np.bool_)
    used = set(faces.material)
    kept = {name: _kept(model, one, shelf) for name, one in mapped.items() if name in used}
    for place, material in enumerate(faces.material):
        number[place] = kept.get(material, -1)
        is_repeated[place] = material in mapped and mapped[material].wrap == "repeat"
    first = np.cumsum(faces.sizes) - faces.sizes
    is_placed = np.logical_and.reduceat(np.isfinite(faces.uv).all(axis=1), first)
    for place in np.flatnonzero((number >= 0) & ~is_placed).tolist():
        skips.add(UV_MISMATCHED, f"face {place + 1}")
    number[~is_placed] = -1
    uv = np.nan_to_num(faces.uv)
    whole = np.where(is_repeated[:, None], np.floor(np.minimum.reduceat(uv, first, axis=0) + 1e-4), 0.0)
    uv = uv - np.repeat(whole, faces.sizes, axis=0)
    return gathered(shelf, uv, np.repeat(number, faces.sizes))


def _kept(model: Path, one: MappedPicture, shelf: PictureShelf) -> int:
    found = shelf.put((one.name, one.wrap), one.name, partial(_picture, model, one))
    return -1 if found is None else found[0]


def _picture(model: Path, one: MappedPicture) -> Picture:
    return Picture(data=beside(model, one.name), across=one.wrap, down=one.wrap)
