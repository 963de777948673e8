"""A phone's map in one MBTiles 1.3 file: made once for a state of the twin, read square by square."""

import contextlib
import gzip
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import apsw

from sanping.domain.errors import FileBroken
from sanping.domain.text import Text

_BROKEN = Text(
    "手机地图文件已损坏：{reason}；删除它后会重新生成",
    "The phone's map is damaged: {reason}; delete it to have it made anew",
)
Square = tuple[int, int, int, bytes]


def write_map(path: Path, squares: Iterable[Square], about: Mapping[str, object]) -> int:
    """Write zoom, column, row (from the north) and bytes of all squares; return how many. All of it or nothing."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        count = _filled(part, squares, about)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _filled(path: Path, squares: Iterable[Square], about: Mapping[str, object]) -> int:
    with contextlib.closing(apsw.Connection(str(path))) as file:
        file.execute("pragma journal_mode = off")
        file.execute("create table metadata (name text, value text)")
        file.execute(
            "create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob, "
            "primary key (zoom_level, tile_column, tile_row)) without rowid"
        )
        count = 0
        with file:
            for zoom, column, row, body in squares:
                packed = gzip.compress(body, 6, mtime=0)
                file.execute("insert into tiles values (?, ?, ?, ?)", (zoom, column, (1 << zoom) - 1 - row, packed))
                count += 1
            for name, value in about.items():
                words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                file.execute("insert into metadata values (?, ?)", (name, words))
    with path.open("rb+") as written:
        os.fsync(written.fileno())
    return count


class MapFile:
    """A map that was written before; may be used from one thread at a time. Raises `FileBroken`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            self.about = {str(name): str(value) for name, value in self._file.execute("select * from metadata")}
        except apsw.Error as error:
            raise FileBroken(_BROKEN.with_values(reason=str(error)), path=str(path)) from error

    def square(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return one square packed with gzip, `row` from the north; None where nothing is."""
        place = (zoom, column, (1 << zoom) - 1 - row)
        try:
            found = self._file.execute(
                "select tile_data from tiles where zoom_level = ? and tile_column = ? and tile_row = ?", place
            ).fetchone()
        except apsw.Error as error:
            raise FileBroken(_BROKEN.with_values(reason=str(error)), path=str(self._path)) from error
        return None if found is None else bytes(found[0])

    def close(self) -> None:
        """Close the file."""
        self._file.close()
