"""The files of a streamed tileset on a server, kept on disk: asked for again only to learn whether they changed."""

import contextlib
import hashlib
import os
import re
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import msgspec

from sanping.client.web_get import Answer, WebGet
from sanping.domain.errors import FileBroken, FileHostile, SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.ports.progress import Progress

MOST_REQUESTS = 200_000
MOST_BESIDE = 16
_BODY, _ABOUT, _PART = "content", "about.json", ".part"
_REFERENCE = re.compile(rb'"uri"\s*:\s*"([^"\\]{1,255})"')
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:|^//")
_SEARCHED = 4 << 20
_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")

_MISSING = Text("服务器 {host} 上没有这个文件（HTTP {status}）", "The server {host} has no such file (HTTP {status})")
_REFUSED = Text(
    "服务器 {host} 拒绝访问（HTTP {status}）；请检查网址中的令牌或权限",
    "The server {host} refuses (HTTP {status}); check the token in the address, or your rights",
)
_BUSY = Text("服务器 {host} 暂时不能服务（HTTP {status}）", "The server {host} cannot serve at present (HTTP {status})")
_EMPTY = Text("服务器 {host} 的应答是空的", "The answer of {host} is empty")
_TOO_MANY = Text("向 {host} 的请求超过 {limit} 次；请重新打开", "More than {limit} requests to {host}; open it again")
_UNWRITABLE = Text("无法写入缓存：{reason}；请清理磁盘空间", "The cache cannot be written: {reason}; free disk space")


class About(msgspec.Struct):
    """What is kept beside a file: how the server tells its versions apart, and until when it need not be asked."""

    etag: str = ""
    modified: str = ""
    fresh_until_s: float = 0.0
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where files of servers are kept, and how many bytes of them."""

    folder: Path
    most_bytes: int = 2 << 30


class TileHost:
    """Implements `TileFiles` for the tileset at a web address; what has come is kept on a shelf.

    `headers` go along with every question; `tls` judges the server's certificate.
    """

    def __init__(
        self, url: str, shelf: Shelf, headers: Mapping[str, str] | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._web, self._headers = WebGet(url, tls), dict(headers or {})
        parts = urlsplit(url)
        path = f"{parts.path}tileset.json" if parts.path.endswith("/") or not parts.path else parts.path
        self._root = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
        self._shelf = shelf
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._requests = self._written = 0

    @property
    def root(self) -> str:
        """Address of the outermost tileset."""
        return self._root

    def fetched(self, address: str, progress: Progress) -> Path:
        """Return the kept file of an address, asked for once in a session; see `TileFiles`."""
        home = self._shelf.folder / hashlib.sha256(address.encode()).hexdigest()[:40]
        body = home / _BODY
        about = _about(home)
        if about is None or not (address in self._seen or time.time() < about.fresh_until_s):
            self._fetch(address, home, about, progress)
        with contextlib.suppress(OSError):
            os.utime(body)
        self._seen.add(address)
        return body

    def close(self) -> None:
        """Hang up; what is being fetched fails."""
        self._web.close()

    def _fetch(self, address: str, home: Path, about: About | None, progress: Progress) -> None:
        conditions = {} if about is None else {"If-None-Match": about.etag, "If-Modified-Since": about.modified}
        answer = self._asked(address, {name: value for name, value in conditions.items() if value}, progress)
        if answer.status == 304 and about is not None:
            about.fresh_until_s = _fresh_until(answer)
            _write(home / _ABOUT, msgspec.json.encode(about))
            return
        if answer.status != 200:
            raise self._failure(answer.status)
        if not answer.body:
            raise FileBroken(_EMPTY.with_values(host=self._web.host))
        beside = (
            {} if urlsplit(address).path.lower().endswith(".json") else self._beside(address, answer.body, progress)
        )
        digest = hashlib.sha256(answer.body).hexdigest()
        try:
            for name, data in (*beside.items(), (_BODY, answer.body)):
                _write(home / name, data)
            known = About(
                etag=answer.headers.get("etag", "")[:200],
                modified=answer.headers.get("last-modified", "")[:60],
                fresh_until_s=_fresh_until(answer),
                digest=digest,
            )
            _write(home / _ABOUT, msgspec.json.encode(known))
        except OSError as error:
            raise SourceFailed(_UNWRITABLE.with_values(reason=error.strerror or str(error))) from error
        self._keep_to_budget(len(answer.body) + sum(map(len, beside.values())))

    def _beside(self, address: str, body: bytes, progress: Progress) -> dict[str, bytes]:
        """Fetch the files that a content names in its own folder: buffers and pictures of a glTF, bits of a subtree.

        What is missing or elsewhere is for the reader of the content to tell.
        """
        found: dict[str, bytes] = {}
        for reference in dict.fromkeys(_REFERENCE.findall(body[:_SEARCHED])):
            uri = reference.decode("utf-8", "replace")
            name = unquote(uri)
            is_inside = not (_SCHEME.match(name) or name.startswith(("/", "~")) or "\\" in name or "\0" in name)
            if not is_inside or ".." in name.split("/") or name.split("/")[0] in (_BODY, _ABOUT):
                continue
            if len(found) >= MOST_BESIDE:
                break
            answer = self._asked(_with_query(urljoin(address, uri), address), {}, progress)
            if answer.status in _MAY_PASS:
                raise self._failure(answer.status)
            if answer.status == 200:
                found[name] = answer.body
        return found

    def _asked(self, address: str, headers: dict[str, str], progress: Progress) -> Answer:
        with self._lock:
            self._requests += 1
            if self._requests > MOST_REQUESTS:
                raise FileHostile(_TOO_MANY.with_values(host=self._web.host, limit=MOST_REQUESTS))
        return self._web.get(address, {**self._headers, **headers}, progress)

    def _failure(self, status: int) -> Exception:
        values = {"host": self._web.host, "status": status}
        if status in _MAY_PASS:
            return SourceFailed(_BUSY.with_values(**values))
        if status in (401, 403, 407):
            return SourceRefused(_REFUSED.with_values(**values))
        return FileBroken(_MISSING.with_values(**values))

    def _keep_to_budget(self, more: int) -> None:
        """Remove what nobody used for longest once an eighth of the budget has been written."""
        with self._lock:
            self._written += more
            if self._written < self._shelf.most_bytes // 8:
                return
            self._written = 0
        trim(self._shelf)


def trim(shelf: Shelf) -> None:
    """Remove the files that nobody used for longest until the shelf fits its budget."""
    kept = []
    for home in shelf.folder.iterdir():
        with contextlib.suppress(OSError):
            size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
            kept.append(((home / _BODY).stat().st_mtime_ns, size, home))
    total = sum(size for _, size, _ in kept)
    for _, size, home in sorted(kept):
        if total <= shelf.most_bytes:
            return
        for file in sorted(home.rglob("*"), reverse=True):
            with contextlib.suppress(OSError):
                file.rmdir() if file.is_dir() else file.unlink()
        with contextlib.suppress(OSError):
            home.rmdir()
        total -= size


def _about(home: Path) -> About | None:
    """Return what is known of a kept file; None when there is none, or when it is not what came."""
    try:
        about = msgspec.json.decode((home / _ABOUT).read_bytes(), type=About)
        body = (home / _BODY).read_bytes()
    except (OSError, msgspec.MsgspecError):
        return None
    return about if hashlib.sha256(body).hexdigest() == about.digest else None


def _fresh_until(answer: Answer) -> float:
    control = answer.headers.get("cache-control", "").lower()
    age = _MAX_AGE.search(control)
    return time.time() + int(age[1]) if age is not None and "no-cache" not in control else 0.0


def _with_query(address: str, base: str) -> str:
    parts, own = urlsplit(address), urlsplit(base)
    return address if parts.query or not own.query else urlunsplit((*parts[:3], own.query, ""))


def _write(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_PART}")
    fresh.write_bytes(data)
    fresh.replace(path)
