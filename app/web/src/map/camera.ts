/** The camera that all screens share, as MapLibre holds one, and back. */

import type { Pose } from "../hub/wire.ts";
import { gridTurn, toLonLat, toMetres, type Frame } from "./frame.ts";

export interface MapView {
  readonly center: readonly [number, number];
  /** Metres above the map's ground. */
  readonly elevation: number;
  readonly zoom: number;
  readonly bearing: number;
  /** From straight down, in degrees. */
  readonly pitch: number;
}

export const MOST_PITCH = 84;
export const USUAL_FOV = 38;
const EARTH_M = 2 * Math.PI * 6_371_008.8;
const TILE_PX = 512;

/** Returns where MapLibre must look from; `heightPx` is the height of the map on the screen. */
export function viewOf(pose: Pose, frame: Frame, heightPx: number): MapView {
  const [east, north, up] = pose.target;
  const center = toLonLat(frame, east, north);
  return {
    center,
    elevation: up,
    zoom: Math.log2((EARTH_M * Math.cos(radians(center[1])) * distancePx(heightPx, pose.fov_deg)) / (TILE_PX * pose.distance_m)),
    bearing: pose.heading_deg + gridTurn(frame, east, north),
    pitch: Math.min(MOST_PITCH, Math.max(0, 90 + pose.pitch_deg)),
  };
}

/** Returns the pose that other screens show for a view of the map with this opening angle. */
export function poseOf(view: MapView, frame: Frame, heightPx: number, fovDeg: number): Pose {
  const [lon, lat] = view.center;
  const [east, north] = toMetres(frame, lon, lat);
  const metresPerPx = (EARTH_M * Math.cos(radians(lat))) / (TILE_PX * 2 ** view.zoom);
  return {
    target: [round(east, 2), round(north, 2), round(view.elevation, 2)],
    heading_deg: round(view.bearing - gridTurn(frame, east, north) + 720, 3) % 360,
    pitch_deg: round(view.pitch - 90, 3),
    distance_m: round(distancePx(heightPx, fovDeg) * metresPerPx, 2),
    fov_deg: fovDeg,
  };
}

/** Says whether something is a pose that can be shown. */
export function isPose(value: unknown): value is Pose {
  const pose = value as Partial<Pose> | null;
  return (
    typeof pose === "object" && pose !== null && Array.isArray(pose.target) && pose.target.length === 3 &&
    pose.target.every(Number.isFinite) && [pose.heading_deg, pose.pitch_deg, pose.fov_deg].every(Number.isFinite) &&
    typeof pose.distance_m === "number" && pose.distance_m > 0
  );
}

function distancePx(heightPx: number, fovDeg: number): number {
  return (0.5 * heightPx) / Math.tan(radians(fovDeg) / 2);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
