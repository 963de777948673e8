"""Puts together what stands before the city on a kiosk: words, times and marks, as one value."""

from datetime import UTC, datetime, tzinfo

from sanping.domain.text import Text
from sanping.stage.attending import Attention, Habits, countdown_s
from sanping.stage.show import ShowState
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import RiverView
from sanping.ui.kiosk.attract import Attract
from sanping.ui.kiosk.facts import banner_of, chosen
from sanping.ui.kiosk.view import AlarmBanner, Caption
from sanping.ui.live.alarm_rows import AlarmLine
from sanping.ui.wall.gathering import leader_of

AWAY = Text("实时数据暂时中断，显示最后收到的内容", "Live data are away; this is what was last received")
FOLLOWING = Text("正在跟随：{name}", "Following: {name}")
PHONE_LEADS = Text("访客正用手机操控画面", "A visitor leads with a phone")
DAYS = ("一", "二", "三", "四", "五", "六", "日")
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clock_of(now_ms: int, zone: tzinfo | None) -> tuple[str, Text]:
    """Return time and date where the twin lies."""
    now = datetime.fromtimestamp(now_ms / 1000, zone or UTC)
    zh = f"{now.month}月{now.day}日 周{DAYS[now.weekday()]}"
    en = f"{DAYS_EN[now.weekday()]} {now.day} {MONTHS_EN[now.month - 1]}"
    return f"{now:%H:%M}", Text(zh, en)


def caption_of(attract: Attract, attention: Attention) -> Caption | None:
    """Return the words of the stop that is shown, None while they are hidden."""
    stop = attract.stop_now
    if attention.mode != "tour" or stop is None or attract.leg is None or attract.words <= 0:
        return None
    count = len(attract.stops)
    return Caption(title=stop.title, text=stop.caption, place=attract.leg.stop, count=count, words=attract.words)


def alarm_of(
    part: LivePart, view: RiverView, lines: tuple[AlarmLine, ...], attention: Attention, now_ms: int
) -> AlarmBanner | None:
    """Return the alarm to be read: the one that took over, else the worst one before a visitor or who leads."""
    line = chosen(lines, attention.alarm)
    if line is None and attention.mode in ("hands", "led") and lines:
        line = lines[0] if lines[0].item.key not in attention.told else None
    return None if line is None else banner_of(line, view, now_ms)


def leader_words(show: ShowState | None, attention: Attention) -> Text | None:
    """Return who leads the picture, None while nobody else does."""
    if attention.mode != "led" or show is None:
        return None
    member = show.members.get(show.floor.holder)
    if member is not None and member.kind == "phone":
        return PHONE_LEADS
    leader = leader_of(show)
    return None if leader is None else FOLLOWING.with_values(name=leader)


def countdown_of(attention: Attention, habits: Habits, now_ms: int) -> tuple[int | None, float]:
    """Return the seconds that are counted down, and which share of the countdown is left."""
    seconds = countdown_s(attention, habits, now_ms)
    if seconds is None:
        return None, 0.0
    left_s = habits.idle_s - (now_ms - attention.touched_ms) / 1000
    return seconds, round(left_s / min(habits.countdown_s, 0.5 * habits.idle_s), 2)
