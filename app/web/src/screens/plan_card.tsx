/** 规划方案: which alternative all screens show, and the vote on the alternatives. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Ballot, Shown, ShownPlan } from "../hub/wire.ts";
import { ballotOf, vote, votedFor } from "../state/votes.ts";
import { LabelBadge, Sheet } from "./parts.tsx";
import { useSession } from "./using.ts";

const RESULT_FOR_MS = 12 * 3_600_000;

export function PlanCard(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const [isOpen, setOpen] = useState(false);
  const shown = session.mirror.value("scheme");
  const ballot = ballotOf(session);
  const isTold = ballot !== undefined && (ballot.closed_ms === 0 || session.nowMs - ballot.closed_ms < RESULT_FOR_MS);
  if (!shown && !isTold) return null;
  return (
    <>
      <div class="plan-card">
        {shown && <SchemeLine shown={shown} label={session.mirror.shown.get("scheme")?.label ?? "public"} />}
        {isTold && (
          <button type="button" class={ballot.closed_ms === 0 ? "main" : "plain"} onClick={() => setOpen(true)}>
            {say(ballot.closed_ms === 0 ? "vote_open" : "vote_result")}
            <b class="badge inline">{total(ballot)}</b>
            <LabelBadge label={ballot.label} />
          </button>
        )}
      </div>
      {isOpen && isTold && <VoteSheet ballot={ballot} onClose={() => setOpen(false)} />}
    </>
  );
}

function SchemeLine({ shown, label }: { readonly shown: ShownPlan; readonly label: Shown["label"] }): JSX.Element {
  const say = useSession().words;
  const isToday = shown.alternative === "" || shown.view === "before";
  const { figures } = shown;
  return (
    <p class="scheme-line">
      <small>{shown.title} <LabelBadge label={label} /></small>
      <b>{isToday ? say("plan_today") : shown.name}</b>
      <span>{say("plan_figures", { far: figures.far.toFixed(2), density: (figures.density * 100).toFixed(1), high: Math.round(figures.highest_m) })}</span>
      {figures.passes !== null && <em class={figures.passes ? "good" : "bad"}>{say(figures.passes ? "plan_passes" : "plan_fails")}</em>}
    </p>
  );
}

function VoteSheet({ ballot, onClose }: { readonly ballot: Ballot; readonly onClose: () => void }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const mine = votedFor(session, ballot);
  const isOpen = ballot.closed_ms === 0;
  const most = Math.max(1, ...ballot.counts);
  return (
    <Sheet title={ballot.title} onClose={onClose}>
      <p class="quiet"><LabelBadge label={ballot.label} /> {say(isOpen ? "vote_hint" : "vote_closed", { n: total(ballot) })}</p>
      {mine.why !== undefined && <p class="problem">{mine.why}</p>}
      {ballot.choices.map((choice, place) => {
        const isMine = mine.choice === choice.id;
        const count = ballot.counts[place] ?? 0;
        const percent = Math.round((100 * count) / Math.max(1, total(ballot)));
        const leads = !isOpen && count === most && count > 0;
        return (
          <article key={choice.id} class={`card choice-card ${isMine ? "mine" : ""}`} data-choice={choice.id}>
            {choice.picture !== "" && <img alt={choice.name} src={`data:image/jpeg;base64,${choice.picture}`} />}
            <h3>
              {choice.id === "" ? say("plan_today") : choice.name}
              {leads && <em class="leads">{say("vote_leads")}</em>}
              {choice.passes !== null && <em class={choice.passes ? "good" : "bad"}>{say(choice.passes ? "plan_passes" : "plan_fails")}</em>}
            </h3>
            <p class="quiet">{say("plan_figures", { far: choice.far.toFixed(2), density: (choice.density * 100).toFixed(1), high: Math.round(choice.highest_m) })} · <span class="whole">{say("plan_gfa", { gfa: (choice.gfa_m2 / 10_000).toFixed(2) })}</span></p>
            <div class="vote-bar" role="img" aria-label={say("vote_count", { n: count })} ref={(box) => { box?.style.setProperty("--share", `${(100 * count) / most}%`); }}>
              <b>{say("vote_count", { n: count })}</b>
              {count > 0 && <small>{percent}%</small>}
            </div>
            {isOpen && (
              <footer>
                <button type="button" class={isMine ? "plain on" : "main"} aria-pressed={isMine} onClick={() => void vote(session, ballot, choice.id)}>
                  {say(isMine ? (mine.isWaiting ? "vote_waits" : "vote_mine") : mine.choice === undefined ? "vote_for" : "vote_change")}
                </button>
              </footer>
            )}
          </article>
        );
      })}
    </Sheet>
  );
}

function total(ballot: Ballot): number {
  return ballot.counts.reduce((sum, count) => sum + count, 0);
}
