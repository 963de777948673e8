"""Reports from the street as the hub keeps them: checked, remembered for a week, and their photos."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.report import LONGEST_WORDS, Report, ReportCategory
from sanping.domain.text import Text

REPORT = "report"
FILE_REPORT = "report.file"
MOST_REPORTS = 500
LARGEST_PHOTO = 2 * 1024 * 1024
MOST_PHOTO_BYTES = 4 << 30
FUTURE_MS = 10 * 60_000
PHOTOS = "photos"
PHOTO_NAME = re.compile(r"[0-9a-f]{64}\.(jpg|png)")
_MAGIC = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))

_BAD = Text(
    "上报内容无法使用：{reason}；请改正后重新提交", "The report cannot be used: {reason}; correct it and send it again"
)
_EMPTY = Text("上报没有文字也没有照片；请至少填写一项", "The report has neither words nor a photo; give at least one")
_HALF_PLACE = Text(
    "位置须同时给出经度和纬度；请重新选取位置", "A place needs both longitude and latitude; pick the place again"
)
_FUTURE = Text(
    "上报时间晚于中枢时钟 10 分钟以上；请校准手机时间后重新提交",
    "The report's time is over ten minutes ahead of the hub; set the phone's clock and send it again",
)
_NO_PHOTO = Text("中枢没有这张照片；请重新上传照片", "The hub does not have this photo; upload it again")
_NOT_A_PHOTO = Text("照片须为 JPEG 或 PNG；请换一张照片", "A photo must be JPEG or PNG; choose another")
_TOO_LARGE = Text("照片须小于 2 MB；请缩小后重试", "A photo must be under 2 MB; make it smaller and try again")
_FULL = Text("照片存储已满；请联系管理员清理", "The store of photos is full; ask the administrator to make room")
_UNWRITTEN = Text("照片无法保存：{reason}；请稍后重试", "The photo cannot be kept: {reason}; try again later")
_NOT_ERASED = Text(
    "照片无法删除：{reason}；请检查磁盘后再提交一次",
    "A photo cannot be erased: {reason}; check the disk, then send it again",
)

MetresOf = Callable[[float, float], tuple[float | None, float | None]]


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `report.file`."""

    time_ms: Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
    category: ReportCategory
    words: Annotated[str, msgspec.Meta(max_length=LONGEST_WORDS)] = ""
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    photo: Annotated[str, msgspec.Meta(max_length=80)] = ""


class ReportDesk:
    """The newest reports by id, oldest first; `photos` is the folder of their photos, None keeps none.

    `metres_of` gives the place in the twin's CRS of a longitude and latitude.
    """

    def __init__(self, photos: Path | None = None, metres_of: MetresOf = lambda _lon, _lat: (None, None)) -> None:
        self.book: dict[str, Report] = {}
        self._metres_of = metres_of
        self.photos = None if photos is None else PhotoShelf(photos)

    def recall(self, known: Iterable[Report]) -> None:
        """Take up the reports of an earlier life of the hub."""
        for report in known:
            self.keep(report)

    def filed(self, op: str, arguments: Mapping[str, object], by: str, now_ms: int) -> Report:
        """Return the report that a command files; `keep` puts it into the book. Raises `InputError`."""
        try:
            asked = msgspec.convert(arguments, _Asked)
        except msgspec.ValidationError as error:
            raise InputError(_BAD.with_values(reason=str(error)[:200])) from error
        if not asked.words.strip() and not asked.photo:
            raise InputError(_EMPTY)
        if (asked.lon is None) != (asked.lat is None):
            raise InputError(_HALF_PLACE)
        if asked.time_ms > now_ms + FUTURE_MS:
            raise InputError(_FUTURE)
        if asked.photo and (self.photos is None or not self.photos.has(asked.photo)):
            raise InputError(_NO_PHOTO)
        if not asked.lon and not asked.lat:  # what a phone says that does not know where it is
            asked = msgspec.structs.replace(asked, lon=None, lat=None)
        x_m, y_m = (None, None) if asked.lon is None or asked.lat is None else self._metres_of(asked.lon, asked.lat)
        return Report(
            id=op,
            time_ms=asked.time_ms,
            received_ms=now_ms,
            category=asked.category,
            words=asked.words.strip(),
            lon=asked.lon,
            lat=asked.lat,
            photo=asked.photo,
            by=by,
            x_m=x_m,
            y_m=y_m,
        )

    def keep(self, report: Report) -> None:
        """Put a report into the book; the oldest goes when there are too many."""
        self.book[report.id] = report
        if len(self.book) > MOST_REPORTS:
            del self.book[next(iter(self.book))]


class PhotoShelf:
    """Photos in a folder, each named by what it holds, so that the same one twice is kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bytes = -1

    def add(self, body: bytes) -> str:
        """Keep a photo and return its name. Blocks. Raises `InputError` or `StoreFailed`."""
        if len(body) > LARGEST_PHOTO:
            raise InputError(_TOO_LARGE)
        ending = next((ending for magic, ending in _MAGIC if body.startswith(magic)), None)
        if ending is None:
            raise InputError(_NOT_A_PHOTO)
        name = f"{hashlib.sha256(body).hexdigest()}.{ending}"
        try:
            self._write(name, body)
        except OSError as error:
            raise StoreFailed(_UNWRITTEN.with_values(reason=error.strerror or str(error))) from error
        return name

    def has(self, name: str) -> bool:
        """Say whether a photo is kept; a name that is none is not looked for."""
        return PHOTO_NAME.fullmatch(name) is not None and (self._folder / name).is_file()

    def size_bytes(self, name: str) -> int:
        """Return how large a photo is that is kept."""
        return (self._folder / name).stat().st_size

    def read(self, name: str) -> bytes:
        """Return a photo. Blocks. Raises `InputError`."""
        if not self.has(name):
            raise InputError(_NO_PHOTO)
        return (self._folder / name).read_bytes()

    def erase(self, names: Iterable[str]) -> None:
        """Overwrite photos and take them away; one that is gone already is no matter. Blocks. Raises `StoreFailed`."""
        for name in names:
            if self.has(name):
                try:
                    self._erase(self._folder / name)
                except OSError as error:
                    raise StoreFailed(_NOT_ERASED.with_values(reason=error.strerror or str(error))) from error

    def _erase(self, path: Path) -> None:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._bytes -= size if self._bytes >= size else 0

    def _write(self, name: str, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._bytes < 0:
            self._bytes = sum(path.stat().st_size for path in self._folder.iterdir())
        if (self._folder / name).exists():
            return
        if self._bytes + len(body) > MOST_PHOTO_BYTES:
            raise StoreFailed(_FULL)
        draft = self._folder / f"{name}.draft"
        draft.write_bytes(body)
        draft.replace(self._folder / name)
        self._bytes += len(body)


def report_row(report: Report) -> tuple[int, str, bytes]:
    """Return a report as an event of the moment at which it came."""
    return (report.received_ms, REPORT, msgspec.json.encode(report))
