"""Asks for what a file does not say: its coordinate reference system, and what it is for."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.wording import Wording

TITLE = Text("坐标系", "Coordinate reference system")
QUESTION = Text(
    "“{file}”用哪个坐标系？请选择，或输入 EPSG 编码：",
    "Which coordinate reference system has “{file}”? Choose one, or type an EPSG code:",
)
CRS = Text("坐标系", "CRS")
ROLE = Text("用途", "Use")
READ = Text("读取", "Read")
ALONE = Text("单独打开", "Open on its own")
SKIP = Text("不读取该文件", "Leave this file out")
SAME_FOR_ALL = Text("对其余未注明坐标系的文件同样处理", "Do the same with the other files that name none")
OFFERED: tuple[tuple[str, Text], ...] = (
    ("EPSG:4490", Text("CGCS2000 经纬度（EPSG:4490）", "CGCS2000 longitude, latitude (EPSG:4490)")),
    ("EPSG:4326", Text("WGS 84 经纬度（EPSG:4326）", "WGS 84 longitude, latitude (EPSG:4326)")),
    ("GCJ-02", Text("火星坐标 GCJ-02", "GCJ-02")),
    ("BD-09", Text("百度坐标 BD-09", "BD-09")),
    ("EPSG:4547", Text("CGCS2000 三度带 114°E（EPSG:4547）", "CGCS2000 3-degree GK 114°E (EPSG:4547)")),
    ("EPSG:4548", Text("CGCS2000 三度带 117°E（EPSG:4548）", "CGCS2000 3-degree GK 117°E (EPSG:4548)")),
    ("EPSG:4549", Text("CGCS2000 三度带 120°E（EPSG:4549）", "CGCS2000 3-degree GK 120°E (EPSG:4549)")),
    ("LOCAL", Text("本地坐标，放在孪生中心", "Local coordinates, placed at the twin's centre")),
)
ROLES: tuple[tuple[str, Text], ...] = (
    ("", Text("自动判断", "Find out")),
    ("buildings", Text("建筑", "Buildings")),
    ("bridges", Text("桥梁", "Bridges")),
    ("terrain", Text("地形", "Terrain")),
    ("water", Text("水域", "Water")),
    ("roads", Text("道路", "Roads")),
    ("green", Text("绿地", "Green")),
    ("places", Text("地名", "Places")),
    ("facilities", Text("设施", "Facilities")),
    ("grid", Text("网格", "Grid")),
    ("lines", Text("管线", "Lines")),
)
TWIN = Text("孪生坐标系（{crs}）", "The twin's own ({crs})")


class CrsDialog(QDialog):
    """One question about one file; `crs` and `role` hold the answer, `alone_asked` that it shall be its own twin."""

    alone_asked = Signal()

    def __init__(  # noqa: PLR0913  what is asked, and how
        self,
        file: str,
        reason: str,
        twin_crs: str,
        language: Language,
        parent: QWidget | None = None,
        *,
        offers_same: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setMinimumWidth(520)
        self.words = Wording(language)
        self.words.put(self.setWindowTitle, TITLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        question, why = QLabel(), QLabel(reason)
        self.words.put(question.setText, QUESTION.with_values(file=file))
        why.setProperty("role", "quiet")
        for label in (question, why):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addLayout(self._boxes(twin_crs))
        self._same = QCheckBox(self.words.say(SAME_FOR_ALL))
        self._same.setVisible(offers_same)
        column.addWidget(self._same)
        column.addWidget(self._buttons())

    @property
    def crs(self) -> str:
        """The CRS that was chosen or typed."""
        place = self._crs.findText(self._crs.currentText())
        return str(self._crs.itemData(place)) if place >= 0 else self._crs.currentText().strip()

    @property
    def role(self) -> str:
        """What the file is for; empty to find out."""
        return str(self._role.currentData())

    @property
    def is_same_for_all(self) -> bool:
        """The answer is meant for the other files, too."""
        return self._same.isChecked()

    @Slot()
    def _on_alone(self) -> None:
        self.alone_asked.emit()
        self.done(QDialog.DialogCode.Rejected)

    def choose(self, crs: str) -> None:
        """Set the answer, as typing does."""
        self._crs.setEditText(crs)

    def _boxes(self, twin_crs: str) -> QGridLayout:
        self._crs = QComboBox()
        self._crs.setEditable(True)
        self._crs.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for value, title in ((twin_crs, TWIN.with_values(crs=twin_crs)), *OFFERED):
            self._crs.addItem(self.words.say(title), value)
        self._role = QComboBox()
        for value, title in ROLES:
            self._role.addItem(self.words.say(title), value)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, (text, box) in enumerate(((CRS, self._crs), (ROLE, self._role))):
            caption = QLabel()
            self.words.put(caption.setText, text)
            grid.addWidget(caption, row, 0)
            grid.addWidget(box, row, 1)
        return grid

    def _buttons(self) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Ok | kind.Cancel, Qt.Orientation.Horizontal)
        for which, text in ((kind.Ok, READ), (kind.Cancel, SKIP)):
            button = buttons.button(which)
            button.setIcon(type(button.icon())())
            self.words.put(button.setText, text)
        alone = buttons.addButton(self.words.say(ALONE), QDialogButtonBox.ButtonRole.ActionRole)
        alone.setAutoDefault(False)
        alone.clicked.connect(self._on_alone)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons
