"""A case as screens list it and draw it, and how many there are; no personal data, nothing that needs a calendar."""

from collections.abc import Mapping

import msgspec

from sanping.domain.case import ENDED, STAGE_OF, Colour, Stage, State, Urgency
from sanping.domain.component import ClassKind
from sanping.domain.label import LOWEST, Label


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One case in short, as it stands after step number `rev`.

    `title_zh`, `title_en` name its class. `begun_ms` and `due_ms` are the span of the clock that runs, 0 when none does
    or it is paused. `turns` are the moments at which that clock's colour changes, oldest first, so that no screen needs
    the work calendar. `lon_deg`, `lat_deg` are CGCS2000, `x_m`, `y_m` the same place in the twin's CRS; None when it is
    unknown. `photo` is the newest photo's name, "" for none. `label` is up to whom it is told.
    """

    id: str
    rev: int
    state: State
    kind: ClassKind
    case_class: str
    title_zh: str
    title_en: str
    source: str
    area: str
    reported_ms: int
    changed_ms: int
    urgency: Urgency = "normal"
    address: str = ""
    department: str = ""
    begun_ms: int = 0
    due_ms: int = 0
    turns: tuple[tuple[int, Colour], ...] = ()
    x_m: float | None = None
    y_m: float | None = None
    lon_deg: float | None = None
    lat_deg: float | None = None
    alarm: str = ""
    component: str = ""
    photo: str = ""
    closed_ms: int = 0
    reworks: int = 0
    merged_into: str = ""
    is_simulated: bool = False
    label: Label = LOWEST

    @property
    def stage(self) -> Stage:
        """The stage of GB/T 30428.8 it is in, or ended in."""
        return STAGE_OF[self.state]

    @property
    def is_open(self) -> bool:
        """Whether work is left: it is neither closed nor ended otherwise."""
        return self.state not in ENDED and self.state != "closed"

    def colour_at(self, now_ms: int) -> Colour:
        """Return the colour of its clock at a moment; grey while none runs."""
        found: Colour = "grey"
        for moment_ms, colour in self.turns:
            if now_ms >= moment_ms:
                found = colour
        return found

    def left_at(self, now_ms: int) -> float | None:
        """Return the share of wall time left on the running clock, 1 at its begin and 0 from its end; None if none."""
        if not self.due_ms or self.due_ms <= self.begun_ms:
            return None
        return min(1.0, max(0.0, (self.due_ms - now_ms) / (self.due_ms - self.begun_ms)))


class CaseCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases there are, as of `at_ms`; `day_ms` is when today began.

    `open_by_*` count cases that are open by stage, code of the street (or the widest known area), department, class
    and source; `by_hour` counts today's reports by hour of the day. Rates are shares 0…1 over the last thirty days, by
    the names and formulas of docs/reference/cases.md, absent when there is nothing to count. Cases with a label
    above `label` are not counted.
    """

    at_ms: int
    day_ms: int
    reported_today: int = 0
    filed_today: int = 0
    closed_today: int = 0
    overdue: int = 0
    due_soon: int = 0
    total: int = 0
    open_by_stage: Mapping[str, int] = {}
    open_by_area: Mapping[str, int] = {}
    open_by_department: Mapping[str, int] = {}
    open_by_class: Mapping[str, int] = {}
    open_by_source: Mapping[str, int] = {}
    by_hour: tuple[int, ...] = ()
    rates: Mapping[str, float] = {}
    is_simulated: bool = False
    label: Label = LOWEST
