"""Under which addresses and names other machines of the local network find this one."""

import socket

_FAR = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))  # documentation addresses: nothing is sent


def lan_addresses() -> tuple[str, ...]:
    """Return the addresses of this machine that are not its loopback, the usual one first."""
    found: dict[str, None] = {}
    for far, family in _FAR:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as asked:
                asked.connect((far, 9))
                found[str(asked.getsockname()[0])] = None
        except OSError:
            continue
    try:
        entries = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        entries = []
    found.update((str(entry[4][0]).split("%")[0], None) for entry in entries)
    return tuple(address for address in found if not address.startswith(("127.", "::1", "fe80:", "0.")))


def lan_names() -> tuple[str, ...]:
    """Return the names of this machine on the local network."""
    name = socket.gethostname().split(".")[0].lower()
    return (name, f"{name}.local") if name and name != "localhost" else ()
