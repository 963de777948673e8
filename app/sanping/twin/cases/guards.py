"""The conditions of a step: who works on a case may not check it, forms must be whole. Each says why in plain words."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sanping.domain.call import HOTLINE
from sanping.domain.case import Actor, CallBack, Case, StepAsked
from sanping.domain.errors import AboveClearance, NotAllowed, SanpingError, StepRefused
from sanping.domain.label import HIGHEST, LABEL_TITLES, is_cleared, next_to
from sanping.domain.text import Text
from sanping.twin.cases.life import Guard, Need, Transition
from sanping.twin.cases.rules import CaseRules

LARGEST_PHOTO_BYTES = 10 << 20
MOST_PHOTOS = 12
LONGEST_NOTE = 2000
_MIB = 1 << 20

_OWN_DEPARTMENT = Text(
    "案件由“{department}”办理；请由该部门办理或申请改派",
    "The case is with “{department}”; let that department do it or ask to reassign it",
)
_HELPER = Text("您的部门没有待办的协办任务；请刷新", "Your department was not asked to help, or has done so; reload")
_OTHER_PERSON = Text(
    "处置人员及其部门不能核查、结案或评价自己的案件；请换人办理",
    "Who handled a case, or belongs to that department, may not check, close or rate it; let somebody else do it",
)
_ASKED_BY_OTHER = Text("不能审批自己的申请；请由他人审批", "You cannot decide your own request; let somebody else")
_NO_EXTENSION = Text("没有待审批的延期申请；请刷新", "No request for more time is open; reload")
_NO_SUSPENSION = Text("没有待审批的挂账申请；请刷新", "No request to suspend is open; reload")
_NO_REQUEST = Text("没有待审批的申请；请刷新", "No request is open; reload")
_REQUEST_OPEN = Text("有申请尚未审批；请先等待审批", "A request has not been decided; wait for that first")
_HELP_OPEN = Text("协办尚未完成：{departments}；请先催办", "Help is not done: {departments}; see to that first")
_NOT_VERIFIED = Text(
    "此来源的案件须先现场核实；请派采集员核实", "Cases of this source must be verified on site; send a collector"
)
_REFUTED = Text(
    "现场核实不属实；请不予受理或再次派核实", "It was refuted on site; decline it, or have it verified again"
)
_NOT_OF_HOTLINE = Text(
    "只有 12345 热线的案件需要回访；请改用评价", "Only cases of the hotline are called back; rate this one instead"
)
_CALLED_BACK = Text(
    "已回访过，结果已记下；如有补充请写备注", "They were called back, and what they said is kept; add a note to it"
)
_IS_HIGHEST = Text("已是最高密级，不能再提高", "It has the highest label already")
_RAISED_ABOVE = Text(
    "提高一级即为“{label}”，高于您的许可；请交给有许可的人员提高",
    "One level up is “{label}”, above your clearance; let somebody raise it who is cleared for that",
)
_IS_OF_CLASS = Text(
    "密级不能低于该类案件的密级；如需调整，请修改孪生的 [labels]",
    "A case has no lower label than its class; change the twin's [labels] where that is wrong",
)
_UNLABELLED = Text(
    "这个孪生没有启用安全标记；请在 twin.toml 中添加 [labels]",
    "This twin labels nothing; add [labels] to its twin.toml",
)
_LACKS: Mapping[Need, Text] = MappingProxyType(
    {
        "note": Text("请填写说明", "Write a note"),
        "photo": Text("请至少附一张照片", "Add at least one photo"),
        "after_photo": Text("请附处置后的照片", "Add a photo of afterwards"),
        "department": Text("请选择部门", "Choose a department"),
        "other_case": Text("请选择并入的另一案件", "Choose another case to merge it into"),
        "amount": Text("请填写大于 0 的延长时间", "Say how much more time, above 0"),
        "score": Text("请评 1 至 5 分", "Give a score from 1 to 5"),
        "call_back": Text(
            "请填写回访结果：是否接通；接通后问是否答复、是否解决、是否满意",
            "Say what the call back brought: whether somebody answered, and what they said of it",
        ),
        "new": Text("请填写类别、来源和区域", "Give class, source and area"),
    }
)
_PHOTO_LARGE = Text(
    "照片有 {size:.0f} MB，超过 {most} MB；请压缩后重新上传",
    "A photo has {size:.0f} MB, over {most} MB; make it smaller and upload it again",
)
_PHOTOS_MANY = Text("一次最多附 {most} 张照片；请分次提交", "At most {most} photos at once; send them in several")
_NOTE_LONG = Text("说明超过 {most} 字；请精简", "The note is over {most} characters; shorten it")

Check = Callable[[Case, Actor, CaseRules], SanpingError | None]


def broken_guard(guard: Guard, case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    """Return why a guard does not hold, None when it does."""
    return _GUARDS[guard](case, who, rules)


def check_form(transition: Transition, asked: StepAsked) -> None:
    """Raise `StepRefused` when a step lacks something it needs, or carries too much."""
    for need in transition.needs:
        if not _HAS[need](asked):
            raise StepRefused(_LACKS[need])
    if len(asked.photos) > MOST_PHOTOS:
        raise StepRefused(_PHOTOS_MANY.with_values(most=MOST_PHOTOS))
    largest = max((photo.size_bytes for photo in asked.photos), default=0)
    if largest > LARGEST_PHOTO_BYTES:
        raise StepRefused(_PHOTO_LARGE.with_values(size=largest / _MIB, most=LARGEST_PHOTO_BYTES // _MIB))
    if len(asked.note) > LONGEST_NOTE:
        raise StepRefused(_NOTE_LONG.with_values(most=LONGEST_NOTE))


_HAS: Mapping[Need, Callable[[StepAsked], bool]] = MappingProxyType(
    {
        "note": lambda asked: bool(asked.note.strip()),
        "photo": lambda asked: bool(asked.photos),
        "after_photo": lambda asked: any(photo.moment == "after" for photo in asked.photos),
        "department": lambda asked: bool(asked.department.strip()),
        "other_case": lambda asked: bool(asked.other_case) and asked.other_case != asked.case,
        "amount": lambda asked: 0 < asked.amount <= 1000,
        "score": lambda asked: 1 <= asked.score <= 5,
        "call_back": lambda asked: asked.call_back is not None and _is_whole(asked.call_back),
        "new": lambda asked: asked.new is not None,
    }
)


def _is_whole(call: CallBack) -> bool:
    """Say whether a call back tells what it must: something when they were reached, and nothing when they were not."""
    return 0 <= call.score <= 5 and call.is_reached == call.says_something


def _own_department(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    if who.department and who.department == case.department:
        return None
    return NotAllowed(_OWN_DEPARTMENT.with_values(department=rules.department(case.department)))


def _helper(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    is_asked = any(help.department == who.department and not help.is_done for help in case.helps)
    return None if is_asked else NotAllowed(_HELPER)


def _other_person(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    of_department = bool(who.department) and who.department in (
        case.department,
        *(help.department for help in case.helps),
    )
    return NotAllowed(_OTHER_PERSON) if of_department or who.id in case.handlers else None


def _asked_by_other(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    return NotAllowed(_ASKED_BY_OTHER) if case.request and case.request.by == who.id else None


def _is_asked(kind: str, words: Text) -> Check:
    def check(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
        is_open = case.request is not None and kind in ("", case.request.kind)
        return None if is_open else StepRefused(words)

    return check


def _nothing_asked(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    return StepRefused(_REQUEST_OPEN) if case.request else None


def _no_open_help(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    open_helps = [rules.department(help.department) for help in case.helps if not help.is_done]
    names = Text("、".join(name.zh for name in open_helps), ", ".join(name.en for name in open_helps))
    return StepRefused(_HELP_OPEN.with_values(departments=names)) if open_helps else None


def _trusted(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    is_fine = case.verdict == "confirmed" or not rules.source(case.source).needs_check
    return None if is_fine else StepRefused(_NOT_VERIFIED)


def _not_refuted(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    return StepRefused(_REFUTED) if case.verdict == "refuted" else None


def _of_hotline(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    return None if case.source == HOTLINE else StepRefused(_NOT_OF_HOTLINE)


def _not_called_back(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    return StepRefused(_CALLED_BACK) if case.called_back is not None else None


def _can_be_raised(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    if not rules.labels.is_declared:
        return StepRefused(_UNLABELLED)
    if rules.level_of(case) == HIGHEST:
        return StepRefused(_IS_HIGHEST)
    raised = next_to(rules.level_of(case), 1)
    is_fine = is_cleared(who.clearance, raised)
    return None if is_fine else AboveClearance(_RAISED_ABOVE.with_values(label=LABEL_TITLES[raised]))


def _was_raised(case: Case, who: Actor, rules: CaseRules) -> SanpingError | None:
    is_above = rules.level_of(case) != rules.labels.case(case.kind, case.case_class)
    return None if is_above else StepRefused(_IS_OF_CLASS)


_GUARDS: Mapping[Guard, Check] = MappingProxyType(
    {
        "own_department": _own_department,
        "helper_department": _helper,
        "other_person": _other_person,
        "asked_by_other": _asked_by_other,
        "extension_asked": _is_asked("extension", _NO_EXTENSION),
        "suspension_asked": _is_asked("suspension", _NO_SUSPENSION),
        "something_asked": _is_asked("", _NO_REQUEST),
        "nothing_asked": _nothing_asked,
        "no_open_help": _no_open_help,
        "trusted_or_confirmed": _trusted,
        "not_refuted": _not_refuted,
        "of_hotline": _of_hotline,
        "not_called_back": _not_called_back,
        "can_be_raised": _can_be_raised,
        "was_raised": _was_raised,
    }
)
