"""A work order of a citizens' hotline (12345 政务服务便民热线): what somebody rang about, before it is a case."""

from typing import Literal, get_args

import msgspec

from sanping.domain.case import CallBack, Urgency
from sanping.domain.component import ClassKind
from sanping.domain.text import Text

HOTLINE = "hotline_12345"
CallKind = Literal["consult", "help", "complaint", "accusation", "suggestion"]
CallStage = Literal[
    "accepted", "assigned", "handling", "answered", "supervised", "finished", "visited", "rated",
]  # fmt: skip

CALL_KINDS: tuple[CallKind, ...] = get_args(CallKind)
CALL_STAGES: tuple[CallStage, ...] = get_args(CallStage)
FINISHED: frozenset[CallStage] = frozenset({"finished", "visited", "rated"})
CALL_KIND_TITLES: dict[CallKind, Text] = {
    "consult": Text("咨询", "Question"),
    "help": Text("求助", "Request for help"),
    "complaint": Text("投诉", "Complaint"),
    "accusation": Text("举报", "Accusation"),
    "suggestion": Text("建议", "Suggestion"),
}
CALL_STAGE_TITLES: dict[CallStage, Text] = {
    "accepted": Text("受理", "Accepted"),
    "assigned": Text("派单", "Assigned"),
    "handling": Text("办理", "In work"),
    "answered": Text("答复", "Answered"),
    "supervised": Text("督办", "Supervised"),
    "finished": Text("办结", "Finished"),
    "visited": Text("回访", "Called back"),
    "rated": Text("评价", "Rated"),
}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One work order, with the life of 国办发〔2020〕53号: 受理、派单、办理、答复、督办、办结、回访、评价.

    `number` names it at the hotline for ever. `at_ms` is when it was accepted. `class_name` is what the hotline calls
    its subject; `class_kind` and `class_code` are the city's class, "" where the table of names has none. `lon_deg`,
    `lat_deg` are WGS 84 (CGCS2000), None when blank or zero. `call_back` is what it heard on ringing back.
    `caller_name` and `caller_phone` are personal data, and `content` and `address` may hold some: neither may reach a
    screen as they are.
    """

    number: str
    at_ms: int
    kind: CallKind
    content: str
    stage: CallStage = "accepted"
    urgency: Urgency = "normal"
    caller_name: str = ""
    caller_phone: str = ""
    address: str = ""
    street: str = ""
    class_name: str = ""
    class_kind: ClassKind = "event"
    class_code: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    call_back: CallBack | None = None
    is_simulated: bool = False
