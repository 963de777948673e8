/** The cases that wait for whoever holds this phone, the most pressing first. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { isOfPhase, PHASES, placeOf, timeLeft, type Phase } from "../city/cases.ts";
import { ageText } from "../format.ts";
import { ROLES } from "../generated/tables.ts";
import type { CaseLine } from "../hub/wire.ts";
import { FILES_REPORTS } from "../state/roles.ts";
import { canLocate, locate, locateIfAllowed } from "../state/position.ts";
import type { WordKey } from "../words.ts";
import { Chips, colourOf, Distance, inColour, Ring, StateChip, titleOf, waitingText } from "./case_parts.tsx";
import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

const MOST_CARDS = 100;
const HOTLINE_RATES = ["call_response_rate", "call_solved_rate", "call_satisfaction_rate", "call_back_rate"] as const;
const TITLES: Readonly<Record<Phase, WordKey>> = {
  sign: "phase_sign", handle: "phase_handle", verify: "phase_verify", check: "phase_check", all: "phase_all",
};
/** The filter stays while another tab is open. */
let shownPhase: Phase = "all";

export function CaseList(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { cases } = session;
  const [phase, setPhase] = useState<Phase>(shownPhase);
  useEffect(() => void locateIfAllowed(session), []);
  const [isWide, setWide] = useState(false);
  const area = session.follows && !isWide ? session.mirror.value("area") ?? "" : "";
  const lines = area === "" ? cases.lines : cases.lines.filter((line) => line.area.startsWith(area));
  const shown = lines.filter((line) => isOfPhase(line, phase));
  const pick = (next: Phase) => {
    shownPhase = next;
    setPhase(next);
  };
  return (
    <>
      <div class="phases" role="radiogroup" aria-label={say("segment_cases")}>
        {PHASES.map((one) => {
          const count = lines.filter((line) => isOfPhase(line, one)).length;
          return (
            <button key={one} type="button" role="radio" aria-checked={one === phase} onClick={() => pick(one)}>
              <b class={count === 0 ? "none" : ""}>{count}</b><span>{say(TITLES[one])}</span>
            </button>
          );
        })}
      </div>
      <Standing />
      {area !== "" && <AreaStrip area={area} widen={() => setWide(true)} />}
      {shown.slice(0, MOST_CARDS).map((line) => <CaseCard key={line.id} line={line} />)}
      {cases.heardMs > 0 && shown.length === 0 && <Nothing isWhole={lines.length === 0} />}
      {lines.some(placeOf) && <DistanceWish />}
      <HotlineRates />
    </>
  );
}

/** How fresh the list is, when that is not plain. */
function Standing(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const { cases, mirror } = session;
  if (!mirror.isLinked) {
    const words = cases.heardMs === 0 ? say("cases_away_short") : say("cases_offline", { age: ageText(cases.heardMs, session.nowMs, say) });
    return <p class="standing">{words}</p>;
  }
  if (cases.heardMs > 0 && !cases.hasFailed) return null;
  return <p class="standing">{say(cases.hasFailed ? "cases_failed" : "cases_asking")}</p>;
}

/** The room looks at one area: only its cases are listed, until all are wanted. */
function AreaStrip({ area, widen }: { readonly area: string; readonly widen: () => void }): JSX.Element {
  const session = useSession();
  const row = session.cases.governance?.areas.find((one) => one.code === area);
  const name = row === undefined ? area : session.language === "zh" ? row.name_zh : row.name_en;
  return (
    <p class="standing area" data-area={area}>
      {session.words("cases_area", { area: name })}
      <button type="button" class="plain" onClick={widen}>{session.words("cases_area_all")}</button>
    </p>
  );
}

function Nothing({ isWhole }: { readonly isWhole: boolean }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const isViewer = session.cases.governance?.my_roles.length === 0;
  return (
    <div class="nothing">
      <Icon name="calm" />
      <b>{say(isWhole ? "cases_none" : "cases_none_phase")}</b>
      {isWhole && <p>{isViewer ? say("role_needed", { role: ROLES[FILES_REPORTS][session.language] }) : say("cases_none_hint")}</p>}
    </div>
  );
}

/** The rates of 12345, once callers were called back. */
function HotlineRates(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const rates = session.mirror.caseCounts?.rates ?? {};
  const known = HOTLINE_RATES.filter((key) => rates[key] !== undefined);
  if (known.length === 0) return null;
  return (
    <section class="rates" aria-label={say("hotline_rates")}>
      <h3>{say("hotline_rates")}</h3>
      {known.map((key) => <span key={key}><b>{Math.round(100 * (rates[key] ?? 0))}<em>%</em></b><small>{say(key)}</small></span>)}
    </section>
  );
}

function DistanceWish(): JSX.Element | null {
  const session = useSession();
  if (session.here !== undefined || !canLocate()) return null;
  return (
    <button type="button" class="plain wide" onClick={() => locate(session, () => session.say(session.words("distance_failed")))}>
      <Icon name="aim" />
      {session.words("distance_show")}
    </button>
  );
}

export function CaseCard({ line }: { readonly line: CaseLine }): JSX.Element {
  const session = useSession();
  const pending = session.cases.pending(line.id).at(-1);
  return (
    <button type="button" class="case-card" data-case={line.id} data-state={line.state} ref={inColour(colourOf(session, line))} onClick={() => session.openCase(line.id)}>
      <Ring line={line} />
      <span class="grow">
        <span class="head">
          <b>{titleOf(session, line)}</b>
          <StateChip line={line} />
        </span>
        <span class="second"><span class="left">{timeLeft(line, session.nowMs, session.words)}</span><Chips line={line} /></span>
        <span class="where">{line.address !== "" && <span class="address">{line.address}</span>}<Distance line={line} /></span>
        {pending !== undefined && <span class={`pending ${pending.state}`}>{waitingText(session, pending)}</span>}
      </span>
    </button>
  );
}
