"""sanping.hub.fleet_table, sanping.hub.lane, sanping.wire.movers: where everything is now, and what a screen hears."""

from typing import Any

import numpy as np

from sanping.client.mirror import Mirror
from sanping.domain.position import Position, is_possible
from sanping.hub.fanout import Fanout, Outbox
from sanping.hub.fleet_table import FleetTable
from sanping.hub.lane import Lane, SharedFrames
from sanping.hub.latest import LatestTable
from sanping.hub.log_plane import ChangeLog
from sanping.twin.fleet import GONE_MS
from sanping.wire.messages import Snapshot
from sanping.wire.movers import MOVERS, Positions

NOW_MS = 1_795_249_200_000


def fix(mover: str = "13800000001", at_ms: int = NOW_MS, x: float = 120.0, **more: Any) -> Position:
    plain = {"kind": "bus", "latitude_deg": 31.0, "speed_kmh": 36.0, "heading_deg": 450.0, "label": "苏B·1"}
    return Position(mover=mover, longitude_deg=x, event_ms=at_ms, **(plain | more))


def new_table() -> FleetTable:
    return FleetTable(lambda places: places * 1000.0)


def taken(table: FleetTable, *fixes: Position, now_ms: int = NOW_MS) -> dict[str, int]:
    return dict(table.take(fixes, "buses", now_ms, is_simulated=True))


def told(outbox: Outbox, mirror: Mirror) -> list[str]:
    return [type(mirror.take(frame)).__name__ for frame in outbox.next_frames()]


def screen(table: FleetTable, *topics: str) -> Outbox:
    log = ChangeLog("epoch")
    outbox = Fanout(LatestTable(), log, lambda: Snapshot(seq=log.seq, alarms=(), sources=()), table).joined(None)
    outbox.subscribe(topics)
    return outbox


def test_only_what_is_newer_and_possible_is_taken_and_the_rest_is_counted() -> None:
    # given a table that knows a bus
    table = new_table()
    taken(table, fix())

    # when an older fix, one of nowhere, one of the future and a newer one come
    counts = taken(
        table, fix(at_ms=NOW_MS - 1), fix(x=0.0, latitude_deg=0.0, at_ms=NOW_MS + 5), fix(at_ms=NOW_MS + 90_000),
        fix(x=float("nan"), at_ms=NOW_MS + 6), fix(x=121.0, at_ms=NOW_MS + 5_000),
    )  # fmt: skip

    # then the newer one stands, turned into metres and a heading within a circle
    assert counts == {"positions": 5, "old_positions": 1, "bad_positions": 3}
    assert table.rows(np.array([0])) == [(0, 121_000.0, 31_000.0, 90.0, 36.0, NOW_MS + 5_000, 0)]
    assert not is_possible(fix(speed_kmh=float("inf")))


def test_a_twin_without_a_place_on_the_earth_counts_what_it_cannot_place() -> None:
    assert dict(FleetTable(None).take([fix()], "buses", NOW_MS, is_simulated=False))["unplaced_positions"] == 1


def test_a_table_grows_and_names_what_is_called_otherwise() -> None:
    # given more movers than the first columns hold
    table = new_table()
    taken(table, *(fix(str(number), NOW_MS + number) for number in range(1, 3000)), now_ms=NOW_MS + 4000)

    # when one of them gets another plate
    revision = table.revision
    taken(table, fix("7", NOW_MS + 9_000, label="苏B·7"), now_ms=NOW_MS + 9_000)

    # then it alone is named anew
    changed = table.changed_since(revision)
    assert [row.label for row in table.named_since(revision, changed)] == ["苏B·7"]
    assert len(table) == 2999


def test_a_screen_that_asks_for_movers_hears_names_then_newest_places() -> None:
    # given two movers, and a screen
    table = new_table()
    taken(table, fix("1"), fix("2", x=121.0))
    outbox, mirror = screen(table, MOVERS), Mirror()

    # when it is told, and one moves twice before it is ready again
    first = told(outbox, mirror)
    taken(table, fix("2", NOW_MS + 1000, 121.05))
    taken(table, fix("2", NOW_MS + 2000, 121.1))
    waiting = told(outbox, mirror)
    outbox.ready()
    second = told(outbox, mirror)

    # then it knows both by name, and the last place with the one it knew before
    fleet = mirror.state.fleet
    assert (first, waiting, second) == (["MoverNames", "Positions"], [], ["Positions"])
    assert [(named.mover, named.label, named.source, named.is_simulated) for named in fleet.names] == [
        ("1", "苏B·1", "buses", True), ("2", "苏B·1", "buses", True),
    ]  # fmt: skip
    assert fleet.x_m.tolist() == [120_000.0, 121_100.0]
    assert (fleet.was_ms[1], fleet.event_ms[1]) == (NOW_MS, NOW_MS + 2000)


def test_a_screen_that_asks_for_readings_alone_hears_of_no_mover() -> None:
    table = new_table()
    taken(table, fix())
    assert screen(table, "all", "log").next_frames() != ()
    outbox = screen(table, "all")
    assert outbox.next_frames() == ()


def test_a_screen_that_came_first_hears_of_the_first_mover() -> None:
    table = new_table()
    outbox, mirror = screen(table, MOVERS), Mirror()
    assert told(outbox, mirror) == []
    taken(table, fix())
    assert told(outbox, mirror) == ["MoverNames", "Positions"]


def test_who_was_silent_for_long_is_not_told_to_a_new_screen() -> None:
    table = new_table()
    taken(table, fix("old"), fix("new", NOW_MS + GONE_MS + 1), now_ms=NOW_MS + GONE_MS + 1)
    mirror = Mirror()
    told(screen(table, MOVERS), mirror)
    assert [named.mover for named in mirror.state.fleet.names if named.mover] == ["new"]


def test_a_lane_goes_on_where_it_was_in_frames_of_bounded_size() -> None:
    # given a lane over more rows than a frame holds
    asked: list[tuple[int, int, int]] = []
    shared = SharedFrames()

    def framed(base: int, part: Any, offset: int) -> tuple[bytes, ...]:
        asked.append((base, len(part), offset))
        return shared.of(1, (offset,), lambda: (b"%d" % offset,))

    lane = Lane(lambda: 1, lambda since: np.arange(5000) if since < 1 else np.arange(0), framed)

    # when it is asked until all is said, and once more
    frames = [lane.next_frames() for _ in range(3)]

    # then two frames came, and then none
    assert frames == [(b"0",), (b"4000",), ()]
    assert asked == [(-1, 4000, 0), (-1, 1000, 4000)]


def test_ten_thousand_movers_fit_into_a_few_frames() -> None:
    # given ten thousand fixes of one moment
    table = new_table()
    taken(table, *(fix(str(number)) for number in range(10_000)))
    outbox, mirror = screen(table, MOVERS), Mirror()

    # when a screen takes frame after frame
    frames: list[bytes] = []
    while some := outbox.next_frames():
        frames += some
        outbox.ready()
    for frame in frames:
        mirror.take(frame)

    # then all are there, at less than a hundred bytes each
    places = [frame for frame in frames if b'"positions"' in frame[:30]]
    assert len(mirror.state.fleet) == 10_000
    assert (mirror.state.fleet.event_ms == NOW_MS).all()
    assert sum(map(len, places)) < 100 * 10_000
    assert Positions.__struct_config__.tag == "positions"
