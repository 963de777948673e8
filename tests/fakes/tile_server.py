"""A real HTTP server on this machine that serves a folder of tiles, and can misbehave in the ways servers do."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


class TileServer(ThreadingHTTPServer):
    """Serves `folder`; `asked` are the paths that were asked for, with their queries."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.asked: list[str] = []
        self.answers: list[int] = []
        self.redirects: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.endless: set[str] = set()
        self.is_cut = False
        self.is_packing = False

    @property
    def url(self) -> str:
        """Address of the tileset."""
        return f"http://127.0.0.1:{self.server_port}/tileset.json"


class _Handler(BaseHTTPRequestHandler):
    server: TileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server, path = self.server, urlsplit(self.path).path
        server.asked.append(self.path)
        if server.is_cut:
            self.close_connection = True
            self.connection.shutdown(2)
            return
        if path in server.redirects:
            self._say(302, {"Location": server.redirects[path]}, b"")
            return
        file = server.folder / unquote(path.lstrip("/"))
        status = server.statuses.get(path, 200 if file.is_file() else 404)
        if status != 200:
            self._say(status, {}, b"no")
            return
        if path in server.endless:
            self._pour()
            return
        body = file.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self._say(304, {"ETag": etag}, b"")
            return
        headers = {"ETag": etag}
        if server.is_packing:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        self._say(200, headers, body)

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.server.answers.append(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _pour(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(bytes(1 << 16))
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[TileServer]:
    """Serve a folder until the end."""
    server = TileServer(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
