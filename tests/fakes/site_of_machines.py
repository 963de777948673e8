"""A site on several machines: the servers of messages and of the stores on one, hubs on two others that can be cut off.

Needs root, network namespaces, PostgreSQL and nats-server; `missing_site` says what there is not.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fakes.federation_page import CLIENT_PORT, files_on_page
from fakes.machines import HUB, NETWORK, Machines, missing_machines
from fakes.real_nats import RealNats, has_nats
from fakes.real_postgres import PASSWORD, RealPostgres, programs
from fakes.several_hubs import PAGE, HubProcess
from fakes.several_hubs import PASSWORD as BUS_PASSWORD

ONE, TWO = "one", "two"
PORT = 8765


def missing_site() -> str:
    """Return why there can be no such site here, "" where there can."""
    if programs() is None:
        return "PostgreSQL is not installed"
    return missing_machines() or ("" if has_nats() else "nats-server is not installed")


class SiteOfMachines:
    """The machines of a site; `machines` cuts and heals their lines, `store` is where hubs find their stores."""

    def __init__(self, machines: Machines, postgres: RealPostgres) -> None:
        self.machines, self.postgres = machines, postgres
        self.store = f"postgresql://postgres:${{env:STORE_SECRET}}@{NETWORK}.1:{postgres.port}/postgres"

    def hub(self, name: str, folder: Path, twin: Path) -> HubProcess:
        """Return the hub of a machine, which takes over when it can; it is started inside the machine."""
        return HubProcess(
            folder / name, twin, "relay/hub.env", f"nats://{NETWORK}.1:{CLIENT_PORT}", "--standby",
            "--port", str(PORT), SANPING_STORE=self.store, STORE_SECRET=PASSWORD,
        )  # fmt: skip


@contextlib.contextmanager
def store_machines() -> Iterator[SiteOfMachines]:
    """Run PostgreSQL on the first of three machines."""
    machines, found = Machines((ONE, TWO)), programs()
    assert found is not None
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as made:
        postgres = RealPostgres(Path(made), found, "-c listen_addresses=* -c fsync=off")
        try:
            machines.open()
            with machines.inside(HUB):
                postgres.start()
                postgres.let_in(f"{NETWORK}.0/24")
            yield SiteOfMachines(machines, postgres)
        finally:
            postgres.stop()
            machines.close()


@contextlib.contextmanager
def site_of_machines(folder: Path) -> Iterator[SiteOfMachines]:
    """Run PostgreSQL and a message server on the first of three machines."""
    with store_machines() as site:
        text = files_on_page(PAGE)["town/nats.conf"]
        server = RealNats(folder / "nats", text, {"BUS_PASSWORD": BUS_PASSWORD})
        try:
            with site.machines.inside(HUB):
                server.start(CLIENT_PORT)
            yield site
        finally:
            server.close()
