/** What this phone chose in votes: what waits in the outbox goes before what was kept. */

import type { Session } from "./session.ts";
import type { Ballot } from "../hub/wire.ts";

export const CAST = "vote.cast";
const KEY = "sanping.votes";
const MOST_KEPT = 20;

/** Votes for a choice: it waits for the hub if it must, and the last choice counts. */
export async function vote(session: Session, ballot: Ballot, choice: string): Promise<void> {
  const votes = Object.entries({ ...kept(), [ballot.id]: choice });
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(votes.slice(-MOST_KEPT))));
  await session.wish(CAST, { ballot: ballot.id, choice });
}

/** Returns what this phone chose, whether the hub has it, and why not. */
export function votedFor(session: Session, ballot: Ballot): { readonly choice: string | undefined; readonly isWaiting: boolean; readonly why?: string } {
  const items = session.outbox.items.filter((item) => item.action === CAST && item.arguments["ballot"] === ballot.id);
  const last = items.at(-1);
  const isWaiting = last?.state === "waiting" || last?.state === "sending";
  const why = last?.state === "refused" ? { why: (session.language === "en" ? last.reasonEn : last.reasonZh) ?? "" } : {};
  const good = items.findLast((item) => item.state !== "refused");
  const known = good === undefined ? undefined : String(good.arguments["choice"]);
  return { choice: known ?? (last === undefined ? kept()[ballot.id] : undefined), isWaiting, ...why };
}

/** Returns the vote that is open, else the one that was closed last. */
export function ballotOf(session: Session): Ballot | undefined {
  const ballots = [...session.mirror.ballots.values()].sort((one, other) => other.opened_ms - one.opened_ms);
  return ballots.find((one) => one.closed_ms === 0) ?? ballots[0];
}

function kept(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Readonly<Record<string, string>>;
  } catch {
    return {};
  }
}
