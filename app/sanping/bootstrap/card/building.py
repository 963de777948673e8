"""Builds the sample city in sections, each a job of its own: on this machine, or wherever the jobs run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sanping.bootstrap.building import SharedProgress
from sanping.domain.city import Origin
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.progress import Part, Progress
from sanping.tiles.build import TILES_WANTED, build_tiles
from sanping.tiles.joined import joined
from sanping.tiles.sample_city import model_of, plots, section
from sanping.tiles.stored import load, save

SECTION_BUILDINGS = 125_000
_LIMITS = Limits(memory_bytes=8 << 30)
_BUILDING = Text("建造城市", "Building the city")
_PLACING = Text("放置建筑", "Placing the buildings")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWork:
    """Which section of which city goes into which file."""

    buildings: int
    number: int
    sections: int
    target: Path


def build_section(work: SectionWork, progress: Progress) -> None:
    """Make the tiles of one section and save them; runs in a worker."""
    progress.report(0.0, _PLACING)
    model = model_of(section(plots(work.buildings), work.number, work.sections))
    tiles = build_tiles(model, Part(progress, 0.3, 0.9), tile_features=max(3000, work.buildings // TILES_WANTED))
    save(work.target, tiles, Origin(format="generated", lods=("1",)))


@contextmanager
def built(buildings: int, jobs: Jobs, at_once: int, folder: Path | None, progress: Progress) -> Iterator[list[Path]]:
    """Give the files of a city, built `at_once` sections at a time into `folder` or one that goes afterwards.

    Raises what the jobs raise; whatever was built is gone then.
    """
    with TemporaryDirectory(prefix="sanping-card-", dir=folder) as home:
        sections = max(1, round(buildings / SECTION_BUILDINGS))
        works = [
            SectionWork(buildings=buildings, number=n, sections=sections, target=Path(home) / f"{n}.arrow")
            for n in range(sections)
        ]
        shares = SharedProgress(progress, sections, _BUILDING)
        with ThreadPoolExecutor(at_once, thread_name_prefix="card-section") as pool:
            for done in [pool.submit(_job, jobs, work, shares.of(work.number)) for work in works]:
                done.result()
        yield [work.target for work in works]


def _job(jobs: Jobs, work: SectionWork, progress: Progress) -> None:
    jobs.run(build_section, work, progress=progress, limits=_LIMITS)


def loaded(files: list[Path]) -> TileSet:
    """Map the sections and return them as one city."""
    return joined([data for data, _ in map(load, files) if isinstance(data, TileSet)])
