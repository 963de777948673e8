"""Files open from a worker at first and from the cache afterwards, many at once, and leave nothing half-written."""

import threading
import time

import numpy as np
import pytest
import readers_to_run as readers
from test_tile_cache import assert_equal_tiles

from sanping.domain.errors import Cancelled, FileBroken, SanpingError, WorkerFailed
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.library import Library
from sanping.workers.jobs import WorkerJobs

QUIET = SilentProgress()
OPTIONS = ReadOptions()


class Here:
    """Jobs done on the spot."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, function, *arguments, progress, limits=None):
        self.runs += 1
        return function(*arguments, progress)


class Impatient:
    def __init__(self, patience_s: float) -> None:
        self._until = time.monotonic() + patience_s

    def report(self, fraction, doing) -> None:
        if time.monotonic() > self._until:
            raise Cancelled(Text("已取消", "Cancelled"))


def test_a_damaged_entry_is_built_again(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("boxes 50")
    jobs = Here()
    library = Library(tmp_path / "cache", jobs, readers.read)
    library.open(source, OPTIONS, QUIET)
    [entry] = (tmp_path / "cache").glob("*.sanping")
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 8
    entry.write_bytes(content)

    again = library.open(source, OPTIONS, QUIET)
    third = library.open(source, OPTIONS, QUIET)

    assert not again.was_cached
    assert third.was_cached
    assert jobs.runs == 2
    assert_equal_tiles(third.data, again.data)


def test_a_file_is_read_once_and_mapped_afterwards(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("boxes 500")
    jobs = WorkerJobs()
    library = Library(tmp_path / "cache", jobs, readers.read)

    first = library.open(source, OPTIONS, QUIET)
    second = library.open(source, OPTIONS, QUIET)

    assert (first.was_cached, second.was_cached) == (False, True)
    assert_equal_tiles(first.data, second.data)
    assert_equal_tiles(first.data, build_tiles(readers.boxes(500)))
    assert first.origin == second.origin == readers.ORIGIN
    jobs.close()


@pytest.mark.parametrize(("word", "kind"), [("terrain", Terrain), ("vector", VectorLayer)])
def test_ground_goes_through_the_same_door(tmp_path, word, kind) -> None:
    source = tmp_path / "a.txt"
    source.write_text(word)
    library = Library(tmp_path / "cache", Here(), readers.read)

    first, second = (library.open(source, OPTIONS, QUIET) for _ in range(2))

    assert isinstance(first.data, kind)
    assert isinstance(second.data, kind)
    assert second.was_cached


def test_objects_without_a_base_are_set_down_on_the_terrain(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("floating 20")
    library = Library(tmp_path / "cache", Here(), readers.read)

    flat = library.open(source, OPTIONS, QUIET)
    high = library.open(source, OPTIONS, QUIET, terrain=readers.terrain(33.0))
    low = library.open(source, OPTIONS, QUIET, terrain=readers.terrain(11.0))

    assert flat.data.tiles[0].features.base_m.min() < 8
    np.testing.assert_allclose(high.data.tiles[0].features.base_m, 33.0, atol=1e-3)
    np.testing.assert_allclose(low.data.tiles[0].features.base_m, 11.0, atol=1e-3)


def test_a_cancelled_opening_leaves_nothing_behind(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("sleep")
    jobs = WorkerJobs()

    with pytest.raises(Cancelled):
        Library(tmp_path / "cache", jobs, readers.read).open(source, OPTIONS, Impatient(0.5))

    assert [path for path in (tmp_path / "cache").rglob("*") if path.suffix != ".json" and path.is_file()] == []


def test_a_crash_and_a_broken_file_leave_nothing_behind(tmp_path) -> None:
    library = Library(tmp_path / "cache", WorkerJobs(), readers.read)
    (tmp_path / "crash.txt").write_text("crash")
    (tmp_path / "broken.txt").write_text("what")

    with pytest.raises(WorkerFailed, match="SIGSEGV"):
        library.open(tmp_path / "crash.txt", OPTIONS, QUIET)
    with pytest.raises(FileBroken, match=r"认不出（.*broken\.txt）"):
        library.open(tmp_path / "broken.txt", OPTIONS, QUIET)

    assert [path for path in (tmp_path / "cache").iterdir() if path.name != "stamps"] == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    source = tmp_path / "a.txt"
    source.write_text("boxes 5")

    with pytest.raises(WorkerFailed, match="无法写入缓存") as caught:
        Library(tmp_path / "cache", Here(), readers.read).open(source, OPTIONS, QUIET)

    assert str(tmp_path / "cache") in str(caught.value)


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("slow")
    library = Library(tmp_path / "cache", WorkerJobs(), readers.read)
    writer = threading.Timer(0.4, lambda: source.write_text("slow again"))
    writer.start()

    opened = library.open(source, OPTIONS, QUIET)
    writer.join()

    assert opened.data.feature_count == 5
    assert list((tmp_path / "cache").glob("*.sanping")) == []


def test_processes_that_open_the_same_file_do_not_disturb_each_other(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("boxes 300")
    expected = build_tiles(readers.boxes(300))

    def open_it(results: list) -> None:
        results.append(Library(tmp_path / "cache", WorkerJobs(), readers.read).open(source, OPTIONS, QUIET))

    results: list = []
    threads = [threading.Thread(target=open_it, args=(results,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 4
    for opened in results:
        assert_equal_tiles(opened.data, expected)
    assert len(list((tmp_path / "cache").glob("*.sanping"))) == 1
    assert list((tmp_path / "cache").glob("*.fresh")) == []


def test_threads_share_one_library(tmp_path) -> None:
    words = ["boxes 20", "terrain", "what", "vector", "boxes 30"]
    library = Library(tmp_path / "cache", WorkerJobs(at_once=2), readers.read)
    results: dict[str, object] = {}

    def open_it(word: str) -> None:
        path = tmp_path / f"{word}.txt"
        path.write_text(word)
        try:
            results[word] = library.open(path, OPTIONS, QUIET).data
        except SanpingError as error:
            results[word] = error

    threads = [threading.Thread(target=open_it, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert isinstance(results["what"], FileBroken)
    assert isinstance(results["terrain"], Terrain)
    assert results["boxes 30"].feature_count == 30


def test_checking_a_large_file_can_be_cancelled(tmp_path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(bytes(40 << 20))

    class Stopping:
        def report(self, fraction, doing) -> None:
            if doing.en == "Checking what the file holds":
                raise Cancelled(Text("已取消", "Cancelled"))

    with pytest.raises(Cancelled):
        Library(tmp_path / "cache", Here(), readers.read).open(source, OPTIONS, Stopping())
