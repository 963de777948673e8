/** The form of one step: what it holds, what it lacks, and what is sent. */

import { PHRASES, type CaseStep } from "../city/cases.ts";
import { LONGEST_NOTE } from "../generated/tables.ts";
import type { Item, Picture } from "../hub/outbox.ts";
import type { CallBack, CaseSheet, PhotoMoment } from "../hub/wire.ts";
import type { WordKey } from "../words.ts";

export interface CaseDraft {
  readonly case: string;
  readonly step: CaseStep;
  readonly note: string;
  readonly pictures: readonly Picture[];
  readonly department: string;
  readonly otherCase: string;
  readonly amount: number;
  readonly score: number;
  readonly isSolved: boolean;
  /** What a caller said; nothing while it was not asked. */
  readonly callBack?: CallBackDraft | undefined;
}

export interface CallBackDraft {
  readonly isReached: boolean;
  readonly isAnswered: boolean | undefined;
  readonly isSolved: boolean | undefined;
  readonly score: number;
}

const EMPTY = { note: "", pictures: [], department: "", otherCase: "", amount: 0, score: 0, isSolved: true } as const;
/** Steps at which a photo helps even where none is needed. */
const WITH_PHOTOS: readonly CaseStep[] = ["feed_back", "pass_check", "fail_check", "confirm", "refute", "return", "help_done", "note", "ask_suspension"];

export function emptyDraft(id: string, step: CaseStep): CaseDraft {
  return { case: id, step, ...EMPTY };
}

/** Returns the form of a refused step as it was sent, to be corrected. */
export function draftOf(item: Item): CaseDraft {
  const said = item.arguments as Readonly<Record<string, unknown>>;
  const text = (key: string) => (typeof said[key] === "string" ? (said[key] as string) : "");
  const number = (key: string) => (typeof said[key] === "number" ? (said[key] as number) : 0);
  return {
    case: text("case"), step: text("step") as CaseStep, note: text("note"), pictures: item.pictures ?? [], department: text("department"),
    otherCase: text("other_case"), amount: number("amount"), score: number("score"), isSolved: said["is_solved"] !== false,
    callBack: callBackOf(said["call_back"]),
  };
}

function callBackOf(said: unknown): CallBackDraft | undefined {
  if (typeof said !== "object" || said === null) return undefined;
  const call = said as Partial<CallBack>;
  return { isReached: call.is_reached !== false, isAnswered: call.is_answered ?? undefined, isSolved: call.is_solved ?? undefined, score: call.score ?? 0 };
}

function isWhole(call: CallBackDraft | undefined): boolean {
  if (call === undefined) return false;
  return !call.isReached || call.isAnswered !== undefined || call.isSolved !== undefined || call.score > 0;
}

/** Says whether something that was kept is the unfinished form of this step. */
export function isDraft(kept: unknown, id: string, step: CaseStep): kept is CaseDraft {
  const draft = kept as Partial<CaseDraft> | null | undefined;
  return typeof draft === "object" && draft !== null && draft.case === id && draft.step === step && Array.isArray(draft.pictures) && typeof draft.note === "string";
}

/** Returns which photos a step's form asks for. */
export function momentsOf(step: CaseStep, needs: readonly string[]): readonly PhotoMoment[] {
  if (needs.includes("after_photo")) return ["before", "after"];
  return needs.includes("photo") || WITH_PHOTOS.includes(step) ? ["scene"] : [];
}

/** Returns what the form still lacks, in the words of a person who fills it in. */
export function lacking(draft: CaseDraft, needs: readonly string[]): WordKey | undefined {
  for (const need of needs) {
    if (need === "note" && draft.note.trim() === "") return "lacks_note";
    if (need === "photo" && draft.pictures.length === 0) return "lacks_photo";
    if (need === "after_photo" && !draft.pictures.some((one) => one.moment === "after")) return "lacks_after_photo";
    if (need === "amount" && !(draft.amount > 0)) return "lacks_amount";
    if (need === "department" && draft.department === "") return "lacks_department";
    if (need === "other_case" && draft.otherCase === "") return "lacks_other_case";
    if (need === "score" && draft.score < 1) return "lacks_score";
    if (need === "call_back" && !isWhole(draft.callBack)) return "lacks_call_back";
  }
  return undefined;
}

/** Returns the arguments of `case.step`, with only what the step needs; photos are put in by the outbox. */
export function argumentsOf(draft: CaseDraft, needs: readonly string[], ifRev: number): Readonly<Record<string, unknown>> {
  return {
    case: draft.case, step: draft.step, if_rev: ifRev,
    ...(draft.note.trim() === "" ? {} : { note: draft.note.trim().slice(0, LONGEST_NOTE) }),
    ...(needs.includes("department") ? { department: draft.department } : {}),
    ...(needs.includes("other_case") ? { other_case: draft.otherCase } : {}),
    ...(needs.includes("amount") ? { amount: draft.amount } : {}),
    ...(needs.includes("call_back") ? { call_back: toldOf(draft.callBack) } : {}),
    ...(needs.includes("score") ? { score: draft.score, is_solved: draft.isSolved } : {}),
  };
}

function toldOf(call: CallBackDraft | undefined): Readonly<Record<string, unknown>> {
  if (call === undefined || !call.isReached) return { is_reached: false };
  return { is_reached: true, is_answered: call.isAnswered ?? null, is_solved: call.isSolved ?? null, score: call.score };
}

/** Adds a phrase to a note, or takes it out again. */
export function withPhrase(note: string, phrase: string): string {
  const parts = note.split(/[；;]\s*/).filter((part) => part.trim() !== "");
  return (parts.includes(phrase) ? parts.filter((part) => part !== phrase) : [...parts, phrase]).join("；");
}

export function phrasesOf(step: CaseStep): readonly WordKey[] {
  return PHRASES[step] ?? [];
}

/** Returns the unit in which the clock of handling is extended. */
export function unitOf(sheet: CaseSheet | undefined): WordKey {
  const unit = sheet?.case.clocks.findLast((clock) => clock.kind === "handling")?.unit ?? "work_day";
  return `unit_${unit}`;
}
