/** Photos of a step: taken with the camera or chosen, made small on the phone, shown as they will be sent. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { MOST_PHOTOS } from "../generated/tables.ts";
import type { Picture } from "../hub/outbox.ts";
import type { PhotoMoment } from "../hub/wire.ts";
import { PhotoError, smaller } from "../photo.ts";
import { HubPhoto, useAddress } from "./case_parts.tsx";
import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

export function PhotoField({ moment, label, pictures, onChange, onProblem }: {
  readonly moment: PhotoMoment;
  readonly label: string;
  readonly pictures: readonly Picture[];
  readonly onChange: (change: (pictures: readonly Picture[]) => readonly Picture[]) => void;
  readonly onProblem: (words: string) => void;
}): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [busy, setBusy] = useState(0);
  const take = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    input.value = "";
    for (const file of files) {
      setBusy((count) => count + 1);
      try {
        const body = await smaller(file);
        const picture: Picture = { moment, takenMs: Math.round(session.nowMs), bytes: body.size, body };
        onChange((known) => {
          if (known.length < MOST_PHOTOS) return [...known, picture];
          onProblem(say("photos_most", { n: MOST_PHOTOS }));
          return known;
        });
      } catch (error) {
        onProblem(error instanceof PhotoError ? say(error.key, error.values) : say("photo_failed"));
      }
      setBusy((count) => count - 1);
    }
  };
  const id = `photo-${moment}`;
  return (
    <div class={`photo-field ${moment}`}>
      <label for={id}>{label}</label>
      <div class="photos">
        {pictures.filter((one) => one.moment === moment).map((one) => (
          <figure key={one.takenMs + one.bytes}>
            <Thumb picture={one} />
            <button type="button" class="remove" aria-label={say("photo_remove")} onClick={() => onChange((known) => known.filter((other) => other !== one))}><Icon name="close" /></button>
          </figure>
        ))}
        <label class="take" for={id}><Icon name="camera" />{say(busy > 0 ? "photo_preparing" : "take_photo")}</label>
        <input id={id} type="file" accept="image/*" capture="environment" onChange={(event) => void take(event.currentTarget)} />
        <label class="take beside" for={`${id}-file`}><Icon name="list" />{say("photo_choose")}</label>
        <input id={`${id}-file`} type="file" accept="image/*" multiple onChange={(event) => void take(event.currentTarget)} />
      </div>
    </div>
  );
}

function Thumb({ picture }: { readonly picture: Picture }): JSX.Element | null {
  const address = useAddress(picture.body);
  if (picture.body === undefined) return picture.id === undefined ? null : <HubPhoto name={picture.id} />;
  return address === undefined ? null : <img class="photo" src={address} alt="" />;
}
