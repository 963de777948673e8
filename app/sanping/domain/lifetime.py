"""When an object of the city stands: the dates its attributes give, as moments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from math import inf, isfinite

_YEAR = re.compile(r"\s*(\d{4})\s*")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})\s*")
_SLASHED = re.compile(r"\s*(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeNames:
    """Attributes that say when an object came and when it went, the first that is there counts.

    `created`, `terminated` say when a record was made and ended (CityGML 2.0). Where every object of a model has the
    same, that is the date of the data set, and says nothing about the city.
    """

    valid_from: tuple[str, ...] = ("valid_from", "validFrom", "yearOfConstruction", "建成日期")
    valid_to: tuple[str, ...] = ("valid_to", "validTo", "yearOfDemolition", "dateOfDemolition", "拆除日期")
    created: tuple[str, ...] = ("creationDate",)
    terminated: tuple[str, ...] = ("terminationDate",)
    utc_offset_h: float = 8.0

    @property
    def all(self) -> tuple[str, ...]:
        """Every name."""
        return (*self.valid_from, *self.valid_to, *self.created, *self.terminated)


def names_from(settings: Mapping[str, object]) -> LifetimeNames:
    """Return the names that a layer's table in `twin.toml` gives (`valid_from_column` …), else the usual ones."""
    usual = LifetimeNames()
    begins, ends, offset = (settings.get(key) for key in ("valid_from_column", "valid_to_column", "utc_offset_h"))
    return LifetimeNames(
        valid_from=(begins,) if isinstance(begins, str) and begins else usual.valid_from,
        valid_to=(ends,) if isinstance(ends, str) and ends else usual.valid_to,
        created=() if begins else usual.created,
        terminated=() if ends else usual.terminated,
        utc_offset_h=float(offset) if isinstance(offset, int | float) else usual.utc_offset_h,
    )


def moment_ms(written: object, utc_offset_h: float = 8.0) -> float | None:
    """Return a date, a time or a year as milliseconds since 1970 UTC; None where it is none.

    Takes ISO 8601, 20260315, 2026/3/15, 2026年3月15日 and a year, as text or as a whole number. What names no zone is
    local time at `utc_offset_h`; a date is its midnight, a year its first day.
    """
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return None
    if isinstance(written, float) and not (isfinite(written) and written.is_integer()):
        return None
    text = written if isinstance(written, str) else str(int(written))
    zone = timezone(timedelta(hours=utc_offset_h))
    try:
        found = _parsed(text)
        return None if found is None else (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp() * 1000
    except (ValueError, OverflowError):
        return None


def lifetime_ms(attributes: Mapping[str, object], names: LifetimeNames) -> tuple[float, float, int]:
    """Return from when and until when an object stands, −∞ and ∞ where nothing says so.

    The third value counts what was written but is no date; an object that ends before it begins has lost both.
    """
    begins, bad_begins = _first(attributes, (*names.valid_from, *names.created), names.utc_offset_h)
    ends, bad_ends = _first(attributes, (*names.valid_to, *names.terminated), names.utc_offset_h)
    low, high = -inf if begins is None else begins, inf if ends is None else ends
    if high < low:
        return (-inf, inf, 1)
    return (low, high, bad_begins + bad_ends)


def _first(attributes: Mapping[str, object], names: tuple[str, ...], utc_offset_h: float) -> tuple[float | None, int]:
    for name in names:
        written = attributes.get(name)
        if written is not None and written != "":
            found = moment_ms(written, utc_offset_h)
            return found, int(found is None)
    return None, 0


def _parsed(text: str) -> datetime | None:
    for pattern in (_COMPACT, _SLASHED):
        found = pattern.fullmatch(text)
        if found is not None:
            year, month, day = map(int, found.groups())
            return datetime(year, month, day)
    year_alone = _YEAR.fullmatch(text)
    if year_alone is not None:
        return datetime(int(year_alone[1]), 1, 1)
    written = text.strip()
    return datetime.fromisoformat(written).astimezone(UTC) if written.endswith("Z") else datetime.fromisoformat(written)
