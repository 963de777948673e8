"""A wall and a kiosk follow their clearance while they run: what is above it is hidden at once, and comes with it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.screen_clearance import ScreenClearance
from sanping.bootstrap.wall import WallWish, opened_wall
from sanping.domain.label import LABELS, Label
from sanping.formats.project import load_project
from sanping.hub.spare_port import free_port
from sanping.settings.settings import Settings
from sanping.stage.state import Stage
from sanping.twin.live import LiveState
from ui.kiosk_stand import kiosks
from ui.tiny_twin import write_twin

pytestmark = pytest.mark.gui
PATIENCE_MS = 60_000
LABELS_OF_TWIN = '\n[labels.layers]\nroads = "internal"\nbuildings = "sensitive"\n'


@pytest.fixture
def labelled_twin(tmp_path: Path) -> Path:
    """Return a twin with internal roads and sensitive buildings."""
    folder = write_twin(tmp_path / "town")
    with (folder / "twin.toml").open("a", encoding="utf-8") as file:
        file.write(LABELS_OF_TWIN)
    return folder


class Own:
    """What the settings of the machine say."""

    def __init__(self, now: Label) -> None:
        self.now = now

    def __call__(self) -> Label:
        return self.now


@pytest.fixture
def make_kiosk(qtbot: Any, labelled_twin: Path, repository: Path) -> Iterator[Callable[..., Any]]:
    with kiosks(qtbot, labelled_twin, repository) as make:
        yield make


def told(screen: Any, clearance: Label, *, is_linked: bool = True) -> None:
    """Let the hub say up to which label it tells this screen."""
    screen.living.state_changed.emit(LiveState(is_linked=is_linked, clearance=clearance))


def shown(stage: Stage) -> set[str]:
    """Return the labelled layers that a stage does not hide."""
    return {name for name in ("roads", "buildings") if stage.layer(name).is_visible}


def picture(window: Any) -> Any:
    """Return what a window shows of the city as (rows, columns, 4)."""
    image = window.viewport.grabFramebuffer()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels.astype(np.int16)


def test_a_kiosk_hides_what_it_is_no_longer_cleared_for_and_opens_what_it_is(
    make_kiosk: Callable[..., Any], qtbot: Any
) -> None:
    # given a kiosk that was cleared for roads alone as it opened
    own = Own("internal")
    kiosk = make_kiosk(own_clearance=own).kiosk
    stand = kiosk.stand
    assert set(stand.content.layers) == {"roads", "places"}

    # when its hub tells it less; then the roads are gone, still loaded, and stay so while the hub is away
    told(kiosk, "public")
    assert shown(stand.shown) == set()
    told(kiosk, "sensitive", is_linked=False)
    assert shown(stand.shown) == set()

    # and when it is cleared for more than before, on both sides; then they are back, and the buildings are opened
    own.now = "sensitive"
    told(kiosk, "sensitive")
    qtbot.waitUntil(lambda: "buildings" in stand.content.layers, timeout=PATIENCE_MS)
    assert shown(stand.shown) == {"roads", "buildings"}
    own.now = "internal"
    told(kiosk, "sensitive")
    assert shown(stand.shown) == {"roads"}


def test_a_wall_draws_and_counts_the_city_without_what_it_is_no_longer_cleared_for(
    labelled_twin: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a wall that may show everything by its settings, and a hub that is away
    monkeypatch.delenv("SANPING_CLEARANCES", raising=False)
    settings = Settings(language="zh", animation_hz=0, quality="soft", clearances="wall=sensitive")
    choice = HubChoice(address=f"http://127.0.0.1:{free_port()}", token="t")
    wall, opener, _ = opened_wall(load_project(labelled_twin), settings, WallWish(size_px=(640, 360)), choice)
    try:
        with qtbot.waitSignal(wall.city_shown, timeout=PATIENCE_MS):
            wall.show()
        whole, counted = picture(wall.windows[0]), wall.telling.facts.overview
        assert sum(counted.height_counts) == 12

        # when the hub tells it what is public; then no building is drawn or counted
        told(wall, "public")
        less = picture(wall.windows[0])
        assert np.abs(less - whole).max(axis=2).mean() > 1
        assert wall.telling.facts.overview.height_counts == ()

        # and what a presenter shows brings none back; once it is cleared again everything is as it was
        wall.turn_to(replace(wall.follower.stage, style="day"))
        wall.turn_to(replace(wall.follower.stage, style="night"))
        assert shown(wall.follower.stage) == set()
        told(wall, "sensitive")
        assert shown(wall.follower.stage) == {"roads", "buildings"}
        assert np.abs(picture(wall.windows[0]) - whole).max(axis=2).mean() < 1
        assert wall.telling.facts.overview == counted
    finally:
        wall.close()
        wall.deleteLater()
        opener.close()


def test_the_settings_of_a_screen_are_followed_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANPING_CLEARANCES", raising=False)
    file = tmp_path / "settings.json"
    own = ScreenClearance("wall", Settings(clearances="wall=sensitive"), file)
    assert own() == "sensitive"

    for clearance in LABELS:
        file.with_suffix(".draft").write_text(json.dumps({"clearances": f"wall={clearance}"}), encoding="utf-8")
        file.with_suffix(".draft").replace(file)
        assert own() == clearance
