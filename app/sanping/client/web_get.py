"""GET from one server that a person has named: no proxy, no way to another server, bounds on size and time.

The host is resolved once and its address kept, so that a name cannot come to mean another machine later.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from sanping.domain.errors import FileHostile, SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.ports.progress import Progress

MOST_BYTES = 64 << 20
MOST_UNPACKED = 256 << 20
SILENCE_S, TOTAL_S = 10.0, 60.0
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_METADATA = frozenset({"100.100.100.200", "fd00:ec2::254", "192.0.0.192"})
_BLOCK = 1 << 16

_FETCHING = Text("下载瓦片", "Fetching tiles")
_NO_ADDRESS = Text("“{url}”不是 http 或 https 网址；请改正", "“{url}” is not an http or https address; correct it")
_FORBIDDEN = Text(
    "地址 {host} 指向链路本地或保留网段，已拒绝",
    "The address {host} leads to the local link or a reserved network; it was refused",
)
_FAILED = Text(
    "服务器 {host} 没有应答：{reason}；请检查网络和网址",
    "The server {host} does not answer: {reason}; check network and address",
)
_UNTRUSTED = Text(
    "服务器 {host} 的证书不可信：{reason}；请核对网址或联系服务方",
    "The certificate of {host} cannot be trusted: {reason}; check the address or ask who runs it",
)
_ELSEWHERE = Text(
    "服务器 {host} 把请求转到了另一台服务器 {other}，已拒绝；如需使用请直接打开那里的网址",
    "The server {host} sends us on to another server, {other}; that was refused: open the address there yourself",
)
_TOO_LARGE = Text(
    "服务器 {host} 的文件超过 {limit} MiB，已停止", "A file of {host} is over {limit} MiB; it was stopped"
)
_TOO_SLOW = Text("{limit} 秒内没有传完", "it took longer than {limit} s")
_BAD_PACKING = Text("压缩数据有误", "its compressed data is broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; names of `headers` are lower case, `body` is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebGet:
    """Gets addresses of the server of one address. May be called from several threads; each keeps a connection.

    `tls` judges its certificate, the system's authorities where there is none.
    """

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise SourceRefused(_NO_ADDRESS.with_values(url=url[:120]))
        self.host = parts.hostname
        self._is_safe = parts.scheme == "https"
        try:
            self._port = parts.port or (443 if self._is_safe else 80)
        except ValueError as error:
            raise SourceRefused(_NO_ADDRESS.with_values(url=url[:120])) from error
        self._origin = (parts.scheme, self.host, parts.port)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._address = ""
        self._lines: set[http.client.HTTPConnection] = set()
        self._is_closed = False

    def close(self) -> None:
        """Hang up on all connections; whoever still waits for an answer is told that it failed."""
        with self._lock:
            self._is_closed = True
            lines, self._lines = self._lines, set()
        for line in lines:
            with contextlib.suppress(OSError, AttributeError):
                line.sock.shutdown(socket.SHUT_RDWR)
            line.close()

    def get(self, url: str, headers: Mapping[str, str], progress: Progress) -> Answer:
        """Return the answer, whatever its status; followed within the server.

        Raises `SourceFailed` when the server does not answer in time, `SourceRefused` for a certificate that is not
        trusted or a way to another server, `FileHostile` for too much, `Cancelled`.
        """
        ends_at = time.monotonic() + TOTAL_S
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(url, headers, progress, ends_at)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            target = urljoin(url, answer.headers["location"])
            parts = urlsplit(target)
            if (parts.scheme, parts.hostname, parts.port) != self._origin:
                other = parts.hostname or "?"
                raise SourceRefused(_ELSEWHERE.with_values(host=self.host, other=other[:80]))
            url = target
        raise self._failed("redirects")

    def _once(self, url: str, headers: Mapping[str, str], progress: Progress, ends_at: float) -> Answer:
        """Ask once; where a kept connection has gone stale, once more over a new one."""
        is_fresh = getattr(self._own, "line", None) is None
        try:
            return self._asked(url, headers, progress, ends_at)
        except ssl.SSLCertVerificationError as error:
            self._hang_up()
            raise SourceRefused(_UNTRUSTED.with_values(host=self.host, reason=error.verify_message)) from error
        except (http.client.HTTPException, OSError) as error:
            self._hang_up()
            if is_fresh:
                raise self._failed(_reason(error)) from error
        except BaseException:
            self._hang_up()  # the rest of an answer must not be taken for the next one
            raise
        try:
            return self._asked(url, headers, progress, ends_at)
        except (http.client.HTTPException, OSError) as error:
            self._hang_up()
            raise self._failed(_reason(error)) from error
        except BaseException:
            self._hang_up()
            raise

    def _asked(self, url: str, headers: Mapping[str, str], progress: Progress, ends_at: float) -> Answer:
        progress.report(0.0, _FETCHING)
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = self._line()
        line.request("GET", path, headers={"Accept-Encoding": "gzip", "User-Agent": "Sanping", **headers})
        reply = line.getresponse()
        found = {name.lower(): value for name, value in reply.getheaders()}
        body = bytearray()
        while block := reply.read(_BLOCK):
            progress.report(0.0, _FETCHING)
            body += block
            if len(body) > MOST_BYTES:
                raise FileHostile(_TOO_LARGE.with_values(host=self.host, limit=MOST_BYTES >> 20))
            if time.monotonic() > ends_at:
                raise SourceFailed(
                    _FAILED.with_values(host=self.host, reason=_TOO_SLOW.with_values(limit=int(TOTAL_S)))
                )
        data = bytes(body)
        if found.get("content-encoding", "").lower() in ("gzip", "x-gzip"):
            data = self._unpacked(data)
        return Answer(status=reply.status, headers=found, body=data)

    def _unpacked(self, data: bytes) -> bytes:
        unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            found = unpacking.decompress(data, MOST_UNPACKED + 1)
        except zlib.error as error:
            raise self._failed(_BAD_PACKING) from error
        if len(found) > MOST_UNPACKED:
            raise FileHostile(_TOO_LARGE.with_values(host=self.host, limit=MOST_UNPACKED >> 20))
        if not unpacking.eof:
            raise self._failed(_BAD_PACKING)
        return found

    def _line(self) -> http.client.HTTPConnection:
        line = getattr(self._own, "line", None)
        if line is None:
            sock = socket.create_connection((self._judged_address(), self._port), timeout=SILENCE_S)
            if self._is_safe:
                sock = (self._tls or ssl.create_default_context()).wrap_socket(sock, server_hostname=self.host)
            line = http.client.HTTPConnection(self.host, self._port, timeout=SILENCE_S)
            line.sock = sock
            line.auto_open = 0
            self._own.line = line
            with self._lock:
                self._lines.add(line)
                if self._is_closed:
                    raise http.client.NotConnected
        return line

    def _hang_up(self) -> None:
        line = getattr(self._own, "line", None)
        self._own.line = None
        if line is not None:
            with self._lock:
                self._lines.discard(line)
            line.close()

    def _judged_address(self) -> str:
        with self._lock:
            if not self._address:
                found = socket.getaddrinfo(self.host, self._port, type=socket.SOCK_STREAM)
                addresses = [str(entry[4][0]) for entry in found]
                if not all(map(_may_be_asked, addresses)):
                    raise SourceRefused(_FORBIDDEN.with_values(host=self.host))
                self._address = addresses[0]
            return self._address

    def _failed(self, reason: str | Text) -> SourceFailed:
        return SourceFailed(_FAILED.with_values(host=self.host, reason=reason))


def _may_be_asked(address: str) -> bool:
    """Say whether an address that a person's own wish led to may be asked: this machine and its networks may."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return not (found.is_link_local or found.is_multicast or found.is_unspecified or str(found) in _METADATA)


def _reason(error: Exception) -> str:
    return str(error)[:160] or type(error).__name__
