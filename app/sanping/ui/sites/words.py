"""How other sites, their cases, orders and joint sessions are written; pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

import msgspec
from PySide6.QtGui import QColor

from sanping.domain.alarm import AlarmColour
from sanping.domain.case import STATE_TITLES
from sanping.domain.case_line import CaseLine
from sanping.domain.site import Joint, SiteAlarm, SiteCase, SiteOrder, SiteStatus
from sanping.domain.text import Text
from sanping.twin.alarms import STATE_NAMES
from sanping.ui.cases.tables import class_title, place_words
from sanping.ui.cases.words import limit, short_id

UPPER, LOWER = Text("上级", "above"), Text("下级", "below")
LINKED = Text("已接通", "linked")
CUT = Text("已断开 · 最后 {time}", "cut · last heard {time}")
NEVER_HEARD = Text("未接通", "not reached yet")
THROUGH = Text("经分中枢 {relay}", "through the relay {relay}")
WAITING = Text("待送 {count} 条", "{count} to send")
PARKED = Text("对方拒收，已搁置 {count} 条", "{count} refused there and put aside")
PARKED_THERE = Text(
    "对方搁置了 {count} 条，此处所见可能不是最新", "{count} put aside there: what is seen here may be older"
)
SET_ASIDE = Text("被拒收，已搁置", "refused and put aside")
ASIDE = Text("搁置 {count} 条", "{count} put aside")
AGAIN = Text("重发", "Send again")
FIGURES = Text(
    "在办 {open} · 超期 {overdue} · 今日 {today} · 告警 {alarms}",
    "{open} open · {overdue} overdue · {today} today · {alarms} alarms",
)
STALE_FIGURES = Text("断开前：", "before the cut: ")
IN_JOINT = Text("会商中", "in the session")
LEFT_JOINT = Text("已退出会商", "left the session")
LED = Text("会商中：{title}，由“{leader}”主控", "Joint session: {title}, led by {leader}")
LEFT = Text("已退出会商：{title}", "The session was left: {title}")
WAITS = Text("会商：{title}，等待主控权", "Joint session: {title}, waiting for the floor")
LEADING = Text("正在会商：{sites}", "Joint session with {sites}")
LEVELS: Mapping[AlarmColour, Text] = {
    "red": Text("红色", "red"),
    "orange": Text("橙色", "orange"),
    "yellow": Text("黄色", "yellow"),
    "blue": Text("蓝色", "blue"),
}
ALARM_HEAD = Text("【{site}】{level} · {station}", "[{site}] {level} · {station}")
SINCE = Text("{time} 起", "since {time}")
AS_OF = Text("{time} 起 · 截至 {heard} 的状态", "since {time} · as of {heard}")
SIMULATED = Text("模拟", "simulated")
ORDER_STATES: Mapping[str, Text] = {
    "waiting": Text("待送达", "to be sent"),
    "on_way": Text("已送出", "on its way"),
    "done": Text("已执行", "done"),
    "refused": Text("被退回", "refused"),
}
ORDER = Text("{step}：{state}", "{step}: {state}")
STEPS: Mapping[str, Text] = {
    "dispatch": Text("派遣", "Dispatch"),
    "reassign": Text("改派", "Reassign"),
    "urge": Text("督办", "Urge"),
    "note": Text("批注", "Note"),
}
GREEN, GREY, AMBER = QColor(70, 214, 140), QColor(128, 146, 166), QColor(255, 176, 72)


def title_of(status: SiteStatus) -> Text:
    """Return what people call a site."""
    name = status.title_zh or status.id
    return Text(name, status.title_en or name)


def as_linked(status: SiteStatus, *, is_linked: bool) -> SiteStatus:
    """Return a site as a screen shows it whose own hub may be away: then nobody is linked."""
    return status if status.is_linked == is_linked else msgspec.structs.replace(status, is_linked=is_linked)


def link_words(status: SiteStatus, zone: tzinfo | None) -> Text:
    """Return whether a site is linked, and when it was heard last if it is not."""
    if status.is_linked:
        return LINKED
    if not status.heard_ms:
        return NEVER_HEARD
    return CUT.with_values(time=f"{datetime.fromtimestamp(status.heard_ms / 1000, zone):%m-%d %H:%M:%S}")


def figures_words(status: SiteStatus) -> Text | None:
    """Return a lower site in figures, marked when they are from before a cut; None while there are none."""
    known = status.figures
    if known is None:
        return None
    told = FIGURES.with_values(
        open=known.open_cases, overdue=known.overdue, today=known.reported_today, alarms=sum(known.alarms.values())
    )
    if status.is_linked:
        return told
    return Text(STALE_FIGURES.zh + told.zh, STALE_FIGURES.en + told.en)


def kept_words(status: SiteStatus) -> list[Text]:
    """Return how much waits for a site or is put aside between it and this one; empty for nothing."""
    counts = ((WAITING, status.waiting), (PARKED, status.parked), (PARKED_THERE, status.parked_there))
    return [told.with_values(count=count) for told, count in counts if count]


def joint_words(joint: Joint | None, sites: Mapping[str, SiteStatus]) -> Text | None:
    """Return what the joint session is, None without one that concerns this site."""
    if joint is None or not joint.session:
        return None
    if joint.leader not in sites:
        named = [title_of(sites[site]) if site in sites else Text(site, site) for site in joint.sites]
        return LEADING.with_values(
            sites=Text("、".join(name.zh for name in named), ", ".join(name.en for name in named))
        )
    leader = title_of(sites[joint.leader])
    words = {"joined": LED, "left": LEFT, "waiting": WAITS}.get(joint.state)
    return None if words is None else words.with_values(title=joint.title or leader, leader=leader)


def case_words(line: CaseLine, site: Text, now_ms: int, *, is_linked: bool) -> tuple[Text, Text]:
    """Return a case of a lower site in two lines; while its site is cut no clock is told."""
    state = STATE_TITLES[line.state]
    head = Text(f"【{site.zh}】{class_title(line).zh}", f"[{site.en}] {class_title(line).en}")
    place, left = place_words(line), limit(line, now_ms) if is_linked else NEVER_KNOWN
    return head, Text(
        f"{short_id(line.id)} · {state.zh} · {left.zh} · {place.zh}",
        f"{short_id(line.id)} · {state.en} · {left.en} · {place.en}",
    )


NEVER_KNOWN = Text("断开前的状态", "as it was before the cut")


def order_words(order: SiteOrder, sites: Mapping[str, SiteStatus]) -> Text:
    """Return how an order went, and who refused it and why where it was refused."""
    step = STEPS.get(order.step, Text(order.step, order.step))
    told = ORDER.with_values(step=step, state=SET_ASIDE if order.is_aside else ORDER_STATES[order.state])
    if not order.why_zh:
        return told
    why, by = Text(order.why_zh, order.why_en or order.why_zh), _refuser(order, sites)
    return Text(f"{told.zh}（{by.zh}{why.zh}）", f"{told.en} ({by.en}{why.en})")


def _refuser(order: SiteOrder, sites: Mapping[str, SiteStatus]) -> Text:
    """Return which site refused an order, before a colon; empty while that is not known."""
    if not order.refused_by:
        return Text("", "")
    status = sites.get(order.refused_by)
    name = Text(order.refused_by, order.refused_by) if status is None else title_of(status)
    return Text(f"{name.zh}：", f"{name.en}: ")


def listed(cases: Iterable[SiteCase]) -> list[SiteCase]:
    """Return the open cases of lower sites, the most urgent and then the soonest due first."""
    rank = {"extreme": 0, "urgent": 1, "normal": 2}
    shown = [one for one in cases if one.line.is_open]
    return sorted(shown, key=lambda one: (rank[one.line.urgency], one.line.due_ms or 1 << 62, one.id))


def alarm_words(alarm: SiteAlarm, status: SiteStatus | None, zone: tzinfo | None) -> tuple[Text, Text]:
    """Return an alarm of a lower site in two lines; while its site is cut it says as of when that was so."""
    site = Text(alarm.site, alarm.site) if status is None else title_of(status)
    name = alarm.station_zh or alarm.alarm.station
    station, known = Text(name, alarm.station_en or name), alarm.alarm
    level, state = LEVELS[known.colour], STATE_NAMES[known.state]
    head = ALARM_HEAD.with_values(site=site, level=level, station=station)
    if status is not None and status.is_linked:
        since = SINCE.with_values(time=_moment(known.raised_ms, zone))
    else:
        heard = _moment(status.heard_ms, zone) if status is not None and status.heard_ms else "—"
        since = AS_OF.with_values(time=_moment(known.raised_ms, zone), heard=heard)
    parts = [since, state] + ([SIMULATED] if known.is_simulated else [])
    return head, Text(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def alarms_listed(alarms: Iterable[SiteAlarm]) -> list[SiteAlarm]:
    """Return the alarms of lower sites that are not over, the gravest and then the oldest first."""
    ranks = {colour: rank for rank, colour in enumerate(LEVELS)}
    shown = [one for one in alarms if one.alarm.state not in ("closed", "returned")]
    return sorted(shown, key=lambda one: (ranks[one.alarm.colour], one.alarm.raised_ms, one.id))


def _moment(at_ms: int, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%m-%d %H:%M}"


def dot_colour(status: SiteStatus) -> QColor:
    """Return the colour of a site's dot."""
    if status.is_linked:
        return GREEN
    return AMBER if status.heard_ms else GREY
