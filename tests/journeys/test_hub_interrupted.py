"""`bootstrap.hub.set_by_signals`: Ctrl-C ends a hub in order where its loop takes no signals, as on Windows."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import apsw

from fakes.small_hub import PATIENCE_S, write_twin
from sanping.hub.folder import ADDRESS_FILE
from sanping.storage.event_log import FILE_NAME

PROGRAM = """
import asyncio
import sys

def refused(*_words):
    raise NotImplementedError

asyncio.SelectorEventLoop.add_signal_handler = refused
from sanping.__main__ import main
sys.argv[1:] = ["hub", *sys.argv[1:]]
sys.exit(main())
"""


def test_ctrl_c_ends_a_hub_whose_loop_takes_no_signals(tmp_path: Path) -> None:
    # given a hub on a loop that refuses to hear signals
    twin, data = write_twin(tmp_path / "town", {}), tmp_path / "data"
    words = [sys.executable, "-c", PROGRAM, str(twin), "--data", str(data), "--port", "0"]
    environment = {**os.environ, "SANPING_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as running:
        assert running.stdout is not None
        said = next(line for line in running.stdout if "http://" in line)
        assert (data / ADDRESS_FILE).exists(), said

        # when Ctrl-C is pressed
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=PATIENCE_S)

    # then it ends as an interrupted program, without a word of where it was, and its books are whole
    assert running.returncode == 130, said + rest
    assert "Traceback" not in rest
    with apsw.Connection(str(data / FILE_NAME), flags=apsw.SQLITE_OPEN_READONLY) as books:
        assert books.pragma("integrity_check") == "ok"
    assert not (data / f"{FILE_NAME}-wal").exists() or not (data / f"{FILE_NAME}-wal").stat().st_size
