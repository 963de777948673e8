"""Whom a case waits for: who may take the step that moves it on, not one that ends or only comments it."""

from collections.abc import Mapping
from types import MappingProxyType

from sanping.domain.case import STATES, Actor, Case, State, Step
from sanping.twin.cases.guards import broken_guard
from sanping.twin.cases.life import TRANSITIONS, Transition
from sanping.twin.cases.rules import CaseRules

_ASIDE: frozenset[Step] = frozenset((
    "report", "merge", "void", "urge", "note", "reassign", "ask_help", "return", "ask_extension", "ask_suspension",
    "erase_reporter", "raise_label", "lower_label",
))  # fmt: skip
_WAITS_IN: Mapping[State, tuple[Transition, ...]] = MappingProxyType(
    {
        state: tuple(step for step in TRANSITIONS.values() if state in step.before and step.step not in _ASIDE)
        for state in STATES
    }
)


def states_waiting_for(who: Actor) -> frozenset[State]:
    """Return the states in which a case can wait for somebody with these roles."""
    return frozenset(state for state, steps in _WAITS_IN.items() if any(step.roles & who.roles for step in steps))


def waits_for(case: Case, who: Actor, rules: CaseRules) -> bool:
    """Say whether a case waits for somebody: a step that moves it on is theirs to take now."""
    if not rules.sees(who, case):
        return False
    return any(
        step.roles & who.roles and not any(broken_guard(guard, case, who, rules) for guard in step.guards)
        for step in _WAITS_IN[case.state]
    )
