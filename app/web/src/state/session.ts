/** One visit of one phone: the link, what it knows of the city, the outbox, and what is shown. */

import { placeOf, type CaseStep } from "../city/cases.ts";
import { myTasks } from "../city/operations.ts";
import { stationViews, type StationView } from "../city/stations.ts";
import { CASE_STEPS } from "../generated/tables.ts";
import { Api, type ItemLimit, type River, type Station, type Twin } from "../hub/api.ts";
import { uuid } from "../hub/ids.ts";
import { Link, type LinkState } from "../hub/link.ts";
import type { Mirror } from "../hub/mirror.ts";
import { Outbox, type Item } from "../hub/outbox.ts";
import { openKnown, openShelf } from "../hub/shelf.ts";
import type { Ack, CaseLine, Refused } from "../hub/wire.ts";
import type { Tapped } from "../map/city_map.ts";
import type { Look } from "../map/look.ts";
import { either, wordsIn, type Language, type Say } from "../words.ts";
import { CaseDesk } from "./case_desk.ts";
import { PrefsBook, type Prefs } from "./prefs.ts";

export type Tab = "situation" | "todo" | "report" | "me";

const TELL_EVERY_MS = 300;
const AGES_EVERY_MS = 1000;
const RENEW_EVERY_MS = 3000;
const SAID_FOR_MS = 4000;
const ANSWER_WITHIN_MS = 12_000;
const AGAIN_MS = 3000;
const AFTER_FAILURE_MS = 20_000;
const PHOTOS_KEPT = 40;
const BUZZ = [90, 60, 90];

/** A step whose form is open; `item` is the refused one that it corrects. */
export interface Form {
  readonly case: string;
  readonly step: CaseStep;
  readonly item?: number;
}

interface Waiting {
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: Error) => void;
}

export class Session {
  readonly prefs: PrefsBook;
  readonly link: Link;
  readonly api: Api;
  outbox!: Outbox;
  cases!: CaseDesk;
  twin: Twin | undefined;
  stations: readonly Station[] = [];
  rivers: readonly River[] = [];
  items: readonly ItemLimit[] = [];
  tab: Tab = "situation";
  follows = true;
  isPointing = false;
  isPicking = false;
  picked: readonly [number, number] | undefined;
  /** The station whose sheet is open. */
  station: string | undefined;
  object: Tapped["object"];
  /** The case whose sheet is open, the one whose card is, and the form that is open. */
  caseId: string | undefined;
  caseCard: string | undefined;
  form: Form | undefined;
  /** Where this phone is, once somebody asked for distances. */
  here: readonly [number, number] | undefined;
  /** A place that the map is asked to show, when it was asked, and whether a sheet covers the lower part. */
  wanted: { readonly lonLat: readonly [number, number]; readonly time: number; readonly isAbove?: boolean } | undefined;
  said = "";
  /** The case that is spoken of at the bottom of the page. */
  saidCase: string | undefined;
  #views: readonly StationView[] | undefined;
  #saidTimer: ReturnType<typeof setTimeout> | undefined;
  #tellTimer: ReturnType<typeof setTimeout> | undefined;
  #twinTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #urgent = new Set<() => void>();
  readonly #photos = new Map<string, Blob>();
  /** The tasks of responses that we know of; nothing before the first look. */
  #tasks: ReadonlySet<string> | undefined;
  readonly #answers = new Map<string, Waiting>();

  constructor(prefs: PrefsBook) {
    this.prefs = prefs;
    this.api = new Api(() => prefs.now.token);
    this.link = new Link(
      { screen: prefs.now.screen, token: () => prefs.now.token, name: () => this.name, room: () => prefs.now.room, follows: () => this.follows },
      {
        changed: (isUrgent) => (isUrgent ? this.#tellNow() : this.tell()),
        stateChanged: (state) => this.#linkChanged(state),
        acknowledged: (ack) => this.#answered(ack),
        refused: (refusal) => this.#refused(refusal),
      },
    );
  }

  get mirror(): Mirror {
    return this.link.mirror;
  }

  get language(): Language {
    return this.prefs.now.language;
  }

  get words(): Say {
    return wordsIn(this.language);
  }

  get name(): string {
    return this.prefs.now.name || this.words("my_phone");
  }

  /** The hub's time now. */
  get nowMs(): number {
    return Date.now() + this.link.aheadMs;
  }

  get isLeading(): boolean {
    return this.mirror.isLinked && this.mirror.floor.holder === this.mirror.screen;
  }

  get look(): Look {
    const wish = this.prefs.now.look;
    if (wish !== "wall") return wish;
    return this.mirror.value("style") ?? this.twin?.style ?? "night";
  }

  get views(): readonly StationView[] {
    this.#views ??= stationViews(this.stations, this.mirror, this.items, this.nowMs);
    return this.#views;
  }

  async start(): Promise<void> {
    this.outbox = new Outbox(await openShelf(), { upload: (photo) => this.api.upload(photo), send: (item) => this.#send(item.op, item.action, item.arguments, item.ifSeq) }, () => this.tell());
    await this.outbox.open();
    const settled = (item: Item) => this.#settled(item);
    const announce = (lines: readonly CaseLine[]) => this.#announce(lines);
    this.cases = new CaseDesk(
      { mirror: this.mirror, outbox: this.outbox, api: this.api, nowMs: () => this.nowMs, changed: () => this.tell(), announce, settled },
      await openKnown(),
    );
    await this.cases.open();
    this.link.start();
    this.#timers.push(setInterval(() => this.tell(), AGES_EVERY_MS));
    this.#timers.push(setInterval(() => {
      if (this.isLeading) this.link.floor("renew");
    }, RENEW_EVERY_MS));
    addEventListener("online", () => this.link.hurry());
    addEventListener("pagehide", () => this.link.leave());
    addEventListener("pageshow", () => this.link.hurry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.link.hurry();
    });
  }

  stop(): void {
    this.link.close();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#twinTimer);
  }

  /** Calls back a few times a second at most, when something of the city changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back at once when the show or the floor changed. */
  onShow(listener: () => void): () => void {
    this.#urgent.add(listener);
    return () => this.#urgent.delete(listener);
  }

  change(part: Partial<Pick<Session, "tab" | "follows" | "isPointing" | "isPicking" | "picked" | "station" | "object" | "caseCard" | "form" | "here">>): void {
    Object.assign(this, part);
    if ("follows" in part) this.link.here();
    this.#tellNow();
  }

  prefer(part: Partial<Prefs>): void {
    this.prefs.change(part);
    this.#tellNow();
  }

  /** Says something for a few seconds at the bottom of the page. */
  say(text: string, saidCase?: string): void {
    this.said = text;
    this.saidCase = saidCase;
    clearTimeout(this.#saidTimer);
    this.#saidTimer = setTimeout(() => {
      this.said = "";
      this.#tellNow();
    }, SAID_FOR_MS);
    this.#tellNow();
  }

  showPlace(lonLat: readonly [number, number]): void {
    this.wanted = { lonLat, time: Date.now() };
    this.change({ tab: "situation", follows: false });
  }

  /** Opens a case over the map, which shows its place; without one closes it. */
  openCase(id: string | undefined): void {
    this.caseId = id;
    this.caseCard = this.form = this.station = this.object = undefined;
    this.cases.want(id);
    const line = id === undefined ? undefined : this.cases.line(id);
    const lonLat = line && placeOf(line);
    if (lonLat !== undefined) this.wanted = { lonLat, time: Date.now(), isAbove: true };
    if (id !== undefined && this.said !== "" && this.saidCase === id) this.said = "";
    this.#tellNow();
  }

  /** Sends a wish by way of the outbox, so that it survives a lost connection. */
  async wish(action: string, words: Readonly<Record<string, unknown>>, more: Pick<Item, "photo" | "pictures" | "ifSeq"> = {}): Promise<void> {
    const madeMs = Date.now();
    await this.outbox.add({ op: uuid(madeMs), action, arguments: words, madeMs, ...more });
  }

  /** Returns a photo that the hub keeps; the last ones are still there without a network. */
  async photo(name: string): Promise<Blob> {
    const known = this.#photos.get(name);
    if (known !== undefined) return known;
    const body = await this.api.photo(name);
    this.#photos.set(name, body);
    if (this.#photos.size > PHOTOS_KEPT) this.#photos.delete(this.#photos.keys().next().value ?? "");
    return body;
  }

  /** Asks for something that makes no sense later: rejects when the hub is not there. */
  ask(action: string, words: Readonly<Record<string, unknown>>): Promise<Ack> {
    return this.#send(uuid(), action, words);
  }

  tell(): void {
    this.#tellTimer ??= setTimeout(() => this.#tellNow(), TELL_EVERY_MS);
  }

  #tellNow(): void {
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
    this.#views = undefined;
    this.cases?.look();
    if (this.cases !== undefined) this.#lookAtTasks();
    for (const listener of [...this.#urgent, ...this.#listeners]) listener();
  }

  #linkChanged(state: LinkState): void {
    if (state === "linked") {
      void this.#learn();
      this.cases.linked();
    } else this.cases.lost();
    if (state !== "linked") for (const [op, waiting] of this.#answers) {
      this.#answers.delete(op);
      waiting.reject(new Error(state));
    }
    this.outbox.linked(state === "linked");
    this.#tellNow();
  }

  /** Learns what hardly changes: the twin, its stations and rivers; again while the map is being made. */
  async #learn(): Promise<void> {
    clearTimeout(this.#twinTimer);
    try {
      this.twin = await this.api.twin();
      if (this.stations.length === 0) {
        const [stations, rivers, standard] = await Promise.all([this.api.stations(), this.api.rivers(), this.api.standard()]);
        this.stations = stations;
        this.rivers = rivers;
        this.items = standard.items;
      }
    } catch {
      // asked again below, as long as the link stands
    }
    this.#tellNow();
    const map = this.twin?.map.state;
    if ((map !== "ready" || this.stations.length === 0) && this.link.state === "linked")
      this.#twinTimer = setTimeout(() => void this.#learn(), map === "failed" ? AFTER_FAILURE_MS : AGAIN_MS);
  }

  #announce(lines: readonly CaseLine[]): void {
    const [first] = lines;
    if (first === undefined) return;
    const name = `${either(this.language, first.title_zh, first.title_en)}${first.address === "" ? "" : ` · ${first.address}`}`;
    this.say(lines.length === 1 ? this.words("case_new", { name }) : this.words("cases_new", { n: lines.length }), lines.length === 1 ? first.id : undefined);
    navigator.vibrate?.(BUZZ);
  }

  /** Says that a task of a response has come for our department. */
  #lookAtTasks(): void {
    const me = this.cases.governance;
    if (me === undefined || !this.mirror.isLinked) return;
    const mine = myTasks(this.mirror.responses.values(), me);
    const known = this.#tasks;
    this.#tasks = new Set(mine.map(({ response, task }) => `${response.id} ${task.id}`));
    const fresh = known === undefined ? [] : mine.filter(({ response, task }) => task.state === "open" && !known.has(`${response.id} ${task.id}`));
    const [first] = fresh;
    if (first === undefined) return;
    this.say(this.words("task_new", { name: either(this.language, first.task.title_zh, first.task.title_en), n: fresh.length }));
    navigator.vibrate?.(BUZZ);
  }

  #settled(item: Item): void {
    const rule = CASE_STEPS[String(item.arguments["step"])];
    const step = either(this.language, rule?.zh, rule?.en);
    const isDone = item.state === "sent";
    this.say(this.words(isDone ? "step_done" : "is_refused", { step }), isDone ? undefined : String(item.arguments["case"]));
    if (!isDone) navigator.vibrate?.(BUZZ);
  }

  #send(op: string, action: string, words: Readonly<Record<string, unknown>>, ifSeq?: number): Promise<Ack> {
    return new Promise((resolve, reject) => {
      if (!this.link.command({ op, action, arguments: words, ...(ifSeq === undefined ? {} : { if_seq: ifSeq }) })) return reject(new Error("away"));
      this.#answers.set(op, { resolve, reject });
      setTimeout(() => {
        if (this.#answers.delete(op)) reject(new Error("silent"));
      }, ANSWER_WITHIN_MS);
    });
  }

  #answered(ack: Ack): void {
    const waiting = this.#answers.get(ack.op);
    this.#answers.delete(ack.op);
    waiting?.resolve(ack);
  }

  #refused(refusal: Refused): void {
    if (refusal.code !== "pace") this.say(either(this.language, refusal.error_zh, refusal.error_en));
  }
}
