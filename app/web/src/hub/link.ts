/** The WebSocket to the hub: connects, says hello, resumes, gives credit, and comes back with growing waits. */

import { GapError, Mirror } from "./mirror.ts";
import { PROTOCOL, type Ack, type Command, type FloorWish, type FromHub, type FromScreen, type Refused, type ShowValues, type ViewKey } from "./wire.ts";

export type LinkState = "connecting" | "linked" | "away" | "refused";

export interface LinkEvents {
  /** Something that the mirror holds changed; `isUrgent` for the show and the floor. */
  changed(isUrgent: boolean): void;
  stateChanged(state: LinkState, why: string): void;
  acknowledged(ack: Ack): void;
  refused(refusal: Refused): void;
}

export interface LinkOptions {
  readonly screen: string;
  readonly token: () => string;
  readonly name: () => string;
  readonly room: () => string;
  readonly follows: () => boolean;
  readonly open?: (address: string) => WebSocket;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const PING_EVERY_MS = 4_000;
const SILENT_AFTER_MS = 12_000;
const TRIPS_KEPT = 8;
const CLOCK_SLACK_MS = 5;
const WINDOW = 2;
const TOPICS = ["all", "log", "view", "presence"];
const FINAL = new Set(["token", "protocol", "revoked", "role"]);

/** Round trip, and how far the hub's clock is ahead of the page's own (`performance.now`). */
type Trip = readonly [number, number];

export class Link {
  readonly mirror = new Mirror();
  state: LinkState = "connecting";
  rttMs = 0;
  /** The hub's clock less ours. */
  aheadMs = 0;
  #socket: WebSocket | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #heardMs = 0;
  #pulseMs = 0;
  #trips: readonly Trip[] = [];
  #writes = 0;
  #isClosed = true;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.mirror.screen = options.screen;
    this.#events = events;
  }

  start(): void {
    this.#isClosed = false;
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    this.say({ type: "bye", reason: "closed" });
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** The page is left, and with it the floor; it may come back (`hurry`). */
  leave(): void {
    this.say({ type: "bye", reason: "closed" });
    this.#drop();
    this.mirror.lost();
    this.#become("away", "closed");
  }

  /** Connects at once: the phone woke up or the network came back. */
  hurry(): void {
    if (this.#isClosed || this.state === "linked" || this.#socket?.readyState === WebSocket.CONNECTING) return;
    this.#failures = 0;
    this.#drop();
    this.#connect();
  }

  /** Returns whether the message is on its way. */
  say(message: FromScreen): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  command(command: Omit<Command, "type">): boolean {
    return this.state === "linked" && this.say({ type: "command", ...command });
  }

  floor(wish: FloorWish, to = ""): boolean {
    return this.say(to === "" ? { type: "floor", wish } : { type: "floor", wish, to });
  }

  /** Writes one value of the show with the fence of our lease; false without the floor. */
  show<K extends ViewKey>(key: K, value: ShowValues[K]): boolean {
    const { floor, screen } = this.mirror;
    if (floor.holder !== screen) return false;
    return this.say({ type: "show", key, value, fence: floor.fence, n: ++this.#writes });
  }

  /** Tells the hub that everything up to a revision of the show is on the screen. */
  seen(revision: number): void {
    this.say({ type: "seen", revision });
  }

  here(): void {
    this.say({
      type: "here", follows: this.#options.follows(), rtt_ms: Math.round(this.rttMs * 10) / 10,
      name: this.#options.name(), width_px: innerWidth, height_px: innerHeight,
    });
  }

  #connect(): void {
    this.#become(this.state === "away" ? "away" : "connecting", "");
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`;
    const socket = this.#options.open?.(address) ?? new WebSocket(address);
    this.#socket = socket;
    this.#heardMs = Date.now();
    socket.onopen = () => {
      const resume = this.mirror.resume();
      this.say({
        type: "hello", protocol: PROTOCOL, screen: this.#options.screen, kind: "phone", token: this.#options.token(),
        ...(resume === undefined ? {} : { resume }), room: this.#options.room(), name: this.#options.name(), window: WINDOW,
      });
      this.say({ type: "subscribe", topics: TOPICS });
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket === this.#socket) this.#take(event.data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost("");
    };
    clearInterval(this.#beat);
    this.#pulseMs = Date.now();
    this.#beat = setInterval(() => this.#pulse(), PING_EVERY_MS);
  }

  #pulse(): void {
    const nowMs = Date.now();
    const wasAsleep = nowMs - this.#pulseMs > 2 * PING_EVERY_MS; // then what the hub said still waits to be read
    this.#pulseMs = nowMs;
    if (wasAsleep) this.#heardMs = nowMs;
    if (nowMs - this.#heardMs > SILENT_AFTER_MS) return this.#lost("silent");
    if (this.state !== "linked") return;
    this.say({ type: "ping", sent_ms: Math.round(performance.now()) });
    this.here();
  }

  #take(frame: string): void {
    this.#heardMs = Date.now();
    let message: FromHub;
    try {
      message = JSON.parse(frame) as FromHub;
      this.mirror.take(message);
    } catch (error) {
      return this.#lost(error instanceof GapError ? "gap" : "broken");
    }
    switch (message.type) {
      case "welcome":
        this.#failures = 0;
        this.#trips = [];
        this.aheadMs = message.server_ms - Date.now();
        this.#become("linked", "");
        this.say({ type: "ping", sent_ms: Math.round(performance.now()) });
        this.here();
        return;
      case "readings":
        this.say({ type: "ready", revision: message.revision });
        return this.#events.changed(false);
      case "pong":
        this.#answered(message.sent_ms, message.server_ms);
        return this.#events.changed(false);
      case "ack": return this.#events.acknowledged(message);
      case "refused": return this.#events.refused(message);
      case "bye": return this.#lost(message.reason);
      case "series": return;
      default: return this.#events.changed(message.type === "shown" || message.type === "floor_state");
    }
  }

  /** A phone that is busy drawing reads late: the quickest of the last few is the way there and back. */
  #answered(sentMs: number, hubMs: number): void {
    const nowMs = performance.now();
    const tripMs = Math.max(0, nowMs - sentMs);
    const trip: Trip = [tripMs, hubMs + tripMs / 2 - nowMs];
    const known = this.#trips.filter(([otherMs, aheadMs]) => Math.abs(aheadMs - trip[1]) <= (otherMs + tripMs) / 2 + CLOCK_SLACK_MS); // else the hub's clock was set
    this.#trips = [...known, trip].slice(-TRIPS_KEPT);
    const [quickestMs, aheadMs] = this.#trips.reduce((one, other) => (other[0] < one[0] ? other : one));
    this.rttMs = quickestMs;
    this.aheadMs = aheadMs + nowMs - Date.now();
  }

  #lost(reason: string): void {
    this.#drop();
    this.mirror.lost();
    if (this.#isClosed) return;
    const isFinal = FINAL.has(reason);
    this.#become(isFinal ? "refused" : "away", reason);
    this.#events.changed(true);
    if (isFinal) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 6)) * (0.8 + 0.4 * Math.random());
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearInterval(this.#beat);
    clearTimeout(this.#timer);
    socket?.close();
  }

  #become(state: LinkState, why: string): void {
    if (state === this.state && why === "") return;
    this.state = state;
    this.#events.stateChanged(state, why);
  }
}
