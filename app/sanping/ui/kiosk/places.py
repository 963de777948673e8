"""Where things stand on a kiosk, upright or lying: pure geometry in pixels, and what a finger hits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from sanping.ui.kiosk.view import KioskView

EM_SHARE = 1 / 54
LEAST_EM = 9.0
EDGE = 1.6
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0", "enter")
LANGUAGE, BACK, CLOSE_CARD, LEAVE_PAD = "language", "back", "card", "pin.cancel"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Rectangles of a screen of a size; `em` is the size of ordinary text. `buttons` is what can be hit."""

    em: float
    header: QRectF
    banner: QRectF
    caption: QRectF
    visitors: QRectF
    card: QRectF
    countdown: QRectF
    leader: QRectF
    pad: QRectF
    attribution: QRectF
    is_upright: bool
    buttons: Mapping[str, QRectF] = field(default_factory=dict)

    def covered(self, view: KioskView) -> tuple[QRectF, ...]:
        """Return what hides the city: labels keep off it."""
        boxes = [self.header.adjusted(0, 0, 0, -1.0 * self.em), self.visitors, *self.buttons.values()]
        boxes += [self.banner] if view.alarm is not None or view.notices else []
        boxes += [self.card] if view.card is not None else []
        boxes += [self.countdown] if view.mode == "hands" else [self.caption] if view.mode == "tour" else []
        return tuple(boxes)

    def hit(self, at: QPointF) -> str:
        """Return the name of the button under a finger, "" for none; fingers are thick."""
        reach = 0.3 * self.em
        for name, area in self.buttons.items():
            if area.adjusted(-reach, -reach, reach, reach).contains(at):
                return name
        return ""


def places(width: float, height: float, view: KioskView, card_em: float = 0.0) -> Places:
    """Return where everything stands; `card_em` is the height of the card that is shown."""
    em = max(LEAST_EM, min(width, height) * EM_SHARE)
    edge = EDGE * em
    is_upright = height > width
    visitors_wide, visitors_tall = (13.0 * em, 17.2 * em) if view.visitors.link else (15.6 * em, 5.2 * em)
    foot = height - edge - 1.0 * em
    visitors = QRectF(width - edge - visitors_wide, foot - visitors_tall, visitors_wide, visitors_tall)
    beside = visitors.left() - 2 * edge
    if is_upright:
        caption = QRectF(edge, foot - 24.0 * em, beside, 24.0 * em)
        banner_wide = width - 2 * edge
        card = QRectF(edge, foot - 9.0 * em - card_em * em, min(width - 2 * edge, 26 * em), card_em * em)
    else:
        caption = QRectF(edge, foot - 13.0 * em, min(beside - edge, 62 * em), 13.0 * em)
        banner_wide = min(width - 2 * edge - 12 * em, 62 * em)
        is_urgent = view.alarm is not None or bool(view.notices)
        top = max((18.0 if is_urgent else 6.2) * em, (height - card_em * em) * 0.42)
        card = QRectF(edge, top, 24 * em, card_em * em)
    pad_wide, pad_tall = 19.0 * em, 29.0 * em
    pad = QRectF((width - pad_wide) / 2, (height - pad_tall) / 2, pad_wide, pad_tall)
    found = Places(
        em=em,
        header=QRectF(0, 0, width, 5.4 * em),
        banner=QRectF((width - banner_wide) / 2, (8.8 if is_upright else 5.9) * em, banner_wide, 10.0 * em),
        caption=caption,
        visitors=visitors,
        card=card,
        countdown=QRectF(edge, foot - 6.6 * em, min(38.0 * em, beside), 6.6 * em),
        leader=QRectF(width / 2 - 14 * em, 1.5 * em if not is_upright else 5.4 * em, 28 * em, 2.6 * em),
        pad=pad,
        attribution=QRectF(edge, height - 1.75 * em, width - 2 * edge, 1.4 * em),
        is_upright=is_upright,
    )
    return _with_buttons(found, view, width)


def _with_buttons(found: Places, view: KioskView, width: float) -> Places:
    em, edge = found.em, EDGE * found.em
    if view.pin is not None:
        return Places(**{**vars(found), "buttons": _pad_buttons(found)})
    buttons = {
        LANGUAGE: QRectF(width - edge - 5.0 * em, 5.6 * em if found.is_upright else 4.9 * em, 5.0 * em, 2.3 * em)
    }
    if view.mode == "hands":
        area = found.countdown
        buttons[BACK] = QRectF(area.right() - 8.6 * em, area.center().y() - 1.5 * em, 8.0 * em, 3.0 * em)
        if view.card is not None:
            card = found.card
            buttons[CLOSE_CARD] = QRectF(card.right() - 2.9 * em, card.top() + 0.5 * em, 2.4 * em, 2.4 * em)
    return Places(**{**vars(found), "buttons": buttons})


def _pad_buttons(found: Places) -> dict[str, QRectF]:
    em, pad = found.em, found.pad
    buttons = {}
    for number, key in enumerate(KEYS):
        row, column = divmod(number, 3)
        buttons[f"pin.{key}"] = QRectF(
            pad.left() + (1.5 + 5.5 * column) * em, pad.top() + (8.0 + 4.1 * row) * em, 5.0 * em, 3.6 * em
        )
    buttons[LEAVE_PAD] = QRectF(pad.left() + 1.5 * em, pad.bottom() - 4.2 * em, pad.width() - 3.0 * em, 3.0 * em)
    return buttons
