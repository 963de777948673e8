"""Conditions on attributes: a field, how it is compared, and with what; several joined by and / or."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanping.analysis.object_table import Column, NumberColumn, WordColumn
from sanping.domain.errors import InputError
from sanping.domain.text import Text

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "contains", "in", "empty", "filled"]
Joint = Literal["and", "or"]
Mask = npt.NDArray[np.bool_]
Forms = Callable[[str], Sequence[str]]
"""What else a word is called: "residential" is 住宅 as well."""

OPERATORS: dict[Operator, Text] = {
    "=": Text("＝ 等于", "= equals"),
    "!=": Text("≠ 不等于", "≠ differs from"),
    "<": Text("＜ 小于", "< less than"),
    "<=": Text("≤ 不大于", "≤ at most"),
    ">": Text("＞ 大于", "> more than"),
    ">=": Text("≥ 不小于", "≥ at least"),
    "contains": Text("包含", "contains"),
    "in": Text("属于其中之一", "is one of"),
    "empty": Text("为空", "is empty"),
    "filled": Text("不为空", "is not empty"),
}
NUMBER_OPERATORS: tuple[Operator, ...] = ("=", "!=", "<", "<=", ">", ">=", "in", "empty", "filled")
WORD_OPERATORS: tuple[Operator, ...] = ("=", "!=", "contains", "in", "<", "<=", ">", ">=", "empty", "filled")
NEED_NOTHING: tuple[Operator, ...] = ("empty", "filled")
_SEVERAL = re.compile(r"[,，、;；|]")
_NO_NUMBER = Text(
    "“{value}”不是数字，而“{field}”是数字字段；请改填数字，例如 24.5",
    "“{value}” is no number, but “{field}” holds numbers; type one, such as 24.5",
)
_NO_VALUE = Text("“{field}”的条件还没有填值；请填写，或删去该条件",
                 "The condition on “{field}” has no value yet; type one, or take the condition away")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; `value` is as typed, for "in" several with commas between. `title` names the field in words."""

    field: str
    operator: Operator = "="
    value: str = ""
    title: Text | None = None


def mask_of(
    columns: Mapping[str, Column], count: int, conditions: Sequence[Condition], joint: Joint, forms: Forms
) -> Mask:
    """Return which of `count` objects meet the conditions; nothing asked is met by all.

    A field that the objects do not have is met by none. Raises `InputError` for a value that cannot be compared.
    """
    if not conditions:
        return np.ones(count, np.bool_)
    masks = [
        _met(columns[one.field], one, forms) if one.field in columns else np.zeros(count, np.bool_)
        for one in conditions
    ]
    found: Mask = np.logical_and.reduce(masks) if joint == "and" else np.logical_or.reduce(masks)
    return found


def checked(conditions: Sequence[Condition], columns: Mapping[str, Column]) -> None:
    """Raise `InputError` when a condition lacks its value, or has a word for a field of numbers."""
    for one in conditions:
        if one.operator not in NEED_NOTHING and not one.value.strip():
            raise InputError(_NO_VALUE.with_values(field=one.title or one.field))
        if isinstance(columns.get(one.field), NumberColumn):
            _numbers(one)


def _met(column: Column, condition: Condition, forms: Forms) -> Mask:
    if condition.operator in NEED_NOTHING:
        return column.is_known if condition.operator == "filled" else ~column.is_known
    if isinstance(column, NumberColumn):
        return _number_met(column, condition)
    return _word_met(column, condition, forms)


def _number_met(column: NumberColumn, condition: Condition) -> Mask:
    wanted = _numbers(condition)
    values = column.values
    if condition.operator in ("=", "in"):
        return np.isin(values, wanted)
    if condition.operator == "!=":
        return column.is_known & ~np.isin(values, wanted)
    compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}.get(condition.operator)
    found: Mask = np.zeros(len(values), np.bool_) if compare is None else compare(values, wanted[0])
    return found


def _numbers(condition: Condition) -> list[float]:
    """Return the numbers of a condition. Raises `InputError`."""
    if condition.operator in NEED_NOTHING:
        return []
    parts = _SEVERAL.split(condition.value) if condition.operator == "in" else [condition.value]
    try:
        return [float(part) for part in parts if part.strip()] or [float("nan")]
    except ValueError as error:
        said = _NO_NUMBER.with_values(value=condition.value, field=condition.title or condition.field)
        raise InputError(said) from error


def _word_met(column: WordColumn, condition: Condition, forms: Forms) -> Mask:
    """Compare the words once each, then look up whose they are."""
    test = _word_test(condition)
    verdict = np.array([any(test(form.lower()) for form in (word, *forms(word))) for word in column.words], np.bool_)
    if condition.operator == "!=":
        verdict = ~verdict
    return np.append(verdict, False)[column.codes]


def _word_test(condition: Condition) -> Callable[[str], bool]:
    wanted = condition.value.strip().lower()
    if condition.operator == "contains":
        return lambda word: wanted in word
    if condition.operator == "in":
        several = {part.strip() for part in _SEVERAL.split(wanted)}
        return lambda word: word in several
    order: dict[str, Callable[[str], bool]] = {
        "<": lambda word: word < wanted, "<=": lambda word: word <= wanted,
        ">": lambda word: word > wanted, ">=": lambda word: word >= wanted,
    }  # fmt: skip
    return order.get(condition.operator, lambda word: word == wanted)
