"""`sanping plug-ins`: which installed packages may add tools and sources."""

from typing import Annotated

from sanping.bootstrap.foreign_code import foreign_code, pinned
from sanping.cli.declared import Command, Group
from sanping.cli.terminal import table
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.allowed_code import DIGEST_LETTERS, refusal, rules_of, with_rule, without_rule
from sanping.settings.settings import load_settings, save_settings

Package = Annotated[str, Text("包名，见 sanping plug-ins list", "Name of the package, see sanping plug-ins list")]

_NOTHING = Text("没有安装插件", "No plug-in is installed")
_NONE = Text("没有安装名为“{name}”的插件包", "No package “{name}” that adds code is installed")
_ALLOWED = Text("已允许", "allowed")
_REFUSED = Text("未允许", "not allowed")
_DONE = Text(
    "已允许 {rule}。文件一变就不再加载；插件能做本机用户能做的一切",
    "Allowed: {rule}. It is loaded no more once its files change; a plug-in can do whatever you can on this machine",
)


def listed() -> int:
    """List every package that adds tools or sources, with version and SHA-256, and whether it may; loads none."""
    settings = load_settings(paths.settings_file())
    rules = rules_of(settings.plug_ins_allowed)
    rows = []
    for one in foreign_code():
        state = _ALLOWED if refusal(rules, one) is None else _REFUSED
        digest = one.digest()[:DIGEST_LETTERS]
        rows.append((one.distribution, one.version, one.name, digest, state.in_language(settings.language)))
    print(table(rows) if rows else _NOTHING.in_language(settings.language))
    return 0


def allow(package: Package, /) -> int:
    """Let a package add code, as it is now: its version and its files."""
    settings = load_settings(paths.settings_file())
    found = next((one for one in foreign_code() if one.distribution == package), None)
    if found is None:
        raise InputError(_NONE.with_values(name=package))
    rule = pinned(found)
    allowed = with_rule(rules_of(settings.plug_ins_allowed), rule)
    save_settings(settings.model_copy(update={"plug_ins_allowed": allowed}), paths.settings_file())
    print(_DONE.with_values(rule=rule).in_language(settings.language))
    return 0


def forbid(package: Package, /) -> int:
    """Let a package add code no more."""
    settings = load_settings(paths.settings_file())
    names = {package, *(one.name for one in foreign_code() if one.distribution == package)}
    allowed = without_rule(rules_of(settings.plug_ins_allowed), names)
    save_settings(settings.model_copy(update={"plug_ins_allowed": allowed}), paths.settings_file())
    return 0


PLUG_INS = Group(
    name="plug-ins",
    title=Text("插件：列出、允许、禁止；默认都不加载", "Plug-ins: list, allow, forbid; none is loaded otherwise"),
    commands=(
        Command(name="list", title=Text("列出插件及其摘要", "List plug-ins with their digests"), run=listed),
        Command(name="allow", title=Text("允许一个插件包（按现在的文件）", "Allow a package, as it is now"), run=allow),
        Command(name="forbid", title=Text("禁止一个插件包", "Forbid a package"), run=forbid),
    ),
)
