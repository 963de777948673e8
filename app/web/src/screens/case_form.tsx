/** The form of one step of a case: large, with what the step needs and nothing else. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { CASE_STEPS, LONGEST_NOTE } from "../generated/tables.ts";
import type { PhotoMoment } from "../hub/wire.ts";
import { argumentsOf, draftOf, emptyDraft, isDraft, lacking, momentsOf, phrasesOf, unitOf, withPhrase, type CaseDraft } from "../state/case_draft.ts";
import { STEP } from "../state/case_desk.ts";
import type { Form } from "../state/session.ts";
import { either, type WordKey } from "../words.ts";
import { stepTitle, titleOf } from "./case_parts.tsx";
import { CallBackField } from "./call_back_field.tsx";
import { Icon } from "./parts.tsx";
import { PhotoField } from "./photo_field.tsx";
import { useSession } from "./using.ts";

const LABELS: Readonly<Record<PhotoMoment, WordKey>> = { scene: "photo_scene", before: "photo_before", after: "photo_after" };
const AMOUNTS = [1, 2, 3, 5];
const SCORES = [1, 2, 3, 4, 5];

type Change = (part: Partial<CaseDraft>) => void;

export function CaseForm({ form }: { readonly form: Form }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { cases } = session;
  const line = cases.line(form.case);
  const known = cases.steps(form.case).find((one) => one.step === form.step);
  const needs = known?.needs ?? CASE_STEPS[form.step]?.needs ?? [];
  const refused = session.outbox.items.find((item) => item.n === form.item && item.state === "refused");
  const [draft, setDraft] = useState<CaseDraft>(() => (refused === undefined ? emptyDraft(form.case, form.step) : draftOf(refused)));
  const [problem, complain] = useState("");
  const isSending = useRef(false);
  const write: Change = (part) => {
    setDraft((before) => ({ ...before, ...part }));
    complain("");
  };
  useEffect(() => {
    if (refused === undefined) void cases.draft().then((kept) => {
      if (isDraft(kept, form.case, form.step)) setDraft(kept);
    });
  }, []);
  useEffect(() => {
    if (draft.note !== "" || draft.pictures.length > 0) cases.keepDraft(draft); // taking a photo may end the page
  }, [draft]);
  const send = async () => {
    const lacks = lacking(draft, needs);
    if (lacks !== undefined) return complain(say(lacks));
    if (isSending.current) return;
    isSending.current = true;
    const words = argumentsOf(draft, needs, cases.nextRev(form.case));
    await session.wish(STEP, words, draft.pictures.length === 0 ? {} : { pictures: draft.pictures });
    if (refused !== undefined) await session.outbox.forget(refused.n);
    cases.keepDraft(undefined);
    if (!session.mirror.isLinked) session.say(say("step_kept"));
    session.change({ form: undefined });
  };
  const title = known === undefined ? stepTitle(session, form.step) : either(session.language, known.title_zh, known.title_en);
  const isNoteNeeded = needs.includes("note");
  return (
    <section class="form-page" role="dialog" aria-label={title}>
      <header>
        <button type="button" class="round" aria-label={say("close")} onClick={() => session.change({ form: undefined })}><Icon name="back" /></button>
        <h2>{title}<small>{line === undefined ? form.case : titleOf(session, line)}</small></h2>
      </header>
      <div class="form-body">
        {refused !== undefined && <p class="problem">{either(session.language, refused.reasonZh, refused.reasonEn)}</p>}
        {needs.includes("department") && <DepartmentField draft={draft} write={write} />}
        {needs.includes("other_case") && <OtherField draft={draft} write={write} />}
        {needs.includes("amount") && <AmountField draft={draft} write={write} />}
        {needs.includes("score") && <ScoreField draft={draft} write={write} />}
        {needs.includes("call_back") && <CallBackField draft={draft} write={write} />}
        {momentsOf(form.step, needs).map((moment) => (
          <PhotoField key={moment} moment={moment} label={say(LABELS[moment])} pictures={draft.pictures} onProblem={complain}
            onChange={(change) => setDraft((before) => ({ ...before, pictures: change(before.pictures) }))} />
        ))}
        <label for="note">{say(isNoteNeeded ? "note" : "note_optional")}</label>
        <Phrases draft={draft} write={write} />
        <textarea id="note" rows={3} maxLength={LONGEST_NOTE} value={draft.note} placeholder={say("note_hint")} onInput={(event) => write({ note: event.currentTarget.value })} />
      </div>
      <footer>
        {problem !== "" && <p class="problem" role="alert">{problem}</p>}
        <button type="button" class="main wide large" onClick={() => void send()}>
          {session.mirror.isLinked ? say("send_step", { step: title }) : say("keep_step")}
        </button>
      </footer>
    </section>
  );
}

function Phrases({ draft, write }: { readonly draft: CaseDraft; readonly write: Change }): JSX.Element | null {
  const say = useSession().words;
  const phrases = phrasesOf(draft.step);
  if (phrases.length === 0) return null;
  return (
    <div class="phrases">
      {phrases.map((key) => (
        <button key={key} type="button" aria-pressed={draft.note.includes(say(key))} onClick={() => write({ note: withPhrase(draft.note, say(key)) })}>{say(key)}</button>
      ))}
    </div>
  );
}

function DepartmentField({ draft, write }: { readonly draft: CaseDraft; readonly write: Change }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const proposals = session.cases.sheet(draft.case)?.proposals ?? [];
  const departments = session.cases.governance?.departments ?? [];
  return (
    <>
      <label for="department">{say("department")}</label>
      <div class="proposals" role="radiogroup" aria-label={say("department")}>
        {proposals.slice(0, 3).map((one) => (
          <button key={one.department} type="button" role="radio" aria-checked={draft.department === one.department} onClick={() => write({ department: one.department })}>
            <b>{either(session.language, one.name_zh, one.name_en)}</b>
            <small>{(session.language === "zh" ? one.why_zh : one.why_en).join(session.language === "zh" ? "，" : ", ")}</small>
          </button>
        ))}
      </div>
      <select id="department" value={draft.department} onChange={(event) => write({ department: event.currentTarget.value })}>
        <option value="">—</option>
        {departments.map((one) => <option key={one.id} value={one.id}>{either(session.language, one.name_zh, one.name_en)}</option>)}
      </select>
    </>
  );
}

function OtherField({ draft, write }: { readonly draft: CaseDraft; readonly write: Change }): JSX.Element {
  const session = useSession();
  const alike = session.cases.sheet(draft.case)?.alike ?? [];
  return (
    <>
      <label>{session.words("merge_into")}</label>
      {alike.length === 0 && <p class="quiet">{session.words("alike_none")}</p>}
      <div class="proposals" role="radiogroup" aria-label={session.words("merge_into")}>
        {alike.map(({ line, metres }) => (
          <button key={line.id} type="button" role="radio" aria-checked={draft.otherCase === line.id} onClick={() => write({ otherCase: line.id })}>
            <b>{titleOf(session, line)} · {Math.round(metres)} m</b>
            <small>{line.id} {line.address}</small>
          </button>
        ))}
      </div>
    </>
  );
}

function AmountField({ draft, write }: { readonly draft: CaseDraft; readonly write: Change }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const unit = say(unitOf(session.cases.sheet(draft.case)));
  return (
    <>
      <label>{say("amount")}</label>
      <div class="amounts" role="radiogroup" aria-label={say("amount")}>
        {AMOUNTS.map((amount) => (
          <button key={amount} type="button" role="radio" aria-checked={draft.amount === amount} onClick={() => write({ amount })}><b>{amount}</b> {unit}</button>
        ))}
      </div>
    </>
  );
}

function ScoreField({ draft, write }: { readonly draft: CaseDraft; readonly write: Change }): JSX.Element {
  const say = useSession().words;
  return (
    <>
      <label>{say("score")}</label>
      <div class="amounts" role="radiogroup" aria-label={say("score")}>
        {SCORES.map((score) => <button key={score} type="button" role="radio" aria-checked={draft.score === score} onClick={() => write({ score })}><b>{score}</b></button>)}
      </div>
      <label class="switch">
        <span class="grow">{say("solved")}</span>
        <input type="checkbox" role="switch" checked={draft.isSolved} onChange={(event) => write({ isSolved: event.currentTarget.checked })} />
      </label>
    </>
  );
}
