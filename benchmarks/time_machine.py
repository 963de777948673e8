"""What the past costs: opening a recording, jumping in it, playing it at ×3600, and a frame of a film.

    python benchmarks/time_machine.py [--stations 30000] [--hours 4]

A recording of so many stations, a reading each five minutes, is written to a temporary file; then the bundled twin's
own river. Figures are medians of wall time, of the data alone: what is drawn costs what `frame_cost.py` says. The film
is drawn at 1280×720, its encoding included.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes.small_recording import reported, write_simulated
from sanping.bootstrap.films import FilmWish, film
from sanping.bootstrap.pictures import Shot
from sanping.domain.observation import Observation
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.stage.replaying import Happened, Reel, Window
from sanping.storage.recorded_past import RecordedPast
from sanping.storage.recording import About, Recording, write_recording
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import river_view

BEGIN_MS, HOUR_MS, STEP_MS = 1_781_236_800_000, 3_600_000, 300_000
TICK_MS = 360_000  # a tenth of a second at ×3600
FILM_FRAMES = 20


def took(work: Callable[[], object], times: int = 5) -> float:
    """Return the median milliseconds of a piece of work."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append((time.perf_counter() - begin) * 1e3)
    return median(found)


def many(stations: int, hours: int) -> Iterator[list[Observation]]:
    for at_ms in range(BEGIN_MS, BEGIN_MS + hours * HOUR_MS + 1, STEP_MS):
        yield [
            Observation(station=f"s{n}", quantity="water_level", value=n / 100, unit="m", event_ms=at_ms)
            for n in range(stations)
        ]


def measured(name: str, path: Path, hours: int, live: LivePart | None) -> None:
    """Print one line of figures for a recording."""
    opening_ms = took(lambda: Recording(path).close())
    past = RecordedPast(Recording(path))
    middle_ms = BEGIN_MS + hours * HOUR_MS // 2
    first_ms = took(lambda: past.as_of(middle_ms), 1)
    jump_ms = took(lambda: past.as_of(middle_ms + 1234))
    base = tuple(past.as_of(middle_ms))
    began = time.perf_counter()
    stretch = past.rows(middle_ms + 1, middle_ms + HOUR_MS)
    reading_ms = (time.perf_counter() - began) * 1e3
    window = Window(from_ms=middle_ms, to_ms=stretch.to_ms, base=base, rows=tuple(stretch.rows))
    reel, times = Reel(), []
    for at_ms in range(middle_ms, stretch.to_ms, TICK_MS):
        began = time.perf_counter()
        state = reel.state(window, Happened(), at_ms)
        if live is not None:
            river_view(live, state, at_ms)
        times.append((time.perf_counter() - began) * 1e3)
    past.close()
    print(
        f"{name:<18}{len(stretch.rows):>10}{opening_ms:>10.0f}{first_ms:>12.0f}{jump_ms:>10.0f}{reading_ms:>14.0f}"
        f"{median(times):>12.1f}"
    )


def film_frame_ms(folder: Path) -> float:
    """Return what one more frame of a film takes: the difference of a long and a short one."""
    project = load_project(paths.default_twin())
    recording = write_simulated(folder / "film.sprec", project, (BEGIN_MS, BEGIN_MS + HOUR_MS))
    shot, settings = Shot(width=1280, height=720, quality="soft"), Settings()
    times = []
    for frames in (1, 1 + FILM_FRAMES):
        wish = FilmWish(to_ms=BEGIN_MS + frames * 1000, speed=1.0, frames_per_s=1)
        began = time.perf_counter()
        film(project, recording, folder / "a.mp4", shot=shot, wish=wish, progress=SilentProgress(), settings=settings)
        times.append((time.perf_counter() - began) * 1e3)
    return (times[1] - times[0]) / FILM_FRAMES


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stations", type=int, default=30_000)
    parser.add_argument("--hours", type=int, default=4)
    chosen = parser.parse_args()
    hours = max(2, chosen.hours)
    end_ms = BEGIN_MS + hours * HOUR_MS
    about = About(twin="t", title_zh="", title_en="", from_ms=BEGIN_MS, to_ms=end_ms)
    print(
        f"{'':<18}{'rows read':>10}{'open ms':>10}{'1st jump ms':>12}{'jump ms':>10}{'reading ms':>14}{'moment ms':>12}"
    )
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        live = load_project(paths.default_twin()).live
        write_recording(folder / "creek.sprec", about, reported(live, BEGIN_MS, end_ms, "flood"), [])
        measured(f"{len(live.stations)} of the creek", folder / "creek.sprec", hours, live)
        write_recording(folder / "many.sprec", about, many(chosen.stations, hours), [])
        measured(f"{chosen.stations} stations", folder / "many.sprec", hours, None)
        print(f"a frame of a film, 1280×720 soft: {film_frame_ms(folder):.0f} ms")


if __name__ == "__main__":
    main()
