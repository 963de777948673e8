/** 待办: cases that wait for me; alarms to handle, public warnings in force, and what people reported. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { ALARM_COLOURS, byUrgency, isOpen, needsHand, together } from "../city/stations.ts";
import { ageText, clockText } from "../format.ts";
import { ALARM_STATES, CATEGORIES, ROLES } from "../generated/tables.ts";
import type { Item } from "../hub/outbox.ts";
import { noticeKey } from "../hub/mirror.ts";
import type { Alarm, Notice, NoticeReceipt, Report } from "../hub/wire.ts";
import { toLonLat } from "../map/frame.ts";
import { DEALS_WITH_ALARMS, isAtLeast } from "../state/roles.ts";
import type { Session } from "../state/session.ts";
import { either } from "../words.ts";
import { CaseList } from "./case_list.tsx";
import { HubPhoto } from "./case_parts.tsx";
import { Choice, Icon, LabelBadge, Simulated } from "./parts.tsx";
import { TaskCards, waitingTasks } from "./task_cards.tsx";
import { useSession } from "./using.ts";

const ACKNOWLEDGE = "alarm.acknowledge";
const CONFIRM = "notice.confirm";
const MOST_NAMES = 4;
const MOST_CARDS = 60;
const MOST_REPORTS = 30;
const PALE: Readonly<Record<string, string>> = ALARM_COLOURS;

type Part = "cases" | "alarms";
/** Which part was open last; nothing yet: what this person does first. */
let shownPart: Part | undefined;

export function Todo({ isOpen: isShown }: { readonly isOpen: boolean }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { cases, mirror } = session;
  const [picked, pick] = useState(shownPart);
  if (!cases.isGoverned) return <div class="page" hidden={!isShown}><Alarms /></div>;
  const part = picked ?? ((cases.governance?.my_roles.length ?? 0) > 0 ? "cases" : "alarms");
  const urgent = [...mirror.alarms.values()].filter(needsHand).length + mirror.waitingNotices(session.nowMs);
  const counted = (key: "segment_cases" | "segment_alarms", count: number) => (count === 0 ? say(key) : `${say(key)} ${count}`);
  return (
    <div class="page" hidden={!isShown}>
      <Choice label={say("tab_todo")} value={part} options={[["cases", counted("segment_cases", cases.lines.length + waitingTasks(session))], ["alarms", counted("segment_alarms", urgent)]]} onPick={(next: Part) => {
        shownPart = next;
        pick(next);
      }} />
      {part === "cases" ? <><TaskCards /><CaseList /></> : <Alarms />}
    </div>
  );
}

function Alarms(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const alarms = [...session.mirror.alarms.values()].filter(isOpen).sort(byUrgency);
  const urgent = alarms.filter(needsHand);
  const notices = [...session.mirror.notices.values()].filter((one) => !one.expires_ms || one.expires_ms > session.nowMs);
  const reports = [...session.mirror.reports.values()].sort((one, other) => other.received_ms - one.received_ms).slice(0, MOST_REPORTS);
  return (
    <>
      {notices.length > 0 && <h2>{say("warnings")}</h2>}
      {notices.map((one) => <NoticeCard key={`${one.sender},${one.identifier}`} notice={one} />)}
      <h2>{say("to_handle")} <b class="count">{urgent.length}</b></h2>
      {urgent.length > 0 && !isAtLeast(session.mirror.role, DEALS_WITH_ALARMS) && <p class="quiet hint">{say("role_needed", { role: ROLES[DEALS_WITH_ALARMS][session.language] })}</p>}
      {alarms.length === 0 && <p class="calm-card"><Icon name="calm" />{say("all_calm")}</p>}
      {together(alarms).slice(0, MOST_CARDS).map((some) => <AlarmCard key={some[0].id} alarms={some} />)}
      {reports.length > 0 && <h2>{say("reports")}</h2>}
      {reports.map((one) => <ReportCard key={one.id} report={one} />)}
    </>
  );
}

/** One alarm, or those of one rule that people deal with together. */
function AlarmCard({ alarms }: { readonly alarms: readonly [Alarm, ...Alarm[]] }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { language, twin } = session;
  const [alarm] = alarms;
  const isMany = alarms.length > 1;
  const names = [...new Set(alarms.map((one) => nameOf(session, one.station)))];
  const station = session.stations.find((one) => one.id === alarm.station);
  const title = either(language, alarm.title_zh, alarm.title_en);
  const wish = session.outbox.items.findLast((item) => item.action === ACKNOWLEDGE && concerns(item, alarm.id));
  const isWaiting = wish !== undefined && (wish.state === "waiting" || wish.state === "sending");
  const words = isMany ? { alarms: alarms.map((one) => one.id) } : { alarm: alarm.id };
  return (
    <article class={`card ${needsHand(alarm) ? "" : "handled"}`} ref={(box) => { if (box) box.style.setProperty("--colour", ALARM_COLOURS[alarm.colour]); }}>
      <header>
        <span class="state">{ALARM_STATES[alarm.state][language]}</span>
        {isMany && <b class="count">{say("alarms_together", { n: alarms.length })}</b>}
        {alarm.is_simulated && <Simulated />}
        <time>{ageText(alarm.raised_ms, session.nowMs, say)}</time>
      </header>
      <h3>{title}</h3>
      {isMany && <p class="quiet">{names.slice(0, MOST_NAMES).join(language === "zh" ? "、" : ", ")}{names.length > MOST_NAMES && ` ${say("more")}`}</p>}
      {!isMany && !title.includes(names[0] ?? "") && <p class="quiet">{names[0]}</p>}
      <p class="quiet">{clockText(alarm.raised_ms, language)}{alarm.acknowledged_by !== "" && ` · ${say("by_whom", { name: session.mirror.members.get(alarm.acknowledged_by)?.name || alarm.acknowledged_by })}`}</p>
      {wish?.state === "refused" && <p class="problem">{wish.isConflict === true ? say("conflict") : either(language, wish.reasonZh, wish.reasonEn)}</p>}
      <footer>
        {station !== undefined && twin !== undefined && (
          <button type="button" class="plain" onClick={() => {
            session.showPlace(toLonLat(twin.frame, station.x_m, station.y_m));
            session.change({ station: station.id });
          }}>
            <Icon name="pin" />
            {say("see_on_map")}
          </button>
        )}
        {needsHand(alarm) && isAtLeast(session.mirror.role, DEALS_WITH_ALARMS) && (
          <button type="button" class="main" disabled={isWaiting} onClick={() => void session.wish(ACKNOWLEDGE, words, { ifSeq: session.mirror.seq })}>
            {say(isWaiting ? "acknowledging" : isMany ? "acknowledge_all" : "acknowledge")}
          </button>
        )}
      </footer>
    </article>
  );
}

function concerns(item: Item, alarm: string): boolean {
  const { alarm: one, alarms } = item.arguments;
  return one === alarm || (Array.isArray(alarms) && alarms.includes(alarm));
}

function nameOf(session: Session, station: string): string {
  const known = session.stations.find((one) => one.id === station);
  return known === undefined ? station : either(session.language, known.name.zh, known.name.en);
}

function NoticeCard({ notice }: { readonly notice: Notice }): JSX.Element {
  const session = useSession();
  const { language } = session;
  const colour = PALE[notice.colour ?? ""] ?? "#7d8794";
  const told = session.mirror.siteNotices.get(noticeKey(notice));
  return (
    <article class="card notice" ref={(box) => { if (box) box.style.setProperty("--colour", colour); }}>
      <header>
        <span class="state">{notice.status === "actual" ? notice.event : `${session.words("exercise")} · ${notice.event}`}</span>
        <LabelBadge label={notice.label} />
        <time>{clockText(notice.sent_ms, language)}</time>
      </header>
      <h3>{either(language, notice.headline_zh, notice.headline_en)}</h3>
      <p class="quiet">{either(language, notice.instruction_zh || notice.description_zh, notice.instruction_en || notice.description_en)}</p>
      <p class="quiet">{[...notice.areas.map((area) => area.name), notice.expires_ms ? session.words("notice_until", { time: clockText(notice.expires_ms, language) }) : ""].filter(Boolean).join(" · ")}</p>
      {notice.is_simulated && <footer><Simulated /></footer>}
      {told?.here != null && <Receipt id={told.id} here={told.here} />}
    </article>
  );
}

/** Whether somebody here has confirmed a notice of the site above, and who; operators can. */
function Receipt({ id, here }: { readonly id: string; readonly here: NoticeReceipt }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { language } = session;
  if (here.state === "confirmed") return <p class="quiet confirmed">{say("notice_confirmed", { name: here.by || say("notice_somebody"), time: clockText(here.at_ms, language) })}</p>;
  const wish = session.outbox.items.findLast((item) => item.action === CONFIRM && item.arguments["notice"] === id);
  const isWaiting = wish !== undefined && (wish.state === "waiting" || wish.state === "sending");
  return (
    <>
      {wish?.state === "refused" && <p class="problem" role="alert">{either(language, wish.reasonZh, wish.reasonEn)}</p>}
      <footer>
        {isAtLeast(session.mirror.role, DEALS_WITH_ALARMS)
          ? <button type="button" class="main" disabled={isWaiting} data-notice={id} onClick={() => void session.wish(CONFIRM, { notice: id })}>{say(isWaiting ? "acknowledging" : "notice_confirm")}</button>
          : <p class="quiet">{say("notice_open")}</p>}
      </footer>
    </>
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
        {report.photo !== "" && <HubPhoto name={report.photo} isSmall />}
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
