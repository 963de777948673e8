"""The lanes of `hub_throughput.py`: how a protocol's frames are written beforehand and its acknowledgements read."""

import re
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

CHINA_S = 8 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One frame: the station's number, its event time, its bytes, and what its acknowledgement will name."""

    station: int
    event_ms: int
    wire: bytes
    key: Hashable


class Hj212Lane:
    """HJ 212-2017, real-time data of nine factors; a gateway on each connection forwards for many stations."""

    name = "hj212"
    values_per_frame = 9
    settings = 'host = "127.0.0.1"'
    _acknowledgement = re.compile(rb"QN=(\d{17});ST=91;CN=9014;PW=\d{6};MN=(\d+)")
    _codes = ("w01010", "w01001", "w01009", "w01014", "w01003", "w01019", "w21003", "w21011", "w21001")

    def address(self, station: int) -> str:
        return f"31010700000000000{station:07d}"

    def planned(self, station: int, moment_ms: int) -> Planned:
        from sanping.adapters.hj212.encode import sealed  # noqa: PLC0415

        local = time.strftime("%Y%m%d%H%M%S", time.gmtime(moment_ms // 1000 + CHINA_S))
        qn = f"{local}{moment_ms % 1000:03d}"
        values = ";".join(
            f"{code}-Rtd={5 + (station + n) % 70 / 10:.2f},{code}-Flag=N" for n, code in enumerate(self._codes)
        )
        mn = self.address(station)
        segment = f"QN={qn};ST=21;CN=2011;PW=123456;MN={mn};Flag=5;CP=&&DataTime={local};{values}&&"
        key = (qn.encode(), mn.encode())
        wire = sealed(segment.encode())
        return Planned(station=station, event_ms=moment_ms // 1000 * 1000, wire=wire, key=key)

    def acknowledged(self, heard: bytes) -> Iterator[Hashable]:
        return (found.groups() for found in self._acknowledgement.finditer(heard))


LANES = {lane.name: lane for lane in (Hj212Lane(),)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Which stations report, how often in all, from when and how long."""

    first: int
    stations: int
    frames: int
    begin_ms: int
    seconds: float


def schedule(lane: Hj212Lane, stretch: Stretch) -> Iterator[Planned]:
    """Yield frames evenly spread over the time, the stations one after another."""
    for number in range(stretch.frames):
        moment_ms = stretch.begin_ms + int(number * stretch.seconds * 1000 / stretch.frames)
        yield lane.planned(stretch.first + number % stretch.stations, moment_ms)


def write_twin(folder: Path, stations: int, ports: dict[str, int]) -> None:
    """Write a twin of many stations, an equal share of them for each lane."""
    folder.mkdir(parents=True)
    share = stations // len(ports)
    columns = [f"address.{name}" for name in ports]
    lines = ["id,name,name_en,kinds,x,y,interval_s," + ",".join(columns)]
    for number in range(share * len(ports)):
        cells = [LANES[name].address(number) if number // share == place else "" for place, name in enumerate(ports)]
        lines.append(f"S{number},站{number},Station {number},level quality,634000,3457000,60,{','.join(cells)}")
    (folder / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = (
        'title = { zh = "大城", en = "Large city" }\ncrs = "EPSG:4549"\nvertical_datum = "1985国家高程基准"\n'
        "latitude = 31.2\nlongitude = 121.4\nsynthetic = true\nmoment = 2026-06-21T12:00:00+08:00\n"
        'attribution = { zh = "测速", en = "Benchmark" }\n[live]\nstations = "stations.csv"\n'
    )
    for name, port in ports.items():
        text += f'[[sources]]\nname = "{name}"\nadapter = "{name}"\ntitle = {{ zh = "{name}", en = "{name}" }}\n'
        text += f"[sources.settings]\nport = {port}\n{LANES[name].settings}\n"
    (folder / "twin.toml").write_text(text, encoding="utf-8")
