"""Pixels of pictures for the atlas: decoded, cut with what lies beyond their edges, made smaller, packed again."""

import io
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from sanping.domain.geo import UInt8Array
from sanping.domain.texture import MOST_PICTURE_PIXELS, Picture, Wrap

LARGEST_SIDE = 4096
_JPEG_QUALITY = 88
_OPAQUE = 250
_JPEG = b"\xff\xd8\xff"

IntArray = npt.NDArray[np.integer[Any]]


def decoded(picture: Picture) -> UInt8Array | None:
    """Return the pixels (rows, columns, 3) of a picture, with a fourth channel where it has holes; None if broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(picture.data)) as image:
                if image.width * image.height > MOST_PICTURE_PIXELS:
                    return None
                image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
                if max(image.size) > LARGEST_SIDE:
                    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
                has_holes = picture.is_cut_out and image.has_transparency_data
                pixels = np.asarray(image.convert("RGBA" if has_holes else "RGB"), dtype=np.uint8)
    except Exception:  # whatever a broken picture leads to
        return None
    if has_holes and pixels[..., 3].min() >= _OPAQUE:
        pixels = pixels[..., :3]
    if min(picture.tint) < 1.0:
        tint = np.append(np.array(picture.tint), 1.0)[: pixels.shape[2]]
        pixels = np.asarray(pixels * tint, dtype=np.uint8)
    return pixels


def is_plain_jpeg(picture: Picture) -> bool:
    """Say whether a picture can stand on a page as it came."""
    return picture.data.startswith(_JPEG) and min(picture.tint) >= 1.0


def region(pixels: UInt8Array, first: IntArray, last: IntArray, wraps: tuple[Wrap, Wrap]) -> UInt8Array:
    """Cut columns and rows `first` … `last` (2,) out of the picture as it goes on beyond its edges."""
    rows, columns = pixels.shape[:2]
    across = _inside(np.arange(first[0], last[0]), columns, wraps[0])
    down = _inside(np.arange(first[1], last[1]), rows, wraps[1])
    return np.ascontiguousarray(pixels[down][:, across])


def _inside(place: IntArray, size: int, wrap: Wrap) -> IntArray:
    if wrap == "clamp":
        return np.clip(place, 0, size - 1)
    if wrap == "mirror":
        folded = place % (2 * size)
        return np.where(folded < size, folded, 2 * size - 1 - folded)
    return place % size


def shrunk(pixels: UInt8Array, most: int, share: float = 1.0) -> UInt8Array:
    """Return pixels by `share` smaller, and of no side above `most`."""
    rows, columns = pixels.shape[:2]
    share = min(share, most / max(rows, columns))
    if share >= 1.0:
        return pixels
    size = (max(1, round(columns * share)), max(1, round(rows * share)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX), dtype=np.uint8)


def encoded(pixels: UInt8Array) -> UInt8Array:
    """Return the bytes (n,) of a JPEG, or of a PNG for pixels with a fourth channel."""
    out = io.BytesIO()
    if pixels.shape[2] == 4:
        Image.fromarray(pixels).save(out, "PNG", compress_level=3)
    else:
        Image.fromarray(pixels).save(out, "JPEG", quality=_JPEG_QUALITY)
    return np.frombuffer(out.getvalue(), np.uint8)


def mean_of(pixels: UInt8Array) -> tuple[int, int, int]:
    """Return the colour of pixels on the whole, red, green, blue."""
    red, green, blue = pixels[::4, ::4, :3].reshape(-1, 3).mean(axis=0).round().astype(int).tolist()
    return red, green, blue
