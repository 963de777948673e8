"""Sparkplug B payloads: protobuf messages by the public schema, declared here, and the aliases that births give."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

Kind = Literal["NBIRTH", "NDEATH", "NDATA", "DBIRTH", "DDEATH", "DDATA", "NCMD", "DCMD", "STATE"]
KINDS: tuple[Kind, ...] = ("NBIRTH", "NDEATH", "NDATA", "DBIRTH", "DDEATH", "DDATA", "NCMD", "DCMD", "STATE")
NAMESPACE = "spBv1.0"
REBIRTH = "Node Control/Rebirth"
LARGEST_BYTES = 4 << 20
_BOOLEAN = 11
_PACKAGE = "sanping.sparkplug"
_Type = descriptor_pb2.FieldDescriptorProto
_METRIC_FIELDS = (
    ("name", 1, _Type.TYPE_STRING), ("alias", 2, _Type.TYPE_UINT64), ("timestamp", 3, _Type.TYPE_UINT64),
    ("datatype", 4, _Type.TYPE_UINT32), ("is_historical", 5, _Type.TYPE_BOOL), ("is_transient", 6, _Type.TYPE_BOOL),
    ("is_null", 7, _Type.TYPE_BOOL), ("int_value", 10, _Type.TYPE_UINT32), ("long_value", 11, _Type.TYPE_UINT64),
    ("float_value", 12, _Type.TYPE_FLOAT), ("double_value", 13, _Type.TYPE_DOUBLE),
    ("boolean_value", 14, _Type.TYPE_BOOL), ("string_value", 15, _Type.TYPE_STRING),
)  # fmt: skip
_SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}

_BROKEN = Text("Sparkplug 载荷无法解码", "The Sparkplug payload cannot be decoded")
_BAD_TOPIC = Text("不是 Sparkplug 主题：{topic}", "This is no Sparkplug topic: {topic}")


def _payload_class() -> type[message.Message]:
    file = descriptor_pb2.FileDescriptorProto(name="sanping_sparkplug.proto", package=_PACKAGE, syntax="proto2")
    metric = file.message_type.add(name="Metric")
    for name, number, kind in _METRIC_FIELDS:
        metric.field.add(name=name, number=number, type=kind, label=_Type.LABEL_OPTIONAL)
    payload = file.message_type.add(name="Payload")
    payload.field.add(name="timestamp", number=1, type=_Type.TYPE_UINT64, label=_Type.LABEL_OPTIONAL)
    payload.field.add(
        name="metrics", number=2, type=_Type.TYPE_MESSAGE, type_name=f".{_PACKAGE}.Metric", label=_Type.LABEL_REPEATED
    )
    payload.field.add(name="seq", number=3, type=_Type.TYPE_UINT64, label=_Type.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    made: type[message.Message] = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message comes from: group, kind, edge node, and device (empty for the node itself)."""

    group: str
    kind: Kind
    edge: str
    device: str = ""

    @property
    def station(self) -> str:
        """The address of what reports: "group/edge" or "group/edge/device"."""
        return "/".join(part for part in (self.group, self.edge, self.device) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric with its full name; `value` None where it is null or no number."""

    name: str
    value: float | None
    time_ms: int
    is_historical: bool = False


def place_of(topic: str) -> Place:
    """Return where a topic comes from. Raises `FrameBroken`."""
    parts = topic.split("/")
    if len(parts) not in (4, 5) or parts[0] != NAMESPACE or parts[2] not in KINDS:
        raise FrameBroken(_BAD_TOPIC.with_values(topic=topic[:120]))
    return Place(group=parts[1], kind=parts[2], edge=parts[3], device=parts[4] if len(parts) == 5 else "")


@dataclass(slots=True)
class Names:
    """What births have told: names of aliases by station, and the sequence number of each node.

    `take` says whether the node must be asked for its birth again: an alias is unknown, or a message was missed.
    """

    aliases: dict[tuple[str, int], str] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def take(self, place: Place, payload: bytes) -> tuple[list[Metric], bool]:
        """Return the metrics of a message. Raises `FrameBroken`."""
        decoded = _decoded(payload)
        node = f"{place.group}/{place.edge}"
        is_birth = place.kind in ("NBIRTH", "DBIRTH")
        has_gap = self._follow(node, place.kind, decoded)
        metrics: list[Metric] = []
        has_unknown = False
        for metric in decoded.metrics:
            if is_birth and metric.name and metric.HasField("alias"):
                self.aliases[(node, metric.alias)] = metric.name
            name = metric.name or self.aliases.get((node, metric.alias), "")
            if not name:
                has_unknown = True
                continue
            metrics.append(_metric(name, metric, int(decoded.timestamp)))
        return metrics, has_gap or has_unknown

    def _follow(self, node: str, kind: Kind, decoded: Any) -> bool:
        if kind in ("NDEATH", "STATE", "NCMD", "DCMD") or not decoded.HasField("seq"):
            return False
        last, sequence = self.sequences.get(node), int(decoded.seq) % 256
        self.sequences[node] = sequence
        return kind != "NBIRTH" and (last is None or sequence != (last + 1) % 256)


def rebirth_request() -> bytes:
    """Return the command that asks a node for its birth."""
    payload: Any = PAYLOAD()
    payload.metrics.add(name=REBIRTH, datatype=_BOOLEAN, boolean_value=True)
    return bytes(payload.SerializeToString())


def encoded(metrics: Iterator[tuple[str, int, float]], time_ms: int, sequence: int, *, is_birth: bool) -> bytes:
    """Return a payload of doubles (name, alias, value): with names in births, with aliases alone in data."""
    payload: Any = PAYLOAD(timestamp=time_ms, seq=sequence % 256)
    for name, alias, value in metrics:
        metric = payload.metrics.add(alias=alias, timestamp=time_ms, datatype=10, double_value=value)
        if is_birth:
            metric.name = name
    return bytes(payload.SerializeToString())


def _decoded(payload: bytes) -> Any:
    if len(payload) > LARGEST_BYTES:
        raise FrameBroken(_BROKEN)
    try:
        return PAYLOAD.FromString(payload)
    except (message.DecodeError, ValueError, UnicodeDecodeError) as error:
        raise FrameBroken(_BROKEN) from error


def _metric(name: str, metric: Any, sent_ms: int) -> Metric:
    value: float | None = None
    if not metric.is_null:
        if metric.HasField("double_value"):
            value = metric.double_value
        elif metric.HasField("float_value"):
            value = metric.float_value
        elif metric.HasField("boolean_value"):
            value = float(metric.boolean_value)
        elif metric.HasField("int_value"):
            value = float(_signed(metric.int_value, metric.datatype))
        elif metric.HasField("long_value"):
            value = float(_signed(metric.long_value, metric.datatype))
    return Metric(name=name, value=value, time_ms=int(metric.timestamp) or sent_ms, is_historical=metric.is_historical)


def _signed(number: int, datatype: int) -> int:
    """Signed integers travel as two's complement in unsigned fields."""
    bits = _SIGNED_BITS.get(datatype)
    if bits is None:
        return number
    number &= (1 << bits) - 1
    return number - (1 << bits) if number >> (bits - 1) else number


PAYLOAD = _payload_class()
