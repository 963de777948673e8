"""A command keeps its name and number until it is answered, through as many connections as it takes."""

from sanping.client.pending import NEVER_SEEN, Pending
from sanping.wire.messages import Ack, Welcome


def welcome(n: int = 0, epoch: str = "e1") -> Welcome:
    return Welcome(epoch=epoch, seq=9, server_ms=1, twin="town", is_simulated=True, n=n)


def test_commands_are_numbered_from_what_the_hub_knows_and_keep_their_numbers() -> None:
    # given two wishes before there is a link, to a hub that knows of forty commands
    pending = Pending()
    ops = [pending.wish("alarm.close", {"alarm": str(number)}, None)[0] for number in range(2)]

    # when the link comes, one more is wished, and the link comes anew
    first = pending.welcomed(welcome(40))
    third = pending.numbered(pending.wish("twin.trust", {}, None)[0])
    again = pending.welcomed(welcome(41))

    # then they count upwards, in their order, and the same each time
    assert [(command.op, command.n) for command in first] == [(ops[0], 41), (ops[1], 42)]
    assert third is not None
    assert third.n == 43
    assert again == [*first, third]


def test_what_is_answered_is_not_sent_again() -> None:
    # given a wish that was sent
    pending = Pending()
    op, answer = pending.wish("twin.trust", {}, None)
    pending.welcomed(welcome())

    # when its answer comes, twice
    for _ in range(2):
        pending.answered(Ack(op=op, ok=True, seq=3))

    # then it is known, and nothing waits
    assert answer.result(0).seq == 3
    assert pending.numbered(op) is None
    assert pending.welcomed(welcome()) == []


def test_what_was_seen_in_an_earlier_life_of_the_hub_is_a_conflict_in_the_next() -> None:
    # given a wish that depends on what was seen, and one that does not
    pending = Pending()
    pending.wish("alarm.close", {"alarm": "a"}, 7)
    pending.wish("alarm.close", {"alarm": "b"}, None)

    # when the link comes anew, then the hub
    same = [command.if_seq for command in (pending.welcomed(welcome()), pending.welcomed(welcome()))[1]]
    other = [command.if_seq for command in pending.welcomed(welcome(epoch="e2"))]

    # then the first can only be refused, unless it was done
    assert same == [7, None]
    assert other == [NEVER_SEEN, None]
