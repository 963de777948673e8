/** A series as a curve with its warning lines, drawn by uPlot. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";

import { QUANTITIES } from "../generated/tables.ts";
import type { Reading } from "../hub/mirror.ts";
import type { WordKey } from "../words.ts";
import { useSession } from "./using.ts";

export interface Line {
  readonly title: string;
  readonly value: number;
  readonly colour: string;
}

const HEIGHT_PX = 168;

export function Chart({ reading, spanMs, lines }: { readonly reading: Reading; readonly spanMs: number; readonly lines: readonly Line[] }): JSX.Element {
  const session = useSession();
  const place = useRef<HTMLDivElement>(null);
  const [state, become] = useState<WordKey | undefined>("loading");
  const { look } = session;
  useEffect(() => {
    let plot: uPlot | undefined;
    let isOver = false;
    const draw = async () => {
      const nowMs = session.nowMs;
      const [series, { default: Plot }] = await Promise.all([
        session.api.series(reading.station, reading.quantity, reading.statistic, reading.periodS, Math.round(nowMs - spanMs), Math.round(nowMs)),
        import("uplot"),
        import("uplot/dist/uPlot.min.css"),
      ]);
      const box = place.current;
      if (isOver || box === null) return;
      if (series.event_ms.length === 0) return become("no_series");
      become(undefined);
      const data: uPlot.AlignedData = [series.event_ms.map((ms) => ms / 1000), [...series.value]];
      plot = new Plot(options(box.clientWidth, reading.quantity, lines, nowMs, spanMs), data, box);
    };
    draw().catch(() => {
      if (!isOver) become("series_failed");
    });
    return () => {
      isOver = true;
      plot?.destroy();
    };
  }, [look]);
  return (
    <div class="chart">
      <div ref={place} />
      {state !== undefined && <p class="quiet">{session.words(state)}</p>}
      {lines.length > 0 && (
        <p class="legend">
          {lines.map((line) => <span key={line.title} ref={(box) => { if (box) box.style.color = line.colour; }}>— {line.title}</span>)}
        </p>
      )}
    </div>
  );
}

function options(width: number, quantity: string, lines: readonly Line[], nowMs: number, spanMs: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const [text, grid, accent] = ["--quiet", "--edge", "--accent"].map((name) => style.getPropertyValue(name).trim()) as [string, string, string];
  const decimals = QUANTITIES[quantity]?.decimals ?? 2;
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  return {
    width, height: HEIGHT_PX, legend: { show: false }, cursor: { y: false },
    scales: { x: { min: (nowMs - spanMs) / 1000, max: nowMs / 1000 }, y: { range: (_, low, high) => room(low, high, lines) } },
    axes: [
      { ...axis, size: 26, values: (_, ticks) => ticks.map((second) => tick(second, spanMs)) },
      { ...axis, size: 46, values: (_, ticks) => ticks.map((value) => value.toFixed(Math.min(2, decimals))) },
    ],
    series: [{}, { stroke: accent, width: 2, points: { show: false }, fill: `${accent}22`, spanGaps: false }],
    hooks: {
      draw: [(plot) => {
        for (const line of lines) rule(plot, line);
      }],
    },
  };
}

function rule(plot: uPlot, line: Line): void {
  const y = plot.valToPos(line.value, "y", true);
  const { left, width, top, height } = plot.bbox;
  if (y < top || y > top + height) return;
  plot.ctx.save();
  plot.ctx.strokeStyle = line.colour;
  plot.ctx.lineWidth = devicePixelRatio * 1.5;
  plot.ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(left, y);
  plot.ctx.lineTo(left + width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/** Leaves air above and below, and keeps a warning line in sight that is near. */
function room(low: number | null, high: number | null, lines: readonly Line[]): [number, number] {
  let [least, most] = [low ?? 0, high ?? 1];
  const span = Math.max(most - least, Math.abs(most) * 0.02, 0.05);
  for (const { value } of lines) if (value > least - 3 * span && value < most + 3 * span) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const air = Math.max(most - least, span) * 0.1;
  return [least - air, most + air];
}

function tick(second: number, spanMs: number): string {
  const date = new Date(second * 1000);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return spanMs > 2 * 86_400_000 ? `${date.getMonth() + 1}-${two(date.getDate())}` : `${two(date.getHours())}:${two(date.getMinutes())}`;
}
