"""Writes the reference pages from the code: commands, settings, actions, errors."""

import ast
import inspect
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from cyclopts import Parameter
from pydantic.fields import FieldInfo

from sanping.cli.application import COMMANDS
from sanping.cli.declared import Command
from sanping.commands.action import Action
from sanping.commands.desk_actions import ACTIONS
from sanping.domain import errors
from sanping.domain.text import Text
from sanping.settings.settings import Settings

NOTE = "<!-- Written by `make docs` from the code; do not edit. -->"
Lines = list[str]
Pair = tuple[str, str]


def commands_page() -> str:
    """Return the page of the command line."""
    lines = [
        NOTE,
        "# 命令 · Commands",
        "",
        "退出码：0 完成，1 检查发现问题，2 输入被拒绝（原因在标准错误），74 停止时磁盘没有反应，130 被中断。",
        "Exit status: 0 done, 1 a check found trouble, 2 input refused (the reason is on stderr), "
        "74 the disk did not answer at the stop, 130 interrupted.",
        "",
        "`run`、`open`、`picture` 打开一切可读的图层；每个未能打开的图层连同原因写在标准错误，退出码为 1；"
        "全部不可读时为 2，且不写画面。",
        "`run`, `open` and `picture` open every layer that can be read; each other one is named with its reason on "
        "stderr, and the exit status is 1; when none can be read it is 2, and no picture is written.",
    ]
    for command in COMMANDS:
        lines += ["", f"## `sanping {command.name}`", "", command.title.zh + "。", command.title.en + "."]
        if isinstance(command, Command):
            lines += ["", *_parameters(command)]
            continue
        if command.alone is not None:
            lines += ["", *_parameters(command.alone)]
        for member in command.commands:
            lines += ["", f"### `sanping {command.name} {member.name}`", "", member.title.zh + "。"]
            lines += [member.title.en + ".", "", *_parameters(member)]
    return _page(lines)


def _parameters(command: Command) -> Lines:
    hints = get_type_hints(command.run, include_extras=True)
    parameters = inspect.signature(command.run).parameters
    if not parameters:
        return ["没有参数。", "It takes no arguments."]
    lines = ["| 参数 argument | 说明 | meaning | 默认 default |", "|---|---|---|---|"]
    for name, parameter in parameters.items():
        meaning = _text_in(hints[name])
        is_needed = parameter.default is inspect.Parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL
        default = "必填 required" if is_needed else _value(parameter.default)
        lines.append(f"| {_written(parameter, hints[name])} | {_cell(meaning.zh)} | {_cell(meaning.en)} | {default} |")
    return lines


def _written(parameter: inspect.Parameter, hint: Any) -> str:
    """Return the argument as a person types it."""
    if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
        return f"`{parameter.name.upper()}`"
    names = [name for item in get_args(hint)[1:] if isinstance(item, Parameter) for name in item.name or ()]
    return ", ".join(f"`{name}`" for name in names) or f"`--{parameter.name.replace('_', '-')}`"


def settings_page() -> str:
    """Return the page of the settings."""
    lines = [
        NOTE,
        "# 设置 · Settings",
        "",
        "在设置窗口里选择，或用环境变量给出；环境变量优先于设置文件。",
        "Choose them in the settings window or give them as environment variables, which win over the settings file.",
        "`SANPING_HOME` 把设置、缓存与图片放进同一个目录。",
        "`SANPING_HOME` keeps settings, cache and pictures in one folder.",
        "",
        "| 设置 setting | 说明 | meaning | 取值 values | 默认 default |",
        "|---|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        title = next(item for item in field.metadata if isinstance(item, Text))
        lines.append(
            f"| `{name}`<br>`SANPING_{name.upper()}` | {_cell(title.zh)} | {_cell(title.en)} "
            f"| {_values(field.annotation)} | {_default(field)} |"
        )
    return _page(lines)


def _default(field: FieldInfo) -> str:
    return "按环境 from the environment" if field.default_factory else _value(field.default)


def actions_page() -> str:
    """Return the page of the desk's actions and their keys."""
    lines = [NOTE, "# 动作 · Actions", "", "菜单、快捷键与查找框（Ctrl+K）里的同一份动作。"]
    lines += ["Menus, keys and the locator (Ctrl+K) all come from these."]
    for group, members in groupby(ACTIONS.values(), key=lambda action: action.group):
        lines += [
            "",
            f"## {group.zh} · {group.en}",
            "",
            "| 动作 action | 中文 | English | 快捷键 keys |",
            "|---|---|---|---|",
        ]
        lines += [_action_row(action) for action in members]
    return _page(lines)


def _action_row(action: Action[Any]) -> str:
    keys = ", ".join(f"<kbd>{_cell(key)}</kbd>" for key in action.keys) or "—"
    return f"| `{action.id}` | {_cell(action.title.zh)} | {_cell(action.title.en)} | {keys} |"


def errors_page(package: Path) -> str:
    """Return the page of the error tree with every message that the package can raise."""
    messages = error_messages(package)
    lines = [NOTE, "# 错误 · Errors", "", "每条信息都说明发生了什么、对谁、接下来怎么办；`{…}` 处填入具体内容。"]
    lines += ["Each message says what happened, to what, and what to do next; `{…}` is filled in."]
    for name, kind in vars(errors).items():
        if not (inspect.isclass(kind) and issubclass(kind, errors.SanpingError)):
            continue
        lines += ["", f"## `{name}`", "", (kind.__doc__ or "").strip().split("\n")[0]]
        if name in messages:
            lines += ["", "| 中文 | English |", "|---|---|"]
            lines += [f"| {_cell(zh)} | {_cell(en)} |" for zh, en in sorted(messages[name])]
    return _page(lines)


def error_messages(package: Path) -> dict[str, set[Pair]]:
    """Return the texts given to each error class where it is made, as (zh, en)."""
    trees = {_module(path, package): ast.parse(path.read_text("utf-8")) for path in sorted(package.rglob("*.py"))}
    declared = {module: _constants(tree) for module, tree in trees.items()}
    found: dict[str, set[Pair]] = {}
    for module, tree in trees.items():
        known = declared[module] | _imported(tree, declared)
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=kind), args=[message, *_]) if pair := _pair(message, known):
                    found.setdefault(kind, set()).add(pair)
    return found


def _module(path: Path, package: Path) -> str:
    return ".".join(path.relative_to(package.parent).with_suffix("").parts)


def _constants(tree: ast.Module) -> dict[str, Pair]:
    """Return the texts that a module declares by name."""
    return {
        name: pair
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if (name := ast.unparse(target)) and (pair := _pair(node.value, {}))
    }


def _imported(tree: ast.Module, declared: dict[str, dict[str, Pair]]) -> dict[str, Pair]:
    """Return the texts that a module takes from another by name."""
    return {
        alias.asname or alias.name: declared[node.module][alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in declared
        for alias in node.names
        if alias.name in declared[node.module]
    }


def _pair(node: ast.expr, known: dict[str, Pair]) -> Pair | None:
    """Return the two languages of `Text("…", "…")` or of its name, also with `.with_values(…)` behind it."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="with_values")):
            return _pair(inner, known)
        case ast.Call(func=ast.Name(id="Text"), args=[ast.Constant(value=str(zh)), ast.Constant(value=str(en))]):
            return zh, en
        case ast.Name(id=name):
            return known.get(name)
    return None


def _text_in(hint: Any) -> Text:
    return next(item for item in get_args(hint)[1:] if isinstance(item, Text))


def _values(kind: Any) -> str:
    """Return what a setting may be, in words."""
    if get_origin(kind) is Annotated:
        return _values(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if inspect.isclass(kind) and get_origin(kind) is None:
        return {"str": "文字 text", "int": "整数 whole number", "float": "数 number", "bool": "是否 yes or no"}.get(
            kind.__name__, kind.__name__
        )
    return "路径 path" if "Path" in str(kind) else "列表 list"


def _value(default: Any) -> str:
    if isinstance(default, bool):
        return "是 yes" if default else "否 no"
    return "空 empty" if default in (None, "", (), inspect.Parameter.empty) else f"`{default}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _page(lines: Lines) -> str:
    return "\n".join(lines) + "\n"
