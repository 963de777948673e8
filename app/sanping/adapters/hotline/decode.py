"""Decodes answers of a hotline: bytes → work orders → calls. Pure; raises only `FrameBroken`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import orjson

from sanping.adapters.hotline.tables import Tables
from sanping.domain.byte_text import is_utf8
from sanping.domain.call import Call
from sanping.domain.case import CallBack
from sanping.domain.china_datum import wgs84_from_bd09, wgs84_from_gcj02
from sanping.domain.errors import FrameBroken, InputError
from sanping.domain.record_mapping import Problem, records_in, time_ms, value_at
from sanping.domain.text import Text

Datum = Literal["wgs84", "gcj02", "bd09"]

LONGEST_CONTENT = 4000
LONGEST_WORD = 200
FUTURE_MS = 10 * 60_000
_FILL = re.compile(r"[-—/无\s]*|null|None")

_NOT_JSON = Text("回应不是合法的 JSON：{reason}", "The answer is not valid JSON: {reason}")
_NO_LIST = Text("回应里 {path} 处没有工单列表", "The answer has no list of work orders at {path}")
_NO_ORDER = Text("列表里的一项不是工单", "An item of the list is no work order")
_NO_NUMBER = Text(
    "工单没有编号（字段 {fields}），无法立案；请核对字段对照表",
    "A work order has no number (field {fields}) and cannot become a case; check the mapping",
)
_NO_CONTENT = Text(
    "工单 {number} 没有内容也没有地址；请核对字段对照表",
    "The work order {number} has neither content nor address; check the mapping",
)
_NO_TIME = Text(
    "工单 {number} 的时间“{value}”无效，按收到的时刻计",
    "The time “{value}” of work order {number} is invalid; the moment of receipt counts",
)
_NO_PLACE = Text(
    "工单 {number} 的坐标“{lon}, {lat}”无效，按地址办理",
    "The place “{lon}, {lat}” of work order {number} is invalid; it goes by its address",
)
_NO_WORD = Text(
    "字段对照表里没有“{word}”（{table}）；请补上一行", "The mapping has no “{word}” ({table}); add a row for it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How work orders are read: the words, the zone of their times, the datum of their places."""

    tables: Tables
    utc_offset_h: float = 8.0
    datum: Datum = "wgs84"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The work orders of an answer and where the next ones are asked for, "" when it does not say."""

    orders: tuple[object, ...]
    cursor: str


def page(body: bytes, orders: str, cursor: str) -> Page:
    """Return an answer in UTF-8 or GBK; `orders` and `cursor` are paths in it. Raises `FrameBroken`."""
    try:
        document = orjson.loads(_text(body))
    except (orjson.JSONDecodeError, UnicodeDecodeError) as error:
        raise FrameBroken(_NOT_JSON.with_values(reason=str(error)[:200])) from error
    try:
        found = records_in(document, orders)
    except InputError as error:
        raise FrameBroken(_NO_LIST.with_values(path=orders or "—")) from error
    if not orders and not isinstance(document, list):
        raise FrameBroken(_NO_LIST.with_values(path="—"))
    if orders and not isinstance(value_at(document, orders), list):
        raise FrameBroken(_NO_LIST.with_values(path=orders))
    following = value_at(document, cursor) if cursor else None
    return Page(orders=tuple(found), cursor=str(following) if isinstance(following, str | int) else "")


def call_of(order: object, reading: Reading, now_ms: int) -> tuple[Call | None, tuple[Problem, ...]]:
    """Return the call of a work order, None when it has no number or says nothing; and what is wrong with it.

    A wrong time, place or word never loses a call: what can be used is, and the rest is told.
    """
    if not isinstance(order, Mapping):
        return None, (Problem("bad_orders", _NO_ORDER),)
    fields = _Fields(order, reading.tables)
    number = fields.text("number", LONGEST_WORD)
    if not number:
        names = "、".join(reading.tables.fields.get("number", ()))
        return None, (Problem("bad_orders", _NO_NUMBER.with_values(fields=names)),)
    content, address = fields.text("content", LONGEST_CONTENT), fields.text("address", LONGEST_WORD)
    if not content and not address:
        return None, (Problem("bad_orders", _NO_CONTENT.with_values(number=number)),)
    problems: list[Problem] = []
    place = _place(fields, number, reading.datum, problems)
    name = fields.text("class", LONGEST_WORD)
    kind, code = fields.word("class", reading.tables.classes, ("event", ""), problems)
    call = Call(
        number=number,
        at_ms=_time(fields, number, reading.utc_offset_h, now_ms, problems),
        kind=fields.word("kind", reading.tables.kinds, "help", problems),
        content=content,
        stage=fields.word("stage", reading.tables.stages, "accepted", problems),
        urgency=fields.word("urgency", reading.tables.urgencies, "normal", problems),
        caller_name=fields.text("caller_name", LONGEST_WORD),
        caller_phone=fields.text("caller_phone", LONGEST_WORD),
        address=address,
        street=fields.text("street", LONGEST_WORD),
        class_name=name,
        class_kind=kind,
        class_code=code,
        lon_deg=place[0] if place else None,
        lat_deg=place[1] if place else None,
        call_back=_call_back(fields, problems),
    )
    return call, tuple(problems)


class _Fields:
    """The fields of one work order under whatever names."""

    def __init__(self, order: Mapping[str, Any], tables: Tables) -> None:
        self._order = order
        self.tables = tables

    def text(self, ours: str, longest: int) -> str:
        """Return a field as text, "" when it is blank, a dash, or no plain value."""
        for path in self.tables.fields.get(ours, ()):
            found = self._order.get(path)
            found = value_at(self._order, path) if found is None else found
            if isinstance(found, str | int | float) and not isinstance(found, bool):
                written = str(found).strip()[:longest]
                if not _FILL.fullmatch(written):
                    return written
        return ""

    def word(self, ours: str, known: Mapping[str, Any], otherwise: Any, problems: list[Problem]) -> Any:
        """Return what a word means; a blank one means the usual, an unknown one too, and that is told."""
        written = self.text(ours, LONGEST_WORD)
        if not written or written in known:
            return known[written] if written else otherwise
        problems.append(Problem("unknown_words", _NO_WORD.with_values(word=written[:60], table=ours)))
        return otherwise


def _call_back(fields: _Fields, problems: list[Problem]) -> CallBack | None:
    """Return what the hotline heard when it rang back, None when it has not."""
    yes_no: Mapping[str, bool] = {word: ours == "yes" for word, ours in fields.tables.answers.items()}
    reached = fields.word("is_reached", yes_no, None, problems)
    said = CallBack(
        is_answered=fields.word("is_answered", yes_no, None, problems),
        is_solved=fields.word("is_solved", yes_no, None, problems),
        score=int(fields.word("score", fields.tables.scores, "0", problems)),
    )
    if said.says_something:
        return said
    return CallBack(is_reached=False) if reached is False else None


def _text(body: bytes) -> str:
    body = body.removeprefix(b"\xef\xbb\xbf")
    return body.decode("utf-8" if is_utf8(body, is_whole=True) else "gb18030")


def _time(fields: _Fields, number: str, utc_offset_h: float, now_ms: int, problems: list[Problem]) -> int:
    written = fields.text("at", LONGEST_WORD)
    found = time_ms(written, utc_offset_h) if written else None
    if found is None or found > now_ms + FUTURE_MS:
        problems.append(Problem("bad_times", _NO_TIME.with_values(number=number, value=written[:60])))
        return now_ms
    return min(found, now_ms)


def _place(fields: _Fields, number: str, datum: Datum, problems: list[Problem]) -> tuple[float, float] | None:
    """Return a place in WGS 84; blanks and zeros are none, and so is what lies nowhere."""
    written = fields.text("lon", LONGEST_WORD), fields.text("lat", LONGEST_WORD)
    try:
        lon, lat = (float(word or 0) for word in written)
    except ValueError:
        lon = lat = float("nan")
    if lon == lat == 0:
        return None
    if not (lon and lat and -180 <= lon <= 180 and -90 <= lat <= 90):
        wrong = _NO_PLACE.with_values(number=number, lon=written[0][:30] or "—", lat=written[1][:30] or "—")
        problems.append(Problem("bad_places", wrong))
        return None
    if datum == "wgs84":
        return lon, lat
    shifted = (wgs84_from_gcj02 if datum == "gcj02" else wgs84_from_bd09)(np.array([[lon, lat]]))[0]
    return float(shifted[0]), float(shifted[1])
