"""The tree of a tileset as arrays: where each tile is, how coarse it is, what hangs below it; pure.

A tree grows: a tileset inside a tileset, or a subtree of implicit tiling, is grafted when it has been read.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sanping.domain.city import Skipped
from sanping.domain.geo import Float64Array
from sanping.ports.tile_source import TileSource

IndexArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ROOT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """Bounding volumes of n tiles in world metres: boxes with round corners, which a box, region and sphere all are.

    `centre` (n, 3); `units` (n, 3, 3) holds three unit vectors at right angles as rows; `half_m` (n, 3) how far the
    box reaches along them; `radius_m` (n,) how far it is rounded beyond: all there is of a sphere, 0 for a box.
    """

    centre: Float64Array
    units: Float64Array
    half_m: Float64Array
    radius_m: Float64Array

    def __len__(self) -> int:
        """Return the number of volumes."""
        return len(self.centre)

    def at(self, chosen: IndexArray) -> "Volumes":
        """Return some of the volumes."""
        return Volumes(
            centre=self.centre[chosen],
            units=self.units[chosen],
            half_m=self.half_m[chosen],
            radius_m=self.radius_m[chosen],
        )

    def distances(self, eye: Float64Array) -> Float64Array:
        """Return how far (n,) a point (3,) is from each volume in metres, 0 inside."""
        local = np.abs(np.einsum("nij,nj->ni", self.units, eye - self.centre)) - self.half_m
        gap: Float64Array = np.linalg.norm(np.maximum(local, 0.0), axis=1) - self.radius_m
        return np.maximum(gap, 0.0)

    def are_seen(self, planes: Float64Array) -> BoolArray:
        """Say which volumes (n,) reach the seen side of every plane (k, 4), a x + b y + c z + d ≥ 0."""
        normals = planes[:, :3]
        along = np.einsum("nij,kj->nki", self.units * self.half_m[:, :, None], normals)
        reach = np.abs(along).sum(axis=2) + self.radius_m[:, None]
        seen: BoolArray = (self.centre @ normals.T + planes[:, 3] >= -reach).all(axis=1)
        return seen

    @property
    def corners(self) -> tuple[Float64Array, Float64Array]:
        """Lowest and highest corner (n, 3) of each volume along the axes of the world."""
        reach = (np.abs(self.units) * self.half_m[:, :, None]).sum(axis=1) + self.radius_m[:, None]
        return self.centre - reach, self.centre + reach


def volumes(centre: Float64Array, axes: Float64Array, radius_m: Float64Array) -> Volumes:
    """Return volumes from centres (n, 3), three half axes each as rows (n, 3, 3), and radii (n,).

    Half axes that are not quite at right angles, as after a change of coordinates, get the box around them.
    """
    rows = np.ascontiguousarray(np.swapaxes(axes, 1, 2))
    units = np.swapaxes(np.linalg.qr(rows)[0], 1, 2) if len(rows) else np.zeros((0, 3, 3))
    half = np.abs(np.einsum("nij,nkj->nik", units, axes)).sum(axis=2)
    return Volumes(centre=centre, units=units, half_m=half, radius_m=radius_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileTree:
    """n tiles, ROOT first; the children of a tile are a run of neighbours.

    `error_m` (n,) is the geometric error; `is_replaced` (n,) says that the children of a tile stand for it, else they
    are added to it. `has_content` (n,) says that there is something to draw. `is_closed` (n,) marks tiles of which a
    file has still to be read to know what they hold; `is_passage` (n,) those that are nothing but a way to the tileset
    below them. `parent` (n,) is −1 for the root; children are `first_child[i] … first_child[i] + children[i]`.
    Some tiles are shown to an eye within one of `requests` only: `request` (n,) is its row, −1 for those shown to all.
    """

    volumes: Volumes
    error_m: Float64Array
    is_replaced: BoolArray
    has_content: BoolArray
    is_closed: BoolArray
    is_passage: BoolArray
    parent: IndexArray
    first_child: IndexArray
    children: IndexArray
    request: IndexArray | None = None
    requests: Volumes | None = None

    def are_shown_to(self, eye: Float64Array, tiles: IndexArray) -> BoolArray:
        """Say which tiles may be shown to an eye (3,): all but those that ask it to come into a volume first."""
        shown = np.ones(len(tiles), np.bool_)
        if self.request is not None and self.requests is not None:
            rows = self.request[tiles]
            asks = np.flatnonzero(rows >= 0)
            shown[asks] = self.requests.at(rows[asks]).distances(eye) <= 0.0
        return shown

    def __len__(self) -> int:
        """Return the number of tiles that are known."""
        return len(self.error_m)

    def below(self, tiles: IndexArray) -> IndexArray:
        """Return the children of some tiles, in their order."""
        counts = self.children[tiles]
        ends = np.cumsum(counts)
        if not len(ends) or not ends[-1]:
            return np.zeros(0, np.int64)
        return np.repeat(self.first_child[tiles] - (ends - counts), counts) + np.arange(int(ends[-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Tiles that were read from one file: their tree, what becomes each of them, and what was left out."""

    tree: TileTree
    sources: tuple[TileSource, ...]
    skipped: tuple[Skipped, ...] = ()
    version: str = ""


def grafted(tree: TileTree, tile: int, branch: TileTree) -> TileTree:
    """Return the tree with what a closed tile turned out to hold; the tiles of a branch are numbered after all others.

    The root of a branch below a passage becomes its one child. Otherwise it is the tile itself, seen for the first
    time: what it holds goes to the tile, and its children follow.
    """
    first, is_passage = len(tree), bool(tree.is_passage[tile])
    shift = first if is_passage else first - 1
    chosen = slice(0 if is_passage else 1, None)
    is_below_root = branch.parent[chosen] == ROOT
    parent = np.where(is_below_root & (not is_passage), tile, branch.parent[chosen] + shift)
    parent = np.where(branch.parent[chosen] < 0, tile, parent)
    own = replace(tree, has_content=tree.has_content.copy(), is_closed=tree.is_closed.copy(),
                  first_child=tree.first_child.copy(), children=tree.children.copy())  # fmt: skip
    own.is_closed[tile] = False
    own.first_child[tile] = first
    own.children[tile] = 1 if is_passage else branch.children[ROOT]
    own.has_content[tile] = own.has_content[tile] if is_passage else branch.has_content[ROOT]
    request, requests = _joined_requests(own, branch, chosen)
    return TileTree(
        request=request,
        requests=requests,
        volumes=_joined(own.volumes, branch.volumes, chosen),
        error_m=np.concatenate([own.error_m, branch.error_m[chosen]]),
        is_replaced=np.concatenate([own.is_replaced, branch.is_replaced[chosen]]),
        has_content=np.concatenate([own.has_content, branch.has_content[chosen]]),
        is_closed=np.concatenate([own.is_closed, branch.is_closed[chosen]]),
        is_passage=np.concatenate([own.is_passage, branch.is_passage[chosen]]),
        parent=np.concatenate([own.parent, parent]),
        first_child=np.concatenate([own.first_child, branch.first_child[chosen] + shift]),
        children=np.concatenate([own.children, branch.children[chosen]]),
    )


def _joined(first: Volumes, second: Volumes, chosen: slice) -> Volumes:
    return Volumes(
        centre=np.concatenate([first.centre, second.centre[chosen]]),
        units=np.concatenate([first.units, second.units[chosen]]),
        half_m=np.concatenate([first.half_m, second.half_m[chosen]]),
        radius_m=np.concatenate([first.radius_m, second.radius_m[chosen]]),
    )


def _joined_requests(own: TileTree, branch: TileTree, chosen: slice) -> tuple[IndexArray | None, Volumes | None]:
    if branch.request is None or branch.requests is None:
        if own.request is None:
            return None, None
        more = np.full(len(branch), -1, np.int64)[chosen]
        return np.concatenate([own.request, more]), own.requests
    before = np.full(len(own), -1, np.int64) if own.request is None else own.request
    if own.requests is None:
        return np.concatenate([before, branch.request[chosen]]), branch.requests
    rows = branch.request[chosen]
    rows = np.where(rows >= 0, rows + len(own.requests), rows)
    return np.concatenate([before, rows]), _joined(own.requests, branch.requests, slice(None))
