"""The pairing of PySide6 and Python: some pairs lose a reference at each emit and end the process."""

import subprocess
import sys

EMITS = 5_000

PROGRAM = f"""
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rung = Signal(bool)
    named = Signal(str)

heard = []
bell = Bell()
bell.rung.connect(heard.append)
bell.named.connect(heard.append)
for number in range({EMITS}):
    bell.rung.emit(number % 2 == 0)
    bell.named.emit("三屏")
assert len(heard) == 2 * {EMITS}, len(heard)
assert True is heard[0]
print("alive")
"""


def test_five_thousand_signals_leave_the_process_alive() -> None:
    # given a process of its own, because a bad pair of PySide6 and Python aborts it

    # when it emits far more signals than the few hundred that bad pairs survive
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False)

    # then it is alive and heard each of them
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "alive"
