/** Who leads the wall, and how to take and hand back the floor. */

import type { JSX } from "preact";

import { Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

export function LeadBar({ onHome }: { readonly onHome: () => void }): JSX.Element {
  const session = useSession();
  const say = session.words;
  if (session.isLeading) return <Leading />;
  const { floor, members, isLinked } = session.mirror;
  const place = floor.queue.indexOf(session.mirror.screen);
  const { holder } = floor;
  const leader = members.get(holder);
  return (
    <div class="lead-bar">
      <p class="leader">
        {holder === "" ? say("nobody_leads") : say("leader", { name: leader?.name || leader?.screen || holder })}
        {floor.is_locked && <span class="chip"><Icon name="lock" />{say("locked")}</span>}
      </p>
      <div class="row">
        <button type="button" class="round" aria-label={say("home")} onClick={onHome}><Icon name="home" /></button>
        <button type="button" class={session.follows ? "plain on" : "plain"} aria-pressed={session.follows} onClick={() => session.change({ follows: !session.follows })}>
          <Icon name="follow" />
          {say(session.follows ? "follow" : "free_look")}
        </button>
        {place >= 0 ? (
          <button type="button" class="main waiting" onClick={() => session.link.floor("release")}>
            {holder === "" ? say("asking_guest") : say("asking", { place: place + 1 })} · {say("cancel")}
          </button>
        ) : (
          <button type="button" class="main" disabled={!isLinked} onClick={() => session.link.floor("request")}>
            <Icon name="wall" />
            {say("take_wall")}
          </button>
        )}
      </div>
    </div>
  );
}

function Leading(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { queue } = session.mirror.floor;
  return (
    <div class="lead-bar leading">
      <p class="leader">
        <i class="pulse" />
        {say("leading")}
        <small>{say(session.isPointing ? "pointer_hint" : "lead_hint")}</small>
      </p>
      <div class="row">
        <button type="button" class={session.isPointing ? "plain on" : "plain"} aria-pressed={session.isPointing} onClick={() => session.change({ isPointing: !session.isPointing })}>
          <Icon name="pointer" />
          {say("pointer")}
        </button>
        <button type="button" class="main" onClick={() => {
          session.link.show("pointer", null);
          session.link.floor("release");
          session.change({ isPointing: false });
        }}>
          {say("release")}
          {queue.length > 0 && <b class="badge inline">{queue.length}</b>}
        </button>
      </div>
    </div>
  );
}
