import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import {
  byDue, colourAt, distanceText, geoLink, inOrder, isOfPhase, isToCallBack, leftAt, likelySteps, metresBetween, stateAfter, timeLeft,
} from "../src/city/cases.ts";
import { CASE_STEPS } from "../src/generated/tables.ts";
import type { Item, Picture } from "../src/hub/outbox.ts";
import type { CaseLine, Governance } from "../src/hub/wire.ts";
import { classesFound } from "../src/screens/case_class.tsx";
import { argumentsOf, draftOf, emptyDraft, isDraft, lacking, momentsOf, withPhrase } from "../src/state/case_draft.ts";
import { wordsIn } from "../src/words.ts";

const SNAPSHOT = join(dirname(fileURLToPath(import.meta.url)), "../../../tests/wire_examples/hub.snapshot.json");
const EXAMPLE = (JSON.parse(readFileSync(SNAPSHOT, "utf8")) as { cases: CaseLine[] }).cases[0]!;
const HOUR_MS = 3_600_000;
const BEGUN_MS = 1_790_000_000_000;
const LINE: CaseLine = {
  ...EXAMPLE, id: "310107-20260921-0001", rev: 4, state: "dispatched", area: "310107001", department: "road", begun_ms: BEGUN_MS,
  due_ms: BEGUN_MS + 10 * HOUR_MS, turns: [[BEGUN_MS, "green"], [BEGUN_MS + 5 * HOUR_MS, "yellow"], [BEGUN_MS + 8 * HOUR_MS, "orange"], [BEGUN_MS + 10 * HOUR_MS, "red"]],
};
const ME: Pick<Governance, "me" | "my_roles" | "my_areas" | "my_department"> = {
  me: "li", my_roles: ["collector", "handler"], my_areas: ["310107"], my_department: "road",
};
const picture = (moment: Picture["moment"]): Picture => ({ moment, takenMs: 1, bytes: 9 });
const names = (steps: readonly { step: string }[]) => steps.map((one) => one.step).sort();

test("the clock of a case has the colour of its last turn and says in words what is left", () => {
  // given a clock of ten hours
  const say = wordsIn("zh");
  const moments = [-1, 0, 5, 9.5, 10, 34.5].map((hours) => BEGUN_MS + hours * HOUR_MS);

  // when it is looked at from before its begin until after its end
  const colours = moments.map((ms) => colourAt(LINE, ms));
  const words = moments.slice(1).map((ms) => timeLeft(LINE, ms, say));

  // then the colours turn, and what is late is late by so much
  expect(colours).toEqual(["grey", "green", "yellow", "orange", "red", "red"]);
  expect(words).toEqual(["还剩 10 小时 0 分", "还剩 5 小时 0 分", "还剩 30 分钟", "还剩 不到 1 分钟", "已超时 1 天 0 小时"]);
  expect(moments.map((ms) => leftAt(LINE, ms))).toEqual([1, 1, 0.5, 0.05, 0, 0]);
  expect(leftAt({ ...LINE, due_ms: 0 }, BEGUN_MS)).toBeUndefined();
  expect(timeLeft({ ...LINE, state: "suspended", due_ms: 0 }, BEGUN_MS, say)).toBe("已挂账，计时暂停");
});

test("cases are sorted by the end of their clock, and belong to the filter of their state", () => {
  // given cases with and without a clock
  const lines = [{ ...LINE, id: "none", due_ms: 0 }, { ...LINE, id: "late", due_ms: 2 }, { ...LINE, id: "first", due_ms: 1 }];

  // when they are sorted

  // then the one that is over first comes first, and one without a clock last
  expect([...lines].sort(byDue).map((line) => line.id)).toEqual(["first", "late", "none"]);
  expect((["sign", "handle", "verify", "check", "all"] as const).filter((phase) => isOfPhase({ state: "checking" }, phase))).toEqual(["check", "all"]);
});

test("distances are as on a map, and a link to a place holds nothing but numbers and an encoded name", () => {
  // given two bridges of Suzhou Creek, and an address that tries to be more
  const say = wordsIn("zh");
  const [one, other] = [[121.4066, 31.2269], [121.4166, 31.2269]] as const;

  // when the way between them and the link are made
  const metres = metresBetween(one, other);
  const link = geoLink(one, 'x) "><script>hit(1)</script>');

  // then they are what PROJ says within a metre in a thousand, and only a link
  expect(metres).toBeGreaterThan(950);
  expect(metres).toBeLessThan(953);
  expect([distanceText(metres, say), distanceText(3, say), distanceText(12_345, say)]).toEqual(["距我 950 米", "距我 10 米", "距我 12 公里"]);
  expect(link).toMatch(/^geo:31\.226900,121\.406600\?q=31\.226900,121\.406600\([^<>"() ]*\)$/);
});

test("the steps that a phone expects without a network are those of the declared life", () => {
  // given a case that was dispatched to our department, and one to another
  const [ours, theirs] = [LINE, { ...LINE, department: "green" }];

  // when the steps are asked now, after signing, and by somebody of another area
  const now = names(likelySteps(ours, "dispatched", ME));
  const after = stateAfter("dispatched", ["sign"]);
  const then = names(likelySteps(ours, after, ME));

  // then who handles it may sign and return, then feed back, and never check
  expect(now).toEqual(["note", "return", "sign"]);
  expect(after).toBe("handling");
  expect(then).toEqual(["ask_extension", "ask_suspension", "feed_back", "note", "return"]);
  expect(names(likelySteps(theirs, "dispatched", ME))).toEqual(["note"]);
  expect(names(likelySteps(ours, "checking", ME))).toEqual(["note"]);
  expect(names(likelySteps(theirs, "checking", ME))).toEqual(["fail_check", "note", "pass_check"]);
  expect(likelySteps({ ...ours, area: "310106001" }, "dispatched", ME)).toEqual([]);
  expect(inOrder(likelySteps(ours, "handling", ME)).forward.map((one) => one.step)).toEqual(["feed_back"]);
});

test("somebody who handled a case may not check it, and an open request or help stops feeding back", () => {
  // given what the sheet of a case tells
  const facts = { helps: [], request: null, handlers: ["li"], verdict: "unverified" } as const;
  const asked = { ...facts, request: { kind: "extension", by: "li", asked_ms: 1, amount: 2 } } as const;
  const helping = { ...facts, helps: [{ department: "water", is_done: false }] } as const;
  const elsewhere = { ...LINE, department: "green" };

  // when the steps are asked

  // then they are the hub's
  expect(names(likelySteps(elsewhere, "checking", ME, facts))).toEqual(["note"]);
  expect(names(likelySteps(LINE, "handling", ME, asked))).toEqual(["note"]);
  expect(names(likelySteps(LINE, "handling", ME, helping))).not.toContain("feed_back");
  expect(names(likelySteps(LINE, "handling", { ...ME, my_department: "water" }, helping))).toContain("help_done");
});

test("a form says what it lacks before anything is sent, and sends only what its step needs", () => {
  // given the form of feeding back
  const needs = CASE_STEPS["feed_back"]?.needs ?? [];
  const empty = emptyDraft(LINE.id, "feed_back");

  // when it is filled in part by part
  const noted = { ...empty, note: withPhrase(withPhrase("", "已清理干净"), "已修复") };
  const wrong = { ...noted, pictures: [picture("before")] };
  const whole = { ...noted, pictures: [picture("before"), picture("after")] };

  // then each lack has its words
  expect([empty, noted, wrong, whole].map((draft) => lacking(draft, needs))).toEqual(["lacks_note", "lacks_after_photo", "lacks_after_photo", undefined]);
  expect(withPhrase(noted.note, "已修复")).toBe("已清理干净");
  expect(argumentsOf(whole, needs, 7)).toEqual({ case: LINE.id, step: "feed_back", if_rev: 7, note: "已清理干净；已修复" });
  expect([momentsOf("feed_back", needs), momentsOf("pass_check", ["photo"]), momentsOf("sign", [])]).toEqual([["before", "after"], ["scene"], []]);
  expect(Object.entries({ amount: "lacks_amount", department: "lacks_department", other_case: "lacks_other_case", score: "lacks_score", photo: "lacks_photo" })
    .every(([need, word]) => lacking(empty, [need]) === word)).toBe(true);
});

test("a caller who was reached says something, and one who was not says nothing", () => {
  // given the form of calling back, which only the hub offers
  const needs = CASE_STEPS["call_back"]?.needs ?? [];
  const empty = emptyDraft(LINE.id, "call_back");
  const all = { ...ME, my_roles: ["registrar", "assessor", "duty_officer"] as const };
  expect(names(likelySteps(LINE, "closed", all))).not.toContain("call_back");
  const closed = { ...LINE, source: "hotline_12345", state: "closed" as const };
  expect([isToCallBack(closed, all), isToCallBack(closed, ME), isToCallBack(LINE, all), isToCallBack(closed, undefined)]).toEqual([true, false, false, false]);

  // when nothing is said, when nobody answers, and when somebody says that it is solved
  const silent = { ...empty, callBack: { isReached: true, isAnswered: undefined, isSolved: undefined, score: 0 } };
  const missed = { ...empty, callBack: { ...silent.callBack, isReached: false } };
  const said = { ...empty, callBack: { ...silent.callBack, isSolved: true, score: 4 } };

  // then the first two lack an answer, and what is sent is taken up again as it was
  expect([empty, silent, missed, said].map((draft) => lacking(draft, needs))).toEqual(["lacks_call_back", "lacks_call_back", undefined, undefined]);
  expect(argumentsOf(missed, needs, 1)["call_back"]).toEqual({ is_reached: false });
  const sent = argumentsOf(said, needs, 1);
  expect(sent["call_back"]).toEqual({ is_reached: true, is_answered: null, is_solved: true, score: 4 });
  expect(draftOf({ n: 1, op: "x", action: "case.step", madeMs: 1, state: "refused", arguments: sent }).callBack).toEqual(said.callBack);
});

test("a refused step opens its form as it was sent, and an unfinished one is taken up only where it belongs", () => {
  // given a refused item
  const item: Item = {
    n: 3, op: "x", action: "case.step", madeMs: 1, state: "refused", pictures: [picture("after")],
    arguments: { case: LINE.id, step: "ask_extension", if_rev: 3, note: "等配件", amount: 2 },
  };

  // when it is corrected
  const draft = draftOf(item);

  // then nothing is typed again
  expect([draft.note, draft.amount, draft.pictures.length]).toEqual(["等配件", 2, 1]);
  expect([isDraft(draft, LINE.id, "ask_extension"), isDraft(draft, LINE.id, "sign"), isDraft(undefined, LINE.id, "sign")]).toEqual([true, false, false]);
});

test("classes are found by name or code, without those that only gather others", () => {
  // given a table with a wide class and its narrow ones
  const classes = [
    { kind: "event", code: "01", name_zh: "市容环境", name_en: "City appearance" }, { kind: "event", code: "0105", name_zh: "水域不洁", name_en: "Dirty water" },
    { kind: "component", code: "0101", name_zh: "上水井盖", name_en: "Manhole cover" }, { kind: "event", code: "05", name_zh: "突发事件", name_en: "Emergencies" },
  ] as const;

  // when they are sought

  // then the narrow ones come, and a wide one only where it has none
  expect(["", "井盖", "water", "05", "没有"].map((word) => classesFound(classes, word).map((row) => row.code))).toEqual([["0105", "0101", "05"], ["0101"], ["0105"], ["05"], []]);
});
