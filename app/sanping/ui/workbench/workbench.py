"""The workbench of one desk: makes its tools, opens one of them, and gives it what the person does with the mouse."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.commands.workbench_actions import PLANNING_WORKSPACE, TYPED, ToolWish
from sanping.domain.text import Text
from sanping.stage.notes_shown import ShownNotes
from sanping.ui.glass import GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.workbench.form_typing import FormTyping
from sanping.ui.workbench.marks_overlay import MarksOverlay
from sanping.ui.workbench.notes_tool import NotesTool
from sanping.ui.workbench.plugged_tool import PluggedTool
from sanping.ui.workbench.tool import DeskTool, ToolDesk
from sanping.ui.workbench.tool_list import BUILT_IN, ToolMaker
from sanping.ui.workbench.workbench_panel import WorkbenchPanel, WorkbenchResultPanel

ANALYSIS, UNHEARD = "@analysis", ("console", "session")


class Panels(Protocol):
    """The panels of the workbench."""

    workbench: WorkbenchPanel
    workbench_result: WorkbenchResultPanel

    @property
    def analysis(self) -> GlassPanel:
        """The panel with the forms of analyses."""


class Desk(ToolDesk, Protocol):
    """The window as its workbench sees it."""

    @property
    def overlays(self) -> Panels:
        """The panels."""


class Workbench(QObject):
    """The tools of a desk by name; `plug_ins` make further ones, offered after the built-in ones.

    `marks` draws over the viewport; `window` owns dialogs.
    """

    def __init__(self, desk: Desk, window: QWidget, icons: Icons, plug_ins: Sequence[ToolMaker] = ()) -> None:
        super().__init__(window)
        self._desk, self.window, self.icons = desk, window, icons
        self.marks = MarksOverlay(desk.viewport)
        makers: tuple[ToolMaker, ...] = (*BUILT_IN, *plug_ins)
        made = [make(desk, self) for make in makers]
        self.tools: dict[str, DeskTool] = {tool.name: tool for tool in made}
        self._present: DeskTool | None = None
        panel, result = desk.overlays.workbench, desk.overlays.workbench_result
        panel.offer(made)
        result.offer(made)
        panel.tool_asked.connect(partial(desk.perform, "tool.open"))
        self._hear_typing(desk.overlays.analysis)
        for tool in made:
            tool.speak(desk.state.language)
            tool.changed.connect(panel.content_changed)
            tool.changed.connect(result.content_changed)
        desk.viewport.pointed.connect(self._point)
        desk.viewport.installEventFilter(self)

    @property
    def present_tool(self) -> DeskTool | None:
        """The tool that is open in the planner's workspace; None in another one."""
        return self._present

    def plug_ins(self) -> tuple[Text, ...]:
        """Return a line on each tool that a plug-in brought: whose it is, or why it is switched off."""
        plugged = [tool for tool in self.tools.values() if isinstance(tool, PluggedTool)]
        return tuple(tool.trouble or tool.plug_in.line for tool in plugged)

    def do(self, argument: object) -> None:
        """Do what an action asks of a tool."""
        assert isinstance(argument, ToolWish)
        if argument.wish == TYPED and isinstance(argument.argument, tuple):
            if not self.typing.put(argument.tool, *argument.argument):
                raise ValueError(f"{argument.tool}: {argument.argument[0]}")
            return
        tool = self.tools.get(argument.tool) if argument.tool else self._present
        if argument.wish == "leave" and tool is not None:
            self._desk.perform("object.select", None)
        if tool is not None:
            tool.do(argument.wish, argument.argument)

    def follow(self) -> None:
        """Another twin is open."""
        for tool in self.tools.values():
            tool.follow()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Open the tool that the state names, and tell it of every other change."""
        self.marks.follow(new.stage.camera, new.language)
        if new.stage.notes != old.stage.notes:
            self._show_notes(new.stage.notes)
        if new.language != old.language:
            for tool in self.tools.values():
                tool.speak(new.language)
        wanted = self.tools.get(new.tool or next(iter(self.tools))) if new.workspace == PLANNING_WORKSPACE else None
        if wanted is not self._present:
            self._open(wanted)
        elif wanted is not None:
            wanted.present(new, old)

    def takes_click(self, at: QPointF) -> bool:
        """Give a click to the open tool."""
        return self._present is not None and self._present.takes_click(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep the marks over the whole viewport, and give the open tool what happens there first."""
        if event.type() == QEvent.Type.Resize:
            self.marks.resize(self._desk.viewport.size())
        if self._present is not None and self._present.takes_event(event):
            return True
        return super().eventFilter(watched, event)

    def close(self) -> None:
        """End."""
        for tool in self.tools.values():
            tool.close()

    @Slot(QPointF)
    def _point(self, at: QPointF) -> None:
        if self._present is not None:
            self._present.point(at)

    def _hear_typing(self, analysis: GlassPanel) -> None:
        """Let sessions keep what is typed in the forms, but what is said to the console and the recorder."""
        self.typing = FormTyping(self)
        self.typing.typed.connect(self._on_typed)
        watch_analysis = partial(self.typing.watch, ANALYSIS, analysis)
        analysis.content_changed.connect(watch_analysis)
        watch_analysis()
        for tool in self.tools.values():
            if tool.name not in UNHEARD:
                tool.changed.connect(partial(self._watch, tool))
                self._watch(tool)

    def _watch(self, tool: DeskTool) -> None:
        self.typing.watch(tool.name, tool.form)
        self.typing.watch(f"{tool.name}/result", tool.result)

    @Slot(str, str, object)
    def _on_typed(self, tool: str, field: str, value: object) -> None:
        with self._desk.sessions.heard("tool.type", (tool, field, value)):
            pass

    def _show_notes(self, shown: ShownNotes | None) -> None:
        notes = self.tools["notes"]
        assert isinstance(notes, NotesTool)
        notes.show_of_room(shown)

    def _open(self, tool: DeskTool | None) -> None:
        before, self._present = self._present, tool
        if before is not None:
            before.leave()
        self._desk.viewport.setCursor(Qt.CursorShape.ArrowCursor)
        if tool is not None:
            self._desk.overlays.workbench.show_tool(tool)
            self._desk.overlays.workbench_result.show_tool(tool)
            tool.enter()
