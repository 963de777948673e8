"""The time of day of a running hub jumps back and forth: nobody loses anything, and nobody is let in or thrown out."""

from fakes.fault_script import report_of


def test_no_jump_of_the_clock_loses_a_value_stirs_a_storm_or_changes_who_is_in() -> None:
    # given a hub with a shim between it and its clock, a device, a screen and a phone
    # when the clock jumps by seconds and hours, to 1970 and 2038, over a leap second, and is right again
    report = report_of("clock_jumps.py", "--seconds", "0.4")

    # then every acknowledged value is there, events are numbered whole, and all is as calm as before
    assert report["jumps"] == 10
    assert (report["lost"], report["bad"]) == (0, [])
    assert report["numbers_whole"]
    assert report["rows"] >= 10
