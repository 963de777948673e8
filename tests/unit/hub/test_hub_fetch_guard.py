"""HTTP for sources leads nowhere it must not: not into this machine, not to its cloud's secrets, not by a detour."""

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from aiohttp import web

from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.hub.child_fetch import MOST_BYTES, GuardedFetch, is_reachable
from sanping.ports.source import Fetched

FORBIDDEN = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://127.0.0.1:8765/live", "http://localhost/", "http://LOCALHOST./", "http://[::1]/", "http://[::]/",
    "http://0.0.0.0/", "http://0/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/", "http://100.100.100.200/", "http://[fd00:ec2::254]/", "http://224.0.0.1/",
    "http://255.255.255.255/", "http://240.0.0.1/", "http://user@127.0.0.1/", "http://example.org@127.0.0.1/",
    "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.org/", "http:///path", "//example.org/",
]  # fmt: skip


async def answered(application: web.Application, path: str, **more: object) -> Fetched:
    """Serve an application on loopback and fetch a path of it."""
    runner = web.AppRunner(application, shutdown_timeout=0.1)  # nobody waits for what is never answered
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        fetch = GuardedFetch(["127.0.0.0/8"], **more)  # type: ignore[arg-type]
        return await fetch.fetch(f"http://127.0.0.1:{runner.addresses[0][1]}{path}", {"Authorization": "secret"})
    finally:
        await runner.cleanup()


def served(path: str, handler: object) -> web.Application:
    application = web.Application()
    application.router.add_get(path, handler)  # type: ignore[arg-type]
    return application


@pytest.mark.parametrize("url", FORBIDDEN)
def test_an_address_inside_is_refused_before_anything_is_sent(url: str) -> None:
    # given an address that leads inside, in one of its many spellings

    # when a source asks for it

    # then it is refused
    with pytest.raises((SourceRefused, SourceFailed)) as refused:
        asyncio.run(GuardedFetch([]).fetch(url, {}))
    assert refused.value.message.zh


def test_a_name_that_resolves_to_an_inside_address_is_refused_even_beside_a_good_one() -> None:
    # given a name server that mixes addresses
    async def lookup(host: str, port: int) -> Sequence[str]:
        return ("203.0.113.7", "127.0.0.1")

    # when a source asks for the name

    # then it is refused
    with pytest.raises(SourceRefused):
        asyncio.run(GuardedFetch([], lookup).fetch("http://rebind.example/", {}))


def test_what_an_administrator_allows_can_be_read() -> None:
    # given a server on this machine
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="level=3", headers={"ETag": '"1"'})

    # when a source of an allowed network asks
    found = asyncio.run(answered(served("/data", handler), "/data"))

    # then it gets the answer, with header names in lower case
    assert found.body == b"level=3"
    assert found.headers["etag"] == '"1"'


def test_a_redirect_to_an_inside_address_is_refused() -> None:
    # given a server that sends on: to the cloud's secrets, in a circle, to itself
    seen: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        target = {"meta": "http://169.254.169.254/", "circle": "/circle", "home": "/end"}[request.match_info["where"]]
        return web.Response(status=302, headers={"Location": target})

    async def end(request: web.Request) -> web.Response:
        return web.Response(text="end")

    def application() -> web.Application:
        fresh = served("/end", end)
        fresh.router.add_get("/{where}", handler)
        return fresh

    async def all_three() -> Fetched:
        with pytest.raises(SourceRefused):
            await answered(application(), "/meta")
        with pytest.raises(SourceFailed):
            await answered(application(), "/circle")
        return await answered(application(), "/home")

    # when a source follows
    found = asyncio.run(all_three())

    # then only the last leads anywhere, and a circle ends after three
    assert found.body == b"end"
    assert len(seen) == 1 + 4 + 1


def test_a_key_in_any_header_stays_with_the_server_it_was_meant_for() -> None:
    # given a server that sends on to another, and a source whose key goes in a header of its own
    heard: list[dict[str, str]] = []

    async def sends_on(request: web.Request) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(status=302, headers={"Location": f"http://localhost:{request.url.port}/there"})

    async def there(request: web.Request) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(text="there")

    application = served("/here", sends_on)
    application.router.add_get("/there", there)

    async def fetched() -> Fetched:
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        headers = {"X-Api-Key": "canary-9", "Authorization": "canary-9", "Accept": "text/csv"}
        try:
            port = runner.addresses[0][1]
            return await GuardedFetch(["127.0.0.0/8", "::1/128"], to_loopback).fetch(
                f"http://127.0.0.1:{port}/here", headers
            )
        finally:
            await runner.cleanup()

    async def to_loopback(host: str, port: int) -> Sequence[str]:
        return ("127.0.0.1",)

    # when it follows
    found = asyncio.run(fetched())

    # then the other server is told nothing but what it is asked for
    assert found.body == b"there"
    assert "canary-9" in str(heard[0])
    assert "canary-9" not in str(heard[1])
    assert heard[1]["Accept"] == "text/csv"


def test_an_endless_answer_is_cut_off() -> None:
    # given a server that does not stop
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range((MOST_BYTES >> 20) + 2):
            await response.write(b"x" * (1 << 20))
        return response

    # when a source reads it

    # then it is stopped
    with pytest.raises(SourceFailed):
        asyncio.run(answered(served("/endless", handler), "/endless"))


def test_a_server_that_falls_silent_holds_a_source_only_briefly() -> None:
    # given a server that takes the question and never answers
    async def silent(request: web.Request) -> web.Response:
        await asyncio.sleep(20.0)
        return web.Response()

    # when a source asks; then it fails once nothing has come for a moment
    with pytest.raises(SourceFailed) as failed:
        asyncio.run(answered(served("/late", silent), "/late", read_s=0.1))
    assert "127.0.0.1" in failed.value.message.zh


@pytest.mark.parametrize(("status", "kind"), [(404, SourceFailed), (500, SourceFailed), (401, SourceRefused)])
def test_an_error_of_the_server_is_told(status: int, kind: type[Exception]) -> None:
    # given a server that refuses
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status)

    # when a source asks

    # then it knows whether to try again or to ask a person
    with pytest.raises(kind):
        asyncio.run(answered(served("/data", handler), "/data"))


def test_public_and_city_addresses_can_be_reached() -> None:
    # given addresses of the world and of a city's own network

    # when they are judged

    # then they may be reached, and an allowed network opens what is closed
    assert all(is_reachable(address, ()) for address in ("203.0.113.7", "10.1.2.3", "192.168.1.9", "2400::1"))
    assert is_reachable("127.0.0.1", (ipaddress.ip_network("127.0.0.0/8"),))
    assert not is_reachable("127.0.0.1", (ipaddress.ip_network("10.0.0.0/8"),))
