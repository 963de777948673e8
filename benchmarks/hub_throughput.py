"""A city at ten times its usual rate: frames over real sockets to committed rows and to a subscribed screen.

    python benchmarks/hub_throughput.py [--seconds 60] [--stations 30000] [--rate 16200] [--lanes hj212 sl651 mqtt]

A hub runs as its own process with one child a lane, MQTT through a real mosquitto; a generator process a lane sends
frames that were encoded beforehand over eight connections, each at its planned moment; a screen subscribes to
everything. Afterwards every acknowledged frame is looked up in the history file. The figures: rows acknowledged,
committed and lost; delay from the moment a frame was sent to its arrival at the screen; processor time and memory of
every process.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hub_lanes import LANES, Lane, Stretch, schedule, started_broker, write_twin

from sanping.hub.spare_port import free_port

CONNECTIONS = 8
LEAD_S = 3.0
ENCODE_S = 0.00015  # a frame
SETTLE_S = 4.0
SLOT_S = 0.02


def generator() -> None:
    """Send a lane's frames at their moments and keep what comes back; runs as a process of its own."""
    plan = json.loads(sys.argv[2])
    lane, stretch = LANES[plan["lane"]], Stretch(**plan["stretch"])
    frames = list(schedule(lane, stretch))
    gc.freeze()
    encoded_cpu_s = time.process_time()
    sockets = [socket.create_connection(("127.0.0.1", plan["port"])) for _ in range(CONNECTIONS)]
    for link in sockets:
        link.sendall(lane.greeting)
    heard: list[list[bytes]] = [[] for _ in sockets]
    readers = [threading.Thread(target=_hear, args=pair) for pair in zip(sockets, heard, strict=True)]
    for reader in readers:
        reader.start()
    per_slot = max(1, round(stretch.frames * SLOT_S / stretch.seconds))
    late_s, sent_s = 0.0, np.zeros(len(frames))
    for number, start in enumerate(range(0, len(frames), per_slot)):
        wait_s = stretch.begin_ms / 1000 + number * SLOT_S - time.time()
        if wait_s > 0:
            time.sleep(wait_s)
        late_s = max(late_s, -wait_s)
        slot = frames[start : start + per_slot]
        sent_s[start : start + per_slot] = time.time()
        sockets[number % CONNECTIONS].sendall(b"".join([frame.wire for frame in slot]))
    cpu_s = time.process_time() - encoded_cpu_s
    time.sleep(SETTLE_S)
    for link in sockets:
        link.shutdown(socket.SHUT_WR)
    for reader in readers:
        reader.join(30)
    known = {frame.key: number for number, frame in enumerate(frames)}
    is_acknowledged = np.zeros(len(frames), bool)
    for part in heard:
        for key in lane.acknowledged(b"".join(part)):
            is_acknowledged[known[key]] = True
    np.savez(
        plan["out"], sent_s=sent_s, is_acknowledged=is_acknowledged, late_s=late_s, cpu_s=cpu_s,
        station=[frame.station for frame in frames], event_ms=[frame.event_ms for frame in frames],
    )  # fmt: skip


def _hear(link: socket.socket, into: list[bytes]) -> None:
    while data := link.recv(1 << 18):
        into.append(data)


class Screen(threading.Thread):
    """Subscribes to everything and notes when each reading came; runs in the benchmark's own process."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(daemon=True)
        self.arrivals: list[tuple[float, tuple]] = []
        self.names: dict[int, str] = {}
        self.cpu_s = 0.0
        self._where = (address, token)
        self._ending = threading.Event()

    def run(self) -> None:
        asyncio.run(self._listen())
        self.cpu_s = time.thread_time()

    async def _listen(self) -> None:
        import aiohttp  # noqa: PLC0415

        from sanping.client.mirror import Mirror  # noqa: PLC0415
        from sanping.wire.codec import encoded  # noqa: PLC0415
        from sanping.wire.messages import PROTOCOL, Hello, Readings, Ready, Series, Subscribe  # noqa: PLC0415

        address, token = self._where
        mirror = Mirror()
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/live", origin=address, max_msg_size=0, decode_text=False) as link,
        ):
            hello = Hello(protocol=PROTOCOL, screen="bench", kind="desk", token=token)
            for message in (hello, Subscribe(topics=("all", "log"))):
                await link.send_frame(encoded(message), aiohttp.WSMsgType.TEXT)
            while not self._ending.is_set():
                try:
                    frame = await link.receive(0.5)
                except TimeoutError:
                    continue
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    break
                message = mirror.take(frame.data)
                if isinstance(message, Readings):
                    self.arrivals.append((time.time(), message.rows))
                    await link.send_frame(encoded(Ready(revision=message.revision)), aiohttp.WSMsgType.TEXT)
                elif isinstance(message, Series):
                    self.names.update((row.index, row.station) for row in message.rows)

    def end(self) -> None:
        self._ending.set()
        self.join(10)


class Watch(threading.Thread):
    """Samples resident memory and processor time of the hub, its children and the broker once a second."""

    def __init__(self, roots: dict[str, int], seconds: float) -> None:
        super().__init__(daemon=True)
        self._samples: list[dict[int, tuple[float, float]]] = []
        self._roots = roots
        self._seconds = seconds

    def run(self) -> None:
        for _ in range(max(4, round(self._seconds))):
            self._samples.append({pid: _usage(pid) for pid in self._family()})
            time.sleep(1.0)

    def figures(self) -> dict[str, object]:
        """Return memory of each process at a third, two thirds and the end, and its processor time."""
        found: dict[str, object] = {}
        names = {pid: name for name, pid in self._roots.items()}
        last = len(self._samples) - 1
        for number, pid in enumerate(self._samples[last]):
            name = names.get(pid, f"child {number}")
            memory = [self._samples[place].get(pid, (0.0, 0.0))[0] for place in (last // 3, 2 * last // 3, last)]
            cpu_s = self._samples[last][pid][1] - self._samples[0].get(pid, (0.0, 0.0))[1]
            found[f"{name} MiB at 1/3, 2/3, end"] = " ".join(f"{value:.0f}" for value in memory)
            found[f"{name} cpu s"] = round(cpu_s, 1)
        return found

    def _family(self) -> list[int]:
        found = list(self._roots.values())
        for task in Path(f"/proc/{self._roots['hub']}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(word) for word in task.read_text().split()]
        return found


def _usage(pid: int) -> tuple[float, float]:
    """Return resident MiB and processor seconds."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return (0.0, 0.0)
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20, (int(fields[11]) + int(fields[12])) / ticks


def started_hub(
    twin: Path, data: Path, program: Sequence[str] = ("-m", "sanping")
) -> tuple[subprocess.Popen[str], str]:
    words = [
        "hub",
        str(twin),
        "--port",
        "0",
        "--data",
        str(data),
        "--trust",
        "--no-simulators",
        "--allow",
        "127.0.0.0/8",
    ]
    environment = {**os.environ, "SANPING_SOURCE_NETWORKS": "127.0.0.0/8"}  # the broker is on this machine
    process = subprocess.Popen([sys.executable, *program, *words], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    said = process.stdout.readline()
    found = re.search(r"http://\S+", said)
    assert found, said
    return process, found.group()


def wait_for_ports(ports: list[int]) -> None:
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)


def wait_for_subscriptions(address: str, token: str) -> None:
    """Wait until the sources that are clients of a broker have asked it for their topics."""
    from sanping.client.questions import Questions  # noqa: PLC0415

    questions = Questions(lambda: (address, token))
    while any(source.adapter == "mqtt" and "Subscribed" not in source.why_en for source in questions.sources()):
        time.sleep(0.1)


def started_senders(
    lanes: list[Lane], ports: list[int], options: argparse.Namespace, folder: Path
) -> tuple[float, list]:
    """Start a generator a lane and return when they begin to send, seconds since 1970."""
    share = options.stations // len(lanes)
    frames = [round(options.rate / len(lanes) * options.seconds / lane.values_per_frame) for lane in lanes]
    begin_ms = int((time.time() + LEAD_S + ENCODE_S * sum(frames)) * 1000)
    senders = []
    for number, (lane, port, count) in enumerate(zip(lanes, ports, frames, strict=True)):
        stretch = {
            "first": number * share, "stations": share, "frames": count, "begin_ms": begin_ms,
            "seconds": options.seconds,
        }  # fmt: skip
        plan = {"lane": lane.name, "port": port, "out": str(folder / lane.name), "stretch": stretch}
        senders.append(subprocess.Popen([sys.executable, __file__, "generate", json.dumps(plan)]))
    return begin_ms / 1000, senders


def run(lanes: list[Lane], options: argparse.Namespace, folder: Path) -> dict[str, object]:
    ports = [free_port() for _ in lanes]
    twin, data = folder / "town", folder / "data"
    write_twin(twin, options.stations, dict(zip((lane.name for lane in lanes), ports, strict=True)))
    brokers = [started_broker(folder, port) for lane, port in zip(lanes, ports, strict=True) if lane.name == "mqtt"]
    process, address = started_hub(twin, data)
    wait_for_ports(ports)
    token = (data / "token").read_text()
    wait_for_subscriptions(address, token)
    screen = Screen(address, token)
    screen.start()
    begin_s, senders = started_senders(lanes, ports, options, folder)
    time.sleep(max(0.0, begin_s - time.time()))
    watched = {"hub": process.pid} | ({"broker": brokers[0].pid} if brokers else {})
    watch = Watch(watched, options.seconds)
    watch.start()
    for sender in senders:
        sender.wait()
    watch.join()
    screen.end()
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    for broker in brokers:
        broker.terminate()
        broker.wait()
    figures = {**judged(lanes, folder, data, screen), **watch.figures(), "screen cpu s": round(screen.cpu_s, 1)}
    return {**figures, "answers again after, s": round(reopened_s(twin, data), 1)}


def reopened_s(twin: Path, data: Path) -> float:
    """Start the hub once more on what it has kept, and return how long it took until it answered."""
    began_s = time.monotonic()
    process, _ = started_hub(twin, data)
    took_s = time.monotonic() - began_s
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    return took_s


def percentiles(delays_s: list[float]) -> str:
    return " ".join(f"p{p} {1000 * np.percentile(delays_s, p):.0f}" for p in (50, 90, 99, 100))


def judged(lanes: list[Lane], folder: Path, data: Path, screen: Screen) -> dict[str, object]:
    """Look up every acknowledged frame in the history file, and every frame among what the screen got."""
    import duckdb  # noqa: PLC0415

    database = duckdb.connect(str(data / "history.duckdb"), read_only=True)
    rows = database.execute(
        "select s.station, o.event_ms, count(*) from observations o join series s on s.id = o.series group by 1, 2"
    ).fetchall()
    kept = {(station, event_ms): count for station, event_ms, count in rows}
    arrived: dict[tuple[str, int], float] = {}
    for moment_s, readings in screen.arrivals:
        for row in readings:
            arrived.setdefault((screen.names[row.index], row.event_ms), moment_s)
    figures: dict[str, object] = {}
    delays: list[float] = []
    by_lane: dict[str, str] = {}
    frames = sent = acknowledged = lost = 0
    for lane in lanes:
        told = np.load(folder / f"{lane.name}.npz")
        keys = [(f"S{n}", ms) for n, ms in zip(told["station"].tolist(), told["event_ms"].tolist(), strict=True)]
        first = len(delays)
        for key, sent_s, is_acknowledged in zip(keys, told["sent_s"], told["is_acknowledged"], strict=True):
            if key in arrived:
                delays.append(arrived[key] - sent_s)
            if is_acknowledged:
                acknowledged += lane.values_per_frame
                lost += max(0, lane.values_per_frame - kept.get(key, 0))
        frames += len(keys)
        sent += len(keys) * lane.values_per_frame
        by_lane[f"{lane.name}, frame to screen, ms"] = percentiles(delays[first:])
        figures[f"{lane.name} generator late s"] = round(float(told["late_s"]), 2)
        figures[f"{lane.name} generator cpu s"] = round(float(told["cpu_s"]), 1)
    return {
        "observations sent": sent,
        "acknowledged": acknowledged,
        "committed": sum(kept.values()),
        "acknowledged and lost": lost,
        "frames seen by the screen": f"{len(delays)} of {frames}",
        "frame to screen, ms": percentiles(delays),
        **by_lane,
        **figures,
    }


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "generate":
        generator()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--stations", type=int, default=30_000)
    parser.add_argument("--rate", type=float, default=16_200.0, help="observations a second, all lanes together")
    parser.add_argument("--lanes", nargs="+", default=sorted(LANES), choices=sorted(LANES))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanping-hub-") as folder:
        os.environ["SANPING_HOME"] = str(Path(folder) / "home")
        figures = run([LANES[name] for name in options.lanes], options, Path(folder))
    for name, figure in figures.items():
        print(f"{name:<34}{figure}")


if __name__ == "__main__":
    main()
