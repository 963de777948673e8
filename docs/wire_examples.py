"""One example of every message of `sanping.v1`: both ends' tests read the files that come from here."""

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.notice import Notice
from sanping.domain.source_status import SourceStatus
from sanping.wire.codec import raw
from sanping.wire.messages import (
    Ack,
    Bye,
    Change,
    Command,
    FromHub,
    FromScreen,
    Hello,
    Ping,
    Pong,
    ReadingRow,
    Readings,
    Ready,
    Resume,
    Series,
    SeriesRow,
    Snapshot,
    Subscribe,
    Welcome,
)
from sanping.wire.movers import MoverNames, MoverRow, PositionRow, Positions
from sanping.wire.show import (
    Floor,
    FloorState,
    Here,
    Member,
    Presence,
    Refused,
    Seen,
    Show,
    Shown,
)

NOW_MS = 1_790_000_000_000
OP = "0191f2c4-7a10-7c3e-8a55-3f6f0b6f9d01"
CAMERA = msgspec.Raw(
    b'{"target":[500120.25,3456789.5,8.0],"heading_deg":35.0,"pitch_deg":-28.0,"distance_m":900.0,"fov_deg":38.0}'
)
ALARM = Alarm(
    id="high-level:S1:1790000000000", rule="high-level", station="S1", quantity="water_level", colour="orange",
    state="active", title_zh="北门水位超警戒", title_en="North gate above its warning level", raised_ms=NOW_MS,
    changed_ms=NOW_MS, value=3.42, limit=3.3, unit="m", evidence=((NOW_MS - 60_000, 3.31), (NOW_MS, 3.42)),
)  # fmt: skip
ACKNOWLEDGED = msgspec.structs.replace(ALARM, state="acknowledged", acknowledged_by="desk")
SOURCE = SourceStatus(
    name="gauges", adapter="hj212", state="live", why_zh="数据正常到达", why_en="Data arrive", since_ms=NOW_MS,
    last_ms=NOW_MS, counts={"frames": 12, "observations": 34}, is_simulated=True,
)  # fmt: skip
CASE = CaseLine(
    id="310107-20260921-0007", rev=5, state="handling", kind="event", case_class="0105", title_zh="水域不洁",
    title_en="Dirty water", source="rule", area="310107014", reported_ms=NOW_MS - 7_200_000, changed_ms=NOW_MS,
    department="river-crew", begun_ms=NOW_MS - 3_600_000, due_ms=NOW_MS + 3_600_000,
    turns=((NOW_MS - 3_600_000, "green"), (NOW_MS, "yellow"), (NOW_MS + 3_600_000, "red")), lon_deg=121.42,
    lat_deg=31.24, x_m=500_120.0, y_m=3_456_789.0, alarm=ALARM.id, is_simulated=True,
)  # fmt: skip
COUNTS = CaseCounts(
    at_ms=NOW_MS, day_ms=NOW_MS - 36_000_000, reported_today=12, filed_today=10, closed_today=7, overdue=1, due_soon=2,
    total=412, open_by_stage={"handling": 3}, open_by_area={"310107014": 3}, rates={"closing_rate": 0.93},
    is_simulated=True,
)  # fmt: skip
NOTICE = Notice(
    identifier="town-1", sender="weather", sent_ms=NOW_MS, status="actual", kind="alert", event="暴雨", colour="yellow",
    headline_zh="发布暴雨黄色预警", effective_ms=NOW_MS, expires_ms=NOW_MS + 3_600_000, is_simulated=True,
)  # fmt: skip

FROM_SCREEN: tuple[FromScreen, ...] = (
    Hello(
        protocol="sanping.v1",
        screen="phone-7f3a",
        kind="phone",
        token="…",
        resume=Resume(epoch="9c1f", seq=41),
        room="main",
        name="网格员的手机",
        window=2,
    ),
    Subscribe(topics=("station:S1", "group:quality", "log", "view", "presence")),
    Command(op=OP, action="alarm.acknowledge", arguments={"alarm": ALARM.id}, n=12, if_seq=41),
    Ready(revision=7),
    Ping(sent_ms=123_456),
    Show(key="camera", value=CAMERA, fence=3, n=128),
    Seen(revision=1024),
    Floor(wish="grant", to="phone-7f3a"),
    Here(follows=True, rtt_ms=4.2, name="网格员的手机", width_px=390, height_px=844),
    Bye(reason="closed"),
)
FROM_HUB: tuple[FromHub, ...] = (
    Welcome(
        epoch="9c1f",
        seq=42,
        server_ms=NOW_MS,
        twin="town",
        is_simulated=True,
        role="operator",
        room="main",
        screen="phone-7f3a",
        n=11,
    ),
    Series(rows=(SeriesRow(0, "S1", "water_level", "instant", "m", 0, "gauges"),)),
    Readings(revision=7, rows=(ReadingRow(0, 3.42, NOW_MS, NOW_MS + 80, "good", "live", True, ""),)),
    MoverNames(rows=(MoverRow(0, "13900000001", "苏B·D0001", "bus", "vehicles", True),)),
    Positions(revision=9, rows=(PositionRow(0, 600_012.4, 3_560_088.1, 92.0, 31.5, NOW_MS, 0),)),
    Snapshot(seq=42, alarms=(ALARM,), sources=(SOURCE,), notices=(NOTICE,), cases=(CASE,), case_counts=COUNTS),
    Change(
        seq=43, kind="alarm", body=raw(msgspec.structs.replace(ALARM, state="acknowledged", acknowledged_by="desk"))
    ),
    Ack(
        op=OP,
        ok=False,
        error_zh="“…”刚有变化（可能别人先处理了），这次没有执行；请看最新状态后再决定",
        error_en="… has just changed, so nothing was done; look at it as it is now and decide again",
        is_conflict=True,
    ),
    Pong(sent_ms=123_456, server_ms=NOW_MS),
    Bye(reason="stopping"),
    Shown(revision=1024, key="camera", value=CAMERA, by="desk", at_ms=NOW_MS),
    FloorState(holder="desk", fence=3, left_ms=9_400, queue=("phone-7f3a",), is_locked=False),
    Presence(
        members=(
            Member(
                screen="desk",
                kind="desk",
                name="中屏",
                role="admin",
                rtt_ms=0.4,
                width_px=1920,
                height_px=1080,
                since_ms=NOW_MS,
            ),
        ),
        left=("kiosk-1",),
    ),
    Refused(
        about="show",
        code="fence",
        n=128,
        error_zh="主控权已经易手，这次操作没有生效；请重新申请主控",
        error_en="The floor has changed hands; ask for it again",
    ),
)
