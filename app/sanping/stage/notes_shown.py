"""The annotations that all screens show: those that are to be seen, small enough for a message; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec

from sanping.domain.note import Note

MOST_NOTES, LARGEST_NOTES = 500, 44_000
"""Annotations, and bytes of the value, at most; what a hub takes is a little more."""
_MOST_POINTS, _MOST_WORDS, _MOST_ID = 5000, 500, 200
_FAR = 1e8
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotes:
    """Annotations as screens show them, in world metres rounded to centimetres; `left_out` did not fit."""

    notes: Annotated[tuple[Note, ...], msgspec.Meta(max_length=MOST_NOTES)] = ()
    left_out: int = 0


def shown_notes(notes: Sequence[Note]) -> ShownNotes | None:
    """Return what screens show of annotations, None where there is nothing to be seen.

    Those that would make the message too large are left out and counted; the later ones that fit are still shown.
    """
    seen = [_rounded(note) for note in notes if note.is_visible]
    kept: list[Note] = []
    room = LARGEST_NOTES - 100
    for note in seen:
        size = len(msgspec.json.encode(note)) + 1
        if size <= room and len(kept) < MOST_NOTES:
            kept.append(note)
            room -= size
    return ShownNotes(notes=tuple(kept), left_out=len(seen) - len(kept)) if seen else None


def checked_notes(shown: ShownNotes) -> ShownNotes:
    """Return a value from another screen. Raises `ValueError` for annotations that cannot be."""
    for note in shown.notes:
        if not _COLOUR.fullmatch(note.colour):
            raise ValueError("colour")
        if len(note.words) > _MOST_WORDS or len(note.id) > _MOST_ID:
            raise ValueError("words")
        if not 0 < len(note.points) <= _MOST_POINTS:
            raise ValueError("points")
        if not all(-_FAR < value < _FAR for point in note.points for value in point):
            raise ValueError("points")
    return shown


def _rounded(note: Note) -> Note:
    return replace(note, points=tuple((round(x, 2), round(y, 2), round(z, 2)) for x, y, z in note.points))
