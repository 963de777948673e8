"""Streamed layers as files need them: not what one camera sees but all of it, as fine as the budget allows."""

from collections.abc import Sequence
from dataclasses import replace
from math import radians, tan

from sanping.analysis.stream_budget import FINEST_PX, Budget
from sanping.analysis.tile_choice import Gaze, gaze_of
from sanping.bootstrap.streams import settle
from sanping.commands.loaded_layer import OpenedLayer
from sanping.domain.city import Skipped
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.progress import Progress

FINE_M = 2.0
"""Geometric error that an outline on a map may have."""
_FIELD_DEG = 38.0
_COARSER = Text(
    "流式瓦片集超出瓦片内存上限，只取到误差约 {error} 米的瓦片；可在设置中调高上限",
    "The streamed tileset is larger than the memory of tiles: tiles of an error of about {error} m were taken; "
    "allow more in the settings",
)


def filled(layers: Sequence[OpenedLayer], budget: Budget, progress: Progress) -> list[OpenedLayer]:
    """Return layers with all tiles of streamed ones; one that the budget does not hold says so in what it skipped."""
    return [layer if layer.stream is None else _filled(layer, budget, progress) for layer in layers]


def _filled(layer: OpenedLayer, budget: Budget, progress: Progress) -> OpenedLayer:
    stream = layer.stream
    assert stream is not None
    gaze, high_m = _gaze_from_above(stream.whole.extent)
    settle([stream], gaze, progress, budget=budget)
    skipped, error_px = stream.skipped, stream.state.error_px
    if error_px > FINEST_PX:
        error_m = round(error_px * high_m / gaze.reach_px)
        skipped = (*skipped, Skipped(reason=_COARSER.with_values(error=error_m), count=1))
    return replace(layer, content=stream.shown, skipped=skipped, origin=replace(layer.origin, skipped=skipped))


def _gaze_from_above(extent: Extent) -> tuple[Gaze, float]:
    """Return a gaze that has all of an extent in sight and asks for fine tiles, and how high above it the eye is."""
    side_m = max(extent.east - extent.west, extent.north - extent.south, 1.0)
    high_m = side_m / tan(radians(_FIELD_DEG / 2.0)) + extent.top - extent.bottom
    pose = CameraPose(target=extent.centre, pitch_deg=-90.0, distance_m=high_m, fov_deg=_FIELD_DEG)
    return replace(gaze_of(pose, 1000, 1000), reach_px=FINEST_PX * high_m / FINE_M), high_m
