"""Whom a screen trusts when it speaks to a hub over TLS: the system's authorities, and the site's own once it is named.

One trust for all of a hub: its live line, its questions and the tiles that it shares.
"""

import ssl
from pathlib import Path

from sanping.domain.errors import InputError
from sanping.domain.text import Text

_NO_CERTIFICATE = Text(
    "站点 CA 证书文件无效；请从中枢的 /ca 页面重新下载 site-ca.crt",
    "The file of the site's CA holds no certificate; fetch site-ca.crt again from the hub's page /ca",
)
UNTRUSTED = Text(
    "中枢的证书不可信；请把站点的 site-ca.crt 放进本机的 certificates 文件夹，或核对地址",
    "The hub's certificate cannot be trusted; put site-ca.crt of the site into the folder certificates of this "
    "machine, or check the address",
)
_named: set[Path] = set()


def trust(authority: Path) -> None:
    """Trust a site's own authority too, for hubs alone and until the program ends.

    Raises `InputError` for a file that holds no certificate.
    """
    _named.add(authority)
    try:
        hub_tls()
    except InputError:
        _named.discard(authority)
        raise


def hub_tls() -> ssl.SSLContext:
    """Return what judges the certificate of a hub; names and dates are checked as ever.

    Raises `InputError` when the file of an authority was damaged since.
    """
    context = ssl.create_default_context()
    for authority in sorted(_named):
        try:
            context.load_verify_locations(authority)
        except (ssl.SSLError, OSError) as error:
            raise InputError(_NO_CERTIFICATE, path=str(authority)) from error
    return context
