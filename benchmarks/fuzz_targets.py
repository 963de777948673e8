"""The decoders that are fuzzed: what tries one input on each, where to start, and how to seal a damaged frame.

Nothing imports this at the top, so that atheris can instrument what it imports.
"""

import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sanping.adapters.cap.decode import decode as cap_notice
from sanping.adapters.http.decode import decode as http_document
from sanping.adapters.mqtt.decode import Decoder, Message
from sanping.adapters.mqtt.sparkplug import encoded
from sanping.adapters.mqtt.topics import templates_in
from sanping.adapters.sensorthings.decode import Stream, entity_in, observation, page, streams_of
from sanping.domain.record_mapping import RecordMapping, observed, parsed_rules

PAYLOADS = Path(__file__).resolve().parents[1] / "tests" / "contract" / "payloads"
NOW_MS = 1_781_222_405_000
SESSIONS = {
    "hj212": "server_session:ServerSession",
    "sl651": "session:StationSession",
    "sl427": "session:TerminalSession",
    "jt808": "session:TerminalSession",
}
RULES = "z = water_level in cm; list[1].q = flow; ph = ph"

Explore = Callable[[bytes], Counter[str]]
Seal = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One decoder: `explore` tries an input and counts what came of it; `seal` puts a check code right.

    Inputs are cut to `longest` bytes. `is_fit` says whether the process still reads sound files, which some libraries
    no longer do after a damaged one.
    """

    explore: Explore
    seeds: Sequence[bytes]
    seal: Seal | None = None
    longest: int = 4096
    is_fit: Callable[[], bool] = lambda: True


def telemetry(name: str) -> Target:
    """A protocol of frames: explained, and fed to a fresh session in two pieces."""
    explain = importlib.import_module(f"sanping.adapters.{name}.decode").explain
    session = _session(name)

    def explore(data: bytes) -> Counter[str]:
        found: Counter[str] = Counter()
        size = 0
        for piece in explain(data):
            size += piece.size
            found["bad frames" if piece.error else "good frames"] += 1
            found["observations"] += len(piece.observations)
        if size > len(data):
            raise AssertionError(f"{size} bytes explained of {len(data)}")
        session(data)
        return found

    return Target(explore=explore, seeds=_recorded(name), seal=_sealer(name))


def _session(name: str) -> Callable[[bytes], None]:
    settings = {"strict_crc": False} if name == "hj212" else {}
    options = importlib.import_module(f"sanping.adapters.{name}.options").options_from(settings)
    uplink = importlib.import_module(f"sanping.adapters.{name}.uplink").Uplink(options)
    module, _, kind_name = SESSIONS[name].partition(":")
    kind = getattr(importlib.import_module(f"sanping.adapters.{name}.{module}"), kind_name)

    def feed(data: bytes) -> None:
        session = kind(options, uplink, "192.0.2.1")
        for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
            for _ in session.received(piece, NOW_MS):
                pass
        for _ in session.woken(NOW_MS + 1000):
            pass

    return feed


def _recorded(name: str) -> list[bytes]:
    """Return the recorded frames; a file is one, or lists them: "# …", then "NAME hexadecimal digits"."""
    found: list[bytes] = []
    for path in sorted((PAYLOADS / name).iterdir()):
        data = b"" if path.suffix in (".md", ".json", ".jsonl", ".toml") else path.read_bytes()
        if data.startswith(b"# "):
            lines = data.decode("utf-8").splitlines()
            found += [bytes.fromhex(line.split()[1]) for line in lines if line.strip() and not line.startswith("#")]
        elif data:
            found.append(data)
    return found


def _sealer(name: str) -> Seal | None:
    seal = getattr(importlib.import_module(f"sanping.adapters.{name}.encode"), "sealed", None)
    if name == "hj212" and seal is not None:
        return lambda frame: seal(frame[6:-6])
    if seal is None and name == "sl651":
        check = importlib.import_module("sanping.adapters.sl651.crc").crc16
        return lambda frame: frame[:-2] + check(frame[:-2]).to_bytes(2, "big")
    return seal


def sparkplug() -> Target:
    """Sparkplug B payloads; the first byte of an input chooses the topic, and a birth may come before."""

    mapping = RecordMapping(values=parsed_rules("z = water_level"), station="")
    birth = encoded(iter([("z", 1, 3.1), ("q", 2, -4.0)]), NOW_MS, 0, is_birth=True)
    data = encoded(iter([("z", 1, 3.2)]), NOW_MS, 1, is_birth=False)
    topics = [f"spBv1.0/g/{kind}/e" for kind in ("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "STATE")]
    topics += ["spBv1.0/g/DDATA/e/d", "spBv1.0/g", "a/b/c/d/e/f"]

    def explore(given: bytes) -> Counter[str]:
        decoder = Decoder(payload="sparkplug", templates=(), mapping=mapping)
        if given[:1] >= b"\x80":
            list(decoder.decode(Message(topic=topics[0], payload=birth), NOW_MS))
        topic = topics[given[0] % len(topics)] if given else topics[0]
        return _counted(decoder.decode(Message(topic=topic, payload=given[1:]), NOW_MS))

    return Target(explore=explore, seeds=[b"\x00" + birth, b"\x80" + data, b"\x01" + data, b"\x81" + birth])


def mqtt() -> Target:
    """JSON and number payloads; the first byte of an input chooses."""

    mapping = RecordMapping(values=parsed_rules(RULES), station="", time="t")
    templates = templates_in("river/{station}/{quantity}")
    decoders = [Decoder(payload=form, templates=templates, mapping=mapping) for form in ("json", "number")]

    def explore(data: bytes) -> Counter[str]:
        decoder = decoders[data[0] % 2 if data else 0]
        return _counted(decoder.decode(Message(topic="river/S1/z", payload=data[1:]), NOW_MS))

    texts = (b'0{"z": 312, "t": 1781222405, "list": [1, {"q": 4.5}]}', b"13.25", b"1-1e999", b"1nan")
    return Target(
        explore=explore, seeds=[*texts, b'0[{"z":"3.1","t":"2026-06-12 08:00:05"},{"z":null,"t":20260612080005}]']
    )


def http() -> Target:
    """JSON, tables and GeoJSON through the rules of values; the first byte of an input chooses."""

    values = parsed_rules(RULES)
    forms = (
        ("json", RecordMapping(values=values, station="id", time="t", records="data[*]")),
        ("csv", RecordMapping(values=values, station="id", time="t")),
        ("geojson", RecordMapping(values=values, station="properties.id", time="properties.t")),
    )

    def explore(data: bytes) -> Counter[str]:
        form, mapping = forms[data[0] % 3 if data else 0]
        return _counted(observed(http_document(data[1:], form), mapping, NOW_MS))

    seeds = (
        b'0{"data": [{"id": "S1", "t": "2026-06-12T08:00:05+08:00", "z": 312.5, "list": [0, {"q": "7"}]}, {"id": 2}]}',
        b"1id,t,z,ph\nS1,2026-06-12 08:00:05,312.5,7.1\nS2,20260612080005,,x\n",
        "1id;t;z\n站;2026/06/12 08:00;312.5\n".encode("gb18030"),
        b'2{"type": "FeatureCollection", "features": [{"properties": {"id": "S1", "t": 1781222405, "z": 1}}]}',
    )
    return Target(explore=explore, seeds=seeds)


def sensorthings() -> Target:
    """Pages of datastreams and observations, and observations that were pushed."""

    rules = parsed_rules("level = water_level")
    streams = {"1": Stream(id="1", station="S1", rule=rules[0])}
    place = "http://h/v1.1/Observations"

    def explore(data: bytes) -> Counter[str]:
        if data[:1] == b"1":
            return _counted(iter([observation(entity_in(data[1:]), streams, NOW_MS, "1")]))
        entities, _ = page(data[1:], place)
        found = list(streams_of(entities, rules, "id"))
        return _counted(observation(entity, streams, NOW_MS) for entity in entities) + Counter(streams=len(found))

    seeds = (
        b'0{"value": [{"@iot.id": 1, "Thing": {"@iot.id": "S1"}, "ObservedProperty": {"name": "level"}}]}',
        b'0{"value": [{"phenomenonTime": "2026-06-12T00:00:05Z", "result": "3.2", "Datastream": {"@iot.id": 1}}], '
        b'"@iot.nextLink": "http://h/v1.1/Observations?$skip=100"}',
        b'1{"phenomenonTime": "2026-06-12T00:00:00Z/2026-06-12T00:00:05Z", "result": 3.2}',
    )
    return Target(explore=explore, seeds=seeds)


def cap() -> Target:
    """CAP alerts."""

    def explore(data: bytes) -> Counter[str]:
        return Counter(notices=1, areas=len(cap_notice(data).areas))

    return Target(explore=explore, seeds=_recorded("cap"))


def _counted(found: Iterator[object]) -> Counter[str]:
    return Counter(type(each).__name__ for each in found)


TARGETS: dict[str, Callable[[], Target]] = {
    "hj212": lambda: telemetry("hj212"),
    "sl651": lambda: telemetry("sl651"),
    "sl427": lambda: telemetry("sl427"),
    "jt808": lambda: telemetry("jt808"),
    "sparkplug": sparkplug,
    "mqtt": mqtt,
    "http": http,
    "sensorthings": sensorthings,
    "cap": cap,
}
