"""From a frame to observations: times, units, statistics, quality and origin."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from sanping.adapters.hj212.codes import PROTOCOL, CodeTable, Factor
from sanping.adapters.hj212.commands import STATION_INTERVAL, CommandTable, bundled_commands
from sanping.adapters.hj212.frame import DEVICE_FACTS, Frame
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation, Origin, QualityCode, Statistic
from sanping.domain.text import Text

Kind = Literal["value", "mark", "sample_time", "data_time", "subject", "aside", "unknown"]

QUALITIES: Final[Mapping[str, QualityCode]] = MappingProxyType(
    {
        "": "good", "N": "good", "S": "suspect", "T": "suspect", "F": "maintenance", "M": "maintenance",
        "C": "maintenance", "D": "bad", "B": "bad", "P": "bad",
        "0": "maintenance", "1": "good", "2": "bad", "3": "good",
    }
)  # fmt: skip
"""Marks of 2017 and 2025; P (no power) and the digits (air stations) of 2005. Others are "suspect"."""

_STATISTICS: Final[Mapping[str, Statistic]] = MappingProxyType(
    {
        "Rtd": "instant", "Min": "min", "Avg": "avg", "Max": "max", "Cou": "total",
        "ZsRtd": "instant", "ZsMin": "min", "ZsAvg": "avg", "ZsMax": "max",
        "Data": "avg", "DayData": "avg", "NightData": "avg", "Info": "instant", "RS": "instant", "RT": "total",
    }
)  # fmt: skip
_SUFFIXES = {suffix.lower(): suffix for suffix in (*_STATISTICS, "Flag", "EFlag", "SampleTime", "SN")}
_ASIDE = (
    "SystemTime", "QnRtn", "ExeRtn", "RtdInterval", "MinInterval", "RestartTime", "BeginTime", "EndTime", "NewPW",
    "OverTime", "ReCount", "VaseNo", "CstartTime", "Ctime", "Stime", "InfoId", "QN", "CN",
)  # fmt: skip
_OWN_NAMES: Final[Mapping[str, Kind]] = MappingProxyType(
    {**dict.fromkeys(_ASIDE, "aside"), "DataTime": "data_time", "PolId": "subject"}
)
_CONVERTED = "Zs"
_KEPT_APART = frozenset({"Cou", "Data", "DayData", "NightData", "RS", "RT"})
_MOST_NAMES = 20_000
_LONGEST_NAME = 40
_LONGEST_MARK = 8
_CODE = re.compile(r"[0-9A-Za-z_]{1,24}")
_DAY_MS = 86_400_000

_NO_TIME = Text("没有可用的 DataTime", "There is no usable DataTime")


class Slot(NamedTuple):
    """What a name of the data area stands for."""

    kind: Kind
    factor: Factor | None = None
    code: str = ""
    quantity: str = ""
    unit: str = ""
    statistic: Statistic = "instant"
    is_converted: bool = False
    may_collide: bool = False


class Reading(NamedTuple):
    """What a frame measured: `sent_ms` is its QN, `event_ms` its DataTime (interval end); 0 where unknown."""

    observations: tuple[Observation, ...]
    event_ms: int
    sent_ms: int
    is_late: bool
    counts: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class Interpreter:
    """Reads frames with one factor table and one command table.

    `patience_s` is how old a frame may be and still be live; interval data may be as old as their interval is long.
    `marks_start` says that DataTime of interval data is the start of the interval, as the standard has it.
    """

    codes: CodeTable
    commands: CommandTable = field(default_factory=bundled_commands)
    utc_offset_h: float = 8.0
    minute_interval_s: int = 600
    patience_s: int = 600
    marks_start: bool = True
    minute_intervals_s: dict[str, int] = field(default_factory=dict)
    """By MN, where a station told its interval of minute data (1063)."""
    _slots: dict[str, Slot] = field(default_factory=dict)

    def read(self, frame: Frame, now_ms: int = 0, data_time: str = "") -> Reading:
        """Return the observations of a frame; `data_time` is taken when it has none of its own (split messages).

        `now_ms` 0 means that nobody knows when it came; then only RF makes it late. Raises `FrameBroken` when values
        have no time.
        """
        counts: dict[str, int] = {}
        values, marks, samples, stamp, subject = self._sorted(frame, counts)
        sent_ms = self.moment_ms(frame.qn)
        period_s = self._period_s(frame)
        start_ms = self.moment_ms(stamp or data_time)
        if start_ms == 0 and period_s == 0:
            start_ms = sent_ms
        if start_ms == 0:
            if values:
                raise FrameBroken(_NO_TIME)
            return Reading((), 0, sent_ms, False, counts)
        event_ms = start_ms + (period_s * 1000 if self.marks_start else 0)
        is_late = frame.is_backfill or (now_ms > 0 and self._is_old(now_ms, event_ms, sent_ms, period_s))
        taken: set[tuple[str, Statistic]] = set()
        observations = tuple(
            self._observation(
                frame, slot, text, marks.get(slot.code, ""), counts,
                event_ms=self._event_ms(slot, samples, event_ms), period_s=period_s, now_ms=now_ms,
                origin="late" if is_late else "live", taken=taken, subject=subject,
            )
            for slot, text in values
        )  # fmt: skip
        return Reading(observations, event_ms, sent_ms, is_late, counts)

    def moment_ms(self, text: str) -> int:
        """Return a local time `YYYYMMDDhhmmss` (milliseconds may follow) as milliseconds since 1970 UTC, 0 if none."""
        if len(text) not in (14, 17) or not text.isdigit() or not text.isascii():
            return 0
        try:
            moment = datetime(
                int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:14]),
                tzinfo=UTC,
            )  # fmt: skip
        except ValueError:
            return 0
        return max(0, int(moment.timestamp()) * 1000 + int(text[14:] or 0) - round(self.utc_offset_h * 3_600_000))

    def local_text(self, moment_ms: int) -> str:
        """Return a moment as local `YYYYMMDDhhmmsszzz`; its first 14 digits are a DataTime."""
        moment = datetime.fromtimestamp((moment_ms + round(self.utc_offset_h * 3_600_000)) // 1000, tz=UTC)
        return f"{moment:%Y%m%d%H%M%S}{moment_ms % 1000:03d}"

    def _sorted(
        self, frame: Frame, counts: dict[str, int]
    ) -> tuple[list[tuple[Slot, str]], dict[str, str], dict[str, str], str, str]:
        """Sort the pairs of a frame by what they are."""
        values: list[tuple[Slot, str]] = []
        marks: dict[str, str] = {}
        samples: dict[str, str] = {}
        stamp = subject = ""
        slots = self._slots
        for item in frame.items:
            for name, text in item:
                slot = slots.get(name) or self._slot(name)
                kind = slot.kind
                if kind == "value":
                    values.append((slot, text))
                elif kind == "mark":
                    marks[slot.code] = text.strip()[:_LONGEST_MARK]
                elif kind == "data_time":
                    stamp = stamp or text.strip()
                elif kind == "sample_time":
                    samples[slot.code] = text.strip()
                elif kind == "subject":
                    subject = text.strip() if frame.cn == DEVICE_FACTS and _CODE.fullmatch(text.strip()) else ""
                elif kind == "unknown":
                    counts["unknown_field"] = counts.get("unknown_field", 0) + 1
        return values, marks, samples, stamp, subject

    def _slot(self, name: str) -> Slot:
        """Return what a name stands for, and remember it."""
        slot = self._named(name.strip())
        if len(self._slots) < _MOST_NAMES and len(name) <= _LONGEST_NAME:
            self._slots[name] = slot
        return slot

    def _named(self, name: str) -> Slot:
        if name in _OWN_NAMES:
            return Slot(_OWN_NAMES[name])
        code, _, ending = name.rpartition("-")
        suffix = _SUFFIXES.get(ending.lower())
        if suffix is None or not _CODE.fullmatch(code):
            return Slot("unknown")
        if suffix in ("EFlag", "SN"):
            return Slot("aside")
        is_facility = suffix in ("RS", "RT")
        factor = (
            Factor(code=code, title=Text(code, code), quantity=f"{PROTOCOL}:{code}", unit="h" if suffix == "RT" else "")
            if is_facility
            else self.codes.factor(code)
        )
        if suffix in ("Flag", "SampleTime"):
            return Slot("mark" if suffix == "Flag" else "sample_time", code=factor.code)
        return _value_slot(factor, suffix, factor.quantity in self.codes.shared_quantities)

    def _period_s(self, frame: Frame) -> int:
        command = self.commands.get(frame.cn)
        if command is None:
            return 0
        if command.period_s == STATION_INTERVAL:
            return self.minute_intervals_s.get(frame.mn, self.minute_interval_s)
        return command.period_s

    def _is_old(self, now_ms: int, event_ms: int, sent_ms: int, period_s: int) -> bool:
        if sent_ms and now_ms - sent_ms > self.patience_s * 1000:
            return True
        return now_ms - event_ms > max(self.patience_s, period_s) * 1000

    def _event_ms(self, slot: Slot, samples: dict[str, str], event_ms: int) -> int:
        """Return when a value was taken: its own sampling time where an analyser tells one of the last day."""
        if not samples or slot.statistic != "instant" or slot.code not in samples:
            return event_ms
        sample_ms = self.moment_ms(samples[slot.code])
        return sample_ms if event_ms - _DAY_MS <= sample_ms <= event_ms else event_ms

    def _observation(  # noqa: PLR0913  one argument a field
        self, frame: Frame, slot: Slot, text: str, mark: str, counts: dict[str, int], *, event_ms: int, period_s: int,
        now_ms: int, origin: Origin, taken: set[tuple[str, Statistic]], subject: str,
    ) -> Observation:  # fmt: skip
        factor, statistic = slot.factor, slot.statistic
        assert factor is not None  # every value slot has one
        value = number(text)
        quality = QUALITIES.get(mark)
        if quality is None:
            quality = "suspect"
            counts["unknown_flag"] = counts.get("unknown_flag", 0) + 1
        if value != value:  # noqa: PLR0124  NaN
            quality = "missing"
            counts["bad_value"] = counts.get("bad_value", 0) + 1
        elif slot.is_converted:
            value = factor.converted(value)
        if not factor.is_known:
            counts["unknown_code"] = counts.get("unknown_code", 0) + 1
        quantity = slot.quantity
        if subject:
            quantity = f"{PROTOCOL}:{subject}-{slot.code}"
        elif slot.may_collide:
            if (quantity, statistic) in taken:
                quantity = f"{PROTOCOL}:{slot.code}"
            taken.add((quantity, statistic))
        if statistic == "instant" and period_s:
            statistic = "avg"
        return Observation(
            station=frame.mn, quantity=quantity, value=value, unit=slot.unit, event_ms=event_ms, received_ms=now_ms,
            statistic=statistic, period_s=0 if statistic == "instant" else period_s, quality=quality, mark=mark,
            origin=origin,
        )  # fmt: skip


def _value_slot(factor: Factor, suffix: str, is_shared: bool) -> Slot:
    """Return the slot of a value: totals, converted (折算) and noise-by-day values are quantities of their own."""
    quantity, unit, is_converted = factor.quantity, factor.unit, True
    if suffix == "Cou":
        quantity, unit, is_converted = f"{PROTOCOL}:{factor.code}-Cou", factor.total_unit, False
    elif suffix in _KEPT_APART:
        quantity = f"{PROTOCOL}:{factor.code}-{suffix}"
    elif suffix.startswith(_CONVERTED):
        quantity = f"{PROTOCOL}:{factor.code}-{_CONVERTED}"
    return Slot(
        "value", factor, factor.code, quantity, unit, _STATISTICS[suffix], is_converted,
        is_shared and quantity == factor.quantity,
    )  # fmt: skip


def number(text: str) -> float:
    """Return a value as sent; NaN for anything that is no finite number."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and "_" not in text else math.nan
