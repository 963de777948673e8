"""The browser that tests of the phone page share."""

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.phone_town import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser
