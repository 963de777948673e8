"""The tool for plans: draws areas and masses, imports models, and shows an alternative on all screens."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFileDialog

from sanping.commands import plan_decisions as decide
from sanping.commands.desk_state import DeskState
from sanping.domain.plan import Alternative, Mass, Outline, Placement, PlotLimits, SchemeModel
from sanping.domain.text import Language
from sanping.domain.view import Point
from sanping.ui.workbench import plans_words as words
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.plan_drawing import PlanDrawing
from sanping.ui.workbench.plan_importing import Imported, PlanImporting, distance_km, is_near
from sanping.ui.workbench.plan_pointing import PlanPointing, outlines_of
from sanping.ui.workbench.plan_voting import PlanVoting
from sanping.ui.workbench.planning import Planning
from sanping.ui.workbench.plans_export import export_table
from sanping.ui.workbench.plans_form import PlansForm
from sanping.ui.workbench.plans_result import PlansResult
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

END_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MARKS, CHOSEN_COLOUR = "plans", (120, 235, 255)
LEAST_MOVE_M = 0.05


class PlansTool(DeskTool):
    """`planning` keeps the plans; `part` is the mass or model that is chosen, `mode` what clicks do."""

    name = "plans"
    title, hint, icon = words.TITLE, words.HINT, "plan"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.mode, self.part = "", ""
        self._dragged: tuple[Point, Point] | None = None
        self._skips_click = False
        self.planning = Planning(desk, self)
        self.pointing = PlanPointing(desk, self.planning)
        self.form = self._form = PlansForm(self.words)
        self.result = self.found = PlansResult(self.words)
        self.voting = PlanVoting(desk, self.planning, self.found.vote, self)
        self.drawing = PlanDrawing(bench.marks)
        self.importing = PlanImporting(desk.loading.opener, lambda: desk.content.project, self)
        self._connect()
        self._show()

    def _connect(self) -> None:
        form, planning = self._form, self.planning
        self.importing.imported.connect(self._on_imported)
        self.importing.told.connect(self.desk.say)
        planning.changed.connect(self._show)
        form.wished.connect(self.wish)
        form.plan_asked.connect(self._open_plan)
        form.alternative_asked.connect(planning.show_alternative)
        form.view_asked.connect(planning.show_view)
        form.titled.connect(self._on_titled)
        form.named.connect(self._on_named)
        form.limits_changed.connect(self._on_limits)
        form.mass_changed.connect(self._on_mass)
        form.part_changed.connect(self._on_part)
        self.found.export_asked.connect(self._export)

    # The tool

    def enter(self) -> None:
        """Read the plans of the twin, the first time, and show the form."""
        if self.planning.shelf is None:
            self.planning.read()
        self._show()

    def leave(self) -> None:
        """Stop drawing; what is shown stays."""
        self._begin("")
        self.bench.marks.show_marks(MARKS, ())

    def follow(self) -> None:
        """Forget the plans of another twin."""
        self.importing.stop()
        self.part = ""
        self._begin("")
        self.planning.forget()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Follow an alternative that another screen shows."""
        scheme, book = new.stage.scheme, self.planning.book
        if scheme is None or scheme == old.stage.scheme:
            return
        if (scheme.plan, scheme.alternative, scheme.view) != (book.plan, book.alternative, self.planning.view):
            self.planning.follow(scheme)

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._form.speak(language)
        self.found.speak(language)

    def close(self) -> None:
        """End the threads."""
        self.importing.close()

    def do(self, wish: str, argument: object = None) -> None:
        """Take a step back, remove what is chosen, or end what is going on."""
        if wish == "undo" and not self.drawing.back():
            self.planning.undo()
        elif wish == "clear" and self.part:
            self.wish("remove_part")
        elif wish == "leave":
            self._begin("")
            self._choose("")

    # The mouse and keys

    def takes_click(self, at: QPointF) -> bool:
        """Take a corner, a building that is kept or replaced, the place of a model, or choose a mass."""
        if self._skips_click:
            self._skips_click = False
            return True
        if self.mode == "keep":
            self._keep_under(at)
            return True
        if self.mode:
            self._take_place(at)
            return True
        part = self.pointing.part(at)
        self._choose(part)
        return bool(part)

    def takes_event(self, event: QEvent) -> bool:
        """End outlines by Enter or a double click, switch alternatives by number, drag what is chosen."""
        kind = event.type()
        if isinstance(event, QKeyEvent):
            return self._takes_key(event)
        if not isinstance(event, QMouseEvent):
            return False
        if kind == QEvent.Type.MouseButtonDblClick and self.drawing.is_drawing:
            self._skips_click = self._close()
            return True
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            return self._grips(event.position())
        if self._dragged is None or kind not in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease):
            return False
        self._drag(event.position())
        if kind == QEvent.Type.MouseButtonRelease:
            self._drop()
        return True

    def point(self, at: QPointF) -> None:
        """Show the next side of what is drawn."""
        if self.drawing.corners:
            self.drawing.point(self.desk.city.world_under(at))

    def _takes_key(self, event: QKeyEvent) -> bool:
        number, plan = event.key() - Qt.Key.Key_0, self.planning.book.present
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_number = is_plain and plan is not None and 0 <= number <= len(plan.alternatives)
        if event.type() == QEvent.Type.ShortcutOverride and is_number:
            event.accept()  # else the number would be that of a bookmark
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in END_KEYS and self.drawing.is_drawing:
            self._close()
            return True
        if is_number and plan is not None:
            self.planning.show_alternative("" if not number else plan.alternatives[number - 1].id)
        return is_number

    def _close(self) -> bool:
        is_closed = self.drawing.close()
        if not is_closed:
            self.desk.say(words.TOO_FEW)
        return is_closed

    def _take_place(self, at: QPointF) -> None:
        place = self.desk.city.world_under(at)
        if place is None:
            self.desk.say(words.NO_GROUND)
        elif self.mode == "place":
            self._begin("")
            self.planning.edit(partial(decide.put, part=self.part, at=place))
        else:
            pixels = [self.pointing.pixel(corner) for corner in self.drawing.corners]
            self.drawing.add(place, pixels, (at.x(), at.y()))

    def _grips(self, at: QPointF) -> bool:
        """Begin to drag the part that is chosen already; another press is left to the camera."""
        if not self.part or self.mode or self.pointing.part(at) != self.part:
            return False
        place = self.desk.city.world_under(at)
        self._dragged = None if place is None else (place, place)
        return place is not None

    def _drag(self, at: QPointF) -> None:
        assert self._dragged is not None
        start = self._dragged[0]
        there = self.pointing.on_level(at, start[2])
        if there is not None:
            self._dragged = (start, there)
            self._mark((there[0] - start[0], there[1] - start[1]))

    def _drop(self) -> None:
        dragged, self._dragged = self._dragged, None
        assert dragged is not None
        by = (dragged[1][0] - dragged[0][0], dragged[1][1] - dragged[0][1])
        if abs(by[0]) + abs(by[1]) > LEAST_MOVE_M:
            self.planning.edit(partial(self._moved, by=by))

    def _moved(self, alternative: Alternative, by: tuple[float, float]) -> Alternative:
        return self._set_down(decide.moved(alternative, self.part, by))

    def _keep_under(self, at: QPointF) -> None:
        """Keep or replace a building; its ghost is clicked like itself."""
        found = self.pointing.block(at)
        if found is None:
            self.desk.say(words.NOT_IN_AREA)
            return
        pair = (found.layer, found.building)
        self.planning.edit(partial(decide.kept_or_replaced, layer=pair[0], id=pair[1]))
        shown = self.planning.book.shown
        is_kept = shown is not None and pair in shown.kept
        self.desk.say((words.KEPT if is_kept else words.REPLACED).with_values(id=found.building))

    # Wishes

    @Slot(str)
    def wish(self, wish: str) -> None:
        """Do what a button asks."""
        planning, book = self.planning, self.planning.book
        match wish:
            case "area" | "sketch" | "keep":
                self._begin("" if self.mode == wish else wish)
            case "remove_plan" if book.present is not None:
                planning.change(decide.without_plan(book, book.plan))
                self.desk.say(words.PUT_ASIDE.with_values(title=book.present.title))
            case "add" | "copy" if book.present is not None:
                name = decide.next_name(book.present, self.words.say(words.FIRST))
                planning.change(decide.with_alternative(book, name, is_copy=wish == "copy"))
            case "remove":
                planning.change(decide.without_alternative(book))
            case "import":
                self._ask_model()
            case "keep_all" | "replace_all":
                kept = partial(decide.all_kept, standing=planning.names(), are_kept=wish == "keep_all")
                planning.edit(kept)
            case "remove_part":
                planning.edit(partial(decide.without_part, part=self.part))
                self._choose("")
            case "ground":
                planning.edit(self._set_down)

    def _begin(self, mode: str) -> None:
        """Let clicks mean something else from now on."""
        self.mode = mode
        self.drawing.stop()
        self._form.show_mode(mode)
        self.desk.viewport.setCursor(Qt.CursorShape.CrossCursor if mode else Qt.CursorShape.ArrowCursor)
        if mode == "area":
            self.drawing.begin(self._on_area)
            self.desk.say(words.DRAW_AREA)
        elif mode == "sketch":
            self.drawing.begin(self._on_outline)
            self.desk.say(words.DRAW_MASS)
        elif mode == "keep":
            self.planning.show_view("compare")
            self.desk.say(words.CLICK_KEEP)

    @Slot(str)
    def _open_plan(self, id: str) -> None:
        self._choose("")
        self.planning.open(decide.opened(self.planning.book, id))

    @Slot(str)
    def _on_titled(self, title: str) -> None:
        self.planning.change(decide.retitled(self.planning.book, title))

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self.planning.edit(partial(decide.renamed, name=name))

    @Slot(object)
    def _on_limits(self, limits: PlotLimits) -> None:
        self.planning.change(decide.limited(self.planning.book, limits))

    # What was drawn, imported and typed

    def _on_area(self, outline: Outline) -> None:
        self._begin("")
        planning = self.planning
        if planning.shelf is not None:
            title = words.AREA_TITLE.with_values(number=len(planning.book.plans) + 1)
            first = self.words.say(words.FIRST).format(letter="A")
            plan = decide.new_plan(planning.shelf.free_id(), self.words.say(title), outline, first)
            planning.view = "after"
            planning.change(decide.with_plan(planning.book, plan))

    def _on_outline(self, outline: Outline) -> None:
        """Raise a mass on the ground, or on the mass that it lies on."""
        self._begin("")
        form, planning = self._form, self.planning
        mass = Mass(id="", outline=outline, storeys=round(form.storeys.number), storey_m=form.storey_m.number,
                    use=form.chosen_use)  # fmt: skip
        others = () if planning.book.shown is None else planning.book.shown.masses
        planning.edit(partial(decide.with_mass, mass=decide.standing_on(mass, others, self.desk.content.ground)))
        if planning.book.shown is not None:
            self._choose(planning.book.shown.masses[-1].id)

    def _ask_model(self) -> None:
        say = self.words.say
        path, _ = QFileDialog.getOpenFileName(self.bench.window, say(words.CHOOSE_MODEL), "", say(words.FILES))
        if path:
            self.import_model(Path(path))

    def import_model(self, path: Path) -> None:
        """Import a model into the open alternative."""
        planning = self.planning
        if planning.shelf is None or planning.book.shown is None:
            self.desk.say(words.FIRST_ALTERNATIVE)
        else:
            self.importing.begin(path, planning.shelf, planning.book.plan)

    @Slot(object)
    def _on_imported(self, found: Imported) -> None:
        plan, model = self.planning.book.present, found.model
        if plan is None or self.planning.book.shown is None:
            return
        is_there = found.has_place and is_near(found.middle, plan.area)
        if not is_there:
            east, north = (sum(values) / len(values) for values in zip(*plan.area, strict=True))
            at = (east, north, self.desk.content.ground(east, north))
            model = replace(model, placement=replace(model.placement, at=at))
        self.planning.edit(partial(decide.with_model, model=model))
        self._choose(self.planning.book.shown.models[-1].id)
        told = words.IMPORTED.with_values(name=model.title, count=len(model.masses))
        if not is_there:
            far = words.FAR_AWAY.with_values(km=f"{distance_km(found.middle, plan.area):,.0f}", name=model.title)
            told = far if found.has_place else words.PLACED_BY_HAND.with_values(name=model.title)
            self._begin("place")
        self.desk.say(told)

    @Slot()
    def _on_mass(self) -> None:
        part, form = self.planning.part(self.part), self._form
        if isinstance(part, Mass):
            changed = replace(part, storeys=round(form.storeys.number), storey_m=form.storey_m.number,
                              use=form.chosen_use)  # fmt: skip
            self.planning.edit(partial(decide.with_mass, mass=changed))

    @Slot()
    def _on_part(self) -> None:
        part, form = self.planning.part(self.part), self._form
        at = (form.east.number, form.north.number, form.up.number)
        if isinstance(part, SchemeModel):
            placement = Placement(origin=part.placement.origin, at=at, turn_deg=form.turn.number,
                                  scale=form.scale.number)  # fmt: skip
            self.planning.edit(partial(decide.replaced, model=part.id, placement=placement))
        elif part is not None:
            self.planning.edit(partial(decide.put, part=part.id, at=at))

    def _set_down(self, alternative: Alternative) -> Alternative:
        return decide.set_down(alternative, self.part, self.desk.content.ground)

    # What is shown

    def _choose(self, part: str) -> None:
        self.part = part
        self._show()

    @Slot()
    def _show(self) -> None:
        planning, book = self.planning, self.planning.book
        if planning.part(self.part) is None:
            self.part = ""
        self._form.show_plans(book.plans, book.present, book.alternative)
        self._form.show_view(planning.view)
        self._form.show_part(planning.part(self.part))
        self.found.show_table(planning.table())
        self._mark((0.0, 0.0))
        self.changed.emit()

    def _mark(self, by: tuple[float, float]) -> None:
        """Outline the chosen part, moved by metres while it is dragged."""
        marks = [
            Mark(points=points, colour=CHOSEN_COLOUR, is_closed=True, is_filled=True, has_dots=False)
            for points in outlines_of(self.planning.part(self.part), by)
        ]
        self.bench.marks.show_marks(MARKS, marks)

    @Slot()
    def _export(self) -> None:
        plan, table = self.planning.book.present, self.planning.table()
        if plan is not None and table is not None:
            export_table(self.desk, self.bench.window, (plan.title, table), self.words.language)
