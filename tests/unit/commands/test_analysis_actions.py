"""Actions on analyses: what they show and ask."""

from dataclasses import replace
from datetime import datetime

from sanping.commands.analysis_actions import TOOLS, AnalysisWish
from sanping.commands.desk_actions import ACTIONS
from sanping.commands.desk_state import WORKSPACES, DeskState
from sanping.domain.view import CameraPose
from sanping.stage.state import Stage

EVENING = datetime.fromisoformat("2026-11-21T18:40:00+08:00")


def state() -> DeskState:
    camera = CameraPose(target=(0.0, 0.0, 0.0))
    return DeskState(stage=Stage(camera=camera, style="night", moment=EVENING), home=camera)


def test_every_analysis_opens_its_panels_and_is_begun() -> None:
    # given a desk whose panels of analyses are closed
    before: DeskState = replace(state(), panels=frozenset())

    for name, _, _ in TOOLS:
        # when an analysis is asked for
        outcome = ACTIONS[f"analysis.{name}"].decide(before)

        # then its workspace stands with both panels, and the desk is told to begin
        assert outcome.state.workspace == "analysis"
        assert {"analysis", "finding"} <= outcome.state.shown_panels <= WORKSPACES["analysis"]
        assert [(effect.kind, effect.argument) for effect in outcome.effects] == [
            ("analyse", AnalysisWish(wish="begin", tool=name))
        ]


def test_running_stopping_and_clearing_change_nothing_but_ask() -> None:
    # given a desk
    before = state()

    for wish in ("run", "stop", "clear", "export", "leave"):
        # when it is asked for
        outcome = ACTIONS[f"analysis.{wish}"].decide(before)

        # then the desk is as it was, and one effect carries the wish
        assert outcome.state is before
        assert outcome.effects[0].argument == AnalysisWish(wish=wish)  # type: ignore[arg-type]
