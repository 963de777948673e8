"""A disk under a running hub that cannot sync, cannot write, or has no room: said at once, and nothing lost."""

from fakes.fault_script import report_of


def test_a_hub_says_that_its_disk_fails_keeps_what_it_acknowledged_and_goes_on() -> None:
    # given a hub under load, with a shim between it and its disk
    # when syncing fails, then there is no room, the disk is mended each time, and the hub is killed at the end
    report = report_of("disk_faults.py", "--seconds", "0.2", "--faults", "sync fails", "disk full")

    # then each fault was said on the screens and was over soon, and every acknowledged value is there
    assert report["faults"] == 2
    assert report["lost"] == 0
    assert report["rows"] > 100
