"""The OpenAPI description of the API and a small page that shows it, drawn from the declared endpoints."""

import html
from typing import Any

from sanping import __version__
from sanping.domain.text import Language, Text
from sanping.hub.endpoint import Endpoint
from sanping.hub.web_api import ENDPOINTS

BASE = "/api/v1"

_TITLE = Text("三屏中枢接口", "Sanping hub API")
_LEAD = Text(
    "除 /health 外，请求须带 Authorization: Bearer 令牌，令牌在中枢数据目录的 token 文件里；实时数据走 /live。",
    "All but /health need Authorization: Bearer and the token, which is in the file `token` of the hub's data folder; "
    "live data come over the WebSocket /live.",
)


_REFUSAL: dict[str, Any] = {
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
            "required": ["zh", "en"],
        }
    }
}


def openapi(version: str = "3.1.0") -> dict[str, Any]:
    """Return the description as OpenAPI 3.1, or 3.0 for those who know no newer."""
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(f"{BASE}{endpoint.path}", {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": version,
        "info": {"title": _TITLE.en, "description": f"{_LEAD.zh}\n\n{_LEAD.en}", "version": __version__},
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def page(language: Language) -> str:
    """Return the page; it runs no script."""
    rows = "\n".join(_row(endpoint, language) for endpoint in ENDPOINTS)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{_TITLE.in_language(language)}</title>'
        '<link rel="stylesheet" href="/api/style.css">'
        f"<h1>{_TITLE.in_language(language)}</h1><p>{html.escape(_LEAD.in_language(language))}</p>"
        f'<p><a href="{BASE}/openapi.json">openapi.json</a></p><table>{rows}</table></html>'
    )


STYLE = (
    "body{font:15px/1.6 system-ui,'Noto Sans SC',sans-serif;margin:2em auto;max-width:60em;padding:0 1em;"
    "background:#0b1420;color:#d6e4f0}a{color:#5cc8ff}td{padding:.35em 1em .35em 0;vertical-align:top;"
    "border-top:1px solid #223}code{color:#9fe0c0}"
)


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "path" if f"{{{name}}}" in endpoint.path else "query",
            "required": name in endpoint.required,
            "description": f"{words.zh} / {words.en}",
            "schema": {"type": "integer" if name.endswith("_ms") else "string"},
        }
        for name, words in endpoint.parameters.items()
    ]
    operation: dict[str, Any] = {
        "summary": f"{endpoint.title.zh} / {endpoint.title.en}",
        "parameters": parameters,
        "responses": {
            "200": {"description": "OK"},
            "400": {"description": "InputError: {zh, en}", "content": _REFUSAL},
            "401": {"description": "no token"},
            "403": {"description": "foreign Host or Origin, or NotAllowed: {zh, en}"},
            "404": {"description": "there is no such thing"},
            "408": {"description": "the body came too slowly"},
            "413": {"description": "the body is too large: {zh, en}", "content": _REFUSAL},
            "502": {"description": "SourceFailed: {zh, en}"},
            "503": {"description": "StoreFailed: {zh, en}"},
        },
        "security": [] if endpoint.is_open else [{"token": []}],
    }
    if endpoint.method == "POST":
        operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
    return operation


def _row(endpoint: Endpoint, language: Language) -> str:
    parameters = "<br>".join(
        f"<code>{html.escape(name)}</code> {html.escape(words.in_language(language))}"
        for name, words in endpoint.parameters.items()
    )
    address = html.escape(f"{endpoint.method} {BASE}{endpoint.path}")
    return f"<tr><td><code>{address}</code><td>{html.escape(endpoint.title.in_language(language))}<td>{parameters}</tr>"
