"""Numpy arrays as VTK data, without copies where VTK allows it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkDataObject, vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkPolyDataMapper, vtkTexture

from sanping.domain.geo import Float32Array, Int32Array, UInt8Array

Array = npt.NDArray[Any]


def poly_data(points: Float32Array, triangles: Int32Array, attributes: Mapping[str, Array] | None = None) -> Any:
    """Return a vtkPolyData that refers to points (v, 3), triangles (t, 3) and float32 attributes (v,) or (v, k)."""
    data = vtkPolyData()
    vtk_points = vtkPoints()
    vtk_points.SetData(_shared(points))
    data.SetPoints(vtk_points)
    cells = vtkCellArray()
    cells.SetData(3, _shared(triangles.reshape(-1)))
    data.SetPolys(cells)
    for name, values in (attributes or {}).items():
        array = _shared(values)
        array.SetName(name)
        data.GetPointData().AddArray(array)
    return data


def mapper_of(data: Any, attribute_names: tuple[str, ...] = ()) -> Any:
    """Return a mapper that hands the named point arrays to the vertex shader as `<name>A`."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(data)
    mapper.ScalarVisibilityOff()
    mapper.SetStatic(True)
    mapper.SetVBOShiftScaleMethod(0)
    for name in attribute_names:
        mapper.MapDataArrayToVertexAttribute(f"{name}A", name, vtkDataObject.FIELD_ASSOCIATION_POINTS, -1)
    return mapper


class DataTexture:
    """A texture whose texels are data: pixels (rows, columns, channels), uint8 or float32, row 0 at the bottom."""

    def __init__(
        self, pixels: Array, *, is_smooth: bool = False, has_mipmaps: bool = False, is_repeating: bool = False
    ) -> None:
        self._image = vtkImageData()
        self.texture = vtkTexture()
        self.texture.SetColorModeToDirectScalars()
        self.texture.SetInputData(self._image)
        self.texture.SetInterpolate(is_smooth)
        self.texture.SetMipmap(has_mipmaps)
        self.texture.SetRepeat(is_repeating)
        self.texture.SetEdgeClamp(not is_repeating)
        self.replace(pixels)

    def replace(self, pixels: Array) -> None:
        """Show other pixels; the size may differ."""
        self.pixels = np.ascontiguousarray(pixels)
        rows, columns, channels = self.pixels.shape
        self._image.SetDimensions(columns, rows, 1)
        self._scalars = _shared(self.pixels.reshape(-1, channels))
        self._image.GetPointData().SetScalars(self._scalars)
        self.touch()

    def hold(self, texture_object: Any) -> None:
        """Show what OpenGL drew into a vtkTextureObject instead of pixels, from now on."""
        self.texture.SetTextureObject(texture_object)  # type: ignore[attr-defined]

    def touch(self) -> None:
        """Say that pixels were written in place."""
        self._scalars.Modified()
        self._image.Modified()


def white_texture() -> DataTexture:
    """One white texel."""
    pixels: UInt8Array = np.full((1, 1, 4), 255, np.uint8)
    return DataTexture(pixels)


def _shared(array: Array) -> Any:
    return numpy_to_vtk(np.ascontiguousarray(array))  # type: ignore[no-untyped-call]
