"""Which peers may connect to a source that listens: the networks that its settings list."""

import ipaddress
import re
from collections.abc import Collection

from sanping.domain.errors import SourceRefused
from sanping.domain.text import Text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_APART = re.compile(r"[\s,;，；]+")
_BAD_NETWORK = Text(
    "allowed_addresses 中的“{value}”不是 IP 地址或网段；请写成 10.1.2.3 或 10.1.0.0/16",
    "“{value}” in allowed_addresses is no address or network; write 10.1.2.3 or 10.1.0.0/16",
)


def words_of(text: object) -> list[str]:
    """Return the words of a setting that lists several, apart by blanks, commas or semicolons."""
    return [word for word in _APART.split(str(text or "")) if word]


def networks_of(text: object) -> tuple[Network, ...]:
    """Return the networks that a setting lists, an address standing for itself. Raises `SourceRefused`."""
    return tuple(map(_network, words_of(text)))


def is_allowed(peer: str, networks: Collection[Network]) -> bool:
    """Say whether a peer's IP address lies in one of the networks; where none is listed, everybody may connect."""
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in networks)


def _network(word: str) -> Network:
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError as error:
        raise SourceRefused(_BAD_NETWORK.with_values(value=word)) from error
