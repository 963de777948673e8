"""Where a simulated source meets its simulator, and that it moves only where nobody else can come."""

import socket

import pytest

from sanping.hub.spare_port import free_port, is_taken, moved_to, place_of


@pytest.mark.parametrize(
    ("settings", "listens", "place"),
    [
        ({"host": "127.0.0.1", "port": 9212}, True, ("127.0.0.1", 9212)),
        ({"host": "localhost", "port": 9212}, True, ("localhost", 9212)),
        ({"host": "0.0.0.0", "port": 9212}, True, None),
        ({"host": "127.0.0.1", "port": 502}, False, None),
        ({"url": "http://127.0.0.1:9812/cap.xml", "interval_s": 30}, False, ("127.0.0.1", 9812)),
        ({"url": "http://[::1]:9812/cap.xml"}, False, ("::1", 9812)),
        ({"url": "http://weather.example:80/cap.xml"}, False, None),
        ({"url": "https://127.0.0.1:9812/cap.xml"}, False, None),
        ({"url": "http://127.0.0.1:what"}, False, None),
        ({}, False, None),
    ],
)
def test_only_what_stays_on_this_machine_has_a_place(settings: dict[str, object], listens: bool, place: object) -> None:
    # given the settings of a source
    # when it is asked where it meets its simulator
    # then it is known only where nobody else comes
    assert place_of(settings, listens=listens) == place


def test_settings_are_moved_as_their_kind_names_a_port() -> None:
    # given settings of both kinds
    # when they get another port
    # then everything else is as it was
    assert moved_to({"host": "127.0.0.1", "port": 1, "x": 2}, 7, listens=True) == {
        "host": "127.0.0.1", "port": 7, "x": 2,
    }  # fmt: skip
    assert moved_to({"url": "http://127.0.0.1:1/a?b=c"}, 7, listens=False) == {"url": "http://127.0.0.1:7/a?b=c"}
    assert moved_to({"url": "http://[::1]:1/a"}, 7, listens=False) == {"url": "http://[::1]:7/a"}


def test_a_port_is_taken_while_somebody_listens_on_it() -> None:
    # given a program that listens
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        # when its port is looked at, and another asked for
        taken, spare = is_taken(("127.0.0.1", port)), free_port("127.0.0.1")

        # then its own is taken, and the other is not
        assert taken
        assert spare != port
        assert not is_taken(("127.0.0.1", spare))
    assert not is_taken(("127.0.0.1", port))
