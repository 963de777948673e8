"""The place of a hub among sites, from the settings: nothing is reached out for unless a message server is named."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.federation import Federation
from sanping.hub.site_certificates import CA_FILE
from sanping.ports.secrets import Secrets, resolved
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.storage.site_book import SqliteSiteBook

if TYPE_CHECKING:
    from sanping.bus.nats_bus import NatsBus

_SITE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_BAD_SITE = Text(
    "站点编号“{site}”须为小写字母、数字和连字符，例如 town-wanli；请改正设置",
    "The id of a site, “{site}”, must be small letters, digits and hyphens, as town-wanli; correct the setting",
)
_TWICE = Text(
    "站点“{site}”不能既是上级又是下级；请改正设置", "{site} cannot be both above and below; correct the setting"
)
_BAD_BUS = Text(
    "消息服务器地址“{address}”无效；应形如 nats://127.0.0.1:4222 或 tls://主机:4222",
    "The address of the message server, {address}, is invalid; write nats://127.0.0.1:4222 or tls://HOST:4222",
)
_NO_BUS = Text(
    "没有设置消息服务器；分中枢和接入中枢须在设置里写明 bus 与 site，例如 nats://127.0.0.1:4222",
    "No message server is set; a relay or an intake needs the settings bus and site, as nats://127.0.0.1:4222",
)


def federation_of(settings: Settings, folder: Path, title: Text, secrets: Secrets | None) -> Federation | None:
    """Return the place of the hub whose data is in `folder`; None where no message server is set.

    `title` is what people call the site if no setting does. Raises `InputError` for a setting that cannot be, and
    `StoreFailed` when the book of sites cannot be opened.
    """
    if not settings.bus.strip():
        return None
    if settings.upper_bus:
        _check_address("upper_bus", settings.upper_bus)
    bus = site_bus(settings, secrets)
    lowers = tuple(dict.fromkeys(name.strip() for name in settings.lower_sites.split(",") if name.strip()))
    for key, site in (("upper_site", settings.upper_site), *(("lower_sites", s) for s in lowers)):
        if site:
            _check_site(key, site)
    for site in (settings.site, settings.upper_site):
        if site in lowers or settings.site == settings.upper_site:
            raise InputError(_TWICE.with_values(site=site), place="lower_sites")
    name = settings.site_title.strip()
    return Federation(
        site=settings.site,
        bus=bus,
        upper_bus=_upper_bus(settings, secrets),
        book=SqliteSiteBook(folder),
        title=Text(name, name) if name else title,
        upper=settings.upper_site,
        lowers=lowers,
    )


def site_bus(settings: Settings, secrets: Secrets | None) -> "NatsBus":
    """Return the bus of the site. Raises `InputError` for an id or an address that cannot be."""
    if not settings.bus.strip():
        raise InputError(_NO_BUS, place="bus")
    _check_address("bus", settings.bus)
    _check_site("site", settings.site)
    return _bus(settings.site, settings.bus, settings.bus_secret, secrets)


def _check_address(key: str, address: str) -> None:
    if not address.startswith(("nats://", "tls://")):
        raise InputError(_BAD_BUS.with_values(address=address[:80]), place=key)


def _check_site(key: str, site: str) -> None:
    if not _SITE.fullmatch(site):
        raise InputError(_BAD_SITE.with_values(site=site[:60]), place=key)


def _upper_bus(settings: Settings, secrets: Secrets | None) -> "NatsBus | None":
    if not settings.upper_site or not settings.upper_bus:
        return None
    return _bus(settings.site, settings.upper_bus, settings.upper_bus_secret, secrets, is_direct=True)


def _bus(site: str, address: str, secret: str, secrets: Secrets | None, *, is_direct: bool = False) -> "NatsBus":
    from sanping.bus.nats_bus import NatsAccess, NatsBus  # noqa: PLC0415  a hub without other sites starts without it

    authority = paths.certificates_folder() / CA_FILE
    return NatsBus(
        NatsAccess(
            address=address,
            name=f"sanping-{site}",
            inbox=f"_INBOX_{site}",
            secret=resolved(secret, secrets) if secret else "",
            authority=authority if authority.is_file() else None,
            is_direct=is_direct,
        )
    )
