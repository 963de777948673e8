"""What an operator is offered: cases that may be one, whom to dispatch to, and the indicators worked out by hand."""

import pytest
from msgspec.structs import replace

from fakes.case_stories import (
    ASSESSOR,
    GARBAGE,
    HANDLER,
    OFFICER,
    START_MS,
    bundled_rules,
    china_ms,
    lived,
    lived_until,
    whole_form,
)
from sanping.domain.case import Case
from sanping.domain.text import Text
from sanping.twin.cases.dispatching import Candidate, suggestions
from sanping.twin.cases.duplicates import Nearness, can_merge, duplicates_of, metres_between
from sanping.twin.cases.indicators import Counts, by_area, counted, counted_by, reported_within
from sanping.twin.cases.stepping import taken

HOUR_MS = 3_600_000
CASE = lived(("report", START_MS))


def other(id: str, **changes: object) -> Case:
    return replace(CASE, id=id, **changes)


def test_cases_near_in_place_time_and_class_are_proposed_the_likeliest_first() -> None:
    # given a report and others around it; 0.0001° of latitude are 11 metres
    others = [
        other("near", lat_deg=31.2501),
        other("nearer-but-older", lat_deg=31.25, reported_ms=START_MS - 40 * HOUR_MS),
        other("other-subclass", case_class="0104"),
        other("far", lat_deg=31.26),
        other("old", reported_ms=START_MS - 49 * HOUR_MS),
        other("other-class", case_class="0301"),
        other("component", kind="component"),
        other("ended", state="archived"),
        CASE,
    ]

    # when duplicates are looked for
    found = duplicates_of(CASE, others)

    # then only those within 50 m and 48 h of the same class are proposed
    assert [duplicate.case for duplicate in found] == ["near", "nearer-but-older", "other-subclass"]
    assert found[0].distance_m == pytest.approx(11.1, abs=0.1)
    assert found[1].apart_ms == 40 * HOUR_MS
    assert len(duplicates_of(CASE, others, Nearness(distance_m=2000))) == 4


def test_reports_without_a_place_are_compared_by_address() -> None:
    # given reports without coordinates
    here = other("here", lon_deg=None, lat_deg=None)

    # when they are compared
    # then the same address counts and another one does not
    assert [duplicate.distance_m for duplicate in duplicates_of(here, [CASE])] == [None]
    assert not duplicates_of(here, [other("there", address="长寿路")])
    assert not duplicates_of(replace(here, address=""), [other("there", address="")])
    assert not duplicates_of(here, [other("there", area="320613001001001", lon_deg=None, lat_deg=None)])


def test_only_a_waiting_case_merges_into_an_open_one() -> None:
    # given cases that wait, are in work and have ended
    working, ended = other("w", state="handling"), other("e", state="void")

    # when merging is thought of
    # then the waiting one goes into the one in work, nothing into itself or into what has ended
    assert can_merge(CASE, working)
    assert not can_merge(working, CASE)
    assert not can_merge(CASE, ended)
    assert not can_merge(CASE, CASE)


def test_distances_within_a_city_are_right_to_half_a_percent() -> None:
    # given two corners of Putuo, 11 074 m apart on the ellipsoid (GRS 80, worked out by PROJ)
    from pyproj import Geod

    true_m = Geod(ellps="GRS80").inv(121.36, 31.21, 121.44, 31.28)[2]

    # when their distance is asked for
    # then it is near enough for a list
    assert metres_between((121.36, 31.21), (121.44, 31.28)) == pytest.approx(true_m, rel=0.005)


def test_who_is_responsible_on_duty_near_and_free_comes_first() -> None:
    # given crews of which some may not be asked
    crew = Candidate(id="crew", name=Text("保洁一队", "Crew 1"), areas=("310107001",), duties=("event:01",),
                     lon_deg=121.401, lat_deg=31.25, open_cases=1)  # fmt: skip
    from dataclasses import replace as changed

    crews = [
        changed(crew, id="far", lon_deg=121.44),
        changed(crew, id="busy", open_cases=9),
        crew,
        changed(crew, id="resting", is_on_duty=False),
        changed(crew, id="whole-district", areas=("310107",)),
        changed(crew, id="unseen", lon_deg=None),
        changed(crew, id="other-area", areas=("3206",)),
        changed(crew, id="other-duty", duties=("component:01",)),
    ]

    # when suggestions are asked for
    found = suggestions(CASE, crews, most=10)

    # then the crew stands first with its reasons, and those without area or duty are left out
    assert found[0].candidate is crew
    assert [str(reason) for reason in found[0].reasons] == ["负责区域 310107001", "在岗", "距离 95 米", "在办 1 件"]
    assert {suggestion.candidate.id for suggestion in found}.isdisjoint({"other-area", "other-duty"})
    assert found[-1].candidate.id == "resting"
    assert len(suggestions(CASE, crews, most=2)) == 2


def test_indicators_of_seven_cases_are_those_worked_out_by_hand() -> None:
    # given one working day to handle (eight hours), and cases of every fate, looked at on Friday evening
    rules, now = bundled_rules(), china_ms("2026-06-05 18:00:00")
    tuesday = START_MS
    closed = lived_until("close", tuesday)
    rated = taken(closed, replace(whole_form("evaluate"), score=3, is_solved=False), ASSESSOR, tuesday, rules)
    signed = lived_until("sign", tuesday)
    late = taken(signed, whole_form("feed_back"), HANDLER, china_ms("2026-06-03 10:00:01"), rules)
    reworked = replace(lived_until("feed_back", tuesday), reworks=2, returns=1, dispatches=2)
    call = lived(("report", tuesday), new=replace(GARBAGE, source="hotline_12345"))
    void = taken(signed, whole_form("void"), OFFICER, tuesday, rules)
    cases = [closed, rated, signed, late, reworked, call, void]

    # when they are counted
    counts = counted(cases, rules, now)

    # then each figure is what a person counts: `signed` is overdue since Wednesday, nobody has checked two of them
    assert counts == Counts(
        reported=7, discovered=6, filed=5, dispatches=6, returns=1, handled=4, handled_due=5, handled_on_time=3,
        overdue=2, reworked=1, closed=2, closing_due=5, closed_on_time=2, scored=1, asked_solved=1,
    )  # fmt: skip
    assert counts.on_time_rate == 3 / 5
    assert counts.closing_rate == 2 / 5
    assert counts.on_time_closing_rate == 2 / 5
    assert counts.handling_rate == 4 / 5
    assert counts.overdue_rate == 2 / 5
    assert counts.rework_rate == 1 / 4
    assert counts.dispatch_accuracy == 5 / 6
    assert counts.discovery_rate == 6 / 7
    assert (counts.satisfaction_rate, counts.solved_rate) == (0, 0)


def test_counts_roll_up_and_a_rate_of_nothing_is_none() -> None:
    # given cases in two counties
    rules, now = bundled_rules(), START_MS + HOUR_MS
    cases = [lived_until("close", START_MS), replace(CASE, id="b", area="320613001001001"), CASE]

    # when they are counted by county and altogether
    groups = counted_by(cases, by_area("county"), rules, now)

    # then the groups add up, and nothing to count is None
    assert sum(groups.values(), Counts()) == counted(cases, rules, now)
    assert groups["320613"].closing_rate is None
    assert groups["310107"].closing_rate == 1
    assert reported_within(cases, START_MS, START_MS + 1) == tuple(cases)
    assert not reported_within(cases, START_MS - 1, START_MS)
