/** The 3D map on the screen: draws what it is told, and tells where a person moved it and what was tapped. */

import {
  Map as MapLibre, setWorkerUrl, type FilterSpecification, type GeoJSONSource, type MapGeoJSONFeature, type MapMouseEvent,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

import type { FeatureRef } from "../hub/wire.ts";
import { ringImage } from "./case_rings.ts";
import { MOST_PITCH, USUAL_FOV, type MapView } from "./camera.ts";
import type { Gone } from "./scheme.ts";
import { cityStyle, windowLights, WINDOWS, type Look, type MapFacts } from "./look.ts";

export interface Tapped {
  readonly lonLat: readonly [number, number];
  readonly station?: string;
  readonly case?: string;
  readonly object?: FeatureRef & { readonly kind: "building" | "bridge"; readonly name: string; readonly nameEn: string; readonly heightM: number };
}

export interface MapEvents {
  /** At most once a frame while the map moves; `isByHand` when a person moves it. */
  moved(view: MapView, isByHand: boolean): void;
  /** A person began to move the map. */
  grabbed(): void;
  tapped(tapped: Tapped): void;
  /** The light of the laser pointer; nothing when the finger left. */
  pointed(lonLat: readonly [number, number] | undefined): void;
}

export type Points = GeoJSON.FeatureCollection;
export type SourceName = "river" | "stations" | "alarms" | "reports" | "cases" | "scheme" | "notes" | "pointer";
const SOLIDS = ["building", "bridge"] as const;
const MOST_PIXEL_RATIO = 2;
const REACH_PX = 14;

export class CityMap {
  readonly #map: MapLibre;
  readonly #events: MapEvents;
  readonly #data = new Map<SourceName, Points>();
  #facts: MapFacts;
  #look: Look;
  #lit: readonly FeatureRef[] = [];
  #gone: Gone = {};
  #isCompared = false;
  #frame = 0;
  /** A move that was not told yet, and whether it was by hand. */
  #owed: boolean | undefined;
  #isByHand = false;
  #isPointing = false;

  constructor(container: HTMLElement, look: Look, facts: MapFacts, token: () => string, start: MapView, events: MapEvents) {
    setWorkerUrl(workerUrl);
    this.#events = events;
    this.#facts = facts;
    this.#look = look;
    this.#map = new MapLibre({
      container, style: cityStyle(look, facts), ...placed(start), maxPitch: MOST_PITCH, minZoom: 9, maxZoom: 20,
      attributionControl: false, renderWorldCopies: false, centerClampedToGround: false, dragRotate: true, touchPitch: true,
      pixelRatio: Math.min(MOST_PIXEL_RATIO, devicePixelRatio), fadeDuration: 150,
      canvasContextAttributes: { antialias: true },
      transformRequest: (url) =>
        url.startsWith(location.origin) ? { url, headers: { Authorization: `Bearer ${token()}` } } : { url: "about:blank" },
    });
    this.#map.setVerticalFieldOfView(USUAL_FOV);
    this.#map.setMissingStyleImageResolver((id) => {
      const drawn = ringImage(id);
      if (drawn !== undefined && !this.#map.hasImage(id)) this.#map.addImage(id, drawn.image, { pixelRatio: drawn.pixelRatio });
    });
    this.#map.on("style.load", () => this.#refill());
    this.#map.on("movestart", (event) => this.#began(event.originalEvent !== undefined));
    this.#map.on("move", () => this.#moves());
    this.#map.on("moveend", () => {
      this.#moves();
      this.#isByHand = false;
    });
    this.#map.on("click", (event) => this.#tap(event));
    this.#listenToPointer();
  }

  get heightPx(): number {
    return this.#map.getContainer().clientHeight;
  }

  get fovDeg(): number {
    return this.#map.getVerticalFieldOfView();
  }

  get view(): MapView {
    const { lng, lat } = this.#map.getCenter();
    return {
      center: [lng, lat], elevation: this.#map.getCenterElevation(), zoom: this.#map.getZoom(),
      bearing: this.#map.getBearing(), pitch: this.#map.getPitch(),
    };
  }

  get isMoving(): boolean {
    return this.#isByHand;
  }

  jumpTo(view: MapView, fovDeg: number): void {
    if (this.#map.getVerticalFieldOfView() !== fovDeg) this.#map.setVerticalFieldOfView(fovDeg);
    this.#map.jumpTo(placed(view));
  }

  /** Flies to a place; `above` is how far above the middle of the map it comes to lie, as a share of its height. */
  flyTo(lonLat: readonly [number, number], zoom: number, above = 0): void {
    const offset: [number, number] = [0, -above * this.heightPx];
    const options = { center: [...lonLat] as [number, number], zoom: Math.max(zoom, this.#map.getZoom()), offset, duration: 900 };
    // A flight at rest would forget how far above the middle it ends.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.#map.easeTo({ ...options, duration: 0 }, { originalEvent: true });
    else this.#map.flyTo(options, { originalEvent: true });
  }

  /** Stops what is still gliding, so that another screen's camera can be shown. */
  stop(): void {
    this.#map.stop();
  }

  resize(): void {
    this.#map.resize();
  }

  remove(): void {
    cancelAnimationFrame(this.#frame);
    this.#map.remove();
  }

  show(source: SourceName, data: Points): void {
    this.#data.set(source, data);
    this.#map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  light(objects: readonly FeatureRef[]): void {
    this.#lit = objects;
    if (!this.#map.isStyleLoaded() && this.#map.getLayer("lit-building") === undefined) return;
    for (const layer of SOLIDS) this.#map.setFilter(`lit-${layer}`, litFilter(objects));
  }

  /** Takes buildings away that a scheme replaces, or shows them as a ghost beside it. */
  replace(gone: Gone, isCompared: boolean): void {
    this.#gone = gone;
    this.#isCompared = isCompared;
    if (this.#map.getLayer("building") === undefined) return;
    const going = goneFilter(gone);
    for (const layer of ["building", "windows"])
      if (this.#map.getLayer(layer) !== undefined) this.#map.setFilter(layer, going === undefined ? null : (["!", going] as FilterSpecification));
    this.#map.setFilter("gone", isCompared && going !== undefined ? going : litFilter([]));
  }

  /** Changes colours or language; the data on the map stays. */
  restyle(look: Look, facts: MapFacts): void {
    if (look === this.#look && facts.language === this.#facts.language) return;
    this.#look = look;
    this.#facts = facts;
    this.#map.setStyle(cityStyle(look, facts), { diff: true });
    this.#refill();
  }

  /** While pointing, a finger moves the light and not the map. */
  point(isPointing: boolean): void {
    this.#isPointing = isPointing;
    for (const handler of [this.#map.dragPan, this.#map.touchZoomRotate, this.#map.touchPitch, this.#map.dragRotate])
      if (isPointing) handler.disable();
      else handler.enable();
  }

  #refill(): void {
    if (!this.#map.hasImage(WINDOWS)) this.#map.addImage(WINDOWS, windowLights(), { pixelRatio: 3 });
    for (const [name, data] of this.#data) this.#map.getSource<GeoJSONSource>(name)?.setData(data);
    this.light(this.#lit);
    this.replace(this.#gone, this.#isCompared);
  }

  #began(isByHand: boolean): void {
    if (!isByHand) return;
    this.#isByHand = true;
    this.#events.grabbed();
  }

  /** Tells of a move at once, before the frame is drawn; what comes within the same frame is told with the next. */
  #moves(): void {
    if (this.#frame !== 0) {
      this.#owed = (this.#owed ?? false) || this.#isByHand;
      return;
    }
    this.#tellMoved(this.#isByHand);
  }

  #tellMoved(isByHand: boolean): void {
    this.#owed = undefined;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#owed !== undefined) this.#tellMoved(this.#owed);
    });
    this.#events.moved(this.view, isByHand);
  }

  #tap(event: MapMouseEvent): void {
    if (this.#isPointing) return;
    const { x, y } = event.point;
    const near = this.#map.queryRenderedFeatures([[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]], { layers: ["station"] });
    const lonLat = [event.lngLat.lng, event.lngLat.lat] as const;
    const [mark] = this.#map.queryRenderedFeatures(event.point, { layers: ["case"] });
    const known = mark?.properties["id"] as string | undefined;
    if (known !== undefined) return this.#events.tapped({ lonLat, case: known });
    const station = near[0]?.properties["id"] as string | undefined;
    if (station !== undefined) return this.#events.tapped({ lonLat, station });
    const [found] = this.#map.queryRenderedFeatures(event.point, { layers: [...SOLIDS] });
    this.#events.tapped(found === undefined ? { lonLat } : { lonLat, object: objectOf(found) });
  }

  #listenToPointer(): void {
    const canvas = this.#map.getCanvas();
    const place = (event: PointerEvent) => {
      if (!this.#isPointing || (event.pointerType === "mouse" && event.buttons === 0)) return;
      const box = canvas.getBoundingClientRect();
      const { lng, lat } = this.#map.unproject([event.clientX - box.left, event.clientY - box.top]);
      this.#events.pointed([lng, lat]);
    };
    canvas.addEventListener("pointerdown", place);
    canvas.addEventListener("pointermove", place);
    for (const end of ["pointerup", "pointercancel", "pointerleave"] as const)
      canvas.addEventListener(end, () => {
        if (this.#isPointing) this.#events.pointed(undefined);
      });
  }
}

export function points(features: GeoJSON.Feature[]): Points {
  return { type: "FeatureCollection", features };
}

function placed(view: MapView): { center: [number, number]; elevation: number; zoom: number; bearing: number; pitch: number } {
  return { ...view, center: [view.center[0], view.center[1]] };
}

function litFilter(objects: readonly FeatureRef[]): FilterSpecification {
  if (objects.length === 0) return ["==", ["literal", 1], 0];
  return ["any", ...objects.slice(0, 50).map((one): FilterSpecification => ["all", ["==", ["get", "id"], one.id], ["==", ["get", "layer"], one.layer]])] as FilterSpecification;
}

function goneFilter(gone: Gone): FilterSpecification | undefined {
  const layers = Object.entries(gone);
  if (layers.length === 0) return undefined;
  return ["any", ...layers.map(([layer, ids]): FilterSpecification => ["all", ["==", ["get", "layer"], layer], ["in", ["get", "id"], ["literal", [...ids]]]])] as FilterSpecification;
}

function objectOf(feature: MapGeoJSONFeature): NonNullable<Tapped["object"]> {
  const known = feature.properties as Readonly<Record<string, string | number | undefined>>;
  return {
    kind: feature.sourceLayer === "bridge" ? "bridge" : "building",
    id: String(known["id"] ?? ""),
    layer: String(known["layer"] ?? ""),
    name: String(known["name"] ?? ""),
    nameEn: String(known["name_en"] ?? ""),
    heightM: Math.round(Number(known["height"] ?? 0) - Number(known["base"] ?? 0)),
  };
}
