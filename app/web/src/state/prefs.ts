/** What this phone remembers: who it is, and how its owner likes the page. */

import { uuid } from "../hub/ids.ts";
import type { Language } from "../words.ts";

export type LookWish = "wall" | "night" | "day";

export interface Prefs {
  readonly token: string;
  /** The name by which the hub knows this screen. */
  readonly screen: string;
  readonly name: string;
  /** The group of linked screens that it belongs to. */
  readonly room: string;
  readonly language: Language;
  readonly look: LookWish;
  readonly isLarge: boolean;
  /** Whether the map marks cases. */
  readonly marksCases: boolean;
}

const KEY = "sanping.prefs";
export const MAIN_ROOM = "main";
const LONGEST_ROOM = 64;

export class PrefsBook {
  now: Prefs;
  readonly #kept: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;

  constructor(kept: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined = storage()) {
    this.#kept = kept;
    this.now = { ...fresh(), ...this.#read() };
  }

  get isKept(): boolean {
    return this.#kept !== undefined;
  }

  change(part: Partial<Prefs>): void {
    this.now = { ...this.now, ...part };
    try {
      this.#kept?.setItem(KEY, JSON.stringify(this.now));
    } catch {
      // the browser's room is full: it holds for this visit only
    }
  }

  #read(): Partial<Prefs> {
    try {
      const known: unknown = JSON.parse(this.#kept?.getItem(KEY) ?? "{}");
      return typeof known === "object" && known !== null ? (known as Partial<Prefs>) : {};
    } catch {
      return {};
    }
  }
}

export interface Invitation {
  readonly pair?: string;
  readonly room?: string;
  readonly token?: string;
}

/** Reads a code out of the address and takes it away at once, so that no history and no picture keeps it. */
export function invitation(where: Pick<Location, "hash" | "pathname" | "search">, past: Pick<History, "replaceState">): Invitation {
  if (where.hash.length < 2) return {};
  const said = new URLSearchParams(where.hash.slice(1));
  past.replaceState(null, "", where.pathname + where.search);
  const [pair, token] = [said.get("pair"), said.get("token")];
  const room = said.get("room")?.trim().slice(0, LONGEST_ROOM) ?? (pair === null ? null : MAIN_ROOM);
  return { ...(room === null || room === "" ? {} : { room }), ...(pair === null ? {} : { pair }), ...(token === null ? {} : { token }) };
}

function fresh(): Prefs {
  const isChinese = typeof navigator === "undefined" || !/^en/i.test(navigator.language);
  return { token: "", screen: `phone-${uuid().slice(-12)}`, name: "", room: MAIN_ROOM, language: isChinese ? "zh" : "en", look: "wall", isLarge: false, marksCases: true };
}

function storage(): Storage | undefined {
  try {
    const kept = window.localStorage;
    kept.setItem(`${KEY}.try`, "1");
    kept.removeItem(`${KEY}.try`);
    return kept;
  } catch {
    return undefined;
  }
}
