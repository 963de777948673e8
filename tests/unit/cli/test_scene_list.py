"""`sanping scenes` lists what can be opened, and says of a broken pack what is wrong with it."""

from pathlib import Path

import pytest

from sanping.cli.scenes import list_scenes
from sanping.settings import paths


def test_scenes_are_listed_and_a_broken_one_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a broken pack among one's own
    monkeypatch.setenv("SANPING_HOME", str(tmp_path))
    whole = list_scenes()
    said_before = capsys.readouterr().out
    broken = paths.own_scenes() / "broken"
    broken.mkdir(parents=True)
    (broken / "scene.toml").write_text('title = { zh = "坏" }\nsummary = { zh = "包" }\n', encoding="utf-8")

    # when they are listed
    code = list_scenes()

    # then ours are there, the broken one says what it lacks, and the program says so
    said = capsys.readouterr().out
    assert (whole, code) == (0, 1)
    assert {"nantong", "suqian"} <= {line.split("\t")[0] for line in said_before.splitlines()}
    assert any(line.startswith("broken\t") and "twin" in line for line in said.splitlines())
    assert str(paths.own_scenes()) in said
