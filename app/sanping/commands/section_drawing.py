"""A section as a drawing: shapes by class in real metres, with the colours of the classes and what they sum up to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.section_faces import GROUND_CLASS, PlaneFaces
from sanping.commands.attribute_words import class_words
from sanping.domain.text import Text

Rgb = tuple[int, int, int]
COLOURS: dict[str, Rgb] = {
    "Building": (222, 108, 80), "BuildingPart": (222, 108, 80), "BuildingInstallation": (238, 160, 110),
    "Bridge": (118, 146, 214), "BridgePart": (118, 146, 214), GROUND_CLASS: (156, 124, 88),
    "IfcWall": (214, 96, 78), "IfcWallStandardCase": (214, 96, 78), "IfcSlab": (150, 158, 170),
    "IfcColumn": (96, 120, 200), "IfcBeam": (84, 164, 200), "IfcDoor": (232, 186, 92), "IfcWindow": (120, 206, 232),
    "IfcStair": (186, 132, 210), "IfcStairFlight": (186, 132, 210), "IfcSpace": (110, 178, 130),
    "IfcRoof": (170, 90, 70), "IfcCovering": (190, 180, 150), "IfcFurnishingElement": (142, 190, 160),
}  # fmt: skip
OTHERS: tuple[Rgb, ...] = (
    (222, 108, 80),
    (118, 146, 214),
    (96, 178, 130),
    (232, 186, 92),
    (186, 132, 210),
    (84, 178, 190),
)
GROUND_TITLE = Text("地面", "Ground")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnClass:
    """All that a section cuts of one class: its colour, how many objects, and their faces in the plane's metres."""

    name: str
    title: Text
    colour: Rgb
    objects: int
    shapes: tuple[shapely.Geometry, ...]

    @property
    def area_m2(self) -> float:
        """The area of its faces."""
        return float(sum(shape.area for shape in self.shapes))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDrawing:
    """One section: its classes, and the line of the ground (n, 2) where it is known.

    Horizontal sections are in east and north, vertical ones in metres along the line and height.
    """

    title: Text
    classes: tuple[DrawnClass, ...]
    ground: tuple[tuple[float, float], ...] = ()
    open_ends: int = 0


def colour_of(class_name: str) -> Rgb:
    """Return the colour of a class, always the same one."""
    return COLOURS.get(class_name) or OTHERS[sum(class_name.encode()) % len(OTHERS)]


def drawing_of(title: Text, planes: Sequence[PlaneFaces]) -> SectionDrawing:
    """Return the drawing of the faces of one plane; of several, what they sum up to."""
    gathered: dict[str, list[tuple[str, int, shapely.Geometry]]] = {}
    for plane in planes:
        for layer, face in plane.faces:
            gathered.setdefault(face.class_name, []).append((layer, face.number, face.shape))
    classes = tuple(
        DrawnClass(name=name, title=_title(name), colour=colour_of(name),
                   objects=len({(layer, number) for layer, number, _ in found}),
                   shapes=tuple(shape for _, _, shape in found))
        for name, found in sorted(gathered.items())
    )  # fmt: skip
    ground = next((plane.ground for plane in planes if plane.ground is not None), np.zeros((0, 2)))
    return SectionDrawing(
        title=title, classes=classes, ground=tuple((float(u), float(v)) for u, v in ground),
        open_ends=sum(face.open_ends for plane in planes for _, face in plane.faces),
    )  # fmt: skip


def _title(class_name: str) -> Text:
    return GROUND_TITLE if class_name == GROUND_CLASS else class_words(class_name)
