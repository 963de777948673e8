"""Who may connect to a source that listens, and where its secrets come from."""

from typing import cast

import pytest

from sanping.domain.errors import SourceRefused
from sanping.ports.allow_list import is_allowed, networks_of, words_of
from sanping.ports.source import World, secret_of


class Keeper:
    """A world that keeps secrets and nothing else."""

    def __init__(self, **kept: str) -> None:
        self._kept = kept

    def secret(self, name: str) -> str:
        return self._kept.get(name, "")


@pytest.mark.parametrize(
    ("listed", "peer", "may_enter"),
    [
        ("", "203.0.113.9", True),
        ("10.20.0.0/16", "10.20.3.4", True),
        ("10.20.0.0/16", "10.21.3.4", False),
        ("192.0.2.7；10.20.0.0/16", "192.0.2.7", True),
        ("10.20.0.0/16", "::ffff:10.20.3.4", True),
        ("fe80::/10", "fe80::1%eth0", True),
        ("10.20.0.0/16", "?", False),
    ],
)
def test_only_peers_of_the_listed_networks_may_connect(listed: str, peer: str, may_enter: bool) -> None:
    # given the networks of a setting
    networks = networks_of(listed)

    # when a peer calls, then it may connect when it lies in one of them, or when none is listed
    assert is_allowed(peer, networks) is may_enter


def test_what_is_no_network_is_refused_by_its_name() -> None:
    # given a list with a wrong word
    # when it is read, then the word is named
    with pytest.raises(SourceRefused) as caught:
        networks_of("10.1.2.3, 10.1.0.0/99")
    assert "10.1.0.0/99" in caught.value.in_language("en")
    assert words_of(" a,b； c\n") == ["a", "b", "c"]


def test_a_secret_is_stored_under_its_value_or_its_name_or_written_out() -> None:
    # given secrets under a name of a person's own and under the setting's
    kept = cast(World, Keeper(**{"river-key": "one", "password": "two"}))
    empty = cast(World, Keeper())

    # when a setting is resolved
    found = [
        secret_of(kept, {"password": "river-key"}, "password"),
        secret_of(kept, {}, "password"),
        secret_of(empty, {"password": "123456"}, "password"),
        secret_of(empty, {}, "password"),
    ]

    # then the stored one goes before what is written in the settings
    assert found == ["one", "two", "123456", ""]
