"""`sanping selfcheck`: each clause of a standard, where it is answered, and how it stands on this machine."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.self_check import Installation, self_checked
from sanping.bootstrap.twins import folder_of, load_project
from sanping.cli.declared import Command
from sanping.domain.text import Language, Text
from sanping.formats.clause_list import Answered, State, load_clauses
from sanping.settings import paths
from sanping.settings.settings import load_settings

Twin = Annotated[
    Path | None, Text("孪生目录，空为内置苏河孪生", "Folder of the twin; empty for the bundled Suzhou Creek")
]
StandardName = Annotated[
    str,
    Text(
        "标准：dengbao 等保三级，cjjt315 CIM 基础平台",
        "Standard: dengbao (MLPS level 3) or cjjt315 (CIM base platform)",
    ),
]
Data = Annotated[Path | None, Text("中枢的数据目录，空为默认", "Data folder of the hub; empty for the usual one")]
AsJson = Annotated[bool, Text("输出 JSON", "Print JSON"), Parameter(name="--json", negative="")]

MARKS: dict[State, str] = {"met": "✓", "unmet": "✗", "open": "○"}
_SUM = Text(
    "✓ 已核对 {met} 条，✗ 不符 {unmet} 条，○ 本机看不到、由制度或设备保证 {open} 条",
    "✓ seen as it should be {met}, ✗ not so {unmet}, ○ not to be seen from here, left to rules or devices {open}",
)
_ANSWER = Text("产品：{words}", "Product: {words}")
_HERE = Text("本机：{words}", "Here: {words}")
_OPERATOR = Text("运维：{words}", "Operator: {words}")


def self_check(
    twin: Twin = None, /, *, standard: StandardName = "dengbao", data: Data = None, as_json: AsJson = False
) -> int:
    """Print each clause of a standard with where it is answered and how it stands here; 1 when one is not met."""
    settings = load_settings(paths.settings_file())
    home = folder_of(twin or paths.default_twin())
    asked = load_clauses(standard)
    installation = Installation(data=data or paths.hub_folder(home), settings=settings, twin=load_project(home))
    found = self_checked(asked, installation)
    language = settings.language
    if as_json:
        rows = [_row(one, language) for one in found]
        print(json.dumps({"standard": asked.name, "clauses": rows}, ensure_ascii=False, indent=2))
    else:
        print(asked.title.text().in_language(language))
        for one in found:
            print("\n".join(_lines(one, language)))
        counts = {state: sum(one.state == state for one in found) for state in MARKS}
        print(_SUM.with_values(**counts).in_language(language))
    return int(any(one.state == "unmet" for one in found))


def _lines(one: Answered, language: Language) -> list[str]:
    clause = one.clause
    lines = [f"{MARKS[one.state]} {clause.id} {clause.title.text().in_language(language)}"]
    said = [(_ANSWER, clause.answer.text()), *((_HERE, finding.words) for finding in one.findings)]
    if clause.operator.zh:
        said.append((_OPERATOR, clause.operator.text()))
    return [
        *lines,
        *(f"    {kind.with_values(words=words.in_language(language)).in_language(language)}" for kind, words in said),
    ]


def _row(one: Answered, language: Language) -> dict[str, object]:
    clause = one.clause
    return {
        "id": clause.id,
        "title": clause.title.text().in_language(language),
        "state": one.state,
        "answer": clause.answer.text().in_language(language),
        "here": [finding.words.in_language(language) for finding in one.findings],
        "operator": clause.operator.text().in_language(language),
    }


SELF_CHECK = Command(
    name="selfcheck",
    title=Text("按标准逐条自查：产品如何回答、本机如何", "Go through a standard, clause by clause"),
    run=self_check,
)
