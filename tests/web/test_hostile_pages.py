"""Pages of the hub run nothing that is not theirs, and pages of others get nothing from the hub. In real Chromium."""

import contextlib
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from fakes.phone_town import write_phone_town
from fakes.small_hub import REPOSITORY, RunningHub, running_hub
from sanping.hub.web_api import ENDPOINTS
from sanping.hub.web_page import BASE

PAGES = ("/", "/index.html", "/api/", "/api/style.css", "/ca", "/ca.crt", "/none", f"{BASE}/openapi.json")
ALLOWED = {
    "default-src": {"'self'"},
    "img-src": {"'self'", "data:", "blob:"},
    "worker-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'none'"},
    "frame-ancestors": {"'none'"},
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    if not (REPOSITORY / "app" / "web" / "dist").is_dir():
        pytest.skip("the phone page is not built: make web")
    folder = tmp_path_factory.mktemp("pages")
    with running_hub(write_phone_town(folder / "town", {}), folder / "data") as running:
        yield running


def headers_of(hub: RunningHub, method: str, path: str, token: str) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(
        f"{hub.address}{path}",
        method=method,
        data=b"{}" if method == "POST" else None,
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, {name.lower(): value for name, value in error.headers.items()}


def shortcomings(hub: RunningHub, headers: dict[str, str]) -> list[str]:
    """Return what a policy lets a page do that it must not, and which guards are missing."""
    found = [] if headers.get("x-content-type-options") == "nosniff" else ["nosniff"]
    written = headers.get("content-security-policy", "").split(";")
    rules = {name: set(sources) for name, *sources in (rule.split() for rule in written if rule.strip())}
    own = hub.address.removeprefix("http://")
    allowed = {**ALLOWED, "connect-src": {"'self'", f"ws://{own}", f"wss://{own}"}}
    found += [name for name in ("default-src", "frame-ancestors") if name not in rules]
    return found + [f"{name} {one}" for name, sources in rules.items() for one in sources - allowed.get(name, set())]


def said_to(listener: socket.socket) -> bytes:
    """Return what was sent to a listener by whoever connected; a browser may connect ahead and say nothing."""
    said = b""
    with listener, contextlib.suppress(BlockingIOError):
        while True:
            line, _ = listener.accept()
            with line, contextlib.suppress(TimeoutError):
                line.settimeout(0.3)
                said += line.recv(1000)
    return said


def test_every_answer_of_the_hub_carries_a_strict_policy(hub: RunningHub) -> None:
    # given every page and address of the hub, asked for with and without a token
    paths = [("GET", path) for path in PAGES]
    paths += [(one.method, BASE + re.sub(r"\{\w+\}", "x", one.path)) for one in ENDPOINTS]

    # when each is asked for
    found = {}
    for method, path in paths:
        for token in (hub.token, ""):
            status, headers = headers_of(hub, method, path, token)
            assert status < 500 or status in (502, 503), (path, status)
            wrong = shortcomings(hub, headers)
            if wrong:
                found[(path, bool(token))] = wrong

    # then each says that nothing foreign is loaded, nothing inline is run, and nobody frames it
    assert len(paths) > 50
    assert found == {}


def test_a_script_that_is_put_into_a_page_does_not_run_and_nothing_leaves_the_hub(
    browser: Any, hub: RunningHub
) -> None:
    # given the phone page and the page about the API
    for path in ("/", "/api/"):
        page = browser.new_page()
        listener = socket.create_server(("127.0.0.2", 0))
        listener.setblocking(False)
        page.goto(f"{hub.address}{path}")

        # when script, style, frame, worker, picture and question are put into it
        page.evaluate(
            """async (elsewhere) => {
              window.broken = [];
              document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
              const put = (name, set) => {
                const made = document.createElement(name);
                Object.assign(made, set);
                document.body.append(made);
              };
              put('script', { textContent: 'window.hit = 1' });
              put('script', { src: 'data:text/javascript,window.hit=2' });
              put('script', { src: elsewhere + 'x.js' });
              document.body.insertAdjacentHTML('beforeend', '<button id="b" onclick="window.hit=3">x</button>');
              document.getElementById('b').click();
              put('iframe', { src: elsewhere });
              put('img', { src: elsewhere + 'x.png' });
              put('link', { rel: 'stylesheet', href: elsewhere + 'x.css' });
              setTimeout('window.hit = 4', 0);
              try { new WebSocket(elsewhere.replace('http', 'ws')); } catch { broken.push('socket'); }
              await fetch(elsewhere).catch(() => broken.push('fetch'));
              await new Promise((done) => setTimeout(done, 200));
            }""",
            f"http://127.0.0.2:{listener.getsockname()[1]}/",
        )

        # then the browser ran and asked for none of it
        assert page.evaluate("window.hit") is None, path
        assert {"fetch", "script-src", "script-src-elem", "script-src-attr", "frame-src", "img-src"} <= set(
            page.evaluate("window.broken")
        ), path
        assert said_to(listener) == b"", path
        page.close()


def test_a_page_of_somebody_else_cannot_speak_with_the_hub_nor_frame_it(browser: Any, hub: RunningHub) -> None:
    # given a page on another port of this machine, which knows the token
    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>x</title><body></body>")

        def log_message(self, format: str, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")

        # when it opens a socket, asks, and frames the hub
        found = page.evaluate(
            """async ([hub, token]) => {
              const socket = await new Promise((done) => {
                const one = new WebSocket(hub.replace('http', 'ws') + '/live');
                one.onopen = () => done('open');
                one.onclose = one.onerror = () => done('refused');
              });
              const ask = (headers) => fetch(hub + '/api/v1/latest', { headers }).then(() => 'read', () => 'refused');
              const frame = document.createElement('iframe');
              frame.src = hub + '/';
              document.body.append(frame);
              await new Promise((done) => { frame.onload = done; setTimeout(done, 2000); });
              let seen = 'blocked';
              try { seen = frame.contentDocument ? 'readable' : 'blocked'; } catch {}
              return [socket, await ask({}), await ask({ Authorization: 'Bearer ' + token }), seen];
            }""",
            [hub.address, hub.token],
        )

        # then it gets nothing
        assert found == ["refused", "refused", "refused", "blocked"]
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        thread.join()
