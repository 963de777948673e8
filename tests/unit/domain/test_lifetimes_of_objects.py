"""sanping.domain.lifetime: what dates mean."""

from datetime import datetime
from math import inf

import pytest

from sanping.domain.lifetime import LifetimeNames, lifetime_ms, moment_ms, names_from


def ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-15", "2026-03-15T00:00+08:00"),
        ("2026-03-15T10:30:00+01:00", "2026-03-15T10:30+01:00"),
        ("2026-03-15T02:00:00Z", "2026-03-15T02:00+00:00"),
        ("20260315", "2026-03-15T00:00+08:00"),
        ("2026/3/15", "2026-03-15T00:00+08:00"),
        ("2026年3月15日", "2026-03-15T00:00+08:00"),
        ("1998", "1998-01-01T00:00+08:00"),
        (1998, "1998-01-01T00:00+08:00"),
        (1998.0, "1998-01-01T00:00+08:00"),
    ],
)
def test_a_date_is_the_midnight_where_the_twin_lies(written: object, meant: str) -> None:
    # given a date as models write it
    # when it is read
    found = moment_ms(written)

    # then it is that moment
    assert found == ms(meant)


@pytest.mark.parametrize(
    "written", ["soon", "2026-13-01", "20261399", True, None, 1.5, float("nan"), {"a": 1}, "99999"]
)
def test_what_is_no_date_is_none(written: object) -> None:
    # given something else
    # when it is read
    found = moment_ms(written)

    # then nothing is guessed
    assert found is None


def test_an_object_stands_between_its_dates() -> None:
    # given objects with both dates, one of them, none, dates that are none, and dates the wrong way round
    objects = [
        {"valid_from": "2026-01-01", "valid_to": "2026-06-01"},
        {"yearOfConstruction": 1998},
        {"name": "x"},
        {"validFrom": "soon", "valid_to": ""},
        {"valid_from": "2026-06-01", "valid_to": "2026-01-01"},
    ]

    # when their lifetimes are asked for
    found = [lifetime_ms(attributes, LifetimeNames()) for attributes in objects]

    # then what cannot be is counted and ignored
    assert found == [
        (ms("2026-01-01T00:00+08:00"), ms("2026-06-01T00:00+08:00"), 0),
        (ms("1998-01-01T00:00+08:00"), inf, 0),
        (-inf, inf, 0),
        (-inf, inf, 1),
        (-inf, inf, 1),
    ]


def test_a_layer_names_its_own_columns() -> None:
    # given a layer's table of a twin in another zone
    names = names_from({"valid_from_column": "gebaut", "utc_offset_h": 1})

    # when an object is looked at
    found = lifetime_ms({"gebaut": "2026-03-15", "valid_from": "1900", "valid_to": "2027"}, names)

    # then the named column counts, and the usual one for what was not named
    assert found == (ms("2026-03-15T00:00+01:00"), ms("2027-01-01T00:00+01:00"), 0)
    assert "creationDate" not in names.all
