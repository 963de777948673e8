import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { GapError, labelsFrom, Mirror, noticeKey, takeNotice } from "../src/hub/mirror.ts";
import type { Alarm, FromHub, Notice, SiteNotice } from "../src/hub/wire.ts";

const EXAMPLES = join(dirname(fileURLToPath(import.meta.url)), "../../../tests/wire_examples");

function example<T extends FromHub["type"]>(name: T): Extract<FromHub, { type: T }> {
  return JSON.parse(readFileSync(join(EXAMPLES, `hub.${name}.json`), "utf8")) as Extract<FromHub, { type: T }>;
}

function welcomed(): Mirror {
  const mirror = new Mirror();
  mirror.take(example("welcome"));
  return mirror;
}

test("every example message of the hub is taken", () => {
  // given the examples that Python reads too
  const names = readdirSync(EXAMPLES).filter((name) => name.startsWith("hub."));
  const mirror = welcomed();
  mirror.take(example("series"));
  mirror.take(example("snapshot"));

  // when all are taken
  for (const name of names) mirror.take(JSON.parse(readFileSync(join(EXAMPLES, name), "utf8")) as FromHub);

  // then nothing broke
  expect(names.length).toBeGreaterThan(8);
  expect(mirror.isLinked).toBe(true);
});

test("readings belong to their series, and a snapshot and a change to one log", () => {
  // given a connection
  const mirror = welcomed();
  const [series, readings, snapshot, change] = [example("series"), example("readings"), example("snapshot"), example("change")];

  // when the hub tells what is, and what changes
  mirror.take(series);
  mirror.take(readings);
  mirror.take(snapshot);
  mirror.take({ ...change, seq: snapshot.seq + 1 });

  // then both are known, and a new connection would go on from there
  const row = series.rows[0];
  expect(mirror.readings.get(row?.[1] ?? "")?.get(row?.[2] ?? "")?.value).toBe(readings.rows[0]?.[1]);
  const alarm = change.body as Alarm;
  expect(mirror.alarms.get(alarm.id)).toEqual(alarm);
  expect(mirror.resume()).toEqual({ epoch: example("welcome").epoch, seq: snapshot.seq + 1 });
});

test("a gap in the log and readings without a series end the connection, a repeated change does nothing", () => {
  // given a log at some place
  const mirror = welcomed();
  const [snapshot, change] = [example("snapshot"), example("change")];
  mirror.take(snapshot);

  // when an old change comes again, and one too many
  mirror.take({ ...change, seq: snapshot.seq });

  // then the first is skipped, the other seen
  expect(() => mirror.take({ ...change, seq: snapshot.seq + 2 })).toThrow(GapError);
  expect(mirror.resume()).toBeUndefined();
  expect(() => mirror.take(example("readings"))).toThrow(GapError);
});

test("another life of the hub starts from nothing, the same one goes on", () => {
  // given a mirror with a log
  const mirror = welcomed();
  mirror.take(example("snapshot"));

  // when it is linked again to the same hub, and to one that was started anew
  mirror.lost();
  mirror.take(example("welcome"));
  const same = mirror.resume();
  mirror.take({ ...example("welcome"), epoch: "another" });

  // then only the first is resumed
  expect(same?.seq).toBe(example("snapshot").seq);
  expect(mirror.resume()).toBeUndefined();
});

test("who is there is a snapshot and then differences, and nobody is when the link is lost", () => {
  // given two screens
  const mirror = welcomed();
  const [member] = example("presence").members;
  if (member === undefined) throw new Error("the example has no member");
  mirror.take({ type: "presence", members: [member, { ...member, screen: "other" }], left: [], is_all: true });

  // when one leaves, and then the link is lost
  mirror.take({ type: "presence", members: [], left: ["other"], is_all: false });
  const left = [...mirror.members.keys()];
  mirror.take(example("floor_state"));
  mirror.lost();

  // then it is seen
  expect(left).toEqual([member.screen]);
  expect(mirror.members.size).toBe(0);
  expect(mirror.floor.holder).toBe("");
});

test("a notice of the site above is known by the warning that shows it, and who confirmed it", () => {
  // given a phone that has heard everything
  const mirror = welcomed();
  const [snapshot, change] = [example("snapshot"), example("change")];
  mirror.take({ ...snapshot, site_notices: [] });

  // when a notice comes, and somebody confirms it
  const here = { notice: "city-a-1", site: "town", state: "received", at_ms: 1, by: "" } as const;
  const notice = { id: "city-a-1", site: "city", title: "flood watch", until_ms: 9, over_ms: 0, here } as unknown as SiteNotice;
  mirror.take({ ...change, kind: "site_notice", seq: snapshot.seq + 1, body: notice });
  const before = mirror.siteNotices.get("city,city-a-1")?.here?.state;
  const waiting = [mirror.waitingNotices(8), mirror.waitingNotices(9)];
  mirror.take({ ...change, kind: "site_notice", seq: snapshot.seq + 2, body: { ...notice, here: { ...here, state: "confirmed" } } });

  // then the warning with its key has both
  expect(before).toBe("received");
  expect([...waiting, mirror.waitingNotices(8)]).toEqual([1, 0, 0]);
  expect(mirror.siteNotices.get(noticeKey({ sender: "city", identifier: "city-a-1" } as Notice))?.here?.state).toBe("confirmed");
});

test("an update replaces a warning, a cancel ends it, an exercise touches neither", () => {
  // given a true warning
  const [known] = example("snapshot").notices;
  const base = { status: "actual", kind: "alert", sender: "s", sent_ms: 1, references: [], is_simulated: false, expires_ms: 0 } as unknown as Notice;
  const book = new Map<string, Notice>();
  takeNotice(book, { ...(known ?? base), ...base, identifier: "1" } as Notice);

  // when an exercise claims to end it, and then an update and a cancel come
  takeNotice(book, { ...base, identifier: "2", kind: "cancel", status: "exercise", references: ["s,1"] } as Notice);
  const after = [...book.keys()];
  takeNotice(book, { ...base, identifier: "3", kind: "update", references: ["s,1"] } as Notice);
  const updated = [...book.keys()];
  takeNotice(book, { ...base, identifier: "4", kind: "cancel", references: ["s,3"] } as Notice);

  // then only those of its kind count
  expect([after, updated, [...book.keys()]]).toEqual([["s,1"], ["s,3"], []]);
});

test("a hub that has just started governs once it counts its cases", () => {
  // given a hub that still reads its cases
  const mirror = welcomed();
  const [snapshot, change] = [example("snapshot"), example("change")];
  mirror.take({ ...snapshot, cases: [], case_counts: null });
  const before = mirror.isGoverned;

  // when it tells how many there are, and the room looks at an area
  mirror.take({ ...change, seq: snapshot.seq + 1, kind: "case_counts", body: { ...example("snapshot").case_counts } as never });
  mirror.take({ type: "shown", revision: 1, key: "area", value: "310107014", by: "desk", at_ms: 0, label: "public" });

  // then cases are offered, and the area is known
  expect([before, mirror.isGoverned]).toEqual([false, true]);
  expect(mirror.value("area")).toBe("310107014");
});

test("another clearance forgets the readings that were told before, another life of the hub does not", () => {
  const mirror = welcomed();
  mirror.take(example("series"));
  mirror.take(example("readings"));
  mirror.take({ ...example("welcome"), epoch: "another" });
  expect(mirror.readings.size).toBe(1);

  mirror.take({ ...example("welcome"), epoch: "another/public" });

  expect(mirror.readings.size).toBe(0);
});

test("a screen knows its clearance by the life that it is told, and chooses no label above it", () => {
  // given a hub that tells a life to each clearance, and one without an end to whoever may see everything
  const mirror = new Mirror();
  const known = ["life/public", "life/internal", "life"].map((epoch) => {
    mirror.take({ ...example("welcome"), epoch });
    return mirror.clearance;
  });

  // then what may be chosen lies between what it is about and the clearance
  expect(known).toEqual(["public", "internal", "sensitive"]);
  expect(labelsFrom("public", "internal")).toEqual(["public", "internal"]);
  expect(labelsFrom("internal", "internal")).toEqual(["internal"]);
  expect(labelsFrom("public", "sensitive")).toEqual(["public", "internal", "sensitive"]);
});
