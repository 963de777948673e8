"""`cli.declared` and `cli.terminal`."""

from typing import Annotated

import pytest
from cyclopts import App

from sanping.cli.declared import Command, added
from sanping.cli.terminal import TerminalProgress, table
from sanping.domain.text import Language, Text

seen: list[tuple[str, int]] = []


def _greet(
    name: Annotated[str, Text("名字", "Name to greet")], /, *, times: Annotated[int, Text("次数", "How often")] = 1
) -> int:
    seen.append((name, times))
    return 3


@pytest.mark.parametrize(("language", "word"), [("zh", "次数"), ("en", "How often")])
def test_help_speaks_the_language(language: Language, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    # given an app with one bilingual command
    app = App(name="x")
    added(app, Command(name="greet", title=Text("问候", "Greet"), run=_greet), language)
    # when help is asked for
    app(["greet", "--help"], result_action="return_value")
    # then it is in that language
    assert word in capsys.readouterr().out


def test_arguments_arrive_and_the_status_comes_back() -> None:
    app = App(name="x")
    added(app, Command(name="greet", title=Text("问候", "Greet"), run=_greet), "en")
    status = app(["greet", "Putuo", "--times", "4"], result_action="return_value")
    assert status == 3
    assert seen[-1] == ("Putuo", 4)


def test_a_table_aligns_chinese_by_two_cells() -> None:
    assert table([["格式", "a"], ["crs", "b"]]) == "格式  a\ncrs   b"


def test_progress_is_silent_when_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    TerminalProgress("en").report(0.5, Text("读取", "Reading"))
    assert capsys.readouterr().err == ""
