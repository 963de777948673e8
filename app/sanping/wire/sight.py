"""What of the log plane somebody may see, by the labels that its bodies carry. Pure: every way out asks here."""

import msgspec

from sanping.domain.label import LOWEST, Label, is_cleared
from sanping.domain.major_event import PostReport
from sanping.domain.site import SiteAlarm, SiteCase
from sanping.wire.codec import Body, encoded
from sanping.wire.messages import Change, Snapshot

WITHHELD = "withheld"
"""The kind of a change that stands for one that is above whoever hears it: numbers have no gaps."""


def label_of(body: Body) -> Label:
    """Return the label that a body carries, the lowest for one that never has any."""
    held: object = body
    if isinstance(body, SiteCase):
        held = body.line
    elif isinstance(body, SiteAlarm):
        held = body.alarm
    found: Label = getattr(held, "label", LOWEST)
    return found


def about_of(body: Body) -> str:
    """Return the name of what may be raised later and told of again, "" for anything else."""
    if isinstance(body, PostReport):
        return body.post
    found = getattr(body, "id", "") if hasattr(body, "label") or isinstance(body, SiteCase | SiteAlarm) else ""
    return str(found)


def is_seen(body: Body, clearance: Label) -> bool:
    """Say whether somebody may see a body."""
    return is_cleared(clearance, label_of(body))


def withheld(seq: int) -> bytes:
    """Return the frame that stands for a change nobody of this clearance may see."""
    return encoded(Change(seq=seq, kind=WITHHELD, body=msgspec.Raw(b"null")))


def seen_in(snapshot: Snapshot, clearance: Label) -> Snapshot:
    """Return what somebody may see of a snapshot."""
    counts = [one for one in (*snapshot.counts_below, snapshot.case_counts) if one and is_seen(one, clearance)]
    return msgspec.structs.replace(
        snapshot,
        alarms=tuple(one for one in snapshot.alarms if is_seen(one, clearance)),
        reports=tuple(one for one in snapshot.reports if is_seen(one, clearance)),
        cases=tuple(one for one in snapshot.cases if is_seen(one, clearance)),
        responses=tuple(one for one in snapshot.responses if is_seen(one, clearance)),
        site_cases=tuple(one for one in snapshot.site_cases if is_seen(one, clearance)),
        site_alarms=tuple(one for one in snapshot.site_alarms if is_seen(one, clearance)),
        site_orders=tuple(one for one in snapshot.site_orders if is_seen(one, clearance)),
        site_notices=tuple(one for one in snapshot.site_notices if is_seen(one, clearance)),
        notices=tuple(one for one in snapshot.notices if is_seen(one, clearance)),
        ballots=tuple(one for one in snapshot.ballots if is_seen(one, clearance)),
        posts=tuple(one for one in snapshot.posts if is_seen(one, clearance)),
        event=None if snapshot.event is None or not is_cleared(clearance, snapshot.event.label) else snapshot.event,
        case_counts=counts[-1] if counts else None,
        counts_below=tuple(counts[:-1]),
    )


def without(snapshot: Snapshot, body: Body) -> Snapshot:
    """Return a snapshot without what has been raised since, as it stood before."""
    name = about_of(body)
    return msgspec.structs.replace(
        snapshot,
        cases=tuple(one for one in snapshot.cases if one.id != name),
        responses=tuple(one for one in snapshot.responses if one.id != name),
        reports=tuple(one for one in snapshot.reports if one.id != name),
        site_cases=tuple(one for one in snapshot.site_cases if one.id != name),
        posts=tuple(one for one in snapshot.posts if one.post != name),
    )
