"""Areas and their codes: GB/T 2260 (province, city, county), GB/T 10114 (street, community), and grid cells.

A code is a string of digits; whatever lies in an area has a code that begins with the area's, so sums go by prefix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sanping.domain.errors import InputError
from sanping.domain.text import Text

Level = Literal["province", "city", "county", "street", "community", "cell"]
LEVELS: tuple[Level, ...] = get_args(Level)
LEVEL_TITLES: dict[Level, Text] = {
    "province": Text("省", "Province"),
    "city": Text("市", "City"),
    "county": Text("县（区）", "County"),
    "street": Text("镇（街道）", "Town or street"),
    "community": Text("村（居）", "Village or community"),
    "cell": Text("网格", "Grid cell"),
}
_LEVEL_OF: dict[int, Level] = {
    2: "province", 4: "city", 6: "county", 9: "street", 12: "community", 14: "cell", 15: "cell",
}  # fmt: skip
_LENGTH: dict[Level, int] = {"province": 2, "city": 4, "county": 6, "street": 9, "community": 12, "cell": 15}
_PROVINCES = frozenset(
    {
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
        "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    }
)  # fmt: skip
_NOT_DIGITS = Text(
    "区划代码“{code}”含有数字以外的字符；请只填数字", "The area code “{code}” holds more than digits; write digits only"
)
_LENGTH_WRONG = Text(
    "区划代码“{code}”有 {count} 位；应为 2、4、6、9、12 位，网格为 14 或 15 位",
    "The area code “{code}” has {count} digits; it must have 2, 4, 6, 9 or 12, a grid cell 14 or 15",
)
_NO_PROVINCE = Text(
    "区划代码“{code}”以 {province} 开头，没有这个省级代码（GB/T 2260）；请核对前两位",
    "The area code “{code}” begins with {province}, which is no province (GB/T 2260); check its first two digits",
)
_NO_SEQUENCE = Text(
    "网格代码“{code}”的顺序码全为 0；网格从 1 起编号，请核对后 2 或 3 位",
    "The grid code “{code}” ends in zeros; cells count from 1, check its last 2 or 3 digits",
)
_UNKNOWN = Text(
    "区划表中没有代码 {code}；请核对，或在 areas.csv 中补上", "No area {code} is known; check it or add it to areas.csv"
)
_NOT_VALID = Text(
    "代码 {code}（{name}）在 {day} 不在用{instead}；请改用当时有效的代码",
    "The code {code} ({name}) is not in use on {day}{instead}; use the code of that day",
)
_INSTEAD = Text("，已改为 {code}", "; it became {code}")
_OUTSIDE = Text(
    "坐标 {lon:.5f}, {lat:.5f} 不在 {name}（{code}）范围内；请重新选点或改正区划",
    "The place {lon:.5f}, {lat:.5f} lies outside {name} ({code}); pick it again or correct the area",
)


def area_code(written: str) -> str:
    """Return a code in its shortest form: zeros that only fill ("320600", "320613000000") are taken off.

    Raises `InputError` that says what is wrong with it.
    """
    code = written.strip()
    if not (code.isascii() and code.isdigit()):
        raise InputError(_NOT_DIGITS.with_values(code=code))
    if len(code) not in _LEVEL_OF:
        raise InputError(_LENGTH_WRONG.with_values(code=code, count=len(code)))
    if code[:2] not in _PROVINCES:
        raise InputError(_NO_PROVINCE.with_values(code=code, province=code[:2]))
    if len(code) > 12:
        if not code[12:].strip("0"):
            raise InputError(_NO_SEQUENCE.with_values(code=code))
        return code
    return _without_filling(code)


def level_of(code: str) -> Level:
    """Return the level of a code that `area_code` returned; raises `InputError` for any other length."""
    if len(code) not in _LEVEL_OF:
        raise InputError(_LENGTH_WRONG.with_values(code=code, count=len(code)))
    return _LEVEL_OF[len(code)]


def parent_of(code: str) -> str:
    """Return the code of the next wider area, "" for the country.

    Levels that do not exist are passed over: Dongguan has no counties, so the parent of the street 441900003 is 4419.
    """
    wider = max((length for length in _LENGTH.values() if length < len(code)), default=0)
    if len(code) == 14:
        wider = 12
    return _without_filling(code[:wider])


def ancestors_of(code: str) -> tuple[str, ...]:
    """Return all wider areas, the province first."""
    found: list[str] = []
    while code := parent_of(code):
        found.append(code)
    return tuple(reversed(found))


def is_within(code: str, area: str) -> bool:
    """Say whether `code` is `area` or lies in it; "" is the country.

    A 15-digit cell may begin with the digits of a 14-digit one (CJ/T 213) and yet lies beside it.
    """
    return code == area or (len(area) <= 12 and code.startswith(area))


def level_below(area: str, wanted: Level = "street") -> Level:
    """Return the level by which what lies in an area is grouped: the one that is wanted, else the next below it."""
    if not area:
        return wanted
    lowest = min(LEVELS.index(level_of(area)) + 1, len(LEVELS) - 1)
    return LEVELS[max(LEVELS.index(wanted), lowest)]


def at_level(code: str, level: Level) -> str:
    """Return the area of a level that a code lies in; the code itself when it is wider."""
    return code if len(code) <= _LENGTH[level] else _without_filling(code[: _LENGTH[level]])


def rolled_up(amounts: Mapping[str, float], level: Level) -> dict[str, float]:
    """Return sums by area of a level; what is known only for a wider area is kept under that, so that totals agree."""
    sums: dict[str, float] = {}
    for code, amount in amounts.items():
        area = at_level(code, level)
        sums[area] = sums.get(area, 0) + amount
    return sums


def _without_filling(code: str) -> str:
    for length, narrower in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(code) == length and not code[narrower:].strip("0"):
            code = code[:narrower]
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area under one code, for as long as the code was in use.

    `valid_to` is the first day on which it was not; None means it still is. `bounds` are west, south, east, north in
    degrees, None when unknown. `person` answers for it, and is called at `phone`. `source` names standard, edition or
    notice.
    """

    code: str
    name: Text
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: str = ""
    bounds: tuple[float, float, float, float] | None = None
    person: str = ""
    phone: str = ""
    source: str = ""

    def is_valid_on(self, day: date) -> bool:
        """Say whether the code was in use on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """The areas a city knows, by code."""

    by_code: Mapping[str, Area]

    def named(self, written: str, day: date) -> Area:
        """Return the area of a code on a day; raises `InputError` when it does not exist or was not in use."""
        code = area_code(written)
        area = self.by_code.get(code)
        if area is None:
            raise InputError(_UNKNOWN.with_values(code=code))
        if not area.is_valid_on(day):
            instead = _INSTEAD.with_values(code=area.replaced_by) if area.replaced_by else Text("", "")
            raise InputError(_NOT_VALID.with_values(code=code, name=area.name, day=day, instead=instead))
        return area

    def check_code(self, written: str, day: date) -> str:
        """Return a code whose nearest known area is in use; raises `InputError` when not even its city is known."""
        code = area_code(written)
        known = next((part for part in (code, *reversed(ancestors_of(code))) if part in self.by_code), code)
        self.named(known if len(known) >= 4 else code, day)
        return code

    def check_place(self, code: str, lon_deg: float, lat_deg: float) -> None:
        """Raise `InputError` when a place lies outside the nearest area of `code` whose bounds are known."""
        for part in (code, *reversed(ancestors_of(code))):
            area = self.by_code.get(part)
            if area is None or area.bounds is None:
                continue
            west, south, east, north = area.bounds
            if not (west <= lon_deg <= east and south <= lat_deg <= north):
                raise InputError(_OUTSIDE.with_values(lon=lon_deg, lat=lat_deg, name=area.name, code=part))
            return

    def children(self, code: str, day: date) -> tuple[Area, ...]:
        """Return the areas one level below in use on a day, by code; "" asks for the widest known."""
        return tuple(
            self.by_code[known]
            for known in sorted(self.by_code)
            if self._known_parent(known) == code and self.by_code[known].is_valid_on(day)
        )

    def top(self, day: date) -> str:
        """Return the narrowest area in use on a day that holds all others; "" where there is none, or nothing known."""
        code = ""
        while len(below := self.children(code, day)) == 1:
            code = below[0].code
        return code

    def path(self, code: str, day: date) -> tuple[Area, ...]:
        """Return the known areas in use on a day that an area lies in, the widest first, itself the last."""
        known = (self.by_code.get(part) for part in (*ancestors_of(code), code)) if code else ()
        return tuple(area for area in known if area is not None and area.is_valid_on(day))

    def _known_parent(self, code: str) -> str:
        return next((part for part in reversed(ancestors_of(code)) if part in self.by_code), "")
