"""The plans of one desk: keeps them on disk with every change, and puts the open alternative on the stage."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import shapely
from PySide6.QtCore import QObject, Signal

from sanping.analysis.massing import Block, Massing, blocks_of, judged, massing, standing_in
from sanping.commands import plan_decisions as decide
from sanping.commands.desk_state import Outcome
from sanping.commands.massing_table import MassingTable, massing_table, verdict_of
from sanping.commands.plan_decisions import PlanBook
from sanping.domain.errors import SanpingError
from sanping.domain.ground import VectorLayer
from sanping.domain.plan import Alternative, Mass, Outline, SchemeModel
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.stage.plan_showing import figures_of, masses_in, shown_plan
from sanping.stage.plan_shown import PlanView, ShownPlan
from sanping.storage.plan_shelf import PlanShelf
from sanping.ui.plan_models import shelf_of
from sanping.ui.workbench import plans_words as words
from sanping.ui.workbench.tool import ToolDesk


class Planning(QObject):
    """`book` holds the plans; `view` is what of the open one is shown, "" for nothing; `changed` follows changes."""

    changed = Signal()

    def __init__(self, desk: ToolDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.book = PlanBook()
        self.view: PlanView | str = "after"
        self.shelf: PlanShelf | None = None
        self._standing: tuple[object, tuple[Block, ...]] = (None, ())

    def read(self) -> None:
        """Read the plans of the twin; those that are broken are told of and left alone."""
        self.shelf = shelf_of(self._desk.content.project)
        found = self.shelf.all()
        self.book = PlanBook(plans=found.plans)
        shown = self._desk.state.stage.scheme
        if shown is not None:
            self.book = decide.opened(self.book, shown.plan, shown.alternative)
        elif found.plans:
            self.book = decide.opened(self.book, found.plans[0].id, "")
        for trouble in found.troubles:
            self._desk.say(Text(trouble.in_language("zh"), trouble.in_language("en")))
        self.changed.emit()

    def forget(self) -> None:
        """Forget the plans of another twin."""
        self.book, self.shelf, self._standing = PlanBook(), None, (None, ())
        self.changed.emit()

    def follow(self, shown: ShownPlan) -> None:
        """Open what another screen shows, as far as it is known here."""
        self.view = shown.view
        if any(plan.id == shown.plan for plan in self.book.plans):
            self.book = decide.opened(self.book, shown.plan, shown.alternative)
        self.changed.emit()

    # Changes

    def open(self, book: PlanBook) -> None:
        """Take over a book in which something else is open, and show it."""
        self.book = book
        self._show()

    def change(self, book: PlanBook) -> None:
        """Take over a changed book once what changed is kept."""
        if book == self.book:
            return
        known = {plan.id: plan for plan in self.book.plans}
        try:
            for plan in book.plans:
                if self.shelf is not None and plan != known.get(plan.id):
                    self.shelf.keep(plan)
            for id in known.keys() - {plan.id for plan in book.plans}:
                if self.shelf is not None:
                    self.shelf.remove(id)
        except SanpingError as error:
            self._desk.say(words.NOT_KEPT.with_values(reason=error.message))
            return
        self.book = book
        self._show()

    def edit(self, change: Callable[[Alternative], Alternative]) -> None:
        """Change the open alternative."""
        if self.book.shown is None:
            self._desk.say(words.FIRST_AREA if self.book.present is None else words.FIRST_ALTERNATIVE)
        else:
            self.change(decide.changed(self.book, change))

    def undo(self) -> None:
        """Take the last change back; a plan that was just made is put aside."""
        before = decide.undone(self.book)
        if before is self.book:
            self._desk.say(words.NOTHING_BACK)
        else:
            self.change(before)

    def show_alternative(self, id: str) -> None:
        """Show an alternative on all screens; "" is what stands today."""
        plan = self.book.present
        if plan is not None:
            self.view = "after" if self.view in ("", "before") and id else self.view
            self.open(decide.opened(self.book, plan.id, id))
            shown = self.book.shown
            name = words.TODAY if shown is None else Text(shown.name, shown.name)
            self._desk.say(words.SHOWN.with_values(name=name))

    def show_view(self, view: PlanView | str) -> None:
        """Show today, the alternative, both, or nothing of the plan."""
        self.view = view
        self._show()

    def _show(self) -> None:
        state = self._desk.state
        scheme = self.shown()
        if scheme != state.stage.scheme:
            self._desk.take(Outcome(state=replace(state, stage=replace(state.stage, scheme=scheme))))
        self.changed.emit()

    # What is known

    def shown(self) -> ShownPlan | None:
        """Return what screens are to show."""
        plan, alternative = self.book.present, self.book.shown
        if plan is None or not self.view:
            return None
        is_today = alternative is None or self.view == "before"
        found = self.today() if is_today or alternative is None else self.massing_of(alternative)
        passes = verdict_of(judged(found, plan.limits))
        view: PlanView = "compare" if self.view == "compare" else "before" if self.view == "before" else "after"
        return shown_plan(plan, alternative, self.names(), figures_of(found, passes), view)

    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks of what stands in the open area today."""
        plan, layers = self.book.present, self._desk.content.layers
        if plan is None:
            return ()
        tiles = {name: layer.content for name, layer in layers.items()
                 if isinstance(layer.content, TileSet) and layer.entry.role == "buildings"}  # fmt: skip
        key = (plan.area, tuple((name, id(content)) for name, content in tiles.items()))
        if key != self._standing[0]:
            found = [block for name, content in tiles.items() for block in standing_in(plan.area, name, content)]
            self._standing = (key, tuple(found))
        return self._standing[1]

    def names(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Return what stands in the open area: by layer and building, the ids of it and of its parts."""
        found: dict[str, dict[str, dict[str, None]]] = {}
        for block in self.blocks():
            ids = found.setdefault(block.layer, {}).setdefault(block.building, {block.building: None})
            ids[block.part] = None
        return {layer: {name: tuple(ids) for name, ids in built.items()} for layer, built in found.items()}

    def today(self) -> Massing:
        """Return the figures of what stands in the open area today."""
        plan = self.book.present
        return massing(() if plan is None else plan.area, self.blocks(), self._green())

    def massing_of(self, alternative: Alternative) -> Massing:
        """Return the figures of the open area with an alternative built."""
        plan = self.book.present
        kept = [block for block in self.blocks() if (block.layer, block.building) in alternative.kept]
        every = (*kept, *blocks_of(masses_in(alternative)))
        return massing(() if plan is None else plan.area, every, self._green())

    def table(self) -> MassingTable | None:
        """Return the figures of today and of every alternative of the open area."""
        plan = self.book.present
        if plan is None:
            return None
        schemes = [(one.name, self.massing_of(one)) for one in plan.alternatives]
        return massing_table(self.today(), schemes, plan.limits)

    def part(self, id: str) -> Mass | SchemeModel | None:
        """Return a mass or model of the open alternative."""
        shown = self.book.shown
        parts: tuple[Mass | SchemeModel, ...] = () if shown is None else (*shown.masses, *shown.models)
        return next((part for part in parts if part.id == id), None)

    def ground_under(self, outline: Outline) -> float:
        """Return the height of the lowest ground under an outline."""
        return min(self._desk.content.ground(east, north) for east, north in outline)

    def _green(self) -> object:
        """Return all green areas of the twin, None where it has no layer of them."""
        shapes = [layer.content.geometries for layer in self._desk.content.layers.values()
                  if isinstance(layer.content, VectorLayer) and layer.entry.role == "green"]  # fmt: skip
        plan = self.book.present
        if not shapes or plan is None:
            return None
        area = shapely.Polygon(plan.area)
        near = [shape for found in shapes for shape in found if shape.area > 0.0 and shape.intersects(area)]
        return shapely.union_all(shapely.make_valid(near)) if near else shapely.Polygon()
