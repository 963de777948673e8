"""What a relay answers itself: what it holds of the twin and of the latest values, while it hears the owner.

Its copy of the twin must be that of the owner, which a mark over what is answered from it shows.
"""

import hashlib

from sanping.hub.plan import HubPlan
from sanping.hub.web_api import encoded_answer
from sanping.hub.web_river import courses

HELD = frozenset(("/twin", "/stations", "/latest", "/rivers", "/standard"))


def twin_mark(plan: HubPlan) -> str:
    """Return a mark of all that is answered from the twin itself; equal for equal copies of it."""
    live = plan.live
    words = [plan.name, plan.title, plan.place, list(live.stations), courses(live), live.standard]
    return hashlib.sha256(encoded_answer(words, is_packed=True)).hexdigest()
