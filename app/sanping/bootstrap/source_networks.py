"""Which networks of the machine itself the sources of a hub may reach: nothing, unless an administrator said so."""

import ipaddress
import re
from collections.abc import Sequence

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.settings.settings import Settings

_ODD = Text(
    "“{value}”不是网段；请写成 127.0.0.0/8 或 169.254.10.2，多个以逗号分隔",
    "“{value}” is no network; write 127.0.0.0/8 or 169.254.10.2, with commas between several",
)
_APART = re.compile(r"[\s,，;；]+")


def source_networks(said: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """Return the networks (CIDR) that were said and those of the setting. Raises `InputError` for what is none."""
    found = [word for written in (*said, settings.source_networks) for word in _APART.split(written) if word]
    for word in found:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError as error:
            raise InputError(_ODD.with_values(value=word[:60]), place="source_networks") from error
    return tuple(dict.fromkeys(found))
