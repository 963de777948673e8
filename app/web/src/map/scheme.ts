/** The alternative of a plan on the map: its blocks in the colours of their uses, the border of its area, and what goes. */

import type { ShownPlan } from "../hub/wire.ts";
import { toLonLat, type Frame } from "./frame.ts";

type Use = ShownPlan["masses"][number]["use"];

/** The same colours as at the desk. */
export const USE_COLOURS: Readonly<Record<Use, string>> = {
  residential: "#ffd166", commercial: "#ff7b6b", office: "#6cb8ff", mixed: "#c89bff", industrial: "#c9a27a", public: "#ff9ecf", other: "#c3ced9",
};

/** Ids that are not drawn, by layer of the city. */
export type Gone = ShownPlan["gone"];

export interface SchemeOnMap {
  readonly features: GeoJSON.Feature[];
  readonly gone: Gone;
  /** Whether what goes is seen as a red ghost. */
  readonly isCompared: boolean;
}

/** Returns what the map shows of a plan; blocks stand on the lowest foot among them, as the map has no hills. */
export function schemeOnMap(shown: ShownPlan | null | undefined, frame: Frame | undefined): SchemeOnMap {
  if (shown === null || shown === undefined || frame === undefined) return { features: [], gone: {}, isCompared: false };
  const isToday = shown.view === "before";
  const ring = (corners: readonly (readonly [number, number])[]) => {
    const closed = corners.length > 0 && corners[0] !== undefined ? [...corners, corners[0]] : corners;
    return closed.map(([east, north]) => [...toLonLat(frame, east, north)]);
  };
  const foot = Math.min(...shown.masses.map((mass) => mass.base_m));
  const border: GeoJSON.Feature = { type: "Feature", properties: { kind: "border" }, geometry: { type: "LineString", coordinates: ring(shown.area) } };
  const blocks = isToday ? [] : shown.masses.map((mass): GeoJSON.Feature => ({
    type: "Feature",
    properties: { kind: "mass", colour: USE_COLOURS[mass.use], base: mass.base_m - foot, height: mass.base_m - foot + mass.height_m },
    geometry: { type: "Polygon", coordinates: [ring(mass.outline)] },
  }));
  return { features: [border, ...blocks], gone: isToday ? {} : shown.gone, isCompared: shown.view === "compare" };
}
