"""`sanping stores move`: takes what a hub keeps to a PostgreSQL server, or back into files."""

from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.store_moving import move_stores
from sanping.bootstrap.twins import folder_of
from sanping.cli.declared import Command, Group
from sanping.cli.hub import Data, Twin
from sanping.cli.terminal import TerminalProgress
from sanping.domain.text import Text
from sanping.settings import paths

_DONE = Text(
    "已搬移并核对一致：观测 {observations} 行（含更正），事件 {events} 条，案件步骤 {steps} 步，设备 {devices} 台。\n"
    "来源未改动。下一步：把设置 store 改为 {address}，再启动中枢。",
    "Moved and compared: {observations} rows of observations with corrections, {events} events, "
    "{steps} steps of cases, {devices} devices.\n"
    "The source is as it was. Next: change the setting store to {address} and start the hub.",
)
_EMPTY = Text("空", "nothing")

To = Annotated[
    str,
    Text(
        "目标：postgresql://用户@主机/数据库，或 files（数据目录里的文件）",
        "Where to: postgresql://USER@HOST/DATABASE, or files for those of the data folder",
    ),
    Parameter(name="--to"),
]
From = Annotated[
    str | None,
    Text("来源，空为设置 store 所指", "Where from; empty for what the setting store says"),
    Parameter(name="--from"),
]


def move(twin: Twin = None, /, *, to: To, source: From = None, data: Data = None) -> int:
    """Move all that the stopped hub of a twin keeps and compare it; run it again to go on after a stop."""
    settings = own_settings()
    folder = data or paths.hub_folder(folder_of(twin or paths.default_twin()))
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        found = move_stores(folder, settings.store if source is None else source, to, progress)
    address = _EMPTY if to == "files" else to
    words = _DONE.with_values(
        observations=found.observations, events=found.events, steps=found.steps, devices=found.devices, address=address
    )
    print(words.in_language(settings.language))
    return 0


STORES = Group(
    name="stores",
    title=Text("中枢的数据库：搬到 PostgreSQL 或搬回", "What a hub keeps: move it to PostgreSQL, or back"),
    commands=(Command(name="move", title=Text("搬移并核对", "Move it, and compare it"), run=move),),
)
