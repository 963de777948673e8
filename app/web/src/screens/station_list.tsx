/** The stations as a list, the worst first: also what is left where no map can be drawn. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { waterClassName } from "../city/names.ts";
import type { StationView } from "../city/stations.ts";
import { ageText, valueText } from "../format.ts";
import { QUANTITIES } from "../generated/tables.ts";
import { either } from "../words.ts";
import { useSession } from "./using.ts";

const MOST_ROWS = 120;

export function StationList(): JSX.Element {
  const session = useSession();
  const [sought, seek] = useState("");
  const word = sought.trim().toLowerCase();
  const rows = session.views
    .filter(({ station }) => word === "" || `${station.name.zh} ${station.name.en} ${station.id}`.toLowerCase().includes(word))
    .sort((one, other) => urgency(other) - urgency(one))
    .slice(0, MOST_ROWS);
  return (
    <>
      <input class="search" type="search" value={sought} placeholder={session.words("search_station")} onInput={(event) => seek(event.currentTarget.value)} />
      <ul class="rows stations">
        {rows.map((view) => <Row key={view.station.id} view={view} />)}
      </ul>
    </>
  );
}

function Row({ view }: { readonly view: StationView }): JSX.Element {
  const session = useSession();
  const { main, station } = view;
  return (
    <li>
      <button type="button" class={`row-button ${view.freshness}`} onClick={() => session.change({ station: station.id })}>
        <i class="dot" ref={(dot) => { if (dot) dot.style.background = view.colour; }} />
        <span class="grow">
          {either(session.language, station.name.zh, station.name.en)}
          <small>{main === undefined ? session.words("no_value") : ageText(main.eventMs, session.nowMs, session.words)}</small>
        </span>
        <span class="value">
          {main !== undefined && <b>{valueText(main.value, main.quantity)} <em>{QUANTITIES[main.quantity]?.unit ?? main.unit}</em></b>}
          {view.waterClass !== undefined && <small>{waterClassName(view.waterClass, session.language)}</small>}
        </span>
      </button>
    </li>
  );
}

function urgency(view: StationView): number {
  const colours = ["blue", "yellow", "orange", "red"];
  const alarm = view.alarm === undefined ? 0 : 10 + colours.indexOf(view.alarm.colour);
  return alarm * 100 + (view.waterClass ?? 0) * 10 + (view.freshness === "fresh" ? 1 : 0);
}
