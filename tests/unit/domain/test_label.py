"""`sanping.domain.label`: labels in order, what has which, and who is cleared for it."""

import pickle

import pytest

from sanping.domain.errors import InputError
from sanping.domain.label import (
    LABEL_TITLES,
    LABELS,
    NO_LABELS,
    USUAL,
    Clearances,
    Labels,
    LiveLevels,
    clearances_of,
    higher,
    is_cleared,
    lower,
    next_to,
)
from sanping.domain.role import ROLES


def test_whoever_is_cleared_for_a_label_sees_it_and_those_below() -> None:
    assert [[is_cleared(who, label) for label in LABELS] for who in LABELS] == [
        [True, False, False], [True, True, False], [True, True, True],
    ]  # fmt: skip
    assert (higher(LABELS), lower(LABELS), higher(()), lower(())) == ("sensitive", "public", "public", "sensitive")
    assert [next_to("internal", steps) for steps in (-9, -1, 0, 1, 9)] == [
        "public", "public", "internal", "sensitive", "sensitive",
    ]  # fmt: skip
    assert all(title.zh and title.en for title in LABEL_TITLES.values())


def test_the_highest_of_what_matches_holds_and_what_is_not_named_is_public() -> None:
    labels = Labels(
        stations={"QXJ-*": "internal", "kind:camera": "sensitive"},
        cases={"event:05": "internal", "event:0502": "public"},
    )

    assert labels.station("QXJ-1", ("level",)) == "internal"
    assert labels.station("QXJ-1", ("level", "camera")) == "sensitive"
    assert labels.station("XJ-1", ("level",)) == "public"
    assert labels.case("event", "0502") == labels.case("event", "050299") == "internal"
    assert labels.case("component", "0502") == "public"
    assert NO_LABELS.layer("any") == NO_LABELS.mover("any") == NO_LABELS.station("any") == "public"


def test_of_a_person_and_a_screen_the_lower_counts_but_walls_stand_for_all_who_pass() -> None:
    usual = Clearances()

    assert set(ROLES) <= set(USUAL)
    assert [usual.of("phone", role) for role in ROLES] == ["public", "internal", "internal", "sensitive", "sensitive"]
    assert {usual.of("wall", role) for role in ROLES} == {"internal"}
    assert {usual.of("kiosk", role) for role in ROLES} == {"public"}
    given = clearances_of("user:li=internal， device:phone-1=public desk=internal,viewer=internal site:city=public")
    assert given.of("phone", "admin", "li") == "internal"
    assert given.of("phone", "admin", "li", "phone-1") == "public"
    assert given.of("desk", "admin") == given.of("phone", "viewer") == "internal"
    assert (given.of_site("city"), given.of_site("other"), given.of_relay()) == ("public", "internal", "sensitive")
    assert [given.of_screen(kind) for kind in ("wall", "desk", "never heard of")] == ["internal"] * 3


@pytest.mark.parametrize("written", ["viewer", "viewer=secret", "nobody=public", "user:=public", "viewer=public x=1"])
def test_a_clearance_that_cannot_be_is_refused_in_words(written: str) -> None:
    with pytest.raises(InputError, match="clearances"):
        clearances_of(written)


def test_the_life_of_a_hub_has_another_name_for_each_clearance_once_anything_is_labelled() -> None:
    some, none = LiveLevels(stations={"up": "internal"}, movers={"taxis": "sensitive"}, is_declared=True), LiveLevels()

    assert {none.epoch("life", label) for label in LABELS} == {"life"}
    assert [some.epoch("life", label) for label in LABELS] == ["life/public", "life/internal", "life"]
    assert [some.shows_all(label) for label in LABELS] == [False, False, True]
    assert [some.shows_station("up", label) for label in LABELS] == [False, True, True]
    assert [some.shows_mover("taxis", label) for label in LABELS] == [False, False, True]
    assert some.up_to("internal") == LiveLevels(stations={"up": "internal"}, is_declared=True, told_to="internal")


@pytest.mark.parametrize("labels", [NO_LABELS, Labels(layers={"pipes": "sensitive"}, is_declared=True)])
def test_labels_go_to_a_worker_with_the_twin(labels: Labels) -> None:
    assert pickle.loads(pickle.dumps(labels)) == labels
