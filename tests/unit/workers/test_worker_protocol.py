"""The parent believes plain values only, and workers report no oftener than people can see."""

import os
import pickle
import subprocess
from collections import Counter
from datetime import UTC, datetime
from multiprocessing.connection import Pipe
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.city import Origin, Skipped, SurfaceKind
from sanping.domain.errors import FileHostile
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions
from sanping.workers.child import REPORTS_PER_SECOND, ChannelProgress
from sanping.workers.protocol import Doing, Done, Refused, believed, packed

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_values_travel_unchanged(value: object) -> None:
    assert believed(packed(Done(result=value))) == Done(result=value)


def test_values_of_ours_travel_unchanged() -> None:
    values = [
        Origin(format="CityGML", skipped=(Skipped(reason=Text("坏", "bad"), count=2, examples=("a",)),)),
        ReadOptions(crs="EPSG:4549", settings=(("height", "h"),)),
        SurfaceKind.ROOF,
        Path("/a/b"),
        datetime(2026, 3, 20, 15, 0, tzinfo=UTC),
        Counter("aab"),
        {1, 2},
        frozenset({3}),
        1 + 2j,
    ]

    assert believed(packed(Done(result=values))) == Done(result=values)


@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3), np.array([], np.uint8), np.array(["a", "楼"]), np.float32(2)]
)
def test_arrays_travel_unchanged(array) -> None:
    result = believed(packed(Done(result=array))).result

    assert result.dtype == array.dtype
    np.testing.assert_array_equal(result, array)


def test_errors_of_ours_travel_unchanged() -> None:
    answer = believed(packed(Refused(error=FileHostile(Text("太大", "too large"), path="a", place="b"))))

    assert isinstance(answer.error, FileHostile)
    assert (answer.error.message.en, answer.error.path, answer.error.place) == ("too large", "a", "b")


class Call:
    """Unpickles as a call."""

    def __init__(self, function, *arguments) -> None:
        self._call = (function, arguments)

    def __reduce__(self):
        return self._call


@pytest.mark.parametrize(
    "trick",
    [
        Call(os.system, "true"),
        Call(eval, "1+1"),
        Call(exec, "pass"),
        Call(getattr, "a", "upper"),
        Call(__import__, "antigravity"),
        Call(subprocess.Popen, ["true"]),
        Call(pickle.loads, b"N."),
        Call(np.load, "x.npy"),
        Call(Path.unlink, Path("/nowhere")),
        Call(open, "/nowhere"),
    ],
)
def test_a_call_is_not_believed(trick) -> None:
    with pytest.raises(pickle.UnpicklingError, match="no plain value"):
        believed(packed([trick]))


def test_functions_of_ours_are_not_believed_either() -> None:
    with pytest.raises(pickle.UnpicklingError, match="no plain value"):
        believed(packed(packed))


def test_reports_are_thinned_out() -> None:
    # given a reader that reports ten thousand times at once
    ours, theirs = Pipe()
    progress = ChannelProgress(theirs)
    for step in range(10_000):
        progress.report(step / 10_000, Text("读取", "reading"))
    theirs.close()

    # when the parent listens
    heard = []
    with ours:
        while ours.poll():
            try:
                heard.append(believed(ours.recv_bytes()))
            except EOFError:
                break

    # then it hears the first one and few others
    assert heard[0] == Doing(fraction=0.0, doing=Text("读取", "reading"))
    assert len(heard) < REPORTS_PER_SECOND
