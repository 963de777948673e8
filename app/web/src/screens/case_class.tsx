/** Which class of the standard a report is: sought by its name, beside the short categories. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { ClassRow } from "../generated/messages.ts";
import { either } from "../words.ts";
import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

const MOST_ROWS = 30;
const WIDE_CODE = 2;

/** Returns the classes that a word finds by name or code, the narrow ones before the wide. */
export function classesFound(classes: readonly ClassRow[], sought: string): readonly ClassRow[] {
  const word = sought.trim().toLowerCase();
  const parents = new Set(classes.filter((row) => row.code.length > WIDE_CODE).map((row) => `${row.kind} ${row.code.slice(0, WIDE_CODE)}`));
  return classes
    .filter((row) => row.code.length > WIDE_CODE || !parents.has(`${row.kind} ${row.code}`))
    .filter((row) => word === "" || row.name_zh.toLowerCase().includes(word) || row.name_en.toLowerCase().includes(word) || row.code.startsWith(word))
    .slice(0, MOST_ROWS);
}

export function ClassField({ picked, onPick }: { readonly picked: ClassRow | undefined; readonly onPick: (row: ClassRow | undefined) => void }): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const [isOpen, open] = useState(false);
  const [sought, seek] = useState("");
  const classes = session.cases.governance?.classes ?? [];
  if (classes.length === 0) return null;
  if (picked !== undefined)
    return (
      <div class="class-picked">
        <span class="grow"><small>{picked.code}</small><b>{either(session.language, picked.name_zh, picked.name_en)}</b></span>
        <button type="button" class="plain" onClick={() => onPick(undefined)}>{say("class_clear")}</button>
      </div>
    );
  if (!isOpen) return <button type="button" class="plain" onClick={() => open(true)}><Icon name="list" />{say("class_more")}</button>;
  const rows = classesFound(classes, sought);
  return (
    <div class="class-field">
      <input class="search" type="search" value={sought} placeholder={say("class_search")} onInput={(event) => seek(event.currentTarget.value)} />
      <div class="tiles classes">
        {rows.map((row) => (
          <button key={`${row.kind} ${row.code}`} type="button" data-class={`${row.kind} ${row.code}`} onClick={() => {
            onPick(row);
            open(false);
            seek("");
          }}>
            {either(session.language, row.name_zh, row.name_en)}
          </button>
        ))}
      </div>
      {rows.length === 0 && <p class="quiet">{say("class_none")}</p>}
    </div>
  );
}
