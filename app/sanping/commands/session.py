"""What a person did at the desk, step by step, as values: written as lines, read again, and done again without a desk.

Only steps that mean the same at another time are kept: no dialogs, no cases, no alarms that are dealt with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState, Outcome
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, StyleName
from sanping.stage.state import Colouring, FeatureRef

KIND = "sanping-session"
VERSION = 1
CLICK = "click"
"""A click that a tool took: its argument is the place of the world under it."""
REPEATED = (
    "view.", "move.", "camera.", "layer.", "object.", "time.", "bookmark.", "panel.", "workspace.", "tool.",
    "workbench.", "analysis.", "river.", "edit.", "language.set", "quality.set", "crs.show", "station.open",
    "station.close", "area.open",
)  # fmt: skip
LEFT_OUT = (
    "object.hover", "view.fly", "view.full", "bookmark.keep", "bookmark.forget", "edit.find", "edit.copy",
    "analysis.export", "analysis.report", "time.now", "workbench.save", "workbench.export", "workbench.open",
)  # fmt: skip
FLOWING = frozenset({"camera.move", "camera.slide", "time.set", "layer.opacity", "tool.type"})
FLOW_MS = 250
_SUBJECTS: Mapping[str, int] = MappingProxyType({"layer.opacity": 1, "tool.type": 2})
"""How many arguments of a step that flows say what it is about."""
_KINDS: Mapping[str, type] = MappingProxyType(
    {"pose": CameraPose, "feature": FeatureRef, "colouring": Colouring, "moment": datetime}
)
_BAD_LINE = Text(
    "会话第 {line} 行无法理解：{reason}。请用三屏重新录制，或改正这一行",
    "Line {line} of the session is not understood: {reason}. Record it again, or correct the line",
)
_NO_SESSION = Text(
    "这不是三屏的会话文件；请选择以 {kind} 开头的 .jsonl", "This is no session of Sanping; choose a .jsonl with {kind}"
)
_STRANGE = Text("没有这个动作：{name}", "There is no such action: {name}")
_NOT_DONE = Text(
    "会话中的动作“{name}”无法执行：{reason}。请改正参数，或重新录制",
    "The action “{name}” of the session cannot be done: {reason}. Correct its arguments, or record it again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action, gesture or click, `at_ms` after the session began, with plain values, poses, objects or times."""

    at_ms: int
    name: str
    arguments: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What was done in the twin of a folder's name, from the view that `begin` shows."""

    twin: str
    begin: tuple[Step, ...]
    steps: tuple[Step, ...]

    @property
    def length_ms(self) -> int:
        """When its last step was done."""
        return self.steps[-1].at_ms if self.steps else 0


class _Head(msgspec.Struct, kw_only=True):
    kind: str
    version: int
    twin: str
    begin: int = 0


class _Line(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    at_ms: int
    do: str
    with_: list[Any] = msgspec.field(name="with", default_factory=list)


def is_repeated(name: str) -> bool:
    """Say whether a session keeps an action or gesture."""
    return name == CLICK or (name.startswith(REPEATED) and not name.startswith(LEFT_OUT))


def beginning(state: DeskState, own_style: StyleName) -> tuple[Step, ...]:
    """Return the steps that bring a desk that has just opened the twin, in its own style, to the view of this one."""
    stage = state.stage
    hidden = [Step(at_ms=0, name="layer.visible", arguments=(name, layer.is_visible))
              for name, layer in sorted(stage.layers.items())]  # fmt: skip
    return (
        Step(at_ms=0, name=f"workspace.{state.workspace}"),
        *hidden,
        *(() if stage.style == own_style else (Step(at_ms=0, name="view.style"),)),
        Step(at_ms=0, name="time.set", arguments=(stage.moment,)),
        Step(at_ms=0, name="camera.move", arguments=(stage.camera, "session")),
    )


def added(steps: Sequence[Step], step: Step) -> tuple[Step, ...]:
    """Return the steps with one more; one that flows on from the last takes its place."""
    last = steps[-1] if steps else None
    flows = (
        last is not None
        and step.name in FLOWING
        and last.name == step.name
        and step.at_ms - last.at_ms <= FLOW_MS
        and _subject(last) == _subject(step)
    )
    return (*(steps[:-1] if flows else steps), step)


def _subject(step: Step) -> object:
    return step.arguments[: _SUBJECTS.get(step.name, 0)]


def can_be_written(arguments: Sequence[object]) -> bool:
    """Say whether a session can keep these arguments."""
    return all(
        value is None
        or isinstance(value, str | int | float | datetime | CameraPose | FeatureRef | Colouring)
        or (isinstance(value, tuple | list) and can_be_written(value))
        for value in arguments
    )


def lines_of(session: Session) -> list[str]:
    """Return a session as lines of JSON."""
    head = {"kind": KIND, "version": VERSION, "twin": session.twin, "begin": len(session.begin)}
    steps = [
        {"at_ms": step.at_ms, "do": step.name, **({"with": _written(step.arguments)} if step.arguments else {})}
        for step in (*session.begin, *session.steps)
    ]
    return [msgspec.json.encode(line).decode() for line in (head, *steps)]


def session_of(lines: Sequence[str]) -> Session:
    """Read the lines of a session. Raises `FileBroken` with the number of the line."""
    try:
        head = msgspec.json.decode(lines[0], type=_Head)
    except (IndexError, msgspec.MsgspecError) as error:
        raise FileBroken(_NO_SESSION.with_values(kind=KIND)) from error
    if head.kind != KIND or head.version != VERSION:
        raise FileBroken(_NO_SESSION.with_values(kind=f"{KIND} {VERSION}"))
    steps = tuple(_step(line, number) for number, line in enumerate(lines[1:], start=2) if line.strip())
    return Session(twin=head.twin, begin=steps[: head.begin], steps=steps[head.begin :])


def done(state: DeskState, step: Step) -> Outcome:
    """Return what a step gives at a desk of this state. Raises `InputError`."""
    decide = ACTIONS[step.name].decide if step.name in ACTIONS else GESTURES.get(step.name)
    if decide is None or not is_repeated(step.name):
        raise InputError(_STRANGE.with_values(name=step.name))
    try:
        return decide(state, *step.arguments)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputError(_NOT_DONE.with_values(name=step.name, reason=str(error)[:200])) from error


def replayed(state: DeskState, steps: Sequence[Step]) -> tuple[DeskState, tuple[str, ...]]:
    """Return the state after all steps, flights arrived, and the names of those that only a desk can do."""
    left: list[str] = []
    for step in steps:
        if step.name == CLICK:
            left.append(step.name)
            continue
        outcome = done(state, step)
        state = outcome.state
        for effect in outcome.effects:
            if effect.kind == "fly" and isinstance(effect.argument, CameraPose):
                state = replace(state, stage=replace(state.stage, camera=effect.argument))
            else:
                left.append(step.name)
    return state, tuple(left)


def script_of(session: Session) -> str:
    """Return a Python script that does the same without a window and draws the end of it."""
    head = (
        '"""Recorded at the desk of Sanping; run it with: sanping run-script THIS_FILE"""', "", "import datetime", "",
        "import sanping", "from sanping.domain.view import CameraPose",
        "from sanping.stage.state import Colouring, FeatureRef", "",
        f"with sanping.open_twin({session.twin!r}) as twin:", "    desk = twin.desk()",
    )  # fmt: skip
    body = [f"    {script_line(step)}" for step in (*session.begin, *_merged(session.steps))]
    return "\n".join((*head, *body, '    desk.picture("session.png")', ""))


def script_line(step: Step) -> str:
    """Return a step as it is written in a script or at the console; a comment for what only a desk can do."""
    words = ", ".join(repr(value) for value in (step.name, *step.arguments))
    return f"# desk.click({', '.join(map(repr, step.arguments))})" if step.name == CLICK else f"desk.perform({words})"


def _merged(steps: Sequence[Step]) -> list[Step]:
    """Return steps without those that the next one of the same flow overtakes."""
    return [
        step for step, after in zip(steps, (*steps[1:], None), strict=True)
        if after is None or step.name != after.name or step.name not in FLOWING or _subject(step) != _subject(after)
    ]  # fmt: skip


def _step(line: str, number: int) -> Step:
    try:
        read = msgspec.json.decode(line, type=_Line)
        arguments = _read(read.with_)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FileBroken(_BAD_LINE.with_values(line=number, reason=str(error)[:200])) from error
    if read.do != CLICK and read.do not in ACTIONS and read.do not in GESTURES:
        raise FileBroken(_BAD_LINE.with_values(line=number, reason=_STRANGE.with_values(name=read.do[:80])))
    return Step(at_ms=read.at_ms, name=read.do, arguments=arguments)


def _written(values: Sequence[object]) -> list[object]:
    found: list[object] = []
    for value in values:
        kind = next((name for name, own in _KINDS.items() if isinstance(value, own)), "")
        if kind:
            found.append({kind: msgspec.to_builtins(value)})
        else:
            found.append(_written(value) if isinstance(value, tuple | list) else value)
    return found


def _read(values: Sequence[Any]) -> tuple[object, ...]:
    found: list[object] = []
    for value in values:
        if isinstance(value, dict):
            ((kind, fields),) = value.items() if len(value) == 1 else (("", None),)
            if kind not in _KINDS:
                raise msgspec.ValidationError(f"{sorted(value)}")
            found.append(msgspec.convert(fields, _KINDS[kind]))
        else:
            found.append(_read(value) if isinstance(value, list) else value)
    return tuple(found)
