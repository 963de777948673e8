"""Nobody chooses a label above his own clearance, for what he makes or shows, nor for a case that he raises."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from contract.test_labels_between_hubs import with_relay
from fakes.governed_hub import done
from fakes.labelled_hub import SUBJECTS, LabelledHub, Listener, answers
from fakes.linked_hub import Screen, asked, eventually
from fakes.relayed_hub import Relay
from sanping.commands.hub_actions import HUB_ACTIONS
from sanping.domain.device import DeviceKind
from sanping.domain.label import LABEL_TITLES, LABELS, Label, choice_refused, is_cleared, up_to
from sanping.domain.role import Role, is_at_least
from sanping.hub.site_host import now_ms
from sanping.wire.messages import Ack
from sanping.wire.show import Floor, Refused, Show

CHOICES = [{"id": one, "name": one} for one in ("a", "b")]
KINDS: dict[str, Callable[[Label], dict[str, object]]] = {
    "vote.open": lambda label: {"plan": "p", "title": label, "choices": CHOICES, "label": label},
    "event.post": lambda label: {"post": "post-public", "state": "help", "note": label, "label": label},
    "notice.send": lambda label: {"sites": ["t"], "title": "t", "until_ms": now_ms() + 9_000_000, "label": label},
}
"""What people make with a command, and how its label is chosen."""
Subject = tuple[str, DeviceKind, Role, Label]
Play = Callable[[LabelledHub, Listener, Listener], Awaitable[None]]


def says_what_may_be_chosen(zh: str, en: str, label: Label, clearance: Label) -> bool:
    """Say whether a refusal names the label and each that may be chosen, in both languages, and no other."""
    words = choice_refused(label, clearance)
    may = [LABEL_TITLES[one] for one in up_to(clearance)]
    assert words.zh.endswith("：" + "、".join(one.zh for one in may))
    assert words.en.endswith(": " + ", ".join(one.en for one in may))
    return (zh, en) == (words.zh, words.en)


def played(folder: Path, subject: Subject, play: Play) -> None:
    """Play with the owner of a hub and a screen of somebody."""
    name, kind, role, _ = subject

    async def all_of_it(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screen = await Listener(name, kind, room="own").listen(hub.address, hub.let_in(name, kind, role))
        screens.extend((owner, screen))
        await play(hub, owner, screen)

    asyncio.run(asked(LabelledHub(folder), all_of_it))


@pytest.mark.parametrize("subject", SUBJECTS, ids=[one[0] for one in SUBJECTS])
def test_nobody_chooses_a_label_above_his_clearance_for_what_he_makes_or_shows(
    tmp_path: Path, subject: Subject
) -> None:
    _, _, role, clearance = subject

    async def play(hub: LabelledHub, owner: Listener, screen: Listener) -> None:
        refused = 0
        for label in LABELS:
            is_fine = is_cleared(clearance, label)
            for action, arguments in KINDS.items():
                ack = await done(screen, action, arguments(label))
                if not is_at_least(role, HUB_ACTIONS[action].least):
                    assert HUB_ACTIONS[action].title.zh in ack.error_zh
                    continue
                told = says_what_may_be_chosen(ack.error_zh, ack.error_en, label, clearance)
                assert told != is_fine, (action, label, ack.error_en)
                is_done = is_fine and action != "notice.send" and is_at_least(role, "duty_officer")
                assert ack.ok == is_done, ack.error_en  # there is no site below, and a post is its department's
                refused += not is_fine
                if ack.ok and action == "vote.open":
                    assert _made(hub) == label
                    await _closed(hub, owner)
            await _shown(screen, label, clearance, is_guest=not is_at_least(role, "operator"))
        kept = [row.body for row in await hub.hub.events.between(0, 1 << 53, ("access",))]
        assert sum(b"label.refused" in body for body in kept) == refused

    played(tmp_path, subject, play)


def _made(hub: LabelledHub) -> Label:
    return next(reversed(hub.hub.ballots.book.values())).label


async def _closed(hub: LabelledHub, owner: Listener) -> None:
    ack: Ack = await done(owner, "vote.close", {"ballot": next(reversed(hub.hub.ballots.book))})
    assert ack.ok, ack.error_en


async def _shown(screen: Listener, label: Label, clearance: Label, *, is_guest: bool = False) -> None:
    """Let a screen show a note with a label; it is refused, or told to all, as its clearance says."""
    if is_guest and screen.kind not in ("wall", "kiosk"):
        return  # who is let lead by others only
    await screen.say(Floor(wish="seize" if screen.kind in ("wall", "kiosk") else "request"))
    await eventually(lambda: screen.mirror.show.floor.holder == screen.mirror.show.me)
    note = {"notes": [{"id": "1", "kind": "point", "points": [[0, 0, 0]], "words": label, "colour": "#ff0000"}]}
    raw, count = msgspec.Raw(msgspec.json.encode(note)), len(screen.heard)
    await screen.say(Show(key="notes", value=raw, fence=screen.mirror.show.floor.fence, n=7, label=label))
    if is_cleared(clearance, label):
        await eventually(lambda: "notes" in screen.mirror.show.values)
        await eventually(lambda: label.encode() in bytes(screen.mirror.show.values["notes"].value))
        return
    await eventually(lambda: any(isinstance(one, Refused) for one in screen.heard[count:]))
    told = next(one for one in screen.heard[count:] if isinstance(one, Refused))
    assert (told.about, told.code, told.n) == ("show", "value", 7)
    assert says_what_may_be_chosen(told.error_zh, told.error_en, label, clearance)


def test_nobody_raises_a_case_above_his_own_clearance_nor_is_offered_to(tmp_path: Path) -> None:
    subject = next(one for one in SUBJECTS if one[0] == "operator")

    async def play(hub: LabelledHub, owner: Listener, operator: Listener) -> None:
        case = (await hub.fill(owner)).cases["public"]
        step = {"case": case, "step": "raise_label"}

        assert (await done(operator, "case.step", step)).ok  # to internal, which he sees
        low = await done(operator, "case.step", step)

        assert not low.ok
        assert "敏感" in low.error_zh
        assert "Sensitive" in low.error_en
        assert hub.hub.cases is not None
        assert hub.hub.cases.table.level(hub.hub.cases.table.row(case)) == "internal"
        offered = {name: await _steps(hub, case, role) for name, role in (("op", "operator"), ("duty", "duty_officer"))}
        assert {name: "raise_label" in steps for name, steps in offered.items()} == {"op": False, "duty": True}
        assert (await done(owner, "case.step", step)).ok

    played(tmp_path, subject, play)


async def _steps(hub: LabelledHub, case: str, role: Role) -> list[str]:
    found = await answers(hub.address, hub.let_in(role, "desk", role), [(f"/cases/{case}", {})])
    [(status, body)] = found.values()
    assert status == 200, body
    return [one["step"] for one in msgspec.json.decode(body[body.index(b"{") :])["steps"]]


def test_who_leads_at_a_relay_chooses_no_label_above_his_clearance_nor_that_of_relays(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, relay: Relay, screens: list[Screen]) -> None:
        for name, role, clearance in (("li", "operator", "internal"), ("duty", "duty_officer", "sensitive")):
            token = hub.let_in(name, "desk", role)  # type: ignore[arg-type]
            screen = await Listener(name, "desk", room=name).listen(relay.address, token)
            screens.append(screen)
            for label in LABELS:
                await _shown(screen, label, clearance)  # type: ignore[arg-type]

    with_relay(tmp_path / "all", play)

    async def low(hub: LabelledHub, relay: Relay, screens: list[Screen]) -> None:
        token = hub.let_in("duty", "desk", "duty_officer")
        screens.append(screen := await Listener("duty", "desk", room="duty").listen(relay.address, token))
        await _shown(screen, "sensitive", "internal")

    with_relay(tmp_path / "low", low, "internal")
