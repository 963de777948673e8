/** What list, card and sheet of a case have in common: the ring of its clock, its chips, its photos. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CASE_COLOURS, colourAt, distanceText, leftAt, metresBetween, placeOf, timeLeft } from "../city/cases.ts";
import { CASE_STATES, CASE_STEPS } from "../generated/tables.ts";
import type { Item } from "../hub/outbox.ts";
import type { CaseLine, Photo as PhotoRef } from "../hub/wire.ts";
import type { Session } from "../state/session.ts";
import { either, type WordKey } from "../words.ts";
import { Icon, LabelBadge, Simulated } from "./parts.tsx";
import { useSession } from "./using.ts";

const ROUND = 2 * Math.PI * 20;

export function titleOf(session: Session, line: CaseLine): string {
  return either(session.language, line.title_zh, line.title_en) || line.case_class;
}

/** Returns a setter of the colour by which a box is drawn. */
export function inColour(colour: string): (box: HTMLElement | null) => void {
  return (box) => box?.style.setProperty("--colour", colour);
}

export function colourOf(session: Session, line: CaseLine): string {
  return CASE_COLOURS[colourAt(line, session.nowMs)];
}

/** The clock of a case: what is left of it as an arc that shrinks, a full ring with a mark when it is over. */
export function Ring({ line }: { readonly line: CaseLine }): JSX.Element {
  const session = useSession();
  const left = leftAt(line, session.nowMs);
  const colour = colourOf(session, line);
  const arc = (left === 0 ? 1 : (left ?? 0)) * ROUND;
  return (
    <svg class="ring" viewBox="0 0 48 48" role="img" aria-label={timeLeft(line, session.nowMs, session.words)}>
      <circle cx="24" cy="24" r="20" class="track" />
      {left !== undefined && <circle cx="24" cy="24" r="20" stroke={colour} stroke-dasharray={`${arc} ${ROUND}`} transform="rotate(-90 24 24)" class="arc" />}
      {left === 0 ? <path d="M24 14v12M24 33v.2" stroke={colour} class="bang" /> : left === undefined ? <path d="M19 17v14M29 17v14" class="still" /> : <path d="M24 14v10l6 5" stroke={colour} class="hands" />}
    </svg>
  );
}

export function StateChip({ line }: { readonly line: CaseLine }): JSX.Element {
  return <span class="chip state">{CASE_STATES[line.state][useSession().language]}</span>;
}

/** What else is to be known at once: how urgent it is, how often it came back, and whether it was invented. */
export function Chips({ line }: { readonly line: CaseLine }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const isLate = leftAt(line, session.nowMs) === 0;
  return (
    <span class="chips">
      {line.urgency !== "normal" && <span class={`chip urgency ${line.urgency}`}>{say(line.urgency === "extreme" ? "urgency_extreme" : "urgency_urgent")}</span>}
      {line.reworks > 0 && <span class={isLate ? "chip urgency" : "chip"}>{say("reworked", { n: line.reworks })}</span>}
      <LabelBadge label={line.label} />
      {line.is_simulated && <Simulated />}
    </span>
  );
}

/** How far away a case is, once this phone said where it is. */
export function Distance({ line }: { readonly line: CaseLine }): JSX.Element | null {
  const session = useSession();
  const place = placeOf(line);
  if (session.here === undefined || place === undefined) return null;
  return <span class="distance"><Icon name="aim" />{distanceText(metresBetween(session.here, place), session.words)}</span>;
}

export function stepTitle(session: Session, step: unknown): string {
  const known = CASE_STEPS[String(step)];
  return known === undefined ? String(step) : either(session.language, known.zh, known.en);
}

/** What became of a step on its way to the hub, in one line. */
export function waitingText(session: Session, item: Item): string {
  const step = stepTitle(session, item.arguments["step"]);
  return session.words(item.state === "refused" ? "is_refused" : item.state === "sending" ? "is_going" : "waits_to_go", { step });
}

const MOMENTS: Readonly<Record<PhotoRef["moment"], WordKey>> = { scene: "photo_scene", before: "photo_before", after: "photo_after" };

/** Photos beside each other, as it was and as it is; one that is touched fills the screen. */
export function Photos({ photos }: { readonly photos: readonly PhotoRef[] }): JSX.Element | null {
  const say = useSession().words;
  const [large, enlarge] = useState<string>();
  if (photos.length === 0) return null;
  return (
    <>
      <div class="photos">
        {photos.map((one, place) => (
          <figure key={`${one.id} ${place}`} class={one.moment}>
            <HubPhoto name={one.id} onTouch={() => enlarge(one.id)} />
            <figcaption>{say(MOMENTS[one.moment])}</figcaption>
          </figure>
        ))}
      </div>
      {large !== undefined && (
        <button type="button" class="lightbox" aria-label={say("close")} onClick={() => enlarge(undefined)}>
          <HubPhoto name={large} />
        </button>
      )}
    </>
  );
}

/** A photo that the hub keeps; words in its place as long as it cannot be had. */
export function HubPhoto({ name, onTouch, isSmall = false }: { readonly name: string; readonly onTouch?: () => void; readonly isSmall?: boolean }): JSX.Element | null {
  const session = useSession();
  const [address, setAddress] = useState<string>();
  const [isMissing, setMissing] = useState(false);
  const { isLinked } = session.mirror;
  useEffect(() => {
    let made: string | undefined;
    let isOver = false;
    setMissing(false);
    session.photo(name).then((body) => {
      if (isOver) return;
      made = URL.createObjectURL(body);
      setAddress(made);
    }).catch(() => {
      if (!isOver) setMissing(true); // the words are there without it
    });
    return () => {
      isOver = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [name, isLinked]);
  if (address === undefined) return isSmall ? null : <span class="no-photo">{session.words(!isMissing ? "loading" : isLinked ? "photo_gone" : "photo_missing")}</span>;
  return <img class={isSmall ? "thumb" : "photo"} src={address} alt="" onClick={onTouch} />;
}

/** Returns an address under which a blob can be shown. */
export function useAddress(body: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (body === undefined) return setAddress(undefined);
    const made = URL.createObjectURL(body);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [body]);
  return address;
}
