"""What people on the street reported: category, words, how long ago, by whom; the newest first, page by page."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt

from sanping.domain.report import CATEGORIES, Report
from sanping.domain.text import Text
from sanping.ui.live import words
from sanping.ui.live.reports_panel import COLOUR, NO_PLACE, PHOTO, TITLE
from sanping.ui.wall.brush import LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.panels.lists import PAGE, PAGE_MS

ROW_EM = 3.5
MOST = 60
LAST_DAY = Text("近 24 小时 {count} 件", "{count} in the last 24 h")
NONE = Text("近 24 小时没有现场上报", "No report in the last 24 h")


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One report as it is shown; `told` is what its reporter wrote."""

    category: Text
    age: Text
    told: str
    note: Text


@dataclass(frozen=True, kw_only=True)
class ReportList:
    """All reports of the last day, and how far time has turned their pages."""

    rows: tuple[ReportRow, ...]
    ticks: int


class Reports:
    """Pages through the reports of the last day; None while there is none, so that a room it shares shows the other."""

    nominal_em = (23.5, 18.0)
    turns_ms = 380

    def content(self, facts: WallFacts) -> object:
        """Return the reports, the newest first."""
        rows = tuple(_row(report, facts.now_ms) for report in facts.view.reports[:MOST])
        return ReportList(rows=rows, ticks=facts.now_ms // PAGE_MS) if rows else None

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the page of the moment; a new one slides in from the right."""
        shown: ReportList | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, TITLE), NONE)
            return
        em = brush.em
        fit = max(1, int((area.height() - 3.4 * em) // (ROW_EM * em)))
        pages = [shown.rows[n : n + fit] for n in range(0, len(shown.rows), fit)]
        number = shown.ticks % len(pages)
        count, page = LAST_DAY.with_values(count=len(shown.rows)), PAGE.with_values(page=number + 1, pages=len(pages))
        note = Text(f"{count.zh} · {page.zh}", f"{count.en} · {page.en}") if len(pages) > 1 else count
        room = brush.frame(area, TITLE, note)
        brush.painter.save()
        before = turn.before
        if isinstance(before, ReportList) and before.ticks != shown.ticks and turn.share < 1.0 and len(pages) > 1:
            brush.painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
            brush.painter.setOpacity(turn.share)
            room = room.translated(room.width() * 0.12 * (1.0 - turn.share), 0.0)
        for row, line in zip(pages[number], brush.rows(room, ROW_EM, fit), strict=False):
            _paint_row(brush, line, row)
        brush.painter.restore()


def _row(report: Report, now_ms: int) -> ReportRow:
    notes = [Text(report.by, report.by)] if report.by else []
    notes += [PHOTO] if report.photo else []
    notes += [NO_PLACE] if report.x_m is None or report.y_m is None else []
    return ReportRow(
        category=CATEGORIES[report.category],
        age=words.age(report.received_ms, now_ms),
        told=" ".join(report.words.split()),
        note=Text(" · ".join(note.zh for note in notes), " · ".join(note.en for note in notes)),
    )


def _paint_row(brush: Brush, line: QRectF, row: ReportRow) -> None:
    look, em = brush.look, brush.em
    mark = QRectF(line.left(), line.top() + 0.25 * em, 0.24 * em, line.height() - 0.5 * em)
    brush.painter.fillRect(mark, look.tint(COLOUR))
    brush.painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), look.grid)
    first = QRectF(line.left() + 0.8 * em, line.top() + 0.1 * em, line.width() - 0.8 * em, 0.5 * line.height())
    second = first.translated(0.0, 0.46 * line.height())
    brush.size()
    age = brush.say(row.age)
    brush.write(first, age, look.quiet, RIGHT)
    right = first.right() - brush.width(age) - em
    brush.size(1.08, is_bold=True)
    category = brush.say(row.category)
    wide = min(brush.width(category), right - first.left())
    brush.write(QRectF(first.left(), first.top(), wide, first.height()), category, look.number, LEFT)
    brush.size()
    after = first.left() + wide + em
    brush.say_in(QRectF(after, first.top(), right - after, first.height()), row.note, look.quiet, LEFT)
    brush.write(second, row.told, look.text, LEFT)
