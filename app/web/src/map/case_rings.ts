/** The marks of cases: a disc in the colour of the clock, and around it the time that is left. */

import { CASE_COLOURS, colourAt, leftAt, placeOf, type CaseColour } from "../city/cases.ts";
import type { CaseLine } from "../hub/wire.ts";

const PREFIX = "case";
const STEPS = 16;
const RATIO = 3;
const SIDE = 46;
const NO_CLOCK = "x";
const ORDER: readonly CaseColour[] = ["grey", "green", "yellow", "orange", "red"];

/** Returns a case as a point of the map, nothing when nobody knows where it is. */
export function caseMark(line: CaseLine, nowMs: number, isOpen: boolean, isMine: boolean): GeoJSON.Feature | undefined {
  const place = placeOf(line);
  if (place === undefined) return undefined;
  const [colour, left] = [colourAt(line, nowMs), leftAt(line, nowMs)];
  const share = left === undefined ? NO_CLOCK : `${Math.ceil(left * STEPS)}`;
  const icon = `${PREFIX}:${colour}:${share}:${line.urgency === "normal" ? "n" : "u"}:${isOpen ? "o" : isMine ? "m" : "p"}`;
  return { type: "Feature", geometry: { type: "Point", coordinates: [...place] }, properties: { id: line.id, icon, order: ORDER.indexOf(colour) + (isMine ? 10 : 0) + (isOpen ? 100 : 0) } };
}

/** Draws the mark that `caseMark` named; nothing for a name of something else. */
export function ringImage(id: string): { image: ImageData; pixelRatio: number } | undefined {
  const [prefix, colour = "", share = "", urgency = "", kind = ""] = id.split(":");
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (prefix !== PREFIX || pen === null || !(colour in CASE_COLOURS)) return undefined;
  pen.canvas.width = pen.canvas.height = SIDE * RATIO;
  pen.scale(RATIO, RATIO);
  drawRing(pen, CASE_COLOURS[colour as CaseColour], share === NO_CLOCK ? undefined : Number(share) / STEPS, urgency === "u", kind);
  return { image: pen.getImageData(0, 0, SIDE * RATIO, SIDE * RATIO), pixelRatio: RATIO };
}

function drawRing(pen: CanvasRenderingContext2D, colour: string, left: number | undefined, isUrgent: boolean, kind: string): void {
  const middle = SIDE / 2;
  const circle = (radius: number) => {
    pen.beginPath();
    pen.arc(middle, middle, radius, 0, 2 * Math.PI);
  };
  if (kind === "o") {
    pen.fillStyle = `${colour}44`;
    circle(22);
    pen.fill();
  }
  if (isUrgent) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    circle(19.5);
    pen.stroke();
  }
  pen.fillStyle = "rgba(4, 14, 30, 0.88)";
  circle(16.5);
  pen.fill();
  pen.strokeStyle = "rgba(255, 255, 255, 0.2)";
  pen.lineWidth = 3.5;
  circle(13.5);
  pen.stroke();
  pen.strokeStyle = colour;
  pen.lineCap = "round";
  pen.beginPath();
  if (left === 0) pen.arc(middle, middle, 13.5, 0, 2 * Math.PI);
  else if (left !== undefined) pen.arc(middle, middle, 13.5, -Math.PI / 2, -Math.PI / 2 + left * 2 * Math.PI);
  pen.stroke();
  pen.fillStyle = colour;
  circle(kind === "p" ? 6 : 8);
  pen.fill();
  if (left === 0) drawBang(pen, middle);
  else if (kind !== "p") {
    pen.fillStyle = "#ffffff";
    circle(2.6);
    pen.fill();
  }
}

function drawBang(pen: CanvasRenderingContext2D, middle: number): void {
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 2.2;
  pen.beginPath();
  pen.moveTo(middle, middle - 4.5);
  pen.lineTo(middle, middle + 0.8);
  pen.moveTo(middle, middle + 4.2);
  pen.lineTo(middle, middle + 4.3);
  pen.stroke();
}
