"""`sanping stores`: moves what a hub keeps to a PostgreSQL server or back, backs it up, and restores a backup."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.store_backup import back_up_stores, restore_stores
from sanping.bootstrap.store_moving import move_stores
from sanping.bootstrap.twins import folder_of
from sanping.cli.declared import Command, Group
from sanping.cli.parameters import Data, TwinFolder
from sanping.cli.terminal import TerminalProgress
from sanping.domain.text import Text
from sanping.hub.folder import CASE_KEY_FILE
from sanping.settings import paths

_DONE = Text(
    "已搬移并核对一致：观测 {observations} 行（含更正），事件 {events} 条，案件步骤 {steps} 步，设备 {devices} 台。\n"
    "来源未改动。下一步：把设置 store 改为 {address}，再启动中枢。",
    "Moved and compared: {observations} rows of observations with corrections, {events} events, "
    "{steps} steps of cases, {devices} devices.\n"
    "The source is as it was. Next: change the setting store to {address} and start the hub.",
)
_EMPTY = Text("空", "nothing")

_WHOLE = Text("完成", "Done")
_KEPT = Text(
    "已备份并核对：{path}\n{rows} 行，{megabytes} MB；截至 {when} 已确认的数据都在其中。",
    "Backed up and checked: {path}\n{rows} rows, {megabytes} MB; all that was acknowledged by {when} is in it.",
)
_KEY = Text(
    "备份不含口令和审计密钥。请另处保管 {key}：没有它，恢复的案件库不能用。",
    "No secrets are in it. Keep {key} somewhere else too: without it a restored book of cases is of no use.",
)
_CHAIN = Text(
    "注意：案件审计链第 {seq} 行不对，备份照实保留了它；请保全更早的备份并查明。",
    "Mind: row {seq} of the chain of cases is wrong and was backed up as it is; keep earlier backups and look into it.",
)
_BACK = Text(
    "已恢复到 {when} 的状态并核对（{rows} 行）。原有数据在 {aside}，未删除。",
    "Restored as of {when} and checked ({rows} rows). What was there lies in {aside}; nothing was deleted.",
)
_LOST = Text(
    "{since} 之后到 {until} 确认的数据不在备份里，已经丢失。",
    "What was acknowledged after {since}, until {until}, was not in the backup and is lost.",
)
_KNOWN = Text(
    "其中可知：事件 {events} 条，案件步骤 {steps} 步。",
    "Of it are known: {events} events, {steps} steps of cases.",
)

Into = Annotated[
    Path, Text("备份放到哪个文件夹，最好在另一块磁盘", "Folder for the backup, on another disk if you can")
]
Place = Annotated[
    Path, Text("一份备份，或存放备份的文件夹（取最新一份）", "A backup, or the folder of backups: the newest of it")
]
Key = Annotated[
    Path | None, Text("审计密钥文件，数据目录里没有时给出", "File of the audit's key, where the data folder has none")
]
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


def move(twin: TwinFolder = None, /, *, to: To, source: From = None, data: Data = None) -> int:
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


def backup(into: Into, twin: TwinFolder = None, /, *, data: Data = None) -> int:
    """Back up all that the hub of a twin keeps, also while it runs; what is stopped or fails leaves nothing behind."""
    settings = own_settings()
    folder = data or paths.hub_folder(folder_of(twin or paths.default_twin()))
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        path, manifest = back_up_stores(folder, into, progress)
        progress.report(1.0, _WHOLE)
    words = _KEPT.with_values(
        path=path, rows=manifest.rows, megabytes=manifest.size >> 20, when=_moment(manifest.began_ms)
    )
    print(words.in_language(settings.language))
    if manifest.key_mark:
        print(_KEY.with_values(key=folder / CASE_KEY_FILE).in_language(settings.language))
    if manifest.first_bad is not None:
        print(_CHAIN.with_values(seq=manifest.first_bad).in_language(settings.language))
    return 0 if manifest.first_bad is None else 1


def restore(place: Place, twin: TwinFolder = None, /, *, data: Data = None, key: Key = None) -> int:
    """Restore a backup into the data folder of a hub that is stopped; what is there is put aside, never deleted."""
    settings = own_settings()
    folder = data or paths.hub_folder(folder_of(twin or paths.default_twin()))
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        found = restore_stores(place, folder, key, progress)
        progress.report(1.0, _WHOLE)
    words = [_BACK.with_values(rows=found.rows, when=_moment(found.as_of_ms), aside=folder / found.aside)]
    if found.until_ms > found.as_of_ms:
        words.append(_LOST.with_values(since=_moment(found.as_of_ms), until=_moment(found.until_ms)))
    if found.events or found.steps:
        words.append(_KNOWN.with_values(events=found.events, steps=found.steps))
    print("\n".join(each.in_language(settings.language) for each in words))
    return 0


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).astimezone().isoformat(" ", "seconds")


STORES = Group(
    name="stores",
    title=Text("中枢的数据：搬移、备份与恢复", "What a hub keeps: move it, back it up, restore it"),
    commands=(
        Command(name="move", title=Text("搬到 PostgreSQL 或搬回，并核对", "Move it, and compare it"), run=move),
        Command(name="backup", title=Text("备份，中枢可以照常运行", "Back it up while the hub runs"), run=backup),
        Command(name="restore", title=Text("从备份恢复", "Restore a backup"), run=restore),
    ),
)
