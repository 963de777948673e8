"""`sanping cases report`: the indicators and the list of the cases of a hub as a table or for print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.case_report import span_of, write_report
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.twins import load_project
from sanping.cli.declared import Command
from sanping.cli.parameters import HubAddress, Token, Twin
from sanping.cli.terminal import TerminalProgress
from sanping.domain.area import area_code
from sanping.domain.case_filter import scope_of
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.settings import paths

_BAD_CLASS = Text(
    "看不懂类别“{written}”；请写成 event:0102 或 component:01",
    "The class {written} is not understood; write it like event:0102 or component:01",
)
Area = Annotated[str, Text("只含该区域，如 310107014", "Only an area, such as 310107014")]
Department = Annotated[str, Text("只含该部门（部门表中的编号）", "Only a department, by its id in the table")]
CaseClass = Annotated[
    str, Text("只含该类别，如 event:0102", "Only a class, such as event:0102"), Parameter(name="--class")
]
Output = Annotated[
    Path,
    Text("输出文件：.xlsx、.pdf 或 .csv", "File to write: .xlsx, .pdf or .csv"),
    Parameter(name=["--output", "-o"]),
]
Days = Annotated[int, Text("最近多少天", "How many days up to now")]
From = Annotated[
    str,
    Text("起始日期，如 2026-11-01，空为按天数", "First day, such as 2026-11-01; empty: by days"),
    Parameter(name="--from"),
]
To = Annotated[str, Text("结束日期（含），空为现在", "Last day (included); empty: now"), Parameter(name="--to")]
Bare = Annotated[
    bool, Text("PDF 首页不画孪生", "No picture of the twin in a PDF"), Parameter(name="--no-picture", negative=())
]


def checked_class(written: str) -> str:
    """Return a class of cases as it is asked for. Raises `InputError` for another way of writing it."""
    kind, colon, code = written.partition(":")
    if written and not (colon and kind in ("event", "component") and (not code or code.isdigit())):
        raise InputError(_BAD_CLASS.with_values(written=written))
    return written


def report(  # noqa: PLR0913  one parameter an option
    twin: Twin = None,
    /,
    *,
    hub: HubAddress = "",
    token: Token = "",
    output: Output = Path("sanping-cases.xlsx"),
    days: Days = 30,
    begin: From = "",
    end: To = "",
    area: Area = "",
    department: Department = "",
    case_class: CaseClass = "",
    is_bare: Bare = False,
) -> int:
    """Write a report on the cases of a hub; personal data are left out."""
    settings, project = own_settings(), load_project(twin or paths.default_twin())
    span = span_of(begin, end, days, project.moment.tzinfo)
    scope = scope_of(area_code(area) if area else "", department, checked_class(case_class))
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        written = write_report(
            project, HubChoice(address=hub, token=token), output, span, scope=scope, has_picture=not is_bare,
            progress=progress, settings=settings,
        )  # fmt: skip
    for path in written:
        print(path)
    return 0


REPORT = Command(
    name="report",
    title=Text("把案件指标和清单写成表格或 PDF", "Write indicators and list as a table or PDF"),
    run=report,
)
