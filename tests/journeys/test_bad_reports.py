"""HJ 212 and MQTT through a real hub: what is wrong is counted, and never becomes a live value."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from fakes.real_broker import RealBroker, running_broker
from fakes.small_hub import now_ms, until
from fakes.telemetry_hub import TelemetryHub, telemetry_hub
from sanping.adapters.hj212.crc import crc16

MN = "310107000000000000000001"
HOUR_MS = 3_600_000


def local(moment_ms: int) -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(moment_ms // 1000 + 8 * 3600))


def framed(segment: str) -> bytes:
    return b"##%04d%s%04X\r\n" % (len(segment), segment.encode(), crc16(segment.encode()))


def reported(moment_ms: int, ph: str = "7.42", mn: str = MN, password: str = "123456") -> bytes:
    qn = f"{local(moment_ms)}{moment_ms % 1000:03d}"
    area = f"DataTime={local(moment_ms)};w01001-Rtd={ph},w01001-Flag=N"
    return framed(f"QN={qn};ST=21;CN=2011;PW={password};MN={mn};Flag=5;CP=&&{area}&&")


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelemetryHub]:
    with telemetry_hub(tmp_path_factory.mktemp("hj212"), {"hj212": (MN, 'password = "123456"')}) as hub:
        yield hub


WRONG: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a clock a day ahead": ("clock_ahead", lambda: reported(now_ms() + 24 * HOUR_MS, "1.01")),
    "a clock an hour ahead": ("clock_ahead", lambda: reported(now_ms() + HOUR_MS, "1.02")),
    "a clock of 1970": ("bad_frames", lambda: reported(0, "1.03")),
    "a clock a day behind": ("late", lambda: reported(now_ms() - 24 * HOUR_MS, "1.04")),
    "a station that is not listed": ("unknown_station", lambda: reported(now_ms(), "1.05", mn=f"{MN[:-2]}99")),
    "a wrong password": ("wrong_password", lambda: reported(now_ms(), "1.06", password="000000")),
    "a wrong check code": ("bad_crc", lambda: reported(now_ms(), "1.07")[:-6] + b"0000\r\n"),
    "a wrong length": ("bad_length", lambda: b"##0999" + reported(now_ms(), "1.08")[6:] + reported(now_ms())),
    "no number": ("bad_value", lambda: reported(now_ms() - 5000, "seven")),
    "rubbish": ("garbage_bytes", lambda: b"\x00AT+CSQ\r\n" * 9 + reported(now_ms() - 7000)),
    "too much": ("garbage_bytes", lambda: b"A" * 200_000),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_station_says_wrongly_is_counted_and_no_live_value(station: TelemetryHub, wrong: str) -> None:
    # given a report with something wrong
    what, said = WRONG[wrong]
    before = station.count("hj212", what)

    # when it comes, and then a good one
    with station.line("hj212") as line:
        line.say(said())
        until(lambda: station.count("hj212", what) > before)
    good_ms = now_ms()
    with station.line("hj212") as line:
        line.say(reported(good_ms))
        line.hears(b"CN=9014")

    # then the latest value is the good one, and the source was never started again
    until(lambda: station.latest("hj212")["ph"].event_ms == good_ms // 1000 * 1000)
    latest = station.latest("hj212")["ph"]
    assert (latest.value, latest.quality, latest.origin) == (7.42, "good", "live")
    assert station.count("hj212", "starts") == 1
    assert station.status("hj212").state == "live"


def test_a_report_that_comes_twice_is_kept_once(station: TelemetryHub) -> None:
    # given a report
    moment_ms = now_ms()

    # when a station sends it twice, byte by byte
    with station.line("hj212") as line:
        for _ in range(2):
            wire = reported(moment_ms, "7.5")
            line.say(*(wire[at : at + 1] for at in range(len(wire))), pause_s=0.001)
            line.hears(b"CN=9014")

    # then both are acknowledged, and one is kept
    moments = [at for at, _ in station.series("hj212", "ph")]
    assert moments.count(moment_ms // 1000 * 1000) == 1


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    yield from running_broker(tmp_path)


def test_what_a_broker_remembers_is_never_the_present(broker: RealBroker, tmp_path: Path) -> None:
    # given messages that a broker retained: of 1970, of a minute ago, of a wrong clock, and of no station of ours
    def message(moment_ms: int, level: float) -> bytes:
        return orjson.dumps({"z": level, "t": moment_ms})

    folder = tmp_path / "hub"
    folder.mkdir()
    broker.publish("river/M1/old", message(5000, 1.1), retain=True)
    broker.publish("river/M1/new", message(now_ms() - 60_000, 1.2), retain=True)
    broker.publish("river/M1/ahead", message(now_ms() + 48 * HOUR_MS, 1.3), retain=True)
    broker.publish("river/M9/new", message(now_ms(), 1.4), retain=True)
    broker.publish("river/M1/broken", b'{"z": ', retain=True)
    settings = f'host = "127.0.0.1", port = {broker.port}, topics = "river/{{station}}/+", values = "z = water_level"'

    # when a source subscribes, and then a device publishes
    with telemetry_hub(folder, {"mqtt": ("M1", f'{settings}, time = "t"')}) as hub:
        until(lambda: hub.count("mqtt", "frames") >= 5)
        until(lambda: hub.count("mqtt", "impossible_time") >= 2)
        until(lambda: "water_level" in hub.latest("mqtt"))
        retained = hub.latest("mqtt")["water_level"]
        broker.publish("river/M1/new", message(now_ms(), 3.3))
        until(lambda: hub.latest("mqtt")["water_level"].origin == "live")

        # then what was retained is marked so, what cannot be is counted, and only the last value is live
        assert (retained.value, retained.origin) == (1.2, "retained")
        assert hub.latest("mqtt")["water_level"].value == 3.3
        counts = hub.status("mqtt").counts
        assert (counts["impossible_time"], counts["unknown_station"], counts["bad_messages"]) == (2, 1, 1)
        until(lambda: len(hub.series("mqtt", "water_level")) == 2)


def test_a_broker_that_restarts_is_found_again(broker: RealBroker, tmp_path: Path) -> None:
    # given a source that is live
    def message(level: float) -> bytes:
        return orjson.dumps({"z": level, "t": now_ms()})

    folder = tmp_path / "hub"
    folder.mkdir()
    settings = f'host = "127.0.0.1", port = {broker.port}, topics = "river/{{station}}/+", values = "z = water_level"'
    with telemetry_hub(folder, {"mqtt": ("M1", f'{settings}, time = "t", client_id = "sanping"')}) as hub:
        until(lambda: hub.status("mqtt").state == "connecting" and hub.status("mqtt").why_en.startswith("Subscribed"))
        broker.publish("river/M1/z", message(3.1))
        until(lambda: hub.status("mqtt").state == "live")

        # when the broker goes away
        broker.stop()
        until(lambda: hub.status("mqtt").state == "retrying")

        # then the source says so, and when it is back, is live again
        broker.start()
        until(lambda: hub.status("mqtt").state == "connecting" and hub.status("mqtt").why_en.startswith("Subscribed"))
        broker.publish("river/M1/z", message(3.2))
        until(lambda: [row.value for row in hub.latest("mqtt").values()] == [3.2])
        assert hub.status("mqtt").state == "live"
