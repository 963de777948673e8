"""What a wall tells of the other sites of a federation; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtGui import QColor

from sanping.domain.site import SiteStatus
from sanping.domain.text import Text
from sanping.twin.live import LiveState
from sanping.ui.sites import words

MOST = 4
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One site: its dot, its name, whether it is linked, and its figures."""

    colour: QColor
    name: Text
    link: Text
    figures: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesShown:
    """The sites, those that are cut first, how many more there are, and the joint session."""

    lines: tuple[SiteLine, ...]
    more: int = 0
    joint: Text | None = None


def sites_shown(state: LiveState, zone: tzinfo | None) -> SitesShown | None:
    """Return what is told of other sites, None where there are none; without the hub itself none counts as linked."""
    if not state.sites:
        return None
    ordered = sorted(state.sites.values(), key=lambda one: (one.is_linked, one.way == "lower", one.id))
    return SitesShown(
        lines=tuple(_lines(ordered[:MOST], zone, is_hub_there=state.is_linked)),
        more=max(0, len(ordered) - MOST),
        joint=words.joint_words(state.joint, state.sites),
    )


def _lines(sites: Iterable[SiteStatus], zone: tzinfo | None, *, is_hub_there: bool) -> Iterable[SiteLine]:
    for status in sites:
        is_linked = status.is_linked and is_hub_there
        shown = words.as_linked(status, is_linked=is_linked)
        yield SiteLine(
            colour=words.dot_colour(shown),
            name=words.title_of(shown),
            link=_link(shown, zone),
            figures=words.figures_words(shown) or NOTHING,
        )


def _link(status: SiteStatus, zone: tzinfo | None) -> Text:
    """Return whether a site is linked, and how much is put aside between it and this one."""
    told, count = words.link_words(status, zone), status.parked + status.parked_there
    if not count:
        return told
    aside = words.ASIDE.with_values(count=count)
    return Text(f"{told.zh} · {aside.zh}", f"{told.en} · {aside.en}")
