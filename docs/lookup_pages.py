"""Writes two reference pages to look something up in: keys by where they work, and adapters with their settings."""

from itertools import groupby
from pathlib import Path

from sanping.commands.desk_actions import ACTIONS
from sanping.domain.text import Text
from sanping.hub.manifests import Manifest, Setting, read_manifest

NOTE = "<!-- Written by `make docs` from the code; do not edit. -->"
EVERYWHERE = Text("处处", "Everywhere")
KINDS = {
    "server": Text("设备连来", "devices connect to us"),
    "client": Text("连到对方", "we connect"),
    "poll": Text("定时去取", "we ask now and then"),
    "file": Text("读文件", "reads files"),
}
GRADES = {"bronze": Text("铜", "bronze"), "silver": Text("银", "silver"), "gold": Text("金", "gold")}


def keys_page() -> str:
    """Return the page of keys, sorted as somebody looks for them: by place, then by key."""
    lines = [NOTE, "# 按键 · Keys", ""]
    lines += ["坐席的按键，按它们在哪里有效排列；工作区里的键先于处处有效的键。", ""]
    lines += ["Keys of the desk by where they work; those of a workspace come before those of everywhere.", ""]
    lines += ["大屏与展示屏的按键见[大屏](../how-to/wall.md)、[展示屏](../how-to/kiosk.md)。", ""]
    lines += ["Keys of wall and kiosk: [the wall](../how-to/wall.md), [the kiosk](../how-to/kiosk.md)."]
    rows = sorted(
        ((action.where, key, action) for action in ACTIONS.values() for key in action.keys),
        key=lambda row: (row[0], len(row[1].split("+")), row[1]),
    )
    for where, members in groupby(rows, key=lambda row: row[0]):
        title = f"`{where}`" if where else f"{EVERYWHERE.zh} · {EVERYWHERE.en}"
        lines += ["", f"## {title}", "", "| 键 key | 中文 | English | 动作 action |", "|---|---|---|---|"]
        for _, key, action in members:
            lines.append(
                f"| <kbd>{_cell(key)}</kbd> | {_cell(action.title.zh)} | {_cell(action.title.en)} | `{action.id}` |"
            )
    return "\n".join(lines) + "\n"


def adapters_page(adapters: Path) -> str:
    """Return the page of the adapters whose folders lie in one folder."""
    lines = [NOTE, "# 适配器 · Adapters", ""]
    lines += ["自带的适配器、它们的设置与等级；设置写在 `[[sources]]` 的 `settings` 里。", ""]
    lines += ["怎么接见[操作指南](../how-to/README.md)。", ""]
    lines += [
        "The bundled adapters with their settings and grades; settings stand in `settings` of `[[sources]]`. "
        "How to connect each: [how-to guides](../how-to/README.md)."
    ]
    for path in sorted(adapters.glob("*/manifest.toml")):
        lines += _adapter(read_manifest(path, f"sanping.adapters.{path.parent.name}.source:Source"))
    return "\n".join(lines) + "\n"


def _adapter(manifest: Manifest) -> list[str]:
    kind, grade = KINDS[manifest.kind], GRADES[manifest.grade.level]
    lines = ["", f"## `{manifest.name}`", "", f"{manifest.title.zh} · {manifest.title.en}"]
    lines += ["", f"{kind.zh}，等级：{grade.zh} · {kind.en}, grade: {grade.en}"]
    lines += [f"- {reason.zh} · {reason.en}" for reason in manifest.grade.reasons]
    if manifest.settings:
        lines += ["", "| 设置 setting | 中文 | English | 取值 values | 默认 default |", "|---|---|---|---|---|"]
        lines += [_setting(name, setting) for name, setting in manifest.settings.items()]
    return lines


def _setting(name: str, setting: Setting) -> str:
    zh, en = (
        _cell(": ".join(filter(None, words)))
        for words in ((setting.title.zh, setting.help.zh), (setting.title.en, setting.help.en))
    )
    default = "必填 required" if setting.required else _value(setting.default)
    return f"| `{name}` | {zh} | {en} | {_values(setting)} | {default} |"


def _values(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(f"`{choice}`" for choice in setting.choices)
    if setting.minimum is not None and setting.maximum is not None:
        return f"{setting.type}, {setting.minimum:g}–{setting.maximum:g}"
    return setting.type


def _value(default: object) -> str:
    return "—" if default in (None, "") else f"`{default}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
