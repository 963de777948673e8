"""The lanes of `hub_throughput.py`: how a protocol's frames are written beforehand and its acknowledgements read."""

import re
import shutil
import subprocess
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
    greeting = b""
    _acknowledgement = re.compile(rb"QN=(\d{17});ST=91;CN=9014;PW=\d{6};MN=(\d+)")
    _codes = ("w01010", "w01001", "w01009", "w01014", "w01003", "w01019", "w21003", "w21011", "w21001")

    def address(self, station: int) -> str:
        return f"31010700000000000{station:07d}"

    def planned(self, station: int, moment_ms: int, turn: int, number: int) -> Planned:
        """Return a station's report of a moment; `turn` counts its reports, `number` those of all."""
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


class Sl651Lane:
    """SL 651-2014, timed reports (32) of six elements in HEX/BCD.

    Observation times have whole minutes, so a station's reports carry the minutes before the run, one after another.
    """

    name = "sl651"
    values_per_frame = 6
    settings = 'host = "127.0.0.1"'
    greeting = b""
    _confirmation = re.compile(rb"\x7e\x7e(.{5}).\x00\x00\x32\x80\x08\x02(.{2}).{6}[\x1b\x04]..", re.DOTALL)
    _guides = (0x39, 0x27, 0x37, 0x26, 0x03, 0x38)
    _minutes_back = 8

    def address(self, station: int) -> str:
        return f"00{station:08d}"

    def planned(self, station: int, moment_ms: int, turn: int, number: int) -> Planned:
        """Return a station's report; `turn` counts its reports, `number` those of all."""
        from sanping.adapters.sl651.body import Message, encoded_body  # noqa: PLC0415
        from sanping.adapters.sl651.elements import bundled_elements  # noqa: PLC0415
        from sanping.adapters.sl651.encode import element_part, observed_part, station_part  # noqa: PLC0415
        from sanping.adapters.sl651.frame import TIMED, Frame, encoded  # noqa: PLC0415

        if not hasattr(self, "_elements"):
            known = {element.guide: element for element in bundled_elements().by_guide.values()}
            self._elements = [known[guide] for guide in self._guides]
        event_ms = (moment_ms // 60_000 - self._minutes_back + turn) * 60_000
        local = time.strftime("%y%m%d%H%M", time.gmtime(event_ms // 1000 + CHINA_S))
        sent = time.strftime("%y%m%d%H%M%S", time.gmtime(moment_ms // 1000 + CHINA_S))
        address = self.address(station)
        values = [element_part(each, 2 + (station + turn) % 50 / 10) for each in self._elements]
        parts = (station_part(address, "H"), observed_part(local), *values)
        body = encoded_body(Message(function=TIMED, serial=turn + 1, sent=sent, parts=parts))
        frame = Frame(station=address, centre=0, password="0000", function=TIMED, body=body)
        key = (bytes.fromhex(address), (turn + 1).to_bytes(2, "big"))
        return Planned(station=station, event_ms=event_ms, wire=encoded(frame), key=key)

    def acknowledged(self, heard: bytes) -> Iterator[Hashable]:
        return (found.groups() for found in self._confirmation.finditer(heard))


class MqttLane:
    """MQTT 3.1.1 with QoS 1 through a real mosquitto: JSON of nine values, a topic for each station.

    The broker acknowledges what it has taken; the hub acknowledges towards the broker once the rows are committed, so
    that what the broker has taken must be in history at the end.
    """

    name = "mqtt"
    values_per_frame = 9
    _names = (
        "water_temperature", "ph", "dissolved_oxygen", "conductivity", "turbidity", "ammonia_nitrogen",
        "total_phosphorus", "total_nitrogen", "permanganate_index",
    )  # fmt: skip
    settings = (
        'client_id = "hub"\ntopics = "city/{station}"\ntime = "t"\n'
        f'values = "{";".join(f"{name} = {name}" for name in _names)}"'
    )
    greeting = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"  # a clean session, no name of its own
    _most_numbers = 0xFFFF

    def address(self, station: int) -> str:
        return f"D{station:07d}"

    def planned(self, station: int, moment_ms: int, turn: int, number: int) -> Planned:
        """Return a station's report; `number` is that of the packet, which PUBACK names."""
        number = number % self._most_numbers + 1
        values = ",".join(f'"{name}":{5 + (station + n) % 40 / 10:.2f}' for n, name in enumerate(self._names))
        payload = f'{{"t":{moment_ms},{values}}}'.encode()
        topic = f"city/{self.address(station)}".encode()
        body = len(topic).to_bytes(2, "big") + topic + number.to_bytes(2, "big") + payload
        wire = b"\x32" + _length(len(body)) + body
        return Planned(station=station, event_ms=moment_ms, wire=wire, key=number)

    def acknowledged(self, heard: bytes) -> Iterator[Hashable]:
        """Return the numbers of the PUBACKs that follow the broker's CONNACK, four bytes each."""
        return (int.from_bytes(heard[at + 2 : at + 4], "big") for at in range(4, len(heard) - 3, 4))


def _length(size: int) -> bytes:
    """Return a length as MQTT writes it: seven bits a byte, the lowest first."""
    found = bytearray()
    while size > 0x7F:
        found.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([*found, size])


def started_broker(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start mosquitto on loopback, with room for what a busy subscriber has not acknowledged yet."""
    path = folder / "mosquitto.conf"
    path.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        "max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\n",
        encoding="ascii",
    )
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    return subprocess.Popen([program, "-c", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


Lane = Hj212Lane | Sl651Lane | MqttLane
LANES: dict[str, Lane] = {lane.name: lane for lane in (Hj212Lane(), Sl651Lane(), MqttLane())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Which stations report, how often in all, from when and how long."""

    first: int
    stations: int
    frames: int
    begin_ms: int
    seconds: float


def schedule(lane: Lane, stretch: Stretch) -> Iterator[Planned]:
    """Yield frames evenly spread over the time, the stations one after another."""
    for number in range(stretch.frames):
        moment_ms = stretch.begin_ms + int(number * stretch.seconds * 1000 / stretch.frames)
        turn, place = divmod(number, stretch.stations)
        yield lane.planned(stretch.first + place, moment_ms, turn, number)


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
