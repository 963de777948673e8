"""The life of a response, declared: which step leads a task from where to where, who may take it and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sanping.domain.response import ResponseStep, TaskState
from sanping.domain.text import Text

Need = Literal["note", "department", "level"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMove:
    """One step; `before` is empty for a step of the whole response. An officer's step is taken by the officer only.

    Others are taken by the task's department, and by the officer in its name.
    """

    step: ResponseStep
    title: Text
    before: frozenset[TaskState] = frozenset()
    after: TaskState | None = None
    is_officers: bool = True
    needs: tuple[Need, ...] = ()


def _of_task(step: ResponseStep, title: Text, before: set[TaskState], after: TaskState) -> ResponseMove:
    return ResponseMove(step=step, title=title, before=frozenset(before), after=after, is_officers=False)


MOVES: Mapping[ResponseStep, ResponseMove] = MappingProxyType(
    {
        move.step: move
        for move in (
            ResponseMove(step="start", title=Text("启动预案", "Start the plan")),
            _of_task("accept", Text("接受任务", "Accept"), {"open"}, "accepted"),
            _of_task("finish", Text("报告完成", "Report as done"), {"accepted"}, "done"),
            ResponseMove(
                step="confirm", title=Text("确认完成", "Confirm"), before=frozenset({"reported"}), after="done"
            ),
            ResponseMove(
                step="refuse",
                title=Text("无法执行", "Cannot do it"),
                before=frozenset({"open", "accepted"}),
                after="cannot",
                is_officers=False,
                needs=("note",),
            ),
            ResponseMove(
                step="reassign",
                title=Text("改派", "Give to another"),
                before=frozenset({"open", "accepted", "cannot"}),
                after="open",
                needs=("department",),
            ),
            ResponseMove(
                step="reopen",
                title=Text("退回重办", "Send back"),
                before=frozenset({"reported", "done", "cannot", "waived"}),
                after="open",
                needs=("note",),
            ),
            ResponseMove(
                step="waive",
                title=Text("免除", "Waive"),
                before=frozenset({"open", "accepted", "reported", "cannot"}),
                after="waived",
                needs=("note",),
            ),
            ResponseMove(step="level", title=Text("调整级别", "Change the level"), needs=("level", "note")),
            ResponseMove(step="note", title=Text("续报", "Report on"), is_officers=False, needs=("note",)),
            ResponseMove(step="end", title=Text("结束响应", "End the response"), needs=("note",)),
            ResponseMove(step="cancel", title=Text("撤销", "Cancel"), needs=("note",)),
        )
    }
)
