"""sanping.cli.cutting: a section in words."""

import pytest

from sanping.analysis.sections import level_plane
from sanping.cli.cutting import section_of
from sanping.domain.errors import InputError


def test_a_height_a_line_and_a_box_are_sections() -> None:
    # given one, four and six numbers, and no words
    words = ("35.5", "0,0,0,10", "-5,-5,5,5,0,30", "")

    # when they are read
    level, line, box, nothing = (section_of(text) for text in words)

    # then they are a level, a wall north whose right side goes, and a box
    assert level is not None
    assert level.cutting.plane == level_plane(35.5)
    assert line is not None
    assert line.cutting.plane is not None
    assert line.cutting.plane.normal == pytest.approx((1.0, 0.0, 0.0))
    assert box is not None
    assert box.cutting.box is not None
    assert (box.cutting.box.west, box.cutting.box.top) == (-5.0, 30.0)
    assert nothing is None


@pytest.mark.parametrize("words", ["high", "1,2", "1,1,1,1", "5,0,-5,0,0,9", "1e300", "nan"])
def test_what_cannot_be_cut_is_refused_with_how_to_write_it(words: str) -> None:
    # given words, two numbers, a line without length, a box turned inside out, a height off the earth
    # when they are read, then the words are named
    with pytest.raises(InputError) as caught:
        section_of(words)
    assert words in caught.value.in_language("en")
