"""The installed plug-ins: found by their entry points, loaded by nobody here."""

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

from sanping.domain.text import Text
from sanping.settings.settings import Settings
from sanping.ui.plug_in import TOOL_GROUP, PlugIn

_OFF = Text("{line}：已在设置中停用", "{line}: switched off in the settings")


def installed_plug_ins() -> tuple[PlugIn, ...]:
    """Return every tool that an installed distribution offers, by distribution and name; none is imported."""
    found = [_plug_in(entry) for entry in entry_points(group=TOOL_GROUP)]
    return tuple(sorted({one.id: one for one in found}.values(), key=lambda one: one.id))


def wanted_plug_ins(settings: Settings, found: Sequence[PlugIn]) -> tuple[PlugIn, ...]:
    """Return those that the person did not switch off, all of them or by the name of plug-in or distribution."""
    if settings.plug_ins == "off":
        return ()
    off = {name.strip() for name in settings.plug_ins_off.replace("，", ",").split(",")}
    return tuple(one for one in found if not off & {one.name, one.distribution, one.id})


def plug_in_lines(settings: Settings) -> tuple[Text, ...]:
    """Name every installed plug-in with its distribution, and which of them are switched off; none is loaded."""
    found = installed_plug_ins()
    wanted = {one.id for one in wanted_plug_ins(settings, found)}
    return tuple(one.line if one.id in wanted else _OFF.with_values(line=one.line) for one in found)


def _plug_in(entry: EntryPoint) -> PlugIn:
    about = entry.dist
    return PlugIn(
        name=entry.name,
        distribution=about.name if about is not None else "?",
        version=about.version if about is not None else "?",
        load=entry.load,
    )
