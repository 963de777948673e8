/** The city by night and by day, as MapLibre styles: the same buildings, water and roads as on the wall. */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

export type Look = "night" | "day";

interface Palette {
  readonly ground: string;
  readonly green: string;
  readonly water: string;
  readonly bank: string;
  readonly road: string;
  readonly roadGlow: string;
  readonly bridge: string;
  readonly facade: readonly (readonly [number, string])[];
  readonly lit: string;
  readonly text: string;
  readonly halo: string;
  readonly quiet: string;
  readonly value: string;
  readonly sky: string;
  readonly horizon: string;
  readonly light: string;
  readonly riverOpacity: number;
}

const PALETTES: Readonly<Record<Look, Palette>> = {
  night: {
    ground: "#071326", green: "#08241f", water: "#0b3a66", bank: "#2fb4f2", road: "#e89a3c", roadGlow: "#6b3d10",
    bridge: "#9a6a2c",
    facade: [[0, "#12233f"], [18, "#173054"], [45, "#1c4478"], [90, "#2566a6"], [160, "#3f9fdc"], [300, "#93dcff"]],
    lit: "#ffd166", text: "#e4f2ff", halo: "#04101f", quiet: "#9cc3e6", value: "#ffffff", sky: "#02060f", horizon: "#0c2140",
    light: "#bfe0ff", riverOpacity: 0.62,
  },
  day: {
    ground: "#d0d3c2", green: "#9fbd80", water: "#7fadc9", bank: "#5d8fb0", road: "#b3b2ad", roadGlow: "#ecebe4",
    bridge: "#c9c4ba",
    facade: [[0, "#d9c7b4"], [18, "#e2d4c2"], [45, "#d8cdbf"], [90, "#b7c3cf"], [160, "#92abc4"], [300, "#7797b8"]],
    lit: "#ff7a1a", text: "#10202f", halo: "#ffffff", quiet: "#32506b", value: "#0a3f78", sky: "#7fb2e0", horizon: "#d5e4ef",
    light: "#ffffff", riverOpacity: 0.5,
  },
};

export interface MapFacts {
  readonly tiles: string;
  readonly bounds: readonly [number, number, number, number];
  readonly leastZoom: number;
  readonly mostZoom: number;
  readonly language: "zh" | "en";
}

/** Ground width in metres as a line width in pixels: doubled with each zoom, as the ground is. */
export function widthInPixels(metres: ExpressionSpecification | number, latitude: number): ExpressionSpecification {
  const pixelsAtZero = 512 / (40_075_016.7 * Math.cos((latitude * Math.PI) / 180));
  return [
    "interpolate", ["exponential", 2], ["zoom"],
    10, ["*", metres, pixelsAtZero * 2 ** 10],
    22, ["*", metres, pixelsAtZero * 2 ** 22],
  ];
}

export function cityStyle(look: Look, facts: MapFacts): StyleSpecification {
  const palette = PALETTES[look];
  return {
    version: 8,
    sources: {
      city: { type: "vector", tiles: [facts.tiles], bounds: [...facts.bounds], minzoom: facts.leastZoom, maxzoom: facts.mostZoom },
      ...Object.fromEntries(["river", "stations", "alarms", "reports", "cases", "scheme", "notes", "pointer"].map((name) => [name, empty()])),
    },
    light: { anchor: "viewport", color: palette.light, intensity: look === "night" ? 0.38 : 0.42, position: [1.4, 215, 38] },
    sky: {
      "sky-color": palette.sky, "horizon-color": palette.horizon, "fog-color": palette.ground,
      "sky-horizon-blend": 0.9, "horizon-fog-blend": 1, "fog-ground-blend": 0.75,
    },
    layers: [...ground(look, palette, facts), ...solids(look, palette), ...marks(palette, facts)],
  };
}

function ground(look: Look, palette: Palette, facts: MapFacts): LayerSpecification[] {
  const latitude = (facts.bounds[1] + facts.bounds[3]) / 2;
  const metres: ExpressionSpecification = ["number", ["get", "width_m"], 9];
  const wide = widthInPixels(metres, latitude);
  const isNight = look === "night";
  return [
    { id: "ground", type: "background", paint: { "background-color": palette.ground } },
    { id: "green", type: "fill", source: "city", "source-layer": "green", paint: { "fill-color": palette.green } },
    { id: "water", type: "fill", source: "city", "source-layer": "water", paint: { "fill-color": palette.water } },
    {
      id: "river", type: "line", source: "river", layout: { "line-cap": "butt", "line-join": "round" },
      paint: {
        "line-color": ["get", "colour"], "line-opacity": palette.riverOpacity,
        "line-width": widthInPixels(["*", ["number", ["get", "width_m"], 40], 0.86], latitude),
        "line-blur": ["interpolate", ["linear"], ["zoom"], 12, 1, 17, 8],
      },
    },
    {
      id: "bank-glow", type: "line", source: "city", "source-layer": "water",
      paint: { "line-color": palette.bank, "line-width": isNight ? 5 : 1, "line-blur": isNight ? 5 : 0, "line-opacity": isNight ? 0.55 : 0.5 },
    },
    {
      id: "bank", type: "line", source: "city", "source-layer": "water",
      paint: { "line-color": palette.bank, "line-width": isNight ? 1.2 : 0.6, "line-opacity": 0.9 },
    },
    {
      id: "road-glow", type: "line", source: "city", "source-layer": "road", layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": palette.roadGlow, "line-width": isNight ? widthInPixels(["*", metres, 1.9], latitude) : widthInPixels(["*", metres, 1.16], latitude),
        "line-blur": isNight ? 4 : 0, "line-opacity": isNight ? 0.5 : 0.7,
      },
    },
    {
      id: "road", type: "line", source: "city", "source-layer": "road", layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": palette.road, "line-width": isNight ? widthInPixels(["*", metres, 0.34], latitude) : wide,
        "line-opacity": isNight ? ["interpolate", ["linear"], metres, 4, 0.28, 12, 0.55, 30, 0.9] : 1,
      },
    },
  ];
}

function solids(look: Look, palette: Palette): LayerSpecification[] {
  const height: ExpressionSpecification = ["number", ["get", "height"], 6];
  const base: ExpressionSpecification = ["number", ["get", "base"], 0];
  const facade = ["interpolate", ["linear"], ["-", height, base], ...palette.facade.flat()] as ExpressionSpecification;
  const nothing: ExpressionSpecification = ["==", ["literal", 1], 0];
  const body = { "fill-extrusion-height": height, "fill-extrusion-base": base, "fill-extrusion-vertical-gradient": true };
  return [
    { id: "bridge", type: "fill-extrusion", source: "city", "source-layer": "bridge", minzoom: 12, paint: { ...body, "fill-extrusion-color": palette.bridge } },
    { id: "building", type: "fill-extrusion", source: "city", "source-layer": "building", minzoom: 12, paint: { ...body, "fill-extrusion-color": facade } },
    ...(look === "night" ? [windows(body)] : []),
    {
      id: "gone", type: "fill-extrusion", source: "city", "source-layer": "building", minzoom: 12, filter: nothing,
      paint: { ...body, "fill-extrusion-color": "#ff4030", "fill-extrusion-opacity": 0.45 },
    },
    {
      id: "scheme", type: "fill-extrusion", source: "scheme", filter: ["==", ["get", "kind"], "mass"],
      paint: { "fill-extrusion-height": ["get", "height"], "fill-extrusion-base": ["get", "base"], "fill-extrusion-color": ["get", "colour"], "fill-extrusion-vertical-gradient": true },
    },
    {
      id: "scheme-border", type: "line", source: "scheme", filter: ["==", ["get", "kind"], "border"], layout: { "line-join": "round" },
      paint: { "line-color": "#ffd65a", "line-width": 3 },
    },
    ...(["building", "bridge"] as const).map((layer): LayerSpecification => ({
      id: `lit-${layer}`, type: "fill-extrusion", source: "city", "source-layer": layer, minzoom: 12, filter: nothing,
      paint: { ...body, "fill-extrusion-height": ["+", height, 0.6], "fill-extrusion-color": palette.lit },
    })),
  ];
}

/** Lit windows over the facades; the image is drawn by `windowLights`. */
function windows(body: Readonly<Record<string, unknown>>): LayerSpecification {
  return {
    id: "windows", type: "fill-extrusion", source: "city", "source-layer": "building", minzoom: 13.5,
    paint: { ...body, "fill-extrusion-pattern": WINDOWS, "fill-extrusion-opacity": 1 },
  };
}

export const WINDOWS = "windows";
const GRID = 8;
const CELL = 8;

/** Returns a tile of windows, some lit warm, few cold, most dark: the same each time. */
export function windowLights(): { width: number; height: number; data: Uint8ClampedArray } {
  const side = GRID * CELL;
  const data = new Uint8ClampedArray(side * side * 4);
  for (let cell = 0; cell < GRID * GRID; cell += 1) {
    const chance = (Math.imul(cell + 7, 2_654_435_761) >>> 8) % 100;
    if (chance > 42) continue;
    const [red, green, blue, alpha] = chance < 30 ? [255, 205, 130, 120 + chance * 4] : [190, 225, 255, 150];
    const [left, top] = [(cell % GRID) * CELL + 2, Math.floor(cell / GRID) * CELL + 3];
    for (let y = top; y < top + 3; y += 1)
      for (let x = left; x < left + 4; x += 1) data.set([red, green, blue, alpha], (y * side + x) * 4);
  }
  return { width: side, height: side, data };
}

function marks(palette: Palette, facts: MapFacts): LayerSpecification[] {
  const text = { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.6, "text-halo-blur": 0.4 };
  const font = { "text-font": ["Noto Sans SC"], "text-max-width": 9 };
  const placeName: ExpressionSpecification =
    facts.language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"], ""] : ["coalesce", ["get", "name"], ""];
  return [
    {
      id: "place", type: "symbol", source: "city", "source-layer": "place", minzoom: 12.5,
      layout: { ...font, "text-field": placeName, "text-size": 12, "text-letter-spacing": 0.06 },
      paint: { ...text, "text-color": palette.quiet },
    },
    {
      id: "reports", type: "circle", source: "reports",
      paint: { "circle-radius": 6, "circle-color": "#b983ff", "circle-stroke-color": palette.halo, "circle-stroke-width": 2 },
    },
    {
      id: "alarm-ring", type: "circle", source: "alarms",
      paint: { "circle-radius": 20, "circle-color": ["get", "colour"], "circle-opacity": 0.18, "circle-stroke-color": ["get", "colour"], "circle-stroke-width": 2, "circle-stroke-opacity": 0.85 },
    },
    {
      id: "station", type: "circle", source: "stations",
      paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 4, 15, 7], "circle-color": ["get", "colour"], "circle-stroke-color": palette.halo, "circle-stroke-width": 2 },
    },
    {
      id: "station-value", type: "symbol", source: "stations", minzoom: 12,
      layout: {
        ...font, "text-size": 12.5,
        "text-field": [
          "format", ["get", "name"], { "font-scale": 0.92 }, "\n", {}, ["get", "value"],
          { "font-scale": 1.12, "text-color": ["case", ["get", "isStale"], "#9aa4b0", palette.value] }, ["get", "age"], { "font-scale": 0.8, "text-color": palette.quiet },
        ], "text-variable-anchor": ["left", "right", "bottom", "top"],
        "text-radial-offset": 0.9, "text-justify": "auto", "symbol-sort-key": ["get", "order"], "text-line-height": 1.25,
      },
      paint: { ...text, "text-color": ["case", ["get", "isStale"], "#9aa4b0", palette.text] },
    },
    {
      id: "case", type: "symbol", source: "cases",
      layout: {
        "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "order"],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.55, 14, 0.85, 17, 1],
      },
    },
    {
      id: "note-area", type: "fill", source: "notes", filter: ["==", ["get", "kind"], "area"],
      paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.22 },
    },
    {
      id: "note-line", type: "line", source: "notes", filter: ["==", ["get", "kind"], "line"], layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ["get", "colour"], "line-width": 3 },
    },
    {
      id: "note-place", type: "circle", source: "notes", filter: ["==", ["get", "kind"], "place"],
      paint: { "circle-radius": 6, "circle-color": ["get", "colour"], "circle-stroke-color": palette.halo, "circle-stroke-width": 2 },
    },
    {
      id: "note-words", type: "symbol", source: "notes", filter: ["!=", ["get", "words"], ""],
      layout: { ...font, "text-field": ["get", "words"], "text-size": 13, "text-variable-anchor": ["left", "right", "bottom", "top"], "text-radial-offset": 0.8, "text-justify": "auto" },
      paint: { ...text, "text-color": ["get", "colour"] },
    },
    {
      id: "pointer-glow", type: "circle", source: "pointer",
      paint: { "circle-radius": 22, "circle-color": "#ff2d55", "circle-opacity": 0.35, "circle-blur": 0.8 },
    },
    { id: "pointer", type: "circle", source: "pointer", paint: { "circle-radius": 6, "circle-color": "#ffffff", "circle-stroke-color": "#ff2d55", "circle-stroke-width": 3 } },
  ];
}

function empty(): { type: "geojson"; data: { type: "FeatureCollection"; features: [] } } {
  return { type: "geojson", data: { type: "FeatureCollection", features: [] } };
}
