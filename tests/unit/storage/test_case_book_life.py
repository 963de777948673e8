"""The life of cases through the real book: only legal steps, nobody checks their own work, nothing lost, clocks exact.

A second model, written from docs/reference/cases.md alone, says what must happen; time is counted minute by minute.
"""

import random
import tempfile
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fakes.case_model import FIRST_MS, LEGAL, Model, Span, limit_of, minutes_run, moment_due
from fakes.case_stories import (
    AREA,
    ASSESSOR,
    COLLECTOR,
    DISPATCHER,
    HANDLER,
    HELPER,
    OFFICER,
    REGISTRAR,
    bundled_rules,
    china_ms,
    whole_form,
)
from sanping.domain.case import Actor, Case, NewCase, Step
from sanping.domain.errors import RevisionStale, SanpingError
from sanping.ports.case_book import Taken, Wish
from sanping.storage.case_book import SqliteCaseBook
from sanping.twin.cases.clock import limit_ms, used_ms
from sanping.twin.cases.stepping import taken

MINUTE_MS = 60_000
MEMORY = Path("/dev/shm")  # what is safe on disk is tested elsewhere
STARTS = ("2026-02-12 16:20", "2026-02-27 09:00", "2026-04-30 17:00", "2026-09-29 11:30", "2026-12-30 16:00")
ALL = Actor(
    id="all-in-one",
    roles=frozenset({"collector", "registrar", "duty_officer", "dispatcher", "handler", "assessor"}),
    areas=("310107",),
    department=HANDLER.department,
)
ELSEWHERE = msgspec.structs.replace(OFFICER, id="officer-2", areas=("3206",))
HELPS_AND_CHECKS = msgspec.structs.replace(
    HELPER, id="helper-and-collector", roles=frozenset({"handler", "collector", "dispatcher"})
)
SECOND_COLLECTOR = msgspec.structs.replace(COLLECTOR, id="collector-2")
PEOPLE = (
    COLLECTOR, SECOND_COLLECTOR, REGISTRAR, OFFICER, DISPATCHER, HANDLER, HELPER, HELPS_AND_CHECKS, ASSESSOR, ALL,
    ELSEWHERE,
)  # fmt: skip
MOST_CASES = 6
THINGS = (("event", "0102"), ("event", "0104"), ("component", "0101"))
ASIDE = {"void", "decline", "refuse_filing", "urge", "return", "reassign", "refute", "erase_reporter"}
AFTERWARDS = {"call_back", "erase_reporter"}
SOURCES = ("collector", "public", "hotline_12345")


class CaseLives(RuleBasedStateMachine):
    """A few cases of one city, and everybody tries everything."""

    @initialize(start=st.sampled_from(STARTS))
    def opened(self, start: str) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="sanping-lives-", dir=MEMORY if MEMORY.is_dir() else None)
        self.book = SqliteCaseBook(Path(self.folder.name), b"key")
        self.minute = (china_ms(f"{start}:00") - FIRST_MS) // MINUTE_MS
        self.models: dict[str, Model] = {}
        self.wishes = 0
        self._report("collector", THINGS[0])

    def teardown(self) -> None:
        if hasattr(self, "book"):
            assert self.book.verify().first_bad is None
            self.book.close()
            self.folder.cleanup()

    @property
    def now_ms(self) -> int:
        return FIRST_MS + self.minute * MINUTE_MS

    def wish(self, step: Step, case: str, who: Actor, new: NewCase | None = None, if_rev: int | None = None) -> Wish:
        self.wishes += 1
        asked = whole_form(step, op=f"op-{self.wishes}", case=case, **({"new": new} if new else {}))
        at_ms = self.now_ms

        def decide(known: Case | None) -> Case:
            return taken(known, asked, who, at_ms, bundled_rules())

        said = msgspec.json.encode([asked, who.id])
        return Wish(op=asked.op, case=case, at_ms=at_ms, said=said, decide=decide, if_rev=if_rev)

    @rule(source=st.sampled_from(SOURCES), thing=st.sampled_from(THINGS))
    def report(self, source: str, thing: tuple[str, str]) -> None:
        if len(self.models) < MOST_CASES:
            self._report(source, thing)

    def _report(self, source: str, thing: tuple[str, str]) -> None:
        kind, code = thing
        case = f"C{len(self.models)}"
        new = NewCase(kind=kind, case_class=code, source=source, area=AREA)  # type: ignore[arg-type]  # of the table
        [answer] = self.book.take([self.wish("report", case, COLLECTOR, new)])
        assert isinstance(answer, Taken)
        span = Span(kind="filing", began=self.minute, runs=[[self.minute, -1]])
        self.models[case] = Model(source=source, spans=[span])

    @rule(minutes=st.one_of(st.integers(0, 90), st.integers(0, 4 * 1440)))
    def wait(self, minutes: int) -> None:
        if self.minute + minutes < 385 * 1440:
            self.minute += minutes

    @rule(number=st.integers(0, 2), step=st.sampled_from(sorted(LEGAL)), who=st.sampled_from(PEOPLE))
    def somebody_tries(self, number: int, step: Step, who: Actor) -> None:
        self._try(self._case(number), step, who)

    @rule(number=st.integers(0, MOST_CASES), seed=st.integers(0, 10_000))
    def people_go_on(self, number: int, seed: int) -> None:
        """Take the steps that may be taken, mostly onward, and try before each what is tempting and not allowed."""
        case, chance = self._case(number), random.Random(seed)
        for _ in range(12):
            choice = chance.randrange(1000)
            self.wait(chance.choice((0, 5, 60, 400, 2000)))
            if tempting := [
                (step, who) for step in sorted(LEGAL) for who in PEOPLE if self._is_tempting(case, step, who)
            ]:
                self._try(case, *tempting[choice % len(tempting)])
            ways = [(step, who) for step in sorted(LEGAL) for who in PEOPLE if self.models[case].may(step, who)]
            is_over = not [way for way in ways if way[0] not in AFTERWARDS]
            if is_over and choice % 3 and len(self.models) < MOST_CASES:  # it has ended: on with another
                self._report(SOURCES[choice % len(SOURCES)], THINGS[choice % len(THINGS)])
                case = max(self.models)
                continue
            onward = [way for way in ways if way[0] not in ASIDE]
            if chosen := onward if choice % 8 else ways:
                self._try(case, *chosen[choice % len(chosen)])

    @rule(
        number=st.integers(0, 2),
        people=st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
        steps=st.tuples(st.sampled_from(sorted(LEGAL)), st.sampled_from(sorted(LEGAL))),
    )
    def two_act_on_what_they_saw(self, number: int, people: tuple[Actor, Actor], steps: tuple[Step, Step]) -> None:
        case = self._case(number)
        model = self.models[case]
        seen, allowed = model.rev, [model.may(step, who) for step, who in zip(steps, people, strict=True)]
        wishes = [self.wish(step, case, who, if_rev=seen) for step, who in zip(steps, people, strict=True)]
        answers = self.book.take(wishes)
        done = [isinstance(answer, Taken) for answer in answers]
        assert done == [allowed[0], allowed[1] and not allowed[0]]
        if allowed[0]:
            assert isinstance(answers[1], RevisionStale)
        for step, who, is_done in zip(steps, people, done, strict=True):
            if is_done:
                model.take(step, who, self.minute)

    def _is_tempting(self, case: str, step: str, who: Actor) -> bool:
        """Say whether a step is at the right moment and by the right role, and yet not allowed."""
        before, _, roles = LEGAL[step]
        model = self.models[case]
        return model.state in before.split() and bool(set(roles.split()) & who.roles) and not model.may(step, who)

    def _case(self, number: int) -> str:
        return sorted(self.models)[number % len(self.models)]

    def _try(self, case: str, step: Step, who: Actor) -> None:
        model, before = self.models[case], self.book.case(case)
        [answer] = self.book.take([self.wish(step, case, who)])
        assert isinstance(answer, Taken) == model.may(step, who), (model, step, who.id, answer)
        if isinstance(answer, Taken):
            model.take(step, who, self.minute)
        else:
            assert isinstance(answer, SanpingError)
            assert answer.message.zh
            assert self.book.case(case) == before

    @invariant()
    def cases_stand_where_they_must(self) -> None:
        for id, model in getattr(self, "models", {}).items():
            case = self.book.case(id)
            assert case is not None
            assert (case.state, case.rev) == (model.state, model.rev)
            assert set(case.handlers) == model.workers
            self._check_clocks(case, model)

    def _check_clocks(self, case: Case, model: Model) -> None:
        timetable = bundled_rules().timetable
        assert [clock.kind for clock in case.clocks] == [span.kind for span in model.spans]
        due: list[int] = []
        for clock, span in zip(case.clocks, model.spans, strict=True):
            is_round = clock.unit == "emergency_hour"
            used = minutes_run(span, self.minute, is_round_the_clock=is_round)
            assert used_ms(clock, timetable, self.now_ms) == used * MINUTE_MS
            limit = limit_of(clock, span)
            assert limit_ms(clock, timetable) == limit * MINUTE_MS
            if span.runs[-1][1] < 0:
                due.append(moment_due(span, round(limit), is_round_the_clock=is_round))
        assert case.due_ms == (FIRST_MS + min(due) * MINUTE_MS if due else 0)

    @invariant()
    def the_audit_has_every_step_once(self) -> None:
        if getattr(self, "models", None):
            rows = self.book.rows(limit=100_000)
            assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
            for id, model in self.models.items():
                assert [row.rev for row in rows if row.case == id] == list(range(1, model.rev + 1))


CaseLives.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
)
TestCaseLives = CaseLives.TestCase
