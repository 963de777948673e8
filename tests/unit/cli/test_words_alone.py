"""`cli.words`, `cli.parameters`: each word of the command line loads only what it needs."""

import subprocess
import sys

import pytest

from sanping.cli.application import COMMANDS
from sanping.cli.words import MODULES, declared, main

LOADED = (
    "import sys; from sanping.cli.words import declared; declared({word!r}); "
    "print(sorted({{name.split('.')[0] for name in sys.modules}}))"
)
DRAWING = ("vtkmodules", "vtk", "PySide6")


@pytest.mark.parametrize(
    ("word", "needed", "unneeded"),
    [
        ("hub", "aiohttp", DRAWING),
        ("adapters", "cyclopts", (*DRAWING, "pandas", "rasterio", "ifcopenshell")),
        ("certs", "cryptography", (*DRAWING, "rasterio")),
        ("run", "cryptography", (*DRAWING, "pandas", "ifcopenshell")),
        ("kiosk", "cryptography", (*DRAWING, "duckdb")),
    ],
)
def test_a_word_loads_no_window_and_no_drawing(word: str, needed: str, unneeded: tuple[str, ...]) -> None:
    # given a word that shows nothing

    # when it is loaded
    words = [sys.executable, "-c", LOADED.format(word=word)]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True).stdout

    # then it has what it needs, and graphics libraries are not there
    assert f"'{needed}'" in loaded
    assert not [name for name in unneeded if f"'{name}'" in loaded]


def test_every_word_is_found_alone_as_it_is_among_all() -> None:
    # given all commands

    # when each is looked up by its word
    found = {word: declared(word) for word in MODULES}

    # then it is the same
    assert found == {command.name: command for command in COMMANDS}


def test_what_is_no_word_is_left_to_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    # given a question for all words

    # when it is asked
    status = main(["--help"])

    # then all are listed
    listed = capsys.readouterr().out
    assert status == 0
    assert [word for word in MODULES if word not in listed] == []
