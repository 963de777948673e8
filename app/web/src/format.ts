/** Numbers and times as people read them. */

import { QUANTITIES } from "./generated/tables.ts";
import type { Language, Say } from "./words.ts";

const MISSING = "—";

export function quantityTitle(code: string, language: Language): string {
  return QUANTITIES[code]?.[language] ?? code;
}

/** Returns a value with the decimals of its quantity. */
export function valueText(value: number | null | undefined, code: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  return value.toFixed(QUANTITIES[code]?.decimals ?? 2);
}

export function ageText(eventMs: number, nowMs: number, say: Say): string {
  const seconds = Math.round((nowMs - eventMs) / 1000);
  if (seconds < -60) return say("ahead");
  if (seconds < 5) return say("just_now");
  if (seconds < 60) return say("seconds_ago", { n: seconds });
  if (seconds < 3600) return say("minutes_ago", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return say("hours_ago", { n: Math.floor(seconds / 3600) });
  return say("days_ago", { n: Math.floor(seconds / 86_400) });
}

export function clockText(ms: number, language: Language): string {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  return new Date(ms).toLocaleString(locale, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false });
}
