"""Checks the models that are open: what is wrong with which object, by how much, and where."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot

from sanping.analysis.model_check import COLLISION_M2, FAULTS, FLOATING_M, SUNK_M, CheckLimits
from sanping.commands.fault_showing import COLOURS, CheckReport, check_layers, coloured_faults
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.fault_csv import write_fault_csv
from sanping.scene.governed_values import Tint
from sanping.ui.workbench.file_asking import FileAsk
from sanping.ui.workbench.kind_list import Kind
from sanping.ui.workbench.listing_tool import OTHERS, ListedLine, ListingTool
from sanping.ui.workbench.tool_form import ToolForm

ALL_LAYERS, LAYER = Text("全部模型", "All models"), Text("图层", "Layer")
FLOATING, SUNK = Text("悬空大于 (m)", "Floats over (m)"), Text("低于地面大于 (m)", "Sinks over (m)")
COLLISION = Text("相交大于 (m²)", "Overlaps over (m²)")
RUN = Text("开始检查  F9", "Check  F9")
WHOLE = Text("整个图层", "The whole layer")
NO_MODEL = Text("没有打开三维模型，无可检查", "No 3D model is open to check")


class CheckTool(ListingTool):
    """`found` is a `CheckReport`."""

    name = "check"
    title = Text("质检", "Check")
    hint = Text("检查已打开的三维模型：坐标系、编号、几何、悬空、碰撞；点击问题飞到现场。",
                "Checks open 3D models: CRS, ids, solids, heights, collisions; click a fault to go there.")  # fmt: skip
    icon = "check"
    titles = (Text("问题", "Fault"), Text("图层", "Layer"), Text("对象", "Object"))
    nothing_yet = Text("按“开始检查”检查坐标系、编号、几何、封闭、自相交、高程和碰撞。",
                       "Press Check for CRS, ids, closed solids, crossings, heights and collisions.")  # fmt: skip
    file = FileAsk(title=Text("导出检查结果", "Export the faults"), name="faults.csv", pattern="CSV (*.csv)")

    def ask(self, form: ToolForm) -> None:
        """Ask for the layer and the limits."""
        self.layer = form.choice(LAYER, (("", ALL_LAYERS),))
        self.floating = form.number(FLOATING, (0.1, 100.0), FLOATING_M)
        self.sunk = form.number(SUNK, (0.1, 100.0), SUNK_M)
        self.collision = form.number(COLLISION, (0.1, 1000.0), COLLISION_M2)
        self.run_button = form.main_button(RUN, self.run)

    def enter(self) -> None:
        """Offer the models that are open."""
        self.offer_models(self.layer, ALL_LAYERS)
        super().enter()

    @Slot()
    def run(self) -> None:
        """Check what is chosen."""
        chosen = self.layer.currentData()
        models = [layer for layer in self.models() if not chosen or layer.entry.name == chosen]
        if self.is_running or not models:
            self.asked.show_progress(0.0 if self.is_running else None, None if self.is_running else NO_MODEL)
            return
        layers = self.desk.content.layers.values()
        terrain = next((layer.content for layer in layers if isinstance(layer.content, Terrain)), None)
        limits = CheckLimits(floating_m=self.floating.number, sunk_m=self.sunk.number,
                             collision_m2=self.collision.number)  # fmt: skip
        self.begin(partial(check_layers, models, terrain, limits))

    @property
    def report(self) -> CheckReport:
        """What was found."""
        return self.found if isinstance(self.found, CheckReport) else CheckReport()

    def said(self) -> Text:
        """Return how many faults there are."""
        return self.report.summary

    def counted(self) -> list[Kind]:
        """Return the kinds of faults."""
        return [(kind, FAULTS[kind], count, COLOURS[kind]) for kind, count in self.report.counts.items()]

    def listed(self) -> list[ListedLine]:
        """Return the faults of a kind."""
        return [
            ListedLine(cells=(one.words, one.title, Text(one.fault.id, one.fault.id) if one.ref else WHOLE),
                       words=one.words, colour=COLOURS[one.fault.kind], place=one.fault.place, ref=one.ref)
            for one in self.report.of_kind(self.kind)
        ]  # fmt: skip

    def tints(self) -> dict[str, Tint]:
        """Return the colours of the objects with faults; none where nothing is wrong."""
        found = {}
        for layer in self.models() if self.report.faults else ():
            numbers, colours = coloured_faults(self.report, self.kind, layer)
            found[layer.entry.name] = Tint(features=numbers, colours=colours, others=OTHERS)
        return found

    def written(self, path: Path) -> int:
        """Write every fault as a table."""
        faults = [(self.words.say(one.title), one.fault) for one in self.report.faults]
        return write_fault_csv(path, faults, self.words.language)
