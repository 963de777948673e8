/** 我的: who this phone is, how it is connected, how it looks, and what it is made of. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CASE_ROLES, ROLES } from "../generated/tables.ts";
import { RefusedError } from "../hub/outbox.ts";
import type { Device, Member, Role } from "../hub/wire.ts";
import { either, type WordKey } from "../words.ts";
import { MAIN_ROOM } from "../state/prefs.ts";
import { departmentName } from "./case_sheet.tsx";
import { Choice, Icon } from "./parts.tsx";
import { useSession } from "./using.ts";

const KINDS: Readonly<Record<string, WordKey>> = { wall: "kind_wall", desk: "kind_desk", phone: "kind_phone", kiosk: "kind_kiosk" };

export function Me({ onLogOut }: { readonly onLogOut: () => void }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { prefs } = session;
  return (
    <div class="page">
      <section class="form who">
        <label for="name">{say("entry_name")}</label>
        <input id="name" value={prefs.now.name} maxLength={40} placeholder={say("my_phone")} onInput={(event) => session.prefer({ name: event.currentTarget.value })} onBlur={() => session.link.here()} />
        <RoleField />
      </section>
      <Duties />
      <Connection />
      <h2>{say("display")}</h2>
      <section class="form">
        <label>{say("language")}</label>
        <Choice label={say("language")} value={prefs.now.language} options={[["zh", "中文"], ["en", "English"]]} onPick={(language) => session.prefer({ language })} />
        <label>{say("style")}</label>
        <Choice label={say("style")} value={prefs.now.look} onPick={(look) => session.prefer({ look })}
          options={[["wall", say("style_wall")], ["night", say("style_night")], ["day", say("style_day")]]} />
        <label class="switch">
          <span class="grow">{say("large_text")}</span>
          <input type="checkbox" role="switch" checked={prefs.now.isLarge} onChange={(event) => session.prefer({ isLarge: event.currentTarget.checked })} />
        </label>
      </section>
      <About />
      <LogOut onLogOut={onLogOut} />
    </div>
  );
}

/** What this person is in the life of a case: roles, areas, department. */
function Duties(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const { governance } = session.cases;
  if (governance === undefined || !session.cases.isGoverned) return null;
  const comma = session.language === "zh" ? "、" : ", ";
  const areas = governance.my_areas.map((code) => {
    const area = governance.areas.find((one) => one.code === code);
    return code === "" ? say("everywhere") : area === undefined ? code : either(session.language, area.name_zh, area.name_en);
  });
  const rows: readonly (readonly [WordKey, string])[] = [
    ["my_roles", governance.my_roles.map((role) => CASE_ROLES[role][session.language]).join(comma)],
    ["my_areas", areas.join(comma)],
    ["my_department", governance.my_department === "" ? "" : departmentName(session, governance.my_department)],
  ];
  return (
    <>
      <h2>{say("my_duties")}{governance.my_name !== "" && ` · ${governance.my_name}`}</h2>
      <section class="form duties">
        <dl>{rows.map(([key, value]) => <div key={key}><dt>{say(key)}</dt><dd class={value === "" ? "quiet" : ""}>{value || say("none_yet")}</dd></div>)}</dl>
      </section>
    </>
  );
}

function Connection(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const members = [...session.mirror.members.values()];
  const relay = session.mirror.welcome?.relay ?? "";
  return (
    <>
      <h2>{say("connection")}</h2>
      <section class="form">
        <div class="row">
          <span class={`chip link ${session.link.state}`}><i />{say(session.link.state === "away" ? "connecting" : session.link.state)}</span>
          <span class="grow" />
          {session.link.state === "linked" && <small class="quiet">{say("round_trip", { n: Math.max(1, Math.round(session.link.rttMs)) })}</small>}
        </div>
        {session.link.state === "linked" && relay !== "" && <p class="quiet relayed">{say("through_relay", { relay })}</p>}
        <label class="switch">
          <span class="grow">{say("follow")}</span>
          <input type="checkbox" role="switch" checked={session.follows} onChange={(event) => session.change({ follows: event.currentTarget.checked })} />
        </label>
        {session.prefs.now.room !== MAIN_ROOM && <div class="row"><span class="grow">{say("room")}</span><b>{session.prefs.now.room}</b></div>}
        {members.length > 0 && <label>{say("screens_here")}</label>}
        <ul class="rows">{members.map((one) => <Screen key={one.screen} member={one} />)}</ul>
        {!isSecureContext && <p class="quiet">{say("insecure")}</p>}
      </section>
    </>
  );
}

function Screen({ member }: { readonly member: Member }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const kind = KINDS[member.kind];
  const isUs = member.screen === session.mirror.screen;
  return (
    <li class="row">
      <span class="chip">{kind === undefined ? member.kind : say(kind)}</span>
      <span class="grow">{member.name || member.screen}{isUs && <small> · {say("this_phone")}</small>}</span>
      <small class="quiet">{member.screen === session.mirror.floor.holder ? <Icon name="wall" /> : null} {Math.round(member.rtt_ms)} ms</small>
    </li>
  );
}

/** The role, how to ask for another one, and the four digits that whoever approves it compares. */
function RoleField(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [device, setDevice] = useState<Device>();
  const [problem, complain] = useState("");
  const { role } = session.mirror;
  const look = () => session.api.me().then(setDevice).catch(() => undefined); // shown again when the hub is there
  useEffect(() => void look(), [role, session.mirror.isLinked]);
  const ask = async (wish: Role) => {
    try {
      const ack = await session.ask("role.ask", { role: wish });
      complain(ack.ok ? "" : either(session.language, ack.error_zh, ack.error_en));
      await look();
    } catch (error) {
      complain(error instanceof RefusedError ? either(session.language, error.zh, error.en) : say("away"));
    }
  };
  const isPaired = (device?.id ?? "") !== "";
  return (
    <>
      <label>{say("role")}</label>
      <div class="row">
        <b class="grow role">{ROLES[role][session.language]}</b>
      </div>
      {isPaired && role === "viewer" && (device?.asked ?? null) === null && (
        <>
          <label>{say("role_ask")}</label>
          <div class="row wrap">
            {(["grid_worker", "operator", "duty_officer"] as const).map((wish) => (
              <button key={wish} type="button" class="plain" onClick={() => void ask(wish)}>{ROLES[wish][session.language]}</button>
            ))}
          </div>
        </>
      )}
      {device?.asked !== undefined && device.asked !== null && (
        <p class="match">{say("role_waiting", { role: ROLES[device.asked][session.language] })}<b>{device.match}</b></p>
      )}
      {problem !== "" && <p class="problem" role="alert">{problem}</p>}
      {isPaired && role === "viewer" && <LogIn />}
    </>
  );
}

function LogIn(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [isOpen, open] = useState(false);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [problem, complain] = useState("");
  const logIn = async () => {
    try {
      await session.api.logIn(name, password);
      open(false);
    } catch (error) {
      complain(error instanceof RefusedError ? either(session.language, error.zh, error.en) : say("away"));
    }
    setPassword("");
  };
  if (!isOpen) return <button type="button" class="plain" onClick={() => open(true)}>{say("log_in")}</button>;
  return (
    <form class="log-in" onSubmit={(event) => {
      event.preventDefault();
      void logIn();
    }}>
      <input aria-label={say("log_in_name")} placeholder={say("log_in_name")} autocomplete="username" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      <input type="password" aria-label={say("log_in_password")} placeholder={say("log_in_password")} autocomplete="current-password" value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
      {problem !== "" && <p class="problem" role="alert">{problem}</p>}
      <button type="submit" class="main wide" disabled={name === "" || password === ""}>{say("log_in")}</button>
    </form>
  );
}

function About(): JSX.Element {
  const session = useSession();
  const say = session.words;
  const [licences, setLicences] = useState<string>();
  const show = () => void fetch("/licences.txt").then((answer) => answer.text()).then(setLicences).catch(() => session.say(say("away")));
  return (
    <>
      <h2>{say("about")}</h2>
      <section class="form">
        <p>三屏 Sanping · Apache-2.0</p>
        <p class="quiet">{say("data_from")}: {either(session.language, session.twin?.attribution_zh, session.twin?.attribution_en)}</p>
        <button type="button" class="plain" onClick={show}>{say("licences")}</button>
        {licences !== undefined && <pre class="licences">{licences}</pre>}
      </section>
    </>
  );
}

function LogOut({ onLogOut }: { readonly onLogOut: () => void }): JSX.Element {
  const say = useSession().words;
  const [isAsking, ask] = useState(false);
  if (!isAsking) return <button type="button" class="plain wide bad" onClick={() => ask(true)}>{say("log_out")}</button>;
  return (
    <section class="form">
      <p>{say("log_out_sure")}</p>
      <div class="row">
        <button type="button" class="plain wide" onClick={() => ask(false)}>{say("cancel")}</button>
        <button type="button" class="main wide" onClick={onLogOut}>{say("yes")}</button>
      </div>
    </section>
  );
}
