/** The page as a whole: what is linked above, the four tabs below, and between them the one that is open. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { needsHand } from "../city/stations.ts";
import type { Session, Tab } from "../state/session.ts";
import { either, type WordKey } from "../words.ts";
import { FILE, REPORT } from "../state/case_desk.ts";
import { DEALS_WITH_ALARMS, isAtLeast } from "../state/roles.ts";
import { CaseForm } from "./case_form.tsx";
import { Me } from "./me.tsx";
import { Icon, Simulated, type IconName } from "./parts.tsx";
import { Reporting } from "./reporting.tsx";
import { Situation } from "./situation.tsx";
import { Todo } from "./todo.tsx";
import { waitingTasks } from "./task_cards.tsx";
import { TheSession, useSession } from "./using.ts";

const TABS: readonly (readonly [Tab, WordKey, IconName])[] = [
  ["situation", "tab_situation", "situation"],
  ["todo", "tab_todo", "todo"],
  ["report", "tab_report", "report"],
  ["me", "tab_me", "me"],
];

export function App({ session, onLogOut }: { readonly session: Session; readonly onLogOut: () => void }): JSX.Element {
  return (
    <TheSession.Provider value={session}>
      <Frame onLogOut={onLogOut} />
    </TheSession.Provider>
  );
}

function Frame({ onLogOut }: { readonly onLogOut: () => void }): JSX.Element {
  const session = useSession();
  const { tab, look } = session;
  const isOnCase = session.caseId !== undefined;
  const { isLarge, language } = session.prefs.now;
  useEffect(() => dress(look, isLarge, language), [look, isLarge, language]);
  return (
    <div class={`frame on-${tab}`}>
      <Top />
      <main>
        <Situation isOpen={tab === "situation" || isOnCase} />
        {tab === "todo" && <Todo isOpen={!isOnCase} />}
        {tab === "report" && !isOnCase && <Reporting />}
        {tab === "me" && !isOnCase && <Me onLogOut={onLogOut} />}
        {session.form !== undefined && <CaseForm key={`${session.form.case} ${session.form.step} ${session.form.item ?? ""}`} form={session.form} />}
      </main>
      <Said />
      <Tabs />
    </div>
  );
}

/** What is said for a few seconds; a word of a case leads to it. */
function Said(): JSX.Element | null {
  const session = useSession();
  const { said, saidCase } = session;
  if (said === "") return null;
  if (saidCase === undefined) return <p class="said" role="status">{said}</p>;
  return (
    <div class="said of-case" role="status">
      <button type="button" onClick={() => session.openCase(saidCase)}><span>{said}</span><Icon name="onward" /></button>
    </div>
  );
}

function Top(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { state } = session.link;
  const relay = session.mirror.welcome?.relay ?? "";
  const title = session.twin === undefined ? say("app") : either(session.language, session.twin.title_zh, session.twin.title_en);
  const plain = title.replace(/[（(][^（()）]*[)）]\s*$/, "");
  return (
    <header class="top">
      <div class="top-row">
        <h1>{plain}</h1>
        {(session.mirror.welcome?.is_simulated ?? false) && <Simulated />}
        <span class={`chip link ${state}`}>
          <i />
          {state === "linked" ? `${Math.max(1, Math.round(session.link.rttMs))} ms` : say(state === "away" ? "connecting" : state)}
          {state === "linked" && relay !== "" && <b title={say("through_relay", { relay })}>{say("relayed")}</b>}
        </span>
      </div>
      {state === "away" && <p class="banner">{say("away")}</p>}
      {state === "refused" && <p class="banner bad">{say("refused")}</p>}
    </header>
  );
}

function Tabs(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const urgent = [...session.mirror.alarms.values()].filter(needsHand).length + session.mirror.waitingNotices(session.nowMs);
  const isWorker = session.cases.isGoverned && (session.cases.governance?.my_roles.length ?? 0) > 0;
  const alarms = !isWorker || isAtLeast(session.mirror.role, DEALS_WITH_ALARMS) ? urgent : 0;
  const badges: Partial<Record<Tab, number>> = { todo: alarms + (isWorker ? session.cases.lines.length + waitingTasks(session) : 0), report: waitingReports(session) };
  return (
    <nav class="tabs">
      {TABS.map(([tab, title, icon]) => (
        <button key={tab} type="button" aria-current={session.tab === tab ? "page" : undefined} onClick={() => {
          if (session.caseId !== undefined) session.openCase(undefined);
          session.change({ tab, isPicking: false, form: undefined });
        }}>
          <Icon name={icon} />
          <span>{say(title)}</span>
          {(badges[tab] ?? 0) > 0 && <b class="badge">{Math.min(99, badges[tab] ?? 0)}</b>}
        </button>
      ))}
    </nav>
  );
}

function waitingReports(session: Session): number {
  const { items } = session.outbox;
  return items.filter((item) => (item.action === FILE || item.action === REPORT) && (item.state === "waiting" || item.state === "sending")).length;
}

function dress(look: string, isLarge: boolean, language: string): void {
  const root = document.documentElement;
  root.dataset["look"] = look;
  root.dataset["size"] = isLarge ? "large" : "usual";
  root.lang = language === "zh" ? "zh-CN" : "en";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", look === "night" ? "#050d1c" : "#f3f6fa");
}
