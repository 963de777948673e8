/** Names of classes and states from the shared tables. */

import { FLOOD_STATES, WATER_CLASSES } from "../generated/tables.ts";
import type { Language } from "../words.ts";
import type { WaterClass } from "./water.ts";

const SHORT: readonly string[] = ["", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ"];

/** Returns a class as short as a narrow tile needs it. */
export function shortClass(grade: WaterClass, language: Language): string {
  return SHORT[grade] ?? (language === "zh" ? "劣Ⅴ" : ">Ⅴ");
}

export function floodName(state: keyof typeof FLOOD_STATES, language: Language): string {
  return FLOOD_STATES[state][language];
}

export function waterClassName(grade: WaterClass, language: Language): string {
  return WATER_CLASSES[grade][language];
}
