/** The cases that wait for whoever holds this phone: fetched, kept for times without a network, and announced when new. */

import { byDue, couldBeMine, HOTLINE, isOver, isToCallBack, likelySteps, mayCallBack, stateAfter, waitsFor, type CaseStep } from "../city/cases.ts";
import type { Mirror } from "../hub/mirror.ts";
import { RefusedError, type Item, type Outbox } from "../hub/outbox.ts";
import type { Known } from "../hub/shelf.ts";
import type { CaseFilter, CaseLine, CasePage, CaseSheet, Governance, PossibleStep } from "../hub/wire.ts";

export const STEP = "case.step";
export const REPORT = "case.report";
export const FILE = "report.file";
const MOST_MINE = 200;
const MOST_TO_CALL = 20;
const MOST_SHEETS = 40;
const ASK_AFTER_MS = 700;
const ASK_EVERY_MS = 2500;
const AGAIN_MS = 8000;

/** What the desk asks of the hub and tells its page. */
export interface CaseWorld {
  readonly mirror: Mirror;
  readonly outbox: Outbox;
  readonly api: {
    governance(): Promise<Governance>;
    cases(filter: CaseFilter): Promise<CasePage>;
    case(id: string): Promise<CaseSheet>;
  };
  readonly nowMs: () => number;
  readonly changed: () => void;
  /** A step of ours was done, or the hub refused it. */
  readonly settled: (item: Item) => void;
  /** These cases began to wait for us. */
  readonly announce: (lines: readonly CaseLine[]) => void;
}

interface Kept {
  readonly mine: readonly CaseLine[];
  readonly heardMs: number;
  readonly governance: Governance | undefined;
  readonly sheets: readonly CaseSheet[];
}

export class CaseDesk {
  governance: Governance | undefined;
  /** The hub's time at which the list was had; 0 before. */
  heardMs = 0;
  isAsking = false;
  hasFailed = false;
  /** Why the hub does not show a case, by its id. */
  readonly problems = new Map<string, RefusedError | undefined>();
  readonly #sheets = new Map<string, CaseSheet>();
  #mine: readonly CaseLine[] = [];
  #wanted: string | undefined;
  #askedMs = 0;
  #isOwed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Items that the page has spoken of. */
  readonly #told = new Set<number>();
  #devicesHeard = 0;
  /** Whether this twin governs, as it was when the link came: unknown, or not yet. */
  #governed: boolean | undefined;
  #begun = 0;
  readonly #world: CaseWorld;
  readonly #known: Known;

  constructor(world: CaseWorld, known: Known) {
    this.#world = world;
    this.#known = known;
  }

  /** Takes up what an earlier visit knew, so that there is something to show without a network. */
  async open(): Promise<void> {
    const kept = (await this.#known.get("cases").catch(() => undefined)) as Kept | undefined;
    for (const item of this.#world.outbox.items) if (isSettled(item)) this.#told.add(item.n);
    if (kept === undefined || this.heardMs > 0) return;
    this.#mine = kept.mine;
    this.heardMs = kept.heardMs;
    this.governance = kept.governance;
    for (const sheet of kept.sheets) this.#sheets.set(sheet.case.id, sheet);
    this.#world.changed();
  }

  /** Says whether this twin is governed at all, as far as is known. */
  get isGoverned(): boolean {
    return (this.governance?.classes.length ?? 0) > 0;
  }

  /** The cases that wait for us, the most pressing first, each as it stands by the newest word. */
  get mine(): readonly CaseLine[] {
    const me = this.governance;
    return this.#mine
      .map((line) => [line, this.newest(line)] as const)
      .filter(([said, line]) => isToCallBack(line, me) || (!isOver(line) && (line.rev === said.rev || me === undefined || waitsFor(line, me))))
      .map(([, line]) => line)
      .sort(byDue);
  }

  /** Those that wait for us, and those with a step of ours that is not done yet. */
  get lines(): readonly CaseLine[] {
    const mine = this.mine;
    const ids = new Set(mine.map((line) => line.id));
    const others = new Set(this.#world.outbox.items.filter((item) => item.action === STEP && item.state !== "sent").map((item) => String(item.arguments["case"])));
    return [...mine, ...[...others].filter((id) => !ids.has(id)).flatMap((id) => this.line(id) ?? [])];
  }

  newest(line: CaseLine): CaseLine {
    const live = this.#world.mirror.cases.get(line.id);
    return live !== undefined && live.rev >= line.rev ? live : line;
  }

  line(id: string): CaseLine | undefined {
    const known = this.#sheets.get(id)?.line ?? this.#mine.find((line) => line.id === id);
    return known === undefined ? this.#world.mirror.cases.get(id) : this.newest(known);
  }

  sheet(id: string): CaseSheet | undefined {
    return this.#sheets.get(id);
  }

  /** Items of the outbox that are steps of a case and are not done yet, in their order. */
  pending(id: string): readonly Item[] {
    return this.#world.outbox.items.filter((item) => item.action === STEP && item.arguments["case"] === id && item.state !== "sent");
  }

  /** The steps that may be taken now: as the hub said, or as they follow from steps that wait to be sent. */
  steps(id: string): readonly PossibleStep[] {
    const [line, sheet, me] = [this.line(id), this.#sheets.get(id), this.governance];
    if (line === undefined || me === undefined) return [];
    const waiting = this.pending(id).filter((item) => item.state !== "refused").map((item) => item.arguments["step"] as CaseStep);
    if (waiting.length === 0 && sheet !== undefined && sheet.line.rev >= line.rev) return sheet.steps;
    return likelySteps(line, stateAfter(line.state, waiting), me, factsAfter(sheet, waiting)).filter((one) => !waiting.includes(one.step) || one.step === "note");
  }

  /** The revision that the next step is meant for: each step that waits before it adds one. */
  nextRev(id: string): number {
    const waiting = this.pending(id).filter((item) => item.state !== "refused").length;
    const shown = this.#sheets.get(id)?.line;
    const line = this.line(id);
    return Math.max(shown?.rev ?? 0, line?.rev ?? 0) + waiting;
  }

  /** The link came or our role changed: everything is asked again. */
  linked(): void {
    const { isGoverned } = this.#world.mirror;
    this.#begin();
    this.#governed = isGoverned;
    if (isGoverned === true) this.#learn();
    else if (isGoverned === false) this.governance = undefined;
  }

  /** The log began anew: a case that is not in it may have been raised above us, and its sheet is asked again. */
  #begin(): void {
    const { mirror } = this.#world;
    this.#begun = mirror.begun;
    for (const id of [...this.#sheets.keys()]) if (!mirror.cases.has(id)) void this.fetch(id);
  }

  #learn(): void {
    void this.#world.api.governance().then((governance) => {
      this.governance = governance;
      this.#world.changed();
      if (this.#wanted !== undefined) void this.fetch(this.#wanted);
      if (this.isGoverned) this.#askSoon(0);
      else this.#settle([]);
    }).catch((error: unknown) => {
      if (error instanceof RefusedError) return void (this.governance = undefined); // nothing is governed here
      this.hasFailed = true;
      this.#again();
    });
  }

  lost(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Looks at what changed since the last time; asks the hub again only when it may concern us. */
  look(): void {
    const { mirror, outbox } = this.#world;
    const mine = new Set(this.#mine.map((line) => line.id));
    const news: CaseLine[] = [];
    let isOurs = mirror.begun !== this.#begun;
    if (isOurs) this.#begin();
    for (const id of mirror.casesChanged) {
      const line = mirror.cases.get(id);
      if (line === undefined) continue;
      isOurs ||= mine.has(id) || (this.governance !== undefined && couldBeMine(line, this.governance));
      if (!mine.has(id) && this.heardMs > 0 && mirror.isLinked && this.governance !== undefined && waitsFor(line, this.governance)) news.push(line);
      if (id === this.#wanted && line.rev > (this.#sheets.get(id)?.line.rev ?? 0)) void this.fetch(id);
    }
    mirror.casesChanged.clear();
    if (news.length > 0) {
      this.#mine = [...this.#mine, ...news]; // at once; the hub is asked below, and says so if we are wrong
      this.#world.announce(news);
    }
    for (const item of outbox.items) {
      if (isSettled(item) && !this.#told.has(item.n)) {
        this.#told.add(item.n);
        if (item.action === STEP) {
          isOurs = true;
          void this.fetch(String(item.arguments["case"]));
          this.#world.settled(item);
        }
      }
      if (item.madeCase === undefined && item.state === "sent" && (item.action === REPORT || item.action === FILE)) this.#findCase(item);
    }
    if (mirror.devicesHeard !== this.#devicesHeard || mirror.isGoverned !== this.#governed) {
      this.#devicesHeard = mirror.devicesHeard;
      this.linked(); // what we may do has changed, or is known at last
    } else if (isOurs && mirror.isLinked) this.#askSoon(ASK_AFTER_MS);
  }

  /** Shows one case: its sheet is fetched now, and again whenever it changes, until another is wanted. */
  want(id: string | undefined): void {
    this.#wanted = id;
    if (id !== undefined) void this.fetch(id);
  }

  async fetch(id: string): Promise<void> {
    try {
      this.#take(await this.#world.api.case(id));
      this.problems.delete(id);
      this.#keep();
    } catch (error) {
      this.problems.set(id, error instanceof RefusedError ? error : undefined);
      if (error instanceof RefusedError) this.#drop(id);
    }
    this.#world.changed();
  }

  /** Forgets a case that the hub does not show to us any longer. */
  #drop(id: string): void {
    this.#mine = this.#mine.filter((line) => line.id !== id);
    this.#sheets.delete(id);
    this.#keep();
  }

  /** Forgets everything: somebody else may hold this phone next. */
  async forget(): Promise<void> {
    this.lost();
    this.#mine = [];
    this.#sheets.clear();
    await this.#known.clear().catch(() => undefined);
  }

  draft(): Promise<unknown> {
    return this.#known.get("draft").catch(() => undefined);
  }

  keepDraft(draft: unknown): void {
    void this.#known.set("draft", draft).catch(() => undefined); // then it holds until the page is left
  }

  /** Finds the case that came of a report: the one that the hub named, or of those at its place and time the likeliest. */
  #findCase(item: Item): void {
    const { mirror, outbox } = this.#world;
    if (item.action === REPORT && item.about) return void outbox.became(item.n, item.about);
    const said = item.seq === undefined ? undefined : mirror.caseOfSeq.get(item.seq);
    const alike = [...mirror.cases.values()].filter((line) => isOf(line, item, this.#world.nowMs() - Date.now())).sort((one, other) => one.reported_ms - other.reported_ms);
    const found = alike.find((line) => line.id === said) ?? alike[0];
    if (found !== undefined) void outbox.became(item.n, found.id);
  }

  #askSoon(afterMs: number): void {
    if (this.isAsking) {
      this.#isOwed = true;
      return;
    }
    const restMs = Math.max(afterMs, this.#askedMs + (afterMs === 0 ? 0 : ASK_EVERY_MS) - Date.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, restMs);
  }

  #again(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#world.mirror.isLinked) this.linked();
    }, AGAIN_MS);
  }

  async #ask(): Promise<void> {
    if (!this.#world.mirror.isLinked) return;
    this.isAsking = true;
    this.#isOwed = false;
    this.#askedMs = Date.now();
    try {
      const page = await this.#world.api.cases({ is_mine: true, is_open: true, sort: "due", limit: MOST_MINE });
      this.#settle([...page.lines, ...(await this.#askToCallBack())]);
      this.hasFailed = false;
    } catch {
      this.hasFailed = true;
      this.#again();
    }
    this.isAsking = false;
    this.#world.changed();
    if (this.#isOwed) this.#askSoon(ASK_AFTER_MS);
    else void this.#fetchSheets();
  }

  /** Asks for the closed cases of the hotline, where this phone may ring back who rang. */
  async #askToCallBack(): Promise<readonly CaseLine[]> {
    if (!mayCallBack(this.governance)) return [];
    return (await this.#world.api.cases({ is_mine: true, source: HOTLINE, states: ["closed"], sort: "changed", limit: MOST_TO_CALL })).lines;
  }

  #settle(lines: readonly CaseLine[]): void {
    const before = new Set(this.#mine.map((line) => line.id));
    const isFirst = this.heardMs === 0;
    this.#mine = lines;
    this.heardMs = this.#world.nowMs();
    const news = lines.filter((line) => !before.has(line.id));
    if (!isFirst && news.length > 0) this.#world.announce(news);
    this.#keep();
  }

  /** Fetches the sheets of our cases, so that they can be worked on where there is no network. */
  async #fetchSheets(): Promise<void> {
    for (const line of this.mine.slice(0, MOST_SHEETS)) {
      const known = this.#sheets.get(line.id);
      if (known !== undefined && known.line.rev >= line.rev) continue;
      if (!this.#world.mirror.isLinked || this.isAsking) return;
      await this.fetch(line.id);
    }
  }

  #take(sheet: CaseSheet): void {
    this.#sheets.delete(sheet.case.id);
    this.#sheets.set(sheet.case.id, sheet);
    const ours = new Set(this.#mine.map((line) => line.id));
    for (const id of this.#sheets.keys()) {
      if (this.#sheets.size <= MOST_SHEETS) break;
      if (!ours.has(id)) this.#sheets.delete(id);
    }
  }

  #keep(): void {
    const kept: Kept = { mine: this.#mine, heardMs: this.heardMs, governance: this.governance, sheets: [...this.#sheets.values()] };
    void this.#known.set("cases", kept).catch(() => undefined); // then it holds until the page is left
  }
}

/** Returns what is known of a case once these steps have been taken: a request that waits stops what a request stops. */
function factsAfter(sheet: CaseSheet | undefined, waiting: readonly CaseStep[]): Pick<CaseSheet["case"], "helps" | "request" | "handlers" | "verdict"> {
  const known = sheet?.case ?? { helps: [], request: null, handlers: [], verdict: "unverified" as const };
  const asked = waiting.find((step) => step === "ask_extension" || step === "ask_suspension");
  if (asked === undefined) return known;
  return { ...known, request: { kind: asked === "ask_extension" ? "extension" : "suspension", by: "", asked_ms: 0, amount: 0 } };
}

function isSettled(item: Item): boolean {
  return item.state === "sent" || item.state === "refused";
}

const SAME_PLACE_DEG = 1e-6;
/** How much earlier than the wish its case may have come: clocks differ. */
const EARLIER_MS = 60_000;

function isOf(line: CaseLine, item: Item, aheadMs: number): boolean {
  const { lon, lat, case_class: sought } = item.arguments;
  if (typeof lon !== "number" || typeof lat !== "number" || line.lon_deg === null || line.lat_deg === null) return false;
  const isThere = Math.abs(line.lon_deg - lon) < SAME_PLACE_DEG && Math.abs(line.lat_deg - lat) < SAME_PLACE_DEG;
  const isThen = line.reported_ms > item.madeMs + aheadMs - EARLIER_MS;
  return isThere && isThen && (sought === undefined || sought === line.case_class);
}
