"""Members of enumerations in answers, as Debian 12's Python 3.11.2 writes them."""

import pickle
from pathlib import Path

import pytest

from sanping.domain.city import SurfaceKind
from sanping.workers.protocol import believed


class Asked:
    """Pickles itself as `getattr(kind, name)`."""

    def __init__(self, kind: type, name: str) -> None:
        self.kind = kind
        self.name = name

    def __reduce__(self) -> tuple[object, ...]:
        return (getattr, (self.kind, self.name))


def test_a_member_asked_for_by_name_is_believed() -> None:
    # given a member as Python before 3.11.4 writes it
    message = pickle.dumps(Asked(SurfaceKind, "ROOF"), protocol=5)

    # when the parent reads it
    member = believed(message)

    # then it is that member
    assert member is SurfaceKind.ROOF


@pytest.mark.parametrize(("kind", "name"), [(Path, "unlink"), (SurfaceKind, "__class__"), (SurfaceKind, "mro")])
def test_anything_else_asked_for_by_name_is_refused(kind: type, name: str) -> None:
    # given an answer that reaches for something that is no member
    message = pickle.dumps(Asked(kind, name), protocol=5)

    # when the parent reads it

    # then it is refused
    with pytest.raises(pickle.UnpicklingError):
        believed(message)
