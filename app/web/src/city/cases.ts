/** Cases as their screens need them: the clock in colour and words, whom they wait for, how far they are, what may follow. */

import { CASE_STEPS } from "../generated/tables.ts";
import type { CaseLine, CaseSheet, Governance, PossibleStep } from "../generated/messages.ts";
import type { Say, WordKey } from "../words.ts";

export type CaseState = CaseLine["state"];
export type CaseColour = CaseLine["turns"][number][1];
export type CaseStep = PossibleStep["step"];
export type Phase = "sign" | "handle" | "verify" | "check" | "all";
export type LonLat = readonly [number, number];
type Me = Pick<Governance, "me" | "my_roles" | "my_areas" | "my_department">;
type Facts = Pick<CaseSheet["case"], "helps" | "request" | "handlers" | "verdict">;

export const CASE_COLOURS: Readonly<Record<CaseColour, string>> = {
  grey: "#8a97a8", green: "#2fc98a", yellow: "#f2c12e", orange: "#ff8a2a", red: "#ff4d4d",
};
export const PHASES: readonly Phase[] = ["sign", "handle", "verify", "check", "all"];
const STATES_OF: Readonly<Record<Exclude<Phase, "all">, readonly CaseState[]>> = {
  sign: ["dispatched"], handle: ["handling", "suspended"], verify: ["verifying"], check: ["checking"],
};
const ENDED: ReadonlySet<CaseState> = new Set(["archived", "declined", "not_filed", "merged", "void"]);
/** What brings a case forward, in the order in which it is offered; everything else follows. */
const FORWARD: readonly CaseStep[] = [
  "sign", "feed_back", "help_done", "confirm", "pass_check", "register", "file", "dispatch", "send_to_check", "close", "call_back", "evaluate",
  "grant_extension", "grant_suspension", "resume", "send_to_verify",
];
const ASIDE: readonly CaseStep[] = ["note", "urge", "merge", "void", "erase_reporter", "raise_label", "lower_label"];
/** What depends on more than a phone knows: offered only when the hub says so. */
const TOLD_ONLY: readonly string[] = ["call_back", "erase_reporter", "raise_label", "lower_label"];
export const HOTLINE = "hotline_12345";
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const EARTH_M = 6_371_008.8;

export function colourAt(line: CaseLine, nowMs: number): CaseColour {
  return line.turns.findLast(([momentMs]) => nowMs >= momentMs)?.[1] ?? "grey";
}

/** Returns the share of wall time left on the running clock, 1 at its begin and 0 from its end; nothing when none runs. */
export function leftAt(line: CaseLine, nowMs: number): number | undefined {
  if (line.due_ms === 0 || line.due_ms <= line.begun_ms) return undefined;
  return Math.min(1, Math.max(0, (line.due_ms - nowMs) / (line.due_ms - line.begun_ms)));
}

/** Says in words how much time is left, or by how much it is late. */
export function timeLeft(line: CaseLine, nowMs: number, say: Say): string {
  if (line.state === "suspended") return say("case_paused");
  if (line.due_ms === 0) return say(isOver(line) ? "case_over" : "case_no_clock");
  const leftMs = line.due_ms - nowMs;
  return leftMs >= 0 ? say("case_left", { time: spanText(leftMs, say) }) : say("case_late", { time: spanText(-leftMs, say) });
}

function spanText(ms: number, say: Say): string {
  if (ms < MINUTE_MS) return say("span_moment");
  if (ms < HOUR_MS) return say("span_minutes", { m: Math.floor(ms / MINUTE_MS) });
  if (ms < DAY_MS) return say("span_hours", { h: Math.floor(ms / HOUR_MS), m: Math.floor((ms % HOUR_MS) / MINUTE_MS) });
  return say("span_days", { d: Math.floor(ms / DAY_MS), h: Math.floor((ms % DAY_MS) / HOUR_MS) });
}

export function isOver(line: Pick<CaseLine, "state">): boolean {
  return ENDED.has(line.state) || line.state === "closed";
}

export function phaseOf(line: Pick<CaseLine, "state">): Phase {
  return PHASES.find((phase) => phase !== "all" && STATES_OF[phase].includes(line.state)) ?? "all";
}

export function isOfPhase(line: Pick<CaseLine, "state">, phase: Phase): boolean {
  return phase === "all" || STATES_OF[phase].includes(line.state);
}

/** The one whose time is over first comes first; without a clock last, the oldest first. */
export function byDue(one: CaseLine, other: CaseLine): number {
  return (one.due_ms || Infinity) - (other.due_ms || Infinity) || one.reported_ms - other.reported_ms;
}

export function placeOf(line: Pick<CaseLine, "lon_deg" | "lat_deg">): LonLat | undefined {
  return line.lon_deg === null || line.lat_deg === null ? undefined : [line.lon_deg, line.lat_deg];
}

/** Returns metres along the ground between two places in degrees. */
export function metresBetween([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const [from, to] = [(lat1 * Math.PI) / 180, (lat2 * Math.PI) / 180];
  const across = Math.sin(((lon2 - lon1) * Math.PI) / 360) ** 2 * Math.cos(from) * Math.cos(to);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(Math.sin((to - from) / 2) ** 2 + across)));
}

export function distanceText(metres: number, say: Say): string {
  return metres < 1000 ? say("distance_m", { n: Math.max(10, Math.round(metres / 10) * 10) }) : say("distance_km", { n: (metres / 1000).toFixed(metres < 10_000 ? 1 : 0) });
}

/** Returns where a case would stand after steps that wait to be sent. */
export function stateAfter(state: CaseState, steps: readonly CaseStep[]): CaseState {
  return steps.reduce((now, step) => (CASE_STEPS[step]?.after || now) as CaseState, state);
}

/** Says whether a case waits for somebody of these roles, areas and department, as far as its line tells. */
export function waitsFor(line: CaseLine, me: Me): boolean {
  return likelySteps(line, line.state, me).some(({ step }) => FORWARD.includes(step) && step !== "evaluate");
}

/** Says whether somebody of the office may ring back who rang about a closed case. */
export function isToCallBack(line: Pick<CaseLine, "source" | "state">, me: Pick<Me, "my_roles"> | undefined): boolean {
  return line.source === HOTLINE && line.state === "closed" && mayCallBack(me);
}

export function mayCallBack(me: Pick<Me, "my_roles"> | undefined): boolean {
  return me?.my_roles.some((role) => role === "registrar" || role === "assessor") ?? false;
}

/** Says whether a case may concern somebody, so that the hub has to be asked. */
export function couldBeMine(line: CaseLine, me: Me): boolean {
  if (line.state === "handling" && me.my_roles.includes("handler")) return me.my_areas.some((area) => line.area.startsWith(area)); // may be asked to help
  return waitsFor(line, me);
}

/** Returns the steps that are possible as far as this phone can tell: the hub decides when they arrive. */
export function likelySteps(line: Pick<CaseLine, "area" | "department">, state: CaseState, me: Me, facts?: Facts): readonly PossibleStep[] {
  const isInArea = me.my_areas.some((area) => line.area.startsWith(area));
  if (!isInArea) return [];
  return Object.entries(CASE_STEPS)
    .filter(([step, rule]) => !TOLD_ONLY.includes(step) && rule.before.includes(state) && rule.roles.some((role) => (me.my_roles as readonly string[]).includes(role)))
    .filter(([, rule]) => rule.guards.every((guard) => holds(guard, line.department, me, facts)))
    .map(([step, rule]) => ({ step: step as CaseStep, title_zh: rule.zh, title_en: rule.en, needs: rule.needs }));
}

function holds(guard: string, department: string, me: Me, facts: Facts | undefined): boolean {
  const request = facts?.request ?? null;
  switch (guard) {
    case "own_department": return me.my_department !== "" && me.my_department === department;
    case "helper_department": return facts?.helps.some((help) => help.department === me.my_department && !help.is_done) ?? false;
    case "other_person": return !(me.my_department !== "" && me.my_department === department) && !(facts?.handlers.includes(me.me) ?? false);
    case "asked_by_other": return request?.by !== me.me;
    case "extension_asked": return request?.kind === "extension";
    case "suspension_asked": return request?.kind === "suspension";
    case "something_asked": return request !== null;
    case "nothing_asked": return request === null;
    case "no_open_help": return facts?.helps.every((help) => help.is_done) ?? true;
    case "not_refuted": return facts?.verdict !== "refuted";
    default: return true;
  }
}

/** Returns steps in the order in which they are offered: forward, back and beside, rare. */
export function inOrder(steps: readonly PossibleStep[]): { forward: readonly PossibleStep[]; other: readonly PossibleStep[]; aside: readonly PossibleStep[] } {
  const rank = (one: PossibleStep) => FORWARD.indexOf(one.step);
  return {
    forward: steps.filter((one) => rank(one) >= 0).sort((one, other) => rank(one) - rank(other)),
    other: steps.filter((one) => rank(one) < 0 && !ASIDE.includes(one.step) && one.step !== "report"),
    aside: steps.filter((one) => ASIDE.includes(one.step)),
  };
}

/** Where a navigation app goes; numbers only, and the name with nothing in it that could be more than a name. */
export function geoLink([lon, lat]: LonLat, name: string): string {
  const place = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  return `geo:${place}?q=${place}(${encodeURIComponent(name.replace(/[()]/g, " "))})`;
}

/** Words that are often written with a step, so that a thumb is enough. */
export const PHRASES: Readonly<Partial<Record<CaseStep, readonly WordKey[]>>> = {
  return: ["phrase_not_ours", "phrase_wrong_place", "phrase_other_owner"],
  ask_extension: ["phrase_parts", "phrase_weather", "phrase_more_people"],
  ask_suspension: ["phrase_building", "phrase_owner", "phrase_season"],
  feed_back: ["phrase_cleared", "phrase_repaired", "phrase_replaced"],
  refute: ["phrase_gone", "phrase_not_found", "phrase_not_so"],
  confirm: ["phrase_is_so"],
  pass_check: ["phrase_done_well"],
  fail_check: ["phrase_left_over", "phrase_again", "phrase_no_change"],
};
