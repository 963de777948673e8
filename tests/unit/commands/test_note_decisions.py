"""What annotations say and measure, and how steps with them are undone."""

from math import hypot

import pytest

from sanping.commands.note_decisions import NoteBook, arrow_head, label_of, measure_of, middle_of, thinned
from sanping.domain.note import Note

SQUARE = ((0.0, 0.0, 5.0), (120.0, 0.0, 5.0), (120.0, 100.0, 5.0), (0.0, 100.0, 5.0))


def test_each_step_of_a_book_can_be_taken_back() -> None:
    # given a book in which a line was drawn, renamed and taken away, beside one with the same id from a file
    line = Note(id="line-1", kind="line", points=SQUARE[:2])
    book = NoteBook().added(line)
    renamed = book.changed(Note(id="line-1", kind="line", points=SQUARE[:2], words="红线"))
    both = renamed.added(line)

    # when one is removed and every step is taken back
    left = both.removed("line-1")

    # then the newcomer got an id of its own, and the book was empty at first
    assert [note.id for note in both.notes] == ["line-1", "line-1-2"]
    assert [note.id for note in left.notes] == ["line-1-2"]
    assert left.undone().notes == both.notes
    assert left.undone().undone().undone().undone().notes == ()
    assert NoteBook().undone() == NoteBook()
    assert both.removed("nothing") is both


def test_a_line_says_its_length_and_an_area_its_size_after_its_words() -> None:
    # given a level square of 1.2 ha and a line up a slope of 3 by 4 metres
    area = Note(id="a", kind="polygon", points=SQUARE, words="地块 A-03", is_measured=True)
    slope = Note(id="b", kind="line", points=((0.0, 0.0, 0.0), (3.0, 0.0, 4.0)), is_measured=True)

    # when they are measured, then the area is level, the length in space, and a place has no measure
    assert measure_of(area).zh == "1.20 公顷"
    assert label_of(area).zh == "地块 A-03\n1.20 公顷"
    assert label_of(slope).en == "5.0 m"
    assert measure_of(Note(id="c", kind="point", points=SQUARE[:1], is_measured=True)) is None
    assert label_of(Note(id="d", kind="line", points=SQUARE[:2])) is None


def test_words_of_an_area_stand_inside_it_even_where_its_middle_lies_outside() -> None:
    # given an area shaped like a U
    ring = ((0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30))
    area = Note(id="u", kind="polygon", points=tuple((float(x), float(y), 2.0) for x, y in ring))

    # when the place of its words is looked for, then it is in one of the three arms, at the height of the area
    x, y, height = middle_of(area)
    assert 0 < x < 30
    assert y < 10 or not 10 <= x <= 20
    assert height == 2.0


def test_the_head_of_an_arrow_points_where_the_arrow_does() -> None:
    # given an arrow of 60 m to the north-east, when its head is made
    left, tip, right = arrow_head((0.0, 0.0, 1.0), (42.0, 42.0, 3.0))

    # then it ends where the arrow does, is as wide to both sides, a sixth as long, and level
    assert tip == (42.0, 42.0, 3.0)
    assert left[0] - tip[0] == pytest.approx(right[1] - tip[1])
    assert hypot(left[0] - tip[0], left[1] - tip[1]) == pytest.approx(hypot(42.0, 42.0) / 6)
    assert left[2] == right[2] == 3.0
    assert arrow_head((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))[0] == (1.0, 1.0, 1.0)


def test_a_stroke_keeps_its_corners_and_heights_and_loses_the_rest() -> None:
    # given a stroke along two sides of a corner, a place every metre, up a slope
    along = [(float(x), 0.0, 0.1 * x) for x in range(50)] + [(49.0, float(y), 4.9) for y in range(1, 50)]

    # when it is thinned to half a metre, then three places are left
    assert thinned(along, 0.5) == ((0.0, 0.0, 0.0), (49.0, 0.0, pytest.approx(4.9)), (49.0, 49.0, 4.9))
    assert thinned(along[:2], 0.5) == tuple(along[:2])
