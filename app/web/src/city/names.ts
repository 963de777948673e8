/** Names of classes and states from the shared tables. */

import { WATER_CLASSES } from "../generated/tables.ts";
import type { Language } from "../words.ts";
import type { WaterClass } from "./water.ts";

export function waterClassName(grade: WaterClass, language: Language): string {
  return WATER_CLASSES[grade][language];
}
