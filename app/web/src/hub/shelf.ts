/** The outbox, and what is known of cases, in IndexedDB, which also a page over plain http has; in memory where even that is forbidden. */

import type { Item, Shelf } from "./outbox.ts";

const NAME = "sanping";
const ITEMS = "outbox";
const KNOWN_NAME = "sanping-known";
const KNOWN = "known";

/** Where values are kept by name, so that a page that is opened without a network has something to show. */
export interface Known {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  clear(): Promise<void>;
}

export async function openShelf(): Promise<Shelf> {
  try {
    return new DatabaseShelf(await opened(NAME, ITEMS, { keyPath: "n" }));
  } catch {
    return new MemoryShelf();
  }
}

export async function openKnown(): Promise<Known> {
  try {
    return new DatabaseKnown(await opened(KNOWN_NAME, KNOWN, {}));
  } catch {
    return new MemoryKnown();
  }
}

class DatabaseShelf implements Shelf {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  all(): Promise<Item[]> {
    return done(this.#database, ITEMS, "readonly", (items) => items.getAll() as IDBRequest<Item[]>);
  }

  async put(item: Item): Promise<void> {
    await done(this.#database, ITEMS, "readwrite", (items) => items.put(item));
  }

  async remove(n: number): Promise<void> {
    await done(this.#database, ITEMS, "readwrite", (items) => items.delete(n));
  }
}

class DatabaseKnown implements Known {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  get(key: string): Promise<unknown> {
    return done(this.#database, KNOWN, "readonly", (values) => values.get(key) as IDBRequest<unknown>);
  }

  async set(key: string, value: unknown): Promise<void> {
    await done(this.#database, KNOWN, "readwrite", (values) => values.put(value, key));
  }

  async clear(): Promise<void> {
    await done(this.#database, KNOWN, "readwrite", (values) => values.clear());
  }
}

export class MemoryKnown implements Known {
  readonly #values = new Map<string, unknown>();

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#values.get(key));
  }

  set(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#values.clear();
    return Promise.resolve();
  }
}

export class MemoryShelf implements Shelf {
  readonly #items = new Map<number, Item>();

  all(): Promise<Item[]> {
    return Promise.resolve([...this.#items.values()]);
  }

  put(item: Item): Promise<void> {
    this.#items.set(item.n, item);
    return Promise.resolve();
  }

  remove(n: number): Promise<void> {
    this.#items.delete(n);
    return Promise.resolve();
  }
}

/** Resolves once the whole transaction is safe, not when the request has been answered. */
function done<T>(database: IDBDatabase, name: string, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = ask(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("indexedDB"));
  });
}

function opened(database: string, store: string, options: IDBObjectStoreParameters): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, options);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  });
}
