"""Sessions: what is kept of them, how they are written and read, and what they give when they are done again."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.commands.desk_actions import ACTIONS
from sanping.commands.desk_state import DeskState
from sanping.commands.session import (
    CLICK,
    Session,
    Step,
    added,
    beginning,
    can_be_written,
    is_repeated,
    lines_of,
    replayed,
    script_of,
    session_of,
)
from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.view import CameraPose
from sanping.formats import session_file
from sanping.formats.session_file import read_session, write_session
from sanping.stage.state import Colouring, FeatureRef, Stage

POSE = CameraPose(target=(1.0, 2.0, 3.0), heading_deg=40.0, distance_m=500.0)
MOMENT = datetime.fromisoformat("2026-06-21T14:00:00+08:00")
STATE = DeskState(stage=Stage(camera=POSE, style="night", moment=MOMENT), home=POSE)


def session(*steps: Step) -> Session:
    return Session(twin="suhe", begin=beginning(STATE, "night"), steps=steps)


def test_a_session_is_written_read_and_done_again_to_the_same_state(tmp_path: Path) -> None:
    # given a session with every kind of argument
    feature = FeatureRef(layer="buildings", id="B7")
    steps = (
        Step(at_ms=10, name="view.style"),
        Step(at_ms=20, name="layer.visible", arguments=("roads", False)),
        Step(at_ms=30, name="object.select", arguments=(feature, ("B7-1", "B7-2"))),
        Step(at_ms=40, name="layer.colour", arguments=(Colouring(layer="buildings", attribute="@height_m", low=3.0),)),
        Step(at_ms=50, name="time.set", arguments=(MOMENT,)),
        Step(at_ms=60, name="camera.fly", arguments=(replace(POSE, heading_deg=120.0),)),
        Step(at_ms=70, name="object.select", arguments=(None,)),
        Step(at_ms=90, name="view.top"),
    )

    # when it goes through a file and is done at a desk
    write_session(tmp_path / "one.jsonl", session(*steps))
    read = read_session(tmp_path / "one.jsonl")
    state, left = replayed(STATE, read.steps)

    # then it is the same session, and the state is what a person would see: flights have arrived
    assert read == session(*steps)
    assert not left
    assert (state.stage.style, state.stage.layer("roads").is_visible, state.stage.selection) == ("day", False, ())
    assert (state.stage.camera.heading_deg, state.stage.camera.pitch_deg) == (0.0, -89.9)
    assert state.stage.colouring == Colouring(layer="buildings", attribute="@height_m", low=3.0)
    assert read.length_ms == 90


def test_the_beginning_brings_another_desk_to_the_same_view() -> None:
    # given a desk by day with a hidden layer and another camera
    other = replace(POSE, heading_deg=200.0)
    stage = replace(STATE.stage, style="day", camera=other, moment=MOMENT.replace(hour=9))
    shown = replace(STATE, stage=stage.with_layer("roads", replace(stage.layer("roads"), is_visible=False)))

    # when the steps of its beginning are done at a fresh one
    state, left = replayed(STATE, beginning(shown, "night"))

    # then both show the same
    assert not left
    assert (state.stage.camera, state.stage.style, state.stage.moment) == (other, "day", MOMENT.replace(hour=9))
    assert not state.stage.layer("roads").is_visible


def test_moves_that_flow_into_one_another_are_one_step_and_others_are_not() -> None:
    # given moves close to one another, then a pause, then another layer's opacity
    steps: tuple[Step, ...] = ()
    for at_ms, name, arguments in (
        (0, "camera.move", (POSE, "drag")), (100, "camera.move", (POSE, "drag")), (900, "camera.move", (POSE, "drag")),
        (950, "layer.opacity", ("a", 0.5)), (960, "layer.opacity", ("b", 0.5)), (970, "layer.opacity", ("b", 0.4)),
    ):  # fmt: skip
        steps = added(steps, Step(at_ms=at_ms, name=name, arguments=arguments))

    # then they are joined where they flow
    assert [step.at_ms for step in steps] == [100, 900, 950, 970]


def test_what_asks_a_person_or_changes_the_world_is_not_repeated() -> None:
    assert is_repeated("view.top")
    assert is_repeated("tool.points")
    assert is_repeated(CLICK)
    for name in ("file.quit", "file.open_path", "alarm.acknowledge", "case.urge", "object.hover", "hub.anything"):
        assert not is_repeated(name)
    assert not [name for name in ACTIONS if name.startswith(("file.", "case.", "alarm.", "hub.")) and is_repeated(name)]


def test_a_script_of_a_session_can_be_compiled_and_has_each_flow_once() -> None:
    # given two moves in a row and a click of a tool
    text = script_of(
        session(
            Step(at_ms=0, name="camera.move", arguments=(POSE, "drag")),
            Step(at_ms=900, name="camera.move", arguments=(replace(POSE, heading_deg=9.0), "drag")),
            Step(at_ms=950, name=CLICK, arguments=((1.0, 2.0, 3.0),)),
        )
    )

    # then it is Python, the overtaken move is gone, and the click is a comment
    compile(text, "session.py", "exec")
    moves = [line for line in text.splitlines() if "drag" in line]
    assert moves == [f"    desk.perform('camera.move', {replace(POSE, heading_deg=9.0)!r}, 'drag')"]
    assert "    # desk.click((1.0, 2.0, 3.0))" in text.splitlines()


@pytest.mark.parametrize(
    "line",
    ["{", '{"at_ms": 1}', '{"at_ms": 1, "do": "no.such"}', '{"at_ms": 1, "do": "view.top", "more": 1}',
     '{"at_ms": 1, "do": "camera.move", "with": [{"pose": {"target": "x"}}]}',
     '{"at_ms": 1, "do": "camera.move", "with": [{"strange": 1}]}'],
)  # fmt: skip
def test_a_broken_line_is_named_by_its_number(line: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join([*lines_of(session()), line]), encoding="utf-8")

    with pytest.raises(FileBroken) as caught:
        read_session(path)

    assert str(len(lines_of(session())) + 1) in caught.value.message.en
    assert caught.value.path == str(path)


def test_what_is_no_session_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = tmp_path / "strange.jsonl"
    for content in (b"", b"{}", b'{"kind": "other", "version": 1, "twin": ""}', b"\xff\xfe"):
        strange.write_bytes(content)
        with pytest.raises(FileBroken):
            read_session(strange)
    with pytest.raises(InputError):
        read_session(tmp_path / "none.jsonl")
    monkeypatch.setattr(session_file, "LARGEST_BYTES", 1)
    with pytest.raises(FileHostile):
        read_session(strange)


def test_a_step_with_wrong_arguments_is_refused_with_its_name() -> None:
    with pytest.raises(InputError, match="camera"):
        replayed(STATE, [Step(at_ms=0, name="camera.move", arguments=(1, 2, 3, 4))])
    with pytest.raises(InputError):
        replayed(STATE, [Step(at_ms=0, name="file.quit")])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8) | st.just(POSE) | st.just(MOMENT) | st.just(FeatureRef(layer="a", id="b")),
    lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=6,
)  # fmt: skip


@given(st.lists(VALUES, max_size=4).map(tuple))
def test_arguments_come_back_as_they_were(arguments: tuple[object, ...]) -> None:
    assert can_be_written(arguments)
    kept = session(Step(at_ms=5, name="object.select", arguments=arguments))
    assert session_of(lines_of(kept)) == kept
