"""Turns whatever a foreign library throws at a bad file into our errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sanping.domain.errors import FileBroken, FileHostile, InputError, SanpingError
from sanping.domain.text import Text

_DAMAGED = Text(
    "文件损坏或不完整（{reason}）；请重新导出或下载", "The file is damaged or incomplete ({reason}); export it again"
)
_TOO_BIG = Text(
    "文件展开后超出内存；请裁剪或抽稀后再打开", "The file does not fit in memory once opened; cut or thin it first"
)
_LONGEST_REASON = 160


@contextmanager
def foreign_errors_as_ours(path: Path) -> Iterator[None]:
    """Let only `SanpingError` out: memory trouble becomes `FileHostile`, anything else `FileBroken`.

    An `InputError` without a file gets this one.
    """
    try:
        yield
    except InputError as error:
        if error.path:
            raise
        raise type(error)(error.message, path=str(path), place=error.place) from error
    except (SanpingError, ImportError, NameError, SyntaxError):  # the last three are our own mistakes, not the file's
        raise
    except MemoryError as error:
        raise FileHostile(_TOO_BIG, path=str(path)) from error
    except RecursionError as error:
        raise FileHostile(_DAMAGED.with_values(reason="nested too deeply"), path=str(path)) from error
    except Exception as error:
        raise FileBroken(_DAMAGED.with_values(reason=_reason(error)), path=str(path)) from error


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"
