"""What tools that compare views of one camera share: which stages their sides show, in words and as pictures."""

from sanping.commands.side_settings import SideSettings, stage_of_side
from sanping.domain.text import Text
from sanping.stage.state import Stage
from sanping.ui.workbench.side_form import CAMERAS, COLOURS, SAME, STYLES
from sanping.ui.workbench.tool import ToolDesk

TAKEN, FEWER, MORE = Text("记下的画面", "As kept"), Text("少 {count} 层", "{count} layers less"), Text(
    "多 {count} 层", "{count} layers more")  # fmt: skip


def stage_for(desk: ToolDesk, side: SideSettings) -> Stage:
    """Return what a side shows now."""
    return stage_of_side(desk.state.stage, side, _built_layer(desk), desk.content.ground)


def layers_of(desk: ToolDesk) -> list[tuple[str, Text]]:
    """Return the layers of the open twin with their titles."""
    return [(name, layer.entry.title) for name, layer in desk.content.layers.items()]


def words_of(side: SideSettings) -> Text:
    """Return in what a side differs from the window."""
    parts = [TAKEN] if side.taken is not None else []
    parts += [words for value, words in STYLES if value == side.style and value]
    if side.hour is not None:
        parts.append(Text(f"{side.hour:02.0f}:00", f"{side.hour:02.0f}:00"))
    parts += [words for value, words in COLOURS if value == side.colours and value != "same"]
    parts += [words for value, words in CAMERAS if value == side.camera and value != "same"]
    parts += [FEWER.with_values(count=len(side.hidden))] if side.hidden else []
    parts += [MORE.with_values(count=len(side.shown))] if side.shown else []
    shown = parts or [SAME]
    return Text(" · ".join(part.zh for part in shown), " · ".join(part.en for part in shown))


def _built_layer(desk: ToolDesk) -> str:
    """Return the first layer of buildings."""
    return next((name for name, layer in desk.content.layers.items() if layer.entry.role == "buildings"), "")
