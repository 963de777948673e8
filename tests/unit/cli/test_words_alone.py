"""The command line of a server: the same word as in the whole command line, without windows and drawing."""

import subprocess
import sys

from sanping.cli.application import COMMANDS
from sanping.cli.hub import HUB

LOADED = "import sys, sanping.cli.server; print(sorted({name.split('.')[0] for name in sys.modules}))"


def test_a_server_loads_no_window_and_no_drawing() -> None:
    # given the command line of a server

    # when it is loaded
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout

    # then graphics libraries are not needed, and people find its word among all others
    assert "'aiohttp'" in loaded
    assert not [name for name in ("vtkmodules", "vtk", "PySide6") if f"'{name}'" in loaded]
    assert HUB in COMMANDS
