"""Certificates for phones that trust the site, for nobody else; and who may only look over plain HTTP."""

import asyncio
import ssl
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from fakes.journal_history import JournalHistory
from fakes.looped import looped
from fakes.small_river import gauge, small_river
from sanping.domain.device import OWNER
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.access import Access
from sanping.hub.core import Hub
from sanping.hub.gate import Gate
from sanping.hub.manifests import Installed
from sanping.hub.neighbourhood import lan_addresses, lan_names
from sanping.hub.plan import HubPlan
from sanping.hub.site_certificates import CA_FILE, CA_KEY_FILE, known_certificates, make_certificates, tls_of
from sanping.hub.web import Lan, Web
from sanping.hub.web_certs import CertificatePage
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import SqliteEventLog

NOW = datetime.now(UTC)
LAN = "127.0.0.2"  # as if it were another address of this machine
GUEST = "127.0.0.3"  # as if it were another machine
TOKEN = "owner"


@asynccontextmanager
async def served(folder: Path, lan: Lan) -> AsyncIterator[tuple[Hub, int]]:
    """A hub without sources, at the loopback and at what stands for the network."""
    plan = HubPlan(
        name="town", title=Text("城", "Town"), live=small_river(gauge("up", 0.0)), adapters=Installed(manifests={}),
        is_trusted=True, gate=Gate(SqliteDeviceBook(folder)),
    )  # fmt: skip
    hub = Hub(plan, JournalHistory(folder), SqliteEventLog(folder))
    door = Web(hub, TOKEN)
    port = await door.start("127.0.0.1", 0, lan)
    await hub.start()
    try:
        yield hub, port
    finally:
        await door.stop()
        await hub.stop()


def test_a_client_that_trusts_the_authority_gets_through_and_others_do_not(tmp_path: Path) -> None:
    # given a site's certificates for an address and a name
    made = make_certificates(tmp_path, ("suhe.local", LAN), NOW)

    async def talk() -> tuple[str, str]:
        server = await asyncio.start_server(_hello, LAN, 0, ssl=tls_of(tmp_path))
        port = server.sockets[0].getsockname()[1]
        trusting = ssl.create_default_context(cafile=str(tmp_path / CA_FILE))
        reader, writer = await asyncio.open_connection(LAN, port, ssl=trusting)
        heard = (await reader.read()).decode()
        writer.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(LAN, port, ssl=ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(LAN, port, ssl=trusting, server_hostname="elsewhere.local")
        server.close()
        return heard, made.fingerprint

    # when clients connect that trust it, do not, or call another name
    heard, fingerprint = asyncio.run(talk())

    # then the first hears the server, and keys are the owner's alone
    assert heard == "hello"
    assert len(fingerprint) == 32 * 3 - 1
    assert stat.S_IMODE((tmp_path / CA_KEY_FILE).stat().st_mode) == 0o600


async def _hello(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello")
    writer.close()


def test_making_them_again_keeps_the_authority_and_renews_the_rest(tmp_path: Path) -> None:
    # given certificates of a year ago
    old = make_certificates(tmp_path, ("a.local",), NOW - timedelta(days=365))

    # when they are made again with another name
    new = make_certificates(tmp_path, ("b.local", "10.0.0.7"), NOW)

    # then phones need not install anything anew, and the hub's own is good for more than a year, as browsers want it
    assert new.fingerprint == old.fingerprint
    assert new.names == ("b.local", "10.0.0.7")
    assert timedelta(days=390) < new.until - NOW <= timedelta(days=398)
    assert known_certificates(tmp_path) == new
    assert known_certificates(tmp_path / "none") is None


def test_damaged_certificates_are_named_and_none_are_made_without_a_name(tmp_path: Path) -> None:
    # given a damaged authority
    make_certificates(tmp_path, ("a.local",), NOW)
    (tmp_path / CA_FILE).write_text("nonsense", encoding="ascii")

    # when certificates are made, read or used
    # then each says what to do
    with pytest.raises(InputError, match="sanping certs"):
        make_certificates(tmp_path, ("a.local",), NOW)
    with pytest.raises(InputError, match="sanping certs"):
        known_certificates(tmp_path)
    with pytest.raises(InputError, match="sanping certs"):
        tls_of(tmp_path / "none")
    with pytest.raises(InputError):
        make_certificates(tmp_path / "x", (), NOW)


@looped
async def test_over_the_network_the_hub_speaks_tls_and_shows_how_to_trust_it(tmp_path: Path) -> None:
    # given a hub that other machines reach, with certificates
    made = make_certificates(tmp_path / "certs", (LAN,), NOW)
    async with served(tmp_path, Lan(addresses=(LAN,), certificates=made)) as (hub, port):
        trusting = ssl.create_default_context(cafile=str(tmp_path / "certs" / CA_FILE))
        connector = aiohttp.TCPConnector(ssl=trusting, local_addr=(GUEST, 0))
        async with aiohttp.ClientSession(connector=connector) as guest:
            # when a phone asks over TLS, over plain HTTP, and for the page about certificates
            me = await guest.get(f"https://{LAN}:{port}/api/v1/me", headers=_bearer(TOKEN))
            page = await (await guest.get(f"https://{LAN}:{port}/ca")).text()
            authority = await (await guest.get(f"https://{LAN}:{port}/ca.crt")).read()
            with pytest.raises(aiohttp.ClientError):
                await guest.get(f"http://{LAN}:{port}/api/v1/health")

            # then TLS is the only way, everybody is who he is, and the fingerprint is shown for comparing
            assert (await me.json())["role"] == "admin"
            assert made.fingerprint in page
            assert authority == (tmp_path / "certs" / CA_FILE).read_bytes()
            assert hub.addresses == (f"https://{LAN}:{port}",)


@looped
async def test_who_listens_on_the_network_hears_no_token_no_code_and_no_value(tmp_path: Path) -> None:
    # given a hub with certificates, and somebody on the way who keeps every byte
    made = make_certificates(tmp_path / "certs", (LAN,), NOW)
    heard = bytearray()
    async with served(tmp_path, Lan(addresses=(LAN,), certificates=made)) as (hub, port):
        assert hub.gate is not None
        code = hub.gate.offered(OWNER)[0].code
        relay = await asyncio.start_server(_keeping(heard, port), LAN, 0)
        way = f"https://{LAN}:{relay.sockets[0].getsockname()[1]}"
        trusting = ssl.create_default_context(cafile=str(tmp_path / "certs" / CA_FILE))
        headers = {"Host": f"{LAN}:{port}"}
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting), headers=headers) as phone:
            # when a phone pairs, and asks who it is and what there is
            pairing = await phone.post(f"{way}/api/v1/pair", json={"code": code, "name": "phone-of-li"})
            token = (await pairing.json())["token"]
            me = await (await phone.get(f"{way}/api/v1/me", headers=_bearer(token))).json()
            stations = await (await phone.get(f"{way}/api/v1/stations", headers=_bearer(token))).read()
        relay.close()

    # then it works, and nothing that was said can be read on the way
    assert me["role"] == "viewer"
    assert len(heard) > len(stations) > 100
    for secret in (code.encode(), token.encode(), b"phone-of-li", b"Bearer", stations[:40]):
        assert secret not in heard


def _keeping(heard: bytearray, port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Return what passes bytes on to the hub, both ways, and keeps them."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection(LAN, port)
        await asyncio.gather(_copied(reader, onward_writer, heard), _copied(onward_reader, writer, heard))

    return relay


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray) -> None:
    while data := await reader.read(65_536):
        heard.extend(data)
        writer.write(data)
    writer.close()


@looped
async def test_without_certificates_other_machines_only_look(tmp_path: Path) -> None:
    # given a hub that other machines reach without encryption
    async with served(tmp_path, Lan(addresses=(LAN,))) as (_, port):
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(GUEST, 0))) as guest:
            # when somebody there uses the owner's own token, and wants a code for another phone
            me = await (await guest.get(f"http://{LAN}:{port}/api/v1/me", headers=_bearer(TOKEN))).json()
            code = await guest.post(f"http://{LAN}:{port}/api/v1/codes", headers=_bearer(TOKEN))
            page = await guest.get(f"http://{LAN}:{port}/ca")
        async with aiohttp.ClientSession() as own:
            here = await (await own.get(f"http://127.0.0.1:{port}/api/v1/me", headers=_bearer(TOKEN))).json()

        # then he is a viewer there, and the owner at home
        assert me["role"] == "viewer"
        assert code.status == 403
        assert page.status == 404
        assert here["role"] == "admin"


def test_this_machine_knows_its_names_on_the_network() -> None:
    # given this machine
    # when it is asked how others find it
    # then none of the answers is its loopback, and the page of a site without certificates is none
    assert not any(address.startswith("127.") for address in lan_addresses())
    assert all(name and "." not in name.removesuffix(".local") for name in lan_names())
    assert CertificatePage(None) is not None
    assert Access(TOKEN).who(TOKEN) == OWNER


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
