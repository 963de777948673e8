"""What of a reporter's personal data a role sees (PIPL): nothing, masked, or whole."""

from collections.abc import Iterable

from sanping.domain.case import CaseRole, Reporter
from sanping.twin.cases.rules import CaseRules, Sight

_ORDER: tuple[Sight, ...] = ("none", "masked", "whole")


def sight_of(roles: Iterable[CaseRole], rules: CaseRules) -> Sight:
    """Return the widest sight among roles."""
    return max((rules.roles[role].sight for role in roles if role in rules.roles), key=_ORDER.index, default="none")


def seen_by(reporter: Reporter, roles: Iterable[CaseRole], rules: CaseRules) -> Reporter:
    """Return what people with these roles may see of a reporter; a wall has no role and sees nothing."""
    sight = sight_of(roles, rules)
    if sight == "whole":
        return reporter
    if sight == "none":
        return Reporter()
    return Reporter(name=_masked(reporter.name, 1, 0), phone=_masked_phone(reporter.phone))


def _masked(text: str, first: int, last: int) -> str:
    """Keep the ends; a text that would be all ends is hidden whole."""
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


def _masked_phone(phone: str) -> str:
    return _masked(phone, 3, 4) if len(phone) >= 11 else _masked(phone, 0, 2)
