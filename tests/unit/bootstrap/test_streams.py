"""`bootstrap.streams`, `bootstrap.filled_streams`: which layers are streamed; no server is asked before one agrees."""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.stepped_tileset import stepped_tileset
from fakes.tile_server import serving
from sanping.analysis.stream_budget import Budget
from sanping.analysis.tile_choice import gaze_of
from sanping.bootstrap.filled_streams import filled
from sanping.bootstrap.opener import TwinOpener
from sanping.bootstrap.streams import AgreedServers, is_streamed, settle
from sanping.client.tile_host import Shelf
from sanping.domain.errors import ConsentMissing, FileBroken, SourceFailed
from sanping.domain.view import CameraPose
from sanping.formats.project import project_of_files
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from sanping.tiles.stream import StreamBudget
from sanping.twin.project import LayerEntry


class Here:
    """Jobs done on the spot."""

    def run(self, function, *arguments, progress, limits=None):
        return function(*arguments, progress)


def entry_of(path: Path, **settings: object) -> LayerEntry:
    return project_of_files([path], ReadOptions(settings=tuple(settings.items()))).layers[0]


def test_large_tilesets_and_those_of_servers_are_streamed_unless_the_layer_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stepped_tileset(tmp_path / "city", depth=0)
    assert not is_streamed(entry_of(path))
    assert is_streamed(entry_of(path, stream=True))
    assert is_streamed(entry_of(Path("https://h/tileset.json")))

    monkeypatch.setattr("sanping.formats.tiles3d_folder.LARGE_FROM_BYTES", 100)
    assert is_streamed(entry_of(path))
    assert not is_streamed(entry_of(path, stream=False))


def test_a_server_is_asked_when_the_person_named_it_or_agreed(tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path)
    named = entry_of(Path("https://tiles.example.org/tileset.json"))
    declared = replace(named, needs_consent=True)

    with pytest.raises(ConsentMissing) as caught:
        AgreedServers((), shelf).files_of(declared)
    assert caught.value.place == "tiles.example.org"

    assert AgreedServers(["tiles.example.org"], shelf).files_of(declared).root == named.url
    servers = AgreedServers((), shelf)
    servers.files_of(named)
    assert servers.files_of(declared).root == named.url


def test_a_tileset_of_a_server_opens_with_its_coarsest_tile(tmp_path: Path) -> None:
    path = stepped_tileset(tmp_path / "city", depth=1)
    opener = TwinOpener(Settings(cache_folder=tmp_path / "cache"), jobs=Here())
    with serving(path.parent) as server:
        layer = opener.open_layer(entry_of(Path(server.url)), SilentProgress())

        assert server.asked == ["/tileset.json", "/0_0_0.glb"]
        assert layer.stream is not None
        assert layer.content.feature_count == 9
        assert layer.content.frame.crs == "EPSG:4549"

        # when the server has no tileset there, or is not there at all
        with pytest.raises(FileBroken, match="404"):
            opener.open_layer(entry_of(Path(server.url.replace("tileset", "gone"))), SilentProgress())
    with pytest.raises(SourceFailed):
        opener.open_layer(entry_of(Path(server.url.replace("tileset", "later"))), SilentProgress())
    opener.close()


def test_a_picture_waits_for_its_tiles_and_not_for_ever(tmp_path: Path) -> None:
    path = stepped_tileset(tmp_path / "city", depth=1)
    opener = TwinOpener(Settings(cache_folder=tmp_path / "cache"), jobs=Here())
    stream = opener.open_layer(entry_of(path, stream=True), SilentProgress()).stream
    assert stream is not None
    pose = CameraPose(target=stream.whole.extent.centre, pitch_deg=-60.0, distance_m=900.0)

    # when a picture of 16 × 9 pixels is wanted, and then a sharp one, and one for which nobody waits
    settle([stream], gaze_of(pose, 16, 9), SilentProgress())
    coarse = stream.drawn
    settle([stream], gaze_of(pose, 1600, 900), SilentProgress(), patience_s=0.0)
    assert stream.drawn == coarse == (0,)
    settle([stream], gaze_of(pose, 1600, 900), SilentProgress())

    assert stream.drawn == (1, 2, 3, 4)
    opener.close()


def test_the_phone_s_map_and_shared_data_hold_all_of_a_streamed_layer_or_say_what_they_lack(tmp_path: Path) -> None:
    # given a streamed tileset of which the coarsest tile is there
    path = stepped_tileset(tmp_path / "city", depth=2)
    opener = TwinOpener(Settings(cache_folder=tmp_path / "cache"), jobs=Here())
    layer = opener.open_layer(entry_of(path, stream=True), SilentProgress())
    assert layer.content.feature_count == 9

    # when it is filled for a file, and then with memory for six tiles only
    (whole,) = filled([layer], Budget(), SilentProgress())
    (part,) = filled([layer], Budget(memory_bytes=6 * StreamBudget().least_bytes), SilentProgress())

    # then all tiles of the finest level are in it, without those they replace; else how coarse it is is told
    assert whole.content.feature_count == 16 * 9
    assert whole.skipped == ()
    assert part.content.feature_count == 4 * 9
    assert [entry.reason.en.split(":")[0] for entry in part.skipped] == [
        "The streamed tileset is larger than the memory of tiles"
    ]
    assert part.origin.skipped == part.skipped
    opener.close()
