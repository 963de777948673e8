import { beforeEach, expect, test, vi } from "vitest";

import { Mirror } from "../src/hub/mirror.ts";
import type { Twin } from "../src/hub/api.ts";
import type { Pose, ShowValues, ViewKey, Welcome } from "../src/hub/wire.ts";
import type { MapView } from "../src/map/camera.ts";
import { toMetres, type Frame } from "../src/map/frame.ts";
import { MapKeeper } from "../src/state/map_keeper.ts";
import type { Session } from "../src/state/session.ts";

const { views } = vi.hoisted(() => ({ views: [] as MapView[] }));
vi.mock("maplibre-gl/dist/maplibre-gl.css", () => ({}));
vi.mock("../src/map/city_map.ts", () => {
  const nothing = () => undefined;
  /** A map that only keeps where it was sent. */
  const CityMap = class {
    readonly heightPx = 800;
    readonly light = nothing;
    readonly show = nothing;
    readonly point = nothing;
    readonly replace = nothing;
    readonly restyle = nothing;
    readonly jumpTo = (view: MapView) => void views.push(view);
  };
  return { CityMap };
});

/** A hundredth of a degree is a kilometre here. */
const FRAME: Frame = { lon0: 0, lat0: 0, east0: 0, north0: 0, to_degrees: [[0, 0], [0.01, 0], [0, 0.01]], to_metres: [[0, 0], [1e5, 0], [0, 1e5]] };
const HOME: Pose = { target: [100, 200, 0], heading_deg: 10, pitch_deg: -60, distance_m: 900, fov_deg: 38 };
const GOAL: Pose = { ...HOME, target: [300, 400, 0] };
const TWIN = { home: null, frame: FRAME, map: { state: "ready", bounds: [0, 0, 1, 1], least_zoom: 9, most_zoom: 15 } } as unknown as Twin;

let frames: FrameRequestCallback[] = [];
let nowMs = 1000;

beforeEach(() => {
  views.length = 0;
  frames = [];
  vi.stubGlobal("document", { hidden: false, createElement: () => ({ getContext: () => ({}) }) });
  vi.stubGlobal("location", { origin: "http://hub" });
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});

/** Draws until nobody asks for a frame any more. */
function drawAll(): void {
  while (frames.length > 0) {
    nowMs += 16;
    for (const draw of frames.splice(0)) draw(nowMs);
  }
}

/** Where the map looks, in whole metres. */
function place(): number[] {
  return toMetres(FRAME, ...views.at(-1)!.center).map(Math.round);
}

/** A phone that follows, with what the hub tells it. */
class Visit {
  readonly mirror = new Mirror();
  readonly seen: number[] = [];
  readonly keeper: MapKeeper;
  #tell = () => undefined as void;

  constructor() {
    const session = {
      mirror: this.mirror, twin: TWIN, follows: true, isLeading: false, isPicking: false, nowMs: 0, look: "night", language: "zh",
      views: [], rivers: [], stations: [], cases: { mine: [] }, prefs: { now: { token: "", marksCases: false } },
      link: { seen: (revision: number) => this.seen.push(revision) },
      onShow: (listener: () => void) => {
        this.#tell = listener;
        return () => undefined;
      },
      onChange: () => () => undefined,
    };
    this.keeper = new MapKeeper(session as unknown as Session);
  }

  /** The hub answers; each of its lives has an epoch. */
  welcomed(epoch: string): void {
    this.mirror.take({ type: "welcome", epoch, screen: "phone-1", role: "viewer" } as Welcome);
    this.#tell();
  }

  shown<K extends ViewKey>(revision: number, key: K, value: ShowValues[K]): void {
    this.mirror.take({ type: "shown", revision, key, value, by: "desk", at_ms: 0, label: "public" });
    this.#tell();
  }
}

async function following(): Promise<Visit> {
  const visit = new Visit();
  await visit.keeper.open({ clientHeight: 800, dataset: {} } as unknown as HTMLElement);
  visit.welcomed("first life");
  return visit;
}

test("a camera is followed also when a hub that was started again gives it the number of the one before", async () => {
  // given a phone that has followed a camera, the second value of all
  const visit = await following();
  visit.shown(1, "style", "night");
  visit.shown(2, "camera", HOME);
  drawAll();
  const before = place();

  // when the hub is started again, and counts from one before the phone draws a frame
  visit.mirror.lost();
  visit.welcomed("second life");
  visit.shown(1, "camera", HOME);
  visit.shown(2, "camera", GOAL);
  drawAll();

  // then the phone looks where the newest camera looks
  expect(before).toEqual([100, 200]);
  expect(place()).toEqual([300, 400]);
});

test("what a hub that was started again shows is acknowledged from its first value on", async () => {
  // given a phone that has seen two values
  const visit = await following();
  visit.shown(1, "style", "night");
  visit.shown(2, "style", "day");

  // when the hub is started again and says as much as before
  visit.mirror.lost();
  visit.welcomed("second life");
  visit.shown(1, "style", "night");
  visit.shown(2, "style", "day");

  // then each was acknowledged, so that the hub goes on telling
  expect(visit.seen.filter((revision) => revision > 0)).toEqual([1, 2, 1, 2]);
});
