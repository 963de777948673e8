"""The tables a city governs by: bundled ones are whole, a city replaces single files, errors name file and line."""

from pathlib import Path

import pytest

from sanping.domain.errors import FileBroken
from sanping.formats.governance import TABLES, load_areas, load_governance
from sanping.twin.cases.rules import CaseRules

AREAS = "code,name,valid_from,valid_to,replaced_by,west,south,east,north,person,source\n"
DAYS = "from,to,is_worked,source\n"
LIMITS = "clock,kind,class,amount,unit,source\n" + "".join(
    f"{clock},{kind},,2,work_hour,city\n"
    for clock in ("filing", "dispatching", "handling", "checking")
    for kind in ("event", "component")
)


def test_the_bundled_tables_hold_the_limits_of_the_handbooks() -> None:
    # given nothing of the city's own
    rules = load_governance()

    # when limits are looked up
    found = {
        code: (limit.amount, limit.unit)
        for code in ("0101", "0102", "0103", "0104", "0105", "0106", "0199")
        if (limit := rules.limit("handling", "event", code))
    }

    # then they are those of the handbooks, and a class without a row has the default; each says where it is from
    assert found == {
        "0101": (15, "work_day"),
        "0102": (1, "work_day"),
        "0103": (4, "work_day"),
        "0104": (5, "work_hour"),
        "0105": (15, "work_day"),
        "0106": (4, "work_hour"),
        "0199": (5, "work_day"),
    }
    assert rules.limit("handling", "event", "010203").amount == 1
    assert rules.limit("handling", "component", "0101").unit == "emergency_hour"
    assert all(limit.source for limit in rules.limits.values())
    assert rules.timetable.day_ms == 8 * 3_600_000
    assert "320613" in load_areas().by_code


def test_a_city_replaces_one_file_and_keeps_the_others(tmp_path: Path) -> None:
    # given a city that works on Saturdays, nine hours a day
    rows = "".join(f"{day},08:00,17:00,city notice 3\n" for day in range(1, 7))
    (tmp_path / "hours.csv").write_text("\ufeffweekday,from,to,source\r\n" + rows, "utf-8")

    # when its tables are read
    rules = load_governance(tmp_path)

    # then a working day is nine hours, and limits are the bundled ones
    assert rules.timetable.day_ms == 9 * 3_600_000
    assert rules.limits == load_governance().limits


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("limits.csv", "clock,kind,class,amount,unit\n", "source"),
        ("limits.csv", LIMITS + "handling,event,0102,x,work_day,city\n", "line 10"),
        ("limits.csv", LIMITS + "handling,event,0102,1,fortnight,city\n", "work_day"),
        ("limits.csv", LIMITS + "handling,event,0102,1,work_day,\n", "standard"),
        ("limits.csv", LIMITS + "handling,event,,1,work_day,city\n", "twice"),
        ("limits.csv", LIMITS.replace("checking,component,,2,work_hour,city\n", ""), "checking"),
        ("calendar.csv", DAYS + "2026-02-30,2026-03-01,no,x\n", "line 2"),
        ("calendar.csv", DAYS + "2026-03-02,2026-03-01,no,x\n", "ends"),
        ("calendar.csv", DAYS + "2026-03-01,2026-03-03,no,x\n2026-03-03,2026-03-04,yes,x\n", "2026-03-03"),
        ("hours.csv", "weekday,from,to,source\n1,08:30,8h,x\n", "08:30"),
        ("hours.csv", "weekday,from,to,source\n8,08:30,09:30,x\n", "weekday"),
        ("hours.csv", "weekday,from,to,source\n1,09:30,08:30,x\n", "ends"),
        ("hours.csv", "weekday,from,to,source\n1,08:30,12:00,x\n1,11:00,13:00,x\n", "twice"),
        ("areas.csv", AREAS + "99,X,,,,,,,,,x\n", "99"),
        ("areas.csv", AREAS + "31,X,,,,1,,,,,x\n", "east"),
        ("event_classes.csv", "code,name,source\n0101,X,x\n", "01"),
        ("event_classes.csv", "code,name,source\n1A,X,x\n", "1A"),
        ("roles.csv", "role,title,least,sight,source\nhandler,X,viewer,none,x\n", "collector"),
        ("roles.csv", "role,title,least,sight,source\nmayor,X,viewer,none,x\n", "handler"),
        ("sources.csv", "key,title,needs_check,is_own,source\ncall,X,maybe,no,x\n", "yes, no"),
        ("warnings.csv", "used_percent,colour,roles,source\n50,pink,,x\n", "yellow"),
        ("warnings.csv", "used_percent,colour,roles,source\n", "no rows"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_with_file_line_and_reason(tmp_path: Path, name: str, content: str, says: str) -> None:
    # given a city's table with one thing wrong
    (tmp_path / name).write_text(content, "utf-8")

    # when the tables are read
    with pytest.raises(FileBroken) as caught:
        load_governance(tmp_path)

    # then the message names the file and what is wrong
    message = caught.value.in_language("en")
    assert name in message
    assert says in message
    assert "{" not in message


def test_a_table_that_is_no_text_is_named(tmp_path: Path) -> None:
    # given a table saved by a spreadsheet program in another form
    (tmp_path / "limits.csv").write_bytes(b"PK\x03\x04\xff\xfe")

    # when the tables are read
    # then the file is named
    with pytest.raises(FileBroken, match=r"limits\.csv"):
        load_governance(tmp_path)


def test_every_bundled_row_says_where_it_is_from() -> None:
    # given the bundled tables
    rules: CaseRules = load_governance()

    # when their sources are gathered
    # then none is blank, and every table has been asked
    rows = [*rules.classes.values(), *rules.sources.values(), *rules.roles.values(), *rules.warnings]
    assert all(row.source for row in rows)
    assert all(area.source for area in rules.areas.by_code.values())
    assert len(TABLES) == 9
