"""What is collected while a CityGML file streams by: rings, polygons, who claims them, objects, links."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sanping.domain.city import SurfaceKind
from sanping.domain.geo import Float64Array
from sanping.formats.citygml_appearance import Looks
from sanping.formats.citygml_numbers import IntArray, numbers_of

ThinSurface = tuple[int, int, int, int, bytes | None]
"""A boundary surface seen before parsing: first polygon, number of polygons, level, kind, id of its MultiSurface."""


class Group(NamedTuple):
    """The claims, links and runs of links that lie within one piece of geometry, each from … to."""

    claims: tuple[int, int]
    links: tuple[int, int]
    runs: tuple[int, int]


class Context(NamedTuple):
    """To what a piece of geometry belongs.

    `row` is the city object, or −2 − t for template t. `level` is the level of detail, −1 when not said.
    `srs` numbers the name in `Harvest.srs_names`, 0 being the file's. `dimension` is 2, 3, or 0 when not said.
    """

    row: int
    level: int = -1
    kind: int = SurfaceKind.UNKNOWN
    is_flipped: bool = False
    srs: int = 0
    dimension: int = 0


class Instance(NamedTuple):
    """A template placed somewhere: `template` is its number, or `link` its id when it is defined elsewhere."""

    context: Context
    template: int
    link: str
    matrix: str
    reference_point: str


@dataclass(slots=True)
class Harvest:
    """Everything read so far.

    Polygon p has `ring_counts[p]` rings, the outer first; rings follow one another in order of polygons.
    A claim is (first polygon, number of polygons, *context); polygons without a claim may still be linked to.
    `groups` gives the claims and links that lie within a piece of geometry with an id.
    The `thin_…` pieces wait, by the number on their marker, for the parser to meet it; each is handed out once, so
    that a marker which the file itself made up brings nothing.
    """

    ring_counts: list[int] = field(default_factory=list)
    polygon_ids: list[bytes | None] = field(default_factory=list)
    ring_ids: list[bytes | None] = field(default_factory=list)
    claims: list[tuple[int, ...]] = field(default_factory=list)
    links: list[tuple[str, Context]] = field(default_factory=list)
    link_runs: list[tuple[bytes, Context]] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    templates: dict[str, int] = field(default_factory=dict)
    template_count: int = 0
    instances: list[Instance] = field(default_factory=list)
    external_templates: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    attributes: list[dict[str, object]] = field(default_factory=list)
    attribute_runs: list[list[bytes]] = field(default_factory=list)
    undrawn_rows: set[int] = field(default_factory=set)
    srs_names: list[str] = field(default_factory=lambda: [""])
    file_srs: str = ""
    file_dimension: int = 0
    has_codes: bool = False
    has_looks: bool = False
    looks: Looks | None = None
    thin_polygons: dict[int, int] = field(default_factory=dict)
    thin_surfaces: dict[int, list[ThinSurface]] = field(default_factory=dict)
    thin_links: dict[int, bytes] = field(default_factory=dict)
    thin_attributes: dict[int, bytes] = field(default_factory=dict)
    marker_count: int = 0
    _texts: list[bytes] = field(default_factory=list)
    _values: list[Float64Array] = field(default_factory=list)
    _sizes: list[IntArray] = field(default_factory=list)

    def new_marker(self) -> int:
        """Return a number that no marker bears yet."""
        self.marker_count += 1
        return self.marker_count

    def add_object(self, identity: str, class_name: str, parent: int) -> int:
        """Add a city object and return its row."""
        row = len(self.ids)
        self.ids.append(identity or f"{class_name}-{row + 1}")
        self.classes.append(class_name)
        self.parents.append(parent)
        self.attributes.append({})
        self.attribute_runs.append([])
        return row

    def add_polygons(
        self, texts: list[bytes], identities: list[bytes | None], ring_identities: list[bytes | None]
    ) -> int:
        """Add polygons of one ring each and return the number of the first."""
        first = len(self.ring_counts)
        self.ring_counts += [1] * len(texts)
        self.polygon_ids += identities
        self.ring_ids += ring_identities
        self._texts += texts
        return first

    def add_polygon(self, rings: list[bytes], identity: str, ring_identity: str) -> int:
        """Add one polygon with holes and return its number."""
        self.ring_counts.append(len(rings))
        self.polygon_ids.append(identity.encode())
        self.ring_ids.append(ring_identity.encode())
        self._texts += rings
        return len(self.ring_counts) - 1

    def srs_number(self, name: str) -> int:
        """Return the number of a CRS name as written in the file."""
        if name not in self.srs_names:
            self.srs_names.append(name)
        return self.srs_names.index(name)

    def digest(self) -> None:
        """Turn the coordinate texts gathered so far into numbers, to free the text."""
        if self._texts:
            values, sizes = numbers_of(self._texts)
            self._values.append(values)
            self._sizes.append(sizes)
            self._texts = []

    def numbers(self) -> tuple[list[Float64Array], list[IntArray]]:
        """Return all coordinates in ring order and how many numbers each ring has, in batches."""
        self.digest()
        return self._values, self._sizes
