import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { beforeEach, expect, test, vi } from "vitest";

import { Mirror } from "../src/hub/mirror.ts";
import { Outbox, RefusedError, type Carrier, type Item } from "../src/hub/outbox.ts";
import { MemoryKnown, MemoryShelf } from "../src/hub/shelf.ts";
import type { Ack, CaseFilter, CaseLine, CasePage, CaseSheet, FromHub, Governance } from "../src/hub/wire.ts";
import { CaseDesk } from "../src/state/case_desk.ts";

const EXAMPLES = join(dirname(fileURLToPath(import.meta.url)), "../../../tests/wire_examples");
const example = <T extends FromHub["type"]>(name: T) => JSON.parse(readFileSync(join(EXAMPLES, `hub.${name}.json`), "utf8")) as Extract<FromHub, { type: T }>;
const LINE: CaseLine = { ...example("snapshot").cases[0]!, state: "dispatched", area: "310107001", department: "road", due_ms: 9_000_000_000_000, lon_deg: 121.4, lat_deg: 31.2 };
const GOVERNANCE: Governance = {
  areas: [], classes: [{ kind: "event", code: "0105", name_zh: "水域不洁", name_en: "Dirty water" }], departments: [], sources: [], people: [],
  me: "li", my_name: "李工", my_roles: ["collector", "handler"], my_areas: ["310107"], my_department: "road",
};

/** A hub that keeps cases as the real one does: one revision after the other. */
class Town implements Carrier {
  isThere = true;
  readonly lines = new Map<string, CaseLine>();
  readonly uploaded: string[] = [];
  readonly taken: string[] = [];
  asked = 0;

  governance = () => this.#there(GOVERNANCE);
  case = (id: string) => (this.lines.has(id) ? this.#there(sheetOf(this.lines.get(id)!)) : Promise.reject(new RefusedError("没有", "none")));
  cases = (filter: CaseFilter): Promise<CasePage> => {
    this.asked += 1;
    const lines = [...this.lines.values()].filter((line) => filter.is_mine === true && line.state !== "closed");
    return this.#there({ total: lines.length, lines });
  };
  upload(photo: Blob): Promise<string> {
    if (!this.isThere) return Promise.reject(new Error("away"));
    this.uploaded.push(`${photo.size}.jpg`);
    return Promise.resolve(`${photo.size}.jpg`);
  }
  send(item: Item): Promise<Ack> {
    if (!this.isThere) return Promise.reject(new Error("away"));
    const { case: id, step, if_rev: rev } = item.arguments as { case: string; step: string; if_rev: number };
    const line = this.lines.get(id)!;
    const isConflict = line.rev !== rev;
    if (!isConflict && !this.taken.includes(item.op)) {
      this.taken.push(item.op);
      this.lines.set(id, { ...line, rev: line.rev + 1, state: step === "sign" ? "handling" : "fed_back" });
    }
    return Promise.resolve({ type: "ack", op: item.op, ok: !isConflict, seq: 0, error_zh: isConflict ? "已变" : "", error_en: isConflict ? "moved" : "", is_conflict: isConflict, about: id });
  }
  #there<T>(value: T): Promise<T> {
    return this.isThere ? Promise.resolve(value) : Promise.reject(new Error("away"));
  }
}

function sheetOf(line: CaseLine): CaseSheet {
  const steps = line.state === "dispatched" ? [{ step: "sign", title_zh: "签收", title_en: "Sign for", needs: [] }] : [];
  const facts = { id: line.id, rev: line.rev, helps: [], request: null, handlers: [], verdict: "unverified", photos: [] };
  return { case: facts as unknown as CaseSheet["case"], line, reporter: { name: "", phone: "", address: "" }, steps: steps as CaseSheet["steps"], trail: [], proposals: [], alike: [] };
}

interface Trial { town: Town; mirror: Mirror; outbox: Outbox; desk: CaseDesk; known: MemoryKnown; news: string[]; settled: string[] }

async function opened(town = new Town(), known = new MemoryKnown(), shelf = new MemoryShelf()): Promise<Trial> {
  const mirror = new Mirror();
  const outbox = new Outbox(shelf, town);
  await outbox.open();
  const [news, settled]: [string[], string[]] = [[], []];
  const desk = new CaseDesk({
    mirror, outbox, api: town, nowMs: () => Date.now(), changed: () => undefined, announce: (lines) => news.push(...lines.map((line) => line.id)),
    settled: (item) => settled.push(`${String(item.arguments["step"])} ${item.state}`),
  }, known);
  await desk.open();
  return { town, mirror, outbox, desk, known, news, settled };
}

function link({ mirror, desk, outbox }: Trial): Promise<unknown> {
  mirror.take(example("welcome"));
  mirror.take({ ...example("snapshot"), cases: [] });
  desk.linked();
  outbox.linked(true);
  return vi.advanceTimersByTimeAsync(3000);
}

function change(trial: Trial, line: CaseLine): Promise<unknown> {
  trial.town.lines.set(line.id, line);
  trial.mirror.take({ type: "change", seq: trial.mirror.seq + 1, kind: "case", is_raised: false, body: line });
  trial.desk.look();
  return vi.advanceTimersByTimeAsync(6000);
}

const step = (name: string, rev: number, op: string, id = LINE.id) => ({ op, action: "case.step", arguments: { case: id, step: name, if_rev: rev }, madeMs: 1 });

beforeEach(() => {
  vi.useFakeTimers();
});

test("what waits for us is asked, follows the live lines, and only what is new is announced", async () => {
  // given a hub with one case of ours
  const trial = await opened();
  trial.town.lines.set("a", { ...LINE, id: "a" });
  await link(trial);

  // when another is dispatched to us, and the first moves on
  await change(trial, { ...LINE, id: "b", due_ms: 5 });
  await change(trial, { ...LINE, id: "a", rev: LINE.rev + 1, state: "handling" });

  // then both are listed, the most pressing first, as they stand now, and only the second was news
  expect(trial.desk.lines.map((line) => `${line.id} ${line.state}`)).toEqual(["b dispatched", "a handling"]);
  expect(trial.news).toEqual(["b"]);
});

test("a change that does not concern us asks nothing", async () => {
  // given a list that was had
  const trial = await opened();
  await link(trial);
  const before = trial.town.asked;

  // when cases of another area and of another department change
  for (const line of [{ ...LINE, id: "x", area: "310106001" }, { ...LINE, id: "y", department: "green" }]) {
    trial.mirror.take({ type: "change", seq: trial.mirror.seq + 1, kind: "case", is_raised: false, body: line });
    trial.desk.look();
  }
  await vi.advanceTimersByTimeAsync(6000);

  // then the hub was not asked again
  expect(trial.town.asked).toBe(before);
});

test("without a network the list, the sheets and the steps that follow from waiting ones are still there", async () => {
  // given a list and sheets that were had, and a page that is loaded again without a network
  const known = new MemoryKnown();
  const first = await opened(new Town(), known);
  first.town.lines.set("a", { ...LINE, id: "a" });
  await link(first);
  const away = new Town();
  away.isThere = false;
  const trial = await opened(away, known);

  // when the case is signed for
  const before = trial.desk.steps("a").map((one) => one.step);
  await trial.outbox.add(step("sign", trial.desk.nextRev("a"), "op-1", "a"));

  // then feeding back follows, for the revision after it
  expect(before).toEqual(["sign"]);
  expect(trial.desk.lines.map((line) => line.id)).toEqual(["a"]);
  expect(trial.desk.steps("a").map((one) => one.step)).toContain("feed_back");
  expect(trial.desk.nextRev("a")).toBe(LINE.rev + 1);

  // and once more time was asked for, nothing is offered that a request stops
  await trial.outbox.add(step("ask_extension", trial.desk.nextRev("a"), "op-2", "a"));
  expect(trial.desk.steps("a").map((one) => one.step)).toEqual(["note"]);
});

test("steps that were taken offline go out in order, photos before theirs, each once", async () => {
  // given two steps and a photo that wait
  const trial = await opened();
  trial.town.lines.set("a", { ...LINE, id: "a" });
  await link(trial);
  trial.outbox.linked(false);
  const pictures = [{ moment: "after" as const, takenMs: 1, bytes: 4, body: new Blob(["four"]) }];
  await trial.outbox.add(step("sign", trial.desk.nextRev("a"), "op-1", "a"));
  await trial.outbox.add({ ...step("feed_back", trial.desk.nextRev("a"), "op-2", "a"), pictures });

  // when the hub is there again
  trial.outbox.linked(true);
  await vi.advanceTimersByTimeAsync(3000);
  trial.desk.look();

  // then both were taken, in their order, with the photo, and the phone keeps it no longer
  expect(trial.town.taken).toEqual(["op-1", "op-2"]);
  expect(trial.town.uploaded).toEqual(["4.jpg"]);
  expect(trial.outbox.items[1]?.arguments["photos"]).toEqual([{ id: "4.jpg", moment: "after" }]);
  expect(trial.outbox.items[1]?.pictures).toBeUndefined();
  expect(trial.settled).toEqual(["sign sent", "feed_back sent"]);
});

test("a step that somebody else was faster with stays with its reason, and is sent anew for what is now", async () => {
  // given a case that moved on meanwhile
  const trial = await opened();
  trial.town.lines.set("a", { ...LINE, id: "a" });
  await link(trial);
  trial.town.lines.set("a", { ...LINE, id: "a", rev: LINE.rev + 1 });
  await trial.outbox.add(step("sign", LINE.rev, "op-1", "a"));
  await vi.advanceTimersByTimeAsync(3000);
  trial.desk.look();
  await vi.advanceTimersByTimeAsync(6000);

  // when it is taken again as it stands now
  const [refused] = trial.desk.pending("a");
  const rev = trial.desk.nextRev("a");
  await trial.outbox.add(step("sign", rev, "op-2", "a"));
  if (refused !== undefined) await trial.outbox.forget(refused.n);
  await vi.advanceTimersByTimeAsync(3000);

  // then the first was not done, the second once
  expect([refused?.state, refused?.isConflict, refused?.reasonZh]).toEqual(["refused", true, "已变"]);
  expect(rev).toBe(LINE.rev + 1);
  expect(trial.town.taken).toEqual(["op-2"]);
  expect(trial.desk.pending("a")).toEqual([]);
});

test("a case that the hub does not show says why, and one who leaves takes everything along", async () => {
  // given a list
  const trial = await opened();
  trial.town.lines.set("a", { ...LINE, id: "a" });
  await link(trial);

  // when another case is opened, and then this phone is given back
  await trial.desk.fetch("unknown");
  const why = trial.desk.problems.get("unknown");
  await trial.desk.forget();

  // then it has words, and nothing is kept for the next one
  expect(why?.zh).toBe("没有");
  expect(await trial.known.get("cases")).toBeUndefined();
  expect(trial.desk.lines).toEqual([]);
});

test("a report finds the case that came of it by its place, and keeps its number", async () => {
  // given a report that was sent with a place
  const trial = await opened();
  await link(trial);
  trial.town.send = (item) => Promise.resolve({ type: "ack", op: item.op, ok: true, seq: 7, error_zh: "", error_en: "", is_conflict: false, about: "" });
  await trial.outbox.add({ op: "r", action: "report.file", arguments: { category: "floating", lon: 121.4, lat: 31.2 }, madeMs: LINE.reported_ms });
  await vi.advanceTimersByTimeAsync(100);

  // when cases come, one of them elsewhere
  await change(trial, { ...LINE, id: "elsewhere", lon_deg: 121.5 });
  await change(trial, { ...LINE, id: "ours" });
  trial.desk.look();
  await vi.advanceTimersByTimeAsync(100);

  // then it is the one at its place
  expect(trial.outbox.items[0]?.madeCase).toBe("ours");
});

test("a case that is raised above us is gone from the list, its sheet, and what is kept for later", async () => {
  // given two cases of ours with their sheets
  const trial = await opened();
  for (const id of ["a", "b"]) trial.town.lines.set(id, { ...LINE, id });
  await link(trial);
  await vi.advanceTimersByTimeAsync(3000);
  expect(["a", "b"].map((id) => trial.desk.sheet(id) === undefined)).toEqual([false, false]);

  // when one is raised: the hub shows it to us no longer, and lets the log begin anew without it
  trial.town.lines.delete("a");
  trial.mirror.take({ ...example("snapshot"), seq: trial.mirror.seq, cases: [{ ...LINE, id: "b" }] });
  trial.desk.look();
  await vi.advanceTimersByTimeAsync(20_000);

  // then nothing of it is left, here or for the next visit
  expect(trial.desk.lines.map((line) => line.id)).toEqual(["b"]);
  expect(trial.desk.sheet("a")).toBeUndefined();
  expect(trial.desk.problems.get("a")).toBeInstanceOf(RefusedError);
  const kept = (await trial.known.get("cases")) as { mine: CaseLine[]; sheets: CaseSheet[] };
  expect([kept.mine.map((line) => line.id), kept.sheets.map((sheet) => sheet.case.id)]).toEqual([["b"], ["b"]]);
});
