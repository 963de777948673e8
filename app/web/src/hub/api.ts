/** Questions to the hub's REST interface. */

import { RefusedError } from "./outbox.ts";
import type { Frame } from "../map/frame.ts";
import type { CaseFilter, CasePage, CaseSheet, Device, Governance, Pose, Role } from "./wire.ts";

export interface Station {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly kinds: readonly string[];
  readonly x_m: number;
  readonly y_m: number;
  readonly river?: string;
  readonly thresholds: {
    readonly warning_m?: number | null;
    readonly guarantee_m?: number | null;
    readonly record_m?: number | null;
  };
  readonly target_class?: number | null;
  readonly chainage_m?: number | null;
  readonly interval_s: number;
  readonly is_lake?: boolean;
}

export interface Twin {
  readonly name: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly is_simulated: boolean;
  readonly is_synthetic: boolean;
  /** Whether the twin labels anything, so that people choose labels for what they write. */
  readonly has_labels?: boolean;
  readonly attribution_zh: string;
  readonly attribution_en: string;
  readonly style: "night" | "day";
  readonly home: Pose | null;
  readonly frame: Frame;
  readonly map: {
    readonly state: "idle" | "making" | "ready" | "failed";
    readonly share: number;
    readonly why_zh: string;
    readonly why_en: string;
    readonly bounds: readonly [number, number, number, number] | null;
    readonly least_zoom: number;
    readonly most_zoom: number;
  };
}

export interface Series {
  readonly unit: string;
  readonly event_ms: readonly number[];
  readonly value: readonly (number | null)[];
}

export interface ItemLimit {
  readonly quantity: string;
  readonly body: "any" | "river" | "lake";
  readonly limits: readonly number[];
  readonly better: "lower" | "higher" | "range";
  readonly is_assessed: boolean;
}

export interface River {
  readonly name: string;
  readonly points_m: readonly (readonly [number, number])[];
  readonly chainage_m: readonly number[];
  readonly width_m: readonly number[];
}

export interface Paired {
  readonly token: string;
  readonly device?: string;
  readonly role?: Role;
}

export class Api {
  readonly #token: () => string;

  constructor(token: () => string) {
    this.#token = token;
  }

  twin(): Promise<Twin> {
    return this.#get("/twin");
  }

  stations(): Promise<readonly Station[]> {
    return this.#get("/stations");
  }

  rivers(): Promise<readonly River[]> {
    return this.#get("/rivers");
  }

  me(): Promise<Device> {
    return this.#get("/me");
  }

  async logIn(name: string, password: string): Promise<void> {
    const body = JSON.stringify({ name, password });
    const headers = { ...this.#headers(), "Content-Type": "application/json" };
    const answer = await fetch("/api/v1/login", { method: "POST", headers, body });
    if (!answer.ok) throw await refusal(answer);
  }

  standard(): Promise<{ readonly items: readonly ItemLimit[] }> {
    return this.#get("/standard");
  }

  series(station: string, quantity: string, statistic: string, periodS: number, fromMs: number, toMs: number): Promise<Series> {
    const step = toMs - fromMs > 2 * 86_400_000 ? "hour" : "raw";
    const asked = { station, quantity, statistic, period_s: `${periodS}`, from_ms: `${fromMs}`, to_ms: `${toMs}`, step };
    return this.#get(`/series?${new URLSearchParams(asked).toString()}`);
  }

  /** Returns what the city governs by, and what we are in it; rejects with `RefusedError` where nothing is governed. */
  async governance(): Promise<Governance> {
    return this.#told("/governance");
  }

  cases(filter: CaseFilter): Promise<CasePage> {
    const asked = new URLSearchParams();
    for (const [key, value] of Object.entries(filter) as [string, unknown][]) asked.set(key, value === true ? "1" : String(value));
    return this.#get(`/cases?${asked.toString()}`);
  }

  /** Returns one case; rejects with `RefusedError` when the hub does not show it to us. */
  async case(id: string): Promise<CaseSheet> {
    return this.#told(`/cases/${encodeURIComponent(id)}`);
  }

  /** Keeps a photo at the hub and returns its name; rejects with `RefusedError` when the hub will never take it. */
  async upload(photo: Blob): Promise<string> {
    const answer = await fetch("/api/v1/photos", { method: "POST", headers: this.#headers(), body: photo });
    if (answer.ok) return ((await answer.json()) as { photo: string }).photo;
    if ([400, 403, 413].includes(answer.status)) throw await refusal(answer);
    throw new Error(`photos: ${answer.status}`);
  }

  async photo(name: string): Promise<Blob> {
    const answer = await fetch(`/api/v1/photos/${encodeURIComponent(name)}`, { headers: this.#headers() });
    if (!answer.ok) throw new Error(`photo: ${answer.status}`);
    return answer.blob();
  }

  /** Asks, and rejects with the hub's own words where it says no for good. */
  async #told<T>(path: string): Promise<T> {
    const answer = await fetch(`/api/v1${path}`, { headers: this.#headers() });
    if ([400, 403, 404].includes(answer.status)) throw await refusal(answer);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as T;
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await fetch(`/api/v1${path}`, { headers: this.#headers() });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as T;
  }

  #headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.#token()}` };
  }
}

/** Gives a one-time code for a token of this device's own. */
export async function pair(code: string, name: string): Promise<Paired> {
  const answer = await fetch("/api/v1/pair", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, name }),
  });
  if (!answer.ok) throw await refusal(answer);
  return (await answer.json()) as Paired;
}

/** Returns why the hub said no, in its own words. */
async function refusal(answer: Response): Promise<RefusedError> {
  const words = (await answer.json().catch(() => ({}))) as { zh?: string; en?: string };
  return new RefusedError(words.zh ?? `${answer.status}`, words.en ?? `${answer.status}`);
}
