/** 待办: alarms to handle, public warnings in force, and what people reported. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { ALARM_COLOURS, byUrgency, isOpen, needsHand } from "../city/stations.ts";
import { ageText, clockText, quantityTitle, valueText } from "../format.ts";
import { ALARM_STATES, CATEGORIES } from "../generated/tables.ts";
import type { Alarm, Notice, Report } from "../hub/wire.ts";
import { toLonLat } from "../map/frame.ts";
import { either } from "../words.ts";
import { Icon, Simulated } from "./parts.tsx";
import { useSession } from "./using.ts";

const MOST_ALARMS = 100;
const MOST_REPORTS = 30;
const PALE: Readonly<Record<string, string>> = ALARM_COLOURS;

export function Todo(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const alarms = [...session.mirror.alarms.values()].filter(isOpen).sort(byUrgency).slice(0, MOST_ALARMS);
  const urgent = alarms.filter(needsHand);
  const notices = [...session.mirror.notices.values()].filter((one) => !one.expires_ms || one.expires_ms > session.nowMs);
  const reports = [...session.mirror.reports.values()].sort((one, other) => other.received_ms - one.received_ms).slice(0, MOST_REPORTS);
  return (
    <div class="page">
      {notices.length > 0 && <h2>{say("warnings")}</h2>}
      {notices.map((one) => <NoticeCard key={`${one.sender},${one.identifier}`} notice={one} />)}
      <h2>{say("to_handle")} <b class="count">{urgent.length}</b></h2>
      {alarms.length === 0 && <p class="calm-card"><Icon name="calm" />{say("all_calm")}</p>}
      {alarms.map((one) => <AlarmCard key={one.id} alarm={one} />)}
      {reports.length > 0 && <h2>{say("reports")}</h2>}
      {reports.map((one) => <ReportCard key={one.id} report={one} />)}
    </div>
  );
}

function AlarmCard({ alarm }: { readonly alarm: Alarm }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const station = session.stations.find((one) => one.id === alarm.station);
  const wish = [...session.outbox.items].reverse().find((item) => item.action === "alarm.acknowledge" && item.arguments["alarm"] === alarm.id);
  const isWaiting = wish !== undefined && (wish.state === "waiting" || wish.state === "sending");
  const twin = session.twin;
  return (
    <article class={`card ${needsHand(alarm) ? "" : "handled"}`} ref={(box) => { if (box) box.style.setProperty("--colour", ALARM_COLOURS[alarm.colour]); }}>
      <header>
        <span class="state">{ALARM_STATES[alarm.state][session.language]}</span>
        <time>{ageText(alarm.raised_ms, session.nowMs, say)} · {clockText(alarm.raised_ms, session.language)}</time>
      </header>
      <h3>{either(session.language, alarm.title_zh, alarm.title_en)}</h3>
      <p class="quiet">
        {station === undefined ? alarm.station : either(session.language, station.name.zh, station.name.en)}
        {alarm.limit !== 0 && (
          <> · {quantityTitle(alarm.quantity, session.language)} {say("reached", { value: valueText(alarm.value, alarm.quantity), unit: alarm.unit, limit: valueText(alarm.limit, alarm.quantity) })}</>
        )}
      </p>
      {alarm.acknowledged_by !== "" && <p class="quiet">{say("by_whom", { name: session.mirror.members.get(alarm.acknowledged_by)?.name || alarm.acknowledged_by })}</p>}
      {wish?.state === "refused" && (
        <p class="problem">{wish.isConflict === true ? say("conflict") : either(session.language, wish.reasonZh, wish.reasonEn)}</p>
      )}
      <footer>
        {alarm.is_simulated && <Simulated />}
        <span class="grow" />
        {station !== undefined && twin !== undefined && (
          <button type="button" class="plain" onClick={() => {
            session.showPlace(toLonLat(twin.frame, station.x_m, station.y_m));
            session.change({ station: station.id });
          }}>
            <Icon name="pin" />
            {say("see_on_map")}
          </button>
        )}
        {needsHand(alarm) && (
          <button type="button" class="main" disabled={isWaiting} onClick={() => void session.wish("alarm.acknowledge", { alarm: alarm.id }, { ifSeq: session.mirror.seq })}>
            {say(isWaiting ? "acknowledging" : "acknowledge")}
          </button>
        )}
      </footer>
    </article>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }): JSX.Element {
  const session = useSession();
  const { language } = session;
  const colour = PALE[notice.colour ?? ""] ?? "#7d8794";
  return (
    <article class="card notice" ref={(box) => { if (box) box.style.setProperty("--colour", colour); }}>
      <header>
        <span class="state">{notice.status === "actual" ? notice.event : `${session.words("exercise")} · ${notice.event}`}</span>
        <time>{clockText(notice.sent_ms, language)}</time>
      </header>
      <h3>{either(language, notice.headline_zh, notice.headline_en)}</h3>
      <p class="quiet">{either(language, notice.instruction_zh || notice.description_zh, notice.instruction_en || notice.description_en)}</p>
      {notice.is_simulated && <footer><Simulated /></footer>}
    </article>
  );
}

function ReportCard({ report }: { readonly report: Report }): JSX.Element {
  const session = useSession();
  const { lon, lat } = report;
  return (
    <article class="card report">
      <header>
        <span class="state">{CATEGORIES[report.category]?.[session.language] ?? report.category}</span>
        <time>{ageText(report.time_ms, session.nowMs, session.words)}</time>
      </header>
      <div class="with-photo">
        <p>{report.words}</p>
        {report.photo !== "" && <Photo name={report.photo} />}
      </div>
      {typeof lon === "number" && typeof lat === "number" && (
        <footer>
          <span class="grow" />
          <button type="button" class="plain" onClick={() => session.showPlace([lon, lat])}>
            <Icon name="pin" />
            {session.words("see_on_map")}
          </button>
        </footer>
      )}
    </article>
  );
}

function Photo({ name }: { readonly name: string }): JSX.Element | null {
  const session = useSession();
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let isOver = false;
    session.api.photo(name).then((body) => {
      if (isOver) return;
      made = URL.createObjectURL(body);
      setAddress(made);
    }).catch(() => undefined); // the words are there without it
    return () => {
      isOver = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [name]);
  return address === undefined ? null : <img class="thumb" src={address} alt="" />;
}
