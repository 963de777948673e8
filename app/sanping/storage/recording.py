"""A whole recording in one file: observations, events, which twin, from when to when; to be replayed elsewhere.

The file is a zip whose members are stored as they are: `manifest.json`, `observations.parquet`, `events.parquet`. The
manifest carries the SHA-256 of both, and nothing is believed before they were compared.
"""

import heapq
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.event_log import Event
from sanping.ports.progress import Part, Progress, SilentProgress
from sanping.storage.exports import TableReader, TableWriter
from sanping.storage.observation_table import SCHEMA, check_schema, rows_of, table_of
from sanping.storage.whole_file import sha256_of, whole_file

SUFFIX = ".sprec"
_MANIFEST, _OBSERVATIONS, _EVENTS = "manifest.json", "observations.parquet", "events.parquet"
_EVENT_SCHEMA = pa.schema([("seq", pa.int64()), ("time_ms", pa.int64()), ("kind", pa.string()), ("body", pa.binary())])
_EVENTS_PER_BATCH = 10_000
_MANIFEST_BYTES = 1 << 20

_BROKEN_BY = (
    zipfile.BadZipFile, OSError, EOFError, ValueError, KeyError, RuntimeError, NotImplementedError,
    msgspec.MsgspecError,
)  # fmt: skip

_WRITING = Text("正在写入录像", "Writing the recording")
_CHECKING = Text("正在校验录像", "Checking the recording")
_NOT_ONE = Text(
    "这不是三屏的录像文件：{reason}。请选择由“导出录像”得到的文件",
    "This is not a recording: {reason}. Choose a file that “Export recording” made",
)
_DAMAGED = Text(
    "录像文件已损坏（{part}），未使用其中任何数据。请重新导出或换一份副本",
    "The recording is damaged ({part}) and nothing of it was used. Export it again or take another copy",
)
_NEWER = Text(
    "录像由更新的版本写成（格式 {version}），请升级后再打开",
    "The recording was written by a newer version (format {version}); update and open it again",
)
_STRANGE_PARTS = Text("成员不符", "its parts differ")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording is of; `twin` names the twin's folder, both moments are milliseconds since 1970 UTC."""

    twin: str
    title_zh: str
    title_en: str
    from_ms: int
    to_ms: int
    is_simulated: bool = False


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    size_bytes: int
    sha256: str


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    about: About
    rows: int
    events: int
    parts: dict[str, _Part]
    format: str = "sanping-recording"
    version: int = 1


def write_recording(
    path: Path,
    about: About,
    batches: Iterable[Sequence[Observation]],
    events: Iterable[Event],
    progress: Progress | None = None,
) -> int:
    """Write a recording to `path` and return the number of observations.

    `batches` come in order of event time, `events` in any order. Raises `StoreFailed`, `Cancelled`; then there is
    no file.
    """
    progress = progress or SilentProgress()
    with (
        whole_file(path) as part,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as parts_folder,
        zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as container,
    ):
        folder = Path(parts_folder)
        rows = _write_observations(folder / _OBSERVATIONS, about, batches, progress)
        kept = _write_events(folder / _EVENTS, events)
        parts = {}
        for name in (_OBSERVATIONS, _EVENTS):
            with (folder / name).open("rb") as file:
                size_bytes = (folder / name).stat().st_size
                parts[name] = _Part(size_bytes=size_bytes, sha256=sha256_of(file, size_bytes))
            container.write(folder / name, name)
            (folder / name).unlink()
        manifest = _Manifest(about=about, rows=rows, events=kept, parts=parts)
        container.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return rows


class Recording:
    """Opens a recording after checking all of it.

    Raises `FileBroken` when it is none or damaged, `FileHostile` over a limit, `Cancelled`.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.path = path
        progress = progress or SilentProgress()
        try:
            self._container = zipfile.ZipFile(path)
        except _BROKEN_BY as error:
            raise FileBroken(_NOT_ONE.with_values(reason=str(error)[:200]), path=str(path)) from error
        try:
            self._manifest = self._read_manifest()
            self._verify(progress)
        except _BROKEN_BY as error:
            self._container.close()
            raise FileBroken(_DAMAGED.with_values(part=str(error)[:200]), path=str(path)) from error
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> "Recording":
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """Release the file."""
        self.close()

    @property
    def about(self) -> About:
        """What it is of."""
        return self._manifest.about

    @property
    def rows(self) -> int:
        """How many observations it holds."""
        return self._manifest.rows

    @property
    def event_count(self) -> int:
        """How many events it holds."""
        return self._manifest.events

    def observations(self, from_ms: int = -(1 << 62), to_ms: int = 1 << 62) -> Iterator[Observation]:
        """Yield the observations of a span, both ends included, in order of event time."""
        with self._container.open(_OBSERVATIONS) as part, TableReader(part, check_schema) as table:
            for batch in table.batches(lambda low, high: low <= to_ms and high >= from_ms, "event_ms"):
                yield from (row for row in rows_of(batch) if from_ms <= row.event_ms <= to_ms)

    def columns(self, from_ms: int = -(1 << 62), to_ms: int = 1 << 62) -> Iterator[pa.RecordBatch]:
        """Yield the observations of a span as columns, both ends included, in order of event time."""
        with self._container.open(_OBSERVATIONS) as part, TableReader(part, check_schema) as table:
            for batch in table.batches(lambda low, high: low <= to_ms and high >= from_ms, "event_ms"):
                moments = batch.column("event_ms").to_numpy()
                begin, end = moments.searchsorted(from_ms), moments.searchsorted(to_ms, side="right")
                if end > begin:
                    yield batch.slice(begin, end - begin)

    def events(self, from_ms: int = -(1 << 62), to_ms: int = 1 << 62) -> Iterator[Event]:
        """Yield the events of a span, both ends included, in order of time."""
        with self._container.open(_EVENTS) as part, TableReader(part, _check_events) as table:
            for batch in table.batches(lambda low, high: low <= to_ms and high >= from_ms, "time_ms"):
                columns = (batch.column(name).to_pylist() for name in _EVENT_SCHEMA.names)
                for seq, time_ms, kind, body in zip(*columns, strict=True):
                    if from_ms <= time_ms <= to_ms:
                        yield Event(seq=seq, time_ms=time_ms, kind=kind, body=body)

    def moments(self, from_ms: int = -(1 << 62), to_ms: int = 1 << 62) -> Iterator[Observation | Event]:
        """Yield observations and events together in order of time; at the same moment observations come first."""
        return heapq.merge(self.observations(from_ms, to_ms), self.events(from_ms, to_ms), key=_moment)

    def close(self) -> None:
        """Release the file."""
        self._container.close()

    def _read_manifest(self) -> _Manifest:
        members = {member.filename: member for member in self._container.infolist()}
        if len(self._container.infolist()) != len(members) or members.keys() != {_MANIFEST, _OBSERVATIONS, _EVENTS}:
            raise FileBroken(_NOT_ONE.with_values(reason=_STRANGE_PARTS), path=str(self.path))
        if any(member.compress_type != zipfile.ZIP_STORED for member in members.values()):
            raise FileHostile(_NOT_ONE.with_values(reason=_STRANGE_PARTS), path=str(self.path))
        if members[_MANIFEST].file_size > _MANIFEST_BYTES:
            raise FileHostile(_NOT_ONE.with_values(reason=_MANIFEST), path=str(self.path))
        manifest = msgspec.json.decode(self._container.read(_MANIFEST), type=_Manifest)
        if manifest.version > 1:
            raise FileBroken(_NEWER.with_values(version=manifest.version), path=str(self.path))
        return manifest

    def _verify(self, progress: Progress) -> None:
        for done, name in enumerate((_OBSERVATIONS, _EVENTS)):
            share, kept = Part(progress, done / 2, (done + 1) / 2), self._manifest.parts[name]
            with self._container.open(name) as part:
                if sha256_of(part, kept.size_bytes, share, _CHECKING) != kept.sha256:
                    raise FileBroken(_DAMAGED.with_values(part=name), path=str(self.path))


def _write_observations(path: Path, about: About, batches: Iterable[Sequence[Observation]], progress: Progress) -> int:
    with TableWriter(path, SCHEMA) as writer:
        for rows in batches:
            done = (rows[-1].event_ms - about.from_ms) / max(about.to_ms - about.from_ms, 1) if rows else 0.0
            writer.write(table_of(rows))
            progress.report(min(max(done, 0.0), 1.0), _WRITING)
        return writer.rows


def _write_events(path: Path, events: Iterable[Event]) -> int:
    with TableWriter(path, _EVENT_SCHEMA) as writer:
        held: list[Event] = []
        for event in sorted(events, key=lambda event: (event.time_ms, event.seq)):
            held.append(event)
            if len(held) == _EVENTS_PER_BATCH:
                writer.write(_event_table(held))
                held = []
        writer.write(_event_table(held))
        return writer.rows


def _event_table(events: Sequence[Event]) -> pa.RecordBatch:
    columns = [pa.array([getattr(event, field.name) for event in events], field.type) for field in _EVENT_SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=_EVENT_SCHEMA)


def _check_events(schema: pa.Schema) -> None:
    if schema.remove_metadata() != _EVENT_SCHEMA:
        raise FileBroken(_DAMAGED.with_values(part=_EVENTS))


def _moment(item: Observation | Event) -> tuple[int, int]:
    return (item.event_ms, 0) if isinstance(item, Observation) else (item.time_ms, 1)
