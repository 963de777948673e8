"""A screen and a hub over TLS with the site's own authority: one trust for the line, the questions and the tiles."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.linked_hub import TOKEN, LinkedHub
from fakes.small_hub import until
from fakes.tile_server import TileServer
from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.bootstrap.twins import folder_of, load_project
from sanping.client import hub_trust
from sanping.client.hub_trust import UNTRUSTED, trust
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.client.shared_tiles import TILES, SharedTiles
from sanping.client.tile_host import Shelf
from sanping.domain.errors import HubUnreachable, InputError, SourceRefused
from sanping.hub.site_certificates import CA_FILE, SiteCertificates, make_certificates, tls_of
from sanping.hub.web import Lan
from sanping.ports.progress import SilentProgress
from sanping.settings import paths

OTHER = "127.0.0.2"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SiteCertificates:
    """The certificates of a site whose hub is another machine."""
    return make_certificates(tmp_path_factory.mktemp("site"), [OTHER, "127.0.0.1"], datetime.now(UTC))


@pytest.fixture(autouse=True)
def nobody_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_trust, "_named", set())


class SafeHub(LinkedHub):
    """A hub that other machines reach over TLS."""

    def __init__(self, folder: Path, made: SiteCertificates) -> None:
        super().__init__(folder)
        self._lan = Lan(addresses=(OTHER,), names=(), certificates=made)

    async def start(self) -> None:
        await super().start()
        await self.web.stop()
        self.port = await self.web.start("127.0.0.1", 0, self._lan)


@pytest.fixture
def address(made: SiteCertificates, tmp_path: Path) -> Iterator[str]:
    """Where a hub answers over TLS, on a loop of its own thread."""
    loop, hub = asyncio.new_event_loop(), SafeHub(tmp_path, made)
    loop.run_until_complete(hub.start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"https://{OTHER}:{hub.port}"
    asyncio.run_coroutine_threadsafe(hub.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@contextmanager
def linked(address: str) -> Iterator[HubLink]:
    link = HubLink(lambda: (address, TOKEN), screen="wall", kind="wall")
    link.start()
    try:
        yield link
    finally:
        link.close()


def test_line_and_questions_trust_the_authority_of_the_site_once_a_desk_names_its_hub(
    address: str, made: SiteCertificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a machine that does not know the site; when it asks; then both say what to do
    with linked(address) as link:
        until(lambda: link.status.why.zh.endswith(UNTRUSTED.zh))
    with pytest.raises(HubUnreachable, match="site-ca"):
        Questions(lambda: (address, TOKEN)).ask("/health", {})

    # when the site's authority lies in its folder and the hub is named on its command line
    monkeypatch.setattr(paths, "certificates_folder", lambda: Path(made.folder))
    named = hubs(HubChoice(address=address, token=TOKEN), load_project(folder_of(paths.default_twin())))

    # then it is linked, and is answered
    with linked(named.where()[0]) as link:
        until(lambda: link.status.state == "linked")
    assert Questions(named.where).ask("/health", {})


def test_shared_tiles_come_from_a_hub_whose_authority_is_the_sites_own(made: SiteCertificates, tmp_path: Path) -> None:
    # given a hub that shares the tiles of a layer over TLS
    shared = tmp_path / "shared" / TILES.lstrip("/")
    (shared / "tiles" / "0").mkdir(parents=True)
    (shared / "tileset.json").write_text('{"asset": {"extras": {"layers": {"photo": 0}}}}', encoding="ascii")
    (shared / "tiles" / "0" / "tileset.json").write_text('{"asset": {}}', encoding="ascii")
    server = TileServer(tmp_path / "shared")
    server.socket = tls_of(Path(made.folder)).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    where = f"https://127.0.0.1:{server.server_port}", TOKEN
    tiles = SharedTiles(lambda: where, Shelf(folder=tmp_path / "shelf"))
    try:
        # when nobody has named the site's authority; then they are refused, and asked for again once somebody has
        with pytest.raises(SourceRefused, match="证书"):
            tiles.files_of("photo", SilentProgress())
        trust(Path(made.folder) / CA_FILE)
        host = tiles.files_of("photo", SilentProgress())
        assert host.fetched(host.root, SilentProgress()).read_bytes() == b'{"asset": {}}'
        host.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_file_that_is_no_authority_is_refused_and_not_kept(tmp_path: Path) -> None:
    # given a file that holds no certificate; when it is to be trusted; then it is named, and forgotten
    (tmp_path / CA_FILE).write_text("<html>", encoding="ascii")
    with pytest.raises(InputError, match=CA_FILE):
        trust(tmp_path / CA_FILE)
    assert hub_trust.hub_tls() is not None
