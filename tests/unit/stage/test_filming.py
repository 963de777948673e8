"""sanping.stage.filming: which moment and view each frame of a film shows."""

from dataclasses import replace
from datetime import datetime

import pytest

from sanping.domain.errors import InputError
from sanping.domain.view import CameraPose
from sanping.stage.camera_track import CameraMoment
from sanping.stage.filming import FilmPlan, checked, stage_of
from sanping.stage.state import FeatureRef, Stage

BEGIN = datetime.fromisoformat("2026-11-21T06:00:00+08:00")
BEGIN_MS = int(BEGIN.timestamp() * 1000)
HERE = CameraPose(target=(0.0, 0.0, 0.0), distance_m=400.0)
THERE = CameraPose(target=(300.0, 0.0, 0.0), distance_m=100.0)
PLAN = FilmPlan(from_ms=BEGIN_MS, to_ms=BEGIN_MS + 3_600_000, poses=(HERE,), speed=600.0, frames_per_s=20)
STAGE = Stage(camera=THERE, style="night", moment=BEGIN, selection=(FeatureRef(layer="a", id="b"),))


def test_an_hour_at_six_hundred_times_is_six_seconds() -> None:
    # given a plan of an hour
    # when its frames are counted and its moments asked for
    moments = [PLAN.moment_ms(frame) for frame in (0, 1, PLAN.frames - 1)]

    # then it begins and ends exactly, half a minute a frame
    assert PLAN.frames == 121
    assert moments == [BEGIN_MS, BEGIN_MS + 30_000, BEGIN_MS + 3_600_000]


def test_a_frame_shows_city_and_sun_of_its_moment_and_no_selection() -> None:
    # given the plan
    # when its middle is staged
    stage = stage_of(PLAN, 60, STAGE, ())

    # then timeline and sun agree, in the zone of the twin
    assert stage.timeline.at_ms == BEGIN_MS + 1_800_000
    assert stage.moment.isoformat() == "2026-11-21T06:30:00+08:00"
    assert (stage.camera, stage.selection, stage.style) == (HERE, (), "night")


def test_the_camera_flies_a_path_or_follows_what_was_recorded() -> None:
    # given a path, and a track that begins in the middle
    path = replace(PLAN, camera="path", poses=(HERE, THERE))
    recorded = replace(PLAN, camera="recorded")
    track = (CameraMoment(at_ms=BEGIN_MS + 1_800_000, pose=THERE),)

    # when first, middle and last frame are staged
    flown = [stage_of(path, frame, STAGE, ()).camera for frame in (0, 120)]
    followed = [stage_of(recorded, frame, STAGE, track).camera for frame in (0, 61)]

    # then the path begins and ends in its views, and before the track the view that was chosen is shown
    assert [pose.target for pose in flown] == [HERE.target, THERE.target]
    assert followed == [HERE, THERE]


@pytest.mark.parametrize(
    "wrong",
    [{"to_ms": BEGIN_MS}, {"speed": 0.0}, {"poses": ()}, {"speed": 0.001}, {"frames_per_s": 0}],
)
def test_a_film_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    # given a plan with something impossible
    # when it is checked
    with pytest.raises(InputError):
        checked(replace(PLAN, **wrong))  # type: ignore[arg-type]

    # then the possible one passes
    assert checked(PLAN) is PLAN
