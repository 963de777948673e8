/** One station: its readings with their age, its class and flood state, and the last hours as a curve. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { floodName, waterClassName } from "../city/names.ts";
import { ALARM_COLOURS, CLASS_COLOURS, freshness } from "../city/stations.ts";
import type { WaterClass } from "../city/water.ts";
import { ageText, quantityTitle, valueText } from "../format.ts";
import { QUANTITIES } from "../generated/tables.ts";
import type { Reading } from "../hub/mirror.ts";
import { either } from "../words.ts";
import { Chart } from "./chart.tsx";
import { Choice, Sheet, Simulated } from "./parts.tsx";
import { useSession } from "./using.ts";

const HOUR_MS = 3_600_000;

export function StationSheet({ id }: { readonly id: string }): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const [picked, pick] = useState<string>();
  const [hours, setHours] = useState("6");
  const view = session.views.find((one) => one.station.id === id);
  if (view === undefined) return null;
  const { station } = view;
  const shown = view.readings.find((one) => one.quantity === picked) ?? view.main;
  const isLevel = shown?.quantity === "water_level" || shown?.quantity === "level_above_gate";
  const lines = isLevel
    ? ([["warning_line", station.thresholds.warning_m, ALARM_COLOURS.yellow], ["guarantee_line", station.thresholds.guarantee_m, ALARM_COLOURS.orange]] as const)
        .flatMap(([key, value, colour]) => (typeof value === "number" ? [{ title: say(key, { value: value.toFixed(2) }), value, colour }] : []))
    : [];
  const target = station.target_class;
  return (
    <Sheet title={either(session.language, station.name.zh, station.name.en)} onClose={() => session.change({ station: undefined })}>
      <p class="chips">
        {view.alarm !== undefined && <Plate colour={ALARM_COLOURS[view.alarm.colour]} text={either(session.language, view.alarm.title_zh, view.alarm.title_en)} />}
        {view.flood !== "unknown" && <Plate colour={view.flood === "normal" ? "#35e0d2" : ALARM_COLOURS[view.flood]} text={floodName(view.flood, session.language)} />}
        {view.waterClass !== undefined && <Plate colour={CLASS_COLOURS[view.waterClass]} text={waterClassName(view.waterClass, session.language)} />}
        {typeof target === "number" && <span class="chip">{say("target_class", { name: waterClassName(target as WaterClass, session.language) })}</span>}
        {view.isSimulated && <Simulated />}
      </p>
      {shown !== undefined && (
        <>
          <div class="big">
            <span>{quantityTitle(shown.quantity, session.language)}</span>
            <b>{valueText(shown.value, shown.quantity)}<em> {QUANTITIES[shown.quantity]?.unit ?? shown.unit}</em></b>
            <small>{ageText(shown.eventMs, session.nowMs, say)}</small>
          </div>
          <Choice label={say("loading")} value={hours} onPick={setHours}
            options={[["6", say("last_hours", { n: 6 })], ["24", say("last_hours", { n: 24 })], ["168", say("last_week")]]} />
          <Chart key={`${id} ${shown.quantity} ${hours}`} reading={shown} spanMs={Number(hours) * HOUR_MS} lines={lines} />
        </>
      )}
      <ul class="readings">
        {view.readings.map((one) => (
          <li key={one.quantity}>
            <button type="button" aria-pressed={one === shown} class={session.mirror.isLinked ? freshness(one, station, session.nowMs) : "stale"} onClick={() => pick(one.quantity)}>
              <small>{quantityTitle(one.quantity, session.language)}</small>
              <b>{valueText(one.value, one.quantity)}<em> {QUANTITIES[one.quantity]?.unit ?? one.unit}</em></b>
              <Remark reading={one} />
            </button>
          </li>
        ))}
      </ul>
      {view.readings.length === 0 && <p class="quiet">{say("no_value")}</p>}
    </Sheet>
  );
}

function Remark({ reading }: { readonly reading: Reading }): JSX.Element {
  const session = useSession();
  const age = ageText(reading.eventMs, session.nowMs, session.words);
  return <small class="age">{reading.quality === "good" ? age : `${session.words("suspect")} · ${age}`}</small>;
}

function Plate({ colour, text }: { readonly colour: string; readonly text: string }): JSX.Element {
  return <span class="chip plate" ref={(box) => { if (box) box.style.setProperty("--colour", colour); }}>{text}</span>;
}
