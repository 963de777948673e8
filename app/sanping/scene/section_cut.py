"""What the shaders and the pointer know of a section: a plane, a box, ghosts; declared once for the whole scene."""

from collections.abc import Callable

import numpy as np

from sanping.analysis.cutting import GHOST_OPACITY, Cutting
from sanping.analysis.picking import Hit
from sanping.domain.geo import Float32Array, Float64Array
from sanping.domain.view import Point
from sanping.scene.uniforms import SceneUniforms

FAR_M = 1.0e9
_BEHIND_M, _OVER_GROUND_M, _IN_FACE_M = 0.02, 0.5, 0.3
_MOST_CUT_HITS = 64
Along = Callable[[Point, Point], Hit | None]


class SectionCut:
    """The cutting of one scene; `version` grows with every change. `centre` is the scene's origin in world metres."""

    def __init__(self, uniforms: SceneUniforms, centre: Point) -> None:
        self._uniforms, self._centre = uniforms, np.array(centre)
        self._followers: list[Callable[[], None]] = []
        self.cutting = Cutting()
        self.version = self._settled = self._laid = 0
        self._send()

    @property
    def grade(self) -> int:
        """0 for nothing, 1 where buildings are cut, 2 where the ground is too."""
        return 0 if not self.cutting.does_anything else 2 if self.cutting.cuts_ground else 1

    def follow(self, follower: Callable[[], None]) -> None:
        """Call this after every change."""
        self._followers.append(follower)

    def show(self, cutting: Cutting) -> None:
        """Cut like this from now on."""
        if cutting != self.cutting:
            before, self.cutting = self.grade, cutting
            self.version += 1
            self._send()
            if self.grade != before:
                for follower in self._followers:
                    follower()

    def settle(self) -> None:
        """The cutting rests: shadows and lights of the ground follow it with the next frame."""
        self._settled = self.version

    @property
    def must_be_laid(self) -> bool:
        """The field of heights still is that of another cutting."""
        return self._settled != self._laid

    def lowered(self, heights: Float32Array, ground: Float32Array, place: tuple[float, float, float]) -> Float32Array:
        """Return heights (r, c) of what is left of a field over even ground; `place` is its west, south and cell.

        Rows run from south to north; everything in scene metres.
        """
        self._laid = self._settled
        if self.cutting.plane is None and self.cutting.box is None:
            return heights
        west, south, cell = place
        rows, columns = heights.shape
        x, y = np.meshgrid(west + (np.arange(columns) + 0.5) * cell, south + (np.arange(rows) + 0.5) * cell)
        at = np.column_stack([x.ravel(), y.ravel(), ground.ravel() + _OVER_GROUND_M]) + self._centre
        kept = np.where(self.cutting.cuts_away(at).reshape(heights.shape), ground, heights)
        return np.minimum(kept, np.maximum(ground, self._highest_m())).astype(np.float32)

    def _highest_m(self) -> float:
        """Return the height above which everything is cut away, scene metres."""
        plane, box = self.cutting.plane, self.cutting.box
        tops = [] if box is None else [box.top]
        tops += [plane.origin[2]] if plane is not None and plane.normal[2] > 0.0 else []
        return min(tops, default=FAR_M) - float(self._centre[2])

    def closes(self, point: Point) -> bool:
        """Say whether a world point lies in a face of the cut."""
        at, plane, box = np.array(point), self.cutting.plane, self.cutting.box
        away = [] if plane is None else [abs(float(plane.heights(at[None])[0]))]
        if box is not None:
            low, high = np.array((box.west, box.south, box.bottom)), np.array((box.east, box.north, box.top))
            away += [float(np.abs(at - side).min()) for side in (low, high)]
        return min(away, default=FAR_M) < _IN_FACE_M

    def first_kept(self, along: Along, start: Float64Array, way: Float64Array) -> Hit | None:
        """Return the first hit of a world ray that is not cut away."""
        begun, unit = start, way / np.linalg.norm(way)
        for _ in range(_MOST_CUT_HITS):
            hit = along(_point(begun), _point(unit))
            if hit is None or not self.cutting.cuts_away(np.array([hit.point]))[0]:
                return hit
            begun = np.array(hit.point) + unit * _BEHIND_M
        return None

    def _send(self) -> None:
        plane, box = self.cutting.plane, self.cutting.box
        row = (0.0, 0.0, 0.0, 0.0)
        if plane is not None:
            offset = float(np.array(plane.normal) @ (self._centre - np.array(plane.origin)))
            row = (*plane.normal, offset)
        low, high = np.full(3, -FAR_M), np.full(3, FAR_M)
        if box is not None:
            low = np.array((box.west, box.south, box.bottom)) - self._centre
            high = np.array((box.east, box.north, box.top)) - self._centre
        above = self.cutting.ghosts_above_m
        self._uniforms.set("uCutPlane", *row)
        self._uniforms.set("uCutLow", *low.tolist())
        self._uniforms.set("uCutHigh", *high.tolist())
        self._uniforms.set(
            "uGhost",
            FAR_M if above is None else above - float(self._centre[2]),
            GHOST_OPACITY,
            GHOST_OPACITY if self.cutting.is_xray else 1.0,
        )


def _point(place: Float64Array) -> Point:
    return (float(place[0]), float(place[1]), float(place[2]))
