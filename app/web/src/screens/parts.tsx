/** Small things that all screens use: icons, chips, sheets. */

import type { ComponentChildren, JSX } from "preact";

import type { Label } from "../hub/mirror.ts";
import { wordsIn } from "../words.ts";
import { useSession } from "./using.ts";

const PATHS = {
  situation: "M3 20h18M5 20V10h4v10M9 20V4h6v16M15 20v-8h4v8",
  todo: "M4 6l2 2 3-3M4 14l2 2 3-3M12 7h8M12 15h8",
  report: "M12 5v14M5 12h14",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7",
  list: "M4 6h16M4 12h16M4 18h10",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  follow: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
  wall: "M3 5h18v11H3zM8 20h8M12 16v4",
  pointer: "M4 20L14 10M16 3v4M16 11v2M11 8h2M19 8h2M19.5 4.500l-1.500 1.500M13 5l-1-1",
  close: "M6 6l12 12M18 6L6 18",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z",
  pin: "M12 21c5-6 7-9 7-12a7 7 0 0 0-14 0c0 3 2 6 7 12zM12 7a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
  calm: "M5 13l4 4L19 7",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  back: "M15 5l-7 7 7 7",
  go: "M12 3l7 17-7-4-7 4z",
  onward: "M9 5l7 7-7 7",
  copy: "M9 9h10v11H9zM5 15V4h10",
  cases: "M5 4h14v16H5zM9 9h6M9 13h6M9 17h3",
  aim: "M12 3v6M12 15v6M3 12h6M15 12h6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Whatever was invented by a simulator says so. */
export function Simulated(): JSX.Element {
  const session = useSession();
  return <span class="chip simulated">{wordsIn(session.language)("simulated")}</span>;
}

/** How far something may go round (GB/T 22239 8.1.4.2 g); what is public says nothing, and has no badge. */
export function LabelBadge({ label }: { readonly label: Label }): JSX.Element | null {
  const say = wordsIn(useSession().language);
  if (label === "public") return null;
  const name = say(`label_${label}`);
  const whole = say("label_title", { label: name });
  return <span class={`chip label ${label}`} title={whole} aria-label={whole}><Icon name="lock" />{name}</span>;
}

/** Lets a person choose the label of what he writes; nothing where there is nothing to choose. */
export function LabelChoice({ labels, chosen, onChoose }: {
  readonly labels: readonly Label[];
  readonly chosen: Label;
  readonly onChoose: (label: Label) => void;
}): JSX.Element | null {
  const say = wordsIn(useSession().language);
  if (labels.length < 2) return null;
  return (
    <select class="label-choice" aria-label={say("label_whom")} value={chosen} onChange={(event) => onChoose(labels[event.currentTarget.selectedIndex] ?? chosen)}>
      {labels.map((label) => <option key={label} value={label}>{say("label_title", { label: say(`label_${label}`) })}</option>)}
    </select>
  );
}

export function Sheet({ title, onClose, children }: {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const say = useSession().words;
  return (
    <section class="sheet" role="dialog">
      <header>
        <h2>{title}</h2>
        <button type="button" class="round" aria-label={say("close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="sheet-body">{children}</div>
    </section>
  );
}

/** A row of choices of which one holds. */
export function Choice<T extends string>({ label, value, options, onPick }: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onPick: (value: T) => void;
}): JSX.Element {
  return (
    <div class="choice" role="radiogroup" aria-label={label}>
      {options.map(([option, title]) => (
        <button key={option} type="button" role="radio" aria-checked={option === value} onClick={() => onPick(option)}>
          {title}
        </button>
      ))}
    </div>
  );
}
