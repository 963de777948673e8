"""What one screen shows can be told to the others as a few keyed values."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec
import pytest

from sanping.analysis.cutting import Cutting
from sanping.analysis.sections import level_plane
from sanping.domain.errors import InputError
from sanping.domain.geo import Extent
from sanping.domain.note import Note
from sanping.domain.view import CameraPose
from sanping.stage.area_map import AreaMap
from sanping.stage.notes_shown import ShownNotes
from sanping.stage.plan_shown import ShownPlan
from sanping.stage.section_shown import ShownSection
from sanping.stage.sharing import checked_value, differences, focus_of, pointer_of, shared_values, with_value
from sanping.stage.state import Colouring, FeatureRef, LayerState, Stage
from sanping.stage.timeline import Timeline

PLAIN = Stage(camera=CameraPose(target=(1.0, 2.0, 3.0)), style="night", moment=datetime(2026, 5, 1, 10, tzinfo=UTC))
RICH = replace(
    PLAIN,
    camera=CameraPose(target=(500_120.25, 3_456_789.5, 8.0), heading_deg=359.5, pitch_deg=-20.0, distance_m=900.0),
    style="day",
    moment=datetime(2026, 6, 1, 8, 30, tzinfo=UTC),
    layers=MappingProxyType({"buildings": LayerState(opacity=0.5), "labels": LayerState(is_visible=False)}),
    selection=(FeatureRef(layer="buildings", id="b-1"),),
    isolated=(FeatureRef(layer="buildings", id="b-2"),),
    colouring=Colouring(layer="buildings", attribute="@height_m", low=0.0, high=100.0),
    timeline=Timeline(mode="paused", at_ms=1_780_000_000_000),
    water_colour="class",
    area="310107014",
    area_map=AreaMap(kind="shares", figure="closing_rate", case_class="event:0102", days=30, level="community"),
    scheme=ShownPlan(plan="p001", title="滨河地块", alternative="a1", gone={"buildings": ("b-3",)}),
    section=ShownSection(
        cutting=Cutting(
            plane=level_plane(12.5),
            box=Extent(west=0, south=0, east=9, north=9, top=4.0),
            cuts_ground=True,
            ghosts_above_m=30.0,
            is_xray=True,
        ),
        has_caps=False,
    ),
    notes=ShownNotes(notes=(Note(id="n1", kind="arrow", points=((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), words="入口"),)),
)


def test_a_stage_comes_out_of_its_values_as_it_went_in() -> None:
    # given everything that differs between two stages, as JSON
    told = {key: msgspec.json.encode(value) for key, value in differences(RICH, PLAIN).items()}

    # when another screen takes it in
    stage = PLAIN
    for key, value in told.items():
        checked_value(key, value)
        stage = with_value(stage, key, value)

    # then it shows the same
    assert stage == RICH
    assert set(told) == set(shared_values(PLAIN))


def test_only_what_changed_is_told() -> None:
    # given a stage whose style changes and over which the mouse moves
    new = replace(PLAIN, style="day", hovered=FeatureRef(layer="buildings", id="b-1"))

    # when the differences are asked for
    # then the style is all that others hear
    assert differences(new, PLAIN) == {"style": "day"}
    assert differences(PLAIN, PLAIN) == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("camera", b'{"target":[1,2]}'),
        ("camera", b'{"target":[1e300,0,0]}'),
        ("camera", b'{"target":[0,0,0],"distance_m":0}'),
        ("camera", b'{"target":[0,0,0],"distance_m":NaN}'),
        ("style", b'"dusk"'),
        ("moment", b'"2026-05-01T10:00:00"'),
        ("layers", b"[1]"),
        ("selection", b'{"layer":"a"}'),
        ("focus", b'{"kind":"star","id":"x"}'),
        ("pointer", b'{"target":"here"}'),
        ("area", b'"99"'),
        ("area", b"31"),
        ("area_map", b'{"kind":"clouds"}'),
        ("area_map", b'{"days":-1}'),
        ("area_map", b'{"deep":' + 5_000 * b"[" + 5_000 * b"]" + b"}"),
    ],
)
def test_a_value_that_cannot_be_shown_is_refused_by_name(key: str, value: bytes) -> None:
    # given a value that no screen can show
    # when the hub checks it
    # then it says which one
    with pytest.raises(InputError, match=key):
        checked_value(key, value)  # type: ignore[arg-type]


def test_the_camera_is_brought_within_its_limits_and_a_newer_key_changes_nothing() -> None:
    # given a camera that looks from below, and a value of a newer program
    camera = b'{"target":[0,0,0],"pitch_deg":-120,"heading_deg":-90}'

    # when they are taken in
    stage = with_value(PLAIN, "camera", camera)

    # then the camera is where cameras can be, and the other is skipped
    assert (stage.camera.pitch_deg, stage.camera.heading_deg) == (-89.9, 270.0)
    assert with_value(PLAIN, "weather", b"1") is PLAIN


def test_focus_and_pointer_come_and_go() -> None:
    # given a focus and a pointer
    focus = focus_of(b'{"kind":"station","id":"S1"}')
    pointer = pointer_of(b'{"target":[1,2,3]}')

    # when they are read, and taken away
    # then they name what they show, or nothing
    assert focus is not None
    assert (focus.kind, focus.id) == ("station", "S1")
    assert pointer is not None
    assert pointer.target == (1.0, 2.0, 3.0)
    assert focus_of(b"null") is None
    assert pointer_of(b"null") is None
