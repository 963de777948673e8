"""The indicators of a book of cases counted again: plain SQL over the steps of its audit, without our clocks."""

import csv
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from importlib import resources

import msgspec

from fakes.case_stories import CHINA
from sanping.ports.case_book import AuditRow

DAY_MS = 86_400_000
_SCHEMA = """
create table steps(case_id text, seq integer, at_ms integer, step text, amount real, score integer, is_solved integer,
    source text, class text);
create table work(begin_ms integer primary key, end_ms integer, before_ms integer);
create table limits(class text, ms integer, unit_ms integer);
create table own(source text);
"""
_WORKED = """coalesce((select before_ms + min({t}, end_ms) - begin_ms from work where begin_ms <= {t}
    order by begin_ms desc limit 1), 0)"""
_LAST = "(select max(seq) from steps d where d.case_id = s.case_id and d.step in ('dispatch', 'reassign'))"
_PREPARE = f"""
create index steps_by_case on steps(case_id, seq);
create table lives as select case_id, max(source) as source, max(class) as class,
    sum(step = 'file') as filed, sum(step in ('void', 'merge')) as dropped,
    sum(step in ('dispatch', 'reassign')) as dispatches, sum(step in ('return', 'reassign')) as returns,
    sum(step = 'feed_back') > 0 as handled, sum(step = 'fail_check') > 0 as reworked, sum(step = 'close') as closed,
    max(score) as score, max(is_solved) as solved, sum(is_solved is not null) as asked
    from steps group by case_id;
create table runs as select case_id, at_ms as from_ms, step,
    lead(at_ms, 1, :now) over (partition by case_id order by seq) as to_ms
    from steps s where seq >= {_LAST} and step in
    ('dispatch', 'reassign', 'feed_back', 'grant_suspension', 'resume', 'fail_check', 'return', 'void', 'pass_check');
create table used as select case_id,
    sum({_WORKED.format(t="to_ms")} - {_WORKED.format(t="from_ms")}) as ms
    from runs where step in ('dispatch', 'reassign', 'resume', 'fail_check') group by case_id;
create table more as select case_id, sum(amount) as units from steps s
    where step = 'grant_extension' and seq >= {_LAST} group by case_id;
create table late as select lives.case_id,
    coalesce(used.ms, 0) > limits.ms + coalesce(more.units, 0) * unit_ms as is_late
    from lives join limits using (class) left join used using (case_id) left join more using (case_id);
"""
_COUNTS = """
select count(*), sum(source in (select source from own)), {filed}
from lives join late using (case_id)
"""
_FILED = {
    "filed": "1", "dispatches": "dispatches", "returns": "returns", "handled": "handled",
    "handled_due": "handled or is_late", "handled_on_time": "handled and not is_late", "overdue": "is_late",
    "reworked": "reworked", "closed": "closed", "scored": "score > 0", "satisfied": "score >= 4",
    "asked_solved": "asked", "solved": "solved = 1",
}  # fmt: skip


def sql_counts(rows: Iterable[AuditRow], now_ms: int) -> dict[str, int]:
    """Return counts by the names of `twin.cases.indicators.Counts`, of cases whose audit is given."""
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(_SCHEMA)
        database.executemany("insert into steps values (?, ?, ?, ?, ?, ?, ?, ?, ?)", _exported(rows))
        database.executemany("insert into work values (?, ?, ?)", _work())
        database.executemany("insert into limits values (?, ?, ?)", _limits())
        database.executemany(
            "insert into own values (?)", [(row["key"],) for row in table("sources.csv") if row["is_own"] == "yes"]
        )
        for statement in _PREPARE.split(";"):
            database.execute(statement, {"now": now_ms} if ":now" in statement else {})
        filed = ", ".join(
            f"sum(case when filed and not dropped then {formula} else 0 end)" for formula in _FILED.values()
        )
        found = database.execute(_COUNTS.format(filed=filed)).fetchone()
    finally:
        database.close()
    return dict(zip(("reported", "discovered", *_FILED), (int(number or 0) for number in found), strict=True))


def table(name: str) -> list[dict[str, str]]:
    """Return a bundled table as it is written."""
    text = resources.files("sanping.twin.cases").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _exported(rows: Iterable[AuditRow]) -> Iterable[tuple[object, ...]]:
    """Yield the steps as they were asked; an extension counts when it is granted."""
    wanted: dict[str, float] = {}
    for row in rows:
        asked = msgspec.json.decode(row.said)["asked"]
        new = asked.get("new") or {}
        if asked["step"] == "ask_extension":
            wanted[row.case] = asked["amount"]
        amount = wanted.get(row.case, 0.0) if asked["step"] == "grant_extension" else 0.0
        yield (
            row.case, row.seq, row.at_ms, asked["step"], amount, asked.get("score", 0), asked.get("is_solved"),
            new.get("source"), new.get("case_class"),
        )  # fmt: skip


def _work() -> list[tuple[int, int, int]]:
    """Return each stretch of working time of three years with how much was worked before, from the calendar's rows."""
    special = {
        date.fromisoformat(row["from"]) + timedelta(days=number): row["is_worked"] == "yes"
        for row in table("calendar.csv")
        for number in range((date.fromisoformat(row["to"]) - date.fromisoformat(row["from"])).days + 1)
    }
    found, before = [], 0
    for number in range(3 * 366):
        day = date(2025, 1, 1) + timedelta(days=number)
        if special.get(day, day.weekday() < 5):
            midnight = round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)
            for opens, shuts in ((8.5, 12.0), (13.0, 17.5)):
                begin, end = (midnight + round(hour * 3_600_000) for hour in (opens, shuts))
                found.append((begin, end, before))
                before += end - begin
    return found


def _limits() -> list[tuple[str, int, int]]:
    """Return the limit of handling of each class of events in ms of work, and how long one of its units is."""
    unit_ms = {"work_day": 8 * 3_600_000, "work_hour": 3_600_000}
    rows = [row for row in table("limits.csv") if (row["clock"], row["kind"]) == ("handling", "event")]
    usual = next(row for row in rows if not row["class"])
    found = []
    for row in table("event_classes.csv"):
        own = next((limit for limit in rows if limit["class"] == row["code"]), usual)
        if own["unit"] in unit_ms:
            found.append((row["code"], round(float(own["amount"]) * unit_ms[own["unit"]]), unit_ms[own["unit"]]))
    return found
