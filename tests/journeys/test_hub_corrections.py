"""A station that corrects what it said: through real sockets into history, to the screens and the alarms."""

import time
from pathlib import Path

from fakes.small_hub import Device, now_ms, running_hub, until, write_twin
from fakes.telemetry_hub import telemetry_hub
from sanping.adapters.hj212.encode import sealed
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port
from sanping.ports.history import SeriesKey

MN = "A310107001000001"
HOUR_MS, EIGHT_H_MS, MINUTE_MS = 3_600_000, 8 * 3_600_000, 60_000
COD = SeriesKey(station="S-hj212", quantity="cod", statistic="avg", period_s=3600)
LEVEL = SeriesKey(station="S2", quantity="water_level")
RULE = """
[[rules]]
id = "high"
title = { zh = "水位超警戒", en = "Level over warning" }
kind = "above"
colour = "orange"
quantity = "water_level"
limit = 5.0
"""


def digits(moment_ms: int) -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime((moment_ms + EIGHT_H_MS) // 1000))


def hourly(number: int, end_ms: int, value: float) -> bytes:
    """Return an hourly mean of COD with an exchange number of its own."""
    segment = (
        f"QN={digits(now_ms())}{number:03};ST=21;CN=2061;PW=123456;MN={MN};Flag=5;"
        f"CP=&&DataTime={digits(end_ms - HOUR_MS)};w01018-Avg={value},w01018-Flag=N&&"
    )
    return sealed(segment.encode())


def test_an_hour_that_a_station_revises_is_shown_as_revised(tmp_path: Path) -> None:
    # given a station that reported the means of two hours
    with telemetry_hub(tmp_path, {"hj212": (MN, "")}) as river, river.line("hj212") as line:
        end_ms = now_ms() // HOUR_MS * HOUR_MS
        for number, (at_ms, value) in enumerate(((end_ms - HOUR_MS, 18.0), (end_ms, 19.0))):
            line.say(hourly(number, at_ms, value))
            line.hears(b"CN=9014")

        # when it revises both, and sends the first revision again under another number
        for number, (at_ms, value) in enumerate(((end_ms - HOUR_MS, 28.0), (end_ms, 29.0), (end_ms - HOUR_MS, 28.0))):
            line.say(hourly(100 + number, at_ms, value))
            line.hears(b"CN=9014")

        # then series, present and past show the revisions, and two corrections are counted
        questions = Questions(river.hub.where)
        assert questions.series(COD, end_ms - HOUR_MS, end_ms).value.tolist() == [28.0, 29.0]
        assert river.latest("hj212")["cod"].value == 29.0
        assert [row.value for row in questions.as_of(end_ms - 1)] == [28.0]
        river.counted("hj212", "corrections", 2)

        # and when the hub is killed and begins again, they are still there
        river.hub.killed()
        river.hub.started_again()
        assert questions.series(COD, end_ms - HOUR_MS, end_ms).value.tolist() == [28.0, 29.0]
        assert river.latest("hj212")["cod"].value == 29.0


def test_a_screen_and_the_rules_hear_the_correction_of_the_present_and_not_of_the_past(tmp_path: Path) -> None:
    # given a hub with a rule about high levels, a screen, and a station with two levels
    port = free_port()
    with running_hub(write_twin(tmp_path / "town", {"gauges": port}, rules=RULE), tmp_path / "data") as hub:
        link = HubLink(hub.where, screen="desk", kind="desk")
        link.start()
        device, at_ms = Device(port), now_ms()
        device.report(1, "A2", at_ms - MINUTE_MS, water_level=4.0)
        device.report(2, "A2", at_ms, water_level=4.1)
        device.acknowledged([1, 2])
        until(lambda: (shown := link.state.reading("S2", "water_level")) is not None and shown.value == 4.1)

        # when it corrects the earlier one to a high level
        device.report(3, "A2", at_ms - MINUTE_MS, water_level=5.2)
        device.acknowledged([3])
        past = (hub.ask("/alarms"), link.state.reading("S2", "water_level"))

        # then no alarm is raised, and the screen shows the present as it was
        assert past[0] == []
        assert past[1] is not None
        assert past[1].value == 4.1

        # and when it corrects the present to a high level, the screen shows it and hears of an alarm
        device.report(4, "A2", at_ms, water_level=5.3)
        device.acknowledged([4])
        until(lambda: (shown := link.state.reading("S2", "water_level")) is not None and shown.value == 5.3)
        until(lambda: [alarm.station for alarm in link.state.alarms.values()] == ["S2"])
        until(lambda: link.state.sources["gauges"].counts.get("corrections") == 2)
        kept = Questions(hub.where).series(LEVEL, at_ms - MINUTE_MS, at_ms)
        assert kept.value.tolist() == [5.2, 5.3]
        device.close()
        link.close()
