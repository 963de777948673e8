"""The cases of the city in figures: how many came, how many went, how many wait; and the rates as rings."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from sanping.domain.text import Text
from sanping.twin.cases.feedback import same_span
from sanping.ui.wall.brush import CENTRE, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import Governed
from sanping.ui.wall.marks import CLOCK, grade_colour, ring, settled
from sanping.ui.wall.panels.figures import Flop, paint_flops

TITLE = Text("案件总览", "Cases today")
RATES_TITLE = Text("处置成效", "How well it goes")
MONTH = Text("近 30 天", "last 30 days")
AS_OF = Text("截至 {time}", "as of {time}")
NONE = Text("本孪生未接入城市治理", "This twin does not govern cases")
NO_RATES = Text("还没有可统计的案件", "No case to count yet")
PIECES = Text("件", "cases")
REPORTED, FILED, CLOSED = Text("今日受理", "Reported"), Text("今日立案", "Filed"), Text("今日结案", "Closed")
RUNNING, OVERDUE, SOON = Text("在办", "Running"), Text("超期", "Overdue"), Text("临期", "Due soon")
RATES: tuple[tuple[str, Text, bool], ...] = (
    ("on_time_rate", Text("按期处置", "On time"), False),
    ("closing_rate", Text("结案率", "Closed"), False),
    ("satisfaction_rate", Text("满意率", "Satisfied"), False),
    ("handling_rate", Text("处置率", "Handled"), False),
    ("rework_rate", Text("返工率", "Reworked"), True),
)
HOTLINE_TITLE = Text("12345 三率", "Hotline 12345")
HOTLINE_RATES: tuple[tuple[str, Text, bool], ...] = (
    ("call_response_rate", Text("响应率", "Responded"), False),
    ("call_solved_rate", Text("解决率", "Solved"), False),
    ("call_satisfaction_rate", Text("满意率", "Satisfied"), False),
    ("call_back_rate", Text("回访率", "Called back"), False),
)
PAGE_MS = 12_000
DISCOVERY = ("discovery_rate", Text("主动发现", "Found by us"), False)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The figures, as of when."""

    flops: tuple[Flop, ...]
    note: Text
    is_simulated: bool


def case_flops(facts: WallFacts) -> tuple[Flop, ...]:
    """Return the figures of the day; empty while nothing is known of cases."""
    governed = facts.governed
    if governed is None or governed.counts is None:
        return ()
    counts = governed.counts
    running = sum(counts.open_by_stage.values())
    before = _yesterday(facts, governed)
    filed, closed = counts.filed_today, counts.closed_today
    ever = Text(f"累计 {counts.total:,}", f"{counts.total:,} ever")
    soon, late = counts.due_soon, counts.overdue
    return (
        Flop(name=REPORTED, digits=f"{counts.reported_today}", unit=PIECES, note=before),
        Flop(name=FILED, digits=f"{filed}", unit=PIECES, note=_of(filed, counts.reported_today)),
        Flop(name=CLOSED, digits=f"{closed}", unit=PIECES, note=_of(closed, filed)),
        Flop(name=RUNNING, digits=f"{running}", unit=PIECES, note=ever),
        Flop(name=SOON, digits=f"{soon}", unit=PIECES, note=_share(soon, running),
             colour=CLOCK["orange"] if soon else None),
        Flop(name=OVERDUE, digits=f"{late}", unit=PIECES, note=_share(late, running),
             colour=CLOCK["red"] if late else None),
    )  # fmt: skip


def _yesterday(facts: WallFacts, governed: Governed) -> Text:
    """Say how today compares with yesterday by the same time of day."""
    now = facts.clock()
    counts = governed.counts
    if counts is None or not governed.yesterday:
        return Text("", "")
    today, had = same_span(counts.by_hour, governed.yesterday, now.hour, (now.minute + now.second / 60) / 60)
    if had < 1:
        return Text("", "")
    change = round(100 * (today - had) / had)
    arrow = "▲" if change > 0 else "▼" if change < 0 else "—"
    return Text(f"同比昨日 {arrow}{abs(change)}%", f"{arrow}{abs(change)}%")


def _of(part: int, whole: int) -> Text:
    share = f"{100 * part / whole:.0f}%" if whole else "—"
    return Text(f"占比 {share}", share)


def _share(part: int, whole: int) -> Text:
    share = f"{100 * part / whole:.1f}%" if whole else "—"
    return Text(f"占在办 {share}", share)


class CaseFigures:
    """Numbers whose digits flip over when they change."""

    nominal_em = (23.5, 12.5)
    turns_ms = 520

    def content(self, facts: WallFacts) -> object:
        """Return the figures, None without governance."""
        flops = case_flops(facts)
        if not flops or facts.governed is None or facts.governed.counts is None:
            return None
        time = f"{facts.clock(facts.governed.counts.at_ms):%H:%M}"
        return Shown(flops=flops, note=AS_OF.with_values(time=time), is_simulated=facts.governed.is_simulated)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the cards."""
        shown: Shown | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, TITLE), NONE)
            return
        room = brush.frame(area, TITLE, shown.note, is_simulated=shown.is_simulated)
        before = turn.before.flops if isinstance(turn.before, Shown) else ()
        paint_flops(brush, room, shown.flops, (before, turn.share))


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Rates 0…1 with their names, whether a low one is good, and whether they were made up."""

    rates: tuple[tuple[Text, float, bool], ...]
    is_simulated: bool
    title: Text = RATES_TITLE


class CaseRates:
    """As many rings as there is room for: of all cases, and in turn of the hotline once callers were called back."""

    nominal_em = (23.5, 8.0)
    turns_ms = 900

    def content(self, facts: WallFacts) -> object:
        """Return the rates, None without governance."""
        governed = facts.governed
        if governed is None or governed.counts is None:
            return None
        known = governed.counts.rates
        of_all, of_calls = _known_rates((*RATES, DISCOVERY), known), _known_rates(HOTLINE_RATES, known)
        if len(of_calls) > 1 and facts.page(2, PAGE_MS):
            return Rates(rates=of_calls, is_simulated=governed.is_simulated, title=HOTLINE_TITLE)
        return Rates(rates=of_all, is_simulated=governed.is_simulated)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the rings; they run from where they were to where they are."""
        shown: Rates | None = turn.now
        if shown is None or not shown.rates:
            brush.nothing(brush.frame(area, RATES_TITLE), NONE if shown is None else NO_RATES)
            return
        room, em = brush.frame(area, shown.title, MONTH, is_simulated=shown.is_simulated), brush.em
        fit = max(1, min(len(shown.rates), int(room.width() // (5.2 * em))))
        rows = 2 if room.height() > 11.5 * em and len(shown.rates) > fit else 1
        across, down = room.width() / fit, room.height() / rows
        old = {name: share for name, share, _ in turn.before.rates} if isinstance(turn.before, Rates) else {}
        for number, (name, share, is_low) in enumerate(shown.rates[: fit * rows]):
            row, column = divmod(number, fit)
            cell = QRectF(room.left() + column * across, room.top() + row * down, across, down)
            there = settled(old.get(name), share, turn.share)
            _paint_rate(brush, cell, (name, there, share), is_low_good=is_low)


def _known_rates(
    wanted: tuple[tuple[str, Text, bool], ...], known: Mapping[str, float]
) -> tuple[tuple[Text, float, bool], ...]:
    return tuple((name, round(known[key], 3), is_low) for key, name, is_low in wanted if key in known)


def _paint_rate(brush: Brush, cell: QRectF, rate: tuple[Text, float, float], *, is_low_good: bool) -> None:
    name, there, share = rate
    em, look = brush.em, brush.look
    radius = min(0.40 * cell.width(), (cell.height() - 1.5 * em) / 2) - 0.42 * em
    centre = QPointF(cell.center().x(), cell.top() + radius + 0.45 * em)
    colour = look.accent if name == DISCOVERY[1] else look.tint(grade_colour(share, is_low_good=is_low_good))
    ring(brush, centre, radius, there, colour)
    brush.size(min(1.5, max(1.0, radius / em * 0.58)), is_bold=True)
    inside = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    said = f"{100 * there:.0f}%" if there > 0.9995 else f"{100 * there:.1f}%"
    brush.write(inside.adjusted(-em, 0, em, 0), said, look.number, CENTRE)
    brush.size()
    below = QRectF(cell.left(), cell.bottom() - 1.35 * em, cell.width(), 1.3 * em)
    brush.write(below, f"{brush.say(name)}", look.quiet, CENTRE)
