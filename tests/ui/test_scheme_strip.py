"""What the wall says of a plan's alternative and of the vote on it."""

from dataclasses import replace

import pytest

from sanping.domain.ballot import Ballot, BallotChoice
from sanping.stage.plan_shown import ShownFigures, ShownPlan
from sanping.ui.wall.panels.scheme_strip import scheme_line

pytestmark = pytest.mark.gui
SHOWN = ShownPlan(
    plan="p001", title="滨河地块", alternative="a2", name="低密度", number=2, count=3, figures=ShownFigures(far=1.2)
)
BALLOT = Ballot(
    id="one", plan="p001", title="滨河地块", counts=(3, 1), opened_ms=1,
    choices=(BallotChoice(id="a1", name="方案 A"), BallotChoice(id="a2", name="低密度")),
)  # fmt: skip


def test_the_strip_names_what_is_shown_and_hides_without_it() -> None:
    # given an alternative, the same beside today, and today
    views = (SHOWN, replace(SHOWN, view="compare"), replace(SHOWN, view="before"))

    # when the wall tells of each
    lines = [scheme_line(one) for one in views]

    # then it says which, and nothing without a plan
    assert [None if line is None else (line.name.zh, line.place) for line in lines] == [
        ("低密度", "2/3"), ("低密度 · 与现状对比", "2/3"), ("现状", ""),
    ]  # fmt: skip
    assert scheme_line(None) is None


def test_the_strip_tells_how_a_vote_stands_with_and_without_a_scheme() -> None:
    # given an open vote and a closed one
    closed = Ballot(**{**{name: getattr(BALLOT, name) for name in BALLOT.__struct_fields__}, "closed_ms": 9})

    # when the wall tells of both
    open_line, closed_line = scheme_line(SHOWN, BALLOT), scheme_line(None, closed)

    # then counts stand with their names
    assert open_line is not None
    assert closed_line is not None
    assert (open_line.vote and open_line.vote.zh, open_line.counts) == ("表决中 4 票", (("方案 A", 3), ("低密度", 1)))
    assert (closed_line.vote and closed_line.vote.zh, closed_line.figures) == ("表决结果 4 票", None)
