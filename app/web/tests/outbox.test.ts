import "fake-indexeddb/auto";

import { beforeEach, expect, test } from "vitest";

import { uuid } from "../src/hub/ids.ts";
import { Outbox, RefusedError, type Carrier, type Item } from "../src/hub/outbox.ts";
import { MemoryShelf, openShelf } from "../src/hub/shelf.ts";
import type { Ack } from "../src/hub/wire.ts";

class Hub implements Carrier {
  isThere = true;
  readonly done: string[] = [];
  readonly photos: number[] = [];
  readonly refuses = new Set<string>();
  /** Dies after having done these, before it answers. */
  readonly diesAfter = new Set<string>();

  upload(photo: Blob): Promise<string> {
    if (!this.isThere) return Promise.reject(new Error("away"));
    if (photo.size > 10) return Promise.reject(new RefusedError("太大", "too large"));
    this.photos.push(photo.size);
    return Promise.resolve(`${this.photos.length}.jpg`);
  }

  send(item: Item): Promise<Ack> {
    if (!this.isThere) return Promise.reject(new Error("away"));
    if (!this.done.includes(item.op) && !this.refuses.has(item.op)) this.done.push(item.op);
    if (this.diesAfter.delete(item.op)) {
      this.isThere = false;
      return Promise.reject(new Error("silent"));
    }
    const ok = !this.refuses.has(item.op);
    return Promise.resolve({ type: "ack", op: item.op, ok, seq: 1, error_zh: ok ? "" : "不行", error_en: ok ? "" : "no", is_conflict: false, about: "" });
  }
}

const wish = (op: string, more: Partial<Item> = {}) => ({ op, action: "report.file", arguments: { words: op }, madeMs: 1, ...more });
/** Waits until the outbox has had nothing to do for many turns of the event loop, however long a turn takes. */
const settled = async (outbox: Outbox) => {
  for (let quiet = 0; quiet < 20; quiet += 1) {
    const before = states(outbox).join();
    await new Promise((go) => setTimeout(go, 1));
    if (states(outbox).join() !== before || outbox.items.some((item) => item.state === "sending")) quiet = -1;
  }
};
const states = (outbox: Outbox) => outbox.items.map((item) => `${item.op} ${item.state}`);

beforeEach(() => {
  indexedDB.deleteDatabase("sanping");
});

test("what is filed offline is sent in its order once the hub is there, and stays over a reload", async () => {
  // given three wishes without a network, and a page that is loaded again
  const hub = new Hub();
  const first = new Outbox(await openShelf(), hub);
  await first.open();
  for (const op of ["a", "b", "c"]) await first.add(wish(op));
  const again = new Outbox(await openShelf(), hub);
  await again.open();
  expect(states(again)).toEqual(["a waiting", "b waiting", "c waiting"]);

  // when the hub is there
  again.linked(true);
  await settled(again);

  // then it did all of them in order
  expect(hub.done).toEqual(["a", "b", "c"]);
  expect(states(again)).toEqual(["a sent", "b sent", "c sent"]);
});

test("a wish that was done but not answered is sent again under its name and done once", async () => {
  // given a hub that dies between doing and answering
  const hub = new Hub();
  hub.diesAfter.add("b");
  const outbox = new Outbox(new MemoryShelf(), hub);
  outbox.linked(true);
  for (const op of ["a", "b", "c"]) await outbox.add(wish(op));
  await settled(outbox);
  outbox.linked(false);
  expect(states(outbox)).toEqual(["a sent", "b waiting", "c waiting"]);

  // when it comes back
  hub.isThere = true;
  outbox.linked(true);
  await settled(outbox);

  // then each was done once
  expect(hub.done).toEqual(["a", "b", "c"]);
  expect(states(outbox)).toEqual(["a sent", "b sent", "c sent"]);
});

test("a page that ended while sending takes the item up as waiting", async () => {
  // given an item that was on its way when the page ended
  const shelf = new MemoryShelf();
  await shelf.put({ ...wish("a"), n: 7, state: "sending" });

  // when the page begins anew and something is added
  const outbox = new Outbox(shelf, new Hub());
  await outbox.open();
  await outbox.add(wish("b"));

  // then it waits, and numbers go on
  expect(outbox.items.map(({ n, state }) => [n, state])).toEqual([[7, "waiting"], [8, "waiting"]]);
});

test("a refused item says why, holds up nobody, and can be sent anew at the end", async () => {
  // given a hub that refuses the first, and a photo that it will not take
  const hub = new Hub();
  hub.refuses.add("a");
  const outbox = new Outbox(new MemoryShelf(), hub);
  outbox.linked(true);
  await outbox.add(wish("a"));
  await outbox.add(wish("large", { photo: new Blob([new Uint8Array(20)]) }));
  await outbox.add(wish("b"));
  await settled(outbox);

  // when the first is sent anew
  expect(outbox.items.map((item) => [item.op, item.state, item.reasonEn])).toEqual([
    ["a", "refused", "no"], ["large", "refused", "too large"], ["b", "sent", undefined],
  ]);
  await outbox.retry(1, "a2");
  await settled(outbox);

  // then it was done under its new name
  expect(hub.done).toEqual(["b", "a2"]);
});

test("a photo goes first, once, and its name goes with the words", async () => {
  // given a hub that dies between the photo and the words
  const hub = new Hub();
  hub.diesAfter.add("a");
  const outbox = new Outbox(new MemoryShelf(), hub);
  outbox.linked(true);
  await outbox.add(wish("a", { photo: new Blob([new Uint8Array(5)]) }));
  await settled(outbox);

  // when it is there again
  hub.isThere = true;
  outbox.linked(true);
  await settled(outbox);

  // then the photo was uploaded once, and is not kept on the phone any longer
  expect(hub.photos).toEqual([5]);
  expect(outbox.items[0]?.arguments["photo"]).toBe("1.jpg");
  expect(outbox.items[0]?.photo).toBeUndefined();
});

test("names made on the phone are version 7, unique, and sort by time", () => {
  // given many names of two moments
  const early = Array.from({ length: 500 }, () => uuid(1_790_000_000_000));
  const late = uuid(1_790_000_000_001);

  // when they are compared

  // then they are what RFC 9562 says
  expect(new Set(early).size).toBe(500);
  expect(early.every((name) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(name))).toBe(true);
  expect(early.every((name) => name < late)).toBe(true);
});

test("what a lost link held up goes over the next one at once", async () => {
  // given a photo on its way when the link is lost
  const hub = new Hub();
  let cut: (error: Error) => void = () => undefined;
  const upload = hub.upload.bind(hub);
  hub.upload = () => new Promise((_, reject) => (cut = reject));
  const outbox = new Outbox(new MemoryShelf(), hub);
  await outbox.open();
  outbox.linked(true);
  await outbox.add(wish("one", { photo: new Blob(["x"]) }));
  await new Promise((go) => setTimeout(go, 10));

  // when the page is linked anew before it hears that the upload failed
  hub.upload = upload;
  outbox.linked(false);
  outbox.linked(true);
  cut(new Error("away"));
  await settled(outbox);

  // then it has arrived without another wait
  expect(hub.done).toEqual(["one"]);
});
