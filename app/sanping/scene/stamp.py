"""Words burnt into a picture: the moment it shows, and that its data are simulated."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sanping.domain.geo import UInt8Array
from sanping.scene.label_atlas import word_pixels

Colour = tuple[int, int, int]
WHITE: Colour = (240, 248, 255)
AMBER: Colour = (255, 196, 84)
_SHADE = 0.42
_SHARE_OF_HEIGHT = 0.026
_LEAST_PX = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Some words with their colour (0 … 255 a channel)."""

    words: str
    colour: Colour = WHITE


def stamped(picture: UInt8Array, marks: Sequence[Mark], font: Path) -> UInt8Array:
    """Return the picture (height, width, 3) with marks side by side on a dark plate in its lower left corner."""
    height, width, _ = picture.shape
    size_px = max(_LEAST_PX, round(height * _SHARE_OF_HEIGHT))
    pad = max(3, size_px // 2)
    drawn = [word_pixels(mark.words, font, size_px)[::-1] for mark in marks if mark.words]
    if not drawn:
        return picture
    result = picture.copy()
    plate_height = min(height, max(image.shape[0] for image in drawn) + 2 * (pad // 2))
    plate_width = min(width, sum(image.shape[1] + pad for image in drawn) + pad)
    plate = result[height - plate_height - pad : height - pad, pad : pad + plate_width]
    plate[:] = (plate * _SHADE).astype(np.uint8)
    left = pad
    for image, mark in zip(drawn, (mark for mark in marks if mark.words), strict=True):
        top = (plate.shape[0] - image.shape[0]) // 2
        spot = plate[top : top + image.shape[0], left : left + image.shape[1]]
        cover = image[: spot.shape[0], : spot.shape[1], None].astype(np.float32) / 255.0
        spot[:] = (spot * (1 - cover) + np.array(mark.colour, np.float32) * cover).astype(np.uint8)
        left += image.shape[1] + pad
    return result
