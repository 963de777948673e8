"""The command line as a whole: all its commands."""

from collections.abc import Sequence

from sanping.cli.adapters import ADAPTERS
from sanping.cli.audit import AUDIT
from sanping.cli.bench import BENCH
from sanping.cli.building import BUILD
from sanping.cli.cases import CASES
from sanping.cli.checking import CHECK, COMPARE
from sanping.cli.declared import Command, Group
from sanping.cli.doctor import DOCTOR
from sanping.cli.export import EXPORT
from sanping.cli.files import IMPORT, INSPECT
from sanping.cli.films import FILM, RECORD
from sanping.cli.hub import HUB
from sanping.cli.kiosk import KIOSK
from sanping.cli.maps import MAP
from sanping.cli.packing import PACK
from sanping.cli.plug_ins import PLUG_INS
from sanping.cli.program import run
from sanping.cli.replaying import REPLAY
from sanping.cli.scenes import SCENES
from sanping.cli.scripts import RUN_SCRIPT
from sanping.cli.secrets import SECRET
from sanping.cli.self_check import SELF_CHECK
from sanping.cli.share import SHARE
from sanping.cli.showing import OPEN, PICTURE, RUN
from sanping.cli.site import CERTS, PHONE, USERS
from sanping.cli.stores import STORES
from sanping.cli.wall import WALL

COMMANDS: tuple[Command | Group, ...] = (
    RUN,
    OPEN,
    WALL,
    IMPORT,
    BUILD,
    PACK,
    EXPORT,
    PICTURE,
    RECORD,
    FILM,
    MAP,
    SHARE,
    SCENES,
    RUN_SCRIPT,
    REPLAY,
    INSPECT,
    CHECK,
    COMPARE,
    DOCTOR,
    BENCH,
    HUB,
    KIOSK,
    PHONE,
    CERTS,
    USERS,
    CASES,
    ADAPTERS,
    STORES,
    SECRET,
    PLUG_INS,
    AUDIT,
    SELF_CHECK,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 done in part, 2 refused with a reason, 130 interrupted."""
    return run(COMMANDS, arguments)
