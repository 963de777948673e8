"""References to secrets: what is one, and what a file with them becomes."""

import pytest

from sanping.domain.errors import SecretMissing
from sanping.domain.text import Text
from sanping.ports.secrets import (
    SecretReference,
    reference_in,
    resolved,
    resolved_address,
    resolved_for_source,
)

MISSING = Text("没有", "not there")


class Kept:
    """Knows two secrets."""

    def read(self, reference: SecretReference) -> str:
        known = {"keyring:sanping/db": "p@ss/wörd#1", "env:PG_PASSWORD": "from-env", "keyring:sanping/hub-pg": "own"}
        if str(reference) not in known:
            raise SecretMissing(MISSING, place=str(reference))
        return known[str(reference)]


def test_a_reference_resolves_and_a_plain_value_stays() -> None:
    # given a keyring with an entry

    # when settings are resolved
    found = [resolved(value, Kept()) for value in ("keyring:sanping/db", "keyring:db", "env:PG_PASSWORD", "plain:word")]

    # then references give what is kept, the service may be left out, and anything else is a value
    assert found == ["p@ss/wörd#1", "p@ss/wörd#1", "from-env", "plain:word"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "secret",
        "keyring:",
        "keyring:a/b/c",
        "keyring:../x",
        "keyring:a b",
        "env:A/B",
        "http://x",
        "credential:a/b",
        7,
    ],
)
def test_what_is_no_reference_is_a_plain_value(value: object) -> None:
    # given something else

    # when it is looked at
    found = reference_in(value)

    # then it points at nothing
    assert found is None


def test_a_missing_secret_and_a_missing_keeper_are_told() -> None:
    # given a keyring without the entry, and no keyring

    # when both are asked
    with pytest.raises(SecretMissing):
        resolved("keyring:sanping/other", Kept())
    with pytest.raises(SecretMissing) as caught:
        resolved("keyring:sanping/db", None)

    # then the reference is named, and nothing is passed on in its place
    assert "keyring:sanping/db" in caught.value.in_language("en")


@pytest.mark.parametrize("value", ["keyring:sanping/hub-pg", "keyring:other/db", "env:PG_PASSWORD", "credential:db"])
def test_a_source_of_a_twin_cannot_point_at_what_is_not_meant_for_sources(value: str) -> None:
    # given a twin of a stranger whose source would send the secret to its own server

    # when it is resolved
    with pytest.raises(SecretMissing, match="不得引用"):
        resolved_for_source(value, Kept())

    # then only entries of our service that are not the hub's own are given
    assert resolved_for_source("keyring:sanping/db", Kept()) == "p@ss/wörd#1"


def test_an_address_gets_its_secret_percent_encoded() -> None:
    # given the address of a database

    # when it is filled
    found = resolved_address("postgresql://sanping:${keyring:sanping/db}@db.example/city", Kept())

    # then no letter of the secret can end the part it stands in
    assert found == "postgresql://sanping:p%40ss%2Fw%C3%B6rd%231@db.example/city"
    with pytest.raises(SecretMissing, match="keyring:sanping/"):
        resolved_address("postgresql://${HOME}@db", Kept())
