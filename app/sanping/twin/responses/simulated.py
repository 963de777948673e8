"""A response as invented people would have taken it so far: for pictures and for setting up a wall. Pure."""

from sanping.domain.case import Actor, Photo
from sanping.domain.errors import SanpingError
from sanping.domain.response import NewResponse, Response, ResponseAsked, ResponseStep
from sanping.twin.responses.plans import ResponsePlan
from sanping.twin.responses.stepping import By, started, taken

_MINUTE_MS = 60_000
_OFFICER = Actor(id="simulated", roles=frozenset({"duty_officer"}), areas=("",))
_PHOTO = (Photo(id="simulated.jpg"),)
_SLOW, _EVERY = 3, 5


def played_response(plan: ResponsePlan, new: NewResponse, now_ms: int, since_min: int = 27) -> Response:
    """Return a response that began `since_min` minutes ago: most tasks are done in time, one in five is not."""
    begun_ms = now_ms - since_min * _MINUTE_MS
    asked = ResponseAsked(op="start", response="R-00000000-01", step="start", new=new)
    response = started(asked, plan, By(who=_OFFICER, name="", at_ms=begun_ms))
    steps: list[tuple[int, str, ResponseStep]] = []
    for number, task in enumerate(response.tasks):
        span_ms = task.due_ms - task.begun_ms
        steps.append((begun_ms + round(0.15 * span_ms), task.id, "accept"))
        if number % _EVERY != _SLOW:
            steps.append((begun_ms + round(0.8 * span_ms), task.id, "finish"))
            steps.append((begun_ms + round(0.95 * span_ms), task.id, "confirm"))
    for at_ms, task_id, step in sorted(steps):
        if at_ms <= now_ms:
            response = _after(response, task_id, step, at_ms)
    return response


def _after(response: Response, task: str, step: ResponseStep, at_ms: int) -> Response:
    """Return the response after a step; what cannot be done yet is left."""
    wish = ResponseAsked(op=f"{task}-{step}", response=response.id, step=step, task=task, photos=_PHOTO)
    try:
        return taken(response, wish, By(who=_OFFICER, name="", at_ms=at_ms))
    except SanpingError:
        return response
