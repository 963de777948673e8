import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Link } from "../src/hub/link.ts";
import type { FromHub, FromScreen } from "../src/hub/wire.ts";

const AHEAD_MS = 3_600_000;

/** A socket whose other end is the test. */
class Line {
  readonly said: FromScreen[] = [];
  readyState = 1;
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: (() => void) | undefined;

  send(frame: string): void {
    this.said.push(JSON.parse(frame) as FromScreen);
  }

  close(): void {
    this.readyState = 3;
  }

  tell(message: FromHub): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  last<T extends FromScreen["type"]>(type: T): Extract<FromScreen, { type: T }> | undefined {
    return this.said.findLast((message): message is Extract<FromScreen, { type: T }> => message.type === type);
  }
}

function linked(): { line: Line; link: Link } {
  const line = new Line();
  const nothing = () => undefined;
  const link = new Link(
    { screen: "phone-1", token: () => "t", name: () => "", room: () => "hall", follows: () => true, open: () => line as unknown as WebSocket },
    { changed: nothing, stateChanged: nothing, acknowledged: nothing, refused: nothing },
  );
  link.start();
  line.onopen?.();
  line.tell({
    type: "welcome", epoch: "e", seq: 0, server_ms: Date.now() + AHEAD_MS - 3_000, twin: "town", is_simulated: true, protocol: "sanping.v1",
    role: "operator", room: "hall", screen: "phone-1", n: 0, relay: "",
  });
  return { line, link };
}

/** Waits for the next ping and answers it; all of the trip is on the way back. */
function answered(line: Line, tripMs: number, ahead = AHEAD_MS): void {
  line.said.length = 0;
  while (line.last("ping") === undefined) vi.advanceTimersByTime(1);
  const sentMs = line.last("ping")?.sent_ms ?? 0;
  const hubMs = Date.now() + ahead;
  vi.advanceTimersByTime(tripMs);
  line.tell({ type: "pong", sent_ms: sentMs, server_ms: hubMs });
}

beforeEach(() => {
  vi.stubGlobal("location", { protocol: "http:", host: "hub" });
  vi.stubGlobal("WebSocket", Line);
  Object.assign(Line, { OPEN: 1, CONNECTING: 0 });
  vi.stubGlobal("innerWidth", 390);
  vi.stubGlobal("innerHeight", 844);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the hub's clock is known by its quickest answer, not by a welcome or an answer that came late", () => {
  // given a phone whose welcome came three seconds late
  const { line, link } = linked();
  const first = link.aheadMs;

  // when one answer is quick, and the next is slow because the phone draws
  answered(line, 4);
  const quick = link.aheadMs;
  answered(line, 900);

  // then half of the quickest trip is all that it is wrong by, until the hub's clock is set
  expect(first).toBe(AHEAD_MS - 3_000);
  expect(Math.abs(quick - AHEAD_MS)).toBeLessThanOrEqual(3);
  expect(Math.abs(link.aheadMs - AHEAD_MS)).toBeLessThanOrEqual(3);
  answered(line, 20, 0);
  expect(Math.abs(link.aheadMs)).toBeLessThanOrEqual(11);
  link.close();
});

test("a phone says its room, and good-bye when it is closed or its page is left", () => {
  // given two phones that are linked
  const [one, other] = [linked(), linked()];

  // when one is closed and the page of the other is left
  one.link.close();
  other.link.leave();

  // then both gave up what they led, and only the one that was left comes back
  expect(one.line.last("hello")?.room).toBe("hall");
  expect([one.line, other.line].map((line) => line.last("bye")?.reason)).toEqual(["closed", "closed"]);
  expect([one.line.readyState, other.line.readyState]).toEqual([3, 3]);
  expect(other.link.state).toBe("away");
  const before = other.line.said.length;
  one.link.hurry();
  other.link.hurry();
  other.line.readyState = 1;
  other.line.onopen?.();
  expect(other.line.said.slice(before).map((message) => message.type)).toEqual(["hello", "subscribe"]);
  other.link.close();
});
