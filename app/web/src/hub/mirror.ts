/** What this page knows of its hub, built from frames alone: no socket, no clock. */

import type { Ballot, MajorEvent, PostReport, Response, SiteNotice } from "./wire.ts";
import {
  NOBODY, type Alarm, type CaseCounts, type CaseLine, type Device, type FloorState, type FromHub, type Member, type Notice, type ReadingRow, type Report, type Role,
  type SeriesRow, type Shown, type ShowValues, type SourceStatus, type ViewKey, type Welcome,
} from "./wire.ts";

export interface Reading {
  readonly station: string;
  readonly quantity: string;
  readonly value: number | null;
  readonly unit: string;
  readonly eventMs: number;
  readonly statistic: string;
  readonly periodS: number;
  readonly quality: string;
  readonly isSimulated: boolean;
  readonly source: string;
}

export type Label = MajorEvent["label"];
/** The labels in order, the lowest first. */
const LABELS: readonly Label[] = ["public", "internal", "sensitive"];

/** The labels that somebody may choose for what he writes: none above his clearance, nor below that of what it is about. */
export function labelsFrom(least: Label, clearance: Label): readonly Label[] {
  return LABELS.slice(LABELS.indexOf(least), LABELS.indexOf(clearance) + 1);
}

/** The end of the name of a hub's life says up to which label this screen is told (`LiveLevels.epoch`). */
function clearanceIn(epoch: string): string {
  return epoch.slice(epoch.indexOf("/") + 1 || epoch.length);
}

/** The log had a gap: the connection is worth nothing, the next one starts with a snapshot. */
export class GapError extends Error {}

const MOST_SEQS = 400;
const RANK: Readonly<Record<string, number>> = { instant: 0, avg: 1, total: 2, min: 3, max: 4 };

export class Mirror {
  readonly readings = new Map<string, Map<string, Reading>>();
  readonly alarms = new Map<string, Alarm>();
  readonly sources = new Map<string, SourceStatus>();
  readonly notices = new Map<string, Notice>();
  /** Notices between sites by `noticeKey` of the warning that shows them here. */
  readonly siteNotices = new Map<string, SiteNotice>();
  readonly reports = new Map<string, Report>();
  readonly cases = new Map<string, CaseLine>();
  /** Joint responses that run, and those that have just ended. */
  readonly responses = new Map<string, Response>();
  /** The major event of the twin, and what was last told of its posts. */
  event: MajorEvent | undefined;
  readonly posts = new Map<string, PostReport>();
  /** Votes on the alternatives of plans. */
  readonly ballots = new Map<string, Ballot>();
  /** Cases that changed since somebody looked last. */
  readonly casesChanged = new Set<string>();
  /** Whether this twin governs cases; unknown before the first snapshot. */
  isGoverned: boolean | undefined;
  /** How many cases there are, and the rates of the last thirty days. */
  caseCounts: CaseCounts | undefined;
  /** How often the log began anew: what is not in it may be above this screen by now. */
  begun = 0;
  /** How often our own device was changed by somebody. */
  devicesHeard = 0;
  /** Which case a change of the log was about: an `Ack` names the change that a wish made. */
  readonly caseOfSeq = new Map<number, string>();
  readonly members = new Map<string, Member>();
  readonly shown = new Map<ViewKey, Shown>();
  floor: FloorState = NOBODY;
  welcome: Welcome | undefined;
  role: Role = "viewer";
  isLinked = false;
  /** Who we are; the hub knows a paired phone by the name of its device. */
  screen = "";
  #seq = 0;
  #epoch = "";
  #hasLog = false;
  readonly #series = new Map<number, SeriesRow>();

  /** The newest change of the log that this page knows. */
  get seq(): number {
    return this.#seq;
  }

  /** Up to which label this screen is told anything. */
  get clearance(): Label {
    return LABELS.find((label) => label === clearanceIn(this.#epoch)) ?? "sensitive";
  }

  /** Returns what all screens show under a key, nothing when nobody has said. */
  value<K extends ViewKey>(key: K): ShowValues[K] | undefined {
    return this.shown.get(key)?.value as ShowValues[K] | undefined;
  }

  /** Where a new connection may go on, nothing for the beginning. */
  resume(): { epoch: string; seq: number } | undefined {
    return this.#hasLog ? { epoch: this.#epoch, seq: this.#seq } : undefined;
  }

  /** How many notices of the site above hold and wait for somebody here to confirm them. */
  waitingNotices(nowMs: number): number {
    const waiting = [...this.siteNotices.values()].filter((one) => one.here?.state === "received" && one.over_ms === 0 && one.until_ms > nowMs);
    return waiting.length;
  }

  take(message: FromHub): void {
    switch (message.type) {
      case "welcome": return this.#takeWelcome(message);
      case "series":
        for (const row of message.rows) this.#series.set(row[0], row);
        return;
      case "readings":
        for (const row of message.rows) this.#takeReading(row);
        return;
      case "snapshot":
        this.#seq = message.seq;
        this.#hasLog = true;
        this.begun += 1;
        refill(this.alarms, message.alarms, (one) => one.id);
        refill(this.sources, message.sources, (one) => one.name);
        refill(this.notices, message.notices, noticeKey);
        refill(this.siteNotices, message.site_notices ?? [], siteNoticeKey);
        refill(this.reports, message.reports, (one) => one.id);
        refill(this.cases, message.cases, (one) => one.id);
        refill(this.responses, message.responses ?? [], (one) => one.id);
        refill(this.posts, message.posts ?? [], (one) => one.post);
        refill(this.ballots, message.ballots ?? [], (one) => one.id);
        this.event = message.event ?? undefined;
        this.isGoverned = message.case_counts !== null;
        this.caseCounts = message.case_counts ?? undefined;
        return;
      case "change": return this.#takeChange(message.seq, message.kind, message.body);
      case "shown":
        this.shown.set(message.key, message);
        return;
      case "floor_state":
        this.floor = message;
        return;
      case "presence":
        if (message.is_all) this.members.clear();
        for (const one of message.members) this.members.set(one.screen, one);
        for (const gone of message.left) this.members.delete(gone);
        return;
      default:
        return; // answers are the link's; what is newer than this page is skipped
    }
  }

  /** The connection is gone: what is known stays, but is not linked any more. */
  lost(): void {
    this.isLinked = false;
    this.#series.clear();
    this.members.clear();
    this.floor = NOBODY;
  }

  #takeWelcome(message: Welcome): void {
    this.welcome = message;
    this.role = message.role;
    this.screen = message.screen || this.screen;
    this.isLinked = true;
    this.#series.clear();
    this.shown.clear();
    if (message.epoch !== this.#epoch) {
      if (clearanceIn(message.epoch) !== clearanceIn(this.#epoch)) this.readings.clear(); // the log comes anew in its snapshot
      this.#epoch = message.epoch;
      this.#seq = 0;
      this.#hasLog = false;
    }
  }

  /** A device of this hub changed; our own says what we may do from now on. */
  #takeDevice(device: Device): void {
    if (device.id !== this.screen) return;
    this.role = device.role;
    this.devicesHeard += 1;
  }

  /** A hub that has just started reads its cases first: it governs once it counts them. */
  #takeCounts(counts: CaseCounts): void {
    this.caseCounts = counts;
    this.isGoverned = true;
  }

  #takeCase(seq: number, line: CaseLine): void {
    this.cases.set(line.id, line);
    this.casesChanged.add(line.id);
    this.caseOfSeq.set(seq, line.id);
    if (this.caseOfSeq.size > MOST_SEQS) this.caseOfSeq.delete(this.caseOfSeq.keys().next().value ?? 0);
  }

  #takeReading(row: ReadingRow): void {
    const series = this.#series.get(row[0]);
    if (series === undefined) throw new GapError("readings without their series");
    const [, station, quantity, statistic, unit, periodS = 0, source = ""] = series;
    const reading: Reading = {
      station, quantity, value: row[1], unit, eventMs: row[2], statistic, periodS,
      quality: row[4] ?? "good", isSimulated: row[6] ?? false, source,
    };
    let ours = this.readings.get(station);
    if (ours === undefined) this.readings.set(station, (ours = new Map()));
    const known = ours.get(quantity);
    if (known === undefined || isNewer(reading, known)) ours.set(quantity, reading);
  }

  #takeChange(seq: number, kind: string, body: unknown): void {
    if (this.#hasLog && seq <= this.#seq) return;
    if (!this.#hasLog || seq !== this.#seq + 1) {
      this.#hasLog = false;
      throw new GapError(`change ${seq} after ${this.#seq}`);
    }
    this.#seq = seq;
    if (kind === "alarm") this.alarms.set((body as Alarm).id, body as Alarm);
    else if (kind === "source") this.sources.set((body as SourceStatus).name, body as SourceStatus);
    else if (kind === "case") this.#takeCase(seq, body as CaseLine);
    else if (kind === "case_counts") this.#takeCounts(body as CaseCounts);
    else if (kind === "response") this.responses.set((body as Response).id, body as Response);
    else if (kind === "post") this.posts.set((body as PostReport).post, body as PostReport);
    else if (kind === "ballot") this.ballots.set((body as Ballot).id, body as Ballot);
    else if (kind === "device") this.#takeDevice(body as Device);
    else if (kind === "report") this.reports.set((body as Report).id, body as Report);
    else if (kind === "site_notice") this.siteNotices.set(siteNoticeKey(body as SiteNotice), body as SiteNotice);
    else if (kind === "notice") takeNotice(this.notices, body as Notice);
    else if (kind === "notices_over") for (const key of (body as { keys: string[] }).keys) this.notices.delete(key);
  }
}

/** Names the warning that a notice of the site above became here. */
export function siteNoticeKey(notice: SiteNotice): string {
  return `${notice.site},${notice.id}`;
}

/** Names a notice as references do. */
export function noticeKey(notice: Notice): string {
  return `${notice.sender},${notice.identifier}`;
}

/** Takes one more public warning into the book, as `twin/notices.py` does. */
export function takeNotice(book: Map<string, Notice>, notice: Notice): void {
  if (["ack", "error"].includes(notice.kind) || ["system", "draft"].includes(notice.status)) return;
  const isOfOneKind = (other: Notice) =>
    notice.status === other.status && notice.is_simulated === other.is_simulated;
  if (notice.kind === "update" || notice.kind === "cancel")
    for (const reference of notice.references) {
      const known = book.get(reference);
      if (known !== undefined && isOfOneKind(known)) book.delete(reference);
    }
  const known = book.get(noticeKey(notice));
  if (notice.kind === "cancel" || (known !== undefined && !isOfOneKind(known))) return;
  if (known === undefined || known.sent_ms <= notice.sent_ms) book.set(noticeKey(notice), notice);
}

function refill<T>(book: Map<string, T>, rows: readonly T[], key: (row: T) => string): void {
  book.clear();
  for (const row of rows) book.set(key(row), row);
}

/** The newest moment wins; at one moment an instant goes before a mean, a short interval before a long one. */
function isNewer(reading: Reading, known: Reading): boolean {
  if (reading.eventMs !== known.eventMs) return reading.eventMs > known.eventMs;
  const ours = RANK[reading.statistic] ?? 9;
  const theirs = RANK[known.statistic] ?? 9;
  return ours < theirs || (ours === theirs && reading.periodS <= known.periodS);
}
