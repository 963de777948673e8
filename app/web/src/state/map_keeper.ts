/** Keeps the map in step with the session: what is marked on it, whose camera it shows, and what a finger means. */

import { isOver } from "../city/cases.ts";
import { ALARM_COLOURS, CLASS_COLOURS, isOpen, STALE, type StationView } from "../city/stations.ts";
import { waterClassName } from "../city/names.ts";
import { ageText, valueText } from "../format.ts";
import { QUANTITIES } from "../generated/tables.ts";
import type { River, Twin } from "../hub/api.ts";
import type { Pose, Shown } from "../hub/wire.ts";
import { isPose, poseOf, USUAL_FOV, viewOf, type MapView } from "../map/camera.ts";
import { caseMark } from "../map/case_rings.ts";
import type { CityMap, Points, SourceName, Tapped } from "../map/city_map.ts";
import { Follower } from "../map/follower.ts";
import { toLonLat, toMetres } from "../map/frame.ts";
import type { MapFacts } from "../map/look.ts";
import { notesOnMap } from "../map/notes.ts";
import { schemeOnMap } from "../map/scheme.ts";
import { either } from "../words.ts";
import type { Session } from "./session.ts";

const USUAL_WIDTH_M = 40;
const LOWEST_START_DEG = -36;
const AGAIN_MS = 2000;
const MOST_LEAD_MS = 250;
const MARKS_EVERY_MS = 900;
const MANY_STATIONS = 2000;
const MANY_EVERY_MS = 6000;
const MOST_CASES = 3000;
const CASE_ZOOM = 16.3;
const ABOVE_SHEET = 0.33;
const NOTHING: Points = { type: "FeatureCollection", features: [] };

export class MapKeeper {
  #map: CityMap | undefined;
  #isOpening = false;
  #isClosed = false;
  #frame = 0;
  /** What was aimed at last. Its revision would not tell: a hub that was started again counts from one. */
  #aimed: Shown | undefined;
  #wantedTime = 0;
  #markedMs = -MANY_EVERY_MS;
  #pointed: readonly [number, number] | undefined | null = null;
  #pointFrame = 0;
  readonly #follower = new Follower();
  readonly #told = new Map<SourceName, string>();
  readonly #session: Session;
  readonly #hear: (() => void)[];

  constructor(session: Session) {
    this.#session = session;
    this.#hear = [session.onShow(() => this.#showChanged()), session.onChange(() => this.#marksChanged())];
  }

  async open(container: HTMLElement): Promise<void> {
    const { twin } = this.#session;
    if (this.#map !== undefined || this.#isOpening || this.#isClosed || twin === undefined || !hasWebGl()) return;
    this.#isOpening = true;
    let Made: typeof CityMap;
    try {
      [{ CityMap: Made }] = await Promise.all([import("../map/city_map.ts"), import("maplibre-gl/dist/maplibre-gl.css")]);
    } catch {
      this.#isOpening = false; // the network broke off while the map's program came
      setTimeout(() => void this.open(container), AGAIN_MS);
      return;
    }
    if (this.#isClosed) return;
    this.#map = new Made(container, this.#session.look, this.#facts(twin), () => this.#session.prefs.now.token, startOf(twin, container.clientHeight), {
      moved: (view, isByHand) => this.#moved(view, isByHand),
      grabbed: () => this.#grabbed(),
      tapped: (tapped) => this.#tapped(tapped),
      pointed: (lonLat) => this.#point(lonLat),
    });
    container.dataset["map"] = "ready";
    this.#marksChanged();
    this.#showChanged();
  }

  close(): void {
    this.#isClosed = true;
    cancelAnimationFrame(this.#frame);
    for (const end of this.#hear) end();
    this.#map?.remove();
    this.#map = undefined;
  }

  resize(): void {
    this.#map?.resize();
    this.#marksChanged();
  }

  /** Goes back to where the twin begins. */
  home(): void {
    const { twin } = this.#session;
    if (twin === undefined || this.#map === undefined) return;
    const view = startOf(twin, this.#map.heightPx);
    if (this.#session.isLeading && twin.home !== null) this.#session.link.show("camera", twin.home);
    else this.#session.change({ follows: false });
    this.#map.jumpTo(view, USUAL_FOV);
  }

  centre(): readonly [number, number] | undefined {
    return this.#map?.view.center;
  }

  #facts(twin: Twin): MapFacts {
    return {
      tiles: `${location.origin}/map/{z}/{x}/{y}.mvt`, bounds: twin.map.bounds ?? [-180, -85, 180, 85],
      leastZoom: twin.map.least_zoom, mostZoom: twin.map.most_zoom, language: this.#session.language,
    };
  }

  // What others show.

  #showChanged(): void {
    const session = this.#session;
    const lit = session.mirror.value("selection") ?? [];
    this.#map?.light(session.object === undefined || lit.length > 0 ? lit : [session.object]);
    this.#put("pointer", this.#pointer());
    this.#showScheme();
    this.#showNotes();
    this.#map?.point(session.isLeading && session.isPointing);
    if (this.#frame === 0 && this.#wantsCamera()) this.#frame = requestAnimationFrame((nowMs) => this.#step(nowMs));
    this.#seen();
  }

  #scheme: unknown;
  /** Shows the alternative of a plan that all screens show. */
  #showScheme(): void {
    const shown = this.#session.mirror.value("scheme");
    const frame = this.#session.twin?.frame;
    if (this.#map === undefined || frame === undefined || shown === this.#scheme) return;
    this.#scheme = shown;
    const { features, gone, isCompared } = schemeOnMap(shown, frame);
    this.#put("scheme", { type: "FeatureCollection", features });
    this.#map.replace(gone, isCompared);
  }

  #notes: unknown;
  /** Shows what is drawn upon the city for all screens. */
  #showNotes(): void {
    const shown = this.#session.mirror.value("notes");
    const frame = this.#session.twin?.frame;
    if (this.#map === undefined || frame === undefined || shown === this.#notes) return;
    this.#notes = shown;
    this.#put("notes", { type: "FeatureCollection", features: notesOnMap(shown, frame) });
  }

  #wantsCamera(): boolean {
    const shown = this.#session.mirror.shown.get("camera");
    if (shown === undefined || shown.by === this.#session.mirror.screen || !isPose(shown.value)) return false;
    if (this.#session.caseId !== undefined) return false; // the map shows the place of the case
    return this.#session.follows && !this.#session.isLeading && !this.#session.isPicking && this.#map !== undefined && !document.hidden;
  }

  /** Draws one frame of the way to the newest camera, and asks for the next as long as it is not there. */
  #step(nowMs: number): void {
    this.#frame = 0;
    const map = this.#map;
    const shown = this.#session.mirror.shown.get("camera");
    const frame = this.#session.twin?.frame;
    if (map === undefined || frame === undefined || shown === undefined || !this.#wantsCamera() || !isPose(shown.value)) return;
    if (shown !== this.#aimed) {
      this.#aimed = shown;
      const leadMs = shown.at_ms - this.#session.nowMs;
      this.#follower.aim(shown.value, leadMs > 0 && leadMs <= MOST_LEAD_MS ? nowMs + leadMs : nowMs);
    }
    const pose = this.#follower.at(nowMs);
    if (pose !== undefined) map.jumpTo(viewOf(pose, frame, map.heightPx), pose.fov_deg);
    if (!this.#follower.isThere) this.#frame = requestAnimationFrame((next) => this.#step(next));
  }

  #seenRevision = 0;
  #seen(): void {
    const newest = Math.max(0, ...[...this.#session.mirror.shown.values()].map((shown) => shown.revision));
    if (newest === this.#seenRevision) return;
    this.#seenRevision = newest;
    this.#session.link.seen(newest);
  }

  #pointer(): Points {
    const frame = this.#session.twin?.frame;
    const [east, north] = this.#session.mirror.value("pointer")?.target ?? [];
    if (east === undefined || north === undefined || frame === undefined) return NOTHING;
    return { type: "FeatureCollection", features: [mark(toLonLat(frame, east, north), {})] };
  }

  // What a finger means.

  #grabbed(): void {
    const session = this.#session;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#follower.forget();
    this.#aimed = undefined;
    if (session.follows && !session.isLeading && !session.isPicking && session.caseId === undefined) session.change({ follows: false });
  }

  #moved(view: MapView, isByHand: boolean): void {
    const { twin, link, isLeading, isPointing } = this.#session;
    const map = this.#map;
    if (!isByHand || !isLeading || isPointing || twin === undefined || map === undefined) return;
    link.show("camera", poseOf(view, twin.frame, map.heightPx, map.fovDeg));
  }

  #tapped({ station, object, case: caseCard }: Tapped): void {
    const session = this.#session;
    if (session.isPicking || session.caseId !== undefined) return;
    if (session.isLeading) {
      session.link.show("selection", object === undefined ? [] : [{ layer: object.layer, id: object.id }]);
      session.link.show("focus", caseCard !== undefined ? { kind: "case", id: caseCard } : station === undefined ? null : { kind: "station", id: station });
    }
    session.change({ station, object, caseCard });
  }

  /** Sends the light of the pointer at most once a frame. */
  #point(lonLat: readonly [number, number] | undefined): void {
    this.#pointed = lonLat;
    if (this.#pointFrame !== 0) return;
    this.#pointFrame = requestAnimationFrame(() => {
      this.#pointFrame = 0;
      const frame = this.#session.twin?.frame;
      if (frame === undefined || this.#pointed === null) return;
      const at = this.#pointed;
      const pointer = at === undefined ? null : { target: [...toMetres(frame, at[0], at[1]), this.#map?.view.elevation ?? 0] as const };
      this.#session.link.show("pointer", pointer);
    });
  }

  // What is marked.

  #marksChanged(): void {
    const session = this.#session;
    const { twin } = session;
    if (this.#map === undefined || twin === undefined) return;
    this.#map.restyle(session.look, this.#facts(twin));
    const { wanted } = session;
    if (wanted !== undefined && wanted.time !== this.#wantedTime && this.#map.heightPx > 0) { // a hidden map knows no middle
      this.#wantedTime = wanted.time;
      this.#grabbed();
      this.#map.flyTo(wanted.lonLat, wanted.isAbove === true ? CASE_ZOOM : 15.5, wanted.isAbove === true ? ABOVE_SHEET : 0);
    }
    const everyMs = session.stations.length > MANY_STATIONS ? MANY_EVERY_MS : MARKS_EVERY_MS;
    if (performance.now() - this.#markedMs < everyMs) return; // the ages tick every second, so it is asked again soon
    this.#markedMs = performance.now();
    this.#mark(twin);
  }

  #mark(twin: Twin): void {
    const session = this.#session;
    const views = session.views;
    this.#put("stations", { type: "FeatureCollection", features: views.map((view) => this.#station(view, twin)) });
    this.#put("alarms", {
      type: "FeatureCollection",
      features: views.flatMap((view) =>
        view.alarm === undefined || !isOpen(view.alarm) ? [] : [mark(placeOf(view, twin), { colour: ALARM_COLOURS[view.alarm.colour] })]),
    });
    this.#put("reports", {
      type: "FeatureCollection",
      features: [...session.mirror.reports.values()].flatMap((one) =>
        typeof one.lon === "number" && typeof one.lat === "number" ? [mark([one.lon, one.lat], { id: one.id })] : []),
    });
    this.#put("cases", { type: "FeatureCollection", features: this.#cases() });
    this.#put("river", { type: "FeatureCollection", features: session.rivers.flatMap((river) => riverParts(river, views, twin)) });
  }

  #cases(): GeoJSON.Feature[] {
    const { cases, mirror, nowMs, caseId, caseCard, prefs } = this.#session;
    if (!prefs.now.marksCases && caseId === undefined) return [];
    const mine = new Set(cases.mine.map((line) => line.id));
    const ours = caseId === undefined ? undefined : cases.line(caseId);
    const all = prefs.now.marksCases ? [...mirror.cases.values()].filter((line) => !isOver(line)).slice(0, MOST_CASES) : [];
    const lines = ours === undefined || all.some((line) => line.id === ours.id) ? all : [...all, ours];
    return lines.flatMap((line) => caseMark(line, Math.floor(nowMs / 10_000) * 10_000, line.id === (caseId ?? caseCard), mine.has(line.id)) ?? []);
  }

  #station(view: StationView, twin: Twin): GeoJSON.Feature {
    const { language, words, nowMs } = this.#session;
    const { main, station } = view;
    const name = either(language, station.name.zh, station.name.en);
    let [value, age] = ["", ""];
    if (main !== undefined) {
      const unit = QUANTITIES[main.quantity]?.unit ?? main.unit;
      const grade = view.waterClass === undefined ? "" : ` · ${waterClassName(view.waterClass, language)}`;
      value = `${valueText(main.value, main.quantity)} ${unit}${grade}`.trim();
      age = `\n${ageText(Math.floor(main.eventMs / 10_000) * 10_000, nowMs, words)}${main.isSimulated ? ` · ${words("simulated")}` : ""}`;
    }
    return mark(placeOf(view, twin), {
      id: station.id, colour: view.colour, name, value, age, isStale: view.freshness !== "fresh",
      order: view.alarm === undefined ? 1 : 0,
    });
  }

  /** Hands data over only when they differ: each time the map builds its tiles anew. */
  #put(source: SourceName, data: Points): void {
    const text = JSON.stringify(data);
    if (this.#map === undefined || this.#told.get(source) === text) return;
    this.#told.set(source, text);
    this.#map.show(source, data);
  }
}

let canDraw: boolean | undefined;

/** Says whether this browser can draw the map at all. */
export function hasWebGl(): boolean {
  canDraw ??= document.createElement("canvas").getContext("webgl2") !== null;
  return canDraw;
}

function startOf(twin: Twin, heightPx: number): MapView {
  if (twin.home !== null) {
    return viewOf(upright(twin.home), twin.frame, heightPx);
  }
  const [west, south, east, north] = twin.map.bounds ?? [0, 0, 0, 0];
  return { center: [(west + east) / 2, (south + north) / 2], elevation: 0, zoom: 13.5, bearing: 0, pitch: 55 };
}

/** An upright screen sees little of a flat view: look down more steeply, on what lies in its foreground. */
function upright(home: Pose): Pose {
  if (home.pitch_deg <= LOWEST_START_DEG) return home;
  const [east, north, up] = home.target;
  const heading = (home.heading_deg * Math.PI) / 180;
  const back = home.distance_m * 0.36;
  const target = [east - Math.sin(heading) * back, north - Math.cos(heading) * back, up] as const;
  return { ...home, target, pitch_deg: LOWEST_START_DEG, distance_m: home.distance_m * 1.2 };
}

function placeOf(view: StationView, twin: Twin): readonly [number, number] {
  return toLonLat(twin.frame, view.station.x_m, view.station.y_m);
}

function mark(lonLat: readonly [number, number], properties: Readonly<Record<string, unknown>>): GeoJSON.Feature {
  return { type: "Feature", geometry: { type: "Point", coordinates: [...lonLat] }, properties };
}

/** Cuts a river where the quality of its water changes: each part has the colour of what was measured nearest along it. */
function riverParts(river: River, views: readonly StationView[], twin: Twin): GeoJSON.Feature[] {
  const measured = views.flatMap((view) =>
    view.waterClass !== undefined && view.station.river === river.name && typeof view.station.chainage_m === "number"
      ? [{ at: view.station.chainage_m, colour: view.freshness === "fresh" ? CLASS_COLOURS[view.waterClass] : STALE }] : []);
  if (measured.length === 0) return [];
  const parts: { colour: string; width: number; line: number[][] }[] = [];
  river.points_m.forEach(([east, north], place) => {
    const at = river.chainage_m[place] ?? 0;
    const { colour } = measured.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best));
    const point = [...toLonLat(twin.frame, east, north)];
    const last = parts.at(-1);
    if (last?.colour === colour) return void last.line.push(point);
    last?.line.push(point);
    parts.push({ colour, width: river.width_m[place] ?? USUAL_WIDTH_M, line: [point] });
  });
  return parts.map(({ colour, width, line }) => ({
    type: "Feature", properties: { colour, width_m: width }, geometry: { type: "LineString", coordinates: line },
  }));
}
