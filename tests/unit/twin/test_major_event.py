"""A major event from its tables: the countdown, the roads that are closed, what lies near, and how posts are played."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.bootstrap.twins import load_project
from sanping.domain.errors import FileBroken
from sanping.domain.major_event import POST_STATES, MajorEvent, PostReport
from sanping.formats.major_event import load_event
from sanping.twin.major_event import (
    along_m,
    closed_at,
    countdown,
    distance_m,
    length_m,
    played_note,
    played_state,
    rehearsed,
    standing,
)

MARATHON = Path(__file__).resolve().parents[3] / "assets" / "scenes" / "marathon"
MINUTE_MS = 60_000
CRS = "EPSG:4549"


@cache
def bundled() -> MajorEvent:
    """Return the event of the bundled scene, read once."""
    return load_event(MARATHON / "event", CRS)


@pytest.fixture
def event() -> MajorEvent:
    return bundled()


def copied(folder: Path, name: str, old: str, new: str) -> Path:
    """Return a copy of the event's folder with one file changed."""
    for path in (MARATHON / "event").iterdir():
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(text.replace(old, new, 1) if path.name == name else text, encoding="utf-8")
    return folder


def test_the_bundled_event_is_a_half_marathon_along_both_banks(event: MajorEvent) -> None:
    departments = {post.department for post in event.posts}

    assert length_m(event.route) == pytest.approx(21_097.5, abs=40)
    assert len(event.posts) >= 20
    assert all(distance_m(event.route, post.x_m, post.y_m) < 150 for post in event.posts)
    assert [post.route_m for post in event.posts if post.id in ("w05", "w15")] == pytest.approx([5000, 15000], abs=30)
    assert {"emergency", "transport", "greenery"} <= departments
    project = load_project(MARATHON)
    assert project.event == event
    assert {source.name for source in project.live.sources} >= {"race", "gauges"}


def test_the_countdown_runs_to_the_begin_then_to_the_end_and_names_the_phase(event: MajorEvent) -> None:
    early = countdown(event, event.begin_ms - 5 * MINUTE_MS)
    during = countdown(event, event.begin_ms + 30 * MINUTE_MS)
    over = countdown(event, event.end_ms + MINUTE_MS)

    assert (early.state, early.left_ms, early.phase.title_zh) == ("before", 5 * MINUTE_MS, "集结检录")  # type: ignore[union-attr]  # there
    assert (during.state, during.phase.title_zh) == ("during", "全程保障")  # type: ignore[union-attr]  # likewise
    assert during.following is not None
    assert (over.state, over.left_ms) == ("after", MINUTE_MS)
    assert len(closed_at(event, event.begin_ms + 30 * MINUTE_MS)) == 6
    assert closed_at(event, event.begin_ms - 3 * 60 * MINUTE_MS) == ()


@settings(max_examples=25)
@given(st.integers(-10_000, 10_000))
def test_a_rehearsed_event_keeps_its_spans_and_begins_before_the_hub_did(minute: int) -> None:
    known = bundled()
    now_ms = known.begin_ms + minute * MINUTE_MS

    played = rehearsed(known, now_ms)

    assert now_ms - played.begin_ms == 42 * MINUTE_MS
    assert [one.to_ms - one.from_ms for one in played.phases] == [one.to_ms - one.from_ms for one in known.phases]
    assert all(played_state(played, post, now_ms) in POST_STATES for post in played.posts)


def test_posts_are_counted_by_how_they_stand_and_call_for_help_with_words(event: MajorEvent) -> None:
    medic = next(post for post in event.posts if post.kind == "medical")
    told = PostReport(post=medic.id, event=event.id, state="help", at_ms=1)

    stand = standing(event, {medic.id: told})

    assert stand == {"away": len(event.posts) - 1, "in_place": 0, "help": 1, "left": 0}
    assert played_note(medic, "help")
    assert played_note(medic, "in_place") == ""
    assert along_m(event.route, medic.x_m, medic.y_m) == pytest.approx(medic.route_m)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("event.toml", "begin = 2026-11-22T07:30:00+08:00", "begin = 2026-11-22T07:30:00", "time zone"),
        ("event.toml", "end = 2026-11-22T11:00:00+08:00", "end = 2026-11-22T01:00:00+08:00", "早于"),
        ("event.toml", "near_m = 200", "near_m = -1", "near_m"),
        ("event.toml", "title =", "titel =", "title"),
        ("posts.csv", "medical", "medicine", "kind"),
        ("posts.csv", ",40,", ",0,", "people"),
        ("route.csv", "lon,lat", "lon,latitude", "lat"),
        ("closures.csv", "T06:30+08:00", "T06:30", "begin"),
    ],
)
def test_what_is_wrong_in_an_event_is_said_with_its_file(
    tmp_path: Path, name: str, old: str, new: str, says: str
) -> None:
    folder = copied(tmp_path, name, old, new)

    with pytest.raises(FileBroken) as broken:
        load_event(folder, CRS)

    assert says in broken.value.in_language("zh")
    assert broken.value.path == str(folder / name)


def test_an_event_needs_a_twin_that_knows_where_it_lies() -> None:
    with pytest.raises(FileBroken, match="坐标系"):
        load_event(MARATHON / "event", "")
