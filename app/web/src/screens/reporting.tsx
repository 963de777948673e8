/** 上报: what somebody saw, where, with a photo; kept on the phone until the hub has it. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { ageText } from "../format.ts";
import { CATEGORIES, LONGEST_WORDS, ROLES } from "../generated/tables.ts";
import { uuid } from "../hub/ids.ts";
import type { Item, ItemState } from "../hub/outbox.ts";
import type { ReportCategory } from "../hub/wire.ts";
import { smaller } from "../photo.ts";
import { FILES_REPORTS, isAtLeast } from "../state/roles.ts";
import { either, type WordKey } from "../words.ts";
import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

const STATES: Readonly<Record<ItemState, WordKey>> = {
  waiting: "state_waiting", sending: "state_sending", sent: "state_sent", refused: "state_refused",
};
const KINDS = Object.keys(CATEGORIES) as ReportCategory[];

/** What is written stays while another tab is open. */
const draft: { category: ReportCategory; words: string; photo: Blob | undefined } = { category: "floating", words: "", photo: undefined };

export function Reporting(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [problem, complain] = useState<WordKey>();
  const [, draw] = useState(0);
  const write = (part: Partial<typeof draft>) => {
    Object.assign(draft, part);
    complain(undefined);
    draw((count) => count + 1);
  };
  const submit = async () => {
    if (draft.words.trim() === "" && draft.photo === undefined) return complain("needs_words");
    const place = session.picked === undefined ? {} : { lon: session.picked[0], lat: session.picked[1] };
    const { category, words, photo } = draft;
    write({ words: "", photo: undefined });
    session.change({ picked: undefined });
    await session.wish("report.file", { time_ms: Math.round(session.nowMs), category, words: words.trim(), ...place }, photo === undefined ? {} : { photo });
  };
  return (
    <div class="page">
      <h2>{say("report_title")}</h2>
      <section class="form">
        <label>{say("category")}</label>
        <div class="tiles" role="radiogroup" aria-label={say("category")}>
          {KINDS.map((kind) => (
            <button key={kind} type="button" role="radio" aria-checked={draft.category === kind} onClick={() => write({ category: kind })}>
              {CATEGORIES[kind][session.language]}
            </button>
          ))}
        </div>
        <label for="words">{say("words")}</label>
        <textarea id="words" rows={3} maxLength={LONGEST_WORDS} value={draft.words} placeholder={say("words_hint")} onInput={(event) => write({ words: event.currentTarget.value })} />
        <Place onProblem={complain} />
        <PhotoField photo={draft.photo} onTake={(photo) => write({ photo })} onProblem={complain} />
        {problem !== undefined && <p class="problem" role="alert">{say(problem)}</p>}
        {!isAtLeast(session.mirror.role, FILES_REPORTS) && <p class="problem">{say("role_needed", { role: ROLES[FILES_REPORTS][session.language] })}</p>}
        {!session.prefs.isKept && <p class="problem">{say("storage_off")}</p>}
        <button type="button" class="main wide" onClick={() => void submit()}>
          {say(session.mirror.isLinked ? "submit" : "submit_offline")}
        </button>
      </section>
      <Sent />
    </div>
  );
}

function Place({ onProblem }: { readonly onProblem: (key: WordKey) => void }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { picked } = session;
  const locate = () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => session.change({ picked: [coords.longitude, coords.latitude] }),
      () => onProblem("place_failed"),
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  };
  return (
    <>
      <label>{say("place")}</label>
      <div class="row wrap">
        <span class={picked === undefined ? "line quiet" : "line"}>{picked === undefined ? say("place_none") : `${picked[0].toFixed(5)}, ${picked[1].toFixed(5)}`}</span>
        {isSecureContext && "geolocation" in navigator && <button type="button" class="plain" onClick={locate}><Icon name="aim" />{say("place_from_phone")}</button>}
        <button type="button" class="plain" onClick={() => session.change({ tab: "situation", isPicking: true, station: undefined, object: undefined })}>
          <Icon name="pin" />
          {say("place_from_map")}
        </button>
      </div>
    </>
  );
}

function PhotoField({ photo, onTake, onProblem }: {
  readonly photo: Blob | undefined;
  readonly onTake: (photo: Blob | undefined) => void;
  readonly onProblem: (key: WordKey) => void;
}): JSX.Element {
  const say = useSession().words;
  const address = useAddress(photo);
  const take = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    try {
      onTake(await smaller(file));
    } catch {
      onProblem("photo_failed");
    }
    input.value = "";
  };
  return (
    <>
      <label for="photo">{say("photo")}</label>
      <div class="row">
        {address !== undefined && <img class="thumb" src={address} alt="" />}
        <label class="plain button" for="photo"><Icon name="camera" />{say("photo_take")}</label>
        <input id="photo" type="file" accept="image/*" capture="environment" onChange={(event) => void take(event.currentTarget)} />
        {photo !== undefined && <button type="button" class="plain" onClick={() => onTake(undefined)}>{say("photo_remove")}</button>}
      </div>
    </>
  );
}

/** Everything this phone filed, with what became of it. */
function Sent(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const items = session.outbox.items.filter((item) => item.action === "report.file").reverse();
  return (
    <>
      <h2>{say("outbox")}</h2>
      {items.length === 0 && <p class="quiet">{say("outbox_empty")}</p>}
      <ul class="rows outbox">{items.map((item) => <Kept key={item.n} item={item} />)}</ul>
    </>
  );
}

function Kept({ item }: { readonly item: Item }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const category = item.arguments["category"] as ReportCategory;
  return (
    <li class={item.state} data-state={item.state}>
      <div class="row">
        <span class="grow">
          <b>{CATEGORIES[category]?.[session.language] ?? ""}</b> {String(item.arguments["words"] ?? "")}
          <small>{ageText(item.madeMs, Date.now(), say)}</small>
        </span>
        <span class="chip">{say(STATES[item.state])}</span>
      </div>
      {item.state === "refused" && (
        <>
          <p class="problem">{either(session.language, item.reasonZh, item.reasonEn)}</p>
          <div class="row">
            <button type="button" class="plain" onClick={() => void session.outbox.forget(item.n)}>{say("remove")}</button>
            <button type="button" class="plain" onClick={() => void session.outbox.retry(item.n, uuid())}>{say("retry")}</button>
          </div>
        </>
      )}
    </li>
  );
}

function useAddress(body: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (body === undefined) return setAddress(undefined);
    const made = URL.createObjectURL(body);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [body]);
  return address;
}
