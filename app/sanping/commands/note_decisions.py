"""Decides about annotations: what a drawn one is, says and measures, how an arrow lies; each step can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, dist, hypot, radians, sin

import numpy as np
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.note import Note, NoteKind
from sanping.domain.text import Text
from sanping.domain.view import Point

LEAST_POINTS: dict[NoteKind, int] = {"point": 1, "line": 2, "arrow": 2, "polygon": 3, "freehand": 2}
MOST_POINTS: dict[NoteKind, int] = {"point": 1, "arrow": 2}
MOST_STEPS = 100
MOST_WORDS = 500
HEAD_DEG = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBook:
    """The annotations of a twin in the order in which they were drawn, and how they were before each step."""

    notes: tuple[Note, ...] = ()
    past: tuple[tuple[Note, ...], ...] = ()

    def with_notes(self, notes: Sequence[Note]) -> "NoteBook":
        """Return the book after a step that can be undone; the same book where nothing changed."""
        if tuple(notes) == self.notes:
            return self
        return NoteBook(notes=tuple(notes), past=(*self.past, self.notes)[-MOST_STEPS:])

    def added(self, *notes: Note) -> "NoteBook":
        """Return the book with more annotations; an id that is taken already gets another."""
        taken = {note.id for note in self.notes}
        made = list(self.notes)
        for note in notes:
            own = note if note.id not in taken else replace(note, id=_free(note.id, taken))
            taken.add(own.id)
            made.append(own)
        return self.with_notes(made)

    def changed(self, note: Note) -> "NoteBook":
        """Return the book with another version of an annotation."""
        return self.with_notes([note if own.id == note.id else own for own in self.notes])

    def removed(self, name: str) -> "NoteBook":
        """Return the book without an annotation."""
        return self.with_notes([note for note in self.notes if note.id != name])

    def undone(self) -> "NoteBook":
        """Return the book as it was before the last step."""
        return NoteBook(notes=self.past[-1], past=self.past[:-1]) if self.past else self

    def note(self, name: str) -> Note | None:
        """Return an annotation by its id."""
        return next((note for note in self.notes if note.id == name), None)


def _free(name: str, taken: set[str]) -> str:
    return next(found for number in range(2, len(taken) + 3) if (found := f"{name}-{number}") not in taken)


def measure_of(note: Note) -> Text | None:
    """Return how long a line or how large an area is, in words; None for a place. Lengths are in space, areas level."""
    if note.kind == "point" or len(note.points) < LEAST_POINTS[note.kind]:
        return None
    if note.kind == "polygon":
        square_m = abs(shapely.Polygon([point[:2] for point in note.points]).area)
        if square_m >= 10_000:
            return Text(f"{square_m / 10_000:,.2f} 公顷", f"{square_m / 10_000:,.2f} ha")
        return Text(f"{square_m:,.1f} 平方米", f"{square_m:,.1f} m²")
    length_m = sum(dist(one, other) for one, other in zip(note.points, note.points[1:], strict=False))
    if length_m >= 1000:
        return Text(f"{length_m / 1000:,.3f} 千米", f"{length_m / 1000:,.3f} km")
    return Text(f"{length_m:,.1f} 米", f"{length_m:,.1f} m")


def label_of(note: Note) -> Text | None:
    """Return what an annotation says in the city: its words, then its measure on a line of its own."""
    measure = measure_of(note) if note.is_measured else None
    if measure is None:
        return Text(note.words, note.words) if note.words else None
    if not note.words:
        return measure
    return Text(f"{note.words}\n{measure.zh}", f"{note.words}\n{measure.en}")


def middle_of(note: Note) -> Point:
    """Return where the words of an annotation stand: in the middle of an area, at the end of anything else."""
    if note.kind != "polygon" or len(note.points) < LEAST_POINTS["polygon"]:
        return note.points[-1]
    inside = shapely.Polygon([point[:2] for point in note.points]).buffer(0).representative_point()
    height = sum(point[2] for point in note.points) / len(note.points)
    return (inside.x, inside.y, height) if not inside.is_empty else note.points[-1]


def arrow_head(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """Return the triangle at the end of an arrow, level: a sixth of its length, from 1 to 60 metres."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    if length == 0.0:
        return end, end, end
    size = min(60.0, max(1.0, length / 6))
    back = ((start[0] - end[0]) / length * size, (start[1] - end[1]) / length * size)
    turn = radians(HEAD_DEG)

    def turned(by: float) -> Point:
        return (end[0] + back[0] * cos(by) - back[1] * sin(by), end[1] + back[0] * sin(by) + back[1] * cos(by), end[2])

    return turned(turn), end, turned(-turn)


def thinned(points: Sequence[Point], tolerance_m: float) -> tuple[Point, ...]:
    """Return a stroke without the points that it does not need (Douglas–Peucker), its ends kept."""
    if len(points) < 3:
        return tuple(points)
    line: Float64Array = shapely.get_coordinates(
        shapely.simplify(shapely.linestrings(np.array(points)), tolerance_m, preserve_topology=False), include_z=True
    )
    return tuple((float(x), float(y), float(z)) for x, y, z in line)
