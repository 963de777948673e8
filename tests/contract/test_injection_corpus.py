"""Fifty payloads of SQL and of spreadsheets through every text that the hub takes: none is a fault, none is run.

Every parameter and path of REST, every text of the bodies, every command of the WebSocket, the settings and the values
of the SQL source; and what comes back into tables is text.
"""

import csv
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from fakes.case_answers import report_line
from fakes.governed_hub import REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import TOKEN, Screen, eventually
from sanping.adapters.sql.decode import TABLES, checked_query, query_of_table
from sanping.commands.hub_actions import HUB_ACTIONS
from sanping.domain.errors import FrameBroken
from sanping.formats.case_csv import write_case_csv
from sanping.formats.case_report import defused
from sanping.hub.web_api import ENDPOINTS
from sanping.hub.wishes import DEVICE_ACTIONS
from sanping.ports.progress import SilentProgress
from unit.formats.test_case_tables import a_report

PAYLOADS = (
    "'", '"', "`", ";", "--", "/*", "*/", "\\", "%", "_", "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "') OR ('1'='1",
    "1; DROP TABLE cases", "1; DROP TABLE audit; --", "x'; DELETE FROM users; --", "'; UPDATE cases SET state='closed",
    "' UNION SELECT name, sql FROM sqlite_master --", "' UNION SELECT password FROM users --", "1 UNION ALL SELECT 1,2",
    "'; ATTACH DATABASE 'x.db' AS x; --", "'; PRAGMA writable_schema=1; --", "' AND randomblob(100000000) --",
    "'||(SELECT password FROM users)||'", "1' AND SLEEP(5) --", "'; SELECT pg_sleep(5); --",
    "1)); SELECT pg_sleep(5)--",
    "'; COPY x FROM PROGRAM 'id'; --", "$$; DROP TABLE x; $$", "%(since)s", "%s%s%s%n", ":name", "?", "?1", "@x", "{0}",
    "${7*7}", "{{7*7}}", "\x00", "a\x00b", "水'; --", "＇ OR 1=1", "ʼ OR 1=1", "0x27", "CHAR(39)", "=1+1",
    "=HYPERLINK(\"http://x\",\"y\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)*cmd|' /C calc'!A0",
)  # fmt: skip
FORMULA = re.compile(r"^[\s]*[=+\-@＝＋－＠]")
HARMLESS = ("role.ask", "role.leave")
Asked = Mapping[str, object]


def plain(text: str) -> str:
    """Return a text without what no person can read."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def bodies(payload: str) -> tuple[Asked, ...]:
    """Return the bodies that the API takes, a payload in each text."""
    return (
        {"code": payload, "name": payload},
        {"name": payload, "password": payload},
        {"settings": {"host": payload, "query": payload, "url": payload}, "source": payload},
    )


def test_the_corpus_has_fifty_payloads_that_differ() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 50


def test_no_text_that_the_hub_takes_is_a_fault_or_changes_what_it_was_not_asked_to(tmp_path: Path) -> None:
    statuses: list[int] = []

    async def visit(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a hub that governs a city with one case
        screen = Screen("desk")
        screens.append(screen)
        address = f"http://127.0.0.1:{hub.port}"
        await screen.join(address)
        await eventually(lambda: screen.mirror.show.is_linked)
        assert (await done(screen, "case.report", dict(REPORT))).ok
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            # when every address is asked with each payload in its path and in each parameter, alone and in all
            for endpoint, (number, payload) in itertools.product(ENDPOINTS, enumerate(PAYLOADS)):
                path = re.sub(r"\{\w+\}", quote(payload, safe=""), endpoint.path)
                names = list(endpoint.parameters)
                alone = {names[number % len(names)]: payload} if names else {}
                for query in (alone, dict.fromkeys(names, payload)) if len(names) > 1 else (alone,):
                    for body in bodies(payload)[number % 3 :][:1] if endpoint.method == "POST" else (None,):
                        async with session.request(
                            endpoint.method, f"{address}/api/v1{path}", params=query, json=body
                        ) as answer:
                            assert answer.status < 500, (endpoint.path, payload)
                            statuses.append(answer.status)

            # and every command is wished with a payload in each text
            actions = [action for action in HUB_ACTIONS if action not in (*DEVICE_ACTIONS, "twin.trust")]
            for payload, action in zip(itertools.cycle(PAYLOADS), actions, strict=False):
                keys = ("case", "alarm", "id", "name", "text", "step", "plan", "vote", "site", "kind", "note")
                assert not (await done(screen, action, dict.fromkeys(keys, payload))).ok or action in HARMLESS, action

            # and cases are reported at places that are payloads
            reported = [
                payload for payload in PAYLOADS[::3]
                if (await done(screen, "case.report", {**REPORT, "address": payload})).ok
            ]  # fmt: skip

            # then every case is there as it was told, and the audit is whole
            async with session.get(f"{address}/api/v1/cases") as answer:
                told = await answer.json()
            async with session.get(f"{address}/api/v1/cases/audit") as answer:
                assert (await answer.json())["ok"]
        assert len(reported) > 10
        assert {line["address"] for line in told["lines"]} == {REPORT["address"], *map(plain, reported)}

    with_hub(tmp_path, visit)
    assert len(statuses) > 50 * len(ENDPOINTS) - 1
    assert {200, 400} <= set(statuses) <= {200, 400, 403, 404, 405}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sql_source_takes_no_payload_for_a_schema_or_a_query(payload: str) -> None:
    # given a payload as the schema of a table, and behind a query that is allowed

    # when the query is made
    try:
        made = query_of_table(TABLES["river"], payload)
    except FrameBroken:
        made = ""

    # then it is refused, or a plain name; and nothing but one statement that reads is taken
    assert made == "" or re.search(r" from [A-Za-z_][\w.]*\.st_river_r where ", made)
    with pytest.raises(FrameBroken):
        checked_query(f"{payload} ; delete from st_river_r where tm > %(since)s")


def test_no_payload_is_a_formula_in_what_is_exported(tmp_path: Path) -> None:
    # given cases whose every text is a payload
    lines = [
        report_line(number, address=payload, title_zh=payload, title_en=payload, department=payload)
        for number, payload in enumerate(PAYLOADS, start=2)
    ]

    # when they are exported
    write_case_csv(tmp_path / "cases.csv", a_report(len(lines)), iter(lines), SilentProgress())

    # then no cell is run by a spreadsheet
    with (tmp_path / "cases.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    numbers = re.compile(r"-?\d+(\.\d+)?")
    assert [cell for cell in cells if FORMULA.match(cell) and not numbers.fullmatch(cell)] == []
    assert all(defused(payload).startswith("'") for payload in PAYLOADS if FORMULA.match(payload))
