"""Measures at a real hub: recorded durably at a desk, counted against the cases of their place and class."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.case_stories import GARBAGE, lived_until
from fakes.governed_hub import CREEK, GovernedHub, done, with_hub
from fakes.linked_hub import Screen
from sanping.client.questions import Questions
from sanping.domain.errors import InputError
from sanping.twin.cases.clock import DAY_MS
from sanping.wire.cases import Measures

Asking = Callable[[GovernedHub, list[Screen]], Awaitable[None]]
NOW_MS = round(datetime.now(UTC).timestamp() * 1000)
ASKED: dict[str, object] = {"kind": "event", "case_class": "0102", "area": "310107017", "name_zh": "定时清运"}


def day(back: int) -> str:
    """Return a date so many days ago in Beijing."""
    return (datetime.now(UTC) + timedelta(hours=8) - timedelta(days=back)).date().isoformat()


def put_past(hub: GovernedHub) -> None:
    """Give the hub two cases a day for forty days, and one a day for the last twenty; some elsewhere or of water."""
    assert hub.hub.cases is not None
    for back in range(60, 0, -1):
        for number in range(2 if back > 20 else 1):
            for key, more in (
                ("a", {}), ("b", {"case_class": "0105"}), ("c", {"area": "310107005001001"}), ("d", {"state": "void"}),
            ):  # fmt: skip
                case = replace(
                    lived_until("report", NOW_MS - back * DAY_MS, GARBAGE), id=f"{key}{back}-{number}",
                    lon_deg=CREEK[0], lat_deg=CREEK[1], **{"area": "310107017001001", **more},
                )  # fmt: skip
                hub.hub.cases.table.put(case)


def test_a_recorded_measure_is_compared_and_outlives_the_hub(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given sixty days of cases
        desk, operator = await hub.screen(), await hub.screen(hub.device("operator")[1])
        screens += [desk, operator]
        put_past(hub)

        # when measures come that cannot be, and one that began twenty days ago, and the same for a place nearby
        for wrong, words in (
            ({"name_zh": " "}, "名称"), ({"from_day": "yesterday"}, "2026-05-01"), ({"from_day": day(-3)}, "还没有到"),
            ({"case_class": "0999"}, "分类表中没有"), ({"area": "310299"}, "区划表中没有"),
            ({"lon": 121.4}, "经度、纬度和半径"),
        ):  # fmt: skip
            ack = await done(desk, "measure.record", {**ASKED, "from_day": day(20), **wrong})
            assert words in ack.error_zh, ack.error_zh
        assert "值班长" in (await done(operator, "measure.record", {**ASKED, "from_day": day(20)})).error_zh
        assert (await done(desk, "measure.record", {**ASKED, "from_day": day(20)})).ok
        place = {"lon": CREEK[0] + 0.05, "lat": CREEK[1], "near_m": 300, "name_zh": "远处", "from_day": day(20)}
        assert (await done(desk, "measure.record", {**ASKED, **place})).ok

        def told() -> Measures:
            return Questions(hub.where).measures()

        found = await asyncio.get_running_loop().run_in_executor(None, told)
        rows = {row.measure.name_zh: row for row in found.rows}

        # then cases of its class and area alone count, on both sides of the day, and none of the far place
        row = rows["定时清运"]
        assert row.whole is not None
        assert (row.days, row.whole.before, row.whole.after, row.year) == (14, 28, 14, None)
        assert (row.whole.ratio, row.verdict) == (0.5, "fewer")
        assert rows["远处"].verdict == "too_few"
        assert {"timed-collection", "outfall-gate"} <= {row.measure.id for row in found.rows}

        # when one is withdrawn, one of the table is tried, and the hub begins another life
        assert (await done(desk, "measure.withdraw", {"measure": rows["远处"].measure.id})).ok
        assert "measures.csv" in (await done(desk, "measure.withdraw", {"measure": "outfall-gate"})).error_zh
        await hub.stop()
        await hub.start()

        # then what was recorded is still there, and what was withdrawn is not
        again = await asyncio.get_running_loop().run_in_executor(None, told)
        assert {row.measure.name_zh for row in again.rows} >= {"定时清运"}
        assert "远处" not in {row.measure.name_zh for row in again.rows}

    with_hub(tmp_path, ask)


def test_a_hub_without_measures_of_its_own_tells_those_of_the_table(tmp_path: Path) -> None:
    # given a table with a class that does not exist
    from fakes.governed_hub import CRS
    from sanping.domain.errors import FileBroken
    from sanping.formats.governed_city import load_city

    head = "id,area,kind,class,from,name,name_en,lon,lat,near_m,source\n"
    (tmp_path / "measures.csv").write_text(head + "x,*,event,9999,2026-01-01,措施,,,,,模拟\n", encoding="utf-8")

    # when it is read
    # then file and row are named; a good one is taken
    with pytest.raises((FileBroken, InputError), match="分类表中没有"):
        load_city(tmp_path, (), CRS)
    (tmp_path / "measures.csv").write_text(head + "x,*,event,01,2026-01-01,措施,,,,,模拟\n", encoding="utf-8")
    assert [one.area for one in load_city(tmp_path, (), CRS).measures] == [""]
