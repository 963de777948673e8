"""Everything that stands before the city on a kiosk at one moment, as one value."""

from dataclasses import dataclass, field

from sanping.domain.notice import Notice
from sanping.domain.text import Language, Text
from sanping.domain.view import StyleName
from sanping.stage.attending import Mode
from sanping.ui.live.alarm_rows import AlarmLine

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One line of a card; `age` says how old a value is."""

    label: Text
    value: Text
    age: Text = NOTHING
    is_simulated: bool = False
    is_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a visitor tapped on: its name, what it is, and a few lines about it."""

    title: Text
    kind: Text
    lines: tuple[CardLine, ...] = ()
    is_simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The words of a stop; `place` counts from 0 of `count` stops, `words` says how visible they are (0 … 1)."""

    title: Text
    text: Text | None
    place: int
    count: int
    words: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmBanner:
    """An alarm with its value, how long ago it was raised, and what is to be done."""

    line: AlarmLine
    value: Text
    age: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PinPad:
    """The pad that is shown before the kiosk closes: digits given, why nothing is taken, seconds that it is locked."""

    digits: int = 0
    is_wrong: bool = False
    left_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """How phones get in: the address that the QR code holds, "" while there is none."""

    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskView:
    """What is shown. `loading` is the share of the city that has arrived, None once it stands."""

    title: Text = NOTHING
    is_synthetic: bool = False
    clock: str = ""
    date: Text = NOTHING
    language: Language = "zh"
    style: StyleName = "night"
    mode: Mode = "tour"
    loading: float | None = None
    caption: Caption | None = None
    veil: float = 0.0
    countdown_s: int | None = None
    countdown_share: float = 0.0
    card: Card | None = None
    alarm: AlarmBanner | None = None
    notices: tuple[Notice, ...] = ()
    leader: Text | None = None
    trouble: Text | None = None
    visitors: Visitors = field(default_factory=Visitors)
    pin: PinPad | None = None
    attribution: Text = NOTHING
