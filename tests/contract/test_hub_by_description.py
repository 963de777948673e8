"""Schemathesis reads the hub's OpenAPI description and asks every operation what it allows, and what it does not.

No answer is a fault of the server, none is undescribed, and none comes without the token where one is asked for.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from fakes.governed_hub import GovernedHub
from fakes.linked_hub import TOKEN
from sanping.hub.spare_port import free_port
from sanping.hub.web_api import ENDPOINTS

EXAMPLES = 50
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance", "ignored_auth")  # fmt: skip
PATIENCE_S = 280
RUN = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"


@contextlib.contextmanager
def beside(start: Callable[[], Awaitable[Callable[[], Awaitable[None]]]]) -> Iterator[None]:
    """Run a server in a loop of its own thread; `start` returns what stops it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        stop = asyncio.run_coroutine_threadsafe(start(), loop).result(60)  # type: ignore[arg-type]
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(stop(), loop).result(60)  # type: ignore[arg-type]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def tried(description: str, token: str, folder: Path, examples: int) -> dict[str, Any]:
    """Return what Schemathesis reports of a server."""
    words = [
        "run", description, "-H", f"Authorization: Bearer {token}", "-n", str(examples), "-w", "2", "--no-shrink",
        "--seed", "7", "--phases", "fuzzing", "--continue-on-failure", "-c", ",".join(CHECKS), "--warnings", "off",
        "--report", "json", "--report-json-path", str(folder / "found.json"),
    ]  # fmt: skip
    command = [sys.executable, "-c", RUN, *words]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (folder / "found.json").exists(), ran.stdout + ran.stderr
    found: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return found


def test_every_operation_stands_what_its_description_allows_and_what_it_does_not(tmp_path: Path) -> None:
    # given a hub that governs a city
    folder = tmp_path / "data"
    folder.mkdir()
    hub = GovernedHub(folder)

    async def start() -> Callable[[], Awaitable[None]]:
        await hub.start()
        return hub.stop

    # when every operation is asked what its description allows, and what it does not
    with beside(start):
        found = tried(f"http://127.0.0.1:{hub.port}/api/v1/openapi.json", TOKEN, tmp_path, EXAMPLES)

    # then none fails, breaks its description, or answers without the token
    assert (found["failures"], found["errors"]) == ([], [])
    assert found["operations"]["tested"] == found["operations"]["total"] == len(ENDPOINTS)
    assert found["test_cases"]["generated"] > 10 * len(ENDPOINTS)


def test_a_fault_a_break_and_a_way_around_the_token_are_found(tmp_path: Path) -> None:
    # given a server whose operations fail, answer with an undescribed status, and ask for no token
    def operation(name: str) -> dict[str, Any]:
        token = [{"token": []}] if name == "open" else []
        return {"get": {"responses": {"200": {"description": "OK"}}, "security": token}}

    names = {"fails": 500, "odd": 418, "open": 200}
    description = {
        "openapi": "3.1.0", "info": {"title": "x", "version": "1"},
        "paths": {f"/{name}": operation(name) for name in names},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip
    application, port = web.Application(), free_port()

    async def described(_: web.Request) -> web.Response:
        return web.json_response(description)

    async def answered(request: web.Request) -> web.Response:
        return web.Response(status=names[request.path.strip("/")])

    application.router.add_get("/openapi.json", described)
    for name in names:
        application.router.add_get(f"/{name}", answered)

    async def start() -> Callable[[], Awaitable[None]]:
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner.cleanup

    # when it is asked
    with beside(start):
        found = tried(f"http://127.0.0.1:{port}/openapi.json", TOKEN, tmp_path, 3)

    # then each is found
    told = json.dumps(found["failures"])
    assert [word in told for word in ("/fails", "/odd", "/open", "Server error", "Undocumented")] == [True] * 5, told
