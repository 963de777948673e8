"""Answers of a standard over HTTP: marked, so that nobody fetches the same twice, and packed for who takes that."""

import gzip
from hashlib import blake2b

from aiohttp import web

from sanping.hub.endpoint import Document

LEAST_PACKED = 1_000
"""Bytes from which packing an answer is worth it."""
_QUICK = 1


def document_response(request: web.Request, found: Document) -> web.Response:
    """Return the response to a request: 304 when the client has the very same, packed when it takes gzip."""
    headers = {**found.headers, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization"}
    if found.status == 200:
        headers["ETag"] = mark = f'"{blake2b(found.mark or found.body, digest_size=12).hexdigest()}"'
        if mark in _marks(request.headers.get("If-None-Match", "")):
            return web.Response(status=304, headers=headers)
    body = found.body
    if len(body) >= LEAST_PACKED and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, _QUICK, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = found.media_type
    return web.Response(status=found.status, body=body, headers=headers)


def _marks(written: str) -> list[str]:
    return [word.strip().removeprefix("W/") for word in written.split(",")]
