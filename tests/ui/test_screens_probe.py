"""What Qt says of the screens."""

import re
import subprocess

import pytest

from sanping.domain.own_program import module_command
from sanping.ui import screens_probe

pytestmark = pytest.mark.gui


def test_a_process_of_its_own_names_every_screen_with_its_size() -> None:
    done = subprocess.run(
        module_command(screens_probe.__name__), capture_output=True, text=True, timeout=60, check=True
    )

    lines = done.stdout.splitlines()

    assert lines
    assert all(re.fullmatch(r"\S+ \d+x\d+ @[\d.]+", line) for line in lines)
