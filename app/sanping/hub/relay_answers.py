"""What the owner of the books answers its relays about requests of their screens, and about who is let in."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sanping.domain import errors
from sanping.domain.device import Identity
from sanping.domain.errors import InputError, SanpingError
from sanping.domain.label import lower
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Document, Endpoint, File
from sanping.hub.gate import check_role
from sanping.hub.label_gate import answered
from sanping.hub.web_api import ENDPOINTS, encoded_answer
from sanping.wire.same_site import Known, Rest, Rested, Still, Who

PLAIN, FILE, DOCUMENT = "plain", "file", "document"
_BY_PATH: Mapping[tuple[str, str], Endpoint] = MappingProxyType({(one.method, one.path): one for one in ENDPOINTS})
_NO_ADDRESS = Text(
    "主中枢没有 {path}；请让各中枢版本一致", "The owner knows no {path}; run the same version at all hubs"
)


async def rested(hub: Hub, asked: Rest) -> Rested:
    """Answer a request as the hub's own port does; refusals are answers too."""
    endpoint = _BY_PATH.get((asked.method, asked.path))
    try:
        if endpoint is None:
            raise InputError(_NO_ADDRESS.with_values(path=asked.path[:80]))
        if not endpoint.is_open:
            check_role(asked.by, endpoint.least, endpoint.title)
        by = through_relay(hub, asked.by)
        found = await answered(
            hub,
            endpoint,
            Asked(parameters=asked.parameters, body=asked.body, by=by, peer=asked.peer, base=asked.base),
        )
    except SanpingError as error:
        return Rested(kind=type(error).__name__, zh=error.in_language("zh"), en=error.in_language("en"))
    if isinstance(found, Document):
        return Rested(
            kind=DOCUMENT, body=found.body, media_type=found.media_type, status=found.status,
            headers=dict(found.headers), mark=found.mark,
        )  # fmt: skip
    if isinstance(found, File):
        return Rested(kind=FILE, body=found.body, media_type=found.media_type, name=found.name)
    return Rested(kind=PLAIN, body=encoded_answer(found, is_packed=asked.is_packed))


def found_of(rested: Rested) -> object:
    """Return at the relay what the owner found; bytes are encoded already. Raises the `SanpingError` it met."""
    if rested.kind == DOCUMENT:
        return Document(
            body=rested.body, media_type=rested.media_type, status=rested.status, headers=rested.headers,
            mark=rested.mark,
        )  # fmt: skip
    if rested.kind == FILE:
        return File(body=rested.body, media_type=rested.media_type, name=rested.name)
    if rested.kind == PLAIN:
        return rested.body
    kind = getattr(errors, rested.kind, SanpingError)
    is_ours = isinstance(kind, type) and issubclass(kind, SanpingError)
    raise (kind if is_ours else SanpingError)(Text(rested.zh, rested.en))


def through_relay(hub: Hub, who: Identity) -> Identity:
    """Return somebody who speaks through a relay: he is told no more than relays are."""
    clearance = lower((who.clearance, hub.plan.clearances.of_relay()))
    return who if clearance == who.clearance else replace(who, clearance=clearance)


def known(hub: Hub, asked: Who | Still) -> tuple[Known, ...]:
    """Return whose token it is, or those of some devices that are let in now; nobody where none is."""
    gate = hub.gate
    if gate is None:
        return ()
    if isinstance(asked, Who):
        found = [gate.who(asked.token)]
    else:
        found = [gate.still(Identity(device=device)) for device in asked.devices if device]
    let_in = [through_relay(hub, who) for who in found if who is not None]
    return tuple(Known(who=who, kind=gate.kind(who.device) or "") for who in let_in)
