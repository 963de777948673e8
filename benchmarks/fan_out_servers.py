"""Runs one server for `fan_out.py` and prints its port: the hub, or `websockets.broadcast`.

python benchmarks/fan_out_servers.py hub|hub+labels|websockets
"""

import asyncio
import sys
import tempfile
from pathlib import Path

TOKEN = "fan-out"
MOST_SOCKETS = 1_200


async def hub(folder: Path, *, has_labels: bool) -> None:
    """Run a whole hub with its stores and no sources; with labels, on layers and on whatever is made by hand."""
    from sanping.domain.label import NO_LABELS, Labels  # noqa: PLC0415
    from sanping.domain.text import Text  # noqa: PLC0415
    from sanping.hub.collecting import collect_seldom  # noqa: PLC0415
    from sanping.hub.core import Hub  # noqa: PLC0415
    from sanping.hub.manifests import Installed  # noqa: PLC0415
    from sanping.hub.plan import HubPlan  # noqa: PLC0415
    from sanping.hub.web import Web  # noqa: PLC0415
    from sanping.storage.duckdb_history import DuckDbHistory  # noqa: PLC0415
    from sanping.storage.event_log import SqliteEventLog  # noqa: PLC0415
    from sanping.twin.live_part import LivePart  # noqa: PLC0415

    labels = Labels(layers={"pipes": "sensitive", "roads": "internal"}, is_declared=True) if has_labels else NO_LABELS
    plan = HubPlan(
        name="town", title=Text("城", "Town"), live=LivePart(), adapters=Installed(manifests={}), labels=labels
    )
    running = Hub(plan, DuckDbHistory(folder), SqliteEventLog(folder))
    await running.start()
    port = await Web(running, TOKEN, MOST_SOCKETS).start("127.0.0.1", 0)
    collect_seldom()
    print(port, flush=True)
    await asyncio.Event().wait()


async def websockets() -> None:
    """Broadcast what one socket says to all others, as the documentation of `websockets` shows it."""
    from websockets.asyncio.server import ServerConnection, broadcast, serve  # noqa: PLC0415

    everybody: set[ServerConnection] = set()

    async def attend(socket: ServerConnection) -> None:
        everybody.add(socket)
        try:
            async for message in socket:
                broadcast(everybody - {socket}, message)
        finally:
            everybody.discard(socket)

    async with serve(attend, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()


def main() -> None:
    if sys.argv[1].startswith("hub"):
        with tempfile.TemporaryDirectory(prefix="sanping-fan-out-") as folder:
            asyncio.run(hub(Path(folder), has_labels=sys.argv[1] == "hub+labels"))
    else:
        asyncio.run(websockets())


if __name__ == "__main__":
    main()
