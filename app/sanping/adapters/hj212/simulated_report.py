"""What a simulated station writes: invented values as frames of HJ 212. Pure."""

from collections.abc import Callable, Mapping

from sanping.adapters.hj212.codes import CodeTable, Factor
from sanping.adapters.hj212.frame import (
    FACILITY_STATE,
    HEARTBEAT,
    HOUR,
    INTERACTION,
    MINUTE,
    REALTIME,
    VERSIONS,
    Frame,
    Item,
    Version,
)
from sanping.adapters.hj212.options import Options
from sanping.domain.quantity import quantity

Values = Mapping[str, float]
Moment = Callable[[int], str]

SAMPLES = 6
_SURFACE_WATER, _AIR, _OUTFALL = "21", "22", "32"
_WIRE_DECIMALS = 6


class Reporter:
    """Writes the reports of one station; `moment` turns UTC milliseconds into local text."""

    def __init__(self, mn: str, version: Version, options: Options, moment: Moment) -> None:
        self.mn = mn
        self.version: Version = version
        self._options = options
        self._moment = moment
        self._factors = _by_quantity(options.codes)
        self._last_qn_ms = 0

    def realtime(self, values: Values, now_ms: int) -> Frame:
        """Return a 2011 of the values now."""
        items: list[Item] = [
            ((f"{factor.code}-Rtd", _wire(factor, code, value)), (f"{factor.code}-Flag", "N"))
            for code, value in values.items()
            if (factor := self._factors.get(code))
        ]
        return self._frame(REALTIME, values, now_ms, now_ms, items)

    def interval(self, at: Callable[[int], Values], start_ms: int, period_s: int, now_ms: int) -> Frame:
        """Return a 2051, or 2061 for an hour, of values sampled over an interval that is over."""
        step_ms = period_s * 1000 // SAMPLES
        samples = [at(start_ms + step_ms * number) for number in range(1, SAMPLES + 1)]
        items: list[Item] = []
        for code in samples[0]:
            factor = self._factors.get(code)
            series = [sample[code] for sample in samples if code in sample]
            if factor is not None and series:
                told = {"Min": min(series), "Avg": sum(series) / len(series), "Max": max(series)}
                pairs = [(f"{factor.code}-{name}", _wire(factor, code, value)) for name, value in told.items()]
                items.append((*pairs, (f"{factor.code}-Flag", "N")))
        told_ms = start_ms if self._options.marks_start else start_ms + period_s * 1000
        return self._frame(HOUR if period_s == 3600 else MINUTE, samples[0], told_ms, now_ms, items)

    def pumps(self, values: Values, now_ms: int) -> Frame | None:
        """Return a 2021 with the state of each pump, None for a station that has none."""
        if "pumps_running" not in values:
            return None
        running = round(values["pumps_running"])
        items: list[Item] = [((f"SB{number}-RS", "1" if number <= running else "0"),) for number in range(1, 5)]
        return self._frame(FACILITY_STATE, values, now_ms, now_ms, items)

    def heartbeat(self, now_ms: int) -> Frame:
        """Return a 9015 (2025)."""
        return Frame(
            qn=self._qn(now_ms), st=INTERACTION, cn=HEARTBEAT, pw=self._password(), mn=self.mn, flag=self._flag()
        )

    def _frame(self, command: str, values: Values, told_ms: int, now_ms: int, items: list[Item]) -> Frame:
        time: Item = (("DataTime", self._moment(told_ms)[:14]),)
        return Frame(
            qn=self._qn(now_ms), st=_system(values), cn=command, pw=self._password(), mn=self.mn, flag=self._flag(),
            items=(time, *items),
        )  # fmt: skip

    def _flag(self) -> int:
        return VERSIONS.index(self.version) << 2 | 1

    def _password(self) -> str:
        return self._options.password or "123456"

    def _qn(self, now_ms: int) -> str:
        """Return an exchange number that was not used before."""
        self._last_qn_ms = max(now_ms, self._last_qn_ms + 1)
        return self._moment(self._last_qn_ms)


def _by_quantity(codes: CodeTable) -> dict[str, Factor]:
    """Return for each quantity the first code that measures it."""
    found: dict[str, Factor] = {}
    for factor in codes.factors.values():
        found.setdefault(factor.quantity, factor)
    return found


def _wire(factor: Factor, code: str, value: float) -> str:
    """Return a value in the wire's unit, with the decimals that it is shown with in ours."""
    decimals = quantity(code).decimals
    scale = factor.multiplier / factor.divisor
    while scale < 1 and decimals > 0:
        scale, decimals = scale * 10, decimals - 1
    while scale > 1 and decimals < _WIRE_DECIMALS:
        scale, decimals = scale / 10, decimals + 1
    return f"{value * factor.divisor / factor.multiplier:.{decimals}f}"


def _system(values: Values) -> str:
    """Return the system code (ST) that fits what a station measures."""
    if "outfall_flow" in values:
        return _OUTFALL
    return _AIR if "pm25" in values else _SURFACE_WATER
