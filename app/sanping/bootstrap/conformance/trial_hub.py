"""A hub with a small twin for trials: a process of its own, and what it tells about its sources."""

import asyncio
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from sanping.bootstrap.conformance.trial import Trial
from sanping.client.questions import Questions
from sanping.domain.errors import HubUnreachable
from sanping.domain.observation import Observation
from sanping.domain.own_program import module_command
from sanping.domain.source_status import SourceStatus
from sanping.domain.station import StationKind
from sanping.domain.text import Text
from sanping.hub.folder import SECRETS_FILE
from sanping.ports.history import SeriesKey

START_S = 60.0
STOP_S = 10.0
INTERVAL_S = 2
KINDS: tuple[StationKind, ...] = ("level", "flow", "rain", "quality", "outfall")
DAY_MS = 86_400_000

Reported = tuple[str, int, str]

_NO_HUB = Text("中枢没有启动：{reason}", "The hub did not start: {reason}")

_HEAD = """title = { zh = "试用", en = "Trial" }
crs = "EPSG:4549"
vertical_datum = "1985国家高程基准"
latitude = 31.2
longitude = 121.4
synthetic = true
moment = 2026-06-21T12:00:00+08:00
attribution = { zh = "试用", en = "Trial" }
[live]
stations = "stations.csv"
[governance]
folder = "governance"
"""


def write_twin(folder: Path, trials: Sequence[Trial]) -> Path:
    """Write a twin with a station and a simulated source for each trial."""
    folder.mkdir(parents=True)
    lines = ["id,name,name_en,kinds,x,y,interval_s," + ",".join(f"address.{trial.name}" for trial in trials)]
    parts = [_HEAD]
    for number, trial in enumerate(trials):
        own = trial.table.station if trial.table.gives == "observations" else ""
        addresses = [own if other is trial else "" for other in trials]
        place = f"{' '.join(KINDS)},{634_000 + number},3457000,{INTERVAL_S}"
        lines.append(f"{trial.station},试用站,Trial,{place},{','.join(addresses)}")
        parts.append(f'[[sources]]\nname = "{trial.name}"\nadapter = "{trial.name}"\nsimulated = true\n')
        parts.append(f'title = {{ zh = "{trial.name}", en = "{trial.name}" }}\n[sources.settings]\n')
        parts += [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in trial.settings().items()]
    (folder / "governance").mkdir()  # what is not in it are the bundled tables
    (folder / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "twin.toml").write_text("".join(parts), encoding="utf-8")
    return folder


class TrialHub:
    """The hub of a trial. `start` raises `HubUnreachable`."""

    def __init__(self, twin: Path, data: Path, trials: Sequence[Trial]) -> None:
        self.data = data
        self._twin = twin
        self._secrets = {trial.name: trial.table.secrets for trial in trials}
        self._process: asyncio.subprocess.Process | None = None
        self._address = ""
        self._heard: set[str] = set()
        self._log = data / "log.txt"
        self.questions = Questions(lambda: (self._address, (data / "token").read_text(encoding="ascii").strip()))

    async def start(self) -> None:
        """Start the process and wait until it answers."""
        self.data.mkdir(mode=0o700)
        stored = self.data / SECRETS_FILE
        stored.touch(mode=0o600)
        stored.write_bytes(msgspec.json.encode(self._secrets))
        command = module_command(f"{__package__}.hub_process", str(self._twin), str(self.data))
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={
                    **os.environ,
                    "SANPING_HOME": str(self.data / "home"),
                    "SANPING_PLUG_INS_ALLOWED": ",".join(self._secrets),  # the person named them to be tried
                },
            )
        assert self._process.stdout is not None
        try:
            self._address = (await asyncio.wait_for(self._process.stdout.readline(), START_S)).decode().strip()
        except TimeoutError:
            self._address = ""
        if not self._address:
            raise HubUnreachable(_NO_HUB.with_values(reason=self.log()[-400:] or "—"))

    async def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process is not None and self._process.returncode is None

    def log(self) -> str:
        """Return all that it wrote to its standard error."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.is_file() else ""

    async def statuses(self) -> dict[str, SourceStatus]:
        """Return how the sources are."""
        found = await asyncio.to_thread(self.questions.sources)
        self._heard |= {words for status in found for words in (status.why_zh, status.why_en)}
        return {status.name: status for status in found}

    async def states_of(self, name: str) -> list[SourceStatus]:
        """Return every state that a source was in, oldest first."""
        events = await self._asked("/events", from_ms=0, to_ms=1 << 52, kinds="source")
        bodies = [msgspec.convert(event["body"], SourceStatus) for event in events]
        return [status for status in bodies if status.name == name]

    async def latest(self, station: str) -> dict[tuple[str, str, int], Observation]:
        """Return the latest value of every series of a station."""
        rows = msgspec.convert(await self._asked("/latest", stations=station), list[Observation])
        return {(row.quantity, row.statistic, row.period_s): row for row in rows}

    async def kept(self, station: str) -> set[Reported]:
        """Return every value of a station that history has of these days: quantity, moment in ms, value."""
        now_ms = time.time_ns() // 1_000_000
        found: set[Reported] = set()
        for quantity, statistic, period_s in await self.latest(station):
            key = SeriesKey(station=station, quantity=quantity, statistic=statistic, period_s=period_s)
            series = await asyncio.to_thread(self.questions.series, key, now_ms - DAY_MS, now_ms + DAY_MS)
            moments, values = series.event_ms.tolist(), series.value.tolist()
            found |= {(quantity, int(at), repr(value)) for at, value in zip(moments, values, strict=True)}
        return found

    async def stations(self) -> set[str]:
        """Return every station that has a value."""
        return {row["station"] for row in await self._asked("/latest")}

    async def notices(self) -> int:
        """Return how many public warnings were kept."""
        return len(await self._asked("/events", from_ms=0, to_ms=1 << 52, kinds="notice"))

    async def told(self) -> str:
        """Return all that the hub tells about its sources, as text."""
        parts = [
            sorted(self._heard),
            await self._asked("/sources"),
            await self._asked("/events", from_ms=0, to_ms=1 << 52),
        ]
        return json.dumps(parts, ensure_ascii=False, default=str)

    async def _asked(self, path: str, **parameters: object) -> Any:
        return await asyncio.to_thread(self.questions.ask, path, parameters)
