"""The place of a hub among sites, from its settings: off without a message server, and refused when it cannot be."""

from pathlib import Path

import pytest

from sanping.bootstrap.federation import federation_of
from sanping.domain.errors import InputError, SecretMissing
from sanping.domain.text import Text
from sanping.settings.settings import Settings

TITLE = Text("苏河", "Suzhou Creek")
HERE = {"site": "county", "bus": "nats://127.0.0.1:4222", "upper_site": "city", "lower_sites": "town-a, town-b,"}


def test_without_a_message_server_there_is_no_federation_and_no_file(tmp_path: Path) -> None:
    # given settings that name sites but no message server
    settings = Settings(**{**HERE, "bus": ""})  # type: ignore[arg-type]

    # when a hub asks for its place; then it has none, and nothing was made
    assert federation_of(settings, tmp_path, TITLE, None) is None
    assert list(tmp_path.iterdir()) == []


def test_a_site_knows_who_is_above_and_below_and_what_it_is_called(tmp_path: Path) -> None:
    # given settings of a county; when its hub asks for its place
    place = federation_of(Settings(**HERE), tmp_path, TITLE, None)  # type: ignore[arg-type]

    # then it is there, called as its twin, and speaks to the upper site through its own server
    assert place is not None
    assert (place.site, place.upper, place.lowers) == ("county", "city", ("town-a", "town-b"))
    assert place.title == TITLE
    assert place.up is place.bus
    assert not place.bus.is_up
    place.book.close()

    # and with a title and a direct line, it has both
    direct = Settings(**HERE, site_title="县中心", upper_bus="tls://city:4222")  # type: ignore[arg-type]
    place = federation_of(direct, tmp_path, TITLE, None)
    assert place is not None
    assert place.title.zh == "县中心"
    assert place.to("city") is place.upper_bus
    assert place.to("town-a") is place.bus
    place.book.close()


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"site": ""}, "site"),
        ({"site": "County.A"}, "site"),
        ({"upper_site": "市"}, "upper_site"),
        ({"lower_sites": "town,>"}, "lower_sites"),
        ({"lower_sites": "city"}, "lower_sites"),
        ({"upper_site": "county"}, "lower_sites"),
        ({"bus": "127.0.0.1:4222"}, "bus"),
        ({"upper_bus": "http://city"}, "upper_bus"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_setting(tmp_path: Path, wrong: dict[str, str], key: str) -> None:
    # given a setting that cannot be; when a hub asks for its place; then the error names it
    with pytest.raises(InputError) as refused:
        federation_of(Settings(**{**HERE, **wrong}), tmp_path, TITLE, None)  # type: ignore[arg-type]
    assert refused.value.place == key


def test_a_password_is_only_pointed_at(tmp_path: Path) -> None:
    # given a password that is kept nowhere; when a hub asks for its place; then it says so and begins nothing
    settings = Settings(**HERE, bus_secret="env:NO_SUCH_LOGIN")  # type: ignore[arg-type]
    with pytest.raises(SecretMissing):
        federation_of(settings, tmp_path, TITLE, None)
