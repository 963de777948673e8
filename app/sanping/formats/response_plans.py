"""Reads templates of joint responses (预案): one TOML file each, every row with its source; errors name file and line.

A broken template is left out and told of; the others hold.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sanping.domain.errors import FileBroken
from sanping.domain.response import ResponseLevel, TaskNeed
from sanping.domain.text import Text
from sanping.formats.governance_rows import own_text
from sanping.formats.live_schema import Bilingual
from sanping.formats.wrong_table import place_in
from sanping.twin.cases.governed import Department
from sanping.twin.cases.rules import CaseRules
from sanping.twin.responses.plans import PlanEscalation, PlanParty, PlanTask, ResponsePlan

FOLDER = "plans"
_ID = r"^[a-z0-9][a-z0-9_-]{0,59}$"
_LINE = re.compile(r"line (\d+)")

_NOT_TOML = Text(
    "预案文件不是有效的 TOML：{reason}；请改正后重新启动中枢",
    "The plan is not valid TOML: {reason}; correct it and restart the hub",
)
_INVALID = Text("预案中“{key}”无效：{reason}；请改正", "“{key}” of the plan is invalid: {reason}; correct it")
_NO_DEPARTMENT = Text(
    "departments.csv 中没有部门“{department}”；请补上该部门，或改正这里",
    "departments.csv has no department “{department}”; add it there, or correct it here",
)
_NOT_A_PARTY = Text(
    "任务“{task}”的部门“{department}”不在 [[parties]] 中；请先列为参与方",
    "The department “{department}” of the task “{task}” is not among [[parties]]; list it there first",
)
_TWICE = Text("“{id}”出现两次；请改掉一个", "“{id}” occurs twice; change one of them")
_NO_TASK = Text(
    "任务“{task}”的前置任务“{after}”不存在；请改正 after",
    "The task “{task}” follows “{after}”, which does not exist; correct its `after`",
)
_ROUND = Text("任务互相等待：{tasks}；请去掉一个 after", "Tasks wait for one another: {tasks}; take one `after` out")
_CLASS = Text(
    "类别“{code}”应写作 event:0504 的样式，且在类别表中；请改正",
    "The class “{code}” must look like event:0504 and be in the tables; correct it",
)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    source: str = Field(min_length=1)


class _PartyRow(_Row):
    department: str = Field(min_length=1)
    role: Bilingual
    phone: str = Field(default="", max_length=40)


class _TaskRow(_Row):
    id: str = Field(pattern=_ID)
    title: Bilingual
    department: str = Field(min_length=1)
    due_min: int = Field(ge=1, le=7 * 24 * 60)
    after: list[str] = []
    needs: list[TaskNeed] = []
    level: ResponseLevel = "IV"


class _EscalationRow(_Row):
    late_min: int = Field(ge=0, le=7 * 24 * 60)
    to: Bilingual
    phone: str = Field(default="", max_length=40)


class _ProposedTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: list[str] = []
    classes: list[str] = []


class PlanTable(_Row):
    """The whole file."""

    name: Bilingual
    level: ResponseLevel
    simulated: bool = False
    proposed_by: _ProposedTable = _ProposedTable()
    parties: list[_PartyRow] = Field(min_length=1)
    tasks: list[_TaskRow] = Field(min_length=1, max_length=60)
    escalation: list[_EscalationRow] = []


@dataclass(frozen=True, slots=True)
class _Written:
    """A template as it is written: errors find their line in it."""

    path: Path
    text: str

    def broken(self, words: Text, table: str = "", number: int = 0, key: str = "") -> FileBroken:
        """Return the error at a key of the `number`-th row of a table, from 0."""
        return FileBroken(words, path=str(self.path), place=f"line {self.line(table, number, key)}")

    def line(self, table: str, number: int, key: str) -> int:
        """Return the line of a key; of its table where the key is missing, of the file's first where that is."""
        lines = self.text.splitlines()
        heads = [at for at, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]", line)]
        begin = heads[number] if table and number < len(heads) else 0
        for at in range(begin + bool(table), len(lines)):
            if lines[at].lstrip().startswith("[") and at > begin:
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[at]):
                return at + 1
        return begin + 1


def load_plans(
    folder: Path, departments: Mapping[str, Department], rules: CaseRules
) -> tuple[dict[str, ResponsePlan], tuple[FileBroken, ...]]:
    """Return the templates in a city's folder of plans by id, and what is wrong with those that cannot be used."""
    found: dict[str, ResponsePlan] = {}
    wrong: list[FileBroken] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = load_plan(path, departments, rules)
        except FileBroken as error:
            wrong.append(error)
    return found, tuple(wrong)


def load_plan(path: Path, departments: Mapping[str, Department], rules: CaseRules) -> ResponsePlan:
    """Return one template. Raises `FileBroken` with file and line, and what to do."""
    written = _Written(path, own_text(path))
    try:
        table = PlanTable.model_validate(tomllib.loads(written.text))
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        words = _NOT_TOML.with_values(reason=str(error))
        raise FileBroken(words, path=str(path), place=f"line {line[1]}" if line else "") from error
    except ValidationError as error:
        first = error.errors()[0]
        steps = [*first["loc"], "", ""]
        words = _INVALID.with_values(key=place_in(first["loc"]), reason=first["msg"])
        if isinstance(steps[1], int):
            raise written.broken(words, str(steps[0]), steps[1], str(steps[2])) from error
        raise written.broken(words, key=str(steps[0])) from error
    _check(table, written, departments, rules)
    return _plan(path.stem, table, departments)


def _check(table: PlanTable, written: _Written, departments: Mapping[str, Department], rules: CaseRules) -> None:
    parties = [party.department for party in table.parties]
    for number, id in enumerate(parties):
        if id not in departments:
            raise written.broken(_NO_DEPARTMENT.with_values(department=id), "parties", number, "department")
        if id in parties[:number]:
            raise written.broken(_TWICE.with_values(id=id), "parties", number, "department")
    ids = [task.id for task in table.tasks]
    for number, task in enumerate(table.tasks):
        if task.id in ids[:number]:
            raise written.broken(_TWICE.with_values(id=task.id), "tasks", number, "id")
        if task.department not in parties:
            words = _NOT_A_PARTY.with_values(task=task.title.zh, department=task.department)
            raise written.broken(words, "tasks", number, "department")
        for after in task.after:
            if after not in ids:
                words = _NO_TASK.with_values(task=task.title.zh, after=after)
                raise written.broken(words, "tasks", number, "after")
    waiting = _waiting_for_one_another(table)
    if waiting:
        raise written.broken(_ROUND.with_values(tasks=" → ".join(waiting)), "tasks", ids.index(waiting[0]), "after")
    for code in table.proposed_by.classes:
        kind, colon, number_of = code.partition(":")
        if not colon or not any(known[0] == kind and known[1].startswith(number_of[:4]) for known in rules.classes):
            raise written.broken(_CLASS.with_values(code=code), key="name")


def _waiting_for_one_another(table: PlanTable) -> list[str]:
    """Return tasks that could never be finished, because each waits for another of them."""
    left = {task.id: set(task.after) for task in table.tasks}
    while ready := [id for id, after in left.items() if not after & left.keys()]:
        for id in ready:
            del left[id]
    return list(left)


def _plan(id: str, table: PlanTable, departments: Mapping[str, Department]) -> ResponsePlan:
    return ResponsePlan(
        id=id,
        name=table.name.text(),
        level=table.level,
        parties=tuple(_party(row, departments[row.department]) for row in table.parties),
        tasks=tuple(
            PlanTask(
                id=row.id,
                title=row.title.text(),
                department=row.department,
                due_min=row.due_min,
                after=tuple(row.after),
                needs=tuple(row.needs),
                level=row.level,
                source=row.source,
            )
            for row in table.tasks
        ),
        escalation=tuple(
            PlanEscalation(late_min=row.late_min, to=row.to.text(), phone=row.phone, source=row.source)
            for row in sorted(table.escalation, key=lambda row: row.late_min)
        ),
        rules=tuple(table.proposed_by.rules),
        classes=tuple(table.proposed_by.classes),
        source=table.source,
        is_simulated=table.simulated,
    )


def _party(row: _PartyRow, department: Department) -> PlanParty:
    return PlanParty(
        department=row.department,
        name=department.name,
        role=row.role.text(),
        phone=row.phone,
        lon_deg=department.lon_deg,
        lat_deg=department.lat_deg,
        source=row.source,
    )
