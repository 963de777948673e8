"""Components (部件) of the city: 16-digit ids, the classes of GB/T 30428.2, and what is contradictory in a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sanping.domain.area import area_code, is_within
from sanping.domain.errors import InputError
from sanping.domain.text import Text

ClassKind = Literal["component", "event"]
_ID_LENGTH = 16

_NOT_DIGITS = Text(
    "部件编码“{id}”含有数字以外的字符；请只填 16 位数字",
    "The component id “{id}” holds more than digits; write 16 digits",
)
_LENGTH_WRONG = Text(
    "部件编码“{id}”有 {count} 位；应为 16 位：6 位县级区划、2 位大类、2 位小类、6 位顺序号",
    "The component id “{id}” has {count} digits; it must have 16: 6 county, 2 class, 2 subclass, 6 serial",
)
_NO_SERIAL = Text(
    "部件编码“{id}”的顺序号为 000000；请核对后 6 位", "The component id “{id}” has serial 000000; check it"
)
_CLASS_UNKNOWN = Text(
    "分类表中没有部件类 {code}；请核对编码，或在 component_classes.csv 中补上",
    "No component class {code} is known; check the id or add the class to component_classes.csv",
)
_LARGE_DIFFERS = Text(
    "大类写作“{written}”，编码 {id} 里却是 {large}（{name}）",
    "The class is written “{written}”, but the id {id} says {large} ({name})",
)
_SMALL_DIFFERS = Text(
    "小类写作“{written}”，编码 {id} 里却是 {small}（{name}）",
    "The subclass is written “{written}”, but the id {id} says {small} ({name})",
)
_GRID_DIFFERS = Text(
    "所在网格 {grid} 不在编码 {id} 的县级区划 {county} 内",
    "The grid cell {grid} is not in county {county} of the id {id}",
)
_GRID_BROKEN = Text("所在网格无效：{reason}", "The grid cell is invalid: {reason}")
_NO_PLACE = Text("没有坐标，或坐标为 0", "It has no coordinates, or zeros")
_PLACE_WRONG = Text("坐标 {x}, {y} 不是经纬度", "The coordinates {x}, {y} are no longitude and latitude")
_UNNAMED = Text("未命名", "unnamed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentId:
    """The 16 digits of a component, taken apart; `small` is the subclass within `large`."""

    county: str
    large: str
    small: str
    serial: str

    @property
    def class_code(self) -> str:
        """The four digits of class and subclass."""
        return self.large + self.small

    def __str__(self) -> str:
        """The 16 digits."""
        return self.county + self.large + self.small + self.serial


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingClass:
    """One class of components or events; two digits are a class, four a subclass, more a city's own third level."""

    kind: ClassKind
    code: str
    name: Text
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRecord:
    """A component as offices exchange it, unchecked: the texts are as written (CJ/T 214 names in `docs`).

    `large` and `small` are a code ("01", "0101") or a name; `lon_deg`, `lat_deg` are None when blank.
    """

    id: str
    name: str = ""
    large: str = ""
    small: str = ""
    grid: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    state: str = ""
    competent_dept: str = ""
    owner_dept: str = ""
    maintainer_dept: str = ""
    device: str = ""


def component_id(written: str) -> ComponentId:
    """Take a component id apart; raises `InputError` that says what is wrong with it."""
    text = written.strip()
    if not (text.isascii() and text.isdigit()):
        raise InputError(_NOT_DIGITS.with_values(id=text))
    if len(text) != _ID_LENGTH:
        raise InputError(_LENGTH_WRONG.with_values(id=text, count=len(text)))
    area_code(text[:6])
    if text[10:] == "000000":
        raise InputError(_NO_SERIAL.with_values(id=text))
    return ComponentId(county=text[:6], large=text[6:8], small=text[8:10], serial=text[10:])


def contradictions(record: ComponentRecord, classes: Mapping[str, ThingClass]) -> tuple[Text, ...]:
    """Return everything in a record that contradicts something else in it, or the table of component classes by code.

    An id that cannot be taken apart is the only thing reported then; nothing is raised.
    """
    try:
        id = component_id(record.id)
    except InputError as error:
        return (error.message,)
    found: list[Text] = []
    large, small = classes.get(id.large), classes.get(id.class_code)
    if large is None or small is None:
        code = id.large if large is None else id.class_code
        found.append(_CLASS_UNKNOWN.with_values(code=code))
    if not _means(record.large, (id.large,), large):
        name = large.name if large else _UNNAMED
        found.append(_LARGE_DIFFERS.with_values(written=record.large, id=record.id, large=id.large, name=name))
    if not _means(record.small, (id.small, id.class_code), small):
        name = small.name if small else _UNNAMED
        found.append(_SMALL_DIFFERS.with_values(written=record.small, id=record.id, small=id.class_code, name=name))
    return (*found, *_grid_trouble(record, id), *_place_trouble(record))


def _means(written: str, codes: tuple[str, ...], meant: ThingClass | None) -> bool:
    """Say whether a class as written can be the one meant; a name of a class nobody knows cannot be judged."""
    text = written.strip()
    if not text or text in codes:
        return True
    if text.isdigit():
        return text.zfill(2) in codes
    return meant is None or text in (meant.name.zh, meant.name.en)


def _grid_trouble(record: ComponentRecord, id: ComponentId) -> tuple[Text, ...]:
    if not record.grid.strip():
        return ()
    try:
        grid = area_code(record.grid)
    except InputError as error:
        return (_GRID_BROKEN.with_values(reason=error.message),)
    if is_within(grid, area_code(id.county)):
        return ()
    return (_GRID_DIFFERS.with_values(grid=grid, id=record.id, county=id.county),)


def _place_trouble(record: ComponentRecord) -> tuple[Text, ...]:
    x, y = record.lon_deg, record.lat_deg
    if not x or not y:
        return (_NO_PLACE,)
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        return (_PLACE_WRONG.with_values(x=x, y=y),)
    return ()
