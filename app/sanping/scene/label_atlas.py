"""Words as pixels: every label is drawn once into one picture with the bundled Chinese font."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingFreeType  # noqa: F401  the factory entry of the text renderer
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTextProperty, vtkTextRenderer

from sanping.domain.geo import Int32Array, UInt8Array

_VTK_FONT_FILE = 4
_WIDTH = 2048
_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Coverage (rows, columns) of all words, row 0 at the bottom; `boxes` (n, 4): x, y, width, height of each word."""

    pixels: UInt8Array
    boxes: Int32Array


def drawn_words(words: Sequence[str], font: Path, size_px: int) -> Atlas:
    """Draw words in one font and size, packed in rows; a word that cannot be drawn becomes a blank."""
    images = [_drawn_or_blank(word, font, size_px) for word in words]
    boxes: Int32Array = np.zeros((len(images), 4), np.int32)
    x = y = row_height = 0
    for index, image in enumerate(images):
        height, width = image.shape
        if x + width > _WIDTH:
            x, y, row_height = 0, y + row_height + _GAP, 0
        boxes[index] = (x, y, min(width, _WIDTH), height)
        x, row_height = x + width + _GAP, max(row_height, height)
    pixels: UInt8Array = np.zeros((max(4, y + row_height + _GAP), _WIDTH), np.uint8)
    for image, (left, low, width, height) in zip(images, boxes, strict=True):
        pixels[low : low + height, left : left + width] = image[:, :width]
    return Atlas(pixels=pixels, boxes=boxes)


def _drawn_or_blank(word: str, font: Path, size_px: int) -> UInt8Array:
    """One word that cannot be drawn must not take the others with it."""
    try:
        return word_pixels(word, font, size_px)
    except ValueError:
        return np.zeros((size_px, size_px), np.uint8)


def word_pixels(word: str, font: Path, size_px: int) -> UInt8Array:
    """Return the coverage (rows, columns) of one word, row 0 at the bottom; raises ValueError if it cannot be drawn."""
    style: Any = vtkTextProperty()
    style.SetFontFamily(_VTK_FONT_FILE)
    style.SetFontFile(str(font))
    style.SetFontSize(size_px)
    style.SetColor(1.0, 1.0, 1.0)
    image, used = vtkImageData(), [0, 0]
    is_drawn = bool(word.strip()) and vtkTextRenderer.GetInstance().RenderString(style, word, image, used, 72)
    if not is_drawn or image.GetPointData().GetScalars() is None:
        raise ValueError(f"the font {font.name} cannot draw {word!r}")
    columns, rows, _ = image.GetDimensions()
    rgba = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)  # type: ignore[no-untyped-call]
    coverage: UInt8Array = rgba[:, :, 3] if rgba.shape[2] == 4 else rgba[:, :, 0]
    width, height = max(1, min(used[0], columns)), max(1, min(used[1], rows))
    return np.ascontiguousarray(coverage[:height, :width])
