"""sanping.workers.program: words of `sanping` as programs, told by lines and stopped at will."""

from pathlib import Path

import pytest

from sanping.domain.errors import Cancelled, WorkerFailed
from sanping.domain.text import Text
from sanping.workers.program import run_program


class Watching:
    """Takes every report; raises at the first whose words hold `until`."""

    def __init__(self, until: str = "") -> None:
        self.until = until
        self.said: list[tuple[float, str]] = []

    def report(self, fraction: float, doing: Text) -> None:
        self.said.append((fraction, doing.en))
        if self.until and self.until in doing.en:
            raise Cancelled(doing)


def test_a_program_that_ends_well_just_ends() -> None:
    # given a word that needs no window
    watching = Watching()

    # when it is run
    run_program(["--version"], watching)

    # then it was begun and is over
    assert watching.said


def test_a_program_that_refuses_is_told_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a file that is no recording
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (tmp_path / "a.sprec").write_text("nothing", encoding="utf-8")

    # when a film of it is wanted
    with pytest.raises(WorkerFailed) as refused:
        run_program(["film", str(tmp_path / "a.sprec"), "-o", str(tmp_path / "a.mp4")], Watching())

    # then the reason is the program's own
    assert "not a recording" in refused.value.in_language("en")
    assert not (tmp_path / "a.mp4").exists()
