"""The command line of a server: `sanping hub` alone, which loads no window and no drawing."""

from collections.abc import Sequence

from sanping.cli.hub import HUB
from sanping.cli.program import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hub and return the exit status."""
    return run((HUB,), arguments)
