"""Every store of observations, for the tests that each must pass."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.every_history import KINDS, opened
from sanping.ports.history import History


@pytest.fixture(params=KINDS)
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    store = opened(request.param, tmp_path)
    yield store
    store.close()
