"""Registers as numbers: what each rule reads, which blocks to ask for, and the words of the answer; pure.

A rule is `unit:kind:address:type = quantity`, with `in unit`, `* factor` and `+ offset` as elsewhere. Kinds: `holding`,
`input`, `coil`, `discrete`. Types: `u16`, `s16`, `u32`, `s32`, `f32`, `u64`, `f64`; `_sw` after it swaps words.
"""

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal, cast

from sanping.domain.errors import FrameBroken, InputError
from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.record_mapping import ValueRule, parsed_rules
from sanping.domain.text import Text

Kind = Literal["holding", "input", "coil", "discrete"]
MOST_REGISTERS = 120
MOST_BITS = 1900
_GAP = 8
_POINT = re.compile(
    r"^(?P<unit>\d{1,3}):(?P<kind>holding|input|coil|discrete):(?P<address>\d{1,5})(?::(?P<type>[usf]\d\d)(?P<swap>_sw)?)?$"
)
_FORMS = {"u16": ">H", "s16": ">h", "u32": ">I", "s32": ">i", "f32": ">f", "u64": ">Q", "f64": ">d"}

_BAD_POINT = Text(
    "寄存器写法无效：{path}；样式：1:holding:40:f32 = water_level",
    "The register is written wrongly: {path}; write 1:holding:40:f32 = water_level",
)
_SHORT = Text("回应太短：要 {wanted} 个，只有 {found} 个", "The answer is too short: {found} of {wanted}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a device: where it is, how it is coded, and what it is."""

    unit: int
    kind: Kind
    address: int
    form: str
    is_swapped: bool
    rule: ValueRule

    @property
    def width(self) -> int:
        """Registers or bits it takes."""
        return struct.calcsize(_FORMS[self.form]) // 2 if self.kind in ("holding", "input") else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One question to a device: a run of registers or bits with the points in it."""

    unit: int
    kind: Kind
    first: int
    count: int
    points: tuple[Point, ...]


def points_in(written: str) -> tuple[Point, ...]:
    """Read the rules. Raises `InputError` naming the one that cannot be read."""
    return tuple(_point(rule) for rule in parsed_rules(written))


def _point(rule: ValueRule) -> Point:
    found = _POINT.match(rule.path)
    if found is None or int(found["unit"]) > 247 or int(found["address"]) > 65535:
        raise InputError(_BAD_POINT.with_values(path=rule.path))
    form = found["type"] or "u16"
    if form not in _FORMS:
        raise InputError(_BAD_POINT.with_values(path=rule.path))
    return Point(
        unit=int(found["unit"]), kind=cast(Kind, found["kind"]), address=int(found["address"]), form=form,
        is_swapped=bool(found["swap"]), rule=rule,
    )  # fmt: skip


def blocks_of(points: Iterable[Point]) -> tuple[Block, ...]:
    """Gather points into few questions: near ones together, none longer than a device must answer."""
    blocks: list[Block] = []
    for point in sorted(points, key=lambda each: (each.unit, each.kind, each.address)):
        end = point.address + point.width
        last = blocks[-1] if blocks else None
        most = MOST_REGISTERS if point.kind in ("holding", "input") else MOST_BITS
        is_near = (
            last is not None
            and (last.unit, last.kind) == (point.unit, point.kind)
            and point.address <= last.first + last.count + _GAP
            and end - last.first <= most
        )
        if last is not None and is_near:
            count = max(last.count, end - last.first)
            blocks[-1] = Block(
                unit=last.unit, kind=last.kind, first=last.first, count=count, points=(*last.points, point)
            )
        else:
            blocks.append(
                Block(unit=point.unit, kind=point.kind, first=point.address, count=point.width, points=(point,))
            )
    return tuple(blocks)


def decode(block: Block, words: Sequence[int], station: str, now_ms: int) -> list[Observation]:
    """Return the observations of an answer: registers as 0 … 65535, bits as 0 or 1. Raises `FrameBroken`."""
    if len(words) < block.count:
        raise FrameBroken(_SHORT.with_values(wanted=block.count, found=len(words)))
    return [_observation(point, words[point.address - block.first :], station, now_ms) for point in block.points]


def _observation(point: Point, words: Sequence[int], station: str, now_ms: int) -> Observation:
    if point.kind in ("coil", "discrete"):
        number = float(words[0])
    else:
        taken = [word & 0xFFFF for word in words[: point.width]]
        ordered = reversed(taken) if point.is_swapped else taken
        raw = b"".join(word.to_bytes(2, "big") for word in ordered)
        number = float(struct.unpack(_FORMS[point.form], raw)[0])
    is_there = isfinite(number)
    return Observation(
        station=station, quantity=point.rule.code, unit=quantity(point.rule.code).unit, event_ms=now_ms,
        received_ms=now_ms, value=number * point.rule.factor + point.rule.offset if is_there else nan,
        quality="good" if is_there else "missing",
    )  # fmt: skip


def words_of(point: Point, value: float) -> list[int]:
    """Return the registers or the bit that hold a value: what a device answers."""
    if point.kind in ("coil", "discrete"):
        return [int(value != 0)]
    number = (value - point.rule.offset) / point.rule.factor
    form = _FORMS[point.form]
    raw = struct.pack(form, number if point.form.startswith("f") else round(number))
    words = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    return list(reversed(words)) if point.is_swapped else words
