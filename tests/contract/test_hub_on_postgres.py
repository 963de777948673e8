"""A live hub with its stores in PostgreSQL: all is there after a restart, and nothing is lost while the server is."""

from collections.abc import Iterator

import pytest

from fakes.governed_twin import cases_of, kept, refusal_of, reported, said, words_of, write_governed_twin
from fakes.small_hub import RunningHub, now_ms, running_hub, until
from fakes.store_server import StoreServer, store_server
from sanping.cli.words import main
from sanping.domain.errors import SanpingError
from sanping.hub.spare_port import free_port

PORT = free_port()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    """Start a PostgreSQL of its own, which these tests stop and start."""
    yield from store_server(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(scope="module")
def hub(server: StoreServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("hub")
    twin = write_governed_twin(folder / "town", PORT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANPING_STORE", server.address)
        with running_hub(twin, folder / "data") as hub:
            yield hub


def test_observations_and_cases_are_there_after_a_restart_and_no_file_holds_them(hub: RunningHub) -> None:
    # given a hub that took values of a gauge and a case
    began_ms = now_ms() - 3_600_000
    values = said(hub, PORT, {began_ms + n * 1000: n / 8 for n in range(200)})
    case = reported(hub)

    # when it ends and begins again
    hub.stopped()
    hub.started_again()
    again = kept(hub)
    cases = cases_of(hub)

    # then both are there, the latest value is known, and the data folder holds no store
    assert {when: again.get(when) for when in values} == values
    assert case in cases
    assert isinstance(latest := hub.ask("/latest", {"stations": "S1"}), list)
    assert [row["value"] for row in latest] == [199 / 8]
    assert not [path.name for path in hub.data.iterdir() if path.suffix in (".sqlite", ".duckdb")]


def test_a_server_that_goes_loses_nothing_that_was_acknowledged(hub: RunningHub, server: StoreServer) -> None:
    # given a hub whose server has gone
    began_ms = now_ms() - 1_800_000
    server.server.stop()

    # when a gauge reports, and somebody reports a case
    values = said(hub, PORT, {began_ms + n * 1000: n / 4 for n in range(300)})
    until(lambda: "spool" in words_of(hub))
    refused = reported(hub)

    # then the values are acknowledged, the hub says where they are, and the case is refused
    assert refused == ""

    # when the server comes back
    server.server.start_again()
    values |= said(hub, PORT, {began_ms + 400_000 + n * 1000: n / 4 for n in range(10)})
    until(lambda: not (values.keys() - kept(hub).keys()))

    # then everything acknowledged is in it, and cases are taken again
    assert {when: kept(hub)[when] for when in values} == values
    assert reported(hub) in cases_of(hub)

    # when the next value comes
    said(hub, PORT, {now_ms(): 1.0})

    # then nothing is wrong with the store any more
    until(lambda: not words_of(hub))


def test_a_hub_that_starts_before_its_server_takes_what_comes_and_goes_on(hub: RunningHub, server: StoreServer) -> None:
    # given a hub that was stopped, and whose server is not there when it begins again
    cases = cases_of(hub)
    hub.stopped()
    server.server.stop()
    hub.started_again()
    assert hub.address

    # when a gauge reports, and somebody reports a case
    began_ms = now_ms() - 600_000
    values = said(hub, PORT, {began_ms + n * 1000: n / 2 for n in range(100)})
    words, health = words_of(hub), hub.ask("/health")
    refused = refusal_of(hub)

    # then the values are acknowledged, the hub says what is missing, and the case is refused with what to do
    assert "spool" in words or "cannot be reached" in words
    assert isinstance(health, dict)
    assert not health["ok"]
    assert "Check the server" in refused

    # when it is killed, begins again, and then the server comes
    hub.killed()
    hub.started_again()
    address = hub.address
    values |= said(hub, PORT, {began_ms + 300_000 + n * 1000: n / 2 for n in range(20)})
    server.server.start_again()
    until(lambda: governs(hub, cases))

    # then it goes on at the same address, and everything acknowledged is there
    assert hub.address == address
    until(lambda: not (values.keys() - kept(hub).keys()))
    assert {when: kept(hub)[when] for when in values} == values
    assert reported(hub)
    said(hub, PORT, {now_ms(): 1.0})
    until(lambda: not words_of(hub))


def governs(hub: RunningHub, cases: list[str]) -> bool:
    """Whether the hub answers again and knows its cases."""
    try:
        return cases_of(hub) == cases
    except SanpingError:
        return False


def test_what_is_moved_into_files_is_served_from_them(hub: RunningHub) -> None:
    # given a hub on PostgreSQL with values and cases
    values = said(hub, PORT, {now_ms() - 60_000 + n: n / 2 for n in range(50)})
    cases = cases_of(hub)

    # when its stores are moved while it runs, and again when it has ended, and it begins without the setting
    words = ["stores", "move", str(hub.twin), "--to", "files", "--data", str(hub.data)]
    refused = main(words)
    hub.stopped()
    moved = main(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SANPING_STORE")
        hub.started_again()

    # then it was refused first, and everything is served from the files afterwards
    assert (refused, moved) == (2, 0)
    assert (hub.data / "history.duckdb").is_file()
    assert {when: kept(hub).get(when) for when in values} == values
    assert cases_of(hub) == cases
