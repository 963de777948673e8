"""A plan of three tasks in a row, and the people who work on it."""

from sanping.domain.case import Actor, CaseRole
from sanping.domain.response import NewResponse, Response, ResponseAsked, ResponseLevel, ResponseStep
from sanping.domain.text import Text
from sanping.twin.responses.plans import PlanEscalation, PlanParty, PlanTask, ResponsePlan
from sanping.twin.responses.stepping import By, taken

MINUTE_MS = 60_000
BEGUN_MS = 1_700_000_000_000


def _party(id: str, name: str) -> PlanParty:
    return PlanParty(department=id, name=Text(name, id), role=Text("组", "group"), phone="021-0000-0000")


PLAN = ResponsePlan(
    id="flood", name=Text("防汛联动响应", "Flood response"), level="III",
    parties=(_party("river", "河道所"), _party("drainage", "排水所")),
    tasks=(
        PlanTask(id="pumps", title=Text("泵站全开", "Pumps on"), department="drainage", due_min=10),
        PlanTask(
            id="patrol", title=Text("堤防巡查", "Patrol"), department="river", due_min=20, needs=("photo", "confirm"),
        ),
        PlanTask(
            id="close", title=Text("封控步道", "Close"), department="river", due_min=30, after=("pumps", "patrol"),
            level="II",
        ),
    ),
    escalation=(
        PlanEscalation(late_min=5, to=Text("负责人", "Head")),
        PlanEscalation(late_min=15, to=Text("值班长", "Officer")),
    ),
    rules=("level-warning",), classes=("event:0504",), is_simulated=True,
)  # fmt: skip


def by(role: CaseRole = "duty_officer", department: str = "", minutes: float = 0.0) -> By:
    """Return somebody at a moment after the beginning."""
    who = Actor(id=f"{role}-{department}", roles=frozenset({role}), areas=("",), department=department)
    return By(who=who, name=who.id, at_ms=BEGUN_MS + round(minutes * MINUTE_MS))


def asked(step: ResponseStep, task: str = "", level: ResponseLevel | None = None, **more: object) -> ResponseAsked:
    """Return a wish for the only response."""
    new = NewResponse(plan="flood", alarm="a1") if step == "start" else None
    return ResponseAsked(op=f"{step}-{task}", response="R-1", step=step, task=task, level=level, new=new, **more)


def begun(level: ResponseLevel | None = None) -> Response:
    """Return the response as it was started."""
    return taken(None, asked("start", level=level), by(), PLAN)
