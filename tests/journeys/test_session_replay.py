"""A session that was recorded at the desk, replayed by the program without a window, and by a script."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import sanping
from journeys.test_command_line import sanping as program
from sanping.commands.desk_state import DeskState
from sanping.commands.session import CLICK, Session, Step, beginning
from sanping.domain.errors import InputError
from sanping.formats.project import load_project
from sanping.formats.session_file import write_session
from sanping.stage.opening import opening_stage
from sanping.stage.state import Colouring, FeatureRef
from ui.tiny_twin import write_twin


def test_a_session_gives_the_same_picture_in_every_process(tmp_path: Path) -> None:
    # given a session of a small city: by day from above, coloured by height, one house alone, and a tool's click
    folder = write_twin(tmp_path / "tiny")
    project = load_project(folder)
    stage = opening_stage(project, None)
    house = FeatureRef(layer="buildings", id="B7")
    steps = (
        Step(at_ms=100, name="bookmark.visit", arguments=(2,)),
        Step(at_ms=200, name="layer.colour", arguments=(Colouring(layer="buildings", attribute="@height_m"),)),
        Step(at_ms=300, name="object.select", arguments=(house, ())),
        Step(at_ms=400, name=CLICK, arguments=((636_100.0, 3_458_060.0, 0.0),)),
        Step(at_ms=500, name="view.isolate"),
    )
    begin = beginning(DeskState(stage=stage, home=stage.camera), project.style)
    kept = tmp_path / "kept.jsonl"
    write_session(kept, Session(twin="tiny", begin=begin, steps=steps))

    # when the program replays it, and a script in another process does
    words = ("--picture", str(tmp_path / "program.png"), "--size", "320x180", "--quality", "draft")
    told = program(tmp_path / "home", "replay", str(kept), str(folder), *words)
    with sanping.open_twin(folder) as twin:
        desk = twin.desk()
        left = desk.play(kept)
        assert desk.stage.isolated == (house,)
        assert desk.picture(tmp_path / "script.png", size=(320, 180), quality="draft") == ()
        assert desk.perform("view.show_all")
        assert desk.stage.isolated == ()
        with pytest.raises(InputError):
            desk.perform("file.quit")

    # then both drew the same picture, in which there is something, and the click is named
    assert told.returncode == 1, told.stderr
    assert "1 steps need a desk" in told.stderr
    assert left == (CLICK,)
    shown, again = (
        np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"), np.int16) for name in ("program", "script")
    )
    assert (shown == again).all()
    assert shown.std() > 5


def test_a_session_of_another_twin_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    # given a session of a twin that is not the one named
    kept, folder = tmp_path / "kept.jsonl", write_twin(tmp_path / "tiny")
    write_session(kept, Session(twin="elsewhere", begin=(), steps=()))

    # when a script plays it, then it says whose it is
    with sanping.open_twin(folder) as twin, pytest.raises(InputError, match="elsewhere"):
        twin.desk().play(kept)
