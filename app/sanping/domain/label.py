"""Security labels (安全标记, GB/T 22239-2019 8.1.4.2 g): what is labelled how, and up to which label somebody may see.

Values and their comparison only. Whoever is cleared for a label sees what has it or a lower one; nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Literal, Protocol, get_args

from sanping.domain.errors import InputError
from sanping.domain.text import Text

Label = Literal["public", "internal", "sensitive"]
LABELS: tuple[Label, ...] = get_args(Label)
LOWEST: Label = "public"
HIGHEST: Label = "sensitive"
LABEL_TITLES: Mapping[Label, Text] = MappingProxyType(
    {
        "public": Text("公开", "Public"),
        "internal": Text("内部", "Internal"),
        "sensitive": Text("敏感", "Sensitive"),
    }
)
Made = Literal["votes", "posts", "notices", "show"]
"""What people make by hand: votes, how posts stand, notices to other sites, and what a presenter shows."""
USUALLY_MADE: Label = "internal"
RELAY, SITE, USER, DEVICE = "relay", "site", "user", "device"
USUAL: Mapping[str, Label] = MappingProxyType(
    {
        "viewer": "public",
        "grid_worker": "internal",
        "operator": "internal",
        "duty_officer": "sensitive",
        "admin": "sensitive",
        "phone": "sensitive",
        "desk": "sensitive",
        "wall": "internal",
        "kiosk": "public",
        RELAY: "sensitive",
        SITE: "internal",
    }
)
"""What is not set otherwise: by role, by kind of screen, for further hubs of the site, and for the site above."""
_SEEN_BY_ALL = frozenset({"wall", "kiosk"})
_SUBJECT = re.compile(rf"(?:{'|'.join(USUAL)}|(?:{SITE}|{USER}|{DEVICE}):\S+)")
_Levels = Mapping[str, Label]

_CHOSEN_ABOVE = Text(
    "密级“{label}”高于您的许可；请改选：{may}", "The label {label} is above your clearance; choose one of: {may}"
)
_BAD_CLEARANCE = Text(
    "设置 clearances 中的“{word}”无效；请写成 名称=级别，名称为角色、屏幕种类、relay、site 或 user:账号、device:编号、"
    "site:站点，级别为 {labels}",
    "“{word}” in the setting clearances cannot be; write NAME=LABEL, with a role, a kind of screen, relay, site, or "
    "user:ACCOUNT, device:ID, site:ID, and one of {labels}",
)


def is_cleared(clearance: Label, label: Label) -> bool:
    """Say whether somebody cleared up to one label may see what has the other."""
    return LABELS.index(clearance) >= LABELS.index(label)


def higher(labels: Iterable[Label]) -> Label:
    """Return the highest of some labels, the lowest there is for none."""
    return max(labels, key=LABELS.index, default=LOWEST)


def lower(labels: Iterable[Label]) -> Label:
    """Return the lowest of some labels, the highest there is for none."""
    return min(labels, key=LABELS.index, default=HIGHEST)


def up_to(clearance: Label) -> tuple[Label, ...]:
    """Return the labels that somebody may see, and so choose for what he makes, the lowest first."""
    return LABELS[: LABELS.index(clearance) + 1]


def choice_refused(chosen: Label, clearance: Label) -> Text:
    """Return what whoever chose a label above his clearance is told: which he may choose."""
    titles = [LABEL_TITLES[one] for one in up_to(clearance)]
    may = Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
    return _CHOSEN_ABOVE.with_values(label=LABEL_TITLES[chosen], may=may)


def next_to(label: Label, steps: int) -> Label:
    """Return the label so many steps above, or below for a negative number; never beyond the ends."""
    return LABELS[min(len(LABELS) - 1, max(0, LABELS.index(label) + steps))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a twin labels; what it does not name is public.

    `layers` are by name, `stations` by a pattern of ids or "kind:pump", `movers` by their source, `cases` by
    "event:0102" or the beginning of that. Where several match, the highest holds. `made` is what something made by
    hand has when nobody chose. `is_declared`: the twin says something about labels at all, and cases may be labelled
    one by one.
    """

    layers: _Levels = field(default_factory=dict)
    stations: _Levels = field(default_factory=dict)
    movers: _Levels = field(default_factory=dict)
    cases: _Levels = field(default_factory=dict)
    made: Mapping[Made, Label] = field(default_factory=dict)
    is_declared: bool = False

    def usual(self, made: Made, chosen: Label | None = None) -> Label:
        """Return the label of something made by hand: the one that was chosen, else the usual one of the twin."""
        return chosen or (self.made.get(made, USUALLY_MADE) if self.is_declared else LOWEST)

    def layer(self, name: str) -> Label:
        """Return the label of a layer."""
        return self.layers.get(name, LOWEST)

    def station(self, id: str, kinds: Iterable[str] = ()) -> Label:
        """Return the label of a station, and so of everything it reports."""
        if not self.stations:
            return LOWEST
        of_kinds = {f"kind:{kind}" for kind in kinds}
        return higher(
            label for pattern, label in self.stations.items() if pattern in of_kinds or fnmatchcase(id, pattern)
        )

    def mover(self, source: str) -> Label:
        """Return the label of the positions that a source tells."""
        return self.movers.get(source, LOWEST)

    def case(self, kind: str, case_class: str) -> Label:
        """Return the label of all cases of a class."""
        name = f"{kind}:{case_class}"
        return higher(label for start, label in self.cases.items() if name.startswith(start))


NO_LABELS = Labels()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearances:
    """Up to which label whom is cleared: `given` by name as in the setting `clearances`, else `USUAL`."""

    given: _Levels = field(default_factory=dict)

    def of(self, kind: str, role: str, user: str = "", device: str = "") -> Label:
        """Return the clearance of a screen and whoever uses it: the lower of both.

        A wall and a kiosk are seen by all who pass, so there the screen alone decides.
        """
        screen = self._named(f"{DEVICE}:{device}", kind or "desk")
        if kind in _SEEN_BY_ALL:
            return screen
        return lower((screen, self._named(f"{USER}:{user}", role)))

    def of_screen(self, kind: str) -> Label:
        """Return up to which label a kind of screen may show; one that is not known shows what a desk does."""
        return self._named("", kind if kind in USUAL else "desk")

    def of_relay(self) -> Label:
        """Return up to which label the further hubs of the site are told."""
        return self._named("", RELAY)

    def of_site(self, site: str) -> Label:
        """Return up to which label the site above is told."""
        return self._named(f"{SITE}:{site}", SITE)

    def named(self, name: str) -> str:
        """Return what a name of the setting is cleared for, "usual" for one that is as everybody of its kind."""
        found: str | None = self.given.get(name, USUAL.get(name))
        return found or "usual"

    def _named(self, special: str, usual: str) -> Label:
        return self.given.get(special) or self.given.get(usual) or USUAL[usual]


NO_CLEARANCES = Clearances()


class Clearing(Protocol):
    """Who is cleared for what, as `Clearances` says it: for ever, or as it is now."""

    def of(self, kind: str, role: str, user: str = "", device: str = "") -> Label:
        """Return the clearance of a screen and whoever uses it."""

    def of_screen(self, kind: str) -> Label:
        """Return up to which label a kind of screen may show."""

    def of_relay(self) -> Label:
        """Return up to which label the further hubs of the site are told."""

    def of_site(self, site: str) -> Label:
        """Return up to which label another site is told."""


def clearance_changes(old: Clearances, new: Clearances) -> str:
    """Return who is cleared otherwise than before, as in the setting, such as "viewer=public>internal"; "" for none."""
    names = sorted({*old.given, *new.given})
    told = ((name, old.named(name), new.named(name)) for name in names)
    return ", ".join(f"{name}={before}>{after}" for name, before, after in told if before != after)


def clearances_of(written: str) -> Clearances:
    """Return what the setting `clearances` says, NAME=LABEL with commas or blanks between. Raises `InputError`."""
    given: dict[str, Label] = {}
    for word in re.split(r"[\s,，]+", written.strip()):
        name, _, label = word.partition("=")
        known = next((one for one in LABELS if one == label), None)
        if word and (known is None or not _SUBJECT.fullmatch(name)):
            raise InputError(_BAD_CLEARANCE.with_values(word=word[:80], labels=", ".join(LABELS)))
        if known is not None:
            given[name] = known
    return Clearances(given=MappingProxyType(given))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLevels:
    """The labels of what lives in a hub, by the id of a station and by the source of movers; the rest is public.

    `layers` are by their name: what is shown of the city names them. `told_to` is the clearance of the hub that was
    told them: what is above it is not there at all. `has_sites`: other sites tell of what they label, whether or not
    this twin labels anything.
    """

    stations: dict[str, Label] = field(default_factory=dict)
    movers: dict[str, Label] = field(default_factory=dict)
    layers: dict[str, Label] = field(default_factory=dict)
    is_declared: bool = False
    has_sites: bool = False
    told_to: Label = HIGHEST

    @property
    def can_differ(self) -> bool:
        """Whether something may be here that not everybody may see."""
        return self.is_declared or self.has_sites

    def shows_all(self, clearance: Label) -> bool:
        """Say whether somebody may see every station and mover."""
        return clearance == HIGHEST or not (self.stations or self.movers)

    def shows_station(self, id: str, clearance: Label) -> bool:
        """Say whether somebody may see a station."""
        return is_cleared(clearance, self.stations.get(id, LOWEST))

    def shows_mover(self, source: str, clearance: Label) -> bool:
        """Say whether somebody may see what a source tells of movers."""
        return is_cleared(clearance, self.movers.get(source, LOWEST))

    def up_to(self, clearance: Label) -> "LiveLevels":
        """Return the labels without those above one: what has these is not named either."""
        stations = {id: label for id, label in self.stations.items() if is_cleared(clearance, label)}
        movers = {source: label for source, label in self.movers.items() if is_cleared(clearance, label)}
        layers = {name: label for name, label in self.layers.items() if is_cleared(clearance, label)}
        return replace(self, stations=stations, movers=movers, layers=layers, told_to=clearance)

    def epoch(self, epoch: str, clearance: Label) -> str:
        """Return how somebody is told the life of a hub: who is cleared for more or less begins anew."""
        return f"{epoch}/{clearance}" if self.can_differ and clearance != HIGHEST else epoch


NO_LEVELS = LiveLevels()


def clearance_in(epoch: str) -> Label:
    """Return the clearance that `LiveLevels.epoch` has put into the name of a life, the highest for none."""
    told = epoch.partition("/")[2]
    return next((label for label in LABELS if label == told), HIGHEST)
