"""The hub's one port: WebSocket `/live`, REST `/api/v1` with a page that describes it, and the phone page."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from aiohttp import web

from sanping.domain.device import Identity
from sanping.domain.errors import (
    InputError,
    NotAllowed,
    SanpingError,
    SiteUnreachable,
    SourceFailed,
    SourceRefused,
    StoreFailed,
)
from sanping.domain.label import LOWEST
from sanping.domain.text import Text
from sanping.hub.access import MOST_SOCKETS, Access, is_plain
from sanping.hub.clearance_book import CHANGED, ClearanceBook
from sanping.hub.core import Hub
from sanping.hub.doorkeeper import Doorkeeper
from sanping.hub.endpoint import Asked, Document, Endpoint, File
from sanping.hub.gate import check_role
from sanping.hub.label_gate import answered
from sanping.hub.neighbourhood import lan_addresses, lan_names
from sanping.hub.relay_hub import RelayHub
from sanping.hub.sharing import LIVE, MAP, REST
from sanping.hub.site_certificates import SiteCertificates, tls_of
from sanping.hub.web_api import ENDPOINTS, encoded_answer
from sanping.hub.web_certs import CertificatePage
from sanping.hub.web_documents import document_response
from sanping.hub.web_live import LiveSockets
from sanping.hub.web_map import PATH as MAP_PATH
from sanping.hub.web_map import square
from sanping.hub.web_page import BASE, STYLE, openapi, page
from sanping.hub.web_phone import PhonePage
from sanping.wire.messages import MAX_BYTES_IN
from sanping.wire.show import SCREEN_KIND

PACKED = "application/msgpack"
IDLE_S = 10.0
BODY_WITHIN_S = 10.0
CLOSE_S = 1.0
LOOK_EVERY_S = 0.5

_BUSY = Text(
    "端口 {port} 无法监听：{reason}；请用 --port 换一个，或停止占用它的程序",
    "Port {port} cannot be listened on: {reason}; choose another with --port, or stop the program that uses it",
)
_TOO_LARGE = Text(
    "内容太大，这里最多 {most}；照片请缩小后重新上传",
    "This is too large, {most} is the most here; make a photo smaller and upload it again",
)
_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_log = logging.getLogger(__name__)
NOBODY = Identity(role="viewer", clearance=LOWEST)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """How other machines find the hub: addresses, names, and its certificates, None for unencrypted."""

    addresses: Sequence[str]
    names: Sequence[str] = ()
    certificates: SiteCertificates | None = None

    @property
    def scheme(self) -> str:
        """The scheme of the hub's addresses."""
        return "http" if self.certificates is None else "https"


class Web:
    """Serves one hub on one port to at most `most_sockets` screens."""

    def __init__(self, hub: Hub | RelayHub, token: str, most_sockets: int = MOST_SOCKETS) -> None:
        self._hub = hub
        self._access = Access(token, hub.gate, most_sockets, hub.plan.clearances)
        self._live = LiveSockets(hub, self._access)
        self._doorkeeper = Doorkeeper(most_sockets)
        self._watching: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int, lan: Lan | None = None) -> int:
        """Listen and return the port, which the system chooses for 0. Raises `InputError` when it is taken.

        With `lan` the hub answers at the same port of this machine's other addresses too.
        """
        application = web.Application(client_max_size=MAX_BYTES_IN, middlewares=[self._guard])
        application.router.add_get("/live", self._follow)
        application.router.add_get("/api", _to_page)
        application.router.add_get("/api/", _page)
        application.router.add_get("/api/style.css", _style)
        application.router.add_get(f"{BASE}/openapi.json", _description)
        application.router.add_get(f"{BASE}/ogc/api", _description_of_features)
        application.router.add_get(MAP_PATH, self._square)
        certificates = CertificatePage(None if lan is None else lan.certificates)
        application.router.add_get("/ca", certificates.page)
        application.router.add_get("/ca.crt", certificates.certificate)
        for endpoint in ENDPOINTS:
            application.router.add_route(endpoint.method, f"{BASE}{endpoint.path}", partial(self._answer, endpoint))
        application.router.add_get("/{name:.*}", PhonePage(self._hub.plan.phone_page).answer)
        self._runner = web.AppRunner(
            application, access_log=None, keepalive_timeout=IDLE_S, shutdown_timeout=CLOSE_S, handle_signals=False
        )
        await self._runner.setup()
        found = await self._listen(host, port, None)
        if self._runner.server is not None:
            self._watching = asyncio.create_task(self._doorkeeper.watch(self._runner.server))
        self._looking = asyncio.create_task(self._look_again())
        self._access.listen_on(f"{name}:{found}" for name in _names_of(host))
        self._hub.addresses = (f"http://{_bracketed(host)}:{found}",)
        if lan is not None:
            self._hub.addresses = tuple(f"{lan.scheme}://{_bracketed(address)}:{found}" for address in lan.addresses)
            tls = None if lan.certificates is None else tls_of(lan.certificates.folder)
            for address in lan.addresses:
                await self._listen(address, found, tls)
            names = (*map(_bracketed, lan.addresses), *lan.names)
            self._access.listen_on((f"{name}:{found}" for name in names), lan.scheme)
        return found

    async def _listen(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen at one address and return the port. Raises `InputError` when it is taken."""
        assert self._runner is not None
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        except OSError as error:
            raise InputError(_BUSY.with_values(port=port, reason=error.strerror or str(error))) from error
        return port or _port_of(self._runner)

    async def stop(self) -> None:
        """Say good-bye and close the port."""
        for task in (self._watching, self._looking):
            if task is not None:
                task.cancel()
        await self._live.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self._look_at_clearances()
            self._live.look_again()

    def _look_at_clearances(self) -> None:
        """Take in who is cleared for more or less now; the owner of the books keeps that it changed."""
        book = self._hub.plan.clearances
        if not isinstance(book, ClearanceBook):
            return
        was, changes = book.trouble, book.look()
        if book.trouble is not None and book.trouble != was:
            _log.warning("clearances stay as they are: %s", book.trouble.en)
        if changes and isinstance(self._hub, Hub):
            self._hub.audited(CHANGED, changes)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what was not called by our name or comes from a foreign page."""
        self._doorkeeper.heard(request)
        origin = request.headers.get("Origin")
        if not self._access.is_host(request.host):
            return web.Response(status=403, text="host", headers=_SAFE_HEADERS)
        if origin is not None and not self._access.is_origin(origin, request.host):
            return web.Response(status=403, text="origin", headers=_SAFE_HEADERS)
        if not self._hub.is_ready:  # a screen that came now would miss the alarms of the life before
            return web.Response(status=503, text="starting", headers={**_SAFE_HEADERS, "Retry-After": "1"})
        response = await handler(request)
        if not response.prepared:
            for name, value in _SAFE_HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    async def _answer(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        try:
            by = await self._who(request)
        except SiteUnreachable as error:
            return _refusal(error)
        if by is None and not endpoint.is_open:
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await request.clone(client_max_size=endpoint.most_bytes).read()
        except TimeoutError:
            return web.Response(status=408)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(InputError(_TOO_LARGE.with_values(most=_size(endpoint.most_bytes))), 413)
        try:
            if by is not None:
                check_role(by, endpoint.least, endpoint.title)
            parameters = {**request.query, **request.match_info}
            base = f"{request.scheme}://{request.host}"
            asked = Asked(
                parameters=parameters, body=body, by=by or NOBODY, peer=request.remote or "?", base=base,
                is_packed=request.headers.get("Accept") == PACKED,
            )  # fmt: skip
            found = await self._run(endpoint, asked)
        except SanpingError as error:
            return _refusal(error)
        return self._sent(request, found)

    def _sent(self, request: web.Request, found: object) -> web.StreamResponse:
        """Return what an endpoint found as the response to a request, and count it."""
        if isinstance(found, Document):
            return document_response(request, found)
        self._hub.plan.traffic.count(REST)
        if isinstance(found, File):
            headers = {"Content-Disposition": f'attachment; filename="{_ascii(found.name)}"'}
            charset = "utf-8" if found.media_type.startswith("text/") else None
            return web.Response(body=found.body, content_type=found.media_type, charset=charset, headers=headers)
        is_packed = request.headers.get("Accept") == PACKED
        body = found if isinstance(found, bytes) else encoded_answer(found, is_packed=is_packed)
        return web.Response(body=body, content_type=PACKED if is_packed else "application/json")

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        self._hub.plan.traffic.count(LIVE)
        return await self._live.serve(request)

    async def _square(self, request: web.Request) -> web.StreamResponse:
        try:
            if await self._who(request) is None:
                return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        except SiteUnreachable as error:
            return _refusal(error)
        self._hub.plan.traffic.count(MAP)
        return square(self._hub.plan.phone_map, request)

    async def _run(self, endpoint: Endpoint, asked: Asked) -> object:
        """Do what an endpoint does: here, or where the books are."""
        if isinstance(self._hub, RelayHub):
            return await self._hub.answered(endpoint, asked)
        return await answered(self._hub, endpoint, asked)

    async def _who(self, request: web.Request) -> Identity | None:
        """Return who asks. Raises `SiteUnreachable`."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        await self._access.met(token.strip())
        plain = is_plain(request.remote, is_encrypted=request.secure)
        who = self._access.who(token.strip(), is_plain=plain)
        said = request.headers.get(SCREEN_KIND, "")
        return who if who is None or not said else self._access.on_screen(who, self._access.kind(who, said))


def _size(most_bytes: int) -> str:
    return f"{most_bytes >> 20} MB" if most_bytes >> 20 else f"{most_bytes >> 10} kB"


def _status(error: SanpingError) -> int:
    if isinstance(error, InputError):
        return 400
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, StoreFailed | SiteUnreachable):
        return 503
    return 502 if isinstance(error, SourceFailed | SourceRefused) else 500


def _refusal(error: SanpingError, status: int = 0) -> web.Response:
    english = error.in_language("en")
    code = type(error).__name__
    words = {"ok": False, "zh": error.in_language("zh"), "en": english, "code": code, "description": english}
    return web.Response(
        status=status or _status(error), body=msgspec.json.encode(words), content_type="application/json"
    )


async def _to_page(_: web.Request) -> web.Response:
    return web.Response(status=308, headers={"Location": "/api/"})


async def _page(request: web.Request) -> web.Response:
    is_chinese = not request.headers.get("Accept-Language", "zh").lower().startswith("en")
    return web.Response(text=page("zh" if is_chinese else "en"), content_type="text/html", charset="utf-8")


async def _style(_: web.Request) -> web.Response:
    return web.Response(text=STYLE, content_type="text/css", charset="utf-8")


async def _description(_: web.Request) -> web.Response:
    return web.Response(body=msgspec.json.encode(openapi()), content_type="application/json")


async def _description_of_features(request: web.Request) -> web.StreamResponse:
    body = msgspec.json.encode(openapi("3.0.3"))
    return document_response(request, Document(body=body, media_type="application/vnd.oai.openapi+json;version=3.0"))


def _ascii(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port_of(runner: web.AppRunner) -> int:
    return int(runner.addresses[0][1])


def _names_of(host: str) -> set[str]:
    if host in ("127.0.0.1", "localhost", "::1"):
        return {"127.0.0.1", "localhost", "[::1]"}
    if host in ("0.0.0.0", "::"):
        own = map(_bracketed, lan_addresses())
        return {"127.0.0.1", "localhost", "[::1]", socket.gethostname(), *lan_names(), *own}
    return {_bracketed(host)}
