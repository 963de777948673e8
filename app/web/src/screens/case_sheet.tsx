/** One case: its clock, its place under the map, what is known of it, what may be done now, and what was done. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { geoLink, inOrder, placeOf, timeLeft } from "../city/cases.ts";
import { clockText } from "../format.ts";
import { CASE_STATES } from "../generated/tables.ts";
import type { Item } from "../hub/outbox.ts";
import type { CaseLine, CaseSheet as Sheet, PossibleStep, TrailRow } from "../hub/wire.ts";
import { argumentsOf, emptyDraft } from "../state/case_draft.ts";
import { STEP } from "../state/case_desk.ts";
import { hasWebGl } from "../state/map_keeper.ts";
import type { Session } from "../state/session.ts";
import { either } from "../words.ts";
import { Chips, colourOf, Distance, inColour, Photos, Ring, StateChip, titleOf, waitingText } from "./case_parts.tsx";
import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

/** Steps that need no form: one touch is enough. */
const AT_ONCE: readonly PossibleStep["step"][] = ["sign"];

export function CaseSheet({ id }: { readonly id: string }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { cases } = session;
  const [isTall, grow] = useState(false);
  const [line, sheet] = [cases.line(id), cases.sheet(id)];
  const problem = cases.problems.get(id);
  const isPlaced = line !== undefined && placeOf(line) !== undefined && hasWebGl();
  return (
    <section class={`sheet case-sheet ${isTall || !isPlaced ? "tall" : ""}`} role="dialog" data-case={id}>
      <header>
        <button type="button" class="grip" aria-label={say("see_on_map")} aria-expanded={isTall} onClick={() => grow(!isTall)}><i /></button>
        <h2>{line === undefined ? say("case_number") : titleOf(session, line)}<small>{id}</small></h2>
        <button type="button" class="round" aria-label={say("close")} onClick={() => session.openCase(undefined)}><Icon name="close" /></button>
      </header>
      <div class="sheet-body">
        {line !== undefined && <Standing line={line} />}
        {sheet !== undefined && sheet.case.description !== "" && <p class="description">{sheet.case.description}</p>}
        {cases.pending(id).map((item) => <Pending key={item.n} item={item} line={line} />)}
        {problem !== undefined && <p class="problem">{either(session.language, problem.zh, problem.en)}</p>}
        {line !== undefined && <Steps id={id} />}
        {line !== undefined && <Place line={line} />}
        {sheet === undefined && problem === undefined && <p class="quiet">{say(session.mirror.isLinked && !cases.problems.has(id) ? "case_loading" : "case_failed")}</p>}
        {sheet !== undefined && <Facts sheet={sheet} />}
        {sheet !== undefined && <Trail rows={sheet.trail} />}
      </div>
    </section>
  );
}

function Standing({ line }: { readonly line: CaseLine }): JSX.Element {
  const session = useSession();
  return (
    <div class="standing-row" ref={inColour(colourOf(session, line))}>
      <Ring line={line} />
      <div class="grow">
        <b class="left">{timeLeft(line, session.nowMs, session.words)}</b>
        <span class="chips"><StateChip line={line} /><Chips line={line} /></span>
      </div>
    </div>
  );
}

/** A step on its way, or one that the hub refused and that can be corrected or dropped. */
function Pending({ item, line }: { readonly item: Item; readonly line: CaseLine | undefined }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const step = item.arguments["step"] as PossibleStep["step"];
  const reason = either(session.language, item.reasonZh, item.reasonEn);
  const isConflict = item.isConflict === true && line !== undefined;
  return (
    <div class={`pending-box ${item.state}`} data-state={item.state}>
      <b>{waitingText(session, item)}</b>
      {item.state === "refused" && (
        <>
          <p class="problem" role="alert">{isConflict ? say("case_conflict", { state: CASE_STATES[line.state][session.language] }) : reason}</p>
          <div class="row">
            <button type="button" class="plain" onClick={() => void session.outbox.forget(item.n)}>{say("drop")}</button>
            <button type="button" class="plain grow" onClick={() => session.change({ form: { case: String(item.arguments["case"]), step, item: item.n } })}>{say("correct")}</button>
          </div>
        </>
      )}
    </div>
  );
}

function Steps({ id }: { readonly id: string }): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const { cases } = session;
  if (cases.governance === undefined) return null;
  const { forward, other, aside } = inOrder(cases.steps(id));
  const open = (step: PossibleStep) => {
    if (!AT_ONCE.includes(step.step)) return session.change({ form: { case: id, step: step.step } });
    void session.wish(STEP, argumentsOf(emptyDraft(id, step.step), [], cases.nextRev(id)));
    if (!session.mirror.isLinked) session.say(say("step_kept"));
  };
  const name = (step: PossibleStep) => either(session.language, step.title_zh, step.title_en);
  const isWaiting = cases.pending(id).some((item) => item.state !== "refused");
  if (forward.length + other.length + aside.length === 0)
    return <p class="quiet hint">{say(cases.governance.my_roles.length === 0 ? "only_view" : isWaiting ? "nothing_next_sent" : "nothing_next")}</p>;
  return (
    <div class="steps" role="group" aria-label={say("what_next")}>
      {forward.map((step) => <button key={step.step} type="button" class="main large" data-step={step.step} onClick={() => open(step)}><Icon name="calm" />{name(step)}</button>)}
      {other.map((step) => <button key={step.step} type="button" class="plain large" data-step={step.step} onClick={() => open(step)}>{name(step)}</button>)}
      {aside.map((step) => <button key={step.step} type="button" class="plain aside" data-step={step.step} onClick={() => open(step)}>{name(step)}</button>)}
    </div>
  );
}

/** Where it is: an app of the phone's own navigates there; nothing is fetched from anywhere. */
function Place({ line }: { readonly line: CaseLine }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [byHand, setByHand] = useState("");
  const place = placeOf(line);
  const degrees = place === undefined ? "" : `${place[1].toFixed(6)}, ${place[0].toFixed(6)}`;
  const text = [line.address, degrees].filter((part) => part !== "").join("  ");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      session.say(say("copied", { text }));
    } catch {
      setByHand(text); // over plain http no page may write there
    }
  };
  return (
    <div class="place-box">
      <p class="address"><Icon name="pin" /><span>{line.address || say("no_place")}{degrees !== "" && <small>{degrees}</small>}</span></p>
      <Distance line={line} />
      <div class="row">
        {place !== undefined && <a class="plain grow navigate" href={geoLink(place, line.address || titleOf(session, line))}><Icon name="go" />{say("navigate")}</a>}
        {text !== "" && <button type="button" class="plain grow" onClick={() => void copy()}><Icon name="copy" />{say("copy_place")}</button>}
      </div>
      {byHand !== "" && <p class="quiet">{say("copy_by_hand")}<input readOnly value={byHand} onFocus={(event) => event.currentTarget.select()} /></p>}
    </div>
  );
}

function Facts({ sheet }: { readonly sheet: Sheet }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { case: one, reporter } = sheet;
  const helps = one.helps.map((help) => `${departmentName(session, help.department)}${help.is_done ? " ✓" : ""}`).join(session.language === "zh" ? "、" : ", ");
  const rows = [
    [say("case_source"), sourceName(session, one.source)],
    [say("reported_at"), clockText(one.reported_ms, session.language)],
    [say("department"), one.department === "" ? "" : departmentName(session, one.department)],
    [say("helpers"), helps],
    [say("component"), one.component],
    [say("reporter"), [reporter.name, reporter.phone].filter((part) => part !== "").join(" ")],
  ].filter(([, value]) => value !== "");
  return (
    <>
      <Photos photos={one.photos} />
      <dl class="facts">{rows.map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}</dl>
    </>
  );
}

function Trail({ rows }: { readonly rows: readonly TrailRow[] }): JSX.Element {
  const session = useSession();
  return (
    <>
      <h3>{session.words("trail")}</h3>
      <ol class="trail">
        {[...rows].reverse().map((row) => (
          <li key={row.seq}>
            <p><b>{either(session.language, row.title_zh, row.title_en)}</b> <span>{row.by_name || row.by}</span><time>{clockText(row.at_ms, session.language)}</time></p>
            {row.note !== "" && <p class="said-then">{row.note}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

export function departmentName(session: Session, id: string): string {
  const known = session.cases.governance?.departments.find((one) => one.id === id);
  return known === undefined ? id : either(session.language, known.name_zh, known.name_en);
}

function sourceName(session: Session, key: string): string {
  const known = session.cases.governance?.sources.find((one) => one.key === key);
  return known === undefined ? key : either(session.language, known.title_zh, known.title_en);
}
