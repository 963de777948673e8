/** What is drawn upon the city at the desk, on the map: places, lines, arrows and areas with their words. */

import type { ShownNotes } from "../hub/wire.ts";
import { toLonLat, type Frame } from "./frame.ts";

type Note = ShownNotes["notes"][number];
type Place = Note["points"][number];

const HEAD_RAD = (24 * Math.PI) / 180;

/** Returns what the map shows of annotations; those with too few points for their kind are none. */
export function notesOnMap(shown: ShownNotes | null | undefined, frame: Frame | undefined): GeoJSON.Feature[] {
  if (shown === null || shown === undefined || frame === undefined) return [];
  const there = frame;
  const lonLat = ([east, north]: readonly [number, number] | Place) => [...toLonLat(there, east, north)];
  return shown.notes.flatMap((note): GeoJSON.Feature[] => {
    const [first] = note.points;
    const last = note.points.at(-1);
    if (first === undefined || last === undefined) return [];
    const properties = { colour: note.colour, words: "" };
    const said = (at: readonly number[]): GeoJSON.Feature[] => [
      { type: "Feature", properties: { ...properties, kind: note.kind === "point" ? "place" : "words", words: note.words }, geometry: { type: "Point", coordinates: [...at] } },
    ];
    if (note.kind === "point") return said(lonLat(first));
    const line = (points: readonly (readonly [number, number] | Place)[]): GeoJSON.Feature => ({ type: "Feature", properties: { ...properties, kind: "line" }, geometry: { type: "LineString", coordinates: points.map(lonLat) } });
    if (note.kind !== "polygon") {
      if (note.points.length < 2) return [];
      const before = note.points.at(-2) ?? first;
      return [line(note.points), ...(note.kind === "arrow" ? [line(arrowHead(before, last))] : []), ...said(lonLat(last))];
    }
    if (note.points.length < 3) return [];
    const ring = [...note.points, first].map(lonLat);
    const middle = [0, 1].map((axis) => note.points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / note.points.length);
    return [
      { type: "Feature", properties: { ...properties, kind: "area" }, geometry: { type: "Polygon", coordinates: [ring] } },
      line([...note.points, first]),
      ...said(lonLat([middle[0] ?? 0, middle[1] ?? 0])),
    ];
  });
}

/** Returns the two sides of an arrow's head, as at the desk: a sixth of its length, from 1 to 60 metres. */
function arrowHead(start: Place, end: Place): [number, number][] {
  const [east, north] = [start[0] - end[0], start[1] - end[1]];
  const length = Math.hypot(east, north);
  if (length === 0) return [[end[0], end[1]], [end[0], end[1]]];
  const size = Math.min(60, Math.max(1, length / 6)) / length;
  const side = (by: number): [number, number] => [
    end[0] + size * (east * Math.cos(by) - north * Math.sin(by)), end[1] + size * (east * Math.sin(by) + north * Math.cos(by)),
  ];
  return [side(HEAD_RAD), [end[0], end[1]], side(-HEAD_RAD)];
}
