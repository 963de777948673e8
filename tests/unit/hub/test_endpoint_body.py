"""The JSON body of a request to the hub."""

from typing import Any

import pytest

from sanping.domain.errors import InputError
from sanping.hub.endpoint import Asked, body_of


def test_a_body_is_read_as_the_kind_that_is_asked_for() -> None:
    # given a request with a body
    asked = Asked(parameters={}, body=b'{"code": 7}')

    # when it is read
    found = body_of(asked, dict[str, int])

    # then it is the value
    assert found == {"code": 7}


@pytest.mark.parametrize("body", [b"", b"{", b"[1, 2]", b'{"name": "\xff\xfe"}'])
def test_a_body_that_is_something_else_is_refused_with_a_reason(body: bytes) -> None:
    # given a request whose body is empty, cut off, of another kind, or no UTF-8
    asked = Asked(parameters={}, body=body)

    # when it is read
    with pytest.raises(InputError) as refused:
        body_of(asked, dict[str, Any])

    # then the message says why
    assert "JSON" in refused.value.in_language("en")
    assert not refused.value.in_language("zh").endswith("：")
