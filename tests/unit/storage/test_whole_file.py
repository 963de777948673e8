"""Files that are whole: their sum is that of their bytes, and reading for it says how far it is and can be ended."""

import hashlib
from io import BytesIO

import pytest

from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.storage.whole_file import sha256_of

BODY = bytes(range(256)) * 10_000  # three blocks
CHECKING = Text("正在核对 x", "Checking x")


class Heard:
    """Progress that keeps what it is told, and asks to stop at a share."""

    def __init__(self, stop_at: float = 2.0) -> None:
        self.said: list[tuple[float, Text]] = []
        self._stop_at = stop_at

    def report(self, fraction: float, doing: Text) -> None:
        self.said.append((round(fraction, 2), doing))
        if fraction >= self._stop_at:
            raise Cancelled(Text("已取消", "Cancelled"))


@pytest.mark.parametrize("body", [b"", b"one", BODY], ids=["empty", "short", "long"])
def test_the_sum_of_a_file_is_that_of_its_bytes(body: bytes) -> None:
    # given a file; when it is read for its sum; then it is what the standard library makes of it at once
    assert sha256_of(BytesIO(body), len(body)) == hashlib.sha256(body).hexdigest()


def test_reading_says_how_far_it_is_never_past_the_end_and_stops_when_asked() -> None:
    # given a long file, and one that is longer than was said
    told, longer, stopped = Heard(), Heard(), Heard(stop_at=0.5)

    # when they are read; then shares rise to one and no further
    sha256_of(BytesIO(BODY), len(BODY), told, CHECKING)
    sha256_of(BytesIO(BODY), 1, longer, CHECKING)
    assert told.said == [(0.41, CHECKING), (0.82, CHECKING), (1.0, CHECKING)]
    assert {share for share, _ in longer.said} == {1.0}

    # and who cancels is heard between two blocks
    with pytest.raises(Cancelled):
        sha256_of(BytesIO(BODY), len(BODY), stopped, CHECKING)
    assert len(stopped.said) == 2
