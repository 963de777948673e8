"""The installed plug-ins: found by their entry points, loaded by nobody here."""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points

from sanping.bootstrap.foreign_code import code_of
from sanping.domain.text import Text
from sanping.settings.allowed_code import PANEL_GROUP, TOOL_GROUP, keys_of, refusal, rules_of
from sanping.settings.settings import Settings
from sanping.ui.plug_in import PlugIn

_OFF = Text("{line}：已在设置中停用", "{line}: switched off in the settings")


def installed_plug_ins(group: str = TOOL_GROUP) -> tuple[PlugIn, ...]:
    """Return every tool that an installed distribution offers, by distribution and name; none is imported."""
    found = [_plug_in(entry) for entry in _entries(group)]
    return tuple(sorted({one.id: one for one in found}.values(), key=lambda one: one.id))


def wanted_plug_ins(settings: Settings, found: Sequence[PlugIn]) -> tuple[PlugIn, ...]:
    """Return those that the person allowed and did not switch off, all or by the name of plug-in or distribution."""
    if settings.plug_ins == "off":
        return ()
    refused = _refused(settings)
    off = _switched_off(settings)
    return tuple(one for one in found if not off & {one.name, one.distribution, one.id} and one.id not in refused)


def installed_panels(settings: Settings) -> Mapping[str, PlugIn | Text]:
    """Return every panel for walls that an installed distribution offers by its id, or why it is not to be loaded."""
    found = installed_plug_ins(PANEL_GROUP)
    wanted = {one.id for one in wanted_plug_ins(settings, found)}
    refused = _refused(settings)
    return {
        one.id: one if one.id in wanted else refused.get(one.id) or _OFF.with_values(line=one.line) for one in found
    }


def plug_in_lines(settings: Settings) -> tuple[Text, ...]:
    """Name every installed plug-in, and say which are switched off or not allowed; none is loaded."""
    refused, off = _refused(settings), _switched_off(settings)
    lines = []
    for one in (*installed_plug_ins(), *installed_plug_ins(PANEL_GROUP)):
        if settings.plug_ins == "off" or off & {one.name, one.distribution, one.id}:
            lines.append(_OFF.with_values(line=one.line))
        else:
            lines.append(refused.get(one.id, one.line))
    return tuple(lines)


def _switched_off(settings: Settings) -> set[str]:
    return {name.strip() for name in settings.plug_ins_off.replace("，", ",").split(",")}


def _refused(settings: Settings) -> Mapping[str, Text]:
    """Return why plug-ins are not loaded, by their ids."""
    rules, keys = rules_of(settings.plug_ins_allowed), keys_of(settings.plug_in_keys)
    found = {}
    for entry in (*_entries(TOOL_GROUP), *_entries(PANEL_GROUP)):
        code = code_of(entry)
        why = None if code is None else refusal(rules, code, keys)
        if why is not None:
            found[_plug_in(entry).id] = why
    return found


def _entries(group: str) -> Sequence[EntryPoint]:
    return tuple(entry_points(group=group))


def _plug_in(entry: EntryPoint) -> PlugIn:
    about = entry.dist
    return PlugIn(
        name=entry.name,
        distribution=about.name if about is not None else "?",
        version=about.version if about is not None else "?",
        load=entry.load,
    )
