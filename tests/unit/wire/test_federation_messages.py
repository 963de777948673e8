"""Messages between hubs: there and back, refused when they are broken, under subjects that name both sites."""

import msgspec
import pytest

from sanping.domain.errors import FrameBroken
from sanping.ports.site_book import Entry
from sanping.wire.federation import (
    LETTER,
    Letter,
    OrderAnswer,
    Pulse,
    Refusal,
    Report,
    answered,
    decoded,
    encoded,
    sender,
    subject,
)


def test_a_letter_comes_out_as_it_went_in() -> None:
    # given a letter with an entry that says how a case stands, and one that does not
    entries = tuple(
        Entry(site="town", stream="cases", epoch="a", seq=seq, at_ms=5, kind="case", about="C1", body=body)
        for seq, body in ((1, msgspec.Raw(b"null")), (2, msgspec.Raw(b'{"id":"C1"}')))
    )
    letter = Letter(via="town", stream="cases", epoch="a", after=0, upto=2, entries=entries)

    # when it goes over the bus
    found = decoded(encoded(letter), Letter, "town")

    # then it is the same
    assert [bytes(entry.body) for entry in found.entries] == [b"null", b'{"id":"C1"}']
    assert [entry.has_body for entry in found.entries] == [False, True]
    assert (found.via, found.after, found.upto) == ("town", 0, 2)


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"via":"Town","reports":[]}', b'{"via":"a.b","reports":[]}', b'{"via":"town"}', b"\xff"]
)
def test_what_is_no_message_is_refused_with_the_site_it_came_from(body: bytes) -> None:
    # given bytes that are no pulse; when they are read; then the error names the site
    with pytest.raises(FrameBroken, match="town"):
        decoded(body, Pulse, "town")


def test_an_answer_is_what_was_asked_for_or_a_refusal_which_an_older_program_takes_for_broken() -> None:
    # given an answer and a refusal; when they are read; then each is what it is
    done, refused = OrderAnswer(op="op-1"), Refusal(refused=True, why_zh="看不懂")
    assert answered(encoded(done), OrderAnswer, "town") == done
    assert answered(encoded(refused), OrderAnswer, "town") == refused

    # and who knows of no refusals takes nothing for confirmed
    with pytest.raises(FrameBroken):
        decoded(encoded(refused), OrderAnswer, "town")


def test_a_subject_names_who_hears_and_who_speaks() -> None:
    # given a letter from the town to the county; when its subject is made; then both are in it
    assert subject(LETTER, "county", "town") == "sanping.letter.county.town"
    assert sender("sanping.letter.county.town") == "town"
    assert Report(site="town").is_linked
