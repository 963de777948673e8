"""A major event and a response as invented people would play them, without a hub: for pictures and setting up; pure."""

from sanping.domain.major_event import PostReport
from sanping.domain.response import Response
from sanping.twin.major_event import played_note, played_state, rehearsed
from sanping.twin.project import TwinProject
from sanping.ui.wall.operations import Operations


def rehearsed_operations(project: TwinProject, now_ms: int, responses: tuple[Response, ...] = ()) -> Operations:
    """Return the event of a twin as it is played now, nothing for a real one or none, and some played responses."""
    if project.event is None or not project.event.is_simulated:
        return Operations(event=project.event, responses=responses)
    event = rehearsed(project.event, now_ms)
    posts = {
        post.id: PostReport(
            post=post.id, event=event.id, state=state, at_ms=now_ms, is_simulated=True,
            note=played_note(post, state),
        )
        for post in event.posts
        if (state := played_state(event, post, now_ms)) != "away"
    }  # fmt: skip
    return Operations(event=event, posts=posts, responses=responses)
