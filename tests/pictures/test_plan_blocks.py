"""The blocks of a scheme (`scene.paint`, `scene.plan_view`) can be told apart whatever the light."""

from pathlib import Path

import pytest

from fakes.picture_stage import EVENING, HEIGHT, NOON, WIDTH, drawn, light, small_scene, stage
from fakes.small_city import CENTRE
from sanping.stage.plan_shown import ShownMass, ShownPlan

EAST, NORTH, _ = CENTRE
SIDE = ((-60.0, 20.0), (60.0, 20.0), (60.0, 100.0), (-60.0, 100.0))
BLOCK = ShownMass(
    id="m1", outline=tuple((EAST + x, NORTH + y) for x, y in SIDE), base_m=0.0, height_m=60.0, use="office"
)
SCHEME = ShownPlan(
    plan="p1", title="地块", alternative="a1", name="方案", number=1, count=1, area=BLOCK.outline, masses=(BLOCK,)
)


@pytest.mark.parametrize(("style", "is_dark"), [("day", False), ("day", True), ("night", True)])
def test_a_block_is_seen_by_day_after_sunset_and_by_night(repository: Path, style: str, is_dark: bool) -> None:
    # given a block in the middle of an empty place
    scene = small_scene(repository / "assets")

    # when it is drawn by day, by day after sunset, or by night
    wanted = stage(style, scheme=SCHEME, moment=EVENING if is_dark else NOON)
    picture = drawn(scene, wanted)
    scene.close()

    # then it is no black box, and brighter than the ground before it where there is no sun
    block = picture[HEIGHT // 2 - 10 : HEIGHT // 2 + 20, WIDTH // 2 - 30 : WIDTH // 2 + 30]
    ground = picture[HEIGHT - 30 : HEIGHT - 5, WIDTH // 2 - 30 : WIDTH // 2 + 30]
    assert light(block).mean() > 60.0
    assert block[..., 2].mean() > block[..., 0].mean() + 12.0
    if is_dark:
        assert light(block).mean() > 2.0 * light(ground).mean()
