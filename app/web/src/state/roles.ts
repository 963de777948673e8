/** Who may do what, by rank: each role may do everything the one before it may. The hub decides; this only says so early. */

import { ROLES } from "../generated/tables.ts";
import type { Role } from "../hub/wire.ts";

const RANKS = Object.keys(ROLES) as Role[];

export const FILES_REPORTS: Role = "grid_worker";
export const DEALS_WITH_ALARMS: Role = "operator";

export function isAtLeast(role: Role, least: Role): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf(least);
}
