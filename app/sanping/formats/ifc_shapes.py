"""Shapes of IFC elements: by the fast kernel where it is known to agree, by the thorough one for the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.formats.own_colours import colour_text

FAST, THOROUGH = "manifold", "opencascade"
_CUT = ("IfcBooleanResult", "IfcAdvancedBrep", "IfcBooleanClippingResult")
"""What the fast kernel does otherwise: it leaves bodies uncut by half-spaces, and knows no curved faces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Triangles of one element in world coordinates and metres, with the number of the colour of each."""

    points: Float64Array
    triangles: Any
    materials: list[str]
    material_of: Any


def shapes_of(file: Any, elements: list[Any], threads: int) -> Iterator[tuple[float, int, Shape]]:
    """Yield how much is done, the number of an element, and its shape; elements whose shape fails are left out."""
    drawn = [one for one in elements if getattr(one, "Representation", None) is not None]
    hard = _with_cuts(file)
    easy = [one for one in drawn if one.id() not in hard]
    seen: set[int] = set()
    for _, number, shape in _built(file, easy, FAST, threads):
        seen.add(number)
        yield len(seen) / max(len(drawn), 1), number, shape
    rest = [one for one in drawn if one.id() not in seen]
    for _, number, shape in _built(file, rest, THOROUGH, threads):
        seen.add(number)
        yield len(seen) / max(len(drawn), 1), number, shape


def _with_cuts(file: Any) -> set[int]:
    """Return the numbers of the products that the fast kernel would draw otherwise, and of those they are cut from."""
    waiting = [one for word in _CUT for one in _instances(file, word)]
    seen: set[int] = set()
    found: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one.id() in seen:
            continue
        seen.add(one.id())
        if one.is_a("IfcProduct"):
            found.add(one.id())
            found.update(link.RelatingBuildingElement.id() for link in getattr(one, "VoidsElements", None) or ())
            continue
        waiting += [above for above in file.get_inverse(one) if not above.is_a("IfcStyledItem")]
    return found


def _instances(file: Any, word: str) -> list[Any]:
    try:
        return list(file.by_type(word))
    except RuntimeError:  # the schema of this file does not have it
        return []


def _built(file: Any, elements: list[Any], kernel: str, threads: int) -> Iterator[tuple[float, int, Shape]]:
    from ifcopenshell import geom  # noqa: PLC0415  only IFC needs it

    if not elements:
        return
    settings = geom.settings()
    settings.set("use-world-coords", True)
    settings.set("weld-vertices", True)
    iterator = geom.iterator(settings, file, threads, include=elements, geometry_library=kernel)
    if not iterator.initialize():
        return
    while True:
        found = iterator.get()
        mesh = found.geometry
        shape = Shape(
            points=np.frombuffer(mesh.verts_buffer, dtype=np.float64).reshape(-1, 3).copy(),
            triangles=np.frombuffer(mesh.faces_buffer, dtype=np.int32).reshape(-1, 3).astype(np.int64),
            materials=[_colour_of(material) for material in mesh.materials],
            material_of=np.frombuffer(mesh.material_ids_buffer, dtype=np.int32).astype(np.int64),
        )
        if len(shape.triangles):
            yield iterator.progress() / 100.0, int(found.id), shape
        if not iterator.next():
            return


def _colour_of(material: Any) -> str:
    """Return the colour of a surface style; empty when it gives none."""
    parts = np.array([material.diffuse.r(), material.diffuse.g(), material.diffuse.b()], dtype=np.float64)
    return colour_text(np.clip(parts, 0.0, 1.0) * 255) if np.isfinite(parts).all() else ""
