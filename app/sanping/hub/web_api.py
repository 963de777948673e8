"""REST under `/api/v1`: each endpoint declared once, with its parameters; the OpenAPI page comes from the same list."""

import csv
import io
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, get_args

import msgspec

from sanping import __version__
from sanping.domain.errors import InputError
from sanping.domain.label import HIGHEST, is_cleared
from sanping.domain.observation import Observation
from sanping.domain.role import Role, is_at_least
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint, File, Parameters, body_of
from sanping.hub.event_keeper import ACCESS
from sanping.hub.manifests import described
from sanping.hub.plan import LOOPBACK
from sanping.hub.stretch import stretch
from sanping.hub.supervisor import tested
from sanping.hub.web_backups import BACKUP_ENDPOINTS
from sanping.hub.web_cases import CASE_ENDPOINTS
from sanping.hub.web_gate import GATE_ENDPOINTS
from sanping.hub.web_map import twin_facts
from sanping.hub.web_reports import REPORT_ENDPOINTS
from sanping.hub.web_responses import RESPONSE_ENDPOINTS
from sanping.hub.web_river import RIVER_ENDPOINTS
from sanping.hub.web_share import SHARE_ENDPOINTS
from sanping.hub.web_sites import SITE_ENDPOINTS
from sanping.ports.history import History, Series, SeriesKey
from sanping.ports.history import Step as HistoryStep
from sanping.twin.notices import in_force

LONGEST_RAW_MS = 31 * 86_400_000
MOST_STATIONS = 50_000
WHO_CAME_IN: Role = "duty_officer"  # who may read who came in from where
MOST_ROWS = 100_000
ROWS_A_TURN = 10_000

_NEEDED = Text("缺少参数 {name}", "The parameter {name} is missing")
_NO_NUMBER = Text("参数 {name} 须为整数毫秒", "The parameter {name} must be whole milliseconds")
_NO_PERIOD = Text(
    "参数 period_s 须为统计时段的整秒数（小时均值为 3600；来源未说明时为 0）",
    "The parameter period_s must be the statistic's interval in whole seconds (3600 for hourly means; 0 if unsaid)",
)
_NO_STEP = Text("参数 step 只能是 {known}", "The parameter step must be one of {known}")
_TOO_LONG = Text(
    "原始数据一次最多取 31 天；请缩短时段或用均值", "Raw data come for 31 days at most; ask for less, or means"
)
_EXPORT_HEAD = ("station", "quantity", "statistic", "period_s", "unit", "event_ms", "value", "low", "high", "quality")
_BACKWARDS = Text("参数 from_ms 不能晚于 to_ms", "from_ms must not be later than to_ms")


async def _health(hub: Hub, _: Asked) -> object:
    trouble = hub.ledger.trouble
    return {
        "ok": trouble is None,
        "version": __version__,
        "epoch": hub.epoch,
        "twin": hub.plan.name,
        "is_trusted": hub.is_trusted,
        "is_simulated": hub.plan.is_simulated,
        "began_ms": hub.began_ms,
        "server_ms": time.time_ns() // 1_000_000,
        "screens": len(hub.fanout),
        "rooms": len(hub.rooms),
        "refused": dict(hub.rooms.refusals),
        "series": len(hub.latest),
        "rows_committed": hub.ledger.rows_committed,
        "rows_waiting": hub.ledger.rows_waiting,
        "store_zh": "" if trouble is None else trouble.in_language("zh"),
        "store_en": "" if trouble is None else trouble.in_language("en"),
    }


async def _twin(hub: Hub, _: Asked) -> object:
    if hub.plan.phone_map is not None:
        hub.plan.phone_map.want()
    return twin_facts(hub)


async def _stations(hub: Hub, asked: Asked) -> object:
    return list(hub.sight.stations(asked.by))


async def _latest(hub: Hub, asked: Asked) -> object:
    wanted, sees = _stations_of(asked), hub.sight.sees_station(asked.by)
    return [row for row in hub.latest.observations() if (not wanted or row.station in wanted) and sees(row.station)]


async def _as_of(hub: Hub, asked: Asked) -> object:
    moment_ms, wanted, sees = _milliseconds(asked, "at_ms"), _stations_of(asked), hub.sight.sees_station(asked.by)
    found = await hub.ledger.ask(lambda history: list(history.as_of(moment_ms, wanted)))
    return [row for row in found if sees(row.station)]


async def _observations(hub: Hub, asked: Asked) -> object:
    """Read turn by turn, so that what is reported meanwhile is committed in between."""
    from_ms, to_ms, wanted = _milliseconds(asked, "from_ms"), _milliseconds(asked, "to_ms"), set(_stations_of(asked))
    most = min(_milliseconds(asked, "limit"), MOST_ROWS) if "limit" in asked.parameters else MOST_ROWS
    sees = hub.sight.sees_station(asked.by)
    rows: list[Observation] = []
    while from_ms <= to_ms and len(rows) < most:
        some = min(ROWS_A_TURN, most - len(rows))
        found, until_ms = await hub.ledger.ask(partial(stretch, from_ms=from_ms, to_ms=to_ms, most=some))
        rows += (row for row in found if (not wanted or row.station in wanted) and sees(row.station))
        from_ms = until_ms + 1
    return {"rows": rows, "to_ms": min(to_ms, from_ms - 1)}


async def _series(hub: Hub, asked: Asked) -> object:
    return _columns(await hub.ledger.ask(_series_question(hub, asked, "raw")))


async def _means(hub: Hub, asked: Asked) -> object:
    return _columns(await hub.ledger.ask(_series_question(hub, asked, "5min")))


async def _span(hub: Hub, _: Asked) -> object:
    first_ms, last_ms = await hub.ledger.ask(lambda history: history.span())
    return {"first_ms": first_ms, "last_ms": last_ms}


async def _events(hub: Hub, asked: Asked) -> object:
    kinds = tuple(kind for kind in asked.parameters.get("kinds", "").split(",") if kind)
    found = await hub.events.between(_milliseconds(asked, "from_ms"), _milliseconds(asked, "to_ms"), kinds)
    if not is_at_least(asked.by.role, WHO_CAME_IN):
        found = [event for event in found if event.kind != ACCESS]
    if asked.by.clearance != HIGHEST:
        found = [event for event in found if is_cleared(asked.by.clearance, hub.sight.event(event))]
    return [
        {"seq": event.seq, "time_ms": event.time_ms, "kind": event.kind, "body": msgspec.json.decode(event.body)}
        for event in found
    ]


async def _alarms(hub: Hub, asked: Asked) -> object:
    return hub.sight.seen(hub.alarms.book.values(), asked.by)


async def _notices(hub: Hub, asked: Asked) -> object:
    return hub.sight.seen(in_force(hub.notices.book.values(), time.time_ns() // 1_000_000), asked.by)


async def _sources(hub: Hub, _: Asked) -> object:
    return list(hub.sources())


async def _source(hub: Hub, asked: Asked) -> object:
    return hub.book.described(asked.parameters["name"], hub.plan.adapters)


async def _adapters(hub: Hub, _: Asked) -> object:
    found = hub.plan.adapters
    return {
        "adapters": [described(manifest) for manifest in found.manifests.values()],
        "broken": [{"zh": error.in_language("zh"), "en": error.in_language("en")} for error in found.broken],
    }


async def _test(hub: Hub, asked: Asked) -> object:
    body = body_of(asked, dict[str, Any])
    manifest = hub.plan.adapters.named(asked.parameters["name"])
    is_simulated = bool(body.pop("is_simulated", False))
    source = str(body.pop("source", ""))
    allowed = (*hub.plan.allowed_networks, *(LOOPBACK if is_simulated else ()))
    secrets = hub.book.secrets.get(source or manifest.name, {})
    async with hub.supervisor.resting(source):
        found = await tested(manifest, body.get("settings", body), secrets, allowed, hub.plan.kept_secrets)
    return {"ok": True, "zh": found.zh, "en": found.en}


async def _export(hub: Hub, asked: Asked) -> object:
    series = await hub.ledger.ask(_series_question(hub, asked, "raw"))
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow(_EXPORT_HEAD)
    key = series.key
    head = [_as_text(key.station), _as_text(key.quantity), key.statistic, key.period_s, _as_text(series.unit)]
    columns = (series.event_ms.tolist(), series.value.tolist(), series.low.tolist(), series.high.tolist())
    for event_ms, value, low, high, quality in zip(*columns, series.quality, strict=True):
        table.writerow([*head, int(event_ms), *("" if x != x else repr(x) for x in (value, low, high)), quality])  # noqa: PLR0124
    body = b"\xef\xbb\xbf" + page.getvalue().encode()  # the mark tells spreadsheets that it is UTF-8
    return File(body=body, media_type="text/csv", name=f"{key.station}-{key.quantity}.csv")


def _series_question(hub: Hub, asked: Asked, usual: HistoryStep) -> Callable[[History], Series]:
    parameters = asked.parameters
    for name in ("station", "quantity"):
        if not parameters.get(name):
            raise InputError(_NEEDED.with_values(name=name))
    hub.sight.check(asked.by, hub.sight.station(parameters["station"]))
    key = SeriesKey(
        station=parameters["station"],
        quantity=parameters["quantity"],
        statistic=parameters.get("statistic", "instant"),
        period_s=_period_s(parameters),
    )
    step = _step(parameters.get("step", usual))
    from_ms, to_ms = _milliseconds(asked, "from_ms"), _milliseconds(asked, "to_ms")
    if from_ms > to_ms:
        raise InputError(_BACKWARDS)
    if step == "raw" and to_ms - from_ms > LONGEST_RAW_MS:
        raise InputError(_TOO_LONG)
    return lambda history: history.series(key, from_ms, to_ms, step)


def _period_s(parameters: Parameters) -> int:
    """Return the interval asked for; only instants have one that need not be said."""
    written = parameters.get("period_s", "0" if parameters.get("statistic", "instant") == "instant" else "")
    if not written.isdecimal() or len(written) > 10:
        raise InputError(_NO_PERIOD)
    return int(written)


def _step(written: str) -> HistoryStep:
    for step in get_args(HistoryStep):
        if step == written:
            found: HistoryStep = step
            return found
    raise InputError(_NO_STEP.with_values(known=", ".join(get_args(HistoryStep))))


def _milliseconds(asked: Asked, name: str) -> int:
    written = asked.parameters.get(name)
    if written is None:
        raise InputError(_NEEDED.with_values(name=name))
    try:
        found = int(written)
    except ValueError as error:
        raise InputError(_NO_NUMBER.with_values(name=name)) from error
    if not -(1 << 53) < found < 1 << 53:
        raise InputError(_NO_NUMBER.with_values(name=name))
    return found


def _stations_of(asked: Asked) -> tuple[str, ...]:
    return tuple(name for name in asked.parameters.get("stations", "").split(",") if name)[:MOST_STATIONS]


def _columns(series: Series) -> object:
    """Return a series as columns; NaN becomes null."""
    return {
        "station": series.key.station,
        "quantity": series.key.quantity,
        "statistic": series.key.statistic,
        "period_s": series.key.period_s,
        "unit": series.unit,
        "step": series.step,
        "event_ms": series.event_ms.astype("int64").tolist(),
        "value": series.value.tolist(),
        "low": series.low.tolist(),
        "high": series.high.tolist(),
        "quality": series.quality,
    }


def _as_text(cell: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    text = f"{type(value).__name__} has no JSON form"
    raise NotImplementedError(text)


def encoded_answer(answer: object, *, is_packed: bool) -> bytes:
    """Return an answer as JSON, or as MessagePack for programs of ours."""
    return (
        msgspec.msgpack.encode(answer, enc_hook=_plain) if is_packed else msgspec.json.encode(answer, enc_hook=_plain)
    )


_STATIONS = {"stations": Text("站点编号，逗号分隔；空为全部", "Station ids with commas between; empty for all")}
_SERIES = {
    "station": Text("站点编号", "Station id"),
    "quantity": Text("要素代码", "Code of the quantity"),
    "statistic": Text("统计方式，默认 instant", "Statistic, instant by default"),
    "period_s": Text("统计时段，秒；instant 之外必填", "Interval of the statistic in seconds; not needed for instant"),
    "from_ms": Text("起始时刻，毫秒", "First moment, ms since 1970 UTC"),
    "to_ms": Text("终止时刻，毫秒", "Last moment, ms since 1970 UTC"),
    "step": Text("步长：raw、5min、hour、day", "Step: raw, 5min, hour or day"),
}
_SERIES_NEEDS = ("station", "quantity", "from_ms", "to_ms")

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/health", title=Text("运行状况", "How the hub is"), run=_health, is_open=True),
    Endpoint(method="GET", path="/twin", title=Text("孪生与地图框架", "The twin and its map frame"), run=_twin),
    Endpoint(method="GET", path="/stations", title=Text("站点表", "Stations"), run=_stations),
    Endpoint(method="GET", path="/latest", title=Text("最新值", "Latest values"), run=_latest, parameters=_STATIONS),
    Endpoint(
        method="GET",
        path="/as-of",
        title=Text("某一时刻的全部值", "All values as of a moment"),
        run=_as_of,
        parameters={"at_ms": Text("时刻，毫秒", "Moment, ms since 1970 UTC"), **_STATIONS},
        required=("at_ms",),
    ),
    Endpoint(
        method="GET",
        path="/observations",
        title=Text("一段时间的全部观测；to_ms 为已取全的时刻", "All observations of a span; complete up to to_ms"),
        run=_observations,
        parameters={
            "from_ms": _SERIES["from_ms"],
            "to_ms": _SERIES["to_ms"],
            **_STATIONS,
            "limit": Text("最多行数", "Most rows"),
        },
        required=("from_ms", "to_ms"),
    ),
    Endpoint(
        method="GET",
        path="/series",
        title=Text("一条过程线", "One series"),
        run=_series,
        parameters=_SERIES,
        required=_SERIES_NEEDS,
    ),
    Endpoint(
        method="GET",
        path="/means",
        title=Text("一条均值过程线", "Means of one series"),
        run=_means,
        parameters=_SERIES,
        required=_SERIES_NEEDS,
    ),
    Endpoint(method="GET", path="/span", title=Text("历史起止", "First and last moment kept"), run=_span),
    Endpoint(
        method="GET",
        path="/events",
        title=Text("事件", "Events"),
        run=_events,
        parameters={
            "from_ms": _SERIES["from_ms"],
            "to_ms": _SERIES["to_ms"],
            "kinds": Text("类别，逗号分隔；空为全部", "Kinds with commas between; empty for all"),
        },
        required=("from_ms", "to_ms"),
    ),
    Endpoint(method="GET", path="/alarms", title=Text("告警", "Alarms"), run=_alarms),
    Endpoint(method="GET", path="/notices", title=Text("生效中的预警", "Public warnings in force"), run=_notices),
    Endpoint(method="GET", path="/sources", title=Text("数据源", "Sources"), run=_sources),
    Endpoint(
        method="GET",
        path="/sources/{name}",
        title=Text("一个数据源的设置（不含口令）", "Settings of one source, without secrets"),
        run=_source,
        least="admin",
        parameters={"name": Text("数据源名", "Name of the source")},
        required=("name",),
    ),
    Endpoint(
        method="GET", path="/adapters", title=Text("适配器及其设置表单", "Adapters and their forms"), run=_adapters
    ),
    Endpoint(
        method="POST",
        path="/adapters/{name}/test",
        title=Text("试用一组设置", "Try settings"),
        run=_test,
        least="admin",
        parameters={"name": Text("适配器名", "Name of the adapter")},
        required=("name",),
    ),
    Endpoint(
        method="GET",
        path="/export",
        title=Text("导出过程线为 CSV", "Export a series as CSV"),
        run=_export,
        parameters=_SERIES,
        required=_SERIES_NEEDS,
    ),
    *REPORT_ENDPOINTS,
    *CASE_ENDPOINTS,
    *RESPONSE_ENDPOINTS,
    *RIVER_ENDPOINTS,
    *SHARE_ENDPOINTS,
    *SITE_ENDPOINTS,
    *GATE_ENDPOINTS,
    *BACKUP_ENDPOINTS,
)
