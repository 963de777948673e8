"""The major event at the desk: the countdown, the phase, and how the posts stand; a post is flown to."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from sanping.domain.label import Label, is_cleared
from sanping.domain.major_event import KIND_TITLES, POST_TITLES, EventPost, MajorEvent, PostReport, PostState
from sanping.domain.text import Language, Text
from sanping.twin.major_event import closed_at, countdown, standing
from sanping.ui.cases.look import column, plain_label, row
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.ui.labelling import LabelBadge
from sanping.ui.responses.list_panel import ROW_STYLE
from sanping.ui.responses.words import CLOCKS

TITLE = Text("活动保障", "Major event")
COUNT = {
    "before": Text("距开始 {time}", "begins in {time}"),
    "during": Text("距结束 {time}", "ends in {time}"),
    "after": Text("已结束 {time}", "ended {time} ago"),
}
FACTS = Text(
    "{phase} · 在岗 {there}/{total} · 封路 {closed} 处", "{phase} · {there}/{total} in place · {closed} closed"
)
ROW = Text("{kind}  {name} · {people} 人 · {state} {note}", "{kind}  {name} · {people} people · {state} {note}")
COLOURS: dict[PostState, str] = {
    "away": CLOCKS["grey"], "in_place": CLOCKS["green"], "help": CLOCKS["red"], "left": "#5b6b80",
}  # fmt: skip
_ORDER: dict[PostState, int] = {"help": 0, "away": 1, "in_place": 2, "left": 3}


class EventPanel(GlassPanel):
    """Hides itself where there is no event; `post_asked` carries an `EventPost`."""

    post_asked = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 150
        self.shown: MajorEvent | None = None
        self._reports: Mapping[str, PostReport] = {}
        self._now_ms = 0
        self.rows: dict[str, QPushButton] = {}
        self.name, self.count, self.facts = plain_label(), plain_label(), plain_label(role="quiet")
        self.name.setStyleSheet("color:#ffffff; font-weight:600;")
        self.count.setStyleSheet("color:#46cdff; font-size:22px; font-weight:700;")
        self._area = tall_area()
        holder = QWidget()
        self._posts = column(holder, 3)
        self._area.setWidget(holder)
        self.body.setContentsMargins(10, 8, 8, 10)
        self.badge = LabelBadge(self.words)
        head = row(self.name, self.badge)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        for widget in (self.count, self.facts):
            self.body.addWidget(widget)
        self.body.addWidget(self._area, 1)

    @property
    def is_wanted(self) -> bool:
        """Whether there is an event."""
        return self.shown is not None

    def wanted_height(self, width: int) -> int:
        """Height for some posts."""
        return super().wanted_height(width) if self.is_folded else HEADER_HEIGHT + 340

    def show_event(self, event: MajorEvent | None, reports: Mapping[str, PostReport], now_ms: int) -> None:
        """Show an event with its posts, those that call for help first."""
        is_other = event != self.shown or reports != self._reports
        had = self.shown is not None
        self.shown, self._reports, self._now_ms = event, reports, now_ms
        if event is None:
            if had:
                self.content_changed.emit()
            return
        if is_other:
            self._fill(event)
        self._count(event)
        if not had:
            self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        if self.shown is not None:
            self._fill(self.shown)
            self._count(self.shown)

    def _state(self, post: EventPost) -> PostState:
        report = self._reports.get(post.id)
        return "away" if report is None else report.state

    def _fill(self, event: MajorEvent) -> None:
        say = self.words.say
        self.name.setText(say(Text(event.title_zh, event.title_en)))
        self.badge.show_label(event.label)
        top = self._area.verticalScrollBar().value()
        remove_widgets(self._posts)
        self.rows = {}
        for post in sorted(event.posts, key=lambda post: (_ORDER[self._state(post)], post.route_m)):
            state, report = self._state(post), self._reports.get(post.id)
            words = ROW.with_values(
                kind=KIND_TITLES[post.kind], name=Text(post.name_zh, post.name_en), people=post.people,
                state=POST_TITLES[state], note="" if report is None else report.note,
            )  # fmt: skip
            button = self.rows[post.id] = QPushButton(say(words).strip())
            button.setStyleSheet(ROW_STYLE.format(colour=COLOURS[state]))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(say(Text(post.duty_zh, post.duty_en)))
            button.setProperty("post", post)
            button.clicked.connect(self._on_post)
            is_above = report is not None and not is_cleared(event.label, report.label)
            self._posts.addWidget(self._beside(button, report.label) if report is not None and is_above else button)
        self._posts.addStretch(1)
        self._area.verticalScrollBar().setValue(top)

    def _beside(self, button: QPushButton, label: Label) -> QWidget:
        """Return the row of a post whose report has a higher label than the event: with a badge of its own."""
        holder = QWidget()
        column(holder).addLayout(line := row(button, LabelBadge(self.words, label)))
        line.setStretch(0, 1)
        return holder

    def _count(self, event: MajorEvent) -> None:
        say, found = self.words.say, countdown(event, self._now_ms)
        seconds = max(0, found.left_ms) // 1000
        time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        self.count.setText(say(COUNT[found.state].with_values(time=time)))
        phase = Text("—", "—") if found.phase is None else Text(found.phase.title_zh, found.phase.title_en)
        stand = standing(event, self._reports)
        facts = FACTS.with_values(
            phase=phase, there=stand["in_place"] + stand["help"], total=len(event.posts),
            closed=len(closed_at(event, self._now_ms)),
        )  # fmt: skip
        self.facts.setText(say(facts))

    @Slot()
    def _on_post(self) -> None:
        self.post_asked.emit(self.sender().property("post"))
