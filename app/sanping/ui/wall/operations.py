"""What the wall knows of what people do together: joint responses, and a major event with its posts; pure.

Names of people and telephone numbers never get here: a task is its department, its clock and its state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from msgspec.structs import replace

from sanping.domain.major_event import MajorEvent, PostReport
from sanping.domain.response import Response
from sanping.twin.live import LiveState

ENDED_SHOWN_MS = 120_000
NO_REPORTS: Mapping[str, PostReport] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Responses by urgency, the event if there is one, and what was last told of its posts."""

    responses: tuple[Response, ...] = ()
    event: MajorEvent | None = None
    posts: Mapping[str, PostReport] = field(default_factory=lambda: NO_REPORTS)


def operations_of(state: LiveState) -> Operations:
    """Return what a hub told, without who did what."""
    responses = sorted(state.responses.values(), key=lambda one: (not one.is_active, one.level, one.id))
    return Operations(
        responses=tuple(_nameless(one) for one in responses),
        event=state.event,
        posts={name: replace(report, by_name="") for name, report in state.posts.items()},
    )


def shown_now(operations: Operations, now_ms: int) -> tuple[Response, ...]:
    """Return the responses that are under way, and those that have just ended."""
    return tuple(one for one in operations.responses if one.is_active or 0 <= now_ms - one.ended_ms < ENDED_SHOWN_MS)


def _nameless(response: Response) -> Response:
    tasks = tuple(replace(task, by_name="", note="", photos=()) for task in response.tasks)
    return replace(response, tasks=tasks, commander="", commander_name="", news=(), summary="")
