/** Wishes that wait for the hub: kept over reloads, sent in their order, each with its state. */

import type { Ack, PhotoMoment } from "./wire.ts";

export type ItemState = "waiting" | "sending" | "sent" | "refused";

/** A photo of a step; `body` is kept until the step is done, `id` is its name at the hub. */
export interface Picture {
  readonly moment: PhotoMoment;
  readonly takenMs: number;
  readonly bytes: number;
  readonly body?: Blob;
  readonly id?: string;
}

export interface Item {
  /** Counts from 1 and never falls: the order in which items are sent. */
  readonly n: number;
  readonly op: string;
  readonly action: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly photo?: Blob;
  /** Photos with the moment they show: they go first, and their names with the words as `photos`. */
  readonly pictures?: readonly Picture[];
  /** The newest change known when it was wished: what changed later makes it a conflict. */
  readonly ifSeq?: number;
  readonly madeMs: number;
  readonly state: ItemState;
  readonly reasonZh?: string;
  readonly reasonEn?: string;
  readonly isConflict?: boolean;
  /** The change of the log that it made. */
  readonly seq?: number;
  /** What the hub says that it made or changed. */
  readonly about?: string;
  /** The case that came of it. */
  readonly madeCase?: string;
}

export type Wish = Pick<Item, "op" | "action" | "arguments" | "madeMs" | "photo" | "pictures" | "ifSeq">;

/** Where items are kept. */
export interface Shelf {
  all(): Promise<Item[]>;
  put(item: Item): Promise<void>;
  remove(n: number): Promise<void>;
}

/** How items leave; a photo is uploaded first and gives its name. Both reject when the hub is not there. */
export interface Carrier {
  upload(photo: Blob): Promise<string>;
  send(item: Item): Promise<Ack>;
}

/** The hub said no to a photo: sending it again would not help. */
export class RefusedError extends Error {
  constructor(readonly zh: string, readonly en: string) {
    super(en);
  }
}

const SENT_KEPT = 30;
const AGAIN_MS = 10_000;

export class Outbox {
  items: readonly Item[] = [];
  #last = 0;
  #isRunning = false;
  #isLinked = false;
  #links = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #shelf: Shelf;
  readonly #carrier: Carrier;
  readonly #changed: () => void;

  constructor(shelf: Shelf, carrier: Carrier, changed: () => void = () => undefined) {
    this.#shelf = shelf;
    this.#carrier = carrier;
    this.#changed = changed;
  }

  /** Takes up what an earlier life of the page left; what was on its way then is sent again under its old name. */
  async open(): Promise<void> {
    const kept = await this.#shelf.all();
    this.items = kept
      .sort((one, other) => one.n - other.n)
      .map((item) => (item.state === "sending" ? { ...item, state: "waiting" } : item));
    this.#last = Math.max(0, ...this.items.map((item) => item.n));
    this.#changed();
  }

  /** Keeps a wish; on return it survives a reload. */
  async add(wish: Wish): Promise<Item> {
    const item: Item = { ...wish, n: ++this.#last, state: "waiting" };
    await this.#shelf.put(item);
    this.items = [...this.items, item];
    this.#changed();
    void this.#run();
    return item;
  }

  /** Puts a refused item, under a new name, at the end of the queue. */
  async retry(n: number, op: string): Promise<void> {
    const known = this.items.find((item) => item.n === n && item.state === "refused");
    if (known === undefined) return;
    const pictures = known.pictures?.map(({ id, ...picture }) => (picture.body === undefined && id !== undefined ? { ...picture, id } : picture));
    await this.forget(n);
    await this.add({
      op, action: known.action, arguments: known.arguments, madeMs: known.madeMs,
      ...(known.photo === undefined ? {} : { photo: known.photo }), ...(pictures === undefined ? {} : { pictures }),
    });
  }

  /** Notes which case came of an item. */
  async became(n: number, madeCase: string): Promise<void> {
    const known = this.items.find((item) => item.n === n);
    if (known !== undefined) await this.#keep({ ...known, madeCase });
  }

  /** Takes an item away that is not on its way. */
  async forget(n: number): Promise<void> {
    if (this.items.some((item) => item.n === n && item.state === "sending")) return;
    this.items = this.items.filter((item) => item.n !== n);
    await this.#shelf.remove(n);
    this.#changed();
  }

  /** Says that the hub is there, or is gone. */
  linked(isLinked: boolean): void {
    this.#isLinked = isLinked;
    clearTimeout(this.#again);
    if (!isLinked) return;
    this.#links += 1;
    void this.#run();
  }

  get waiting(): number {
    return this.items.filter((item) => item.state === "waiting" || item.state === "sending").length;
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const isDone = await this.#deliverAll().finally(() => {
      this.#isRunning = false;
    });
    clearTimeout(this.#again);
    if (!isDone) this.#again = setTimeout(() => void this.#run(), AGAIN_MS); // the hub is there, but could not just now
    else if (this.#next() !== undefined) void this.#run(); // it came while others were put away
  }

  /** Returns false when the hub could not take an item; one that a lost link took with it goes over the next. */
  async #deliverAll(): Promise<boolean> {
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      const link = this.#links;
      if (!(await this.#deliver(item)) && link === this.#links) return false;
    }
    await this.#tidy();
    return true;
  }

  #next(): Item | undefined {
    return this.#isLinked ? this.items.find((item) => item.state === "waiting") : undefined;
  }

  /** Returns false when the hub went away meanwhile: then the item waits again, and all behind it. */
  async #deliver(first: Item): Promise<boolean> {
    let item: Item = await this.#keep({ ...first, state: "sending" });
    try {
      if (item.photo !== undefined && item.arguments["photo"] === undefined) {
        const photo = await this.#carrier.upload(item.photo);
        item = await this.#keep({ ...item, arguments: { ...item.arguments, photo } });
      }
      if (item.pictures !== undefined) item = await this.#uploaded(item, item.pictures);
      const ack = await this.#carrier.send(item);
      if (ack.ok) {
        const { photo: _, pictures: __, ...rest } = item;
        await this.#keep({ ...rest, state: "sent", seq: ack.seq, about: ack.about });
      } else {
        await this.#keep({
          ...item, state: "refused", reasonZh: ack.error_zh, reasonEn: ack.error_en,
          isConflict: ack.is_conflict,
        });
      }
      return true;
    } catch (error) {
      if (error instanceof RefusedError) {
        await this.#keep({ ...item, state: "refused", reasonZh: error.zh, reasonEn: error.en });
        return true;
      }
      await this.#keep({ ...item, state: "waiting" });
      return false;
    }
  }

  /** Uploads photos that the hub does not have yet, and notes each, so that none goes twice. */
  async #uploaded(first: Item, pictures: readonly Picture[]): Promise<Item> {
    let [item, done] = [first, pictures];
    for (const [place, { body, id }] of pictures.entries()) {
      if (id !== undefined || body === undefined) continue;
      const name = await this.#carrier.upload(body);
      done = done.map((one, number) => (number === place ? { ...one, id: name } : one));
      item = await this.#keep({ ...item, pictures: done });
    }
    const photos = done.map(({ id, moment }) => ({ id, moment }));
    return this.#keep({ ...item, arguments: { ...item.arguments, photos } });
  }

  async #keep(item: Item): Promise<Item> {
    await this.#shelf.put(item);
    this.items = this.items.map((known) => (known.n === item.n ? item : known));
    this.#changed();
    return item;
  }

  async #tidy(): Promise<void> {
    const sent = this.items.filter((item) => item.state === "sent");
    for (const item of sent.slice(0, Math.max(0, sent.length - SENT_KEPT))) await this.forget(item.n);
  }
}
