"""Letting phones in: a code that counts down, the devices that were let in, and what they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from sanping.domain.device import Device
from sanping.domain.role import TITLES
from sanping.domain.text import Language, Text
from sanping.ui.action_book import ActionBook
from sanping.ui.director.qr_code import QrCode
from sanping.ui.director.words import ICONS
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets
from sanping.ui.icons import Icons
from sanping.ui.live.row_area import RowArea
from sanping.ui.theme import AMBER_NAME
from sanping.ui.wording import Wording

TITLE = Text("设备配对", "Devices")
SCAN = Text("用手机相机扫码，打开即用", "Scan with the phone's camera: it opens at once")
MAKE = Text("生成配对码", "Make a pairing code")
AGAIN = Text("换一个码", "Another code")
LEFT = Text("{seconds} 秒后失效，仅限一台手机", "Good for {seconds} s and one phone")
OVER = Text("配对码已失效", "The code is over")
USED = Text("“{name}”已配对", "{name} is paired")
ONLY_HERE = Text(
    "中枢只在本机应答；请用 sanping run --lan 启动，手机才能打开",
    "The hub answers this machine only; start with sanping run --lan for phones",
)
NONE = Text("还没有配对的设备", "No device is paired yet")
ASKS = Text("申请{role}，核对码 {match}", "asks to be {role}, digits {match}")
APPROVE = Text("两屏四位数字一致，批准", "The four digits agree: approve")
PLACE = Text("岗位与责任区", "Role, department and areas")
DECLINE = Text("拒绝", "Decline")
REVOKE = Text("移除这台设备", "Remove this device")
ROW_PX = 46
MOST_ROWS, MOST_AREAS = 6, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """A pairing code: `link` is what the QR code says, "" for none; `left_s` is 0 when it is over."""

    link: str = ""
    left_s: int = 0
    used_by: str = ""
    is_only_here: bool = False


class PairingPanel(GlassPanel):
    """`approve_asked`, `place_asked`, `decline_asked` and `revoke_asked` carry the device's id."""

    approve_asked = Signal(str)
    place_asked = Signal(str)
    decline_asked = Signal(str)
    revoke_asked = Signal(str)

    def __init__(self, book: ActionBook, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.code = CodeView()
        self.devices: tuple[Device, ...] = ()
        self._own_words = Wording()
        self._row_words = Wording()
        self.body.setContentsMargins(10, 8, 10, 8)
        self._make_code(book)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self.body.addWidget(RowArea(inside, ROW_PX), 1)
        self._show_rows()
        self.show_code(self.code)

    def _make_code(self, book: ActionBook) -> None:
        self.qr = QrCode()
        self.address, self.countdown = QLabel(), QLabel()
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.address.setWordWrap(True)
        self.address.setStyleSheet("font-size: 12px; color: #7fd4ff;")
        self.countdown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.countdown.setWordWrap(True)
        self.make = QPushButton()
        self.make.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.make.clicked.connect(book.action("director.pair").trigger)
        self.body.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.address)
        self.body.addWidget(self.countdown)
        self.body.addWidget(self.make)

    def wanted_height(self, width: int) -> int:
        """Height of the code and of the first devices."""
        if self.is_folded:
            return super().wanted_height(width)
        shown = [self.qr, self.address, self.countdown, self.make]
        heights = [widget.heightForWidth(width - 24) if widget.hasHeightForWidth() else widget.sizeHint().height()
                   for widget in shown if not widget.isHidden()]  # fmt: skip
        rows = min(MOST_ROWS, max(1, len(self.devices)))
        self.least_height = HEADER_HEIGHT + 24 + sum(heights) + 8 * len(heights) + ROW_PX
        return self.least_height + (rows - 1) * ROW_PX

    def show_code(self, code: CodeView) -> None:
        """Show a pairing code and how long it is good."""
        was_open, self.code = bool(self.code.link and self.code.left_s), code
        is_open = bool(code.link) and code.left_s > 0
        words = self._own_words
        self.qr.show_words(code.link if is_open else "")
        self.qr.setVisible(is_open)
        self.address.setText(code.link.split("/#")[0] if is_open else "")
        self.address.setVisible(is_open)
        if code.used_by:
            words.put(self.countdown.setText, USED.with_values(name=code.used_by))
        elif is_open:
            left = LEFT.with_values(seconds=code.left_s)
            words.put(self.countdown.setText, _both(ONLY_HERE, left) if code.is_only_here else left)
        else:
            words.put(self.countdown.setText, OVER if code.link else SCAN)
        colour = "#62e6a6" if code.used_by else AMBER_NAME if is_open and code.left_s <= 15 else "#deeefc"
        self.countdown.setStyleSheet(f"color:{colour}; font-size:12px;")
        words.put(self.make.setText, AGAIN if is_open else MAKE)
        if is_open != was_open:
            self.content_changed.emit()

    def show_devices(self, devices: Sequence[Device]) -> None:
        """Show the devices that are let in; those that ask for something come first."""
        if tuple(devices) != self.devices:
            self.devices = tuple(devices)
            self._show_rows()
            self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._own_words.speak(language)
        self._row_words.speak(language)

    def _show_rows(self) -> None:
        remove_widgets(self._list)
        self._row_words = Wording(self.words.language)
        for device in self.devices:
            self._list.addWidget(self._row_of(device))
        if not self.devices:
            empty = QLabel()
            empty.setProperty("role", "quiet")
            self._row_words.put(empty.setText, NONE)
            self._list.addWidget(empty)
        self._list.addStretch(1)

    def _row_of(self, device: Device) -> QWidget:
        whole, words = QWidget(), self._row_words
        whole.setFixedHeight(ROW_PX)
        row = QHBoxLayout(whole)
        row.setContentsMargins(6, 0, 2, 0)
        row.setSpacing(6)
        icon = QLabel()
        colour = AMBER_NAME if device.asked else "#7fd4ff"
        icon.setPixmap(self.icons.picture(ICONS.get(device.kind, "phone"), 20, colour))
        name, about = QLabel(device.name), QLabel()
        name.setStyleSheet("font-weight: 600;")
        about.setStyleSheet(f"font-size: 12px; color: {AMBER_NAME if device.asked else '#8aaccc'};")
        words.put(about.setText, _about(device))
        column = QVBoxLayout()
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        for label in (name, about):
            label.setSizePolicy(label.sizePolicy().Policy.Ignored, label.sizePolicy().Policy.Preferred)
            column.addWidget(label)
        row.addWidget(icon)
        row.addLayout(column, 1)
        if device.asked is not None:
            row.addWidget(self._button("tick", "#3bd68a", APPROVE, partial(self._on_approve, device.id)))
            row.addWidget(self._button("close", "#ff5252", DECLINE, partial(self._on_decline, device.id)))
        else:
            row.addWidget(self._button("settings", "#8aaccc", PLACE, partial(self._on_place, device.id)))
        row.addWidget(self._button("delete", "#8aaccc", REVOKE, partial(self._on_revoke, device.id)))
        return whole

    def _button(self, icon: str, colour: str, tip: Text, do: "partial[None]") -> QToolButton:
        button = QToolButton()
        button.setObjectName(tip.en)
        button.setIcon(self.icons.icon(icon, colour))
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(do)
        self._row_words.put(button.setToolTip, tip)
        return button

    def _on_approve(self, device: str, _checked: bool = False) -> None:
        self.approve_asked.emit(device)

    def _on_place(self, device: str, _checked: bool = False) -> None:
        self.place_asked.emit(device)

    def _on_decline(self, device: str, _checked: bool = False) -> None:
        self.decline_asked.emit(device)

    def _on_revoke(self, device: str, _checked: bool = False) -> None:
        self.revoke_asked.emit(device)


def _about(device: Device) -> Text:
    if device.asked is not None:
        return ASKS.with_values(role=TITLES[device.asked], match=device.match)
    parts = [part for part in (device.user or device.person or device.department, *device.areas[:MOST_AREAS]) if part]
    more = "…" if len(device.areas) > MOST_AREAS else ""
    role = TITLES[device.role]
    return Text(" · ".join((role.zh, *parts)) + more, " · ".join((role.en, *parts)) + more)


def _both(one: Text, other: Text) -> Text:
    return Text(f"{other.zh}\n{one.zh}", f"{other.en}\n{one.en}")
