"""A scene for the small city and a stage before it, and the drawing of it into numbers."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from fakes import small_city
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.scene.window import offscreen_scene
from sanping.stage.state import QualityName, Stage

WIDTH, HEIGHT = 480, 270
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def small_scene(assets: Path, quality: QualityName = "soft", may_invent: bool = False) -> CityScene:
    """Return an empty scene where the small city lies; who asks closes it."""
    return offscreen_scene(
        WIDTH, HEIGHT, centre=small_city.CENTRE, latitude_deg=31.24, longitude_deg=121.42, quality=quality,
        language="zh", assets=assets, may_invent=may_invent,
    )  # fmt: skip


def stage(style: str = "night", **changes: object) -> Stage:
    east, north, _ = small_city.CENTRE
    camera = CameraPose(target=(east, north + 60.0, 30.0), heading_deg=10.0, pitch_deg=-22.0, distance_m=640.0)
    plain = Stage(camera=camera, style=style, moment=NOON if style == "day" else EVENING)  # type: ignore[arg-type]
    return replace(plain, **changes)  # type: ignore[arg-type]


def drawn(scene: CityScene, wanted: Stage, old: Stage | None = None) -> np.ndarray:
    scene.show(wanted, old)
    return scene.picture(WIDTH, HEIGHT).astype(np.float64)


def light(picture: np.ndarray) -> np.ndarray:
    return picture @ np.array([0.2126, 0.7152, 0.0722])
