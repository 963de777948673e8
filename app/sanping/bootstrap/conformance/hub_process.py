"""The hub's process of a trial: `python -m sanping.bootstrap.conformance.hub_process TWIN DATA`; prints its address."""

import sys
from pathlib import Path

from sanping.bootstrap.hub import HubOptions, run_hub

FIRST_WAIT_S = 0.3
SILENCE_S = 8.0


def main(twin: str, data: str) -> int:
    """Serve the tried twin without simulators, impatiently."""
    options = HubOptions(
        twin=Path(twin),
        data=Path(data),
        is_trusted=True,
        has_simulators=False,
        first_wait_s=FIRST_WAIT_S,
        shortest_silence_s=SILENCE_S,
        allowed_networks=("127.0.0.0/8",),
    )
    return run_hub(options, _say)


def _say(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
