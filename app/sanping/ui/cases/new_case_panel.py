"""The form by which an operator reports a case: a call to 12345 or what they saw; the place is picked on the map."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from sanping.domain.case import Reporter, Urgency
from sanping.domain.component import ClassKind
from sanping.domain.text import Language, Text
from sanping.ui.cases import words
from sanping.ui.cases.look import CHIP_STYLE, ERROR_STYLE, FIELD_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons

TITLE = Text("登记案件", "Report a case")
CLASS, ANY_CLASS = Text("类别", "Class"), Text("请选择类别（可搜索）", "Choose a class (type to search)")
SOURCE, URGENCY = Text("来源", "Source"), Text("紧急程度", "Urgency")
PLACE, ADDRESS = Text("地点", "Place"), Text("地址", "Address")
DESCRIPTION = Text("描述", "What it is")
SAID = Text("发生了什么，影响多大", "What happened, and how much it matters")
ADDRESS_HINT = Text("路名门牌或参照物", "Street and number, or a landmark")
COMPONENT = Text("部件编码", "Component")
COMPONENT_HINT = Text("16 位，可不填", "16 digits, optional")
NAME, PHONE = Text("上报人", "Reporter"), Text("电话", "Phone")
NAME_HINT, PHONE_HINT = (
    Text("姓名，可不填", "Name, optional"),
    Text("用于回访，按岗位遮盖", "To call back; masked by role"),
)
PICK, PICKING = (
    Text("在图上选点", "Pick on the map"),
    Text("请在三维图上点击案发地点；再按一次取消", "Click the place in the city; press again to leave it"),
)
NOBODY = Reporter()
NO_PLACE = Text("未选点", "not picked")
SEND, LEAVE = Text("登记", "Report"), Text("取消", "Cancel")
SENDING = Text("正在登记…", "Sending…")
MISSING_CLASS = Text("请选择类别", "Choose a class")
MISSING_PLACE = Text("请在图上选点，或填写地址", "Pick the place on the map, or write an address")
MISSING_SAID = Text("请描述发生了什么", "Say what happened")
WRONG_PHONE = Text("电话“{phone}”含有数字以外的字符", "The phone number “{phone}” holds more than digits")
WRONG_COMPONENT = Text("部件编码应为 16 位数字，现为 {count} 位", "A component id has 16 digits; this one has {count}")
URGENCIES: tuple[Urgency, ...] = ("normal", "urgent", "extreme")
HOTLINE, OWN = "hotline_12345", "collector"
COMPONENT_DIGITS = 16
LABEL_PX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """A case as the form says it; `place` is longitude and latitude in degrees (CGCS2000), None when unknown."""

    kind: ClassKind = "event"
    case_class: str = ""
    source: str = ""
    urgency: Urgency = "normal"
    place: tuple[float, float] | None = None
    address: str = ""
    description: str = ""
    component: str = ""
    reporter: Reporter = NOBODY

    def arguments(self) -> Mapping[str, object]:
        """Return what the command `case.report` is given."""
        lon, lat = (None, None) if self.place is None else self.place
        return {
            "kind": self.kind,
            "case_class": self.case_class,
            "source": self.source,
            "urgency": self.urgency,
            "lon": lon,
            "lat": lat,
            "address": self.address,
            "description": self.description,
            "component": self.component,
            "reporter": {"name": self.reporter.name, "phone": self.reporter.phone},
        }

    def missing(self) -> Text | None:
        """Return what is still missing or wrong, None when it can be sent."""
        phone = self.reporter.phone.replace("-", "").replace(" ", "")
        checks = (
            (not self.case_class, MISSING_CLASS),
            (self.place is None and not self.address, MISSING_PLACE),
            (not self.description, MISSING_SAID),
            (bool(phone) and not phone.lstrip("+").isdigit(), WRONG_PHONE.with_values(phone=self.reporter.phone)),
            (
                bool(self.component) and not (self.component.isdigit() and len(self.component) == COMPONENT_DIGITS),
                WRONG_COMPONENT.with_values(count=len(self.component)),
            ),
        )
        return next((told for is_wrong, told in checks if is_wrong), None)


class NewCasePanel(GlassPanel):
    """`report_asked` carries a `CaseDraft`, `picking_changed` whether the next click on the map is the place."""

    report_asked = Signal(object)
    picking_changed = Signal(bool)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 420
        self._tables = Tables()
        self._place: tuple[float, float] | None = None
        self._make_fields()
        self._lay_out()
        self._make_foot()
        self.judge()

    def show_tables(self, tables: Tables) -> None:
        """Offer what the city has."""
        self._tables = tables
        self.case_class.show_choices([choice for choice in tables.classes() if not choice.key.endswith(":")])
        chosen = self.source.currentData() or HOTLINE
        self.source.clear()
        for choice in tables.sources():
            self.source.addItem(self.words.say(choice.title), choice.key)
        self.source.setCurrentIndex(max(0, self.source.findData(chosen)))
        self.judge()

    def begin(self) -> None:
        """Show an empty form."""
        for line in (self.address, self.component, self.name, self.phone):
            line.clear()
        self.description.clear()
        self.case_class.show_key("")
        self.urgencies.button(0).setChecked(True)
        self.source.setCurrentIndex(max(0, self.source.findData(HOTLINE)))
        self._place = None
        self.tell(None)
        self.show_sending(is_sending=False)
        self.pick.setChecked(False)
        self.judge()

    def draft(self) -> CaseDraft:
        """Return the case as the form says it."""
        kind, _, code = self.case_class.key.partition(":")
        return CaseDraft(
            kind="component" if kind == "component" else "event",
            case_class=code,
            source=str(self.source.currentData() or ""),
            urgency=URGENCIES[max(0, self.urgencies.checkedId())],
            place=self._place,
            address=self.address.text().strip(),
            description=self.description.toPlainText().strip(),
            component=self.component.text().strip(),
            reporter=Reporter(name=self.name.text().strip(), phone=self.phone.text().strip()),
        )

    def take_place(self, longitude_deg: float, latitude_deg: float) -> None:
        """Take the place that was picked on the map."""
        self._place = (longitude_deg, latitude_deg)
        self.pick.setChecked(False)
        self.judge()

    def show_sending(self, *, is_sending: bool) -> None:
        """Let nothing be changed while the report is on its way."""
        self._area.setEnabled(not is_sending)
        self.send.setEnabled(not is_sending and self.draft().missing() is None)
        if is_sending:
            self.words.put(self.finding.setText, SENDING)

    def tell(self, told: Text | None) -> None:
        """Say why the report was refused, or nothing."""
        self.strip.setVisible(told is not None)
        if told is not None:
            self.words.put(self.strip.setText, told)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.case_class.say()
        for number, urgency in enumerate(URGENCIES):
            self.urgencies.button(number).setText(self.words.say(words.URGENCY[urgency]))
        self.show_tables(self._tables)

    @Slot()
    def judge(self) -> None:
        """Say what is missing, and let the report be sent when nothing is."""
        missing = self.draft().missing()
        self.send.setEnabled(missing is None)
        self.words.put(self.finding.setText, missing or Text("", ""))
        told = NO_PLACE
        if self._place is not None:
            written = f"{self._place[0]:.6f}, {self._place[1]:.6f}"
            told = Text(written, written)
        self.words.put(self.place.setText, told)

    def _make_fields(self) -> None:
        self.case_class = TreePick(ANY_CLASS, self.words, can_clear=False)
        self.case_class.chosen.connect(self.judge)
        self.source = QComboBox()
        self.urgencies = QButtonGroup(self)
        for number, urgency in enumerate(URGENCIES):
            button = QPushButton(self.words.say(words.URGENCY[urgency]))
            button.setCheckable(True)
            button.setStyleSheet(CHIP_STYLE)
            self.urgencies.addButton(button, number)
        self.urgencies.button(0).setChecked(True)
        self.address, self.component, self.name, self.phone = (self._line(hint) for hint in (
            ADDRESS_HINT, COMPONENT_HINT, NAME_HINT, PHONE_HINT))  # fmt: skip
        self.component.setMaxLength(20)
        self.description = QPlainTextEdit()
        self.description.setStyleSheet(FIELD_STYLE)
        self.description.setFixedHeight(92)
        self.description.setTabChangesFocus(True)
        self.words.put(self.description.setPlaceholderText, SAID)
        self.description.textChanged.connect(self.judge)
        self.pick = QPushButton()
        self.pick.setCheckable(True)
        self.pick.setStyleSheet(CHIP_STYLE)
        self.pick.setIcon(self.icons.icon("place"))
        self.words.put(self.pick.setText, PICK)
        self.pick.toggled.connect(self._on_pick)
        self.place = plain_label(role="quiet", is_wrapped=False)

    def _lay_out(self) -> None:
        holder = QWidget()
        whole = column(holder, 0)
        whole.setContentsMargins(0, 0, 6, 0)
        form = QFormLayout()
        whole.addLayout(form)
        whole.addStretch(1)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(9)
        urgencies = row(*self.urgencies.buttons())
        urgencies.addStretch(1)
        place = row(self.pick, self.place)
        place.setStretch(1, 1)
        rows = ((CLASS, self.case_class), (URGENCY, urgencies), (DESCRIPTION, self.description), (PLACE, place),
                (ADDRESS, self.address), (COMPONENT, self.component), (SOURCE, self.source), (NAME, self.name),
                (PHONE, self.phone))  # fmt: skip
        for title, field in rows:
            label = QLabel()
            label.setProperty("role", "quiet")
            label.setMinimumHeight(LABEL_PX)
            self.words.put(label.setText, title)
            form.addRow(label, field)
        self._area = tall_area()
        self._area.setWidget(holder)
        self.body.addWidget(self._area, 1)

    def _make_foot(self) -> None:
        self.strip, self.finding = plain_label(), plain_label(role="quiet")
        self.strip.setStyleSheet(ERROR_STYLE)
        self.strip.hide()
        self.send, self.leave = QPushButton(), QPushButton()
        self.send.setStyleSheet(MAIN_STYLE)
        self.leave.setStyleSheet(CHIP_STYLE)
        self.words.put(self.send.setText, SEND)
        self.words.put(self.leave.setText, LEAVE)
        self.send.clicked.connect(self._send)
        self.leave.clicked.connect(self.close_asked)
        foot = QWidget()
        rows = column(foot)
        rows.addWidget(self.strip)
        line = row(self.finding, self.leave, self.send)
        line.setStretch(0, 1)
        rows.addLayout(line)
        self.body.addWidget(foot)

    def wanted_height(self, width: int) -> int:
        """Height at which no field needs scrolling."""
        if self.is_folded:
            return super().wanted_height(width)
        holder = self._area.widget()
        return HEADER_HEIGHT + (holder.sizeHint().height() if holder is not None else 400) + 110

    def _line(self, hint: Text) -> QLineEdit:
        line = QLineEdit()
        self.words.put(line.setPlaceholderText, hint)
        line.textChanged.connect(self.judge)
        return line

    @Slot(bool)
    def _on_pick(self, is_picking: bool) -> None:
        self.words.put(self.place.setText, PICKING)
        if not is_picking:
            self.judge()
        self.picking_changed.emit(is_picking)

    @Slot()
    def _send(self) -> None:
        if self.draft().missing() is None:
            self.report_asked.emit(self.draft())
