"""Runs words of the command line: their exit statuses, and how errors are reported."""

import os
import select
import sys
from collections.abc import Iterable, Sequence

from cyclopts import App

from sanping import __version__
from sanping.cli.declared import Command, Group, added
from sanping.cli.terminal import CANCELLED
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Language, Text
from sanping.settings import paths
from sanping.settings.settings import environment_language, load_settings

REFUSED = 2
INTERRUPTED = 130
UNHEARD = 141
"""What a shell makes of a program whose output nobody reads any more."""

_TITLE = Text("三屏：城市数字孪生，大屏、中屏、小屏联动。", "Sanping: a city digital twin on three linked screens.")


def build_app(commands: Iterable[Command | Group], language: Language) -> App:
    """Return the cyclopts app of some commands with all help texts in `language`."""
    app = App(name="sanping", version=__version__, help=_TITLE.in_language(language))
    for command in commands:
        added(app, command, language)
    return app


def run(commands: Iterable[Command | Group], arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 done, 1 done in part, 2 refused with a reason, 130 interrupted, 141 when nobody reads its output any more.
    """
    language = environment_language()
    try:
        language = load_settings(paths.settings_file()).language
        status = build_app(commands, language)(arguments, result_action="return_value")
        sys.stdout.flush()
        return int(status or 0)
    except BrokenPipeError:
        if _is_heard():
            raise
        return UNHEARD
    except (Cancelled, KeyboardInterrupt):
        print(f"\n{CANCELLED.in_language(language)}", file=sys.stderr)
        return INTERRUPTED
    except SanpingError as error:
        print(f"sanping: {error.in_language(language)}", file=sys.stderr)
        return REFUSED


def _is_heard() -> bool:
    """Say whether the output still goes somewhere; what is left of it goes nowhere from then on if it does not."""
    try:
        asked = select.poll()
        asked.register(sys.stdout.fileno(), 0)
        is_closed = bool(asked.poll(0))
    except (AttributeError, OSError, ValueError):  # Windows has no poll, a test may have no file
        return True
    if is_closed:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    return not is_closed
