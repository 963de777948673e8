"""A hundred and twenty ways to open the WebSocket, of which exactly one is let in."""

import itertools
import json
from collections.abc import Iterator

import aiohttp
import pytest

from fakes.looped import looped
from fakes.small_hub import RunningHub, running_hub, write_twin


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("handshakes")
    with running_hub(write_twin(folder / "twin", {}), folder / "data") as running:
        yield running


@looped
async def test_only_our_own_page_under_our_own_name_with_our_token_is_let_in(hub: RunningHub) -> None:
    # given the right origin, host and token, and such as an attacker has
    port = hub.address.rpartition(":")[2]
    origins = (
        hub.address, "null", "", f"https://127.0.0.1:{port}", "http://127.0.0.1", "http://evil.example",
        f"http://evil.example:{port}", f"http://127.0.0.1:{port}.evil.example",
    )  # fmt: skip
    hosts = (f"127.0.0.1:{port}", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{int(port) + 1}", f"0x7f.1:{port}")
    tokens = (hub.token, "", hub.token[:-1] + "x")

    # when each is tried with each
    accepted = []
    async with aiohttp.ClientSession() as session:
        for origin, host, token in itertools.product(origins, hosts, tokens):
            if await _is_let_in(session, hub.address, (origin, host, token)):
                accepted.append((origin, host, token))

    # then one of a hundred and twenty comes in
    assert len(origins) * len(hosts) * len(tokens) == 120
    assert accepted == [(origins[0], hosts[0], tokens[0])]


async def _is_let_in(session: aiohttp.ClientSession, address: str, tried: tuple[str, str, str]) -> bool:
    origin, host, token = tried
    headers = {"Host": host, **({"Origin": origin} if origin else {})}
    try:
        async with session.ws_connect(f"{address}/live", headers=headers) as socket:
            hello = {"type": "hello", "protocol": "sanping.v1", "screen": "s", "kind": "phone", "token": token}
            await socket.send_str(json.dumps(hello))
            answer = await socket.receive(timeout=20)
            return answer.type is aiohttp.WSMsgType.TEXT and json.loads(answer.data)["type"] == "welcome"
    except aiohttp.WSServerHandshakeError:
        return False
