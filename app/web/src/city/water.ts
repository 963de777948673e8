/** Levels and quality of water as the standards class them: `twin/flood.py` and `twin/water_quality.py` in short. */

import type { ItemLimit, Station } from "../hub/api.ts";
import { NEAR_WARNING_M } from "../generated/tables.ts";

export type FloodState = "unknown" | "normal" | "blue" | "yellow" | "orange" | "red";
export type WaterClass = 1 | 2 | 3 | 4 | 5 | 6;
const CLASSES = [1, 2, 3, 4, 5] as const;

export function floodState(levelM: number | null, thresholds: Station["thresholds"]): FloodState {
  const { warning_m: warning = null, guarantee_m: guarantee = null, record_m: record = null } = thresholds;
  if (levelM === null || (warning === null && guarantee === null && record === null)) return "unknown";
  if (record !== null && levelM >= record) return "red";
  if (guarantee !== null && levelM >= guarantee) return "orange";
  if (warning === null) return "unknown";
  if (levelM >= warning) return "yellow";
  return levelM >= warning - NEAR_WARNING_M ? "blue" : "normal";
}

/** Returns the single-factor class of a section (GB 3838), nothing when no assessed item was measured. */
export function waterClass(items: readonly ItemLimit[], values: ReadonlyMap<string, number>, isLake: boolean): WaterClass | undefined {
  const body = isLake ? "lake" : "river";
  let worst: WaterClass | undefined;
  for (const [quantity, value] of values) {
    const limit = items.find((item) => item.quantity === quantity && (item.body === "any" || item.body === body));
    if (limit === undefined || !limit.is_assessed) continue;
    const found = itemClass(limit, value, values.get("water_temperature"));
    if (worst === undefined || found > worst) worst = found;
  }
  return worst;
}

function itemClass(limit: ItemLimit, value: number, temperatureC: number | undefined): WaterClass {
  const [low = 0, high = 0] = limit.limits;
  if (limit.better === "range") return low <= value && value <= high ? 1 : 6;
  for (const number of CLASSES) {
    const bound = limit.limits[number - 1];
    if (bound === undefined) break;
    if (limit.better === "higher" ? value >= bound : value <= bound) return number;
    const isSaturated = temperatureC !== undefined && value >= (0.9 * 468) / (31.6 + temperatureC);
    if (limit.better === "higher" && number === 1 && isSaturated) return 1;
  }
  return 6;
}
