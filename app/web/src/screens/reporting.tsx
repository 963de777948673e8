/** 上报: what somebody saw, where, with a photo; kept on the phone until the hub has it. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { ageText } from "../format.ts";
import type { ClassRow } from "../generated/messages.ts";
import { CASE_STATES, CATEGORIES, LONGEST_WORDS, ROLES } from "../generated/tables.ts";
import { uuid } from "../hub/ids.ts";
import type { Item, ItemState } from "../hub/outbox.ts";
import type { ReportCategory } from "../hub/wire.ts";
import { PhotoError, smaller } from "../photo.ts";
import { FILE, REPORT } from "../state/case_desk.ts";
import { FILES_REPORTS, isAtLeast } from "../state/roles.ts";
import { either, type WordKey } from "../words.ts";
import { ClassField } from "./case_class.tsx";
import { useAddress } from "./case_parts.tsx";
import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

const STATES: Readonly<Record<ItemState, WordKey>> = {
  waiting: "state_waiting", sending: "state_sending", sent: "state_sent", refused: "state_refused",
};
const KINDS = Object.keys(CATEGORIES) as ReportCategory[];

/** What is written stays while another tab is open. */
const draft: { category: ReportCategory; kind: ClassRow | undefined; component: string; words: string; photo: Blob | undefined } = {
  category: "floating", kind: undefined, component: "", words: "", photo: undefined,
};
const COMPONENT = /^\d{16}$/;

export function Reporting(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [problem, setProblem] = useState("");
  const complain = (key: WordKey | undefined, values: Readonly<Record<string, string | number>> = {}) => setProblem(key === undefined ? "" : say(key, values));
  const [, draw] = useState(0);
  const write = (part: Partial<typeof draft>) => {
    Object.assign(draft, part);
    complain(undefined);
    draw((count) => count + 1);
  };
  const submit = async () => {
    if (draft.words.trim() === "" && draft.photo === undefined) return complain("needs_words");
    const place = session.picked === undefined ? {} : { lon: session.picked[0], lat: session.picked[1] };
    const { category, kind, words, photo } = draft;
    const component = draft.component.replace(/\s/g, "");
    if (kind !== undefined && session.picked === undefined) return complain("needs_place");
    if (kind !== undefined && component !== "" && !COMPONENT.test(component)) return complain("component_wrong");
    write({ words: "", photo: undefined, kind: undefined, component: "" });
    session.change({ picked: undefined });
    if (kind === undefined)
      return session.wish(FILE, { time_ms: Math.round(session.nowMs), category, words: words.trim(), ...place }, photo === undefined ? {} : { photo });
    const picture = photo && { moment: "scene" as const, takenMs: Math.round(session.nowMs), bytes: photo.size, body: photo };
    const about = { kind: kind.kind, case_class: kind.code, description: words.trim(), ...place, ...(component === "" ? {} : { component }) };
    return session.wish(REPORT, about, picture === undefined ? {} : { pictures: [picture] });
  };
  return (
    <div class="page">
      <h2>{say("report_title")}</h2>
      <section class="form">
        <label>{say("category")}</label>
        {draft.kind === undefined && (
          <div class="tiles" role="radiogroup" aria-label={say("category")}>
            {KINDS.map((kind) => (
              <button key={kind} type="button" role="radio" aria-checked={draft.category === kind} onClick={() => write({ category: kind })}>
                {CATEGORIES[kind][session.language]}
              </button>
            ))}
          </div>
        )}
        <ClassField picked={draft.kind} onPick={(kind) => write({ kind })} />
        {draft.kind?.kind === "component" && (
          <>
            <label for="component">{say("component")}</label>
            <input id="component" value={draft.component} inputMode="numeric" autocomplete="off" placeholder={say("component_hint")} onInput={(event) => write({ component: event.currentTarget.value })} />
          </>
        )}
        <label for="words">{say("words")}</label>
        <textarea id="words" rows={3} maxLength={LONGEST_WORDS} value={draft.words} placeholder={say("words_hint")} onInput={(event) => write({ words: event.currentTarget.value })} />
        <Place onProblem={complain} />
        <PhotoField photo={draft.photo} onTake={(photo) => write({ photo })} onProblem={complain} />
        {problem !== "" && <p class="problem" role="alert">{problem}</p>}
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
  readonly onProblem: (key: WordKey, values?: Readonly<Record<string, string | number>>) => void;
}): JSX.Element {
  const say = useSession().words;
  const address = useAddress(photo);
  const take = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    try {
      onTake(await smaller(file));
    } catch (error) {
      if (error instanceof PhotoError) onProblem(error.key, error.values);
      else onProblem("photo_failed");
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
  const items = session.outbox.items.filter((item) => item.action === FILE || item.action === REPORT).reverse();
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
  const kind = session.cases.governance?.classes.find((row) => row.code === item.arguments["case_class"] && row.kind === item.arguments["kind"]);
  const title = kind === undefined ? (CATEGORIES[category]?.[session.language] ?? "") : either(session.language, kind.name_zh, kind.name_en);
  const line = item.madeCase === undefined ? undefined : session.cases.line(item.madeCase);
  return (
    <li class={item.state} data-state={item.state}>
      <div class="row">
        <span class="grow">
          <b>{title}</b> {String(item.arguments["words"] ?? item.arguments["description"] ?? "")}
          <small>{ageText(item.madeMs, Date.now(), say)}</small>
        </span>
        <span class="chip">{say(STATES[item.state])}</span>
      </div>
      {item.madeCase !== undefined && (
        <button type="button" class="became" onClick={() => session.openCase(item.madeCase)}>
          <Icon name="cases" />
          <span class="grow">{say("became_case", { case: item.madeCase })}</span>
          {line !== undefined && <b>{CASE_STATES[line.state][session.language]}</b>}
          <Icon name="onward" />
        </button>
      )}
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
