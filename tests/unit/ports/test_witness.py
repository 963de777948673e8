"""A session that only looks on: everything is seen, nothing is delivered."""

from collections.abc import Iterable

from fakes.small_river import reading
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Send, Session, Step
from sanping.ports.witness import Heard, Witness

DONE = Text("完毕", "Done")


class Script(Session):
    """Logs in, delivers two readings with an acknowledgement, and hangs up when woken."""

    def started(self, now_ms: int) -> Iterable[Step]:
        return (Send(data=b"login"),)

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        readings = (reading("up", "water_level", 2.5), reading("mid", "water_level", 2.4))
        return (Count(what="frames", times=2), Deliver(observations=readings, reply=b"ok"), Count(what="bad_crc"))

    def woken(self, now_ms: int) -> Iterable[Step]:
        return (HangUp(reason=DONE),)


def test_nothing_is_delivered_nor_acknowledged_while_somebody_looks_on() -> None:
    # given a session that logs in, reports and leaves, looked on over two connections
    heard = Heard()
    first, second = Witness(Script(), heard), Witness(Script(), heard)

    # when it talks
    steps = [*first.started(0), *first.received(b"x", 1), *second.received(b"x", 2), *first.woken(3)]

    # then what it says and counts goes out, its deliveries do not, and everything was seen
    assert not [step for step in steps if isinstance(step, Deliver)]
    assert steps[0] == Send(data=b"login")
    assert [step.what for step in steps if isinstance(step, Count)] == ["frames", "bad_crc"] * 2
    assert (heard.frames, heard.values, heard.stations) == (4, 4, {"up", "mid"})
    assert heard.hung_up == DONE
