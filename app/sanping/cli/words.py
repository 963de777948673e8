"""The words of the command line and where each is declared, so that a word loads no more than it needs.

A server loads no window and no drawing; `sanping inspect` and its like begin in a fraction of the time.
"""

import importlib
import sys
from collections.abc import Sequence

from sanping.cli.declared import Command, Group
from sanping.cli.program import run

MODULES = {
    "run": "showing", "open": "showing", "picture": "showing", "wall": "wall", "import": "files", "inspect": "files",
    "build": "building", "pack": "packing", "export": "export", "record": "films", "film": "films", "map": "maps",
    "share": "share", "scenes": "scenes", "run-script": "scripts", "replay": "replaying", "check": "checking",
    "compare": "checking", "doctor": "doctor", "bench": "bench", "hub": "hub", "kiosk": "kiosk", "phone": "site",
    "certs": "site", "users": "site", "cases": "cases", "adapters": "adapters",
    "secret": "secrets", "plug-ins": "plug_ins", "selfcheck": "self_check", "audit": "audit", "stores": "stores",
}  # fmt: skip
"""The module of `sanping.cli` that declares each word."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; any other beginning, such as `--help`, loads all words."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in MODULES:
        from sanping.cli.application import main as all_words  # noqa: PLC0415  help is for all of them

        return all_words(arguments)
    return run([declared(given[0])], arguments)


def declared(word: str) -> Command | Group:
    """Return what a word of `MODULES` runs, and load nothing else."""
    module = importlib.import_module(f"sanping.cli.{MODULES[word]}")
    return next(one for one in vars(module).values() if isinstance(one, (Command, Group)) and one.name == word)
