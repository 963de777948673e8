"""Gathers city objects piece by piece: rows with unique ids, and triangles that belong to them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sanping.domain.city import Attributes, CityModel, Origin, SurfaceKind
from sanping.domain.errors import FileHostile
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.text import Text
from sanping.formats.columns import Rows, SkipLog, Triangles, model_of_triangles
from sanping.formats.pictures import PictureShelf

MOST_TRIANGLES = 50_000_000
PATCH = "SurfacePatch"
"""The class of a piece of an object that has a colour of its own."""
_LONGEST_ID = 200

_TOO_MANY = Text(
    "模型展开后三角形超过 {limit} 个；请分块", "The model unfolds to more than {limit} triangles; split it"
)


class Gathering:
    """Rows and triangles of one model; what cannot be drawn is counted in `skips`."""

    def __init__(self, skips: SkipLog) -> None:
        self.skips = skips
        self._ids: list[str] = []
        self._taken: dict[str, int] = {}
        self._classes: list[str] = []
        self._parents: list[int] = []
        self._attributes: list[Attributes] = []
        self._parts: list[Triangles] = []
        self._notes: dict[Text, None] = {}
        self.pictures = PictureShelf(skips)
        self._points = self._triangles = 0

    def __len__(self) -> int:
        """Return the number of rows so far."""
        return len(self._ids)

    @property
    def triangle_count(self) -> int:
        """How many triangles there are so far."""
        return self._triangles

    @property
    def points(self) -> Float64Array:
        """All points (p, 3) as they were added; raises `FileBroken` when there is no triangle."""
        if not self._triangles:
            raise self.skips.refusal()
        return np.concatenate([part.points for part in self._parts])

    def row(self, name: str, class_word: str, attributes: Attributes, parent: int = -1) -> int:
        """Add a city object and return its row; a name that is taken gets a number."""
        wished = name[:_LONGEST_ID]
        unique, number = wished, self._taken.get(wished, 0) + 1
        while number > 1 and unique in self._taken:
            unique, number = f"{wished}-{number}", number + 1
        self._taken[wished] = max(number - 1, 1)
        self._taken.setdefault(unique, 1)
        self._ids.append(unique)
        self._classes.append(class_word)
        self._parents.append(parent)
        self._attributes.append(attributes)
        return len(self._ids) - 1

    def note(self, note: Text) -> None:
        """Remember something a person should know, once."""
        self._notes[note] = None

    @property
    def notes(self) -> tuple[Text, ...]:
        """What was noted, in order."""
        return tuple(self._notes)

    def attributes_of(self, row: int) -> Mapping[str, object]:
        """Return what is known of a row."""
        return self._attributes[row]

    def know(self, row: int, **more: object) -> None:
        """Learn more of a row."""
        self._attributes[row] = {**self._attributes[row], **more}

    def add(
        self,
        row: int | npt.NDArray[np.integer],
        points: Float64Array,
        triangles: npt.NDArray[np.integer],
        surface: SurfaceKind = SurfaceKind.UNKNOWN,
        skin: tuple[int, Float64Array] | None = None,
    ) -> None:
        """Add triangles (t, 3) into points (p, 3); they belong to one row, or to one each (t,).

        `skin` is the number of a picture on the shelf, and the places (p, 2) of the points on it.
        Raises `FileHostile` when there are too many.
        """
        self._triangles += len(triangles)
        if self._triangles > MOST_TRIANGLES:
            raise FileHostile(_TOO_MANY.with_values(limit=MOST_TRIANGLES))
        self._parts.append(
            Triangles(
                points=points,
                triangles=triangles + self._points,
                triangle_row=np.broadcast_to(np.asarray(row, dtype=np.int32), (len(triangles),)),
                triangle_surface=np.full(len(triangles), surface, dtype=np.uint8),
                texturing=self.pictures.texturing(skin, len(points)),
            )
        )
        self._points += len(points)

    def model(self, points: Float64Array, *, frame: GeoFrame, origin: Origin) -> CityModel:
        """Build the model from all that was added, its points at `points` in `frame`; raises `FileBroken` if empty."""
        mesh = Triangles(
            points=points,
            triangles=np.concatenate([part.triangles for part in self._parts]),
            triangle_row=np.concatenate([part.triangle_row for part in self._parts]),
            triangle_surface=np.concatenate([part.triangle_surface for part in self._parts]),
            texturing=self.pictures.joined([(part.texturing, len(part.points)) for part in self._parts]),
        )
        rows = Rows(
            ids=self._ids,
            classes=self._classes,
            parent=np.array(self._parents, dtype=np.int32),
            attributes=self._attributes,
        )
        return model_of_triangles(rows, mesh, frame=frame, origin=origin, skips=self.skips)
