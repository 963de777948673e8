"""Reads pictures and depths back from a VTK window."""

from typing import Any

from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkFloatArray, vtkUnsignedCharArray

from sanping.domain.geo import UInt8Array


def picture_of(window: Any, width: int, height: int) -> UInt8Array:
    """Draw the window's renderers at a size and return (height, width, 3), row 0 at the top; its size is restored."""
    size = tuple(window.GetSize())
    if size != (width, height):
        window.SetSize(width, height)
    window.Render()
    bytes_read = vtkUnsignedCharArray()
    window.GetPixelData(0, 0, width - 1, height - 1, 0, bytes_read, 0)
    pixels: UInt8Array = vtk_to_numpy(bytes_read).reshape(height, width, 3)[::-1].copy()  # type: ignore[no-untyped-call]
    if size != (width, height):
        window.SetSize(*size)
    return pixels


def depth_at(window: Any, x_px: int, y_from_bottom_px: int) -> float | None:
    """Return the depth (0 … 1) of the last frame at a pixel, None outside the window."""
    width, height = window.GetSize()
    if not (0 <= x_px < width and 0 <= y_from_bottom_px < height):
        return None
    depth = vtkFloatArray()
    window.GetZbufferData(x_px, y_from_bottom_px, x_px, y_from_bottom_px, depth)
    return float(depth.GetValue(0))
