"""`tiles.stream` with `supply` and `pieces`: tiles come coarse to fine, budgets hold, failures are told and end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.stepped_tileset import names, stepped_tileset
from sanping.analysis.stream_budget import Budget, Use
from sanping.analysis.tile_choice import Gaze, gaze_of
from sanping.commands.shared_budget import SharedBudget
from sanping.domain.errors import FileBroken, SourceFailed, WorkerFailed
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.formats.tiles3d_branch import branch_below, first_branch
from sanping.formats.tiles3d_folder import TileFolder, is_large
from sanping.formats.tiles3d_tile import tile_model
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.cache import Cache
from sanping.tiles.pieces import PieceReading
from sanping.tiles.stream import StreamBudget, TileStream
from sanping.tiles.supply import Supply

QUIET = SilentProgress()
FAR_M, NEAR_M = 20_000.0, 900.0


class Here:
    """Jobs done on the spot; one that meets a name in `deadly` dies."""

    def __init__(self) -> None:
        self.runs = 0
        self.deadly: set[str] = set()

    def run(self, function, *arguments, progress, limits=None):
        self.runs += 1
        if any(path.name in self.deadly for piece in arguments[0] for path in piece.files):
            raise WorkerFailed(Text("工作进程崩溃", "The worker died"))
        return function(*arguments, progress)


class Fragile:
    """Files of a folder, behind a line that can be cut."""

    def __init__(self, path: Path) -> None:
        self._folder = TileFolder(path)
        self.root = self._folder.root
        self.is_cut = False
        self.asked: list[str] = []

    def fetched(self, address, progress):
        progress.report(0.0, Text("", ""))
        self.asked.append(address)
        if self.is_cut:
            raise SourceFailed(Text("服务器没有应答", "The server does not answer"))
        return self._folder.fetched(address, progress)

    def close(self):
        self._folder.close()


class Stand:
    """A stream with its surroundings."""

    def __init__(self, path: Path, cache: Path, budget: StreamBudget) -> None:
        self.files, self.jobs, self.seconds = Fragile(path), Here(), 0.0
        branch, options = first_branch(path, self.files.root, ReadOptions())
        reading = PieceReading(tile=tile_model, branch=branch_below, root=self.files.root, options=options)
        supply = Supply(self.files, self.jobs, reading, Cache(cache), budget.most_requests)
        self.stream = TileStream(branch, supply, budget, lambda: self.seconds)
        self.shared = SharedBudget()

    def gaze(self, distance_m: float, **more: float) -> Gaze:
        pose = CameraPose(target=self.stream.whole.extent.centre, pitch_deg=-60.0, distance_m=distance_m, fov_deg=38.0)
        return gaze_of(replace(pose, **more), 1600, 900)

    def settle(self, gaze: Gaze, seconds: float = 20.0) -> list[tuple[int, ...]]:
        """Look until nothing more comes; return what was drawn, step by step."""
        steps: list[tuple[int, ...]] = []
        for _ in range(round(seconds / 0.005)):
            self.shared.look(gaze, [self.stream])
            if not steps or steps[-1] != self.stream.drawn:
                steps.append(self.stream.drawn)
            if self.stream.state.is_settled:
                return steps
            time.sleep(0.005)
        message = f"the stream does not settle: {self.stream.state}"
        raise AssertionError(message)


@contextmanager
def stand(path: Path, budget: StreamBudget | None = None) -> Iterator[Stand]:
    found = Stand(path, path.parent.parent / "cache", budget or StreamBudget())
    try:
        found.stream.begin(QUIET)
        yield found
    finally:
        found.stream.close()


@pytest.fixture(scope="module")
def quad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stepped_tileset(tmp_path_factory.mktemp("streamed") / "city")


def test_tiles_come_coarse_to_fine_and_nothing_is_read_that_is_not_looked_at(quad: Path) -> None:
    with stand(quad) as here:
        # given a view from far away
        here.settle(here.gaze(FAR_M))
        assert here.files.asked == ["0_0_0.glb"]
        assert here.stream.drawn == (0,)

        # when one comes near
        steps = here.settle(here.gaze(NEAR_M))

        # then the levels follow one another, each whole, and at the end the finest in sight are drawn
        assert steps[0] == (0,)
        assert max(steps[-1]) > 4
        assert len(here.stream.parts) == here.stream.state.loaded > len(steps[-1])
        assert here.stream.state.failed == 0
        assert set(here.files.asked) <= set(names(2))
        assert len(here.files.asked) == len(set(here.files.asked))


def test_what_is_loaded_is_one_model_with_ids_and_attributes(quad: Path) -> None:
    with stand(quad) as here:
        here.settle(here.gaze(NEAR_M))
        whole = here.stream.whole

        # then every object is found by the id that reading the whole file would have given it
        assert whole.frame.crs == "EPSG:4549"
        assert whole.feature_count == sum(part.feature_count for part in here.stream.parts.values())
        number = whole.find("1_0_0.glb/2-2")
        assert number is not None
        tile, row = whole.locate(number)
        assert tile.features.attributes[row]["level"] == 1
        assert 750 < whole.extent.east - whole.extent.west < 850


REAL_SIZES = StreamBudget(least_bytes=0)


def test_a_budget_of_memory_lets_the_tiles_go_that_were_not_looked_at_for_longest(quad: Path) -> None:
    with stand(quad, REAL_SIZES) as free:
        free.settle(free.gaze(NEAR_M))
        everything = free.stream.state.used_bytes

    with stand(quad, REAL_SIZES) as here:
        here.shared = SharedBudget(Budget(memory_bytes=everything // 2))

        # when one looks closely at one corner and then at the other
        east, north, up = here.stream.whole.extent.centre
        for corner in (-300.0, 300.0, -300.0):
            target = (east + corner, north + corner, up)
            pose = CameraPose(target=target, pitch_deg=-60.0, distance_m=300.0)
            for _ in range(6):
                here.settle(gaze_of(pose, 1600, 900))

            # then memory is kept to, something is drawn everywhere, and the coarsest tile has stayed
            assert here.stream.state.used_bytes <= everything // 2
            assert here.stream.drawn
            assert 0 in here.stream.parts
        assert len(here.files.asked) > len(set(here.files.asked))


@pytest.mark.parametrize("scarce", ["memory", "graphics"])
def test_more_than_the_budget_is_drawn_coarser_and_stays_so_while_nobody_moves(quad: Path, scarce: str) -> None:
    with stand(quad, REAL_SIZES) as free:
        free.settle(free.gaze(NEAR_M))
        everything, sharp = free.stream.state.used_bytes, len(free.stream.drawn)

    with stand(quad, REAL_SIZES) as here:
        # given a third of the memory that the view would take, or of the graphics memory
        budget = {"memory": Budget(memory_bytes=everything // 3), "graphics": Budget(graphics_bytes=everything // 3)}
        here.shared = SharedBudget(budget[scarce])
        near, errors = here.gaze(NEAR_M), []
        for _ in range(80):
            drawn = sum(here.stream.holdings.sizes[np.isin(here.stream.holdings.tiles, here.stream.drawn)].tolist())
            here.shared.look(near, [here.stream], drawn=Use(graphics_bytes=drawn))
            errors.append(here.shared.error_px)
            time.sleep(0.005)

        # then a larger error is allowed, what is drawn fits, and it does not swing
        assert here.stream.state.error_px > 16.0
        assert drawn <= everything // 3
        assert 0 < len(here.stream.drawn) < sharp
        assert sorted(errors) == errors
        assert here.shared.is_settled
        assert here.shared.is_short

        # and with a view of less it comes back
        here.shared.look(here.gaze(FAR_M), [here.stream])
        assert here.shared.error_px < errors[-1]


def test_layers_share_one_memory_and_hidden_ones_give_first(quad: Path) -> None:
    with stand(quad, REAL_SIZES) as first, stand(quad, REAL_SIZES) as second:
        first.settle(first.gaze(NEAR_M))
        one = first.stream.state.used_bytes
        both = SharedBudget(Budget(memory_bytes=round(one * 1.2)))
        first.shared = second.shared = both
        both.look(first.gaze(NEAR_M), [first.stream])
        kept = len(first.stream.parts)

        # when the first layer is hidden and the second is looked at
        for _ in range(4000):
            both.look(second.gaze(NEAR_M), [second.stream], [first.stream])
            if second.stream.state.is_settled:
                break
            time.sleep(0.005)

        # then the first has let its fine tiles go for those of the second, and both fit
        assert second.stream.state.used_bytes == one
        assert 0 < len(first.stream.parts) < kept
        assert both.held_bytes([first.stream, second.stream]) <= one * 1.2
        assert not both.is_short


def test_there_are_never_more_tiles_than_a_picture_can_hold(quad: Path) -> None:
    with stand(quad) as here:
        here.shared = SharedBudget(Budget(memory_bytes=8 * StreamBudget().least_bytes))
        for _ in range(60):
            here.shared.look(here.gaze(NEAR_M), [here.stream])
            time.sleep(0.005)

        assert len(here.stream.parts) <= 8
        assert here.stream.drawn


def test_a_cut_line_is_told_what_is_loaded_stays_and_the_rest_comes_later(tmp_path: Path) -> None:
    with stand(stepped_tileset(tmp_path / "city", depth=1)) as here:
        here.files.is_cut = True
        near = here.gaze(NEAR_M)

        # when the line is cut, the view stays and says why
        for _ in range(400):
            here.stream.look(near)
            if here.stream.state.trouble is not None and not here.stream.state.loading:
                break
            time.sleep(0.005)
        assert here.stream.state.trouble == Text("服务器没有应答", "The server does not answer")
        assert here.stream.drawn == (0,)
        assert here.stream.state.retry_s == pytest.approx(1.0)
        asked = len(here.files.asked)
        here.stream.look(near)
        assert len(here.files.asked) == asked

        # then one tile tries again after a second, and twice as long later
        here.seconds = 1.5
        for _ in range(400):
            here.stream.look(near)
            if here.stream.state.retry_s > 1.0:
                break
            time.sleep(0.005)
        assert here.stream.state.retry_s == pytest.approx(2.0)
        assert len(here.files.asked) == asked + 1

        # and when it is mended all of them come
        here.files.is_cut, here.seconds = False, 10.0
        here.settle(near)
        assert here.stream.state.trouble is None
        assert here.stream.drawn == (1, 2, 3, 4)


def test_a_missing_tile_is_counted_and_leaves_a_gap_only_where_it_was(tmp_path: Path) -> None:
    path = stepped_tileset(tmp_path / "city", depth=1)
    (path.parent / "1_0_1.glb").unlink()

    with stand(path) as here:
        here.settle(here.gaze(NEAR_M))

        assert here.stream.state.failed == 1
        assert len(here.stream.drawn) == 3
        assert [(entry.count, entry.examples) for entry in here.stream.skipped] == [(1, ("1_0_1.glb",))]


def test_a_tile_that_kills_its_worker_is_alone_to_blame(tmp_path: Path) -> None:
    with stand(stepped_tileset(tmp_path / "city", depth=1)) as here:
        here.jobs.deadly = {"1_1_1.glb"}

        here.settle(here.gaze(NEAR_M))

        assert here.stream.state.failed == 1
        assert len(here.stream.drawn) == 3


def test_tiles_no_longer_looked_at_are_taken_back(quad: Path) -> None:
    with stand(quad, StreamBudget(most_requests=1, most_open=1)) as here:
        far, near = here.gaze(FAR_M), here.gaze(NEAR_M)
        here.stream.look(near)
        assert here.stream.state.loading == 1

        here.settle(far)

        assert here.stream.state.loading == 0
        assert len(here.files.asked) < 5


def test_what_was_read_once_comes_from_the_cache(quad: Path) -> None:
    with stand(quad) as first:
        first.settle(first.gaze(NEAR_M))

    with stand(quad) as second:
        second.settle(second.gaze(NEAR_M))

        assert second.jobs.runs == 0
        assert second.stream.drawn


def test_a_tileset_without_any_content_is_refused(tmp_path: Path) -> None:
    path = stepped_tileset(tmp_path / "city", depth=0)
    (path.parent / "0_0_0.glb").unlink()
    here = Stand(path, tmp_path / "cache", StreamBudget())
    try:
        with pytest.raises(FileBroken):
            here.stream.begin(QUIET)
    finally:
        here.stream.close()


def test_a_dead_server_is_an_error_at_the_start(tmp_path: Path) -> None:
    here = Stand(stepped_tileset(tmp_path / "city", depth=0), tmp_path / "cache", StreamBudget())
    here.files.is_cut = True
    try:
        with pytest.raises(SourceFailed):
            here.stream.begin(QUIET)
    finally:
        here.stream.close()


def test_small_tilesets_are_not_large(quad: Path) -> None:
    assert not is_large(quad)
