"""The phone page as files: what Vite built, and nothing else of the disk."""

import asyncio
import html
import re
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from sanping.domain.text import Language, Text

ASSETS = "assets/"
FOR_EVER = "public, max-age=31536000, immutable"
MEDIA: Mapping[str, str] = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
}
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
_TITLE = Text("三屏", "Sanping")
_MISSING = Text(
    "手机页面还没有构建。请在源码目录执行 sh installer/web.sh，然后刷新本页。",
    "The phone page has not been built. Run sh installer/web.sh in the source folder, then load this page again.",
)
_API = Text("接口说明", "The hub's API")


class PhonePage:
    """Serves the built page in `folder`; None or an empty folder gives a page that says how to build it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: Mapping[str, Path] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer with one file of the page; hashed names may be kept for ever, the rest not at all."""
        name = request.match_info["name"] or "index.html"
        path = self._files.get(name)
        if path is None:  # built anew meanwhile, or for the first time
            self._files = await asyncio.get_running_loop().run_in_executor(None, files_in, self._folder)
            path = self._files.get(name)
        if path is None or not path.is_file():
            return _missing(request) if name == "index.html" else web.Response(status=404)
        headers = {
            "Content-Type": MEDIA[path.suffix],
            "Content-Security-Policy": policy(request.host),
            "Cache-Control": FOR_EVER if name.startswith(ASSETS) else "no-store",
        }
        return web.FileResponse(path, headers=headers)


def files_in(folder: Path | None) -> dict[str, Path]:
    """Return the files of a built page by their address; only kinds that a page has, no links out of the folder."""
    if folder is None or not folder.is_dir():
        return {}
    root = folder.resolve()
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.suffix in MEDIA and path.is_file() and path.resolve().is_relative_to(root)
    }


def policy(host: str) -> str:
    """Return what the page may do: its own files and this hub only; no inline script or style."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'none'; connect-src 'self'{sockets}"
    )


def _missing(request: web.Request) -> web.Response:
    language: Language = "en" if request.headers.get("Accept-Language", "zh").lower().startswith("en") else "zh"
    said = {
        name: html.escape(text.in_language(language))
        for name, text in (("title", _TITLE), ("why", _MISSING), ("api", _API))
    }
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{said["title"]}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/api/style.css">'
        f'<h1>{said["title"]}</h1><p>{said["why"]}</p><p><a href="/api/">{said["api"]}</a></p></html>'
    )
    return web.Response(status=503, text=page, content_type="text/html", charset="utf-8")
