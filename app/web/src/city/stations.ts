/** A station as it is shown: its main reading, how old that is, and its colour. */

import { QUANTITIES } from "../generated/tables.ts";
import type { ItemLimit, Station } from "../hub/api.ts";
import type { Mirror, Reading } from "../hub/mirror.ts";
import type { Alarm, AlarmColour } from "../hub/wire.ts";
import { floodState, waterClass, type FloodState, type WaterClass } from "./water.ts";

export type Freshness = "fresh" | "stale" | "none";

export interface StationView {
  readonly station: Station;
  readonly readings: readonly Reading[];
  readonly main: Reading | undefined;
  readonly freshness: Freshness;
  readonly flood: FloodState;
  readonly waterClass: WaterClass | undefined;
  readonly alarm: Alarm | undefined;
  readonly colour: string;
  readonly isSimulated: boolean;
}

export const ALARM_COLOURS: Readonly<Record<AlarmColour, string>> = {
  red: "#ff5252", orange: "#ff8a2a", yellow: "#ffd23c", blue: "#4f96ff",
};
export const CLASS_COLOURS: Readonly<Record<WaterClass, string>> = {
  1: "#3d9bff", 2: "#3d9bff", 3: "#3bd68a", 4: "#ffd23c", 5: "#ff8a2a", 6: "#ff5252",
};
export const STALE = "#7d8794";
const CALM = "#35e0ff";
const NORMAL = "#35e0d2";
const SUSPECT = "#c9a86a";
const ORDER: readonly AlarmColour[] = ["red", "orange", "yellow", "blue"];
const MAIN: Readonly<Record<string, readonly string[]>> = {
  level: ["water_level", "level_above_gate"],
  sluice: ["level_above_gate", "gate_opening", "gates_open", "water_level"],
  pump: ["pumps_running", "water_level"],
  flow: ["flow", "velocity"],
  rain: ["rain_hour", "rain"],
  quality: ["dissolved_oxygen", "ammonia_nitrogen"],
  outfall: ["outfall_flow"],
  weather: ["air_temperature"],
};
const LATE_AFTER_INTERVALS = 2;

export function freshness(reading: Reading | undefined, station: Station, nowMs: number): Freshness {
  if (reading === undefined) return "none";
  const intervalMs = Math.max(station.interval_s, reading.periodS) * 1000;
  const age = nowMs - reading.eventMs;
  return -intervalMs <= age && age <= LATE_AFTER_INTERVALS * intervalMs ? "fresh" : "stale";
}

/** Returns all stations as they stand now; `isLinked` false makes nothing fresh. */
export function stationViews(
  stations: readonly Station[], mirror: Mirror, items: readonly ItemLimit[], nowMs: number,
): readonly StationView[] {
  const worst = new Map<string, Alarm>();
  for (const alarm of mirror.alarms.values()) {
    const known = worst.get(alarm.station);
    if (isOpen(alarm) && (known === undefined || ORDER.indexOf(alarm.colour) < ORDER.indexOf(known.colour))) worst.set(alarm.station, alarm);
  }
  return stations
    .filter((station) => !station.kinds.every((kind) => kind === "camera"))
    .map((station) => stationView(station, mirror, items, worst.get(station.id), nowMs));
}

export function isOpen(alarm: Alarm): boolean {
  return alarm.state !== "closed" && alarm.state !== "shelved";
}

/** Says which alarms a person still has to look at. */
export function needsHand(alarm: Alarm): boolean {
  return alarm.state === "active" || alarm.state === "returned";
}

export function byUrgency(one: Alarm, other: Alarm): number {
  return (
    Number(needsHand(other)) - Number(needsHand(one)) ||
    ORDER.indexOf(one.colour) - ORDER.indexOf(other.colour) ||
    other.raised_ms - one.raised_ms
  );
}

/** Puts alarms of one rule and state together, at the place of the first; the order stays. */
export function together(alarms: readonly Alarm[]): readonly (readonly [Alarm, ...Alarm[]])[] {
  const found = new Map<string, [Alarm, ...Alarm[]]>();
  for (const alarm of alarms) {
    const key = `${alarm.rule} ${alarm.colour} ${alarm.state} ${alarm.is_simulated}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [alarm]);
    else known.push(alarm);
  }
  return [...found.values()];
}

function stationView(
  station: Station, mirror: Mirror, items: readonly ItemLimit[], alarm: Alarm | undefined, nowMs: number,
): StationView {
  const known = mirror.readings.get(station.id);
  const readings = known === undefined ? [] : [...known.values()].sort((one, other) => rank(one) - rank(other));
  const wanted = station.kinds.flatMap((kind) => MAIN[kind] ?? []);
  const main = wanted.map((code) => known?.get(code)).find((one) => one !== undefined) ?? readings[0];
  const age = mirror.isLinked ? freshness(main, station, nowMs) : main === undefined ? "none" : "stale";
  const level = known?.get("water_level") ?? known?.get("level_above_gate");
  const isLevelFresh = level !== undefined && freshness(level, station, nowMs) === "fresh";
  const flood = isLevelFresh ? floodState(level.value, station.thresholds) : "unknown";
  const values = new Map<string, number>();
  for (const one of readings)
    if (one.value !== null && one.quality === "good" && freshness(one, station, nowMs) === "fresh") values.set(one.quantity, one.value);
  const grade = station.kinds.includes("quality") ? waterClass(items, values, station.is_lake ?? false) : undefined;
  return {
    station, readings, main, freshness: age, flood, waterClass: grade, alarm,
    colour: colour(age, flood, main, grade), isSimulated: readings.some((one) => one.isSimulated),
  };
}

function colour(age: Freshness, flood: FloodState, main: Reading | undefined, grade: WaterClass | undefined): string {
  if (age !== "fresh") return STALE;
  if (flood !== "unknown" && flood !== "normal") return ALARM_COLOURS[flood];
  if (main !== undefined && main.quality !== "good") return SUSPECT;
  if (grade !== undefined) return CLASS_COLOURS[grade];
  return flood === "normal" ? NORMAL : CALM;
}

const CODES = Object.keys(QUANTITIES);
function rank(reading: Reading): number {
  const place = CODES.indexOf(reading.quantity);
  return place < 0 ? CODES.length : place;
}
