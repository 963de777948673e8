"""What is new to a site above, what is known, and when another site counts as heard."""

from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.site import NEVER, Cursor, across_sites
from sanping.twin.federation import FRESH_MS, Once, is_heard, moved, verdict


@given(st.lists(st.integers(1, 40), max_size=120))
def test_each_number_is_new_once_in_whatever_order_it_comes(numbers: list[int]) -> None:
    # given numbers that come in any order and again
    once = Once()

    # when each is noted
    fresh = [number for number in numbers if once.is_new("town", "a", number)]

    # then each was new once, is known, and another site's or epoch's are not
    assert sorted(fresh) == sorted(set(numbers))
    assert all(once.has("town", "a", number) for number in numbers)
    assert not once.has("town", "b", 1)
    assert not once.has("city", "a", 1)


def test_a_letter_goes_on_where_the_last_ended_or_it_is_a_gap() -> None:
    # given a site that has heard up to 10
    cursor = moved(Cursor(), "a", 10)

    # when letters come; then only the one that goes on there is new
    assert verdict(cursor, "a", 10, 12) == "new"
    assert verdict(cursor, "a", 4, 10) == "known"
    assert verdict(cursor, "a", 11, 12) == "gap"
    assert verdict(cursor, "a", 8, 12) == "gap"

    # and a log that was begun anew begins at nothing
    assert verdict(cursor, "b", 0, 3) == "new"
    assert verdict(cursor, "b", 10, 12) == "gap"


def test_a_site_is_linked_while_it_was_heard_lately() -> None:
    # given a site that was heard, and one that never was; when time goes by; then only the fresh one is linked
    assert is_heard(1_000, 1_000 + FRESH_MS)
    assert not is_heard(1_000, 1_001 + FRESH_MS)
    assert not is_heard(NEVER, 500)


def test_things_of_several_sites_have_names_of_their_own() -> None:
    # given cases with the same number at two sites; when they are named across sites; then the names differ
    assert across_sites("town", "310107-20261122-0001") == "310107-20261122-0001@town"
    assert across_sites("town", "1") != across_sites("county", "1")
