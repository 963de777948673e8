"""Takes a recording, or a table of observations, from whoever remembers the past."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec

from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.ports.past import Past
from sanping.ports.progress import Progress
from sanping.storage.exports import write_csv, write_parquet
from sanping.storage.recording import About, write_recording

EVENTS_BEFORE_MS = 7 * 86_400_000
_STATION_KINDS = ("alarm",)


def take_recording(  # noqa: PLR0913  what, of whom, where to, and what of it
    path: Path,
    about: About,
    past: Past,
    progress: Progress,
    *,
    stations: AbstractSet[str] = frozenset(),
    kinds: Sequence[str] = ("alarm", "notice", "camera"),
) -> int:
    """Write the span of `about` with events of `kinds` to `path`, and return the number of observations.

    The values as of its beginning, and the alarms of the week before, go along: so its first moment is whole. Only some
    `stations` are taken if any are named. Raises what the past raises, `StoreFailed`, `Cancelled`; then there is no
    file.
    """
    events = past.events(about.from_ms - EVENTS_BEFORE_MS, about.to_ms, kinds) if kinds else ()
    kept = [event for event in events if _is_of(event, stations)]
    return write_recording(path, about, _batches(past, about.from_ms, about.to_ms, stations), kept, progress)


def take_table(
    path: Path, past: Past, span: tuple[int, int], progress: Progress, stations: AbstractSet[str] = frozenset()
) -> int:
    """Write the observations of a span as Parquet (`.parquet`) or CSV and return their number.

    Raises what the past raises, `StoreFailed`, `Cancelled`; then there is no file.
    """
    write = write_parquet if path.suffix.lower() == ".parquet" else write_csv
    return write(path, _stretches(past, *span, stations), span, progress)


def _batches(past: Past, from_ms: int, to_ms: int, stations: AbstractSet[str]) -> Iterator[Sequence[Observation]]:
    before = _chosen(past.as_of(from_ms - 1), stations)
    if before:
        yield sorted(before, key=lambda row: row.event_ms)
    yield from _stretches(past, from_ms, to_ms, stations)


def _stretches(past: Past, from_ms: int, to_ms: int, stations: AbstractSet[str]) -> Iterator[Sequence[Observation]]:
    at_ms = from_ms
    while at_ms <= to_ms:
        stretch = past.rows(at_ms, to_ms)
        rows = _chosen(stretch.rows, stations)
        if rows:
            yield rows
        at_ms = stretch.to_ms + 1


def _chosen(rows: Iterable[Observation], stations: AbstractSet[str]) -> list[Observation]:
    return [row for row in rows if not stations or row.station in stations]


def _is_of(event: Event, stations: AbstractSet[str]) -> bool:
    """An alarm of a station that is left out is left out as well."""
    if not stations or event.kind not in _STATION_KINDS:
        return True
    try:
        return msgspec.json.decode(event.body, type=dict[str, object]).get("station") in stations
    except msgspec.MsgspecError:
        return False
