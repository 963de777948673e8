"""Decodes one MQTT message into observations, by topic and payload; raises only `FrameBroken`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, nan

import orjson

from sanping.adapters.mqtt.sparkplug import Names, place_of
from sanping.adapters.mqtt.topics import Template
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation, Origin
from sanping.domain.quantity import quantity
from sanping.domain.record_mapping import Problem, RecordMapping, observed
from sanping.domain.text import Text

LARGEST_BYTES = 4 << 20

_NO_TEMPLATE = Text("主题 {topic} 不合任何模板", "No template fits the topic {topic}")
_NO_STATION = Text("主题 {topic} 里没有站点", "The topic {topic} holds no station")
_NOT_JSON = Text("载荷不是合法的 JSON", "The payload is not valid JSON")
_NOT_NUMBER = Text("载荷不是一个数：{payload}", "The payload is no number: {payload}")
_TOO_BIG = Text("载荷超过 {limit} MiB", "The payload is over {limit} MiB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it arrived; a retained one is a memory of the broker, not the present."""

    topic: str
    payload: bytes
    is_retained: bool = False


@dataclass(slots=True, kw_only=True)
class Decoder:
    """How payloads are read. `names` is what Sparkplug births have told, `nodes_to_ask` whose birth is missing."""

    payload: str
    templates: Sequence[Template]
    mapping: RecordMapping
    names: Names = field(default_factory=Names)
    nodes_to_ask: set[tuple[str, str]] = field(default_factory=set)

    def decode(self, message: Message, now_ms: int) -> Iterator[Observation | Problem]:
        """Yield the observations of a message, and problems of what was left out. Raises `FrameBroken`."""
        if len(message.payload) > LARGEST_BYTES:
            raise FrameBroken(_TOO_BIG.with_values(limit=LARGEST_BYTES >> 20))
        if self.payload == "sparkplug":
            return self._sparkplug(message, now_ms)
        said = next((found for template in self.templates if (found := template.read(message.topic)) is not None), None)
        if said is None:
            raise FrameBroken(_NO_TEMPLATE.with_values(topic=message.topic[:120]))
        origin: Origin = "retained" if message.is_retained else "live"
        if self.payload == "number":
            return self._number(message, said, now_ms, origin)
        return self._json(message, said, now_ms, origin)

    def _json(
        self, message: Message, said: Mapping[str, str], now_ms: int, origin: Origin
    ) -> Iterator[Observation | Problem]:
        try:
            document = orjson.loads(message.payload)
        except orjson.JSONDecodeError as error:
            raise FrameBroken(_NOT_JSON) from error
        mapping = self.mapping
        if not mapping.station:
            if "station" not in said:
                raise FrameBroken(_NO_STATION.with_values(topic=message.topic[:120]))
            mapping = replace(mapping, station=f"'{said['station']}'")
        return observed(document, mapping, now_ms, origin)

    def _number(
        self, message: Message, said: Mapping[str, str], now_ms: int, origin: Origin
    ) -> Iterator[Observation | Problem]:
        if "station" not in said:
            raise FrameBroken(_NO_STATION.with_values(topic=message.topic[:120]))
        text = message.payload[:60].decode("utf-8", "replace").strip()
        try:
            value = float(text)
        except ValueError as error:
            raise FrameBroken(_NOT_NUMBER.with_values(payload=text)) from error
        name = said.get("quantity", "")
        rule = next((rule for rule in self.mapping.values if rule.path == name), None)
        code = name if rule is None else rule.code
        if rule is not None:
            value = value * rule.factor + rule.offset
        yield _observation(said["station"], code, value, _When(now_ms, now_ms, origin))

    def _sparkplug(self, message: Message, now_ms: int) -> Iterator[Observation | Problem]:
        place = place_of(message.topic)
        if place.kind in ("NCMD", "DCMD", "STATE"):
            return
        if place.kind in ("NDEATH", "DDEATH"):
            yield _observation(place.station, "is_online", 0.0, _When(now_ms, now_ms, "live"))
            return
        metrics, is_behind = self.names.take(place, message.payload)
        if is_behind:
            self.nodes_to_ask.add((place.group, place.edge))
            yield Problem(
                "sequence_gaps",
                Text("消息有缺失，已请节点重发出生消息", "A message was missed; the node is asked for its birth"),
            )
        if place.kind in ("NBIRTH", "DBIRTH"):
            yield _observation(place.station, "is_online", 1.0, _When(now_ms, now_ms, "live"))
        rules = {rule.path: rule for rule in self.mapping.values}
        for metric in metrics:
            rule = rules.get(metric.name)
            if rule is None:
                continue
            value = nan if metric.value is None else metric.value * rule.factor + rule.offset
            origin: Origin = "retained" if message.is_retained else "late" if metric.is_historical else "live"
            yield _observation(place.station, rule.code, value, _When(metric.time_ms or now_ms, now_ms, origin))


@dataclass(frozen=True, slots=True)
class _When:
    """When a value was measured and received, and what it is worth as the present."""

    event_ms: int
    received_ms: int
    origin: Origin


def _observation(station: str, code: str, value: float, when: _When) -> Observation:
    is_there = isfinite(value)
    return Observation(
        station=station, quantity=code, value=value if is_there else nan, unit=quantity(code).unit,
        event_ms=when.event_ms, received_ms=when.received_ms, quality="good" if is_there else "missing",
        origin=when.origin,
    )  # fmt: skip
