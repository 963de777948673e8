"""How annotations are drawn over the city, the same on the desk, the wall and the kiosk."""

from collections.abc import Sequence

from sanping.commands.note_decisions import LEAST_POINTS, arrow_head, label_of, middle_of
from sanping.domain.note import Note
from sanping.stage.notes_shown import ShownNotes
from sanping.ui.workbench.marks import Mark


def marks_of_all(shown: ShownNotes | None) -> Sequence[Mark]:
    """Return how the annotations are drawn that all screens show; one with too few points is none."""
    notes = () if shown is None else shown.notes
    return [mark for note in notes if len(note.points) >= LEAST_POINTS[note.kind]
            for mark in marks_of(note, is_chosen=False)]  # fmt: skip


def marks_of(note: Note, *, is_chosen: bool) -> Sequence[Mark]:
    """Return how an annotation is drawn over the city."""
    is_area = note.kind == "polygon" and len(note.points) >= LEAST_POINTS["polygon"]
    whole = Mark(
        points=note.points, colour=note.rgb, words=label_of(note), words_at=middle_of(note),
        has_dots=note.kind == "point" or (is_chosen and note.kind != "freehand"), is_closed=is_area, is_filled=is_area,
        width_px=3.0 if is_chosen else 2.0,
    )  # fmt: skip
    if note.kind != "arrow" or len(note.points) < LEAST_POINTS["arrow"]:
        return (whole,)
    head = arrow_head(note.points[-2], note.points[-1])
    return (whole, Mark(points=head, colour=note.rgb, has_dots=False, width_px=whole.width_px))
