"""The tiles that a hub shares of a layer, for a screen that cannot open the layer by itself."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from sanping.client.hub_trust import hub_tls
from sanping.client.tile_host import Shelf, TileHost
from sanping.client.web_get import WebGet
from sanping.domain.errors import SourceFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.wire.show import SCREEN_KIND

TILES = "/api/v1/3dtiles"
MADE_WITHIN_S, _AGAIN_S, _TICK_S = 900.0, 2.0, 0.1
_WAITING = Text("等待中枢生成共享瓦片", "Waiting for the hub to make the tiles that it shares")
_NOT_MADE = Text(
    "中枢 {host} 在 {minutes} 分钟内没有生成共享瓦片", "The hub {host} made no tiles to share within {minutes} minutes"
)
_REFUSED = Text("中枢 {host} 不给共享瓦片（HTTP {status}）", "The hub {host} shares no tiles (HTTP {status})")
_NOT_SHARED = Text("中枢 {host} 的共享瓦片里没有这个图层", "The tiles that the hub {host} shares lack this layer")


class _Extras(msgspec.Struct):
    layers: dict[str, int] = msgspec.field(default_factory=dict)


class _Asset(msgspec.Struct):
    extras: _Extras = msgspec.field(default_factory=_Extras)


class _Tileset(msgspec.Struct):
    asset: _Asset


class SharedTiles:
    """The shared tiles of one hub; `where` gives its address and token at each call and raises `HubUnreachable`.

    `kind` is the kind of screen that they are for, "" for one that shows all.
    """

    def __init__(self, where: Callable[[], tuple[str, str]], shelf: Shelf, kind: str = "") -> None:
        self._where, self._shelf, self._kind = where, shelf, kind

    def files_of(self, layer: str, progress: Progress) -> TileHost:
        """Return where the tiles of a layer come from; waits while the hub makes them.

        Raises `HubUnreachable`, `SourceFailed` when there are none, `SourceRefused`, `Cancelled`.
        """
        address, token = self._where()
        headers = {"Authorization": f"Bearer {token}"}
        if self._kind:
            headers[SCREEN_KIND] = self._kind
        number = self._number(address, headers, layer, progress)
        return TileHost(f"{address}{TILES}/tiles/{number}/tileset.json", self._shelf, headers, hub_tls())

    def _number(self, address: str, headers: dict[str, str], layer: str, progress: Progress) -> int:
        """Return the number of a layer among what is shared."""
        host, ends_at = urlsplit(address).hostname or "", time.monotonic() + MADE_WITHIN_S
        web = WebGet(address, hub_tls())
        try:
            while True:
                answer = web.get(f"{address}{TILES}/tileset.json", headers, progress)
                if answer.status != 503:
                    break
                if time.monotonic() > ends_at:
                    raise SourceFailed(_NOT_MADE.with_values(host=host, minutes=int(MADE_WITHIN_S / 60)))
                _wait(progress)
        finally:
            web.close()
        if answer.status != 200:
            raise SourceFailed(_REFUSED.with_values(host=host, status=answer.status))
        try:
            found = msgspec.json.decode(answer.body, type=_Tileset).asset.extras.layers.get(layer)
        except msgspec.MsgspecError:
            found = None
        if found is None:
            raise SourceFailed(_NOT_SHARED.with_values(host=host))
        return found


def _wait(progress: Progress) -> None:
    """Wait until it makes sense to ask again; `progress` may end it."""
    ends_at = time.monotonic() + _AGAIN_S
    while time.monotonic() < ends_at:
        progress.report(0.0, _WAITING)
        time.sleep(_TICK_S)
