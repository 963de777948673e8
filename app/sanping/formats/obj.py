"""Wavefront OBJ models: each object (o) or group (g) becomes one city object, placed on the map."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanping.domain.city import CityModel, Origin, SurfaceKind
from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text
from sanping.domain.texture import Texturing
from sanping.formats.columns import Polygons, Rows, SkipLog, model_of_polygons
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.obj_materials import MappedFaces, pictures_of, texturing_of
from sanping.formats.placement import placed, with_model_table
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_MOST_POINTS = 50_000_000
_LONGEST_LINE = 1 << 20
_REPORT_EVERY = 1 << 16
_START = re.compile(rb"(?:^|\n)\s*v\s+[-+.0-9eE]+\s+[-+.0-9eE]+\s+[-+.0-9eE]+")
_FACE_OR_NAME = re.compile(rb"(?:^|\n)\s*(?:f\s+-?[0-9]|o\s|g\s|mtllib\s|usemtl\s|vn\s|vt\s)")

_READING = Text("正在读取 OBJ 模型", "Reading the OBJ model")
BROKEN_LINE = Text("无法解析的行", "line that cannot be parsed")
OUT_OF_RANGE = Text("面引用了不存在的点", "face that refers to points that do not exist")
NO_FACE = Text("图元是点或线，不是面", "element of points or lines, not a face")
_TOO_LARGE = Text("OBJ 超过 {limit} 个点或角；请分块", "The OBJ has more than {limit} points or corners; split it")
_NO_POINTS = Text("OBJ 里没有顶点；请检查导出", "The OBJ has no vertices; check how it was exported")


class ObjReader:
    """Reads OBJ."""

    name = "OBJ"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file has OBJ vertices, and faces, names or the suffix to go with them."""
        return _START.search(head) is not None and (
            path.suffix.lower() == ".obj" or _FACE_OR_NAME.search(head) is not None
        )

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read all faces; broken lines are left out and counted.

        Settings (also from `model.toml` beside the file): `position`, `heading`, `scale`, `up_axis` ("y", but "z" for
        absolute coordinates without a `position`), `local_grid`. Pictures (map_Kd) come from libraries beside the file.
        """
        progress.report(0.0, _READING)
        skips = SkipLog(str(path))
        with foreign_errors_as_ours(path):
            options = with_model_table(path, options)
            scan = _Scan(skips)
            size = max(path.stat().st_size, 1)
            done = 0
            with path.open("rb") as file:
                for number, line in enumerate(_joined_lines(file), start=1):
                    scan.line(number, line)
                    done += len(line)
                    if number % _REPORT_EVERY == 0:
                        progress.report(0.8 * min(1.0, done / size), _READING)
            return scan.model(path, options)


def _joined_lines(file: Iterator[bytes]) -> Iterator[bytes]:
    """Give lines, those ending in a backslash joined with the next; an empty line keeps the count right."""
    waiting = b""
    for line in file:
        if line.rstrip(b"\r\n").endswith(b"\\"):
            waiting += line.rstrip(b"\r\n")[:-1] + b" "
            if len(waiting) > _LONGEST_LINE:
                raise FileHostile(_TOO_LARGE.with_values(limit=_LONGEST_LINE))
            yield b""
            continue
        yield waiting + line
        waiting = b""
    if waiting:
        yield waiting


class _Scan:
    """Gathers points and faces, line after line."""

    def __init__(self, skips: SkipLog) -> None:
        self._skips = skips
        self._points: list[tuple[float, float, float]] = []
        self._faces: list[list[int]] = []
        self._face_rows: list[int] = []
        self._rows: dict[str, int] = {}
        self._materials: list[str] = []
        self._places: list[tuple[float, float]] = []
        self._face_places: list[list[int]] = []
        self._face_materials: list[str] = []
        self._libraries: dict[str, None] = {}
        self._material = ""
        self._name = "model"
        self._has_objects = False
        self._corners = 0

    def line(self, number: int, line: bytes) -> None:
        """Take one line in."""
        words = line.split()
        if not words:
            return
        key = words[0]
        try:
            if key == b"v":
                self._points.append((float(words[1]), float(words[2]), float(words[3])))
            elif key == b"vt":
                self._places.append((float(words[1]), float(words[2]) if len(words) > 2 else 0.0))
            elif key == b"mtllib":
                self._libraries[_text(line.strip().split(None, 1)[1])] = None
            elif key == b"f":
                self._face(number, words[1:])
            elif key in (b"o", b"g"):
                self._named(key, b" ".join(words[1:]))
            elif key == b"usemtl":
                self._material = _text(b" ".join(words[1:]))
            elif key in (b"l", b"p"):
                self._skips.add(NO_FACE, f"line {number}")
        except (ValueError, IndexError):
            if key == b"v":  # later faces count vertices, so a broken one keeps its place
                self._points.append((np.nan, np.nan, np.nan))
            elif key == b"vt":
                self._places.append((np.nan, np.nan))
            self._skips.add(BROKEN_LINE, f"line {number}")
        if len(self._points) > _MOST_POINTS or self._corners > 2 * _MOST_POINTS:
            raise FileHostile(_TOO_LARGE.with_values(limit=_MOST_POINTS), place=f"line {number}")

    def _named(self, key: bytes, name: bytes) -> None:
        """Start another object; groups count only in files without objects."""
        if key == b"o":
            self._has_objects = True
        elif self._has_objects:
            return
        self._name = _text(name) or "model"

    def _face(self, number: int, words: list[bytes]) -> None:
        count = len(self._points)
        corners = [int(word.split(b"/", 1)[0]) for word in words]
        corners = [corner - 1 if corner > 0 else count + corner for corner in corners]
        if len(corners) < 3:
            raise ValueError(number)
        if min(corners) < 0 or max(corners) >= count or any(word[:1] == b"0" for word in words):
            self._skips.add(OUT_OF_RANGE, f"line {number}")
            return
        self._corners += len(corners)
        if self._name not in self._rows:
            self._rows[self._name] = len(self._rows)
            self._materials.append(self._material)
        self._faces.append(corners)
        self._face_places.append([_place(word, len(self._places)) for word in words])
        self._face_materials.append(self._material)
        self._face_rows.append(self._rows[self._name])

    def _texturing(self, path: Path, sizes: npt.NDArray[np.int64]) -> Texturing | None:
        """Return the pictures on all corners, None without any."""
        mapped = pictures_of(path, self._libraries, self._skips) if self._places else {}
        if not mapped:
            return None
        numbers = np.fromiter(chain.from_iterable(self._face_places), np.int64, count=int(sizes.sum()))
        places = np.array([*self._places, (np.nan, np.nan)], np.float64) * (1.0, -1.0) + (0.0, 1.0)
        faces = MappedFaces(sizes=sizes, material=self._face_materials, uv=places[numbers])
        return texturing_of(path, faces, mapped, self._skips)

    def model(self, path: Path, options: ReadOptions) -> CityModel:
        """Place everything and build the model; raises `FileBroken` when no face is left."""
        if not self._points:
            raise FileBroken(_NO_POINTS)
        if not self._faces:
            raise self._skips.refusal()
        is_absolute = "position" not in dict(options.settings) and bool(options.crs)
        raw = np.array(self._points, dtype=np.float64)
        points, framed = placed(raw, options, up_axis="z" if is_absolute else "y")
        sizes = np.fromiter(map(len, self._faces), np.int64, count=len(self._faces))
        ring_points = np.fromiter(chain.from_iterable(self._faces), np.int64, count=int(sizes.sum()))
        texturing = self._texturing(path, sizes)
        if texturing is not None:  # a corner has a place in the picture of its own
            points, ring_points = points[ring_points], np.arange(len(ring_points))
        polygons = Polygons(
            points=points,
            ring_points=ring_points,
            ring_start=np.concatenate(([0], np.cumsum(sizes))),
            polygon_first_ring=np.arange(len(sizes) + 1),
            polygon_row=np.array(self._face_rows, dtype=np.int64),
            polygon_surface=np.full(len(sizes), SurfaceKind.UNKNOWN, dtype=np.uint8),
            texturing=texturing,
        )
        rows = Rows(
            ids=list(self._rows),
            classes=["Bridge" if options.role == "bridges" else "Building"] * len(self._rows),
            parent=np.full(len(self._rows), -1, dtype=np.int32),
            attributes=[{"material": material} if material else {} for material in self._materials],
        )
        origin = Origin(format="OBJ", source_crs=framed.source_crs, notes=framed.notes)
        return model_of_polygons(rows, polygons, frame=framed.frame, origin=origin, skips=self._skips)


def _place(word: bytes, count: int) -> int:
    """Return the number of a corner's place in the picture, −1 (the last, which is none) without a sound one."""
    parts = word.split(b"/")
    number = int(parts[1]) if len(parts) > 1 and parts[1] else 0
    number = number - 1 if number > 0 else count + number
    return number if 0 <= number < count else -1


def _text(data: bytes) -> str:
    """Return a name in UTF-8 or GB 18030."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)[:200]
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")[:200]
