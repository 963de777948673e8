/** What a caller said on being called back: whether somebody answered, and the three questions of 12345. */

import type { JSX } from "preact";

import type { CallBackDraft, CaseDraft } from "../state/case_draft.ts";
import type { WordKey } from "../words.ts";
import { useSession } from "./using.ts";

const NOTHING: CallBackDraft = { isReached: true, isAnswered: undefined, isSolved: undefined, score: 0 };
const SATISFIED: readonly (readonly [number, WordKey])[] = [
  [5, "satisfied_5"], [4, "satisfied_4"], [3, "satisfied_3"], [2, "satisfied_2"], [1, "satisfied_1"],
];
const YES_NO = [true, false] as const;

interface Field {
  readonly draft: CaseDraft;
  readonly write: (part: Partial<CaseDraft>) => void;
}

export function CallBackField({ draft, write }: Field): JSX.Element {
  const say = useSession().words;
  const call = draft.callBack;
  const change = (part: Partial<CallBackDraft>) => write({ callBack: { ...(call ?? NOTHING), ...part } });
  return (
    <>
      <Answers label="call_reached" options={[[true, "call_reached_yes"], [false, "call_reached_no"]]} value={call?.isReached} pick={(isReached) => (isReached ? change({ isReached }) : write({ callBack: { ...NOTHING, isReached } }))} />
      {call?.isReached === true && (
        <>
          <Answers label="call_answered" options={YES_NO.map((one) => [one, one ? "call_answered_yes" : "call_answered_no"])} value={call.isAnswered} pick={(isAnswered) => change({ isAnswered })} />
          <Answers label="call_solved" options={YES_NO.map((one) => [one, one ? "call_solved_yes" : "call_solved_no"])} value={call.isSolved} pick={(isSolved) => change({ isSolved })} />
          <Answers label="call_satisfied" options={SATISFIED} value={call.score} pick={(score) => change({ score })} />
        </>
      )}
      {call?.isReached === false && <p class="quiet">{say("call_again")}</p>}
    </>
  );
}

interface Asked<T> {
  readonly label: WordKey;
  readonly options: readonly (readonly [T, WordKey])[];
  readonly value: T | undefined;
  readonly pick: (value: T) => void;
}

function Answers<T extends boolean | number>({ label, options, value, pick }: Asked<T>): JSX.Element {
  const say = useSession().words;
  return (
    <>
      <label>{say(label)}</label>
      <div class="amounts" role="radiogroup" aria-label={say(label)}>
        {options.map(([one, key]) => <button key={key} type="button" role="radio" aria-checked={one === value} onClick={() => pick(one)}>{say(key)}</button>)}
      </div>
    </>
  );
}
