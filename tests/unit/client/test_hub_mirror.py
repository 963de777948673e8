"""What a screen knows of its hub, from frames alone."""

import msgspec
import pytest

from fakes.small_notices import warning
from sanping.client.link import HubLink
from sanping.client.mirror import Mirror
from sanping.client.questions import Questions
from sanping.domain.alarm import Alarm
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.errors import FrameBroken, HubUnreachable
from sanping.domain.source_status import SourceStatus
from sanping.wire.codec import Unknown, encoded, raw
from sanping.wire.messages import (
    Change,
    FromHub,
    NoticesOver,
    ReadingRow,
    Readings,
    Resume,
    Series,
    SeriesRow,
    Snapshot,
    Welcome,
)

WELCOME = Welcome(epoch="e1", seq=4, server_ms=1, twin="town", is_simulated=True)
SERIES = Series(rows=(SeriesRow(0, "S1", "ph", "instant", "", 300, "gauges"),))
SOURCE = SourceStatus(name="gauges", adapter="trial", state="live")
ALARM = Alarm(
    id="a", rule="r", station="S1", quantity="ph", colour="red", state="active", title_zh="酸", title_en="Sour",
    raised_ms=1, changed_ms=1,
)  # fmt: skip


def heard(*messages: FromHub) -> Mirror:
    mirror = Mirror()
    for message in messages:
        mirror.take(encoded(message))
    return mirror


def test_readings_become_observations_with_the_names_of_their_series() -> None:
    # given a welcome and a directory
    mirror = heard(WELCOME, SERIES)

    # when a reading comes, then one without a value
    mirror.take(encoded(Readings(revision=1, rows=(ReadingRow(0, 7.1, 5, 6, "suspect", "late", True, "T"),))))
    first = mirror.state.reading("S1", "ph")
    mirror.take(encoded(Readings(revision=2, rows=(ReadingRow(0, None, 9, 9, "missing"),))))
    second = mirror.state.reading("S1", "ph")

    # then they are whole
    assert first is not None
    assert second is not None
    assert (first.value, first.period_s, first.source, first.quality, first.origin, first.mark) == (
        7.1, 300, "gauges", "suspect", "late", "T",
    )  # fmt: skip
    assert first.is_simulated
    assert second.value != second.value
    assert mirror.revision == 2


def test_the_log_is_followed_step_by_step_and_a_gap_is_noticed() -> None:
    # given a snapshot
    mirror = heard(WELCOME, Snapshot(seq=4, alarms=(), sources=(SOURCE,)))

    # when a change comes, the same again, one of an unknown kind, and then a gap
    mirror.take(encoded(Change(seq=5, kind="alarm", body=raw(ALARM))))
    mirror.take(encoded(Change(seq=5, kind="alarm", body=raw(ALARM))))
    mirror.take(encoded(Change(seq=6, kind="carriage", body=msgspec.Raw(b"{}"))))
    place = mirror.resume()
    with pytest.raises(FrameBroken):
        mirror.take(encoded(Change(seq=9, kind="alarm", body=raw(ALARM))))

    # then what came is known, and after the gap everything is asked for anew
    assert mirror.state.alarms == {"a": ALARM}
    assert mirror.state.sources == {"gauges": SOURCE}
    assert place == Resume(epoch="e1", seq=6)
    assert mirror.resume() is None


def test_public_warnings_are_followed_as_the_hub_follows_them() -> None:
    # given a screen that knows two warnings
    mirror = heard(WELCOME, Snapshot(seq=4, alarms=(), sources=(), notices=(warning(0), warning(1))))
    before = set(mirror.state.notices)

    # when one is updated, the update is cancelled, and the other's time is over
    update = warning(2, kind="update", references=(warning(0).key,), colour="red")
    end = warning(3, kind="cancel", references=(update.key,))
    mirror.take(encoded(Change(seq=5, kind="notice", body=raw(update))))
    updated = mirror.state.notices.get(update.key)
    mirror.take(encoded(Change(seq=6, kind="notice", body=raw(end))))
    cancelled = set(mirror.state.notices)
    mirror.take(encoded(Change(seq=7, kind="notices_over", body=raw(NoticesOver(keys=(warning(1).key, "other"))))))

    # then the screen shows what holds, and nothing at last
    assert before == {warning(0).key, warning(1).key}
    assert updated == update
    assert cancelled == {warning(1).key}
    assert mirror.state.notices == {}


def test_cases_and_their_counts_are_followed() -> None:
    # given a screen that knows a case that waits
    waits = CaseLine(
        id="c1", rev=1, state="reported", kind="event", case_class="0105", title_zh="水域不洁", title_en="Dirty water",
        source="rule", area="310107", reported_ms=1, changed_ms=1,
    )  # fmt: skip
    mirror = heard(WELCOME, Snapshot(seq=4, alarms=(), sources=(), cases=(waits,)))
    before = mirror.state.cases

    # when it is filed, and the counts are told
    filed, counts = msgspec.structs.replace(waits, rev=3, state="filed"), CaseCounts(at_ms=2, day_ms=0, filed_today=1)
    mirror.take(encoded(Change(seq=5, kind="case", body=raw(filed))))
    mirror.take(encoded(Change(seq=6, kind="case_counts", body=raw(counts))))

    # then both are known
    assert before == {"c1": waits}
    assert mirror.state.cases == {"c1": filed}
    assert mirror.state.case_counts == counts


def test_another_life_of_the_hub_begins_with_nothing_but_keeps_what_is_shown() -> None:
    # given a screen that lost its hub
    mirror = heard(
        WELCOME, SERIES, Readings(revision=1, rows=(ReadingRow(0, 7.1, 5, 6),)), Snapshot(seq=4, alarms=(), sources=())
    )
    assert mirror.resume() == Resume(epoch="e1", seq=4)
    mirror.lost()
    assert not mirror.state.is_linked

    # when a hub with another epoch answers
    mirror.take(encoded(Welcome(epoch="e2", seq=0, server_ms=1, twin="town", is_simulated=False)))

    # then it is linked, asks for everything, and indices of the old life mean nothing
    assert mirror.state.is_linked
    assert mirror.resume() is None
    assert mirror.state.reading("S1", "ph") is not None
    with pytest.raises(FrameBroken):
        mirror.take(encoded(Readings(revision=1, rows=(ReadingRow(0, 7.1, 5, 6),))))


def test_a_message_of_a_newer_hub_changes_nothing() -> None:
    # given a screen
    mirror = heard(WELCOME)
    before = mirror.state

    # when something unknown comes
    message = mirror.take(b'{"type":"floor","holder":"wall"}')

    # then it is passed over
    assert message == Unknown(type="floor")
    assert mirror.state is before


def test_a_hub_that_is_not_there_is_said_to_be_away_and_questions_say_so() -> None:
    # given an address where nobody answers
    where = ("http://127.0.0.1:9", "token")
    told = []
    link = HubLink(lambda: where, screen="desk", kind="desk", on_status=told.append)

    # when a screen tries, and a job asks
    link.start()
    with pytest.raises(HubUnreachable):
        link.command("source.restart", within_s=0.5)
    with pytest.raises(HubUnreachable) as silent:
        Questions(lambda: where).as_of(0)
    link.close()

    # then both are told in words
    assert told[0].state == "away"
    assert told[0].why.zh
    assert silent.value.message.en
    assert not Questions(lambda: where).is_healthy()
    assert not link.state.is_linked
