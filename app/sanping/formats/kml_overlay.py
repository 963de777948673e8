"""Pictures that a KML document lays on the ground."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from affine import Affine

from sanping.domain.city import Origin
from sanping.domain.errors import InputError
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.framing import framing
from sanping.formats.gltf_container import resolved
from sanping.formats.kml_features import Overlay
from sanping.formats.pictures import picture
from sanping.formats.terrain_imagery import FLAT_GROUND, warped_picture
from sanping.ports.model_reader import ReadOptions

SIDE = 4096
NO_PICTURE = Text("贴图的图片缺失、在网络上或不能解码", "picture that is missing, on the network or cannot be decoded")
FURTHER = Text("同一文件的其他地面贴图", "further picture on the ground in the same file")


def overlay_ground(overlays: list[Overlay], path: Path, options: ReadOptions, skips: SkipLog) -> Terrain:
    """Return level ground under the first picture that can be read; the others are counted.

    Raises `FileBroken` when none can be.
    """
    done: Terrain | None = None
    for overlay in overlays:
        if done is not None:
            skips.add(FURTHER, overlay.name)
            continue
        try:
            pixels = picture(resolved(path, overlay.href), side=SIDE) if overlay.href else None
        except InputError:
            pixels = None
        if pixels is None:
            skips.add(NO_PICTURE, overlay.href or overlay.name)
            continue
        rows, columns = pixels.shape[:2]
        west, south, east, north = overlay.box
        middle = Affine.translation((west + east) / 2, (south + north) / 2)
        squeeze = Affine.scale(1.0 / max(np.cos(np.radians((south + north) / 2)), 0.01), 1.0)
        turn = middle @ squeeze @ Affine.rotation(overlay.rotation_deg) @ ~squeeze @ ~middle
        upright = Affine((east - west) / columns, 0.0, west, 0.0, (south - north) / rows, north)
        transform = turn @ upright if overlay.rotation_deg else upright
        ends = np.array([transform @ end for end in ((0, 0), (columns, 0), (0, rows), (columns, rows))])
        framed = framing("EPSG:4326", ends, options)
        imagery = warped_picture(pixels, transform, framed)
        box = imagery.extent
        origin = Origin(format="KML", source_crs=framed.source_crs, notes=(*framed.notes, FLAT_GROUND))
        done = Terrain(
            frame=framed.frame, origin=origin, heights_m=np.zeros((2, 2), dtype=np.float32), west=box.west,
            north=box.north, cell_x_m=box.east - box.west, cell_y_m=box.north - box.south, imagery=imagery,
        )  # fmt: skip
    if done is None:
        raise skips.refusal()
    return replace(done, origin=replace(done.origin, skipped=skips.skipped))
