"""Lays the city out for print: a plan at a true scale or the view in space, with legend, scale, north and sources."""

from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from sanping.analysis.sun import daylit
from sanping.commands.desk_state import DeskState
from sanping.domain.errors import SanpingError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Language, Text
from sanping.domain.view import Point, StyleName
from sanping.stage.printing import PAPERS_MM, SCALES, PaperName, ground_of, layout_of, pixels_of, plan_camera, ticks
from sanping.stage.state import Stage
from sanping.storage.whole_file import whole_file
from sanping.ui.cases.look import column, plain_label
from sanping.ui.workbench.drawing import Drawn, ViewDrawing, image_of
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.print_sheet import DAY_COLOURS, NIGHT_COLOURS, SheetContent, sheet_image, write_pdf
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk
from sanping.ui.workbench.tool_form import ToolForm

SPACE = 0.0
PREVIEW_DPI, PREVIEW_PX = 60, 372
RESOLUTIONS = (150, 200, 300)
KINDS = ((SPACE, Text("三维画面（当前视角）", "The view in space")),
         *((float(scale), Text(f"正射俯视 1:{scale}", f"Plan 1:{scale}")) for scale in SCALES))  # fmt: skip
STYLES = (("", Text("与窗口一致", "As in the window")), ("day", Text("日景", "Day")), ("night", Text("夜景", "Night")))
TITLE_OF = Text("{title}平面图", "{title}: plan")
VIEW_OF = Text("{title}三维图", "{title}: view")
PREVIEW, PDF, PNG = Text("预览", "Preview"), Text("导出 PDF…", "Write PDF…"), Text("导出 PNG…", "Write PNG…")
SAVE, FILES = Text("出图", "Print layout"), {"pdf": "PDF (*.pdf)", "png": "PNG (*.png)"}
DRAWING, WRITTEN = Text("正在绘制图面", "Drawing the sheet"), Text("已出图：{name}", "The sheet was written: {name}")
EMPTY = Text("先预览，或直接导出；导出按所选分辨率重新绘制。",
             "See a preview first, or write at once; that draws anew at the chosen resolution.")  # fmt: skip
CRS, DATUM, DATE, MOMENT = Text("坐标系", "CRS"), Text("高程基准", "Heights"), Text("制图日期", "Made"), Text(
    "画面时间", "Shows")  # fmt: skip
VIEW, NO_CRS, GROUND = Text("视点", "View"), Text("本地坐标", "local"), Text("范围", "Extent")
SOURCES, PAPER_FACT = Text("数据来源与许可：", "Data sources and licences: "), Text("图幅", "Sheet")
TRUE_SCALE = Text("按 100% 打印时比例准确", "Scale holds when printed at 100 %")
FRAME = (120, 220, 255)
Wish = Literal["preview", "pdf", "png"]


class PrintTool(DeskTool):
    """`page` is the last sheet that was drawn, as a picture; an open tool frames what a plan covers."""

    name = "print"
    title = Text("出图", "Print layout")
    hint = Text("选图幅与比例，框内即图面范围；拖动城市移动图面。导出 PDF 或 PNG。",
                "Choose sheet and scale; the frame is what it shows: move the city to move it.")  # fmt: skip
    icon = "print"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self._drawing = ViewDrawing(desk.city, self)
        self._drawing.progressed.connect(self._on_progress)
        self.page: QImage | None = None
        self._is_open = False
        self.form = form = ToolForm(self.words)
        self.heading = form.line(Text("图名", "Title"))
        papers = [(paper, Text(f"{paper} 横向", f"{paper} landscape")) for paper in PAPERS_MM]
        self.paper = form.choice(Text("图幅", "Sheet"), papers)
        self.kind = form.choice(Text("图面", "Shows"), KINDS, 5000.0)
        self.style = form.choice(Text("风格", "Style"), STYLES, "day")
        offered = [(dpi, Text(f"每英寸 {dpi} 点", f"{dpi} dpi")) for dpi in RESOLUTIONS]
        self.resolution = form.choice(Text("分辨率", "Resolution"), offered, 200)
        form.main_button(PREVIEW, self.preview)
        self.to_pdf, self.to_png = form.buttons((PDF, lambda: self._ask_where("pdf")),
                                                (PNG, lambda: self._ask_where("png")))  # fmt: skip
        form.add_progress()
        form.changed.connect(self._show_frame)
        form.stop_asked.connect(self.stop)
        self.result = QWidget()
        rows = column(self.result, 8)
        self.note, self.preview_label = plain_label(role="quiet"), QLabel()
        self.words.put(self.note.setText, EMPTY)
        self.preview_label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.note)
        rows.addWidget(self.preview_label, 1)

    # What a person does

    def enter(self) -> None:
        """Show the frame of the sheet."""
        self._is_open = True
        self._show_frame()

    def leave(self) -> None:
        """Take the frame away."""
        self._is_open = False
        self.stop()
        self.bench.marks.show_marks(self.name, ())

    def follow(self) -> None:
        """Forget the sheet of another twin."""
        self.stop()
        self.page = None
        self.heading.clear()
        self.preview_label.setPixmap(QPixmap())

    def present(self, new: DeskState, old: DeskState) -> None:
        """Let the frame follow the camera."""
        if new.stage.camera != old.stage.camera:
            self._show_frame()

    def do(self, wish: str, argument: object = None) -> None:
        """Draw a preview, write a sheet, or end the drawing."""
        if wish == "clear":
            self.follow()
        elif wish in ("leave", "undo"):
            self.stop()

    def close(self) -> None:
        """End."""
        self._drawing.forget()

    @Slot()
    def preview(self) -> None:
        """Draw the sheet coarsely and show it."""
        self._draw("preview", PREVIEW_DPI * 2, None)

    @Slot()
    def stop(self) -> None:
        """End the drawing."""
        self._drawing.forget()
        self._form.show_progress(None)
        self.changed.emit()

    def write(self, path: Path) -> None:
        """Draw the sheet at the chosen resolution and write it: as PDF or PNG, as the name ends."""
        self._draw("png" if path.suffix.lower() == ".png" else "pdf", int(self.resolution.currentData()), path)

    # How it is done

    @property
    def _form(self) -> ToolForm:
        assert isinstance(self.form, ToolForm)
        return self.form

    @property
    def _scale(self) -> float:
        return float(self.kind.currentData())

    @property
    def _paper(self) -> PaperName:
        return cast("PaperName", self.paper.currentData())

    def _ask_where(self, kind: Wish) -> None:
        language = self.desk.state.language
        path, _ = QFileDialog.getSaveFileName(
            self.bench.window, SAVE.in_language(language), f"{self._title()}.{kind}", FILES[kind]
        )
        if path:
            self.write(Path(path).with_suffix(f".{kind}"))

    def _draw(self, kind: Wish, dots_an_inch: int, path: Path | None) -> None:
        self._drawing.forget()
        layout, stage = layout_of(self._paper), self.stage()
        size_px = pixels_of(layout.picture, dots_an_inch)

        def take(picture: UInt8Array) -> None:
            content = self.content(image_of(self.bench.marks.upon(picture, stage)), stage)
            self._form.show_progress(None)
            if path is None:
                self._show_page(sheet_image(layout, content, dots_an_inch))
                return
            try:
                with whole_file(path) as part:
                    if kind == "pdf":
                        write_pdf(part, layout, content, dots_an_inch)
                    else:
                        sheet_image(layout, content, dots_an_inch).save(str(part), "PNG")  # type: ignore[call-overload]
            except SanpingError as error:
                self._form.show_progress(None, Text(error.in_language("zh"), error.in_language("en")))
            else:
                self._show_page(sheet_image(layout, content, PREVIEW_DPI * 2))
                self.desk.say(WRITTEN.with_values(name=path.name))

        self._form.show_progress(0.0, DRAWING)
        self.changed.emit()
        self._drawing.ask(Drawn(stage=stage, size_px=size_px, take=take))

    def stage(self) -> Stage:
        """Return what the sheet shows: the window's view, or a plan of what lies in its middle."""
        live = replace(self.desk.state.stage, selection=(), hovered=None)
        style = cast("StyleName", self.style.currentData() or live.style)
        if style == "day" != live.style:
            project = self.desk.content.project
            live = replace(live, moment=daylit(live.moment, project.latitude_deg, project.longitude_deg))
        live = replace(live, style=style)
        if self._scale == SPACE:
            return live
        camera = plan_camera(self._middle(), layout_of(self._paper).picture, self._scale)
        return replace(live, camera=camera, is_parallel=True)

    def content(self, image: QImage, stage: Stage) -> SheetContent:
        """Return the words of the sheet around its picture."""
        project, desk, say = self.desk.content.project, self.desk, self.words.say
        layout, scale = layout_of(self._paper), self._scale
        west, south, east, north = ground_of(stage.camera.target, layout.picture, max(scale, 1.0))
        box = layout.picture
        grid = (ticks(west, east, box.width), ticks(south, north, box.height, is_falling=True)) if scale else ((), ())
        colours = DAY_COLOURS if stage.style == "day" else NIGHT_COLOURS
        seen = [entry for entry in project.layers if stage.layer(entry.name).is_visible]
        sources = "；".join(f"{say(title)}（{licence or '—'}）" for title, licence in desk.content.licences())
        return SheetContent(
            image=image, title=self._title(), subtitle=self._subtitle(),
            layers=[(say(entry.title), QColor(colours.get(entry.role, "#888888"))) for entry in seen],
            legend=desk.city.legend(), facts=self._facts(stage, (west, south, east, north)),
            sources=f"{say(SOURCES)}{sources}。{say(project.attribution)}", is_simulated=project.is_synthetic,
            heading_deg=stage.camera.heading_deg, language=desk.state.language, scale=scale or None, ticks=grid,
        )  # fmt: skip

    def _facts(self, stage: Stage, ground: tuple[float, float, float, float]) -> list[tuple[str, str]]:
        project, say, camera = self.desk.content.project, self.words.say, stage.camera
        facts = [
            (say(CRS), project.crs or say(NO_CRS)),
            (say(DATUM), project.vertical_datum or "—"),
            (say(DATE), f"{self.desk.twin_time():%Y-%m-%d}"),
            (say(MOMENT), f"{stage.moment:%Y-%m-%d %H:%M}"),
        ]
        if self._scale:
            west, south, east, north = ground
            facts.append((say(GROUND), f"E {west:.1f}–{east:.1f}, N {south:.1f}–{north:.1f}"))
            facts.append((say(PAPER_FACT), f"{self._paper}，{say(TRUE_SCALE)}"))
        else:
            eye = camera.position
            facts.append((say(VIEW), f"{eye[0]:.0f}, {eye[1]:.0f}, {eye[2]:.0f} m；{camera.heading_deg:.0f}°，"
                                     f"{camera.pitch_deg:.0f}°"))  # fmt: skip
        return facts

    def _title(self) -> str:
        words = VIEW_OF if self._scale == SPACE else TITLE_OF
        title = self.desk.content.project.title
        return self.heading.text().strip() or self.words.say(words).format(title=self.words.say(title))

    def _subtitle(self) -> str:
        title, scale = self.words.say(self.desk.content.project.title), self._scale
        return " · ".join((title, f"1:{scale:.0f}" if scale else self.words.say(KINDS[0][1]), f"{self._paper}"))

    def _middle(self) -> Point:
        east, north, _ = self.desk.state.stage.camera.target
        return east, north, self.desk.content.ground(east, north)

    def _show_page(self, page: QImage) -> None:
        self.page = page
        shown = page.scaledToWidth(PREVIEW_PX, Qt.TransformationMode.SmoothTransformation)
        self.preview_label.setPixmap(QPixmap.fromImage(shown))
        self.changed.emit()

    @Slot()
    def _show_frame(self) -> None:
        if not self._is_open:
            return
        marks: tuple[Mark, ...] = ()
        if self._scale != SPACE:
            middle = self._middle()
            west, south, east, north = ground_of(middle, layout_of(self._paper).picture, self._scale)
            corners = tuple((x, y, middle[2]) for x, y in ((west, south), (east, south), (east, north), (west, north)))
            words = f"{self._paper} 1:{self._scale:.0f}"
            marks = (Mark(points=corners, colour=FRAME, has_dots=False, is_closed=True, words=Text(words, words)),)
        self.bench.marks.show_marks(self.name, marks)

    @Slot(float)
    def _on_progress(self, share: float) -> None:
        self._form.show_progress(share, DRAWING)

    def takes_click(self, _at: QPointF) -> bool:
        """Leave clicks to the city."""
        return False

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show_frame()
