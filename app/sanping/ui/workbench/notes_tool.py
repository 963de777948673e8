"""Annotations and sketches upon the city: drawn with the mouse, kept with the twin, listed, taken in and given out."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFileDialog

from sanping.commands.desk_state import Outcome
from sanping.commands.note_decisions import (
    LEAST_POINTS,
    MOST_POINTS,
    MOST_WORDS,
    NoteBook,
    middle_of,
    thinned,
)
from sanping.commands.river_decisions import station_seen
from sanping.domain.errors import SanpingError
from sanping.domain.note import KIND_TITLES, NOTE_COLOUR, Note, NoteKind
from sanping.domain.text import Language, Text
from sanping.domain.view import Point
from sanping.formats.notes_geojson import NOTES_FILE, notes_as_geojson, read_notes
from sanping.formats.notes_kml import notes_as_kml, read_kml_notes
from sanping.settings import paths
from sanping.stage.notes_shown import ShownNotes, shown_notes
from sanping.stage.projection import metres_per_pixel
from sanping.storage.whole_file import whole_file
from sanping.ui.workbench.note_form import NoteForm, NoteList
from sanping.ui.workbench.note_marks import marks_of, marks_of_all
from sanping.ui.workbench.place_picking import PlacePicking
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk
from sanping.ui.workbench.tool_form import ToolForm

STROKE_PX, THIN_PX = 4.0, 1.5
END_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
KML_SUFFIX = ".kml"
TAKEN = Text("已导入 {count} 条标注，略过 {skipped} 条", "{count} annotations were taken in, {skipped} were skipped")
LEFT_OUT = Text(
    "标注太多，其他屏幕上少显示 {count} 条；请隐藏一些",
    "There are too many annotations: other screens leave {count} out; hide some",
)
GIVEN = Text("已导出 {count} 条标注：{name}", "{count} annotations were written: {name}")
GO, REMOVE, IMPORT, EXPORT = Text("飞到", "Fly there"), Text("删除", "Delete"), Text("导入…", "Take in…"), Text(
    "导出…", "Write…")  # fmt: skip
FILES = Text("标注 (*.geojson *.json *.kml)", "Annotations (*.geojson *.json *.kml)")
OUT_FILES = "GeoJSON (*.geojson);;KML (*.kml)"
NAME = Text("{kind} {number}", "{kind} {number}")


class NotesTool(DeskTool):
    """`book` holds the annotations; `places` are those of the one that is being drawn, `chosen` the id looked at."""

    name = "notes"
    title = Text("标注", "Annotations")
    hint = Text("点击取点，双击或 Enter 完成；手绘按住左键画。选中列表里的一条可改文字和颜色。Backspace 撤销。",
                "Click places, end by a double click or Enter; draw by hand with the left button held. Choose one in "
                "the list to change its words or colour. Backspace takes a step back.")  # fmt: skip
    icon = "note"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.book = NoteBook()
        self.places: list[Point] = []
        self.chosen = ""
        self._kind: NoteKind = "point"
        self._next = Note(id="", kind="point", points=(), colour=NOTE_COLOUR)
        self._over: Point | None = None
        self._stroke_at: QPointF | None = None
        self._is_ended = self._is_open = False
        self._shared: ShownNotes | None = None
        self.picking = PlacePicking(desk, bench, self.name)
        self.picking.moved.connect(self._on_moved)
        self.form = self._form = NoteForm(self.words)
        self._form.kind_asked.connect(self.choose_kind)
        self._form.colour_asked.connect(lambda colour: self._edit(colour=colour))
        self._form.words_typed.connect(lambda words: self._edit(words=words[:MOST_WORDS]))
        self._form.sharing_asked.connect(self._share)
        self._form.measuring_asked.connect(lambda is_measured: self._edit(is_measured=is_measured))
        self.result = self.list = NoteList(self.words)
        buttons = ToolForm(self.words)
        self.go, self.remove = buttons.buttons((GO, self._go), (REMOVE, self._remove))
        self.take, self.give = buttons.buttons((IMPORT, self._ask_in), (EXPORT, self._ask_out))
        self.list.add_buttons(buttons)
        self.list.chosen.connect(self._choose)
        self.list.shown_asked.connect(self._show_or_hide)
        self._show()

    @property
    def path(self) -> Path:
        """The file that keeps the annotations of the open twin."""
        return paths.twin_notes_folder(self.desk.content.project.folder) / NOTES_FILE

    # The life of a tool

    def enter(self) -> None:
        """Begin."""
        self._is_open = True
        self.desk.viewport.setCursor(Qt.CursorShape.CrossCursor)
        self._show()

    def leave(self) -> None:
        """Drop what is half drawn; what is drawn stays in the city."""
        self._is_open = False
        self.picking.rest()
        self._drop()

    def follow(self) -> None:
        """Show what is kept with the twin that is open now."""
        self.book, self.chosen = NoteBook(), ""
        self.places.clear()
        path = self.path
        if path.is_file():
            try:
                notes, _ = read_notes(path, self.desk.content.project.crs)
                self.book = NoteBook(notes=notes)
            except SanpingError as error:
                self._tell(error)
        self._show()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show()

    # Drawing

    @Slot(str)
    def choose_kind(self, kind: NoteKind) -> None:
        """Draw this kind from now on."""
        self._drop()
        self.chosen = ""
        self._next = replace(self._next, kind=kind, words="")
        self._show()

    def takes_click(self, at: QPointF) -> bool:
        """Take the place under a click."""
        kind = self._next.kind
        if kind == "freehand":
            return True
        place = self.picking.taken(at)
        if place is not None:
            self._over = None
            self.places.append(place)
            if len(self.places) == MOST_POINTS.get(kind):
                self.finish()
            self._show()
        return True

    def takes_event(self, event: QEvent) -> bool:
        """End a line by Enter or a double click, whose second release is none of its places; draw strokes by hand."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in END_KEYS:
            self.finish()
            return True
        if not isinstance(event, QMouseEvent):
            return False
        if self._next.kind == "freehand":
            return self._takes_stroke(event)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._is_ended = True
            return True
        if self._is_ended and event.type() == QEvent.Type.MouseButtonRelease:
            self._is_ended = False
            self.finish()
            return True
        return False

    def _takes_stroke(self, event: QMouseEvent) -> bool:
        kind, at = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self.places.clear()
            self._stroke_at = None
            self._draw_to(at)
        elif kind == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton and self.places:
            if self._stroke_at is None or (at - self._stroke_at).manhattanLength() >= STROKE_PX:
                self._draw_to(at)
        elif kind == QEvent.Type.MouseButtonRelease and self.places:
            self._draw_to(at)
            pixel_m = metres_per_pixel(self.desk.state.stage.camera, self.desk.viewport.height())
            self.places = list(thinned(self.places, THIN_PX * pixel_m))
            self.finish()
        else:
            return False
        self._show_marks()
        return True

    def _draw_to(self, at: QPointF) -> None:
        place = self.desk.city.world_under(at)
        if place is not None:
            self.places.append(place)
            self._stroke_at = at

    def point(self, at: QPointF) -> None:
        """Follow the pointer while something is drawn."""
        if self._next.kind != "freehand":
            self.picking.point(at)

    def finish(self) -> None:
        """Keep what is drawn, if it has enough places; it is looked at then, so that its words can be written."""
        kind, places = self._next.kind, tuple(dict.fromkeys(self.places))
        self._drop()
        if len(places) < LEAST_POINTS[kind]:
            return
        numbers = [int(note.id.rsplit("-", 1)[-1]) for note in self.book.notes if note.id.rsplit("-", 1)[-1].isdigit()]
        note = replace(self._next, id=f"{kind}-{max(numbers, default=0) + 1}", points=places)
        if kind == "point" and not note.words:
            title = self.words.say(KIND_TITLES[kind])
            note = replace(note, words=f"{title} {sum(own.kind == kind for own in self.book.notes) + 1}")
        self._take(self.book.added(note))
        self._next = replace(self._next, words="")
        self.chosen = note.id
        self._show()

    def _drop(self) -> None:
        self.places.clear()
        self._over = None
        self._show_marks()

    @Slot(object)
    def _on_moved(self, place: Point | None) -> None:
        self._over = place
        if self.places:
            self._show_marks()

    # What is done with them

    def do(self, wish: str, argument: object = None) -> None:
        """Take a place or a step back, delete the chosen one, or give up what is half drawn."""
        if wish == "undo" and self.places:
            self.places.pop()
            self._show_marks()
        elif wish == "undo":
            self._take(self.book.undone())
        elif wish == "clear":
            self._remove()
        elif wish == "leave":
            self._drop()
            self._choose("")

    @Slot(str)
    def _choose(self, name: str) -> None:
        self.chosen = name
        self._show()

    def _edit(self, **changes: object) -> None:
        note = self.book.note(self.chosen)
        if note is None:
            self._next = replace(self._next, **changes)  # type: ignore[arg-type]
            self._show()
        else:
            self._next = replace(self._next, **{key: value for key, value in changes.items() if key != "words"})  # type: ignore[arg-type]
            self._take(self.book.changed(replace(note, **changes)))  # type: ignore[arg-type]

    @Slot(str, bool)
    def _show_or_hide(self, name: str, is_visible: bool) -> None:
        note = self.book.note(name)
        if note is not None:
            self._take(self.book.changed(replace(note, is_visible=is_visible)))

    def _remove(self) -> None:
        if self.chosen:
            self._take(self.book.removed(self.chosen))
            self._choose("")

    def _go(self) -> None:
        note = self.book.note(self.chosen)
        if note is not None:
            self.desk.perform("camera.fly", station_seen(self.desk.state, middle_of(note)))

    def _ask_in(self) -> None:
        say = self.desk.state.language
        path, _ = QFileDialog.getOpenFileName(self.bench.window, IMPORT.in_language(say), "", FILES.in_language(say))
        if path:
            self.take_in(Path(path))

    def _ask_out(self) -> None:
        title = EXPORT.in_language(self.desk.state.language)
        path, _ = QFileDialog.getSaveFileName(self.bench.window, title, NOTES_FILE, OUT_FILES)
        if path:
            self.give_out(Path(path))

    def take_in(self, path: Path) -> None:
        """Add the annotations of a GeoJSON or KML file to those of the twin."""
        crs = self.desk.content.project.crs
        try:
            notes, skips = (read_kml_notes if path.suffix.lower() == KML_SUFFIX else read_notes)(path, crs)
        except SanpingError as error:
            self._tell(error)
            return
        self._take(self.book.added(*notes))
        self.desk.say(TAKEN.with_values(count=len(notes), skipped=skips.total))

    def give_out(self, path: Path) -> None:
        """Write all annotations: as KML where the name ends so, else as GeoJSON."""
        project = self.desk.content.project
        try:
            if path.suffix.lower() == KML_SUFFIX:
                written = notes_as_kml(self.book.notes, project.crs, self.words.say(project.title))
            else:
                written = notes_as_geojson(self.book.notes, project.crs)
            with whole_file(path) as part:
                part.write_bytes(written)
        except SanpingError as error:
            self._tell(error)
        else:
            self.desk.say(GIVEN.with_values(count=len(self.book.notes), name=path.name))

    # What is shown and kept

    def _take(self, book: NoteBook) -> None:
        """Show another state of the annotations, and keep it with the twin."""
        if book.notes != self.book.notes:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with whole_file(self.path) as part:
                    part.write_bytes(notes_as_geojson(book.notes, self.desk.content.project.crs))
            except (SanpingError, OSError) as error:
                self._tell(error)
        self.book = book
        self._show()

    def show_of_room(self, shown: ShownNotes | None) -> None:
        """Show what another screen has drawn for all."""
        marks = () if shown == self._shared else marks_of_all(shown)
        self.bench.marks.show_marks("notes of the room", marks, marks)

    @Slot()
    def _share(self) -> None:
        """Let all screens show what is drawn, unless the person keeps it to this desk."""
        state, before = self.desk.state, self._shared
        self._shared = shown_notes(self.book.notes) if self._form.shared.isChecked() else None
        if self._shared not in (before, state.stage.notes):
            self.desk.take(Outcome(state=replace(state, stage=replace(state.stage, notes=self._shared))))
            if self._shared is not None and self._shared.left_out:
                self.desk.say(LEFT_OUT.with_values(count=self._shared.left_out))

    def _tell(self, error: Exception) -> None:
        if isinstance(error, SanpingError):
            self.desk.say(Text(error.in_language("zh"), error.in_language("en")))
        else:
            self.desk.say(Text(str(error), str(error)))

    def _show(self) -> None:
        shown = self.book.note(self.chosen) or self._next
        kind = self._next.kind
        self._form.show_choice(kind, shown.colour, shown.words, is_measured=shown.is_measured)
        self.list.show_notes(self.book.notes, self.chosen, self.path.name)
        self.go.setEnabled(bool(self.chosen))
        self.remove.setEnabled(bool(self.chosen))
        self.give.setEnabled(bool(self.book.notes))
        self._share()
        self._show_marks()
        self.changed.emit()

    def _show_marks(self) -> None:
        self.picking.remember(self.places)
        seen = [note for note in self.book.notes if note.is_visible]
        marks = [mark for note in seen for mark in marks_of(note, is_chosen=note.id == self.chosen)]
        if self.places:
            ahead = () if self._over is None else (self._over,)
            half = replace(self._next, points=(*self.places, *ahead))
            marks += marks_of(half, is_chosen=True)
        pictured = [mark for note in seen for mark in marks_of(note, is_chosen=False)]
        self.bench.marks.show_marks(self.name, marks, pictured)
