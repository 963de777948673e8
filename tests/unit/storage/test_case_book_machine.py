"""Anybody tries anything on the book of cases: only legal steps happen, nothing is lost, and the book is the model."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fakes.case_stories import PEOPLE, START_MS, TO_CLOSED, bundled_rules, whole_form
from fakes.machine_profile import profile
from sanping.domain.case import STEPS, Actor, Case, CaseRole, Step
from sanping.domain.errors import NotAllowed, RevisionStale, StepRefused
from sanping.ports.case_book import Taken, Wish
from sanping.storage.case_book import SqliteCaseBook
from sanping.twin.cases.stepping import taken

KEY = b"machine"
OPEN = [
    "reported",
    "verifying",
    "to_file",
    "filed",
    "dispatched",
    "handling",
    "suspended",
    "fed_back",
    "checking",
    "passed",
    "closed",
]
# Written by hand from the life cycle of GB/T 30428.8, not from the table under test: state, step, next state.
WAYS = {
    tuple(line.split())
    for line in """
    - report reported|reported send_to_verify verifying|reported register to_file|reported decline declined
    reported merge merged|reported void void|verifying confirm to_file|verifying refute reported|verifying merge merged
    verifying void void|to_file file filed|to_file refuse_filing not_filed|to_file merge merged|to_file void void
    filed dispatch dispatched|filed merge merged|filed void void|filed urge filed
    dispatched sign handling|dispatched return filed|dispatched reassign dispatched|dispatched void void
    dispatched urge dispatched|handling return filed|handling reassign dispatched|handling ask_extension handling
    handling grant_extension handling|handling ask_suspension handling|handling grant_suspension suspended
    handling refuse_request handling|handling ask_help handling|handling help_done handling|handling feed_back fed_back
    handling void void|handling urge handling|suspended resume handling|suspended void void|suspended urge suspended
    fed_back send_to_check checking|fed_back void void|fed_back urge fed_back|checking pass_check passed
    checking fail_check handling|checking void void|checking urge checking|passed close closed|passed void void
    passed urge passed|closed evaluate archived
    """.replace("\n", "|").split("|")
    if line.strip()
} | {(state, "note", state) for state in OPEN}
ENDS = {"declined", "not_filed", "merged", "void", "archived"}
WAYS |= {(state, "erase_reporter", state) for state in (*OPEN, *ENDS)}
EVERY_ROLE: frozenset[CaseRole] = frozenset(
    {"collector", "registrar", "duty_officer", "dispatcher", "handler", "assessor"}
)
CROWD = [
    *dict.fromkeys(PEOPLE.values()),
    Actor(id="handler-1", roles=EVERY_ROLE, areas=("",), department="绿化市容局"),
    Actor(id="all-rounder", roles=EVERY_ROLE, areas=("",)),
    Actor(id="stranger", roles=EVERY_ROLE, areas=("3206",), department="绿化市容局"),
    Actor(id="nobody", roles=frozenset(), areas=("",)),
]


@dataclass
class Known:
    """What the model knows of a case: the last value, and who worked on it."""

    case: Case
    workers: set[str] = field(default_factory=set)


class BookOfCases(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.book = SqliteCaseBook(Path(self.folder.name), KEY)
        self.known: dict[str, Known] = {}
        self.ops: list[tuple[Wish, int]] = []
        self.now = START_MS

    def wish(self, case: str, step: Step, who: Actor, if_rev: int | None) -> Wish:
        op = f"op{len(self.ops)}-{self.now}"
        asked, now = whole_form(step, op=op, case=case), self.now

        def decide(standing: Case | None) -> Case:
            return taken(standing, asked, who, now, bundled_rules())

        return Wish(op=op, case=case, at_ms=now, said=f"{step} {who.id}".encode(), decide=decide, if_rev=if_rev)

    @initialize(first=st.integers(1, len(TO_CLOSED)), second=st.integers(0, len(TO_CLOSED)))
    def two_cases_are_somewhere_in_their_lives(self, first: int, second: int) -> None:
        for case, depth in (("C1", first), ("C2", second)):
            for step in TO_CLOSED[:depth]:
                self.try_step(case, step, PEOPLE[step], 0, 60)

    @rule(
        case=st.sampled_from(["C1", "C2", "C3"]),
        step=st.sampled_from(STEPS),
        who=st.sampled_from(CROWD),
        behind=st.sampled_from([None, None, 0, 1]),
        wait_s=st.integers(0, 90_000),
    )
    def anybody_tries_anything(self, case: str, step: Step, who: Actor, behind: int | None, wait_s: int) -> None:
        self.try_step(case, step, who, behind, wait_s)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), wait_s=st.integers(0, 90_000))
    def the_right_person_does_something_that_fits(self, data: st.DataObject, wait_s: int) -> None:
        case = data.draw(st.sampled_from(sorted(self.known)))
        fitting = sorted(step for state, step, to in WAYS if state == self.known[case].case.state and to not in ENDS)
        if fitting:
            step: Step = data.draw(st.sampled_from(fitting))  # type: ignore[assignment]  # words of WAYS
            self.try_step(case, step, PEOPLE[step], 0, wait_s)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=st.sampled_from(CROWD))
    def anybody_does_something_that_fits(self, data: st.DataObject, who: Actor) -> None:
        case = data.draw(st.sampled_from(sorted(self.known)))
        fitting = sorted(step for state, step, _ in WAYS if state == self.known[case].case.state)
        if fitting:
            self.try_step(case, data.draw(st.sampled_from(fitting)), who, None, 60)  # type: ignore[arg-type]  # likewise

    def try_step(self, id: str, step: Step, who: Actor, behind: int | None, wait_s: int) -> None:
        self.now += wait_s * 1000 + 1
        known = self.known.get(id)
        rev = known.case.rev if known else 0
        wish = self.wish(id, step, who, None if behind is None else rev - behind)
        (answer,) = self.book.take([wish])
        if behind:
            assert isinstance(answer, RevisionStale)
        if not isinstance(answer, Taken):
            assert isinstance(answer, NotAllowed | StepRefused | RevisionStale)
            return
        state = known.case.state if known else "-"
        workers = known.workers if known else set()
        assert (state, step, answer.case.state) in WAYS
        assert answer.case.rev == rev + 1
        assert answer.seq == len(self.ops) + 1
        assert who.roles
        assert who.id not in ("stranger", "nobody")
        if step in ("pass_check", "fail_check", "close", "evaluate"):
            assert who.id not in workers
        if step in ("sign", "feed_back", "help_done", "ask_extension", "ask_suspension"):
            workers = workers | {who.id}
        self.known[id] = Known(case=answer.case, workers=workers)
        self.ops.append((wish, answer.seq))

    @precondition(lambda self: self.ops)
    @rule(data=st.data())
    def an_old_wish_comes_again(self, data: st.DataObject) -> None:
        wish, seq = data.draw(st.sampled_from(self.ops))
        (answer,) = self.book.take([wish])
        assert isinstance(answer, Taken)
        assert (answer.seq, answer.is_repeated, answer.case) == (seq, True, self.known[wish.case].case)

    @rule()
    def the_hub_starts_again(self) -> None:
        self.book.close()
        self.book = SqliteCaseBook(Path(self.folder.name), KEY)

    @invariant()
    def the_book_is_the_model(self) -> None:
        assert self.book.cases() == [self.known[id].case for id in sorted(self.known)]
        assert [(row.op, row.seq) for row in self.book.rows()] == [(wish.op, seq) for wish, seq in self.ops]
        assert self.book.head().seq == len(self.ops)

    def teardown(self) -> None:
        assert self.book.verify().first_bad is None
        assert [out.seq for out in self.book.waiting()] == [seq for _, seq in self.ops]
        self.book.close()
        self.folder.cleanup()


TestBookOfCases = BookOfCases.TestCase
TestBookOfCases.settings = profile(18, 40)
