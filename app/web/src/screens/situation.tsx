/** 态势: the map of the city, what stands out in it, and who leads the wall. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { isOver, leftAt } from "../city/cases.ts";
import { shortClass } from "../city/names.ts";
import { ALARM_COLOURS, CLASS_COLOURS, isOpen, needsHand } from "../city/stations.ts";
import { hasWebGl, MapKeeper } from "../state/map_keeper.ts";
import { either } from "../words.ts";
import { LeadBar } from "./lead_bar.tsx";
import { Icon, Sheet } from "./parts.tsx";
import { CaseCard } from "./case_list.tsx";
import { titleOf } from "./case_parts.tsx";
import { CaseSheet } from "./case_sheet.tsx";
import { PlanCard } from "./plan_card.tsx";
import { StationList } from "./station_list.tsx";
import { StationSheet } from "./station_sheet.tsx";
import { useSession } from "./using.ts";

export function Situation({ isOpen: isShown }: { readonly isOpen: boolean }): JSX.Element {
  const session = useSession();
  const place = useRef<HTMLDivElement>(null);
  const [keeper] = useState(() => new MapKeeper(session));
  const [isListing, setListing] = useState(false);
  const isReady = session.twin?.map.state === "ready";
  useEffect(() => {
    if (isReady && place.current !== null) void keeper.open(place.current);
  }, [isReady, keeper]);
  useEffect(() => () => keeper.close(), [keeper]);
  useEffect(() => {
    if (isShown) keeper.resize();
  }, [isShown, keeper]);
  const say = session.words;
  const { caseId } = session;
  return (
    <div class="situation" hidden={!isShown}>
      <div class="map" ref={place} />
      <MapState />
      {isShown && !session.isPicking && caseId === undefined && (
        <>
          <PlanCard />
          <Outlook onList={() => setListing(true)} />
          {session.cases.isGoverned && <CasesSwitch />}
          <LeadBar onHome={() => keeper.home()} />
        </>
      )}
      {session.isPicking && <Picking onPick={() => session.change({ isPicking: false, tab: "report", picked: keeper.centre() })} />}
      <p class="attribution">{either(session.language, session.twin?.attribution_zh, session.twin?.attribution_en)}</p>
      {isShown && caseId !== undefined && <CaseSheet key={caseId} id={caseId} />}
      {isShown && caseId === undefined && session.caseCard !== undefined && <CardSheet id={session.caseCard} />}
      {isShown && caseId === undefined && session.station !== undefined && <StationSheet id={session.station} />}
      {isShown && caseId === undefined && session.station === undefined && session.object !== undefined && <ObjectSheet />}
      {isShown && isListing && session.station === undefined && (
        <Sheet title={say("stations")} onClose={() => setListing(false)}>
          <StationList />
        </Sheet>
      )}
    </div>
  );
}

function MapState(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const map = session.twin?.map;
  if (!hasWebGl()) return <p class="map-state">{say("map_unsupported")}</p>;
  if (map === undefined) return <p class="map-state">{say("loading")}</p>;
  if (map.state === "failed") return <p class="map-state">{say("map_failed", { why: either(session.language, map.why_zh, map.why_en) })}</p>;
  if (map.state !== "ready") return <p class="map-state">{say("map_making", { share: Math.round(map.share * 100) })}</p>;
  return null;
}

/** What stands out now, in one line: the worst alarms of how many, the worst water, and how many stations are heard. */
function Outlook({ onList }: { readonly onList: () => void }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const alarms = [...session.mirror.alarms.values()].filter((alarm) => isOpen(alarm) && needsHand(alarm));
  const top = (["red", "orange", "yellow", "blue"] as const).find((colour) => alarms.some((alarm) => alarm.colour === colour));
  const views = session.views;
  const classes = views.flatMap((view) => (view.waterClass === undefined ? [] : [view.waterClass]));
  const worst = classes.length === 0 ? undefined : (Math.max(...classes) as keyof typeof CLASS_COLOURS);
  const fresh = views.filter((view) => view.freshness === "fresh").length;
  return (
    <div class="outlook">
      <button type="button" onClick={() => session.change({ tab: "todo" })}>
        <small>{say("alarms")}</small>
        <b class={top === undefined ? "calm" : ""} ref={(box) => { if (box) box.style.color = top === undefined ? "" : ALARM_COLOURS[top]; }}>
          {alarms.filter((alarm) => alarm.colour === top).length}
          {alarms.length > 0 && <em>/{alarms.length}</em>}
        </b>
      </button>
      {session.cases.isGoverned && <OpenCases />}
      <button type="button" onClick={onList}>
        <small>{say("water")}</small>
        <b ref={(box) => { if (box) box.style.color = worst === undefined ? "" : CLASS_COLOURS[worst]; }}>
          {worst === undefined ? "—" : shortClass(worst, session.language)}
        </b>
      </button>
      <button type="button" onClick={onList}>
        <small>{say("stations")}</small>
        <b>
          {fresh}
          <em>/{views.length}</em>
        </b>
      </button>
      <button type="button" class="only-icon" aria-label={say("stations")} onClick={onList}>
        <Icon name="list" />
      </button>
    </div>
  );
}

function Picking({ onPick }: { readonly onPick: () => void }): JSX.Element {
  const session = useSession();
  const say = session.words;
  return (
    <>
      <div class="cross"><Icon name="aim" /></div>
      <div class="lead-bar">
        <p>{say("pick_hint")}</p>
        <div class="row">
          <button type="button" class="plain" onClick={() => session.change({ isPicking: false, tab: "report" })}>{say("cancel")}</button>
          <button type="button" class="main" onClick={onPick}>{say("pick_here")}</button>
        </div>
      </div>
    </>
  );
}

/** How many cases are open, and how many of them are late. */
function OpenCases(): JSX.Element {
  const session = useSession();
  const open = [...session.mirror.cases.values()].filter((line) => !isOver(line));
  const late = open.filter((line) => leftAt(line, session.nowMs) === 0).length;
  return (
    <button type="button" onClick={() => session.change({ tab: "todo" })}>
      <small>{session.words("segment_cases")}</small>
      <b>{late > 0 && <span class="late">{late}<em>/</em></span>}{open.length}</b>
    </button>
  );
}

/** Shows or hides the marks of cases. */
function CasesSwitch(): JSX.Element {
  const session = useSession();
  const { marksCases } = session.prefs.now;
  return (
    <button type="button" class={`round layer-switch ${marksCases ? "on" : ""}`} role="switch" aria-checked={marksCases} aria-label={session.words("layer_cases")} onClick={() => session.prefer({ marksCases: !marksCases })}>
      <Icon name="cases" />
    </button>
  );
}

/** What a touched mark is; one more touch opens the whole case. */
function CardSheet({ id }: { readonly id: string }): JSX.Element | null {
  const session = useSession();
  const line = session.cases.line(id);
  if (line === undefined) return null;
  return (
    <Sheet title={titleOf(session, line)} onClose={() => session.change({ caseCard: undefined })}>
      <CaseCard line={line} />
      <button type="button" class="main wide" onClick={() => session.openCase(id)}>{session.words("case_card_open")}</button>
    </Sheet>
  );
}

function ObjectSheet(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const { object } = session;
  if (object === undefined) return null;
  const name = either(session.language, object.name, object.nameEn) || `${say(object.kind)} ${object.id}`;
  return (
    <Sheet title={name} onClose={() => session.change({ object: undefined })}>
      <dl class="facts">
        <div><dt>{say("object")}</dt><dd>{say(object.kind)}</dd></div>
        <div><dt>{object.id}</dt><dd>{say("height_m", { n: object.heightM })}</dd></div>
      </dl>
      <p class="quiet">{say(session.isLeading ? "lit_on_wall" : "light_up")}</p>
    </Sheet>
  );
}
