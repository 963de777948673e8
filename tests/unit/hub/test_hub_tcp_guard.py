"""Sources over TCP lead nowhere they must not: MQTT, Modbus, SQL, pushes and dialled devices are judged as HTTP is."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sanping.adapters.hj212.source import Source as Hj212
from sanping.adapters.modbus.source import Source as Modbus
from sanping.adapters.mqtt import client
from sanping.adapters.mqtt.client import Broker, Connection, _context
from sanping.adapters.mqtt.source import Source as Mqtt
from sanping.adapters.sensorthings.source import Source as SensorThings
from sanping.adapters.sql.source import Source as Sql
from sanping.bootstrap.source_networks import source_networks
from sanping.domain.errors import InputError, SourceFailed, SourceRefused
from sanping.hub.child_fetch import Guard
from sanping.hub.child_world import ChildWorld
from sanping.hub.site_certificates import CA_FILE, SERVER_FILE, SERVER_KEY_FILE, make_certificates
from sanping.settings.settings import Settings

INSIDE = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "::1", "::ffff:127.0.0.1", "0.0.0.0"]
SECRETS = ["169.254.169.254", "100.100.100.200", "fe80::1", "fd00:ec2::254", "224.0.0.1", "64:ff9b::7f00:1"]


def modbus(host: str, port: int) -> Any:
    return Modbus({"host": host, "port": port, "station": "A1", "values": "1:holding:0:f32 = water_level"})


def mqtt(host: str, port: int) -> Any:
    return Mqtt(
        {"host": host, "port": port, "topics": "city/#", "values": "z = water_level", "station": "A1", "time": "t"}
    )


def sql(host: str, port: int) -> Any:
    return Sql({"host": host, "port": port, "database": "city", "user": "city", "table": "river"})


def hj212(host: str, port: int) -> Any:
    return Hj212({"role": "client", "host": host, "port": port, "allowed_stations": "A" * 24, "password": "123456"})


MAKERS: tuple[Callable[[str, int], Any], ...] = (modbus, mqtt, sql, hj212)


async def listening(count: Callable[[asyncio.StreamWriter], None]) -> asyncio.Server:
    """Listen on loopback, tell of each connection, and close it."""

    async def accepted(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        count(writer)
        writer.close()

    return await asyncio.start_server(accepted, "127.0.0.1", 0)


def world(*allowed: str) -> ChildWorld:
    return ChildWorld(lambda _: None, {}, allowed)


@pytest.mark.parametrize("make", MAKERS)
def test_no_source_reaches_the_machine_itself_by_any_spelling(make: Callable[[str, int], Any]) -> None:
    async def tried() -> int:
        # given something that listens on this machine
        callers: list[object] = []
        async with await listening(callers.append) as server:
            port = server.sockets[0].getsockname()[1]

            # when a source is set to connect there, or to the secrets of a cloud
            for host in (*INSIDE, *SECRETS):
                with pytest.raises(SourceRefused, match=r"本机") as refused:
                    await asyncio.wait_for(make(host, port).run(world()), 10)
                assert "source_networks" in refused.value.message.en
        return len(callers)

    # then each is refused and nobody has called
    assert asyncio.run(tried()) == 0


def test_a_push_of_a_service_is_not_followed_inside() -> None:
    async def tried() -> tuple[int, dict[str, int]]:
        # given a service whose push is set to this machine
        callers: list[object] = []
        there = world()
        async with await listening(callers.append) as server:
            port = server.sockets[0].getsockname()[1]
            source = SensorThings(
                {
                    "url": "http://127.0.0.1/v1.1",
                    "values": "level = water_level",
                    "mqtt_host": "127.0.0.1",
                    "mqtt_port": port,
                }
            )
            pushing = asyncio.ensure_future(source._pushed(there))

            # when it is listened to
            while not there.counts["push_lost"]:
                await asyncio.sleep(0.01)
            pushing.cancel()
        return len(callers), dict(there.counts)

    # then nobody has called, and it is counted
    assert asyncio.run(tried()) == (0, {"push_lost": 1})


@pytest.mark.parametrize("make", MAKERS)
def test_what_an_administrator_allows_is_reached(make: Callable[[str, int], Any]) -> None:
    async def tried() -> int:
        # given something that listens on this machine, and leave for it
        callers: list[object] = []
        async with await listening(callers.append) as server:
            port = server.sockets[0].getsockname()[1]

            # when a source is set to connect there
            running = asyncio.ensure_future(make("127.0.0.1", port).run(world("127.0.0.0/8")))
            async with asyncio.timeout(10):
                while not callers:
                    await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return len(callers)

    # then it has been called
    assert asyncio.run(tried()) > 0


def test_a_name_is_looked_up_once_and_the_judged_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CONNECT_S", 0.5)  # what answers is no broker

    async def tried() -> tuple[int, int]:
        # given a name that means another machine each time it is looked up
        asked: list[str] = []

        async def lookup(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return ("203.0.113.7",) if len(asked) == 1 else ("127.0.0.1",)

        guard = Guard([], lookup)
        assert await guard.reached("rebind.example", 1883) == "203.0.113.7"
        with pytest.raises(SourceRefused):
            await guard.reached("rebind.example", 1883)

        # when a broker is connected to whose name nobody else knows, at the address that was judged
        callers: list[object] = []
        async with await listening(callers.append) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(SourceFailed):
                async with Connection(Broker(host="no.such.invalid", address="127.0.0.1", port=port), ["a"]):
                    pass
        return len(asked), len(callers)

    # then the address counts, and the name is not looked up again
    assert asyncio.run(tried()) == (2, 1)


def test_networks_are_read_from_the_command_and_the_setting() -> None:
    # given an administrator who allows some networks in both places
    settings = Settings(source_networks="127.0.0.0/8，169.254.10.2")

    # when they are put together
    found = source_networks(("127.0.0.0/8", "fe80::/10"), settings)

    # then each is there once, and what is no network is told
    assert found == ("127.0.0.0/8", "fe80::/10", "169.254.10.2")
    with pytest.raises(InputError, match="local"):
        source_networks(("local",), settings)


def test_a_broker_whose_certificate_is_wrong_leaves_no_socket_behind(tmp_path: Path) -> None:
    # given a broker whose certificate is for another name
    make_certificates(tmp_path, ("broker.example",), datetime.now(UTC))
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(tmp_path / SERVER_FILE, tmp_path / SERVER_KEY_FILE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def ran() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=serving)
        broker = Broker(
            host="other.example", address="127.0.0.1", port=server.sockets[0].getsockname()[1],
            is_encrypted=True, ca_file=str(tmp_path / CA_FILE),
        )  # fmt: skip

        # when it is connected to, by somebody who keeps the error, its traceback, and all that hangs on it
        connection = Connection(broker, ())
        with pytest.raises(SourceFailed, match=r"other\.example") as failed:
            await connection.__aenter__()
        server.close()

        # then its socket was closed all the same, not left to the collector of garbage
        assert failed.tb is not None
        assert connection._context is not None
        assert connection._context.begun is not None
        assert connection._context.begun.fileno() == -1

    asyncio.run(ran())


def test_the_certificate_of_a_broker_is_compared_with_its_name_not_its_address(tmp_path: Path) -> None:
    # given a broker whose certificate is for one name
    make_certificates(tmp_path, ("broker.example",), datetime.now(UTC))
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(tmp_path / SERVER_FILE, tmp_path / SERVER_KEY_FILE)

    def greet(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError), serving.wrap_socket(connection, server_side=True):
            pass

    def tried(name: str) -> None:
        context = _context(Broker(host=name, address="127.0.0.1", is_encrypted=True, ca_file=str(tmp_path / CA_FILE)))
        with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as beside:
            beside.submit(greet, listener)
            with socket.create_connection(listener.getsockname()) as line:
                context.wrap_socket(line, server_hostname="127.0.0.1").close()

    # when it is connected to by its address, under its name and under another

    # then the name of the settings decides
    tried("broker.example")
    with pytest.raises(ssl.SSLCertVerificationError, match=r"other\.example"):
        tried("other.example")
