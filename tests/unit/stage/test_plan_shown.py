"""What all screens show of a plan: small enough for a message, and the same on every screen."""

from dataclasses import replace
from datetime import UTC, datetime
from math import cos, sin

import msgspec
import pytest

from sanping.analysis.massing import massing
from sanping.domain.errors import InputError
from sanping.domain.plan import Alternative, Mass, Placement, Plan, SchemeModel
from sanping.domain.view import CameraPose
from sanping.hub.room_rules import LARGEST_SCHEME
from sanping.stage.plan_showing import LARGEST_SHOWN, figures_of, layer_of, shown_plan
from sanping.stage.plan_shown import ShownFigures, ShownPlan, as_masses
from sanping.stage.sharing import differences, with_value
from sanping.stage.state import Stage

AREA = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
STAGE = Stage(camera=CameraPose(target=(0.0, 0.0, 0.0)), style="day", moment=datetime(2026, 1, 1, tzinfo=UTC))
BAR = Mass(id="m1", outline=((0, 0), (20, 0), (20, 10), (0, 10)), storeys=2, use="office")
MODEL = SchemeModel(
    id="k1", file="a.glb", title="a", crs="LOCAL", placement=Placement(at=(50.0, 50.0, 1.0)), masses=(BAR,)
)
ONE = Alternative(id="a1", name="方案 A", masses=(BAR,), models=(MODEL,), kept=(("buildings", "B2"),))
PLAN = Plan(id="p001", title="地块", area=AREA, alternatives=(ONE,))
STANDING = {"buildings": {"B1": ("B1", "B1-a"), "B2": ("B2",)}, "walls": {"W1": ("W1",)}}


def shown(view: str = "after") -> ShownPlan:
    return shown_plan(PLAN, ONE, STANDING, ShownFigures(far=1.5), view)  # type: ignore[arg-type]


def test_an_alternative_says_what_goes_what_stays_and_what_comes() -> None:
    # given an alternative with a sketched block, a model, and a building that it keeps
    found = shown()

    # then the screens know all of it
    assert (found.number, found.count, found.name) == (1, 1, "方案 A")
    assert found.gone == {"buildings": ("B1", "B1-a"), "walls": ("W1",)}
    assert found.kept == {"buildings": ("B2",)}
    assert [(mass.id, mass.model) for mass in found.masses] == [("m1", ""), ("k1/m1", found.models[0].layer)]
    assert found.models[0].layer == layer_of(PLAN, "k1", MODEL.placement)
    assert found.masses[1].outline[0] == (50.0, 50.0)


def test_today_hides_nothing_and_draws_nothing() -> None:
    # given the three views
    views = {view: shown(view) for view in ("before", "after", "compare")}

    # then only today draws the city as it is, and only comparing greys what stays
    assert {view: (bool(one.hides), bool(as_masses(one)), bool(one.greyed)) for view, one in views.items()} == {
        "before": (False, False, False),
        "after": (True, True, False),
        "compare": (True, True, True),
    }


def test_a_scheme_goes_over_the_wire_and_comes_back_the_same() -> None:
    # given a stage with a scheme
    stage = replace(STAGE, scheme=shown())

    # when it is shared
    changes = differences(stage, STAGE)
    heard = with_value(STAGE, "scheme", msgspec.json.encode(changes["scheme"]))

    # then another screen shows the same, and null takes it away
    assert list(changes) == ["scheme"]
    assert heard.scheme == stage.scheme
    assert with_value(heard, "scheme", b"null").scheme is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"area": [[1e30, 0.0], [0.0, 1.0], [1.0, 1.0]]},
        {"models": [{"layer": "@plan:x", "file": "../../etc/passwd", "crs": "", "placement": {}}]},
        {"view": "sideways"},
        {"masses": [{"id": "m", "outline": [[0.0, 0.0]], "base_m": 0.0, "height_m": 1e9}]},
    ],
)
def test_what_cannot_be_shown_is_refused(spoilt: dict[str, object]) -> None:
    # given a value with something that no screen could draw
    value = msgspec.json.encode({**msgspec.to_builtins(shown()), **spoilt})

    # when it is taken, then it is refused
    with pytest.raises(InputError):
        with_value(STAGE, "scheme", value)


def test_a_huge_scheme_is_told_coarser_and_at_last_without_its_smallest_blocks() -> None:
    # given two thousand round towers of forty corners, the last ones highest
    def tower(number: int) -> Mass:
        x, y = 100.0 * (number % 50), 100.0 * (number // 50)
        ring = tuple((x + 20 * cos(step * 0.157), y + 20 * sin(step * 0.157)) for step in range(40))
        return Mass(id=f"m{number}", outline=ring, storeys=1 + number // 20)

    many = replace(ONE, masses=tuple(map(tower, range(2000))), models=())

    # when it is made ready for the screens
    found = shown_plan(replace(PLAN, alternatives=(many,)), many, {}, ShownFigures(), "after")

    # then it fits, says what it left out, and kept the largest
    assert len(msgspec.json.encode(found)) <= LARGEST_SHOWN < LARGEST_SCHEME
    assert found.left_out == 2000 - len(found.masses) > 0
    assert found.masses[0].height_m == 300.0


def test_figures_are_rounded_for_screens() -> None:
    # given figures of an empty area, when they are told, then nothing is invented
    assert figures_of(massing(AREA, ()), None) == ShownFigures(site_m2=10_000.0)
