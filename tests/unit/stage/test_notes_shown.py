"""The annotations that all screens show: small enough for a message, and nothing that cannot be drawn."""

from dataclasses import replace

import msgspec
import pytest

from sanping.domain.note import Note
from sanping.hub.room_rules import LARGEST_SCHEME
from sanping.stage.notes_shown import LARGEST_NOTES, ShownNotes, checked_notes, shown_notes

PLACE = Note(id="point-1", kind="point", points=((636100.12345, 3458100.5, 4.0),), words="入口")


def test_only_what_is_to_be_seen_is_shown_rounded_to_centimetres() -> None:
    # given a place, and one that is hidden
    shown = shown_notes([PLACE, replace(PLACE, id="point-2", is_visible=False)])

    # then the first alone is shown; hidden ones alone are nothing
    assert shown == ShownNotes(notes=(replace(PLACE, points=((636100.12, 3458100.5, 4.0),)),))
    assert shown_notes([replace(PLACE, is_visible=False)]) is None
    assert shown_notes([]) is None


def test_a_message_that_would_be_too_large_leaves_out_what_does_not_fit_and_says_how_many() -> None:
    # given a stroke of 4000 points between two places
    stroke = replace(
        PLACE, id="freehand-1", kind="freehand", points=tuple((float(n), n * 1.25, 4.0) for n in range(4000))
    )
    shown = shown_notes([PLACE, stroke, replace(PLACE, id="point-2")])

    # then the places are shown, the stroke is counted, and a hub takes the message
    assert shown is not None
    assert ([note.id for note in shown.notes], shown.left_out) == (["point-1", "point-2"], 1)
    many = shown_notes([replace(PLACE, id=f"point-{number}", words="很长的文字" * 8) for number in range(500)])
    assert many is not None
    assert 0 < many.left_out < 500
    assert len(msgspec.json.encode(many)) <= LARGEST_NOTES < LARGEST_SCHEME


@pytest.mark.parametrize(
    "broken",
    [
        replace(PLACE, colour="red"),
        replace(PLACE, words="x" * 501),
        replace(PLACE, points=()),
        replace(PLACE, points=((1e12, 0.0, 0.0),)),
    ],
)
def test_annotations_that_cannot_be_drawn_are_refused(broken: Note) -> None:
    # given a colour that is none, endless words, no point, a point off the earth
    # when they come from another screen, then they are refused
    with pytest.raises(ValueError, match=r"colour|words|points"):
        checked_notes(ShownNotes(notes=(broken,)))
