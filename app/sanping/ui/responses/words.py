"""Words and colours that the panels of responses share; pure but for Qt's colours."""

from sanping.domain.case import Colour
from sanping.domain.response import LEVEL_COLOURS, Response, ResponseLevel, ResponseTask
from sanping.domain.text import Text
from sanping.ui.live.colours import ALARM
from sanping.ui.wall.governing import unmarked

LATE, LEFT = Text("超 {time}", "{time} over"), Text("剩 {time}", "{time} left")
MINUTES, HOURS = Text("{n} 分", "{n} min"), Text("{n} 小时 {m} 分", "{n} h {m} min")
CLOCKS: dict[Colour, str] = {
    "green": "#3bd68a", "yellow": "#ffd23c", "orange": "#ff8a2a", "red": "#ff5252", "grey": "#8a98aa",
}  # fmt: skip


def level_colour(level: ResponseLevel) -> str:
    """Return the statutory colour of a level, as a style sheet writes it."""
    return ALARM[LEVEL_COLOURS[level]].name()


def span_words(span_ms: int) -> Text:
    """Return a span in minutes, or hours and minutes."""
    minutes = max(0, span_ms) // 60_000
    if minutes < 60:
        return MINUTES.with_values(n=minutes)
    return HOURS.with_values(n=minutes // 60, m=minutes % 60)


def clock_words(task: ResponseTask, now_ms: int) -> Text | None:
    """Return how much time a task has left, or by how much it is over; None when its clock does not run."""
    if not task.is_running:
        return None
    late_ms = task.late_ms(now_ms)
    if late_ms:
        return LATE.with_values(time=span_words(late_ms))
    return LEFT.with_values(time=span_words(task.due_ms - now_ms))


def party_name(response: Response, department: str) -> Text:
    """Return what people call a department, without the mark that it is simulated."""
    for party in response.parties:
        if party.department == department:
            return unmarked(party.name_zh, party.name_en)
    return Text(department, department)


def elapsed(response: Response, now_ms: int) -> str:
    """Return for how long it has run, as 00:27:05."""
    seconds = max(0, (now_ms if response.is_active else response.ended_ms) - response.started_ms) // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
