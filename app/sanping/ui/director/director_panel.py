"""The director's panel: who leads, what the wall shows (PGM) beside the desk (PVW), and the take."""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sanping.domain.label import Label, Labels
from sanping.domain.text import Language, Text
from sanping.stage.sharing import FIRST_BOARD, BoardName
from sanping.ui.action_book import ActionBook, key_text
from sanping.ui.director.plan_view import HEIGHT, LEAST_HEIGHT, PREVIEW, PROGRAMME, Plan, PlanView
from sanping.ui.glass import GlassPanel, LineButton
from sanping.ui.icons import Icons
from sanping.ui.labelling import LabelChoice
from sanping.ui.theme import AMBER_NAME, QUIET_NAME, TEXT_NAME
from sanping.ui.wording import Wording

TITLE = Text("导播台", "Director")
NOTHING = Text("", "")
BY_HAND = Text("标注、剖切、方案", "Notes, sections, schemes")
SAME = Text("大屏与本席一致", "The wall shows what the desk shows")
DIFFERS = Text("待切换：{what}", "To be taken: {what}")
SMOOTH, CUT = Text("平滑 1.2 秒", "Smooth 1.2 s"), Text("直切", "Cut")
LINK, PREVIEW_WORD, FOLLOW = Text("联动", "Link"), Text("预览", "Preview"), Text("跟随", "Follow")
LOCK, UNLOCK = Text("锁定", "Lock"), Text("解锁", "Unlock")
ASK, GIVE_UP, WAIT, BACK = (
    Text("申请主控", "Ask for it"), Text("交出主控", "Give it up"), Text("撤回申请", "Withdraw"),
    Text("收回", "Take back"),
)  # fmt: skip
SENSING, GOVERNING = Text("一网感知", "City state"), Text("一网治理", "Governing")
TAKE = Text("切换上屏", "TAKE")
SEND = Text("发送上屏", "SEND")
PGM, PVW = Text("大屏 PGM", "Wall PGM"), Text("本席 PVW", "Desk PVW")
COLOURS = {"off": QUIET_NAME, "leading": "#ff6b6b", "preview": "#48e096", "elsewhere": AMBER_NAME, "free": TEXT_NAME}
BUTTON = (
    "QToolButton {{ border: 1px solid rgba(80,165,240,120); background: rgba(20,60,110,120); padding: 3px 6px; }}"
    "QToolButton:hover {{ border-color: #8fd4ff; }}"
    "QToolButton:checked {{ color: #ffffff; background: {on}; border-color: {edge}; }}"
)
TAKE_STYLE = (
    "QToolButton { font-size: 16px; font-weight: 700; color: #ffffff; border: 1px solid #ff8d86;"
    " background: qlineargradient(x1:0,y1:0,x2:0,y2:1, stop:0 #d8433c, stop:1 #97211d); letter-spacing: 2px; }"
    "QToolButton:hover { background: #e8564e; } QToolButton:pressed { background: #7d1915; }"
    "QToolButton:disabled { color: #8a97a8; background: rgba(60,70,90,120); border-color: rgba(120,140,160,90); }"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorView:
    """What the panel shows; `mode` is a key of `COLOURS`. `waiting` is what a take would change, in words."""

    mode: str = "off"
    status: Text = NOTHING
    is_ready: bool = False
    is_linked: bool = False
    is_previewing: bool = False
    is_smooth: bool = True
    follows: bool = True
    is_leading: bool = False
    is_waiting: bool = False
    is_locked: bool = False
    is_led_elsewhere: bool = False
    waiting: tuple[Text, ...] = ()
    board: BoardName = FIRST_BOARD
    programme: Text = NOTHING
    preview: Text = NOTHING
    plan: Plan = field(default_factory=Plan)


class DirectorPanel(GlassPanel):
    """Every button is an action of the book."""

    def __init__(self, book: ActionBook, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.view = DirectorView()
        self._is_shown = False
        self._book = book
        self._own_words = Wording()
        self._makes_status()
        self.body.addWidget(self._label_row())
        self.plan = PlanView()
        self.body.addWidget(self.plan)
        self.programme, self.preview = self._line(PGM, PROGRAMME.name()), self._line(PVW, PREVIEW.name())
        self.body.addLayout(self._board_row())
        self.body.addWidget(self._take_row(book))
        self.difference = QLabel()
        self.difference.setWordWrap(True)
        self.body.addWidget(self.difference)
        self.show_view(self.view)

    def wanted_height(self, width: int) -> int:
        """Height of everything; where it is short, the plan gives way."""
        wanted = super().wanted_height(width)
        self.least_height = wanted - HEIGHT + LEAST_HEIGHT
        return wanted

    def _makes_status(self) -> None:
        self.status = QLabel()
        self.status.setStyleSheet("font-size: 16px; font-weight: 600;")
        self.body.addWidget(self.status)
        grid = QGridLayout()
        grid.setSpacing(6)
        self.link = self._toggle("director.link", LINK, "rgba(30,130,220,190)", "#8fd4ff")
        self.preview_button = self._toggle("director.preview", PREVIEW_WORD, "rgba(24,130,84,190)", "#62e6a6")
        self.follow = self._toggle("director.follow", FOLLOW, "rgba(150,104,20,190)", AMBER_NAME)
        self.lead = self._toggle("director.lead", ASK, "rgba(160,44,44,190)", "#ff8d86")
        self.seize = self._toggle("director.seize", BACK, "rgba(160,44,44,190)", "#ff8d86")
        self.lock = self._toggle("director.lock", LOCK, "rgba(160,44,44,190)", "#ff8d86")
        for place, button in enumerate(
            (self.link, self.preview_button, self.follow, self.lead, self.seize, self.lock)
        ):  # fmt: skip
            grid.addWidget(button, place // 3, place % 3)
        self.body.addLayout(grid)

    def _toggle(self, name: str, words: Text, on: str, edge: str) -> QToolButton:
        """Make a wide button of an action that shows its own word and stays pressed while the mode is on."""
        button = QToolButton()
        action = self._book.action(name)
        button.clicked.connect(action.trigger)
        button.setIcon(action.icon())
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(self.sizePolicy().Policy.Ignored, self.sizePolicy().Policy.Fixed)
        button.setFixedHeight(32)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setStyleSheet(BUTTON.format(on=on, edge=edge))
        self._own_words.put(button.setText, words)
        self._own_words.put(button.setToolTip, _tip(self._book, name))
        return button

    def _line(self, name: Text, colour: str) -> LineButton:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = QLabel()
        label.setStyleSheet(
            f"color:{colour}; border:1px solid {colour}; border-radius:3px; padding:1px 5px; font-size:12px;"
            "font-weight:600;"
        )
        self._own_words.put(label.setText, name)
        words = LineButton()
        words.clicked.connect(self._book.action("director.match").trigger)
        row.addWidget(label)
        row.addWidget(words, 1)
        self.body.addLayout(row)
        return words

    def _board_row(self) -> QHBoxLayout:
        """Make the two buttons that turn the wall from one board to the other."""
        row = QHBoxLayout()
        row.setSpacing(6)
        self.sensing = self._toggle("director.sensing", SENSING, "rgba(30,130,220,190)", "#8fd4ff")
        self.governing = self._toggle("director.governing", GOVERNING, "rgba(30,130,220,190)", "#8fd4ff")
        for button in (self.sensing, self.governing):
            button.setFixedHeight(26)
            row.addWidget(button)
        return row

    def _label_row(self) -> QWidget:
        """Make the choice of a label for what is drawn and written by hand; hidden in a twin without labels."""
        self.label, whole, words = LabelChoice("show", self._own_words), QWidget(), QLabel()
        self._own_words.put(words.setText, BY_HAND)
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(words, 1)
        line.addWidget(self.label)
        whole.hide()
        self._labelling = whole
        return whole

    def offer(self, labels: Labels, clearance: Label) -> None:
        """Offer the labels that what is shown may have."""
        self.label.offer(labels, clearance)
        self._labelling.setVisible(self.label.chosen is not None)

    def _take_row(self, book: ActionBook) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(6)
        self.take = QToolButton()
        self.take.clicked.connect(book.action("director.take").trigger)
        self.take.setFixedHeight(46)
        self.take.setSizePolicy(self.sizePolicy().Policy.Ignored, self.sizePolicy().Policy.Fixed)
        self.take.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.take.setStyleSheet(TAKE_STYLE)
        self._own_words.put(self.take.setToolTip, _tip(book, "director.take"))
        column = QVBoxLayout()
        column.setSpacing(4)
        self.transition = self._small("director.transition")
        self.last_view = self._small("director.last_view")
        self._own_words.put(self.last_view.setText, Text("上一视角", "Last view"))
        column.addWidget(self.transition)
        column.addWidget(self.last_view)
        row.addWidget(self.take, 3)
        row.addLayout(column, 2)
        return whole

    def _small(self, name: str) -> QToolButton:
        button = QToolButton()
        button.clicked.connect(self._book.action(name).trigger)
        button.setFixedHeight(21)
        button.setSizePolicy(self.sizePolicy().Policy.Ignored, self.sizePolicy().Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setStyleSheet(BUTTON.format(on="transparent", edge="#8fd4ff") + "QToolButton { font-size: 12px; }")
        self._own_words.put(button.setToolTip, _tip(self._book, name))
        return button

    def show_view(self, view: DirectorView) -> None:
        """Show how things stand."""
        if view == self.view and self._is_shown:
            return
        self.view, self._is_shown = view, True
        words = self._own_words
        _style(self.status, f"color:{COLOURS[view.mode]}; font-size:16px; font-weight:600;")
        words.put(self.status.setText, view.status)
        for button, is_on in (
            (self.link, view.is_linked),
            (self.preview_button, view.is_previewing),
            (self.follow, view.is_linked and view.follows and not view.is_previewing),
            (self.lead, view.is_leading or view.is_waiting),
            (self.seize, False),
            (self.lock, view.is_locked and view.is_leading),
            (self.sensing, view.board == "sensing"),
            (self.governing, view.board == "governing"),
        ):
            button.setChecked(is_on)
            button.setEnabled(view.is_ready)
        self.seize.setEnabled(view.is_led_elsewhere)
        self.lock.setEnabled(view.is_leading)
        self.follow.setEnabled(view.is_linked)
        words.put(self.lead.setText, GIVE_UP if view.is_leading else WAIT if view.is_waiting else ASK)
        words.put(self.lock.setText, UNLOCK if view.is_locked and view.is_leading else LOCK)
        words.put(self.take.setText, TAKE if view.is_linked else SEND)
        words.put(self.transition.setText, SMOOTH if view.is_smooth else CUT)
        self.take.setEnabled(view.is_ready)
        self._show_lines(view)

    def _show_lines(self, view: DirectorView) -> None:
        words = self._own_words
        self.plan.show_plan(view.plan)
        words.put(self.programme.show_words, view.programme)
        words.put(self.preview.show_words, view.preview)
        zh = "、".join(word.zh for word in view.waiting)
        en = ", ".join(word.en for word in view.waiting)
        words.put(self.difference.setText, DIFFERS.with_values(what=Text(zh, en)) if view.waiting else SAME)
        colour = PREVIEW.name() if view.waiting else QUIET_NAME
        _style(self.difference, f"color:{colour}; font-size:12px;")
        self.difference.setVisible(view.is_ready)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._own_words.speak(language)
        self.label.say()


def _style(label: QLabel, style: str) -> None:
    """Give a label a style, unless it has it: Qt works through the whole sheet again."""
    if label.styleSheet() != style:
        label.setStyleSheet(style)


def _tip(book: ActionBook, name: str) -> Text:
    action = book.declared[name]
    keys = key_text(action)
    return Text(f"{action.title.zh}  {keys}", f"{action.title.en}  {keys}")
