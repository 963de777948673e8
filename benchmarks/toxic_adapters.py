"""Every adapter over a bad line: slow, torn, half open, chopped, narrow, deaf; and how soon it is well again.

    python benchmarks/toxic_adapters.py [--seconds 10] [--adapters hj212 http …] [--toxics latency reset …]

One hub runs all adapters, each with its simulator in a process of its own and a proxy between the two. One toxic after
another is put on every line and taken off again; then each adapter must deliver anew. It may first wait as long as it
had said (its back-off) and as long as its protocol waits for an answer. Every HJ 212 frame whose acknowledgement went
through is looked up in history at the end, and no series may hold a moment twice. Prints a table and one line of JSON.
"""

import argparse
import asyncio
import calendar
import contextlib
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub_lanes import CHINA_S, started_broker
from kept_rows import kept_history

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.real_postgres import prepare_trial, programs, running_postgres
from fakes.toxic_proxy import HEALTHY, TOXICS, ToxicProxy
from sanping.bootstrap.conformance.far_end import FarEnd
from sanping.bootstrap.conformance.trial import Trial, trial_table
from sanping.bootstrap.conformance.trial_hub import INTERVAL_S, TrialHub, write_twin
from sanping.domain.errors import HubUnreachable
from sanping.domain.source_status import SourceStatus
from sanping.hub.manifests import installed
from sanping.hub.spare_port import free_port

ADAPTERS = (
    "hj212", "sl651", "sl427", "jt808", "modbus", "mqtt", "http", "cap", "hotline", "sensorthings", "sql",
)  # fmt: skip
SIGNS = ("frames", "unchanged", "duplicates", "calls", "positions", "observations")
LEEWAY_S = 2.0
PATIENCE_S = 90.0
LOOK_S = 0.1
# How long a protocol waits for an answer before it says that there is none; simulators of devices wait as long.
ANSWERS_S = {"modbus": 6.0, "http": 8.0, "cap": 8.0, "hotline": 8.0, "mqtt": 10.0, "sensorthings": 8.0, "sql": 35.0}
DEVICE_S = {"hj212": 12.0, "jt808": 12.0, "sl651": 60.0, "sl427": 60.0}  # the last two report once a minute
_SENT = re.compile(rb"QN=(\d{17});ST=\d+;CN=2011;.*?MN=(\w+);.*?DataTime=(\d{14})")
_ACKNOWLEDGED = re.compile(rb"QN=(\d{17});ST=91;CN=9014;.*?MN=(\w+)")


@dataclass(slots=True)
class Line:
    """One adapter, its far end, and the proxy between."""

    trial: Trial
    proxy: ToxicProxy
    far: FarEnd
    far_port: int

    @property
    def is_server(self) -> bool:
        return self.trial.is_called


def line_of(name: str, folder: Path, services: Mapping[str, int]) -> Line:
    manifest = installed().named(name)
    own = folder / name
    own.mkdir()
    behind = services.get(name) or free_port()
    here = free_port()
    trial = Trial(manifest=manifest, table=trial_table(manifest), port=here, folder=own)
    if trial.is_called:  # the simulator dials the proxy, which dials the hub
        trial = replace(trial, port=behind)
        return Line(trial, ToxicProxy(here, behind, hub_dials=False), FarEnd(trial), here)
    return Line(trial, ToxicProxy(here, behind, hub_dials=True), FarEnd(trial), behind)


def signs(line: Line, status: SourceStatus) -> int:
    """Return a number that grows while an adapter hears its far end; warnings that stay the same are not counted."""
    if line.trial.name == "cap":
        return len(line.proxy.heard[1])
    return sum(status.counts.get(what, 0) for what in SIGNS)


async def waited(hub: TrialHub, lines: list[Line], since: dict[str, int]) -> dict[str, float]:
    """Return after how many seconds each adapter has delivered anew; infinity where it has not in time."""
    began_s, found = time.monotonic(), dict[str, float]()
    by_name = {line.trial.name: line for line in lines}
    while len(found) < len(lines) and time.monotonic() - began_s < PATIENCE_S:
        with contextlib.suppress(HubUnreachable):
            for name, status in (await hub.statuses()).items():
                if name in found or name not in by_name:  # the store and the cases are told of as sources are
                    continue
                if signs(by_name[name], status) > since[name] and status.state == "live":
                    found[name] = time.monotonic() - began_s
        await asyncio.sleep(LOOK_S)
    return {line.trial.name: found.get(line.trial.name, float("inf")) for line in lines}


async def tried(hub: TrialHub, lines: list[Line], toxic: str, seconds: float) -> list[dict[str, object]]:
    for line in lines:
        line.proxy.make(TOXICS[toxic])
    await asyncio.sleep(seconds)
    before = await hub.statuses()
    for line in lines:
        line.proxy.make(HEALTHY)
    now_ms = time.time_ns() / 1e6
    again = await waited(hub, lines, {line.trial.name: signs(line, before[line.trial.name]) for line in lines})
    rows: list[dict[str, object]] = []
    for line in lines:
        name = line.trial.name
        back_off_s = max(0.0, before[name].retry_ms - now_ms) / 1000
        own_s = DEVICE_S[name] if line.is_server else ANSWERS_S[name]
        allowed_s = back_off_s + own_s + INTERVAL_S + LEEWAY_S
        rows.append(
            {
                "adapter": name, "toxic": toxic, "state": before[name].state, "again_s": round(again[name], 1),
                "allowed_s": round(allowed_s, 1), "is_met": again[name] <= allowed_s,
            }
        )  # fmt: skip
    return rows


def acknowledged(line: Line) -> set[tuple[str, int]]:
    """Return station address and moment of every HJ 212 frame whose acknowledgement reached the device."""
    sent = {
        (qn, mn): calendar.timegm(time.strptime(at.decode(), "%Y%m%d%H%M%S")) - CHINA_S
        for qn, mn, at in _SENT.findall(bytes(line.proxy.heard[0]))
    }
    answered = set(_ACKNOWLEDGED.findall(bytes(line.proxy.heard[1])))
    return {(mn.decode(), at_s * 1000) for (qn, mn), at_s in sent.items() if (qn, mn) in answered}


def judged(data: Path, lines: list[Line]) -> dict[str, int]:
    """Look up what was acknowledged, and count moments that a series holds twice."""
    history = kept_history(data)
    rows = [row for batch in history.rows_between(*history.span()) for row in batch]
    history.close()
    kept = {(row.station, row.event_ms) for row in rows}
    times = Counter((row.station, row.quantity, row.statistic, row.period_s, row.event_ms) for row in rows)
    promised = {
        (line.trial.station, at_ms)
        for line in lines
        if line.trial.name == "hj212"
        for address, at_ms in acknowledged(line)
        if address == line.trial.table.station
    }
    return {
        "rows": len(rows), "acknowledged": len(promised), "lost": len(promised - kept),
        "doubled": sum(count - 1 for count in times.values()),
    }  # fmt: skip


@contextlib.contextmanager
def running_services(folder: Path, names: Sequence[str]) -> Iterator[Mapping[str, int]]:
    """Start the broker and the database that some adapters need, and give their ports."""
    ports: dict[str, int] = {}
    with contextlib.ExitStack() as stack:
        if "mqtt" in names:
            ports["mqtt"] = free_port()
            broker = started_broker(folder, ports["mqtt"])
            stack.callback(broker.wait)
            stack.callback(broker.terminate)
        if "sql" in names:
            server = stack.enter_context(contextlib.contextmanager(running_postgres)())
            prepare_trial(server)
            ports["sql"] = server.port
        yield ports


async def run(options: argparse.Namespace, folder: Path, services: Mapping[str, int]) -> dict[str, object]:
    lines = [line_of(name, folder, services) for name in options.adapters]
    hub = TrialHub(
        write_twin(folder / "twin", [line.trial for line in lines]), folder / "data", [line.trial for line in lines]
    )
    found: list[dict[str, object]] = []
    try:
        for line in lines:
            line.proxy.start()
            await line.far.start(line.far_port)
        await hub.start()
        first = await waited(hub, lines, {line.trial.name: 0 for line in lines})
        mute = [name for name, after_s in first.items() if after_s == float("inf")]
        print("".join(f"{name} delivers nothing\n" for name in mute), end="", flush=True)
        for toxic in options.toxics:
            found += await tried(hub, lines, toxic, options.seconds)
            print(table(found[-len(lines) :]), flush=True)
    finally:
        for line in lines:
            await line.far.stop()
            line.proxy.close()
        await hub.stop()
    late = [f"{row['adapter']} after {row['toxic']}" for row in found if not row["is_met"]]
    worst = max((float(str(row["again_s"])) for row in found), default=0.0)
    return {
        "adapters": len(lines), "toxics": len(options.toxics), "never_live": mute, "late": late,
        "slowest_s": worst, **judged(folder / "data", lines),
    }  # fmt: skip


def table(rows: list[dict[str, object]]) -> str:
    return "\n".join(
        f"{row['toxic']:12}{row['adapter']:14}{row['state']:12}again after {row['again_s']:>5} s "
        f"(allowed {row['allowed_s']}){'' if row['is_met'] else '  LATE'}"
        for row in rows
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each toxic stays")
    here = [name for name in ADAPTERS if name != "sql" or programs() is not None]
    parser.add_argument("--adapters", nargs="+", default=here, choices=here)
    parser.add_argument("--toxics", nargs="+", default=list(TOXICS), choices=list(TOXICS))
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="sanping-toxic-") as name,
        running_services(Path(name), options.adapters) as services,
    ):
        report = asyncio.run(run(options, Path(name), services))
    print(json.dumps(report))
    return int(bool(report["lost"] or report["doubled"] or report["never_live"] or report["late"]))


if __name__ == "__main__":
    sys.exit(main())
