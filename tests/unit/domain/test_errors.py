"""`domain.errors`."""

import multiprocessing

import pytest

from sanping.domain.errors import FileBroken, InputError, SanpingError
from sanping.domain.text import Text


def _broken() -> FileBroken:
    return FileBroken(Text("文件被截断", "The file is cut short"), path="a.json", place="line 3")


def test_message_ends_with_file_and_place() -> None:
    error = _broken()
    assert error.in_language("en") == "The file is cut short (a.json · line 3)"
    assert str(error) == "文件被截断（a.json · line 3）"


def test_message_without_file_has_no_brackets() -> None:
    assert SanpingError(Text("已取消", "Cancelled")).in_language("en") == "Cancelled"


def _raise_broken(_: int) -> None:
    raise _broken()


def test_error_crosses_a_process_border_unchanged() -> None:
    # given a worker that raises
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        # when its result is asked for
        with pytest.raises(InputError) as caught:
            pool.map(_raise_broken, [0])
        pool.terminate()
        pool.join()
    # then kind, message and place have come along
    assert type(caught.value) is FileBroken
    assert caught.value.place == "line 3"
    assert caught.value.message == _broken().message
