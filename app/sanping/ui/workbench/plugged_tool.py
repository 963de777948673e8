"""A tool that a plug-in brought: called with care, and switched off by name as soon as it raises anything."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import ERROR_STYLE, column, plain_label
from sanping.ui.plug_in import PlugIn
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk
from sanping.ui.workbench.tool_list import ToolMaker

T = TypeVar("T")
OFF = Text(
    "插件 {plug_in} 已停用：{reason}。请更新或卸载它，再重新启动",
    "The plug-in {plug_in} is switched off: {reason}. Update or remove it, then start again",
)
FAILED_IN = Text("{method} 出错，{kind}：{words}", "{method} raised {kind}: {words}")
NO_TOOL = Text("它没有给出 DeskTool，而是 {kind}", "it gave no DeskTool but {kind}")
NO_TITLE = Text("它的标题或说明不是 Text", "its title or hint is no Text")
OTHER_ICON = "object"
MOST_LETTERS = 200


class PluggedTool(DeskTool):
    """Stands for the tool of a plug-in; `trouble` says why it is switched off, None while it works."""

    def __init__(self, plug_in: PlugIn, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.plug_in = plug_in
        self.trouble: Text | None = None
        self.name, self.icon = plug_in.id, OTHER_ICON
        self.title = Text(plug_in.name, plug_in.name)
        self.hint = plug_in.line
        self._inner: DeskTool | None = None
        self.notice = plain_label()
        self.notice.setStyleSheet(ERROR_STYLE)
        self.notice.hide()
        self.form = QWidget()
        column(self.form).addWidget(self.notice)
        self._guarded("load", self._make)

    def enter(self) -> None:
        """Begin."""
        self._call("enter", lambda tool: tool.enter())

    def leave(self) -> None:
        """End for now."""
        self._call("leave", lambda tool: tool.leave())

    def follow(self) -> None:
        """Another twin is open."""
        self._call("follow", lambda tool: tool.follow())

    def present(self, new: DeskState, old: DeskState) -> None:
        """Notice another state of the desk."""
        self._call("present", lambda tool: tool.present(new, old))

    def takes_click(self, at: QPointF) -> bool:
        """Take a click; nothing once it is switched off."""
        return bool(self._call("takes_click", lambda tool: tool.takes_click(at)))

    def takes_event(self, event: QEvent) -> bool:
        """Take an event; nothing once it is switched off."""
        return bool(self._call("takes_event", lambda tool: tool.takes_event(event)))

    def point(self, at: QPointF) -> None:
        """The pointer is here."""
        self._call("point", lambda tool: tool.point(at))

    def do(self, wish: str, argument: object = None) -> None:
        """Do what an action asks."""
        self._call("do", lambda tool: tool.do(wish, argument))

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._call("speak", lambda tool: tool.speak(language))

    def close(self) -> None:
        """End for good."""
        self._call("close", lambda tool: tool.close())

    def _make(self) -> None:
        made = self.plug_in.load()
        tool = made(self.desk, self.bench) if callable(made) else made
        if not isinstance(tool, DeskTool):
            self._switch_off(NO_TOOL.with_values(kind=type(tool).__name__))
            return
        if not isinstance(tool.title, Text) or not isinstance(tool.hint, Text):
            self._switch_off(NO_TITLE)
            return
        self.bench.icons.icon(tool.icon)
        self._inner, self.title, self.hint, self.icon = tool, tool.title, tool.hint, tool.icon
        self.result = tool.result
        if tool.form is not None and self.form is not None:
            column_of_form = self.form.layout()
            assert column_of_form is not None
            column_of_form.addWidget(tool.form)
        tool.changed.connect(self.changed)

    def _call(self, method: str, ask: Callable[[DeskTool], T]) -> T | None:
        """Ask the tool of the plug-in while it works."""
        tool = self._inner
        return None if tool is None or self.trouble is not None else self._guarded(method, lambda: ask(tool))

    def _guarded(self, method: str, ask: Callable[[], T]) -> T | None:
        """Return what foreign code gives; whatever it raises switches the plug-in off."""
        try:
            return ask()
        except (Exception, SystemExit) as raised:
            reason = FAILED_IN.with_values(
                method=method, kind=type(raised).__name__, words=str(raised)[:MOST_LETTERS] or "—"
            )
            self._switch_off(reason)
            return None

    def _switch_off(self, reason: Text) -> None:
        self.trouble = OFF.with_values(plug_in=self.plug_in.line, reason=reason)
        self.words.put(self.notice.setText, self.trouble)
        self.notice.show()
        tool = self._inner
        if tool is not None:
            self.bench.marks.show_marks(tool.name, ())
            for widget in (tool.form, tool.result):
                if widget is not None:
                    widget.setEnabled(False)
            self.desk.say(self.trouble)
        self.changed.emit()


def maker_of(plug_in: PlugIn) -> ToolMaker:
    """Return what makes the tool of a plug-in; one that cannot be loaded stands there with the reason."""

    def make(desk: ToolDesk, bench: Bench) -> DeskTool:
        return PluggedTool(plug_in, desk, bench)

    return make
