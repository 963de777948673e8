"""The form of one side of a comparison: its style, hour, colours, camera and layers."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem

from sanping.commands.side_settings import CameraWish, SideSettings, with_layer
from sanping.domain.text import Text
from sanping.stage.state import Stage
from sanping.ui.wording import Wording
from sanping.ui.workbench.tool_form import ToolForm

SAME = Text("同窗口", "As in the window")
STYLES = (("", SAME), ("day", Text("日景", "Day")), ("night", Text("夜景", "Night")))
HOURS = ((None, SAME), *((float(hour), Text(f"{hour:02d}:00", f"{hour:02d}:00")) for hour in range(5, 22)))
COLOURS = (("same", SAME), ("none", Text("原色", "Plain")), ("height", Text("按高度", "By height")))
CAMERAS = (
    ("same", Text("同一镜头", "The same")),
    ("top", Text("俯视", "From above")),
    ("street", Text("街景", "Street")),
)
NAME_ROLE = Qt.ItemDataRole.UserRole
LIST_PX = 128
LIST_STYLE = "QListWidget { background: rgba(4,14,32,150); border: 1px solid rgba(70,140,210,90); }"


class SideForm(ToolForm):
    """`side_asked` carries the `SideSettings` that the person has changed; `has_camera` offers other cameras."""

    side_asked = Signal(object)

    def __init__(self, words: Wording, *, has_camera: bool) -> None:
        super().__init__(words)
        self.side = SideSettings()
        self._window: Stage | None = None
        self.look = self.choice(Text("风格", "Style"), STYLES)
        self.hour = self.choice(Text("时刻", "Time of day"), HOURS)
        self.colours = self.choice(Text("着色", "Colours"), COLOURS)
        self.camera = self.choice(Text("镜头", "Camera"), CAMERAS) if has_camera else None
        self.layers = QListWidget()
        self.layers.setStyleSheet(LIST_STYLE)
        self.layers.setFixedHeight(LIST_PX)
        self.layers.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.layers.itemChanged.connect(self._on_layer)
        self.rows.addWidget(self.layers)
        self.changed.connect(self._on_changed)

    def show_side(self, side: SideSettings, window: Stage, layers: Sequence[tuple[str, Text]]) -> None:
        """Show the settings of a side beside what the window shows; `layers` are names and titles."""
        self.side, self._window = side, window
        boxes: list[tuple[QComboBox, object]] = [
            (self.look, side.style), (self.hour, side.hour), (self.colours, side.colours),
        ]  # fmt: skip
        if self.camera is not None:
            boxes.append((self.camera, side.camera))
        for box, value in boxes:
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(value)))
        with QSignalBlocker(self.layers):
            self._list_layers(layers)
            for number, (name, _) in enumerate(layers):
                item = self.layers.item(number)
                base = (side.taken or window).layer(name).is_visible
                is_visible = (base and name not in side.hidden) or name in side.shown
                item.setCheckState(Qt.CheckState.Checked if is_visible else Qt.CheckState.Unchecked)

    def _list_layers(self, layers: Sequence[tuple[str, Text]]) -> None:
        """List these layers; their lines stay where they are the same, one of them may just have been clicked."""
        listed = [self.layers.item(number).data(NAME_ROLE) for number in range(self.layers.count())]
        if listed != [name for name, _ in layers]:
            self.layers.clear()
            for name, title in layers:
                QListWidgetItem(self.words.say(title), self.layers).setData(NAME_ROLE, name)

    @Slot()
    def _on_changed(self) -> None:
        camera: CameraWish = self.camera.currentData() if self.camera is not None else "same"
        self.side = replace(
            self.side, style=self.look.currentData(), hour=self.hour.currentData(),
            colours=self.colours.currentData(), camera=camera,
        )  # fmt: skip
        self.side_asked.emit(self.side)

    @Slot(QListWidgetItem)
    def _on_layer(self, item: QListWidgetItem) -> None:
        if self._window is None:
            return
        name = str(item.data(NAME_ROLE))
        base = (self.side.taken or self._window).layer(name).is_visible
        is_visible = item.checkState() == Qt.CheckState.Checked
        self.side = with_layer(self.side, name, is_visible=is_visible, in_window=base)
        self.side_asked.emit(self.side)
