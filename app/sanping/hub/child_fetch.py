"""Where a child may connect to, and HTTP for it: no address may lead into the machine itself or its cloud's secrets.

A host is resolved once, every address it has is judged, and the connection goes to the judged address.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.ports.source import Fetched

MOST_BYTES = 64 << 20
TOTAL_S = 30.0
CONNECT_S, READ_S = 5.0, 8.0  # a line that swallows everything must not hold a source for longer
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_HARMLESS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since", "user-agent"})
_METADATA = frozenset({"169.254.169.254", "100.100.100.200", "fd00:ec2::254", "192.0.0.192"})

_BAD_ADDRESS = Text("地址 {url} 不是 http 或 https 网址；请改正", "The address {url} is not http or https; correct it")
_FORBIDDEN = Text(
    "地址 {host} 指向本机、链路本地或保留网段，已拒绝；确需访问时由管理员在设置 source_networks 中放行该网段",
    "The address {host} leads to this machine, the local link or a reserved network and was refused; an administrator "
    "can allow that network in the setting source_networks",
)
_UNKNOWN = Text("找不到主机 {host}：{reason}；请检查地址和域名解析", "The host {host} is not known: {reason}; check it")
_FAILED = Text(
    "无法读取 {host}：{reason}；请检查网络和网址", "{host} cannot be read: {reason}; check network and address"
)
_TOO_BIG = Text("{host} 的回应超过 {limit} MiB，已停止", "The answer of {host} is over {limit} MiB; it was stopped")
_TOO_MANY = Text("{host} 重定向次数过多", "{host} redirects too often")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_reachable(address: str, allowed: Sequence[Network]) -> bool:
    """Say whether a source may connect to an IP address; networks that an administrator allows may be reached."""
    found = _plain(ipaddress.ip_address(address.partition("%")[0]))
    if any(found in network for network in allowed if network.version == found.version):
        return True
    if str(found) in _METADATA:
        return False
    return not (
        found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    )


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for: mapped, 6to4 or NAT64."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


class Resolving(Protocol):
    """Looks a host up."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return its addresses."""


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """Ask the system; it also reads numbers in the odd forms that browsers do, such as 2130706433."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Judges where a source may connect to; `allowed` are networks that an administrator lets it reach."""

    def __init__(self, allowed: Sequence[str], lookup: Resolving = system_lookup) -> None:
        self._allowed = tuple(ipaddress.ip_network(network, strict=False) for network in allowed)
        self._lookup = lookup

    async def address_of(self, host: str, port: int) -> str:
        """Return the address to connect to. Raises `SourceRefused`; `OSError` for a host that is not known."""
        addresses = await self._lookup(host, port)
        if not addresses or not all(is_reachable(address, self._allowed) for address in addresses):
            raise SourceRefused(_FORBIDDEN.with_values(host=host))
        return addresses[0]

    async def reached(self, host: str, port: int) -> str:
        """Return the address to connect to. Raises `SourceFailed` or `SourceRefused`."""
        try:
            return await asyncio.wait_for(self.address_of(host, port), CONNECT_S)
        except (OSError, TimeoutError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise SourceFailed(_UNKNOWN.with_values(host=host[:200], reason=reason[:200])) from error


class GuardedFetch:
    """GET over HTTP(S) that follows at most three redirects, each judged anew; ends after `read_s` without a byte."""

    def __init__(self, allowed: Sequence[str], lookup: Resolving = system_lookup, read_s: float = READ_S) -> None:
        self._guard = Guard(allowed, lookup)
        self._read_s = read_s

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """Return the answer. Raises `SourceFailed`; `SourceRefused` for an address that may not be reached."""
        try:
            return await asyncio.wait_for(self._followed(url, dict(headers)), TOTAL_S)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            host = urlsplit(url).hostname or url
            reason = str(error) or type(error).__name__
            raise SourceFailed(_FAILED.with_values(host=host, reason=reason[:200])) from error

    async def _followed(self, url: str, headers: dict[str, str]) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            fetched = await self._once(url, headers)
            if fetched.status not in _REDIRECTS or "location" not in fetched.headers:
                return self._usable(url, fetched)
            target = urljoin(url, fetched.headers["location"])
            if urlsplit(target)[:2] != urlsplit(url)[:2]:  # another server must not learn what was meant for this one
                headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
            url = target
        raise SourceFailed(_TOO_MANY.with_values(host=urlsplit(url).hostname or url))

    def _usable(self, url: str, fetched: Fetched) -> Fetched:
        if fetched.status in (200, 304):
            return fetched
        host = urlsplit(url).hostname or url
        error = _FAILED.with_values(host=host, reason=f"HTTP {fetched.status}")
        raise SourceRefused(error) if fetched.status in (401, 403) else SourceFailed(error)

    async def _once(self, url: str, headers: Mapping[str, str]) -> Fetched:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceRefused(_BAD_ADDRESS.with_values(url=url[:200]))
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await self._guard.address_of(parts.hostname, port)
        connector = aiohttp.TCPConnector(resolver=_Pinned(address), use_dns_cache=False, force_close=True)
        timeout = aiohttp.ClientTimeout(total=TOTAL_S, sock_connect=CONNECT_S, sock_read=self._read_s)
        # A literal address is not resolved by aiohttp, so what the system reads in it is put in its place.
        async with (
            aiohttp.ClientSession(
                connector=connector, timeout=timeout, auto_decompress=False, trust_env=False
            ) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            body = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise SourceFailed(_TOO_BIG.with_values(host=parts.hostname, limit=MOST_BYTES >> 20))
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Fetched(status=answer.status, headers=found, body=bytes(body))


class _Pinned(AbstractResolver):
    """Answers with the address that was judged."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the one address."""
        is_six = ":" in self._address
        return [
            ResolveResult(
                hostname=host,
                host=self._address,
                port=port,
                family=socket.AF_INET6 if is_six else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is open."""
