"""`commands.shared_budget`, `settings.tile_budget`: what a screen may use, and when it is short of it."""

from sanping.analysis.stream_budget import Budget, Use
from sanping.analysis.tile_choice import gaze_of
from sanping.commands.shared_budget import SharedBudget
from sanping.domain.view import CameraPose
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of

HERE = CameraPose(target=(0.0, 0.0, 0.0), distance_m=500.0)
THERE = CameraPose(target=(900.0, 0.0, 0.0), distance_m=500.0)


def test_own_tiles_alone_are_drawn_coarser_too_and_finer_again_elsewhere() -> None:
    # given a screen without streams whose own tiles would take twice the graphics memory
    shared = SharedBudget(Budget(graphics_bytes=100))
    here, there = gaze_of(HERE, 1600, 900), gaze_of(THERE, 1600, 900)

    # when one looks at them, the error grows until they fit, and then stays
    for drawn in (200, 150, 110, 70, 40):
        shared.look(here, [], drawn=Use(graphics_bytes=drawn))
    short_px = shared.error_px
    assert 30.0 < short_px < 60.0
    assert shared.is_short
    assert shared.is_settled

    # and elsewhere, where there is less to see, it shrinks again to the finest
    for _ in range(40):
        shared.look(there, [], drawn=Use(graphics_bytes=40))
    assert shared.error_px == 16.0
    assert not shared.is_short


def test_settings_say_how_much_all_layers_may_use() -> None:
    assert budget_of(Settings(tile_graphics_gb=0.5, tile_memory_gb=3.0)) == Budget(
        graphics_bytes=1 << 29, memory_bytes=3 << 30
    )
