"""Phones, roles and strangers at a real hub: who may come in, and what each role may wish and ask."""

import itertools
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from fakes.looped import looped
from fakes.small_hub import RunningHub, running_hub, until, write_twin
from sanping.commands.hub_actions import HUB_ACTIONS
from sanping.domain.role import ROLES, is_at_least
from sanping.hub.log_in import hashed
from sanping.hub.web_api import ENDPOINTS
from sanping.hub.wishes import DEVICE_ACTIONS
from sanping.ports.device_book import User
from sanping.storage.device_book import SqliteDeviceBook

PASSWORD = "Su-he 2026 sanping"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("gate")
    data = folder / "data"
    book = SqliteDeviceBook(data)
    for role in ROLES:
        book.keep_user(User(name=role, role=role, password=hashed(PASSWORD)))
    book.close()
    with running_hub(write_twin(folder / "twin", {}), data) as running:
        yield running


def ask(hub: RunningHub, method: str, path: str, token: str, body: object = None) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{hub.address}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def paired(hub: RunningHub, name: str = "phone") -> tuple[str, str]:
    code = ask(hub, "POST", "/api/v1/codes", hub.token)[1]["code"]
    status, answer = ask(hub, "POST", "/api/v1/pair", "", {"code": code, "name": name})
    assert status == 200
    return answer["device"], answer["token"]


def as_role(hub: RunningHub, role: str) -> tuple[str, str]:
    device, token = paired(hub, role)
    assert ask(hub, "POST", "/api/v1/login", token, {"name": role, "password": PASSWORD})[0] == 200
    return device, token


def test_every_endpoint_answers_exactly_the_roles_it_declares(hub: RunningHub) -> None:
    # given a device of each role
    tokens = {role: as_role(hub, role)[1] for role in ROLES}

    for endpoint, role in itertools.product(ENDPOINTS, ROLES):
        # when it asks for each address of the API
        if endpoint.is_open:
            continue
        path = "/api/v1" + re.sub(r"\{\w+\}", "x", endpoint.path)
        status, words = ask(hub, endpoint.method, path, tokens[role], {} if endpoint.method == "POST" else None)

        # then it is refused because of its role exactly when the role is too low
        is_refused = status == 403 and "需要" in str(words)
        assert is_refused == (not is_at_least(role, endpoint.least)), (endpoint.path, role, status, words)
        assert ask(hub, endpoint.method, path, "")[0] == 401


@looped
async def test_every_command_is_done_for_exactly_the_roles_it_declares(hub: RunningHub) -> None:
    # given a device of each role
    for role in ROLES:
        _, token = as_role(hub, role)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{hub.address}/live", origin=hub.address) as socket,
        ):
            await _said(socket, type="hello", protocol="sanping.v1", screen="me", kind="phone", token=token)
            assert (await _heard(socket, "welcome"))["role"] == role
            for number, action in enumerate(HUB_ACTIONS.values()):
                if action.id in (*DEVICE_ACTIONS, "twin.trust"):
                    continue

                # when it wishes each command there is
                await _said(socket, type="command", op=f"{role}-{number:08d}", action=action.id, arguments={})
                ack = await _heard(socket, "ack")

                # then it is refused because of its role exactly when the role is too low
                assert ("需要" in ack["error_zh"]) == (not is_at_least(role, action.least)), (role, action.id, ack)


@looped
async def test_a_phone_asks_the_desk_approves_and_a_revoked_phone_is_out(hub: RunningHub) -> None:
    # given a phone that has just come in, and a desk
    device, token = paired(hub, "网格员的手机")
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{hub.address}/live", origin=hub.address) as phone,
        session.ws_connect(f"{hub.address}/live", origin=hub.address) as desk,
    ):
        await _said(phone, type="hello", protocol="sanping.v1", screen="someone-else", kind="phone", token=token)
        await _said(desk, type="hello", protocol="sanping.v1", screen="desk", kind="desk", token=hub.token)
        await _said(desk, type="subscribe", topics=["log"])
        assert (await _heard(phone, "welcome"))["role"] == "viewer"

        # when it asks to be a grid worker and the desk approves what it sees
        await _said(phone, type="command", op="ask-00000001", action="role.ask", arguments={"role": "grid_worker"})
        assert (await _heard(phone, "ack"))["ok"]
        wish = await _changed(desk, device)
        assert (wish["asked"], len(wish["match"])) == ("grid_worker", 4)
        said = {"device": device, "match": wish["match"]}
        await _said(desk, type="command", op="approve-0001", action="device.approve", arguments=said)
        assert (await _heard(desk, "ack"))["ok"]
        assert ask(hub, "GET", "/api/v1/me", token)[1]["role"] == "grid_worker"

        # and the desk revokes it
        began = time.monotonic()
        await _said(desk, type="command", op="revoke-0001", action="device.revoke", arguments={"device": device})
        bye = await _heard(phone, "bye")

        # then it is out at once, on both ways in
        assert bye["reason"] == "token"
        assert time.monotonic() - began < 5.0
        assert ask(hub, "GET", "/api/v1/me", token)[0] == 401


def test_a_used_code_and_a_wrong_one_let_nobody_in_and_are_kept_as_refused(hub: RunningHub) -> None:
    # given a code that was used
    code = ask(hub, "POST", "/api/v1/codes", hub.token)[1]["code"]
    assert ask(hub, "POST", "/api/v1/pair", "", {"code": code, "name": "a"})[0] == 200

    # when it is used again, and a body is no JSON
    again = ask(hub, "POST", "/api/v1/pair", "", {"code": code, "name": "b"})
    broken = ask(hub, "POST", "/api/v1/pair", "", ["?"])

    # then nobody comes in, and the log says that somebody tried
    assert again[0] == 403
    assert broken[0] == 400

    def refused() -> bool:
        now_ms = time.time_ns() // 1_000_000
        path = f"/api/v1/events?from_ms=0&to_ms={now_ms + 1000}&kinds=access"
        return "pair.refused" in json.dumps(ask(hub, "GET", path, hub.token)[1])

    until(refused)


async def _said(socket: aiohttp.ClientWebSocketResponse, **message: object) -> None:
    await socket.send_str(json.dumps(message))


async def _heard(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads((await socket.receive(timeout=20)).data)
        if message["type"] == kind:
            return message


async def _changed(socket: aiohttp.ClientWebSocketResponse, device: str) -> dict[str, Any]:
    while True:
        change = await _heard(socket, "change")
        if change["kind"] == "device" and change["body"]["id"] == device and change["body"]["asked"]:
            body: dict[str, Any] = change["body"]
            return body
