"""A citizens' hotline: work orders under any names, in any encoding, late, twice, without a place; a real service."""

import asyncio
import contextlib
import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientError, ClientSession
from hypothesis import given
from hypothesis import strategies as st

from fakes.loopback_world import free_port
from sanping.adapters.hotline import simulator
from sanping.adapters.hotline.decode import Reading, call_of, page
from sanping.adapters.hotline.simulator import EVERY_MS, LATE_MS, PAGE, Simulator
from sanping.adapters.hotline.source import Source
from sanping.adapters.hotline.tables import bundled_tables, tables_with
from sanping.domain.call import CALL_KIND_TITLES, CALL_STAGE_TITLES, Call
from sanping.domain.errors import FrameBroken, SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.ports.source import Fetched
from sanping.twin.cases.rules import CaseRules

NOON_MS = 1_781_236_800_000  # 2026-06-12 12:00 in Beijing
READING = Reading(tables=bundled_tables())
ORDER: dict[str, object] = {
    "gdbh": "PT2026061200001", "slsj": "2026-06-12 11:30:00", "lxr": "王小明", "lxdh": "13912345678", "gdlx": "投诉",
    "gdnr": "门口垃圾无人清运", "fsdz": "长寿路100号", "jd": "121.4301", "wd": "31.2402", "wtfl": "暴露垃圾",
    "jjcd": "紧急", "ssjz": "长寿路街道", "gdzt": "派单",
}  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.sampled_from(sorted(ORDER)), part),
)


def read(**changes: object) -> tuple[Call | None, list[str]]:
    call, problems = call_of({**ORDER, **changes}, READING, NOON_MS)
    return call, [problem.what for problem in problems]


def answer(orders: list[object], cursor: str = "") -> bytes:
    return orjson.dumps({"data": {"rows": orders, "next": cursor}})


class World:
    """Fetches what a function answers, and keeps what is filed; ends after some rounds."""

    def __init__(self, fetch: Callable[[str, Mapping[str, str]], Fetched], rounds: int = 1) -> None:
        self.filed: list[Call] = []
        self.counts: dict[str, int] = {}
        self.said: list[str] = []
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.why: Text | None = None
        self._fetch, self._rounds = fetch, rounds

    def now_ms(self) -> int:
        return NOON_MS

    def say(self, state: str, why: Text) -> None:
        self.said.append(f"{state}: {why.zh}")

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    def secret(self, name: str) -> str:
        return "s3cret" if name == "token" else ""

    async def sleep(self, seconds: float) -> None:
        self._rounds -= 1
        if self._rounds <= 0:
            raise asyncio.CancelledError

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append((url, headers))
        return self._fetch(url, headers)

    async def file(self, calls: Sequence[Call]) -> Text | None:
        self.filed += calls
        return self.why


def run(world: World, **settings: object) -> World:
    given = {"url": "http://hotline.test/orders", "orders_path": "data.rows", "cursor_path": "data.next", **settings}

    async def until_cancelled() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await Source(given).run(world)  # type: ignore[arg-type]

    asyncio.run(until_cancelled())
    return world


def serving(*bodies: bytes) -> Callable[[str, Mapping[str, str]], Fetched]:
    """Answer with one body after another, the last for ever."""
    left = list(bodies)
    return lambda url, headers: Fetched(status=200, headers={}, body=left.pop(0) if len(left) > 1 else left[0])


def test_a_work_order_becomes_a_call_with_all_its_fields() -> None:
    # given a work order as platforms write it
    # when it is read
    call, problems = read()

    # then nothing of it is lost, and its local time is UTC
    assert problems == []
    assert call == Call(
        number="PT2026061200001", at_ms=NOON_MS - 1_800_000, kind="complaint", content="门口垃圾无人清运",
        stage="assigned", urgency="urgent", caller_name="王小明", caller_phone="13912345678", address="长寿路100号",
        street="长寿路街道", class_name="暴露垃圾", class_kind="event", class_code="0102", lon_deg=121.4301,
        lat_deg=31.2402,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [("0", "0", []), ("", None, []), (0, 0.0, []), ("121.4", "", ["bad_places"]), ("abc", "31", ["bad_places"]),
     (3_458_900, 637_100, ["bad_places"]), ("nan", "31", ["bad_places"])],
)  # fmt: skip
def test_a_place_that_is_blank_zero_or_nowhere_is_none(lon: object, lat: object, expected: list[str]) -> None:
    # given a work order without a usable place
    # when it is read
    call, problems = read(jd=lon, wd=lat)

    # then the call is kept without one; only what is wrong, not what is blank, is told
    assert call is not None
    assert (call.lon_deg, call.lat_deg) == (None, None)
    assert problems == expected


def test_places_of_other_datums_are_brought_to_ours() -> None:
    # given a place as AMap and as Baidu give it
    gcj, bd = (Reading(tables=bundled_tables(), datum=datum) for datum in ("gcj02", "bd09"))  # type: ignore[arg-type]

    # when it is read
    shifted = [call_of(ORDER, reading, NOON_MS)[0] for reading in (gcj, bd)]

    # then it lies some hundred metres from what was written
    metres = [abs(call.lon_deg - 121.4301) * 95_000 for call in shifted if call and call.lon_deg]
    assert 300 < metres[0] < 600
    assert 700 < metres[1] < 1500


def test_what_is_wrong_with_a_work_order_never_loses_the_call() -> None:
    # given a time, a kind and a class that nobody knows
    # when the work order is read
    call, problems = read(slsj="昨天", gdlx="吐槽", wtfl="飞碟扰民")

    # then it is a request for help of no known class, now, and each fault is told
    assert call is not None
    assert (call.at_ms, call.kind, call.class_name, call.class_code) == (NOON_MS, "help", "飞碟扰民", "")
    assert sorted(problems) == ["bad_times", "unknown_words", "unknown_words"]
    assert read(slsj="2031-01-01 00:00:00")[1] == ["bad_times"]


@pytest.mark.parametrize("order", [7, None, [], {}, {"gdbh": ""}, {"gdbh": "A1"}, {"gdbh": {"x": 1}, "gdnr": "x"}])
def test_what_has_no_number_or_says_nothing_is_no_call(order: object) -> None:
    # given an item of the list that is no work order
    # when it is read
    call, problems = call_of(order, READING, NOON_MS)

    # then it is told
    assert call is None
    assert [problem.what for problem in problems] == ["bad_orders"]


def test_a_body_in_gbk_is_read_like_one_in_utf8() -> None:
    # given an answer in both encodings
    body = answer([ORDER], "9")

    # when they are read
    pages = [
        page(data, "data.rows", "data.next") for data in (body, body.decode().encode("gb18030"), b"\xef\xbb\xbf" + body)
    ]

    # then they say the same
    assert [found.orders for found in pages] == [(ORDER,)] * 3
    assert {found.cursor for found in pages} == {"9"}
    assert page(orjson.dumps([ORDER]), "", "").orders == (ORDER,)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"data":{"rows":{"a":1}}}', b'{"data":{"rows":null}}', b"\xff"]
)
def test_an_answer_without_a_list_is_told_apart_from_an_empty_one(body: bytes) -> None:
    # given an answer that is none
    # when it is read
    # then it is broken, and an empty list is not
    with pytest.raises(FrameBroken):
        page(body, "data.rows", "")
    assert page(answer([]), "data.rows", "").orders == ()


@given(st.binary(max_size=200), VALUES)
def test_no_bytes_and_no_values_whatever_bring_the_decoder_down(data: bytes, order: object) -> None:
    # given any bytes, and any value as a work order
    # when they are read
    # then there is a result or a refusal
    with contextlib.suppress(FrameBroken):
        page(data, "data.rows", "data.next")
    call, problems = call_of(order, READING, NOON_MS)
    assert call is not None or problems


def test_each_work_order_is_filed_once_and_again_only_when_it_changed() -> None:
    # given an answer that repeats a work order, adds a late one, and changes the first
    late, changed = {**ORDER, "gdbh": "PT0", "slsj": "2026-06-12 08:00:00"}, {**ORDER, "gdzt": "督办"}
    world = World(serving(answer([ORDER, ORDER]), answer([ORDER, late]), answer([changed, late])), rounds=3)

    # when it is asked three times
    run(world)

    # then three calls were filed
    assert [(call.number, call.stage) for call in world.filed] == [
        ("PT2026061200001", "assigned"), ("PT2026061200001", "assigned"), ("PT0", "assigned"),
        ("PT2026061200001", "supervised"),
    ]  # fmt: skip
    assert world.counts["duplicates"] == 2


def test_pages_are_followed_by_their_cursor_and_the_last_one_is_where_it_goes_on() -> None:
    # given three pages, the last of which leads to itself
    bodies = {"": answer([ORDER], "a"), "a": answer([{**ORDER, "gdbh": "2"}], "b"), "b": answer([], "b")}
    world = World(lambda url, _: Fetched(status=200, headers={}, body=bodies[url.partition("cursor=")[2]]), rounds=2)

    # when they are read in two rounds
    run(world, cursor_parameter="cursor")

    # then every page was read once, and then only the last
    assert [call.number for call in world.filed] == ["PT2026061200001", "2"]
    assert [url.partition("cursor=")[2] for url, _ in world.asked] == ["", "a", "b", "b"]


def test_an_unchanged_answer_costs_nothing_and_the_token_goes_with_every_question() -> None:
    # given an address that marks its answers
    def fetch(url: str, headers: Mapping[str, str]) -> Fetched:
        known = headers.get("If-None-Match") == '"7"'
        return Fetched(status=304 if known else 200, headers={"etag": '"7"'}, body=b"" if known else answer([ORDER]))

    # when it is asked three times
    world = run(World(fetch, rounds=3), key_header="Authorization", token="")

    # then it was read once
    assert len(world.filed) == 1
    assert world.counts["unchanged"] == 2
    assert {headers["Authorization"] for _, headers in world.asked} == {"Bearer s3cret"}


def test_an_address_with_a_moment_asks_from_the_newest_with_an_overlap() -> None:
    # given an address that takes a moment
    world = World(serving(answer([ORDER])), rounds=2)

    # when it is asked twice
    run(world, url="http://hotline.test/orders?from={since}", first_hours=2, overlap_min=10)

    # then first from two hours ago, then from ten minutes before the newest work order
    assert [url.partition("from=")[2] for url, _ in world.asked] == [
        "2026-06-12%2010%3A00%3A00",
        "2026-06-12%2011%3A20%3A00",
    ]


def test_questions_old_orders_and_finished_ones_are_counted_and_not_filed() -> None:
    # given a question, an order of yesterday, one that the hotline finished, and a suggestion
    orders: list[object] = [
        {**ORDER, "gdbh": "1", "gdlx": "咨询"}, {**ORDER, "gdbh": "2", "slsj": "2026-06-10 08:00:00"},
        {**ORDER, "gdbh": "3", "gdzt": "办结"}, {**ORDER, "gdbh": "4", "gdlx": "意见建议"},
    ]  # fmt: skip

    # when they are read
    world = run(World(serving(answer(orders))))

    # then only the suggestion becomes a case, and nothing goes uncounted
    assert [call.number for call in world.filed] == ["4"]
    assert (world.counts["answered_there"], world.counts["old_calls"], world.counts["calls"]) == (2, 1, 4)


def test_a_hub_that_keeps_no_cases_is_said_in_words() -> None:
    # given a hub that says why it keeps no cases
    world = World(serving(answer([ORDER])))
    world.why = Text("这个孪生没有治理数据", "This twin governs nothing")

    # when a call is filed
    run(world)

    # then the source shows it
    assert world.said == ["degraded: 这个孪生没有治理数据"]


def test_settings_that_cannot_work_are_refused_in_words(tmp_path: Path) -> None:
    # given no address, a kind that is none, and tables that are none
    table = tmp_path / "mapping.csv"
    wrong = {
        "field,number,x,": "source", "fields,number,x,s": "table", "kind,shout,x,s": "ours", "class,0102,x,s": "ours",
        "stage,rated,,s": "written",
    }  # fmt: skip

    # when a source is made of each
    # then a person is told what and where
    with pytest.raises(SourceRefused, match="网址"):
        Source({})
    with pytest.raises(SourceRefused, match="抱怨"):
        Source({"url": "http://x", "kinds": "投诉 抱怨"})
    with pytest.raises(SourceRefused, match="读不了"):
        Source({"url": "http://x", "mapping_file": str(tmp_path / "none.csv")})
    for row, column in wrong.items():
        table.write_text(f"table,ours,written,source\n{row}\n", encoding="utf-8")
        with pytest.raises(SourceRefused, match=f"第 2 行的 {column}"):
            tables_with(str(table))
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceRefused, match="缺少列"):
        tables_with(str(table))


def test_a_city_renames_fields_and_adds_words(tmp_path: Path) -> None:
    # given a city's own names for the number, the content and a class
    own = tmp_path / "own.csv"
    own.write_text(
        "table,ours,written,source\nfield,number,head.id,接口文档 3.1\nfield,content,body.text,接口文档 3.1\n"
        "class,component:0101,少了盖子,本市分类\nkind,complaint,吐槽,本市分类\n",
        encoding="utf-8",
    )
    order = {"head": {"id": 77}, "body": {"text": "路口少了盖子"}, "gdlx": "吐槽", "wtfl": "少了盖子"}

    # when a work order is read with them
    call, problems = call_of(order, Reading(tables=tables_with(str(own))), NOON_MS)

    # then they count, and the bundled names hold for the rest
    assert call is not None
    assert (call.number, call.kind, call.class_kind, call.class_code) == ("77", "complaint", "component", "0101")
    assert [problem.what for problem in problems] == ["bad_times"]


def test_the_bundled_table_names_every_field_kind_and_stage_and_only_classes_that_exist() -> None:
    # given the bundled table and the bundled classes of cities
    from fakes.case_stories import bundled_rules

    tables, rules = bundled_tables(), bundled_rules()
    assert isinstance(rules, CaseRules)

    # when they are compared
    # then nothing is missing, and every row has its source
    assert {title.zh for title in CALL_KIND_TITLES.values()} <= set(tables.kinds)
    assert {title.zh for title in CALL_STAGE_TITLES.values()} == set(tables.stages)
    for kind, code in tables.classes.values():
        rules.check_class(kind, code)
    with Path(simulator.__file__).with_name("mapping.csv").open(encoding="utf-8") as file:
        assert all(row["source"] for row in csv.DictReader(file))


def test_trying_the_settings_says_what_was_found() -> None:
    # given an address with two work orders, and one whose orders cannot be read
    async def tried(body: bytes) -> Text:
        return await Source({"url": "http://x", "orders_path": "data.rows"}).test(World(serving(body)))  # type: ignore[arg-type]

    # when they are tried
    found = asyncio.run(tried(answer([ORDER, {**ORDER, "gdbh": "2", "gdlx": "咨询"}])))

    # then the one says what it has, the other is refused
    assert "2 件工单，其中 1 件可立案" in found.zh
    with pytest.raises(SourceRefused, match="对照表"):
        asyncio.run(tried(answer([{"id": 1}])))
    with pytest.raises(SourceFailed):
        asyncio.run(tried(b"<html>"))


def test_the_simulator_answers_late_orders_repeated_ones_and_some_without_a_place() -> None:
    # given the simulator, asked page by page through twenty minutes
    sim, now_ms, cursor = Simulator({"url": "http://127.0.0.1:1/o"}), 30_000 * EVERY_MS + LATE_MS, ""
    seen: list[str] = []
    placeless = 0
    for _ in range(10):
        data: Any = sim.answer(cursor, now_ms)["data"]
        if not data["rows"]:
            break
        assert len(data["rows"]) <= PAGE
        for row in data["rows"]:
            call, problems = call_of(row, READING, now_ms)
            assert call is not None
            assert problems == ()
            assert call.class_code
            seen.append(call.number)
            placeless += call.lon_deg is None
        cursor = data["next"]

    # then there are repeated ones and some without a place, and asking again brings nothing
    assert len(set(seen)) < len(seen)
    assert placeless > 0
    assert sim.answer(cursor, now_ms)["data"]["rows"] == []  # type: ignore[index]
    numbers = [int(number[-5:]) for number in seen]
    assert numbers != sorted(numbers)


def test_a_real_service_is_followed_in_both_encodings() -> None:
    # given the simulator on a real port, and a world with real HTTP and the clock of now
    import time

    class Live(World):
        def now_ms(self) -> int:
            return time.time_ns() // 1_000_000

        async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
            try:
                async with ClientSession() as session, session.get(url, headers=headers) as got:
                    found = {name.lower(): value for name, value in got.headers.items()}
                    return Fetched(status=got.status, headers=found, body=await got.read())
            except ClientError as error:
                raise SourceFailed(Text("对方没有应答", "No answer")) from error

    settings = {
        "url": f"http://127.0.0.1:{free_port()}/orders", "orders_path": "data.rows", "cursor_path": "data.next",
        "cursor_parameter": "cursor", "interval_s": 1,
    }  # fmt: skip
    world = Live(lambda *_: pytest.fail("not this way"), rounds=3)

    async def both() -> None:
        service = asyncio.ensure_future(Simulator(settings).play(None, asyncio.sleep))  # type: ignore[arg-type]
        try:
            for _ in range(50):
                with contextlib.suppress(SourceFailed, asyncio.CancelledError):
                    await Source(settings).run(world)  # type: ignore[arg-type]
                if world.filed:
                    break
                await asyncio.sleep(0.02)
        finally:
            service.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await service

    # when it is followed
    asyncio.run(both())

    # then there are calls of the last twenty minutes, all with a class, and what is unchanged was not sent again
    assert len(world.filed) >= 10
    assert all(call.class_code and call.kind != "consult" for call in world.filed)
    assert world.counts["frames"] >= 2
    assert world.counts["unchanged"] >= 1
    assert world.said[-1] == "live: 工单正常到达"
