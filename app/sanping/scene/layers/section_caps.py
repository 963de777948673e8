"""The faces that a section cuts: filled in the colour of their class, hatched, with a firm outline."""

from collections.abc import Sequence

import numpy as np

from sanping.analysis.sections import CutFace, SectionPlane
from sanping.domain.geo import Float32Array, Float64Array
from sanping.scene.context import LayerLook
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.polygons import line_parts, polygon_parts, triangulated

Rgb = tuple[int, int, int]
CutFaces = tuple[SectionPlane, Sequence[tuple[CutFace, Rgb]]]
_LINE_M = 0.12
_SIDES = np.array([-1.0, 1.0, -1.0, 1.0])
_OUTLINE = (0.01, 0.012, 0.016, 1.0)
_TOWARDS_M = 0.02


class SectionCaps(FlatLayer):
    """Draws the faces it was last given."""

    def set_faces(self, cuts: Sequence[CutFaces]) -> None:
        """Show these faces of planes, each in a colour, instead of the present ones."""
        self.release()
        look, self._look = self._look, None
        meshes = [mesh for plane, faces in cuts for face, colour in faces for mesh in self._meshes(plane, face, colour)]
        if meshes:
            self._add_faces(meshes)
            self._add_outlines(cuts)
        if look is not None:
            self.show(look)

    def lay(self) -> None:
        """A section lies where it was cut: another ground is nothing to it."""

    def defines(self, look: LayerLook) -> dict[str, str | int]:
        """Preprocessor names of a look; what lies in the plane is never cut by it."""
        return {"DETAIL": look.detail}

    def _meshes(
        self, plane: SectionPlane, face: CutFace, colour: Rgb
    ) -> list[tuple[Float64Array, Float64Array, Float64Array]]:
        tint = np.append((np.array(colour) / 255.0) ** 2.2, 0.0)
        found = []
        for part in polygon_parts(face.shape):
            flat, triangles = triangulated(part)
            corners = flat[triangles.ravel()]
            points = plane.lifted(corners) - self.context.centre + np.array(plane.normal) * _TOWARDS_M
            found.append((points, corners - np.floor(corners[:1] / 64.0) * 64.0, np.tile(tint, (len(corners), 1))))
        return found

    def _add_faces(self, meshes: Sequence[tuple[Float64Array, Float64Array, Float64Array]]) -> None:
        points, place, traits = (np.concatenate([mesh[i] for mesh in meshes]).astype(np.float32) for i in range(3))
        triangles = np.arange(len(points), dtype=np.int32).reshape(-1, 3)
        material = self.context.material("ground.vert", "section_night", DETAIL=0, TRAITS=1, PLACE=1)
        mapper = mapper_of(poly_data(points, triangles, {"traits": traits, "place": place}), ("traits", "place"))
        self.add_part(material, mapper, "section")

    def _add_outlines(self, cuts: Sequence[CutFaces]) -> None:
        runs = []
        for plane, faces in cuts:
            nearer = np.array(plane.normal) * 2.0 * _TOWARDS_M - self.context.centre
            runs += [plane.lifted(ring[:, :2]) + nearer for face, _ in faces for ring in line_parts(face.shape)]
        ends = np.concatenate([np.stack([run[:-1], run[1:]], axis=1) for run in runs])
        way = ends[:, 1] - ends[:, 0]
        length = np.maximum(np.linalg.norm(way, axis=1), 1e-6)
        traits = np.zeros((len(ends), 4, 4), np.float32)
        traits[:, 2:, 0] = length[:, None]
        traits[:, :, 1], traits[:, :, 2] = _SIDES, _LINE_M
        attributes: dict[str, Float32Array] = {
            "traits": traits.reshape(-1, 4),
            "tint": np.tile(np.array(_OUTLINE, np.float32), (4 * len(ends), 1)),
            "way": np.repeat((way / length[:, None]).astype(np.float32), 4, axis=0),
        }
        first = np.arange(len(ends), dtype=np.int32)[:, None] * 4
        triangles = (first + np.array([[0, 1, 3, 0, 3, 2]], np.int32)).reshape(-1, 3)
        points = np.repeat(ends, 2, axis=1).reshape(-1, 3).astype(np.float32)
        material = self.context.material("finding_line.vert", "finding_line_night", DETAIL=0)
        self.add_part(material, mapper_of(poly_data(points, triangles, attributes), tuple(attributes)), "finding_line",
                      is_translucent=True)  # fmt: skip
