"""Runs a hub as a process.

`hub_program.py TWIN DATA [--port N] [--untrusted] [--journal] [--no-simulators] [--own-machine] [--lan] [--alone S]
[--relay] [--intake NAME] [--standby] [--hanging]`
"""

import sys
import threading
from pathlib import Path

from fakes.journal_history import JournalHistory
from sanping.bootstrap.hub import HubOptions, run_hub
from sanping.bootstrap.intake import run_intake
from sanping.bootstrap.relay import run_relay
from sanping.bootstrap.standby import run_standby
from sanping.domain.errors import SanpingError
from sanping.hub import ending


class HangingHistory(JournalHistory):
    """A history on a disk that never answers once it is to be closed."""

    def close(self) -> None:
        threading.Event().wait()


def say(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    port = int(words[words.index("--port") + 1]) if "--port" in words else 0
    alone_s = float(words[words.index("--alone") + 1]) if "--alone" in words else 60.0
    options = HubOptions(
        twin=Path(words[0]),
        data=Path(words[1]),
        port=port,
        is_trusted="--untrusted" not in words,
        has_simulators="--no-simulators" not in words,
        is_lan="--lan" in words,
        allowed_networks=("127.0.0.0/8",) if "--own-machine" in words else (),
        first_wait_s=0.3,
        alone_s=alone_s,
    )
    try:
        if "--intake" in words:
            return run_intake(options, words[words.index("--intake") + 1], say)
        if "--standby" in words:
            return run_standby(options, say)
        if "--relay" in words:
            return run_relay(options, say)
        if "--hanging" in words:
            ending.END_WITHIN_S = 1.0  # nobody has to wait for the usual one
            return run_hub(options, say, HangingHistory)
        return run_hub(options, say, JournalHistory) if "--journal" in words else run_hub(options, say)
    except SanpingError as error:
        sys.stderr.write(error.in_language("en"))
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
