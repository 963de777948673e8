"""`sanping.wire.sight`: what of the log plane somebody may see; nothing that has a label is forgotten there."""

from typing import get_args

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.case_line import CaseCounts
from sanping.domain.report import Report
from sanping.domain.site import SiteAlarm
from sanping.wire.codec import Body, from_hub
from sanping.wire.messages import Change, Snapshot
from sanping.wire.sight import WITHHELD, about_of, is_seen, label_of, seen_in, withheld, without

ALARM = Alarm(
    id="a", rule="r", station="s", quantity="q", colour="red", state="active", title_zh="高", title_en="High",
    raised_ms=1, changed_ms=1, label="internal",
)  # fmt: skip
REPORT = Report(id="r", time_ms=1, received_ms=1, category="other", words="w", label="sensitive")


def test_what_is_above_somebody_is_left_out_and_of_several_figures_the_last_is_theirs() -> None:
    counts = [CaseCounts(at_ms=1, day_ms=0, total=n, label=label) for n, label in enumerate(("public", "internal"))]  # type: ignore[arg-type]
    whole = CaseCounts(at_ms=1, day_ms=0, total=2, label="sensitive")
    snapshot = Snapshot(
        seq=1, alarms=(ALARM,), sources=(), reports=(REPORT,), case_counts=whole, counts_below=tuple(counts)
    )

    seen = [seen_in(snapshot, label) for label in ("public", "internal", "sensitive")]  # type: ignore[arg-type]

    assert [(len(one.alarms), len(one.reports)) for one in seen] == [(0, 0), (1, 0), (1, 1)]
    assert [one.case_counts and one.case_counts.total for one in seen] == [0, 1, 2]
    assert without(snapshot, REPORT).reports == ()


def test_the_label_is_found_where_it_lies_and_an_empty_change_keeps_its_number() -> None:
    below = SiteAlarm(id="a@town", site="town", alarm=ALARM)
    frame = from_hub(withheld(7))

    assert (label_of(ALARM), label_of(below), about_of(below)) == ("internal", "internal", "a@town")
    assert not is_seen(below, "public")
    assert isinstance(frame, Change)
    assert (frame.seq, frame.kind, bytes(frame.body)) == (7, WITHHELD, b"null")


def test_every_tuple_of_the_snapshot_that_can_have_a_label_is_filtered() -> None:
    labelled = {kind.__name__ for kind in get_args(Body) if "label" in getattr(kind, "__struct_fields__", ())}
    fields = {one.name: str(one.type) for one in msgspec.structs.fields(Snapshot)}
    names = {name for name, kind in fields.items() if any(f".{one}" in kind for one in labelled)} - {"case_counts"}

    assert names == {
        "alarms",
        "reports",
        "cases",
        "responses",
        "site_orders",
        "counts_below",
        "notices",
        "ballots",
        "posts",
        "site_notices",
    }
