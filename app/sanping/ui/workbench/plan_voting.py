"""The vote on the alternatives of a plan at the desk: opened with pictures and figures, followed live, closed."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from sanping.analysis.massing import judged
from sanping.commands import plan_decisions as decide
from sanping.commands.massing_table import verdict_of
from sanping.domain.ballot import LARGEST_PICTURE, Ballot
from sanping.domain.label import LOWEST, Label, Labels
from sanping.domain.plan import Alternative, Plan
from sanping.domain.text import Language, Text
from sanping.stage.plan_showing import masses_in
from sanping.stage.projection import pixel_of
from sanping.twin.live import LiveState
from sanping.ui.cases.look import CHIP_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.labelling import LabelBadge, LabelChoice
from sanping.ui.wording import Wording
from sanping.ui.workbench.planning import Planning
from sanping.ui.workbench.tool import ToolDesk

OPEN, CLOSE = Text("发起表决", "Open a vote"), Text("结束表决", "Close the vote")
NONE = Text("表决：手机上看图看指标，每台设备一票", "Vote: phones see pictures and figures, one vote for each device")
RUNNING = Text("“{title}”表决中：{count} 票", "Voting on {title}: {count} votes")
OVER = Text("“{title}”表决已结束：{count} 票，{name}领先", "The vote on {title} is over: {count} votes, {name} leads")
NOBODY, EVEN = Text("无", "nobody"), Text("并列", "several")
TOO_FEW = Text("表决至少需要两个方案", "A vote needs two alternatives at least")
NO_HUB = Text("没有连接中枢，不能发起表决", "There is no hub, so no vote can be opened")
COUNT = Text("{name}　{count} 票", "{name}: {count}")
PICTURE_PX, ROOM = (320, 200), 1.3
ALL_PICTURES = 42_000
QUALITIES = (72, 58, 46, 36, 26, 18, 10)
Seen = Callable[[tuple[int, int]], Sequence[tuple[float, float]]]
BAR_STYLE = (
    "QProgressBar { background: rgba(4,14,32,150); border: 1px solid rgba(70,140,210,90); border-radius: 4px;"
    " min-height: 20px; max-height: 20px; text-align: left; padding-left: 6px; color: #e8f4ff; }"
    "QProgressBar::chunk { background: rgba(50,150,235,140); border-radius: 3px; }"
)


class VotePanel(QWidget):
    """Shows one ballot, or that there is none; `open_asked` and `close_asked` say what the person wants."""

    open_asked = Signal()
    close_asked = Signal()

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.ballot: Ballot | None = None
        self.bars: list[QProgressBar] = []
        rows = column(self, 4)
        self.said = plain_label(role="quiet")
        self.badge, self.label = LabelBadge(wording), LabelChoice("votes", wording)
        head = row(self.said, self.badge)
        head.setStretch(0, 1)
        rows.addLayout(head)
        self._holder = QWidget()
        self._rows = column(self._holder, 4)
        rows.addWidget(self._holder)
        self.begin, self.end = QPushButton(), QPushButton()
        self.begin.setStyleSheet(MAIN_STYLE)
        self.end.setStyleSheet(CHIP_STYLE)
        wording.put(self.begin.setText, OPEN)
        wording.put(self.end.setText, CLOSE)
        self.begin.clicked.connect(self.open_asked)
        self.end.clicked.connect(self.close_asked)
        rows.addLayout(row(self.label, self.begin, self.end))
        self.show_ballot(None)

    def offer(self, labels: Labels, clearance: Label) -> None:
        """Offer the labels that a vote may have."""
        self.label.offer(labels, clearance)
        self._show_choice()

    def show_ballot(self, ballot: Ballot | None) -> None:
        """Show how the votes stand."""
        self.ballot = ballot
        is_open = ballot is not None and ballot.is_open
        self.begin.setVisible(not is_open)
        self.end.setVisible(is_open)
        self._show_choice()
        while len(self.bars) > (0 if ballot is None else len(ballot.choices)):
            self.bars.pop().deleteLater()
        while ballot is not None and len(self.bars) < len(ballot.choices):
            bar = QProgressBar()
            bar.setStyleSheet(BAR_STYLE)
            self.bars.append(bar)
            self._rows.addWidget(bar)
        self.speak(self._words.language)

    def _show_choice(self) -> None:
        is_open = self.ballot is not None and self.ballot.is_open
        self.label.setVisible(not is_open and self.label.chosen is not None)

    def speak(self, language: Language) -> None:
        """Write everything in another language."""
        ballot = self.ballot
        self.label.say()
        self.badge.show_label(LOWEST if ballot is None else ballot.label)
        if ballot is None:
            self.said.setText(NONE.in_language(language))
            return
        self.said.setText(told(ballot).in_language(language))
        for bar, choice, count in zip(self.bars, ballot.choices, ballot.counts, strict=True):
            bar.setRange(0, max(1, ballot.voters))
            bar.setValue(count)
            bar.setFormat(COUNT.with_values(name=choice.name, count=count).in_language(language))


def told(ballot: Ballot) -> Text:
    """Return how a vote stands, in a sentence."""
    if ballot.is_open:
        return RUNNING.with_values(title=ballot.title, count=ballot.voters)
    leading = ballot.leading
    name = NOBODY if not leading else EVEN if len(leading) > 1 else ballot.choices[leading[0]].name
    return OVER.with_values(title=ballot.title, count=ballot.voters, name=name)


class PlanVoting(QObject):
    """Opens and closes votes of one desk, and follows them."""

    def __init__(self, desk: ToolDesk, planning: Planning, panel: VotePanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._planning, self.panel = desk, planning, panel
        panel.open_asked.connect(self.open)
        panel.close_asked.connect(self.end)
        desk.living.state_changed.connect(self._on_state)

    @Slot()
    def open(self) -> None:
        """Open a vote on the alternatives of the open area, each with a picture from here."""
        planning, plan = self._planning, self._planning.book.present
        if plan is None or len(plan.alternatives) < 2:
            self._desk.say(TOO_FEW)
            return
        if self._desk.living.link is None:
            self._desk.say(NO_HUB)
            return
        before = (planning.book.alternative, planning.view)
        most = min(LARGEST_PICTURE, ALL_PICTURES // len(plan.alternatives))
        choices = [self._choice(one.id, most) for one in plan.alternatives]
        planning.view = before[1]
        planning.open(decide.opened(planning.book, plan.id, before[0]))
        self._wish("vote.open", {"plan": plan.id, "title": plan.title, "choices": choices, **self.panel.label.asked})

    @Slot()
    def end(self) -> None:
        """Close the vote."""
        if self.panel.ballot is not None:
            self._wish("vote.close", {"ballot": self.panel.ballot.id})

    def _choice(self, id: str, most_bytes: int) -> dict[str, Any]:
        planning = self._planning
        planning.view = "after"
        planning.open(decide.opened(planning.book, planning.book.plan, id))
        plan, one = planning.book.present, planning.book.shown
        assert plan is not None
        assert one is not None
        found = planning.massing_of(one)
        return {
            "id": id,
            "name": one.name,
            "far": round(found.far, 3),
            "density": round(found.density, 4),
            "gfa_m2": round(found.gfa_m2, 1),
            "highest_m": round(found.highest_m, 2),
            "buildings": found.buildings,
            "passes": verdict_of(judged(found, plan.limits)),
            "picture": picture_text(self._desk.viewport.grabFramebuffer, most_bytes, self._around(plan, one)),
        }

    def _around(self, plan: Plan, one: Alternative) -> Seen:
        """Return what finds the area and the tops of what is planned in a picture of the view."""
        foot = min((mass.base_m for mass in masses_in(one)), default=self._planning.ground_under(plan.area))
        places = [(x, y, foot) for x, y in plan.area]
        places += [(x, y, mass.base_m + mass.height_m) for mass in masses_in(one) for x, y in mass.outline]
        camera = self._desk.state.stage.camera
        return lambda size: [at for place in places if (at := pixel_of(camera, place, size)) is not None]

    def _wish(self, action: str, arguments: dict[str, Any]) -> None:
        self._desk.living.wish(action, arguments)

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        self.panel.offer(self._desk.content.project.labels, state.clearance)
        ballot = state.ballot_of()
        if ballot != self.panel.ballot:
            self.panel.show_ballot(ballot)


def part_around(size_px: tuple[int, int], pixels: Sequence[tuple[float, float]]) -> QRect:
    """Return the part of a picture around some pixels, with room beside them: in the shape of `PICTURE_PX`.

    It is never finer than the pixels of the picture, and the largest in the middle where they are not to be seen.
    """
    width, height = size_px
    wide, high = PICTURE_PX
    most = min(width / wide, height / high)
    seen = [(x, y) for x, y in pixels if 0.0 <= x < width and 0.0 <= y < height]
    middle, share = (width / 2.0, height / 2.0), most
    if len(seen) > 1:
        (left, right), (top, foot) = ((min(values), max(values)) for values in zip(*seen, strict=True))
        middle = ((left + right) / 2.0, (top + foot) / 2.0)
        share = min(most, max(1.0, ROOM * max((right - left) / wide, (foot - top) / high)))
    size = (round(wide * share), round(high * share))
    left, top = (min(max(0, round(at - long / 2.0)), most_px - long)
                 for at, long, most_px in zip(middle, size, size_px, strict=True))  # fmt: skip
    return QRect(left, top, *size)


def picture_text(grab: Callable[[], QImage], most_bytes: int, around: Seen = lambda _size: ()) -> str:
    """Return the part of a view that matters as a small JPEG in base64 of at most so many characters, "" for none."""
    image = grab()
    if image.isNull():
        return ""
    wide, high = PICTURE_PX
    size_px = (image.width(), image.height())
    part = part_around(size_px, around(size_px))
    small = image.copy(part).scaled(wide, high, Qt.AspectRatioMode.IgnoreAspectRatio,
                                    Qt.TransformationMode.SmoothTransformation)  # fmt: skip
    for quality in QUALITIES:
        body = QByteArray()
        buffer = QBuffer(body)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QImageWriter(buffer, b"jpg")
        writer.setQuality(quality)
        writer.write(small.convertToFormat(QImage.Format.Format_RGB888))
        text = bytes(body.toBase64().data()).decode("ascii")
        if len(text) <= most_bytes:
            return text
    return ""
