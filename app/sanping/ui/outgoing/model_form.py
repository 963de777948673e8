"""The form for an export of models: which format, which layers and objects, which reference system, and where to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QListWidget, QListWidgetItem, QWidget

from sanping.analysis.lightening import Lightening
from sanping.domain.text import Language, Text
from sanping.formats.outgoing.layers import AS_IT_IS, FORMATS, SUFFIXES, ExportFormat
from sanping.formats.outgoing.writing import LIGHT
from sanping.ui.live.work_form import WorkForm

Scope = Literal["all", "visible", "selection"]
TITLE = Text("导出模型", "Export models")
FORMAT, SCOPE, LAYERS, CRS = Text("格式", "Format"), Text("内容", "What"), Text("图层", "Layers"), Text("坐标系", "CRS")
SMALLER = Text("位置量化为 16 位，文件约小一半", "Positions in 16 bits: about half the size")
SIZE, LIGHTER, INNER = Text("体积", "Size"), Text("轻量化", "Lighter"), Text("内部面", "Inner faces")
HIDDEN = Text("去掉相接对象之间看不见的面", "Drop the faces that touching objects hide")
SHARES: tuple[tuple[float, Text], ...] = (
    (1.0, Text("保留全部三角形", "Keep all triangles")),
    (0.5, Text("保留约一半", "Keep about half")),
    (0.25, Text("保留约四分之一", "Keep about a quarter")),
    (0.1, Text("保留约十分之一", "Keep about a tenth")),
)
SCOPES: dict[Scope, Text] = {
    "all": Text("全部图层", "All layers"),
    "visible": Text("当前可见的", "What is visible now"),
    "selection": Text("选中的 {count} 个对象", "The {count} selected objects"),
}
ABOUT: dict[ExportFormat, Text] = {
    "cityjson": Text(
        "三维城市模型，含表面语义、父子关系和全部属性；平面图层作为 0 级几何写入",
        "3D city model with semantics, parts and all attributes; flat layers go in at level 0",
    ),
    "3dtiles": Text(
        "一个文件夹：tileset.json 与 GLB 瓦片，含对象编号与属性表，可直接在 Cesium 等软件中打开；只含三维图层",
        "A folder of tileset.json and GLB tiles with ids and tables of properties, as Cesium opens it; 3D layers only",
    ),
    "glb": Text(
        "一个三维网格文件，含对象编号与属性表；只含三维图层",
        "One file of 3D meshes with ids and tables of properties; 3D layers only",
    ),
    "gpkg": Text(
        "每个图层一张表：平面轮廓、底高、高度、名称与全部属性，供 GIS 软件使用",
        "A table a layer: outlines, base, height, names and all attributes, for GIS",
    ),
    "geoparquet": Text(
        "一张表，供数据分析：平面轮廓、底高、高度、名称与全部属性",
        "One table for analysis: outlines, base, height, names and all attributes",
    ),
}
EARTH = Text("地心坐标 EPSG:4978", "Earth-centred EPSG:4978")
TWIN = Text("孪生坐标系（{crs}）", "The twin's own ({crs})")
OFFERED: tuple[tuple[str, Text], ...] = (
    ("EPSG:4490", Text("CGCS2000 经纬度（EPSG:4490）", "CGCS2000 longitude, latitude (EPSG:4490)")),
    ("EPSG:4326", Text("WGS 84 经纬度（EPSG:4326）", "WGS 84 longitude, latitude (EPSG:4326)")),
)
NONE_CHOSEN = Text("请至少勾选一个图层", "Tick at least one layer")
QUANTISED: tuple[ExportFormat, ...] = ("3dtiles", "glb")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOffer:
    """A layer that can be exported: its name, what people call it, how many objects it has, and how it is now."""

    name: str
    title: Text
    count: int
    is_visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """What can be exported: the layers, how many objects are selected, and what is proposed."""

    layers: Sequence[LayerOffer]
    selected: int
    crs: str
    folder: Path
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """What a person wants: `crs` is empty for the twin's own."""

    format: ExportFormat
    scope: Scope
    layers: tuple[str, ...]
    crs: str
    is_quantised: bool
    path: Path
    lightening: Lightening = AS_IT_IS


class ModelForm(WorkForm):
    """Asks what is to be exported; `export_asked` carries a `ModelPlan`."""

    def __init__(self, offer: ModelOffer, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, ABOUT["cityjson"], language, parent)
        self.offer = offer
        self.format, self.scope, self.crs = QComboBox(), QComboBox(), QComboBox()
        for format, title in FORMATS.items():
            self.format.addItem(self.words.say(title), format)
        for scope, title in SCOPES.items():
            if scope != "selection" or offer.selected:
                self.scope.addItem(self.words.say(title.with_values(count=offer.selected)), scope)
        if offer.selected:
            self.scope.setCurrentIndex(self.scope.count() - 1)
        self.layers = QListWidget()
        self.layers.setMinimumHeight(190)
        for layer in offer.layers:
            item = QListWidgetItem(f"{self.words.say(layer.title)}   {layer.count:,}")
            item.setData(Qt.ItemDataRole.UserRole, layer.name)
            item.setCheckState(Qt.CheckState.Checked)
            self.layers.addItem(item)
        self.crs.setEditable(True)
        self.crs.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.smaller, self.hidden = QCheckBox(self.words.say(SMALLER)), QCheckBox(self.words.say(HIDDEN))
        self.lighter = QComboBox()
        for share, title in SHARES:
            self.lighter.addItem(self.words.say(title), share)
        self.add_row(FORMAT, self.format)
        self.add_row(SCOPE, self.scope)
        self._of_layers = self.add_row(LAYERS, self.layers)
        self.add_row(CRS, self.crs)
        self._of_size = self.add_row(SIZE, self.smaller)
        self._of_lighter = self.add_row(LIGHTER, self.lighter)
        self._of_hidden = self.add_row(INNER, self.hidden)
        self.format.currentIndexChanged.connect(self._on_format)
        self.scope.currentIndexChanged.connect(self._on_scope)
        self._on_format()
        self._on_scope()

    def chosen_format(self) -> ExportFormat:
        """Return the format that is chosen."""
        format: ExportFormat = self.format.currentData()
        return format

    def chosen_scope(self) -> Scope:
        """Return what is to be exported."""
        scope: Scope = self.scope.currentData()
        return scope

    def chosen_layers(self) -> tuple[str, ...]:
        """Return the names of the layers that are ticked and can be."""
        items = [self.layers.item(row) for row in range(self.layers.count())]
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked and item.flags() & Qt.ItemFlag.ItemIsEnabled
        )

    def plan(self, path: Path) -> ModelPlan:
        """Return what the form says, for a file or folder."""
        format = self.chosen_format()
        place = self.crs.findText(self.crs.currentText())
        crs = str(self.crs.itemData(place)) if place >= 0 else self.crs.currentText().strip()
        return ModelPlan(
            format=format,
            scope=self.chosen_scope(),
            layers=self.chosen_layers(),
            crs="" if format == "3dtiles" else crs,
            is_quantised=self.smaller.isChecked() and format in QUANTISED,
            path=path,
            lightening=self._lightening() if format in LIGHT else AS_IT_IS,
        )

    def _lightening(self) -> Lightening:
        return Lightening(keep_share=float(self.lighter.currentData()), drops_hidden=self.hidden.isChecked())

    def ask_path(self) -> Path | None:
        """Ask where it is to be; None when the person changes their mind."""
        format, offer = self.chosen_format(), self.offer
        suffix = SUFFIXES[format]
        proposed = offer.folder / f"{offer.name}{suffix or '-3dtiles'}"
        chosen, _ = QFileDialog.getSaveFileName(self, self.words.say(TITLE), str(proposed), f"*{suffix}")
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.name.lower().endswith(suffix) else path.with_name(path.name + suffix)

    def begin_work(self) -> None:
        """Ask where it is to be, and begin."""
        if self.chosen_scope() != "selection" and not self.chosen_layers():
            self.words.put(self.said.setText, NONE_CHOSEN)
            return
        path = self.ask_path()
        if path is not None:
            self.export_asked.emit(self.plan(path))

    @Slot()
    def _on_format(self) -> None:
        format = self.chosen_format()
        self.words.put(self.about.setText, ABOUT[format])
        is_fixed = format == "3dtiles"
        self.crs.clear()
        if is_fixed:
            self.crs.addItem(self.words.say(EARTH), "")
        else:
            self.crs.addItem(self.words.say(TWIN.with_values(crs=self.offer.crs)), "")
            for value, title in OFFERED if format in ("gpkg", "geoparquet") else ():
                self.crs.addItem(self.words.say(title), value)
        self.crs.setEnabled(not is_fixed)
        for widget in (self.smaller, self._of_size):
            widget.setVisible(format in QUANTISED)
        is_light = format in LIGHT
        self.lighter.setVisible(is_light)
        self.hidden.setVisible(is_light)
        self._of_lighter.setVisible(is_light)
        self._of_hidden.setVisible(is_light)

    @Slot()
    def _on_scope(self) -> None:
        """Leave only those layers to tick that the scope has."""
        scope = self.chosen_scope()
        for row, layer in enumerate(self.offer.layers):
            item = self.layers.item(row)
            can = scope == "all" or (scope == "visible" and layer.is_visible)
            flags = item.flags()
            item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if can else flags & ~Qt.ItemFlag.ItemIsEnabled)
        for widget in (self.layers, self._of_layers):
            widget.setVisible(scope != "selection")
        self.adjustSize()
