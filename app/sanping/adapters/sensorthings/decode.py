"""Reads SensorThings entities, under their names of 1.1 and of 2.0: datastreams, observations, pages; pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson

from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation, Origin
from sanping.domain.quantity import quantity
from sanping.domain.record_mapping import Problem, ValueRule, time_ms
from sanping.domain.text import Text

_TOPIC = re.compile(r"(?:^|/)Datastreams\(([^)]+)\)/Observations$")
_ENTITY = re.compile(r"\(([^)]+)\)$")

_NOT_JSON = Text("回应不是合法的 SensorThings JSON：{reason}", "The answer is no valid SensorThings JSON: {reason}")
_NO_LIST = Text("回应里没有 value 列表", "The answer holds no list named value")
_FOREIGN = Text(
    "下一页的链接指向别处，已拒绝：{link}", "The link to the next page leads elsewhere and was refused: {link}"
)
_NO_TIME = Text("观测没有可用的 phenomenonTime", "An observation has no usable phenomenonTime")
_NO_NUMBER = Text("观测的 result 不是数：{value}", "An observation's result is no number: {value}")
_NO_STREAM = Text("观测属于未列入规则的数据流", "An observation belongs to a datastream that no rule names")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One datastream: its id, the station it belongs to, and the rule that reads it."""

    id: str
    station: str
    rule: ValueRule


def page(body: bytes, address: str) -> tuple[list[Mapping[str, Any]], str]:
    """Return the entities of a page and the address of the next one, empty for none. Raises `FrameBroken`."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FrameBroken(_NOT_JSON.with_values(reason=str(error)[:120])) from error
    entities = document.get("value") if isinstance(document, dict) else None
    if not isinstance(entities, list):
        raise FrameBroken(_NO_LIST)
    link = _first(document, "@iot.nextLink", "@nextLink", "nextLink", "@odata.nextLink")
    return [entity for entity in entities if isinstance(entity, dict)], _following(address, str(link)) if link else ""


def _following(address: str, link: str) -> str:
    """Return the address of the next page. Raises `FrameBroken` for one on another server, or none at all."""
    try:
        found = urljoin(address, link)
        is_ours = urlsplit(found)[:2] == urlsplit(address)[:2]
    except ValueError:  # such as a bracket that opens no IPv6 address
        found, is_ours = link, False
    if not is_ours:
        raise FrameBroken(_FOREIGN.with_values(link=found[:120]))
    return found


def streams_of(entities: Sequence[Mapping[str, Any]], rules: Sequence[ValueRule], station: str) -> Iterator[Stream]:
    """Yield the datastreams that a rule names, by the name of what they observe or by their own.

    `station` says what the station's address is: "id" or "name" of the Thing.
    """
    by_path = {rule.path: rule for rule in rules}
    for entity in entities:
        observed = _nested(entity, "ObservedProperty")
        names = (observed.get("name"), entity.get("name"), observed.get("definition"))
        rule = next((by_path[name] for name in names if isinstance(name, str) and name in by_path), None)
        thing = _nested(entity, "Thing")
        address = thing.get("name") if station == "name" else identity(thing)
        if rule is not None and address not in (None, ""):
            yield Stream(id=identity(entity), station=str(address), rule=rule)


def observation(
    entity: Mapping[str, Any], streams: Mapping[str, Stream], now_ms: int, stream_id: str = "", origin: Origin = "live"
) -> Observation | Problem:
    """Return one observation, or why it cannot be used; `stream_id` is known when it came by a topic."""
    stream = streams.get(stream_id or identity(_nested(entity, "Datastream")))
    if stream is None:
        return Problem("other_streams", _NO_STREAM)
    written = entity.get("phenomenonTime") or entity.get("resultTime")
    event_ms = time_ms(str(written).rpartition("/")[2], 0.0) if written else None  # the end of an interval
    if event_ms is None:
        return Problem("bad_times", _NO_TIME)
    result = entity.get("result")
    try:
        number = nan if result is None else float(result)
    except (TypeError, ValueError):
        return Problem("bad_values", _NO_NUMBER.with_values(value=str(result)[:60]))
    is_there = isfinite(number)
    return Observation(
        station=stream.station, quantity=stream.rule.code, unit=quantity(stream.rule.code).unit, event_ms=event_ms,
        received_ms=now_ms, value=number * stream.rule.factor + stream.rule.offset if is_there else nan,
        quality="good" if is_there else "missing", origin=origin,
    )  # fmt: skip


def stream_of_topic(topic: str) -> str:
    """Return the datastream that a topic is about. Raises `FrameBroken`."""
    found = _TOPIC.search(topic)
    if found is None:
        raise FrameBroken(_NO_STREAM)
    return found[1].strip("'")


def identity(entity: Mapping[str, Any]) -> str:
    """Return the id of an entity, also out of its link; empty when it has none."""
    own = _first(entity, "@iot.id", "id", "@id")
    if own is not None:
        text = str(own)
        found = _ENTITY.search(text)
        return found[1].strip("'") if found else text
    return ""


def entity_in(payload: bytes) -> Mapping[str, Any]:
    """Return the entity of an MQTT message. Raises `FrameBroken`."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise FrameBroken(_NOT_JSON.with_values(reason=str(error)[:120])) from error
    if not isinstance(document, dict):
        raise FrameBroken(_NO_LIST)
    return document


def _nested(entity: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entity.get(name)
    return found if isinstance(found, dict) else {}


def _first(entity: Mapping[str, Any], *names: str) -> Any:
    return next((entity[name] for name in names if entity.get(name) is not None), None)
