"""A panel that another package brought: called with care, and switched off by name as soon as it raises anything."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from PySide6.QtCore import QRectF, Qt

from sanping.domain.text import Text
from sanping.ui.plug_in import PlugIn
from sanping.ui.wall.brush import Brush
from sanping.ui.wall.facts import Turn, WallFacts, WallPanel

T = TypeVar("T")
Plugged = Mapping[str, PlugIn | Text]
"""What is installed by its id: a plug-in that may be loaded, or why it may not."""
TITLE = Text("插件面板", "Panel of a plug-in")
UNKNOWN = Text(
    "没有安装插件“{name}”；请安装它，或改大屏布局", "There is no plug-in {name}: install it, or change the layout"
)
OFF = Text("插件 {plug_in} 已停用：{reason}", "The plug-in {plug_in} is switched off: {reason}")
FAILED_IN = Text("{method} 出错，{kind}：{words}", "{method} raised {kind}: {words}")
NO_PANEL = Text("它给出的 {kind} 没有 content 和 paint", "it gave {kind}, which has no content and paint")
MOST_LETTERS = 160


class PluggedPanel:
    """Stands for the panel of a plug-in; `trouble` says why it is not shown, None while it works."""

    nominal_em: tuple[float, float] = (20.0, 12.0)
    turns_ms = 0

    def __init__(self, name: str, plugged: Plugged) -> None:
        self.trouble: Text | None = None
        self._inner: WallPanel | None = None
        self._line = Text(name, name)
        found = plugged.get(name)
        if isinstance(found, PlugIn):
            self._line = found.line
            self._guarded("load", lambda: self._take(found))
        else:
            self.trouble = found or UNKNOWN.with_values(name=name)

    def content(self, facts: WallFacts) -> object:
        """Return what the plug-in shows, or why it is not shown."""
        inner = self._inner
        shown = None if inner is None or self.trouble else self._guarded("content", lambda: inner.content(facts))
        return self.trouble or shown

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Let the plug-in paint within its room; where it fails, say so there."""
        inner = self._inner
        if inner is not None and self.trouble is None:
            brush.painter.save()
            brush.painter.setClipRect(area)
            self._guarded("paint", lambda: inner.paint(brush, area, turn))
            brush.painter.restore()
        if self.trouble is not None:
            room = brush.frame(area, TITLE)
            brush.size()
            brush.painter.setPen(brush.look.quiet)
            wrapped = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            brush.painter.drawText(room, wrapped, brush.say(self.trouble))

    def _take(self, plug_in: PlugIn) -> None:
        made = plug_in.load()
        panel: Any = made() if isinstance(made, type) else made
        if not (callable(getattr(panel, "content", None)) and callable(getattr(panel, "paint", None))):
            self._switch_off(NO_PANEL.with_values(kind=type(panel).__name__))
            return
        width, height = panel.nominal_em  # whatever it lacks is told
        self.nominal_em, self._inner = (float(width), float(height)), panel

    def _guarded(self, method: str, ask: Callable[[], T]) -> T | None:
        """Return what foreign code gives; whatever it raises switches the plug-in off."""
        try:
            return ask()
        except (Exception, SystemExit) as raised:
            words = str(raised)[:MOST_LETTERS] or "—"
            self._switch_off(FAILED_IN.with_values(method=method, kind=type(raised).__name__, words=words))
            return None

    def _switch_off(self, reason: Text) -> None:
        self.trouble = OFF.with_values(plug_in=self._line, reason=reason)
