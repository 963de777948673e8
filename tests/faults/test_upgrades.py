"""Stores that earlier versions wrote are taken over whole, however often that is interrupted."""

from pathlib import Path

import msgspec

from fakes.fault_script import report_of
from fakes.former_stores import BEGIN_MS, write_books
from sanping.hub.event_keeper import alarms_of
from sanping.storage.case_book import SqliteCaseBook
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import SqliteEventLog


def test_a_takeover_that_is_killed_again_and_again_loses_nothing_and_keeps_the_file_of_before() -> None:
    # given stores of the first versions
    # when a process takes them over and is killed at random moments, twice
    report = report_of("upgrade_kills.py", "--kills", "2", "--rows", "20000", "--cases", "500")

    # then everything is there in the end, and the histories of before lie beside
    assert report["kills"] == 2
    assert (report["lost"], report["former_kept"]) == (0, True)


def test_alarms_cases_and_devices_of_the_first_versions_are_understood(tmp_path: Path) -> None:
    # given what the first versions wrote
    write_books(tmp_path, 3)

    # when this version opens it and goes on
    log, book, devices = SqliteEventLog(tmp_path), SqliteCaseBook(tmp_path, b"key"), SqliteDeviceBook(tmp_path)
    alarms = alarms_of(log.since(0, 10))
    following = log.append([(BEGIN_MS, "alarm", msgspec.json.encode(alarms["a0"]))])
    cases, known = book.cases(), devices.devices()
    for store in (log, book, devices):
        store.close()

    # then every field that is new has its usual value
    assert [alarm.state for alarm in alarms.values()] == ["active"] * 3
    assert following == 4
    assert [(case.id, case.state) for case in cases] == [(f"c{n:05d}", "reported") for n in range(3)]
    assert {device.areas for device, _ in known} == {()}
