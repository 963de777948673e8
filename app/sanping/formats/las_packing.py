"""What a LAZ file says of its packing, checked before the decompressor believes it."""

import struct
from io import BufferedReader
from pathlib import Path

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text

_LEAST_HEAD = 227
_HEAD_WITH_LATE_RECORDS = 375
_RECORD_BYTES, _LATE_RECORD_BYTES = 54, 60
_MOST_CHUNK = 10_000_000
_MOST_PER_BYTE = 20
_LASZIP = b"laszip encoded"
_LAYERED = b"\x03\x00"
_LAYERS = {10: (30, 9), 11: (6, 1), 12: (8, 2), 13: (29, 1)}
"""Bytes and layers of the kinds of items that LASzip 1.4 packs apart: point, colours, colours with infrared, wave.
Others have one layer for each byte."""
_MOST_ITEMS = 16

_FORGED = Text(
    "点云声明的点数、分块或记录数（{what}）与文件大小不相称；已拒绝",
    "The cloud claims points, chunks or records ({what}) out of proportion to the file; it was refused",
)
_CUT_SHORT = Text("点云文件不完整；请重新导出或下载", "The cloud is cut short; export or download it again")


def check_count(path: Path, points: int, *, is_packed: bool) -> None:
    """Refuse a number of points that a file of this length cannot hold; raises `FileHostile`."""
    if points > path.stat().st_size * (_MOST_PER_BYTE if is_packed else 1):
        raise FileHostile(_FORGED.with_values(what=points))


def check_records(path: Path) -> None:
    """Refuse more records, before the points or behind them, than the file has room for; raises `FileHostile`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_WITH_LATE_RECORDS)
    if len(head) < _LEAST_HEAD:
        raise FileBroken(_CUT_SHORT)
    claims = [(*struct.unpack_from("<HxxxxI", head, 94), _RECORD_BYTES)]
    if head[25] >= 4 and len(head) == _HEAD_WITH_LATE_RECORDS:
        claims.append((*struct.unpack_from("<QI", head, 235), _LATE_RECORD_BYTES))
    for start, count, each in claims:
        if count and start + count * each > size:
            raise FileHostile(_FORGED.with_values(what=count))


def check_packing(path: Path) -> None:
    """Refuse a LAZ file whose chunks could not be in it; says nothing of plain LAS.

    Raises `FileBroken` for a file that is cut short, `FileHostile` for forged sizes.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_LEAST_HEAD)
        if len(head) < _LEAST_HEAD:
            raise FileBroken(_CUT_SHORT)
        head_size, first_point, records = struct.unpack_from("<HII", head, 94)
        if first_point > size or head_size > first_point:
            raise FileBroken(_CUT_SHORT)
        if not head[104] & 0x80:
            return
        file.seek(head_size)
        packer = _packer(file.read(first_point - head_size), records)
        if not packer:
            raise FileBroken(_CUT_SHORT)
        file.seek(first_point)
        place = _number(file.read(8))
        if place == -1:
            file.seek(size - 8)
            place = _number(file.read(8))
        if not first_point <= place <= size - 8:
            raise FileBroken(_CUT_SHORT)
        file.seek(place)
        _, chunks = struct.unpack("<II", file.read(8))
        if chunks > size - first_point:
            raise FileHostile(_FORGED.with_values(what=chunks))
        if packer[:2] == _LAYERED:
            _check_layers(file, _items(packer), first_point + 8, place)


def _packer(records: bytes, count: int) -> bytes:
    """Return the packer's own record, empty when there is none of use; refuse the points a chunk that it claims."""
    place = 0
    for _ in range(min(count, 10_000)):
        if place + _RECORD_BYTES > len(records):
            break
        length = struct.unpack_from("<H", records, place + 20)[0]
        found = records[place + _RECORD_BYTES : place + _RECORD_BYTES + length]
        if records[place + 2 : place + 18].startswith(_LASZIP) and len(found) >= 16:
            points = struct.unpack_from("<I", found, 12)[0]
            if points > _MOST_CHUNK and points != 0xFFFFFFFF:
                raise FileHostile(_FORGED.with_values(what=points))
            return found
        place += _RECORD_BYTES + length
    return b""


def _items(packer: bytes) -> list[tuple[int, int]]:
    """Return kind and size in bytes of what each point consists of."""
    count = struct.unpack_from("<H", packer, 32)[0] if len(packer) >= 34 else 0
    if not 1 <= count <= _MOST_ITEMS or len(packer) < 34 + 6 * count:
        raise FileBroken(_CUT_SHORT)
    items = [struct.unpack_from("<HH", packer, 34 + 6 * number) for number in range(count)]
    if any(size != _LAYERS.get(kind, (size,))[0] for kind, size in items):
        raise FileBroken(_CUT_SHORT)
    return items


def _check_layers(file: BufferedReader, items: list[tuple[int, int]], start: int, end: int) -> None:
    """Refuse chunks of points of the formats 6 to 10 that do not end where the table begins."""
    point_bytes = sum(size for _, size in items)
    layers = sum(_LAYERS.get(kind, (size, size))[1] for kind, size in items)
    head = point_bytes + 4 + 4 * layers
    while start + head <= end:
        file.seek(start + point_bytes + 4)
        sizes = struct.unpack(f"<{layers}I", file.read(4 * layers))
        start += head + sum(sizes)
        if start > end:
            raise FileHostile(_FORGED.with_values(what=max(sizes)))
    if start != end:  # a decoder would take for sizes of layers what lies behind
        raise FileBroken(_CUT_SHORT)


def _number(data: bytes) -> int:
    return struct.unpack("<q", data)[0] if len(data) == 8 else -1
