"""`sanping cases`: what an administrator does about the cases of a hub."""

from pathlib import Path
from typing import Annotated

from sanping.bootstrap.case_audit import checked_folder, checked_hub
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.case_report import REPORT
from sanping.cli.declared import Command, Group
from sanping.cli.parameters import HubAddress, Token
from sanping.domain.text import Text
from sanping.settings import paths

_GOOD = Text(
    "审计链完好：{rows} 行，与另存的 {heads} 个链头相符",
    "The audit is whole: {rows} rows, and as the {heads} heads say that were kept elsewhere",
)
_BAD = Text(
    "审计链在第 {seq} 行断开：{why}。请保全数据文件夹，不要再写入，并核对备份（sanping stores restore）",
    "The audit breaks at row {seq}: {why}. Keep the data folder as it is, write nothing more, and "
    "compare the backup (sanping stores restore)",
)
Folder = Annotated[
    Path | None, Text("中枢的数据文件夹，空为内置孪生的", "Data folder of a hub; empty for that of the bundled twin")
]


def verify(folder: Folder = None, /, *, hub: HubAddress = "", token: Token = "") -> int:
    """Check the audit of cases row by row, and against the heads that the hub kept; 1 when it was tampered with."""
    found = checked_hub(hub, token) if hub else checked_folder(folder or paths.hub_folder(paths.default_twin()))
    language = own_settings().language
    if found.first_bad is None:
        print(_GOOD.with_values(rows=found.rows, heads=found.heads).in_language(language))
        return 0
    why = found.why or Text("—", "—")
    print(_BAD.with_values(seq=found.first_bad, why=why).in_language(language))
    return 1


CASES = Group(
    name="cases",
    title=Text("案件：报告、校验审计链", "Cases: reports, check the audit"),
    commands=(
        Command(
            name="verify", title=Text("校验案件审计链是否被改动", "Check that nobody altered the audit"), run=verify
        ),
        REPORT,
    ),
)
