/** The outbox in IndexedDB, which also a page over plain http has; in memory where even that is forbidden. */

import type { Item, Shelf } from "./outbox.ts";

const NAME = "sanping";
const ITEMS = "outbox";

export async function openShelf(): Promise<Shelf> {
  try {
    return new DatabaseShelf(await opened());
  } catch {
    return new MemoryShelf();
  }
}

class DatabaseShelf implements Shelf {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  all(): Promise<Item[]> {
    return this.#done("readonly", (items) => items.getAll() as IDBRequest<Item[]>);
  }

  async put(item: Item): Promise<void> {
    await this.#done("readwrite", (items) => items.put(item));
  }

  async remove(n: number): Promise<void> {
    await this.#done("readwrite", (items) => items.delete(n));
  }

  /** Resolves once the whole transaction is safe, not when the request has been answered. */
  #done<T>(mode: IDBTransactionMode, ask: (items: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(ITEMS, mode);
      const request = ask(transaction.objectStore(ITEMS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("indexedDB"));
    });
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

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ITEMS, { keyPath: "n" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  });
}
