import { expect, test } from "vitest";

import { byUrgency, freshness, stationViews, together } from "../src/city/stations.ts";
import { floodState, waterClass } from "../src/city/water.ts";
import { ageText, valueText } from "../src/format.ts";
import { CATEGORIES, QUANTITIES } from "../src/generated/tables.ts";
import type { ItemLimit, Station } from "../src/hub/api.ts";
import { Mirror, type Reading } from "../src/hub/mirror.ts";
import type { Alarm } from "../src/hub/wire.ts";
import { invitation, PrefsBook } from "../src/state/prefs.ts";
import { either, wordsIn } from "../src/words.ts";

const NOW_MS = 1_790_000_000_000;
const STATION: Station = {
  id: "S1", name: { zh: "站", en: "Station" }, kinds: ["level", "quality"], x_m: 0, y_m: 0, interval_s: 300,
  thresholds: { warning_m: 3.3, guarantee_m: 3.8, record_m: 4.36 },
};
const OXYGEN: ItemLimit = { quantity: "dissolved_oxygen", body: "any", limits: [7.5, 6, 5, 3, 2], better: "higher", is_assessed: true };
const AMMONIA: ItemLimit = { quantity: "ammonia_nitrogen", body: "any", limits: [0.15, 0.5, 1, 1.5, 2], better: "lower", is_assessed: true };

function reading(quantity: string, value: number | null, ageS: number): Reading {
  return { station: "S1", quantity, value, unit: "m", eventMs: NOW_MS - ageS * 1000, statistic: "instant", periodS: 0, quality: "good", isSimulated: false, source: "x" };
}

test("levels have the statutory colours, and a station without limits is unknown, never normal", () => {
  // given levels below and above each limit
  const levels = [2, 3.1, 3.3, 3.8, 4.4, null];

  // when they are classed
  const found = levels.map((level) => floodState(level, STATION.thresholds));

  // then each has its colour
  expect(found).toEqual(["normal", "blue", "yellow", "orange", "red", "unknown"]);
  expect(floodState(2, {})).toBe("unknown");
});

test("the worst item decides the class of water", () => {
  // given oxygen of class Ⅱ and ammonia of class Ⅳ
  const values = new Map([["dissolved_oxygen", 6.2], ["ammonia_nitrogen", 1.2], ["ph", 7]]);

  // when the section is classed

  // then it is Ⅳ; saturated water is Ⅰ though it is warm; nothing measured has no class
  expect(waterClass([OXYGEN, AMMONIA], values, false)).toBe(4);
  expect(waterClass([OXYGEN], new Map([["dissolved_oxygen", 7.2], ["water_temperature", 30]]), false)).toBe(1);
  expect(waterClass([OXYGEN], new Map([["ph", 7]]), false)).toBeUndefined();
});

test("a value older than two intervals is stale, one of a lost link too, one from the future also", () => {
  // given values of several ages
  const ages = [0, 599, 601, -301];

  // when they are judged
  const found = ages.map((age) => freshness(reading("water_level", 2, age), STATION, NOW_MS));
  const mirror = new Mirror();
  mirror.readings.set("S1", new Map([["water_level", reading("water_level", 2, 1)]]));
  const [lost] = stationViews([STATION], mirror, [], NOW_MS);

  // then nothing old is fresh
  expect(found).toEqual(["fresh", "fresh", "stale", "stale"]);
  expect([lost?.freshness, lost?.colour]).toEqual(["stale", "#7d8794"]);
});

test("alarms that need a hand come first, the worst of them before the others", () => {
  // given alarms of all sorts
  const alarm = (id: string, colour: string, state: string, raised_ms = 1) => ({ id, colour, state, raised_ms }) as Alarm;
  const alarms = [alarm("seen", "red", "acknowledged"), alarm("blue", "blue", "active"), alarm("red", "red", "returned"), alarm("newer", "blue", "active", 9)];

  // when they are ordered

  // then people see first what matters
  expect(alarms.sort(byUrgency).map(({ id }) => id)).toEqual(["red", "newer", "blue", "seen"]);
});

test("alarms of one rule and state are dealt with together, where the first of them stands", () => {
  // given alarms of two rules, some of them seen already
  const alarm = (id: string, rule: string, state = "active") => ({ id, rule, colour: "red", state, is_simulated: false }) as Alarm;
  const alarms = [alarm("1", "level"), alarm("2", "odour"), alarm("3", "level"), alarm("4", "level", "acknowledged")];

  // when they are put together

  // then nothing is lost and the order stays
  expect(together(alarms).map((some) => some.map(({ id }) => id))).toEqual([["1", "3"], ["2"], ["4"]]);
});

test("words are filled, ages are said, and values have their decimals", () => {
  // given both languages
  const [zh, en] = [wordsIn("zh"), wordsIn("en")];

  // when things are said

  // then they read well
  expect(zh("round_trip", { n: 12 })).toBe("往返 12 毫秒");
  expect([3, 30, 300, 7200, 200_000, -90].map((seconds) => ageText(NOW_MS - seconds * 1000, NOW_MS, en))).toEqual([
    "now", "30 s ago", "5 min ago", "2 h ago", "2 d ago", "Clock ahead",
  ]);
  expect([valueText(2.5, "water_level"), valueText(null, "water_level"), valueText(1, "pumps_running")]).toEqual(["2.50", "—", "1"]);
  expect(either("en", "中", "")).toBe("中");
  expect(Object.values(QUANTITIES).every((one) => one.zh !== "" && one.en !== "")).toBe(true);
  expect(Object.keys(CATEGORIES)).toContain("floating");
});

test("a code leaves the address at once, and preferences survive rubbish", () => {
  // given an address with a code, and a memory full of rubbish
  const left: string[] = [];
  const past = { replaceState: (_: unknown, __: string, to?: string | URL | null) => void left.push(String(to)) };
  const kept = new Map([["sanping.prefs", "{"]]);
  const memory = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: () => undefined };

  // when the page reads them
  const found = invitation({ hash: "#pair=abc", pathname: "/", search: "" }, past);
  const book = new PrefsBook(memory);
  book.change({ token: "t" });

  const led = invitation({ hash: "#pair=abc&room=%E5%8E%85", pathname: "/", search: "" }, past);

  // then the code is known and gone, the main room is joined where no other is named, and the rubbish is written over
  expect([found, left]).toEqual([{ pair: "abc", room: "main" }, ["/", "/"]]);
  expect(led.room).toBe("厅");
  expect(new PrefsBook(memory).now).toEqual(book.now);
  expect(book.now.screen).toMatch(/^phone-[0-9a-f]{12}$/);
});
