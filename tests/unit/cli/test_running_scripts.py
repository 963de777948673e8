"""`sanping run-script`: a script runs whole, and an error names its line."""

import sys
from pathlib import Path

import pytest

from sanping.cli.scripts import run_script
from sanping.domain.errors import InputError


def script(folder: Path, text: str) -> Path:
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_has_its_words_and_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(sys.argv)

    status = run_script(script(tmp_path, "import sys\nprint(__name__, sys.argv[1:])\n"), "--deep", "7")

    assert status == 0
    assert capsys.readouterr().out == "__main__ ['--deep', '7']\n"
    assert sys.argv == before


@pytest.mark.parametrize(("text", "status"), [("raise SystemExit(5)", 5), ("raise SystemExit", 0)])
def test_a_script_chooses_its_status(text: str, status: int, tmp_path: Path) -> None:
    assert run_script(script(tmp_path, text)) == status


def test_a_refusal_is_told_with_the_line_that_led_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "import sanping\n\nsanping.open_twin('/nowhere/at/all')\n"

    status = run_script(script(tmp_path, text))

    assert status == 2
    said = capsys.readouterr().err
    assert "/nowhere/at/all" in said
    assert "sanping.open_twin('/nowhere/at/all')" in said
    assert "Traceback" not in said


def test_a_mistake_in_a_script_shows_its_own_lines_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run_script(script(tmp_path, "def deep():\n    return 1 / 0\n\ndeep()\n"))

    assert status == 1
    said = capsys.readouterr().err
    assert "line 2, in deep" in said
    assert "ZeroDivisionError" in said
    assert "runpy" not in said


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run_script(tmp_path / "none.py")
    assert "none.py" in caught.value.path
