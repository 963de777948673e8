"""Lines that go bad between field and hub, and between hub and screens: nothing is lost, and all is well again soon.

How soon is measured by the scripts that are run here briefly; here it only has to happen.
"""

from fakes.fault_script import report_of


def test_adapters_of_every_kind_come_back_after_torn_and_deaf_lines_and_lose_nothing() -> None:
    # given an adapter that listens, one that dials and three that poll, each behind a proxy
    # when every line is torn now and then, and swallows everything for a while
    report = report_of(
        "toxic_adapters.py", "--seconds", "1", "--adapters", "hj212", "modbus", "http", "sensorthings", "hotline",
        "--toxics", "reset", "blackhole",
    )  # fmt: skip

    # then each delivers again, what was acknowledged is kept, and no moment is there twice
    assert report["never_live"] == []
    assert report["slowest_s"] < float("inf")
    assert (report["lost"], report["doubled"]) == (0, 0)
    assert report["acknowledged"]


def test_a_screen_that_is_cut_off_says_so_and_catches_up() -> None:
    # given two screens on machines of their own
    # when one is cut off for four seconds under load
    report = report_of("partition.py", "--seconds", "4", "--stations", "300")

    # then the other went on, and both end alike with every wish answered
    assert report["cuts"] == 1
    assert report["others_went_on"]
