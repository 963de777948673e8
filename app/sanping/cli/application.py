"""The command line as a whole: its commands, its exit statuses, its way of reporting errors."""

import sys
from collections.abc import Sequence

from cyclopts import App

from sanping import __version__
from sanping.cli.adapters import ADAPTERS
from sanping.cli.bench import BENCH
from sanping.cli.declared import Command, Group, added
from sanping.cli.doctor import DOCTOR
from sanping.cli.files import IMPORT, INSPECT
from sanping.cli.films import FILM
from sanping.cli.hub import HUB
from sanping.cli.showing import OPEN, PICTURE, RUN
from sanping.cli.terminal import CANCELLED
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Language, Text
from sanping.settings import paths
from sanping.settings.settings import environment_language, load_settings

COMMANDS: tuple[Command | Group, ...] = (RUN, OPEN, IMPORT, PICTURE, FILM, INSPECT, DOCTOR, BENCH, HUB, ADAPTERS)

REFUSED = 2
INTERRUPTED = 130

_TITLE = Text("三屏：城市数字孪生，大屏、中屏、小屏联动。", "Sanping: a city digital twin on three linked screens.")


def build_app(language: Language) -> App:
    """Return the cyclopts app with all help texts in `language`."""
    app = App(name="sanping", version=__version__, help=_TITLE.in_language(language))
    for command in COMMANDS:
        added(app, command, language)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 done in part, 2 refused with a reason, 130 interrupted."""
    language = environment_language()
    try:
        language = load_settings(paths.settings_file()).language
        status = build_app(language)(arguments, result_action="return_value")
        return int(status or 0)
    except (Cancelled, KeyboardInterrupt):
        print(f"\n{CANCELLED.in_language(language)}", file=sys.stderr)
        return INTERRUPTED
    except SanpingError as error:
        print(f"sanping: {error.in_language(language)}", file=sys.stderr)
        return REFUSED
