"""The check of a hub's audit of cases, and who works on a twin's. Imports no window."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sanping.bootstrap.own_stores import own_stores
from sanping.bootstrap.twins import load_project
from sanping.client.questions import Questions
from sanping.domain.errors import InputError
from sanping.domain.people import Person
from sanping.domain.text import Text
from sanping.formats.governed_city import load_city
from sanping.hub.case_desk import witnessed
from sanping.hub.folder import case_key
from sanping.storage.case_book import FILE_NAME

EVENTS_A_TURN = 20_000
_NO_CASES = Text(
    "这里没有案件库（{name}）；请给出中枢的数据文件夹，或用 --hub 指定运行中的中枢",
    "There is no book of cases here ({name}); name the data folder of a hub, or a hub that runs with --hub",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of an audit found: rows and heads that were compared; `first_bad` None when all is as written."""

    rows: int
    heads: int
    first_bad: int | None = None
    why: Text | None = None


def people_of(twin: Path) -> Mapping[str, Person]:
    """Return who works on a twin's cases, by the name they log in with; empty where it does not govern."""
    folder = load_project(twin).governance
    return {} if folder is None else load_city(folder).people


def checked_folder(folder: Path) -> Checked:
    """Check the audit in a hub's data folder, which may be in use. Raises `InputError` or `StoreFailed`."""
    stores = own_stores(folder)
    if not folder.is_dir() or not stores.has_cases():
        raise InputError(_NO_CASES.with_values(name=FILE_NAME), path=str(folder))
    key, events = case_key(folder, is_made=False), stores.events()
    try:
        heads = witnessed(events.between)
    finally:
        events.close()
    found = stores.verified(key, heads)
    return Checked(rows=found.rows, heads=len(heads), first_bad=found.first_bad, why=found.why)


def checked_log(folder: Path) -> Checked:
    """Look for a missing number in the log of events of a hub's data folder. Raises `StoreFailed`.

    The last numbers of a log that was cut at its end are missed only where the heads of the chain say so.
    """
    events, last = own_stores(folder).events(), 0
    try:
        while batch := events.since(last, EVENTS_A_TURN):
            for event in batch:
                if event.seq != last + 1:
                    return Checked(rows=last, heads=0, first_bad=last + 1)
                last = event.seq
    finally:
        events.close()
    return Checked(rows=last, heads=0)


def checked_hub(address: str, token: str) -> Checked:
    """Have a hub check its own audit. Raises `HubUnreachable`, `NotAllowed`, or `InputError`."""
    said = Questions(lambda: (address, token)).ask("/cases/audit", {})
    why = Text(said["why_zh"], said["why_en"]) if said["why_zh"] else None
    return Checked(rows=said["rows"], heads=said["heads"], first_bad=said["first_bad"], why=why)
