"""`sanping audit verify`: whether what was recorded is still as it was written."""

from sanping.bootstrap.case_audit import checked_log
from sanping.cli.cases import Folder, verify
from sanping.cli.declared import Command, Group
from sanping.cli.parameters import HubAddress, Token
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.settings import load_settings

_WHOLE = Text("事件日志：{rows} 条，编号连续", "Log of events: {rows}, numbered without a gap")
_GAP = Text(
    "事件日志缺第 {seq} 条。请保全数据文件夹，不要再写入，并核对备份（sanping stores restore）",
    "The log of events lacks number {seq}. Keep the data folder as it is, write nothing more, and "
    "compare the backup (sanping stores restore)",
)


def verify_all(folder: Folder = None, /, *, hub: HubAddress = "", token: Token = "") -> int:
    """Check the chain of the audit of cases, and that no event is missing from the log; 1 when something is."""
    status = verify(folder, hub=hub, token=token)
    if hub:
        return status
    found = checked_log(folder or paths.hub_folder(paths.default_twin()))
    words = _WHOLE.with_values(rows=found.rows) if found.first_bad is None else _GAP.with_values(seq=found.first_bad)
    print(words.in_language(load_settings(paths.settings_file()).language))
    return max(status, int(found.first_bad is not None))


AUDIT = Group(
    name="audit",
    title=Text("审计：校验记录是否被删改", "Audit: check that nobody changed what was recorded"),
    commands=(
        Command(
            name="verify",
            title=Text(
                "校验案件审计链，并查事件日志有无缺号", "Check the chain of cases, and the log for missing numbers"
            ),
            run=verify_all,
        ),
    ),
)
