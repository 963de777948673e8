"""`cli.program`: a command whose reader has gone, such as `head`, ends without a word."""

import os
import subprocess
import sys
from pathlib import Path


def test_output_that_nobody_reads_any_more_ends_the_command_quietly(tmp_path: Path) -> None:
    # given a command whose output goes to somebody who leaves at once
    environment = os.environ | {"SANPING_HOME": str(tmp_path)}
    command = subprocess.Popen(
        [sys.executable, "-m", "sanping", "adapters", "list"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert command.stdout is not None
    command.stdout.close()

    # when it has run, then it says nothing of it, and its status is that of a closed pipe
    assert command.stderr is not None
    with command.stderr as told:
        words = told.read().decode()
    assert (command.wait(timeout=60), words) == (141, "")
