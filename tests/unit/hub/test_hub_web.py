"""The hub's one port, in this process: a whole hub without sources, its answers and its manners."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fakes.journal_history import JournalHistory
from fakes.plain_history import PlainHistory
from fakes.small_river import gauge, reading, small_river
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.core import DAY_MS, Hub
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.web import Web
from sanping.ports.progress import Progress
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import SqliteEventLog

TOKEN = "t0ken"
NOW_MS = 1_790_000_000_000
Asking = Callable[[aiohttp.ClientSession, str], Awaitable[Any]]


def with_hub(folder: Path, ask: Asking) -> Any:
    """Run a hub that keeps three readings, ask it, and stop it."""

    async def ran() -> Any:
        history = JournalHistory(folder)
        history.append(
            [
                reading("up", "water_level", 2.5, NOW_MS - 60_000),
                reading("up", "water_level", 2.6, NOW_MS),
                reading("=cmd", "ph", 7.0, NOW_MS),
                reading("up", "water_level", 2.4, NOW_MS, statistic="avg", period_s=600),
                reading("up", "water_level", 2.3, NOW_MS, statistic="avg", period_s=3600),
            ]
        )
        live = small_river(gauge("up", 0.0), gauge("=cmd", 9.0))
        town = Text("城", "Town")
        plan = HubPlan(name="town", title=town, live=live, adapters=Installed(manifests={}), is_trusted=True)
        hub = Hub(plan, history, SqliteEventLog(folder))
        web = Web(hub, TOKEN)
        port = await web.start("127.0.0.1", 0)
        await hub.start()
        try:
            with pytest.raises(InputError):
                await Web(hub, TOKEN).start("127.0.0.1", port)
            headers = {"Authorization": f"Bearer {TOKEN}"}
            async with aiohttp.ClientSession(headers=headers) as session:
                return await ask(session, f"http://127.0.0.1:{port}")
        finally:
            await web.stop()
            await hub.stop()

    return asyncio.run(ran())


def test_what_history_has_is_answered_as_json(tmp_path: Path) -> None:
    # given a hub with history
    async def ask(session: aiohttp.ClientSession, address: str) -> list[Any]:
        found = []
        for path in (
            "/latest?stations=up",
            f"/as-of?at_ms={NOW_MS - 1}&stations=up",
            f"/series?station=up&quantity=water_level&from_ms={NOW_MS - 90_000}&to_ms={NOW_MS}",
            "/stations",
            "/span",
        ):
            async with session.get(f"{address}/api/v1{path}") as answer:
                assert answer.status == 200, await answer.text()
                found.append(await answer.json())
        return found

    # when a program asks
    latest, before, series, stations, span = with_hub(tmp_path, ask)

    # then it gets what was kept, now and as of a moment
    assert sorted((row["period_s"], row["value"]) for row in latest) == [(0, 2.6), (600, 2.4), (3600, 2.3)]
    assert [row["value"] for row in before] == [2.5]
    assert series["value"] == [2.5, 2.6]
    assert series["event_ms"] == [NOW_MS - 60_000, NOW_MS]
    assert stations[0]["name"] == {"zh": "up站", "en": "up station"}
    assert span == {"first_ms": NOW_MS - 60_000, "last_ms": NOW_MS}


def test_means_are_asked_for_by_their_period(tmp_path: Path) -> None:
    # given a hub that keeps the means of ten minutes and of an hour that end together
    async def ask(session: aiohttp.ClientSession, address: str) -> list[Any]:
        found = []
        for period in ("&period_s=600", "&period_s=3600", "", "&period_s=-1"):
            span = f"from_ms={NOW_MS - 1}&to_ms={NOW_MS}"
            path = f"/api/v1/series?station=up&quantity=water_level&statistic=avg{period}&{span}"
            async with session.get(f"{address}{path}") as answer:
                found.append((answer.status, await answer.json()))
        return found

    # when a program asks for either, for a mean of no period, and for an impossible one
    ten, hour, unsaid, impossible = with_hub(tmp_path, ask)

    # then it gets each by itself, and is told what is missing instead of nothing
    assert (ten[1]["value"], hour[1]["value"]) == ([2.4], [2.3])
    assert ten[1]["period_s"] == 600
    assert [unsaid[0], impossible[0]] == [400, 400]
    assert "period_s" in unsaid[1]["zh"]


def test_a_name_in_an_export_is_no_formula(tmp_path: Path) -> None:
    # given a station whose name a spreadsheet would run
    async def ask(session: aiohttp.ClientSession, address: str) -> tuple[str, str]:
        path = f"/api/v1/export?station=%3Dcmd&quantity=ph&from_ms={NOW_MS - 1}&to_ms={NOW_MS}"
        async with session.get(f"{address}{path}") as answer:
            return await answer.text("utf-8-sig"), answer.headers["Content-Disposition"]

    # when it is exported
    text, disposition = with_hub(tmp_path, ask)

    # then it is text, in the table and in the file's name
    assert text.splitlines()[1].startswith("'=cmd,ph,instant")
    assert disposition == 'attachment; filename="_cmd-ph.csv"'


def test_pages_run_nothing_foreign_and_strangers_get_nothing(tmp_path: Path) -> None:
    # given visitors with the right and the wrong headers
    async def ask(session: aiohttp.ClientSession, address: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        visits = {
            "page": ("/api/", {}),
            "description": ("/api/v1/openapi.json", {}),
            "foreign host": ("/api/v1/health", {"Host": "evil.example"}),
            "foreign page": ("/api/v1/health", {"Origin": "http://evil.example"}),
            "no token": ("/api/v1/latest", {"Authorization": ""}),
            "half a token": ("/api/v1/latest", {"Authorization": "Bearer t0"}),
            "nothing there": ("/api/v1/none", {}),
            "live without upgrade": ("/live", {"Origin": address}),
        }
        for name, (path, headers) in visits.items():
            async with session.get(f"{address}{path}", headers=headers) as answer:
                found[name] = (answer.status, dict(answer.headers))
        return found

    # when they come
    found = with_hub(tmp_path, ask)

    # then each gets what it should, and no page may load or embed what is not ours
    assert {name: status for name, (status, _) in found.items()} == {
        "page": 200, "description": 200, "foreign host": 403, "foreign page": 403, "no token": 401,
        "half a token": 401, "nothing there": 404, "live without upgrade": 400,
    }  # fmt: skip
    assert "default-src 'self'" in found["page"][1]["Content-Security-Policy"]


def test_what_is_older_than_is_kept_is_forgotten(tmp_path: Path) -> None:
    # given a hub that keeps a day, with rows of now and of long ago
    async def ran() -> tuple[int, int]:
        history = DuckDbHistory(tmp_path)
        now_ms = time.time_ns() // 1_000_000
        history.append([reading("up", "ph", 7.0, now_ms - 3 * DAY_MS), reading("up", "ph", 7.1, now_ms)])
        plan = HubPlan(
            name="town", title=Text("城", "Town"), live=small_river(), adapters=Installed(manifests={}), keep_days=1
        )
        hub = Hub(plan, history, SqliteEventLog(tmp_path))
        await hub.start()
        try:
            before = await hub.ledger.ask(lambda kept: kept.span())

            # when it tidies up
            await hub.forget()
            after = await hub.ledger.ask(lambda kept: kept.span())
        finally:
            await hub.stop()
        return before[1] - before[0], after[1] - after[0]

    # then only what is young is left
    assert asyncio.run(ran()) == (3 * DAY_MS, 0)


def test_a_month_is_forgotten_day_by_day_so_that_others_get_their_turn(tmp_path: Path) -> None:
    # given a hub that keeps a day, with a month of rows
    class Watched(PlainHistory):
        def __init__(self) -> None:
            super().__init__()
            self.removed: list[int] = []

        def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
            self.removed.append(super().forget_before(moment_ms, progress))
            return self.removed[-1]

    async def ran() -> Watched:
        history, now_ms = Watched(), time.time_ns() // 1_000_000
        history.append([reading("up", "ph", 7.0, now_ms - day * DAY_MS + 1000) for day in range(1, 31)])
        plan = HubPlan(
            name="town", title=Text("城", "Town"), live=small_river(), adapters=Installed(manifests={}), keep_days=1
        )
        hub = Hub(plan, history, SqliteEventLog(tmp_path))
        await hub.start()

        # when it tidies up, twice
        await hub.forget()
        await hub.forget()
        await hub.stop()
        return history

    # then no more than a day was removed at a time
    history = asyncio.run(ran())
    assert max(history.removed) == 1
    assert (sum(history.removed), len(history.rows)) == (29, 1)
