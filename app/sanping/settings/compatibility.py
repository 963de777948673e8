"""Combinations of versions that are known to break, found before they do."""

from sanping.domain.text import Text

_FIRST_BROKEN_QT = (6, 12)
_FIRST_SOUND_PYTHON = (3, 12)


def qt_trouble(python: tuple[int, int], qt: tuple[int, int]) -> Text | None:
    """Return why this Python and this PySide6 must not run together, or None.

    PySide6 6.12.0 drops a reference to `True` at each emitted signal on Python 3.11 and older, and the process aborts
    after a few hundred.
    """
    if qt < _FIRST_BROKEN_QT or python >= _FIRST_SOUND_PYTHON:
        return None
    return Text(
        "PySide6 {qt} 与 Python {python} 不能一起使用（程序会中途退出）。"
        "请安装 PySide6-Essentials<6.12，或改用 Python 3.12 及以上",
        "PySide6 {qt} must not run on Python {python} (the process would abort). "
        "Install PySide6-Essentials<6.12, or use Python 3.12 or newer",
    ).with_values(qt=".".join(map(str, qt)), python=".".join(map(str, python)))
