"""The usual load of a city for a while; `SANPING_SOAK_S` says for how long."""

import os

from fakes.fault_script import PATIENCE_S, report_of

SECONDS = float(os.environ.get("SANPING_SOAK_S", "6"))


def test_under_its_usual_load_a_hub_loses_nothing_and_opens_no_more_files() -> None:
    # given 2 000 observations a second, ten screens, and a case each second
    # when a hub has lived with them for a while
    report = report_of("soak.py", "--seconds", f"{SECONDS:g}", patience_s=PATIENCE_S + 2 * SECONDS)

    # then everything that was acknowledged is there, the audit is whole, and nothing piles up
    assert (report["lost"], report["cases_lost"], report["missed"]) == (0, 0, 0)
    assert report["audit_whole"]
    assert report["cases"] > 0
    assert report["rows"] > 100 * SECONDS
    assert report["files_after"] <= report["files_before"] + 2
