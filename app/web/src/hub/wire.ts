/** The messages of `sanping.v1` as this page uses them; the hub's `wire/messages.py` is the reference. */

export const PROTOCOL = "sanping.v1";

export type AlarmColour = "red" | "orange" | "yellow" | "blue";
export type AlarmState = "active" | "acknowledged" | "returned" | "shelved" | "closed";
export type Role = "viewer" | "grid_worker" | "operator" | "duty_officer" | "admin";
export type FloorWish = "request" | "release" | "renew" | "grant" | "deny" | "revoke" | "seize" | "lock" | "unlock";
export type ReportCategory = "floating" | "colour" | "outfall" | "bank" | "flooding" | "facility" | "road" | "other";

export interface Alarm {
  readonly id: string;
  readonly rule: string;
  readonly station: string;
  readonly quantity: string;
  readonly colour: AlarmColour;
  readonly state: AlarmState;
  readonly title_zh: string;
  readonly title_en: string;
  readonly raised_ms: number;
  readonly changed_ms: number;
  readonly group?: string;
  readonly value?: number;
  readonly limit?: number;
  readonly unit?: string;
  readonly acknowledged_by?: string;
  readonly shelved_until_ms?: number;
  readonly is_simulated?: boolean;
}

export interface Notice {
  readonly identifier: string;
  readonly sender: string;
  readonly sent_ms: number;
  readonly status: string;
  readonly kind: string;
  readonly event: string;
  readonly colour: AlarmColour | null;
  readonly headline_zh: string;
  readonly headline_en?: string;
  readonly description_zh?: string;
  readonly description_en?: string;
  readonly instruction_zh?: string;
  readonly instruction_en?: string;
  readonly sender_name?: string;
  readonly expires_ms?: number;
  readonly references?: readonly string[];
  readonly is_simulated?: boolean;
}

export interface SourceStatus {
  readonly name: string;
  readonly adapter: string;
  readonly state: string;
  readonly why_zh?: string;
  readonly why_en?: string;
  readonly is_simulated?: boolean;
}

export interface Report {
  readonly id: string;
  readonly time_ms: number;
  readonly received_ms: number;
  readonly category: ReportCategory;
  readonly words: string;
  readonly lon?: number | null;
  readonly lat?: number | null;
  readonly photo?: string;
  readonly by?: string;
}

/** [index, station, quantity, statistic, unit, period_s, source] */
export type SeriesRow = readonly [number, string, string, string, string, number?, string?];
/** [index, value, event_ms, received_ms, quality, origin, is_simulated, mark] */
export type ReadingRow = readonly [number, number | null, number, number, string?, string?, boolean?, string?];

export interface Member {
  readonly screen: string;
  readonly kind: string;
  readonly name?: string;
  readonly role?: Role;
  readonly follows?: boolean;
  readonly rtt_ms?: number;
}

export interface Pose {
  readonly target: readonly [number, number, number];
  readonly heading_deg: number;
  readonly pitch_deg: number;
  readonly distance_m: number;
  readonly fov_deg: number;
}

export interface FeatureRef {
  readonly layer: string;
  readonly id: string;
}

export interface FloorState {
  readonly type?: "floor_state";
  readonly holder?: string;
  readonly fence?: number;
  readonly left_ms?: number;
  readonly queue?: readonly string[];
  readonly is_locked?: boolean;
}

export interface Ack {
  readonly type: "ack";
  readonly op: string;
  readonly ok: boolean;
  readonly seq?: number;
  readonly error_zh?: string;
  readonly error_en?: string;
  readonly is_conflict?: boolean;
}

export interface Refused {
  readonly type: "refused";
  readonly about: string;
  readonly code: string;
  readonly n?: number;
  readonly error_zh?: string;
  readonly error_en?: string;
}

export interface Welcome {
  readonly type: "welcome";
  readonly epoch: string;
  readonly seq: number;
  readonly server_ms: number;
  readonly twin: string;
  readonly is_simulated: boolean;
  readonly role?: Role;
  readonly room?: string;
}

export interface Shown {
  readonly type: "shown";
  readonly revision: number;
  readonly key: string;
  readonly value: unknown;
  readonly by?: string;
  readonly at_ms?: number;
}

export type FromHub =
  | Welcome
  | Ack
  | Refused
  | Shown
  | (FloorState & { readonly type: "floor_state" })
  | { readonly type: "series"; readonly rows: readonly SeriesRow[] }
  | { readonly type: "readings"; readonly revision: number; readonly rows: readonly ReadingRow[] }
  | {
      readonly type: "snapshot";
      readonly seq: number;
      readonly alarms: readonly Alarm[];
      readonly sources: readonly SourceStatus[];
      readonly notices?: readonly Notice[];
      readonly reports?: readonly Report[];
    }
  | { readonly type: "change"; readonly seq: number; readonly kind: string; readonly body: unknown }
  | { readonly type: "presence"; readonly members?: readonly Member[]; readonly left?: readonly string[]; readonly is_all?: boolean }
  | { readonly type: "pong"; readonly sent_ms: number; readonly server_ms: number }
  | { readonly type: "bye"; readonly reason: string };

export interface Command {
  readonly type: "command";
  readonly op: string;
  readonly action: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly n?: number;
  readonly if_seq?: number;
}

export type FromScreen =
  | Command
  | {
      readonly type: "hello";
      readonly protocol: string;
      readonly screen: string;
      readonly kind: "phone";
      readonly token: string;
      readonly resume?: { readonly epoch: string; readonly seq: number };
      readonly room: string;
      readonly name: string;
      readonly window: number;
    }
  | { readonly type: "subscribe"; readonly topics: readonly string[] }
  | { readonly type: "ready"; readonly revision: number }
  | { readonly type: "ping"; readonly sent_ms: number }
  | { readonly type: "show"; readonly key: string; readonly value: unknown; readonly fence: number; readonly n: number }
  | { readonly type: "seen"; readonly revision: number }
  | { readonly type: "floor"; readonly wish: FloorWish; readonly to?: string }
  | {
      readonly type: "here";
      readonly follows: boolean;
      readonly rtt_ms: number;
      readonly name: string;
      readonly width_px: number;
      readonly height_px: number;
    };
