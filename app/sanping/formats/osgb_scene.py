"""The objects of an OSGB file that a photogrammetric tile is made of; every other kind is named and refused."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from sanping.domain.errors import FileBroken
from sanping.domain.geo import Float64Array
from sanping.formats.osgb_geometry import OsgbMesh, Shapes
from sanping.formats.osgb_objects import Objects
from sanping.formats.osgb_state import Look, States
from sanping.formats.osgb_stream import CUT_SHORT, AnyArray, OsgbStream

MOST_DEPTH = 64
MOST_OBJECTS = 1_000_000


@dataclass(slots=True, kw_only=True)
class Part:
    """Meshes that stand together until `finer`, the name of another file, takes their place ("" for none)."""

    meshes: list[OsgbMesh] = field(default_factory=list)
    finer: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What holds for an object from those above it: the way to the tile's frame, the look, the part it belongs to."""

    matrix: Float64Array
    look: Look
    part: Part
    depth: int = 0


def parts_of(data: bytes) -> list[Part]:
    """Return the parts of a file; raises `FileBroken`, or `FormatUnknown` that names what we do not read."""
    return Scene(OsgbStream(data)).parts()


class Scene:
    """Reads objects one after another, as they lie in the file."""

    def __init__(self, stream: OsgbStream) -> None:
        self._stream, self._objects = stream, Objects(stream)
        self._states, self._shapes = States(self._objects), Shapes(self._objects)
        self._seen: set[int] = set()
        self._parts: list[Part] = []
        self._kinds: dict[str, Callable[[Above], None]] = {
            "osg::Group": self._group,
            "osg::Node": self._plain_node,
            "osg::Geode": self._group,
            "osg::LOD": self._lod,
            "osg::PagedLOD": self._paged,
            "osg::MatrixTransform": self._transform,
            "osg::Geometry": self._geometry,
        }

    def parts(self) -> list[Part]:
        """Read the file."""
        first = Part()
        self._parts.append(first)
        self.node(Above(matrix=np.eye(4), look=Look(), part=first))
        return [part for part in self._parts if part.meshes or part.finer]

    def node(self, above: Above) -> None:
        """Read one object of the tree, with all below it."""
        if above.depth > MOST_DEPTH:
            raise FileBroken(CUT_SHORT)
        name, number, end = self._objects.head()
        if name and number not in self._seen:
            read = self._kinds.get(name)
            if read is None:
                if end < 0:
                    raise self._stream.unsupported(name)
            else:
                self._seen.add(number)
                read(replace(above, depth=above.depth + 1))
        self._stream.skip_to(end)

    def _node_fields(self, above: Above) -> Above:
        """Pass what every node has; return what holds below it."""
        stream = self._stream
        self._objects.object_fields()
        if stream.flag():  # its bounds
            stream.open_bracket()
            stream.doubles(4)
        for _ in range(4):
            self._objects.optional()
        stream.take(1 + 4)
        if stream.version < 77 and stream.flag():
            raise stream.unsupported("Descriptions")
        return replace(above, look=self._states.look(above.look))

    def _plain_node(self, above: Above) -> None:
        self._node_fields(above)

    def _group(self, above: Above) -> None:
        self._children(self._node_fields(above))

    def _children(self, below: Above) -> None:
        if not self._stream.flag():
            return
        count = self._stream.count(4)
        self._stream.open_bracket()
        for _ in range(count):
            self.node(below)

    def _lod(self, above: Above) -> None:
        below = self._node_fields(above)
        self._children(below)  # all levels of a LOD without files: the file gives no way to tell, so all are shown
        self._ranges()

    def _ranges(self) -> None:
        stream = self._stream
        stream.whole()
        if stream.flag():
            stream.doubles(4)
        stream.whole()
        if stream.flag():
            count = stream.count(8)
            stream.open_bracket()
            stream.take(8 * count)

    def _paged(self, above: Above) -> None:
        stream = self._stream
        below = self._node_fields(above)
        self._ranges()
        if stream.flag() and stream.flag():
            stream.text()
        if stream.version < 70:
            stream.whole()
        stream.take(4 + 1)
        names: list[str] = []
        if stream.flag():
            count = stream.count(4)
            stream.open_bracket()
            names = [stream.text() for _ in range(count)]
            count = stream.count(8)
            stream.open_bracket()
            stream.take(8 * count)
        part = Part(finer=[name for name in names if name])
        self._parts.append(part)
        self._children(replace(below, part=part))

    def _transform(self, above: Above) -> None:
        stream = self._stream
        below = self._node_fields(above)
        start = None
        if stream.flag():  # children come before the matrix: their meshes are moved afterwards
            count = stream.count(4)
            stream.open_bracket()
            start = len(below.part.meshes)
            for _ in range(count):
                self.node(below)
        stream.whole()
        stream.open_bracket()
        matrix = np.array(stream.doubles(16)).reshape(4, 4).T
        if start is not None and np.isfinite(matrix).all():
            for mesh in below.part.meshes[start:]:
                mesh.points = mesh.points @ matrix[:3, :3].T + matrix[:3, 3]

    def _geometry(self, above: Above) -> None:
        stream = self._stream
        if stream.version >= 154:
            above = self._node_fields(above)
        else:
            self._objects.object_fields()
        look = self._states.look(above.look) if stream.version < 156 else above.look
        if stream.flag():
            stream.open_bracket()
            stream.doubles(6)
        self._objects.optional()
        self._objects.optional()
        stream.take(3)
        if stream.version < 156:
            for _ in range(4):
                self._objects.optional()
        if stream.version >= 142:
            stream.take(4)
        if stream.version >= 145:
            stream.take(1)
        triangles = self._shapes.primitives()
        arrays = [self._shapes.array() for _ in range(5)]
        coordinates = self._listed_arrays()
        self._listed_arrays()
        if stream.version < 112:
            stream.take(1)  # a hint for old graphics cards
        points = arrays[0]
        if points is None or points.shape[1] < 3 or not len(triangles):
            return
        if triangles.max() >= len(points):
            raise FileBroken(CUT_SHORT)
        uv = coordinates[0] if coordinates else None
        fits = uv is not None and len(uv) == len(points) and uv.shape[1] >= 2
        placed = points[:, :3].astype(np.float64)
        above.part.meshes.append(
            OsgbMesh(
                points=placed,
                triangles=triangles,
                uv=uv[:, :2].astype(np.float64) if fits and uv is not None else None,
                look=look,
            )
        )

    def _listed_arrays(self) -> list[AnyArray | None]:
        stream = self._stream
        if stream.version >= 112:
            return [self._shapes.array(is_listed=True) for _ in range(stream.count(4))]
        if not stream.flag():
            return []
        count = stream.count(4)
        stream.open_bracket()
        return [self._shapes.array(is_listed=True) for _ in range(count)]
