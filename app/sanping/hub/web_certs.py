"""`/ca`: how to make a phone trust this site, and the authority's certificate to install."""

import html
from pathlib import Path

from aiohttp import web

from sanping.domain.text import Language, Text
from sanping.hub.site_certificates import CA_FILE, SiteCertificates

_TITLE = Text("安装站点证书", "Install the site's certificate")
_LEAD = Text(
    "安装并信任后，手机才会把本站当作安全的站点：可以登录、安装到桌面、定位和离线上报。",
    "Only after it is installed and trusted does a phone take this site as secure: logging in, installing the page, "
    "location and offline reports work then.",
)
_CHECK = Text(
    "安装前请向管理员核对指纹（SHA-256），逐段一致才可安装：",
    "Before installing, compare the SHA-256 fingerprint with the administrator's; install it only if all of it agrees:",
)
_DOWNLOAD = Text("下载证书", "Download the certificate")
_STEPS = (
    Text("下载证书，并核对上面的指纹。", "Download the certificate and compare the fingerprint above."),
    Text(
        "安卓：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书，选刚下载的文件。",
        "Android: Settings → Security → Encryption & credentials → Install a certificate → CA certificate.",
    ),
    Text(
        "苹果：设置 → 已下载描述文件 → 安装；再到 通用 → 关于本机 → 证书信任设置，打开它。",
        "iPhone: Settings → Profile downloaded → Install; then General → About → Certificate Trust Settings.",
    ),
    Text(
        "鸿蒙：设置 → 安全 → 更多安全设置 → 加密和凭据 → 从存储设备安装。",
        "HarmonyOS: Settings → Security → More settings → Encryption and credentials → Install from storage.",
    ),
    Text("回到浏览器，重新扫描桌面上的二维码。", "Go back to the browser and scan the code at the desk again."),
)


class CertificatePage:
    """Serves the page and the certificate; 404 where the site has none."""

    def __init__(self, known: SiteCertificates | None) -> None:
        self._known = known

    async def page(self, request: web.Request) -> web.Response:
        """Answer with the page in the browser's language."""
        if self._known is None:
            return web.Response(status=404)
        is_english = request.headers.get("Accept-Language", "zh").lower().startswith("en")
        language: Language = "en" if is_english else "zh"
        return web.Response(text=_page(self._known, language), content_type="text/html", charset="utf-8")

    async def certificate(self, _: web.Request) -> web.Response:
        """Answer with the authority's certificate."""
        if self._known is None:
            return web.Response(status=404)
        body = (Path(self._known.folder) / CA_FILE).read_bytes()
        headers = {"Content-Disposition": 'attachment; filename="sanping-site-ca.crt"'}
        return web.Response(body=body, content_type="application/x-x509-ca-cert", headers=headers)


def _page(known: SiteCertificates, language: Language) -> str:
    steps = "".join(f"<li>{html.escape(step.in_language(language))}</li>" for step in _STEPS)
    title = html.escape(_TITLE.in_language(language))
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f'<link rel="stylesheet" href="/api/style.css"><h1>{title}</h1>'
        f"<p>{html.escape(_LEAD.in_language(language))}</p><p>{html.escape(_CHECK.in_language(language))}</p>"
        f"<p><code>{html.escape(known.fingerprint)}</code></p>"
        f'<p><a href="/ca.crt">{html.escape(_DOWNLOAD.in_language(language))}</a></p><ol>{steps}</ol></html>'
    )
