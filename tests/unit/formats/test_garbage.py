"""The garbage collector rests while a file is read, and is left as it was."""

import gc

import pytest

from sanping.formats.garbage import no_garbage_collection


def test_the_collector_rests_and_then_works_again() -> None:
    assert gc.isenabled()

    with no_garbage_collection():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_an_error_wakes_the_collector() -> None:
    with pytest.raises(ValueError, match="broken"), no_garbage_collection():
        raise ValueError("broken")

    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with no_garbage_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
