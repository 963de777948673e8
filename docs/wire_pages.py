"""Writes what the protocol `sanping.v1` is, from its messages: a page, a JSON Schema, TypeScript types, examples."""

import inspect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

import wire_examples
from reference_pages import NOTE
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, StyleName
from sanping.stage.area_map import AreaMap
from sanping.stage.notes_shown import ShownNotes
from sanping.stage.plan_shown import ShownPlan
from sanping.stage.section_shown import ShownSection
from sanping.stage.sharing import BoardName, Focus, Pointer, SharedLayer
from sanping.stage.state import Colouring, FeatureRef, WaterColour
from sanping.stage.timeline import Timeline
from sanping.wire.cases import AreaBoard, CaseFilter, CasePage, CasePoints, CaseSheet, Governance, Indicators
from sanping.wire.codec import Body, encoded
from sanping.wire.messages import PROTOCOL, FromHub, FromScreen
from sanping.wire.responses import Plans, ResponseSheet
from sanping.wire.show import ViewKey

TYPESCRIPT = Path("app/web/src/generated/messages.ts")
SCHEMA = Path("docs/reference/protocol.schema.json")
PAGE = Path("docs/reference/protocol.md")
EXAMPLES = Path("tests/wire_examples")
# What the API beside the WebSocket answers.
ANSWERS = (CasePage, CaseSheet, Governance, Indicators, Plans, ResponseSheet, AreaBoard, CasePoints)
SHOWN: Mapping[str, Any] = {
    "camera": CameraPose,
    "style": StyleName,
    "moment": str,
    "timeline": Timeline,
    "layers": dict[str, SharedLayer],
    "selection": tuple[FeatureRef, ...],
    "isolated": tuple[FeatureRef, ...],
    "colouring": Colouring | None,
    "water_colour": WaterColour,
    "scene": str | None,
    "focus": Focus | None,
    "pointer": Pointer | None,
    "board": BoardName | None,
    "area": str | None,
    "area_map": AreaMap | None,
    "scheme": ShownPlan | None,
    "section": ShownSection | None,
    "notes": ShownNotes | None,
}
MEANINGS: Mapping[str, Text] = {
    "hello": Text(
        "屏幕的第一句话：令牌、屏幕名、房间，以及上次听到哪里", "Who comes: token, screen, room, where it stopped"
    ),
    "subscribe": Text("想听的话题，取代先前的", "The topics it wants to hear, in place of earlier ones"),
    "command": Text(
        "改变共同状态的愿望；同一 op 只做一次", "A wish that changes something for all; one `op` is done once"
    ),
    "ready": Text("读数已显示，可以再来一帧", "Readings are shown; another frame may come"),
    "ping": Text("测量往返与时钟", "Measures the round trip and the clock"),
    "show": Text("主控屏写入一个画面值", "Who leads writes one value of the show"),
    "seen": Text("画面值已显示到某一版，归还额度", "Credit: the show is drawn up to a revision"),
    "floor": Text("关于主控的愿望：申请、释放、续期、批准、拒绝、收回、接管、锁定", "A wish about who leads"),
    "here": Text("在场：是否跟随、往返时间、尺寸", "A sign of life: whether it follows, round trip, size"),
    "welcome": Text(
        "中枢的第一句话：本次生命、序号、时刻、角色、房间", "The hub's first word: life, number, time, role, room"
    ),
    "series": Text("过程线目录，后面的读数用序号指它", "Directory that the indices of readings refer to"),
    "movers": Text("移动对象的名册，后面的位置用序号指它", "Directory that the indices of positions refer to"),
    "positions": Text("自上一帧以来变化的位置", "Positions that changed since the frame before"),
    "readings": Text("自上一帧以来变化的最新值", "Latest values that changed since the frame before"),
    "snapshot": Text("全部告警、数据源与预警，截至某一序号", "All alarms, sources and warnings as of a number"),
    "change": Text("日志的一步，序号连续", "One step of the log, numbered without gaps"),
    "ack": Text(
        "命令的回答；is_conflict 表示别人先改动了", "The answer to a command; `is_conflict`: another was first"
    ),
    "pong": Text("对 ping 的回答", "The answer to a ping"),
    "bye": Text("最后一句话，附原因；屏幕关闭时说，随即让出主控", "The last word of either side, with its reason"),
    "shown": Text("一个画面值的现状；所有屏幕在 at_ms 时刻呈现", "A value of the show as it holds now"),
    "floor_state": Text("谁在主控、租约还剩多久、谁在排队", "Who leads, what is left of the lease, who waits"),
    "presence": Text("谁在场：先是全部，之后是变化", "Who is there: all of them first, differences later"),
    "refused": Text("某件事没有做成的原因，整句话", "Why something was not done, in whole sentences"),
}


def wire_files(repository: Path) -> dict[Path, str]:
    """Return path and content of every file that comes from the messages."""
    pages = {PAGE: page(), SCHEMA: _json(schema()), TYPESCRIPT: typescript()}
    for side, messages in (("screen", wire_examples.FROM_SCREEN), ("hub", wire_examples.FROM_HUB)):
        for message in messages:
            name = message.__struct_config__.tag
            pages[EXAMPLES / f"{side}.{name}.json"] = _json(msgspec.json.decode(encoded(message)))
    return {repository / path: content for path, content in pages.items()}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of both directions and of the values that are shown."""
    definitions = _definitions()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": PROTOCOL,
        "$defs": dict(sorted(definitions.items())),
        "properties": {
            "from_screen": {"anyOf": [_reference(kind) for kind in get_args(FromScreen)]},
            "from_hub": {"anyOf": [_reference(kind) for kind in get_args(FromHub)]},
            "shown": {"type": "object", "properties": dict(zip(SHOWN, _value_schemas(), strict=True))},
        },
    }


def typescript() -> str:
    """Return the types for programs in TypeScript: what screens say may leave defaults out, what hubs say is whole."""
    definitions = _definitions()
    said_by_screens = _names_under((*get_args(FromScreen), CaseFilter), definitions)
    lines = ["// Written by `make docs` from the messages of the hub. Do not edit.", ""]
    lines += [f'export const PROTOCOL = "{PROTOCOL}";', ""]
    for name, definition in sorted(definitions.items()):
        lines += _declared(name, definition, may_leave_out=name in said_by_screens)
    for name, union in (("FromScreen", FromScreen), ("FromHub", FromHub)):
        lines += [f"export type {name} =", *(f"  | {kind.__name__}" for kind in get_args(union)), ""]
        lines[-2] += ";"
    lines += ["/** What is shown, by its key. */", "export interface ShowValues {"]
    lines += [f"  readonly {key}: {_written(one)};" for key, one in zip(SHOWN, _value_schemas(), strict=True)]
    lines += ["}", "", "export type ViewKey = keyof ShowValues;", ""]
    return "\n".join(lines)


def page() -> str:
    """Return the page of the protocol in both languages."""
    lines = [NOTE, f"# 协议 `{PROTOCOL}` · Protocol", ""]
    lines += [
        "屏幕与中枢之间的全部消息：WebSocket `/live`，每条一个 JSON 文本帧，名称在 `type` 里。",
        "协议只增不改：不认识的消息、字段与种类一律跳过。",
        "机器可读的定义在 [protocol.schema.json](protocol.schema.json)，示例在 `tests/wire_examples`。",
        "",
        "All messages between screens and a hub: WebSocket `/live`, one JSON text frame each, its name in `type`.",
        "The protocol only grows: a message, field or kind that is not known is skipped.",
        "The definition for programs is [protocol.schema.json](protocol.schema.json); examples are in "
        "`tests/wire_examples`.",
    ]
    for title, union in (("屏幕说 · From a screen", FromScreen), ("中枢说 · From the hub", FromHub)):
        lines += ["", f"## {title}"]
        for kind in get_args(union):
            lines += ["", *_section(kind)]
    lines += ["", "## 画面值 · Values of the show", "", "| key | JSON |", "|---|---|"]
    lines += [f"| `{key}` | {_cell(_written(one))} |" for key, one in zip(SHOWN, _value_schemas(), strict=True)]
    return "\n".join([*lines, ""])


def _section(kind: Any) -> list[str]:
    name = str(kind.__struct_config__.tag)
    meaning = MEANINGS[name]
    lines = [f"### `{name}`", "", f"{meaning.zh}。", "", *(inspect.getdoc(kind) or meaning.en).splitlines()]
    fields = msgspec.structs.fields(kind)
    if fields:
        shapes = _definitions()[kind.__name__]["properties"]
        lines += ["", "| 字段 field | 类型 type | 默认 default |", "|---|---|---|"]
        for field in fields:
            default = "必填 required" if field.required else f"`{json.dumps(_default(field), ensure_ascii=False)}`"
            lines.append(f"| `{field.encode_name}` | {_cell(_written(shapes[field.encode_name]))} | {default} |")
    return lines


def _default(field: msgspec.structs.FieldInfo) -> Any:
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return msgspec.to_builtins(value)


def _definitions() -> dict[str, Any]:
    """Return the schema of every named type; rows, which are arrays, get the names of their columns."""
    kinds = [*get_args(FromScreen), *get_args(FromHub), *get_args(Body), CaseFilter, *ANSWERS, *SHOWN.values()]
    _, found = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    rows = (wire_examples.SeriesRow, wire_examples.ReadingRow, wire_examples.MoverRow, wire_examples.PositionRow)
    for kind in rows:
        columns = found[kind.__name__]["prefixItems"]
        for column, field in zip(columns, msgspec.structs.fields(kind), strict=True):
            column["title"] = field.name
    found["Shown"]["properties"]["key"] = found["Show"]["properties"]["key"] = {"enum": sorted(get_args(ViewKey))}
    for definition in found.values():
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    return found


def _value_schemas() -> list[dict[str, Any]]:
    schemas, _ = msgspec.json.schema_components(list(SHOWN.values()), ref_template="#/$defs/{name}")
    return list(schemas)


def _reference(kind: Any) -> dict[str, str]:
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _names_under(kinds: Iterable[Any], definitions: Mapping[str, Any]) -> set[str]:
    """Return the names of some types and of all that they refer to."""
    found: set[str] = set()
    waiting = [kind.__name__ for kind in kinds]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text = json.dumps(definitions[name])
            waiting += [part.split('"')[0] for part in text.split("#/$defs/")[1:]]
    return found


def _declared(name: str, definition: Mapping[str, Any], *, may_leave_out: bool) -> list[str]:
    about = [f"/** {line}" if not number else f" *  {line}".rstrip()
             for number, line in enumerate(definition.get("description", "").splitlines())]  # fmt: skip
    if about:
        about[-1] += " */"
    if "properties" not in definition:
        return [*about, f"export type {name} = {_written(definition)};", ""]
    required = definition.get("required", ()) if may_leave_out else tuple(definition["properties"])
    lines = [*about, f"export interface {name} {{"]
    for field, shape in definition["properties"].items():
        lines.append(f"  readonly {field}{'' if field in required else '?'}: {_written(shape)};")
    return [*lines, "}", ""]


def _written(shape: Mapping[str, Any]) -> str:
    """Return a JSON Schema as a TypeScript type."""
    if "$ref" in shape:
        return str(shape["$ref"]).rsplit("/", 1)[1]
    if "enum" in shape:
        return " | ".join(json.dumps(value) for value in shape["enum"])
    if "anyOf" in shape:
        return " | ".join(_written(one) for one in shape["anyOf"])
    if "prefixItems" in shape:
        least = shape.get("minItems", len(shape["prefixItems"]))
        columns = [_column(one, is_required=place < least) for place, one in enumerate(shape["prefixItems"])]
        return f"readonly [{', '.join(columns)}]"
    return _written_plain(shape)


def _written_plain(shape: Mapping[str, Any]) -> str:
    kind = str(shape.get("type"))
    if kind == "array":
        item = _written(shape.get("items", {}))
        return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
    if kind == "object":
        return f"Readonly<Record<string, {_written(shape.get('additionalProperties') or {})}>>"
    return {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}.get(
        kind, "unknown"
    )


def _column(column: Mapping[str, Any], *, is_required: bool) -> str:
    name = column.get("title")
    written = _written(column)
    return written if name is None else f"{name}{'' if is_required else '?'}: {written}"


def _cell(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
