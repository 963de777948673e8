"""Which alternative of a plan the wall shows, with its figures; it hides while no plan is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from sanping.domain.ballot import Ballot
from sanping.domain.text import Text
from sanping.stage.plan_shown import ShownFigures, ShownPlan
from sanping.ui.wall.brush import LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.marks import CLOCK

TODAY, COMPARED = Text("现状", "Today"), Text("{name} · 与现状对比", "{name} · beside today")
FAR, DENSITY = Text("容积率", "FAR"), Text("建筑密度", "Density")
GFA, HIGHEST = Text("建筑面积", "Floor area"), Text("最高", "Highest")
PASSES, FAILS = Text("符合规划条件", "Meets the conditions"), Text("超出规划条件", "Exceeds the conditions")
VOTE = Text("方案表决", "Vote on the schemes")
VOTING, VOTED = Text("表决中 {count} 票", "Voting: {count}"), Text("表决结果 {count} 票", "Result: {count} votes")
EDGE_EM = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeLine:
    """The area, what of it is shown, its place among the alternatives, its figures, and how a vote on them stands."""

    title: str
    name: Text
    place: str
    figures: ShownFigures | None
    vote: Text | None = None
    counts: tuple[tuple[str, int], ...] = ()


def scheme_line(shown: ShownPlan | None, ballot: Ballot | None = None) -> SchemeLine | None:
    """Return what is told of a plan and of the vote on its alternatives, None for neither."""
    if shown is None and ballot is None:
        return None
    vote = None if ballot is None else (VOTING if ballot.is_open else VOTED).with_values(count=ballot.voters)
    counts = () if ballot is None else tuple(zip((one.name for one in ballot.choices), ballot.counts, strict=True))
    if shown is None:
        return SchemeLine(title="" if ballot is None else ballot.title, name=VOTE, place="", figures=None, vote=vote,
                          counts=counts)  # fmt: skip
    is_today = not shown.alternative or shown.view == "before"
    name = TODAY if is_today else Text(shown.name, shown.name)
    return SchemeLine(
        title=shown.title,
        name=COMPARED.with_values(name=name) if shown.view == "compare" and not is_today else name,
        place="" if is_today else f"{shown.number}/{shown.count}",
        figures=shown.figures,
        vote=vote,
        counts=counts,
    )


class SchemeStrip:
    """One line over glass: area and alternative, then its figures."""

    nominal_em = (52.0, 5.4)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the line, None for none."""
        return scheme_line(facts.scheme, facts.ballot)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the line."""
        shown: SchemeLine = turn.now
        if shown is None:
            return
        lines = 1 + (shown.figures is not None) + (shown.vote is not None)
        area.setHeight(area.height() * lines / 3.0)
        inner = brush.strip(area, EDGE_EM)
        rooms = iter(QRectF(inner.left(), inner.top() + number * inner.height() / lines, inner.width(),
                            inner.height() / lines) for number in range(lines))  # fmt: skip
        _paint_name(brush, next(rooms), shown)
        if shown.figures is not None:
            _paint_figures(brush, next(rooms), shown.figures)
        if shown.vote is not None:
            _paint_vote(brush, next(rooms), shown.vote, shown.counts)


def _paint_name(brush: Brush, line: QRectF, shown: SchemeLine) -> None:
    """Paint the alternative large, its area before it, and the verdict at the right."""
    look, em = brush.look, brush.em
    passes = None if shown.figures is None else shown.figures.passes
    right = line.right()
    if passes is not None:
        words = brush.say(PASSES if passes else FAILS)
        brush.size()
        brush.write(line, words, look.tint(CLOCK["green" if passes else "red"]), RIGHT)
        right -= brush.width(words) + em
    brush.size()
    brush.write(QRectF(line.left(), line.top(), max(0.0, right - line.left()), line.height()), shown.title, look.quiet,
                LEFT)  # fmt: skip
    left = line.left() + brush.width(shown.title) + 0.8 * em
    brush.size(1.25, is_bold=True)
    name = f"{brush.say(shown.name)}  {shown.place}".strip()
    brush.write(QRectF(left, line.top(), max(0.0, right - left), line.height()), name, look.number, LEFT)


def _paint_figures(brush: Brush, line: QRectF, figures: ShownFigures) -> None:
    """Paint four figures in equal columns."""
    look = brush.look
    told = (
        (FAR, f"{figures.far:.2f}"),
        (DENSITY, f"{100.0 * figures.density:.1f}%"),
        (GFA, f"{figures.gfa_m2 / 1e4:,.2f} 万m²" if brush.language == "zh" else f"{figures.gfa_m2:,.0f} m²"),
        (HIGHEST, f"{figures.highest_m:.1f} m"),
    )
    wide = line.width() / len(told)
    for number, (title, value) in enumerate(told):
        cell = QRectF(line.left() + number * wide, line.top(), wide, line.height())
        brush.size()
        brush.say_in(cell, title, look.quiet)
        left = brush.width(brush.say(title)) + 0.5 * brush.em
        brush.size(1.1, is_bold=True)
        brush.write(cell.adjusted(left, 0, 0, 0), value, look.text, LEFT)


def _paint_vote(brush: Brush, line: QRectF, vote: Text, counts: Sequence[tuple[str, int]]) -> None:
    """Paint the votes for each choice as bars in equal columns."""
    look, em = brush.look, brush.em
    brush.size()
    brush.say_in(line, vote, look.tint(CLOCK["yellow"]))
    left = brush.width(brush.say(vote)) + 1.2 * em
    room = line.adjusted(left, 0, 0, 0)
    wide, most = room.width() / max(1, len(counts)), max(1, *(count for _, count in counts))
    whole = max(1, sum(count for _, count in counts))
    for number, (name, count) in enumerate(counts):
        cell = QRectF(room.left() + number * wide, room.top(), wide - 0.8 * em, room.height())
        leads = count == most and sum(votes == most for _, votes in counts) == 1
        colour = look.tint(CLOCK["green"]) if leads else look.accent
        bar = QRectF(cell.left(), cell.bottom() - 0.3 * em, cell.width() * count / most, 0.22 * em)
        brush.bar(bar, colour)
        brush.size(is_bold=True)
        told = f"{count} · {count / whole:.0%}" if count else "0"
        brush.write(cell, told, colour if leads else look.number, RIGHT)
        used = brush.width(told) + 0.4 * em
        brush.size(is_bold=leads)
        brush.write(cell.adjusted(0, 0, -used, 0), name, look.text, LEFT)
