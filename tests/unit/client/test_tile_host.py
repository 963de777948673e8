"""`client.tile_host` and `client.web_get` against a real server: what is kept, what is refused, what may come later."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.stepped_tileset import stepped_tileset
from fakes.tile_server import TileServer, serving
from sanping.client import web_get
from sanping.client.tile_host import Shelf, TileHost, trim
from sanping.client.web_get import WebGet
from sanping.domain.errors import Cancelled, FileBroken, FileHostile, SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.hub.site_certificates import make_certificates, tls_of
from sanping.ports.progress import SilentProgress

QUIET = SilentProgress()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TileServer]:
    stepped_tileset(tmp_path / "city", depth=0)
    with serving(tmp_path / "city") as found:
        yield found


@pytest.fixture
def host(server: TileServer, tmp_path: Path) -> Iterator[TileHost]:
    found = TileHost(server.url, Shelf(folder=tmp_path / "shelf"))
    yield found
    found.close()


def beside(server: TileServer, name: str) -> str:
    return server.url.replace("tileset.json", name)


def test_a_file_comes_once_in_a_session_and_later_only_when_it_changed(
    server: TileServer, host: TileHost, tmp_path: Path
) -> None:
    path = host.fetched(host.root, QUIET)
    assert path.read_bytes() == (server.folder / "tileset.json").read_bytes()
    assert host.fetched(host.root, QUIET) == path
    assert server.answers == [200]

    # when it is opened another day, and once more after it has changed
    again = TileHost(server.url, Shelf(folder=tmp_path / "shelf"))
    again.fetched(again.root, QUIET)
    again.close()
    (server.folder / "tileset.json").write_text("{}")
    third = TileHost(server.url, Shelf(folder=tmp_path / "shelf"))
    changed = third.fetched(third.root, QUIET).read_bytes()
    third.close()

    assert server.answers == [200, 304, 200]
    assert changed == b"{}"


def test_a_kept_file_that_was_damaged_is_fetched_again(server: TileServer, host: TileHost, tmp_path: Path) -> None:
    path = host.fetched(host.root, QUIET)
    path.write_bytes(b"damaged")

    assert host.fetched(host.root, QUIET).read_bytes() == (server.folder / "tileset.json").read_bytes()


def test_a_folder_stands_for_its_tileset_and_tokens_go_along(server: TileServer, tmp_path: Path) -> None:
    host = TileHost(f"http://127.0.0.1:{server.server_port}?token=7", Shelf(folder=tmp_path / "shelf"))
    host.fetched(host.root, QUIET)
    host.close()

    assert server.asked == ["/tileset.json?token=7"]


def test_packed_answers_are_unpacked(server: TileServer, host: TileHost) -> None:
    server.is_packing = True

    assert host.fetched(host.root, QUIET).read_bytes() == (server.folder / "tileset.json").read_bytes()


def test_buffers_beside_a_content_come_along(server: TileServer, host: TileHost) -> None:
    uris = ["part/one.bin", "../two.bin", "http://127.0.0.1:1/x.bin", "data:,x", "gone.bin", "content"]
    (server.folder / "part").mkdir()
    (server.folder / "part" / "one.bin").write_bytes(b"123")
    (server.folder / "model.gltf").write_text(json.dumps({"buffers": [{"uri": uri} for uri in uris]}))

    path = host.fetched(beside(server, "model.gltf"), QUIET)

    assert (path.parent / "part" / "one.bin").read_bytes() == b"123"
    assert server.asked == ["/model.gltf", "/part/one.bin", "/gone.bin"]


def test_another_server_is_never_asked_and_this_one_may_send_on_within_itself(
    server: TileServer, host: TileHost, tmp_path: Path
) -> None:
    with serving(tmp_path) as other:
        server.redirects = {"/a.glb": other.url, "/b.glb": "/0_0_0.glb", "/c.glb": "/c.glb"}

        with pytest.raises(SourceRefused, match="另一台服务器"):
            host.fetched(beside(server, "a.glb"), QUIET)
        assert host.fetched(beside(server, "b.glb"), QUIET).is_file()
        with pytest.raises(SourceFailed):
            host.fetched(beside(server, "c.glb"), QUIET)
        assert other.asked == []


@pytest.mark.parametrize(
    ("status", "error"), [(404, FileBroken), (410, FileBroken), (403, SourceRefused), (503, SourceFailed)]
)
def test_what_may_come_later_is_told_apart_from_what_never_will(
    server: TileServer, host: TileHost, status: int, error: type[Exception]
) -> None:
    server.statuses = {"/0_0_0.glb": status}

    with pytest.raises(error, match=str(status)):
        host.fetched(beside(server, "0_0_0.glb"), QUIET)


def test_a_file_without_end_is_stopped(server: TileServer, host: TileHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_get, "MOST_BYTES", 1 << 18)
    server.endless = {"/0_0_0.glb"}

    with pytest.raises(FileHostile):
        host.fetched(beside(server, "0_0_0.glb"), QUIET)


def test_a_bomb_is_not_unpacked(server: TileServer, host: TileHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_get, "MOST_UNPACKED", 1 << 16)
    (server.folder / "bomb.json").write_bytes(bytes(1 << 20))
    server.is_packing = True

    with pytest.raises(FileHostile):
        host.fetched(beside(server, "bomb.json"), QUIET)


def test_who_no_longer_wants_a_file_stops_it(server: TileServer, host: TileHost) -> None:
    class Impatient:
        calls = 0

        def report(self, fraction, doing):
            self.calls += 1
            if self.calls > 3:
                raise Cancelled(Text("已停止", "Stopped"))

    server.endless = {"/0_0_0.glb"}
    with pytest.raises(Cancelled):
        host.fetched(beside(server, "0_0_0.glb"), Impatient())
    # and the next file comes over a new connection
    assert host.fetched(host.root, QUIET).is_file()


def test_a_cut_connection_and_a_dead_server_may_come_back(server: TileServer, host: TileHost) -> None:
    server.is_cut = True
    with pytest.raises(SourceFailed, match=r"127\.0\.0\.1"):
        host.fetched(host.root, QUIET)
    server.is_cut = False
    assert host.fetched(host.root, QUIET).is_file()


def test_nobody_is_asked_through_a_proxy(server: TileServer, host: TileHost, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert host.fetched(host.root, QUIET).is_file()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://h/x", "http://", "http://user:word@h/x", "http://h:99999/x", "tileset.json"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(SourceRefused):
        WebGet(url)


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]"])
def test_the_secrets_of_clouds_and_the_local_link_are_not_asked(address: str) -> None:
    with pytest.raises(SourceRefused, match="保留网段"):
        WebGet(f"http://{address}/latest").get(f"http://{address}/latest", {}, QUIET)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    server = TileServer(tmp_path)
    server.socket = tls_of(made.folder).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    url = f"https://127.0.0.1:{server.server_port}/tileset.json"
    try:
        with pytest.raises(SourceRefused, match="证书"):
            WebGet(url).get(url, {}, QUIET)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert server.asked == []


def test_the_shelf_keeps_to_its_budget(server: TileServer, tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path / "shelf", most_bytes=2500)
    host = TileHost(server.url, shelf)
    for number in range(6):
        (server.folder / f"{number}.json").write_bytes(bytes(1000))
        host.fetched(beside(server, f"{number}.json"), QUIET)
    host.close()

    trim(shelf)

    assert 1000 <= sum(file.stat().st_size for file in shelf.folder.rglob("content")) <= 2500
