/** Starts the page: who this phone is, then the session, then the screens. */

import "./style/base.css";
import "./style/screens.css";
import "./style/cases.css";

import { render } from "preact";

import { App } from "./screens/app.tsx";
import { Entry } from "./screens/entry.tsx";
import { invitation, PrefsBook } from "./state/prefs.ts";
import { Session } from "./state/session.ts";

const RELOADED = "sanping.reloaded";
const RELOAD_EVERY_MS = 60_000;
const root = document.getElementById("app");
const prefs = new PrefsBook();
let session: Session | undefined;

function begin(): void {
  const { pair, token, room } = invitation(location, history);
  if (room !== undefined) prefs.change({ room });
  if (token !== undefined) prefs.change({ token });
  if (pair !== undefined || prefs.now.token === "") enter(pair);
  else void open();
}

function enter(code: string | undefined): void {
  session?.stop();
  session = undefined;
  document.documentElement.dataset["look"] = prefs.now.look === "day" ? "day" : "night";
  if (root !== null) render(<Entry key={code ?? ""} prefs={prefs} code={code} onJoined={() => void open()} />, root);
}

async function open(): Promise<void> {
  session?.stop();
  const opened = new Session(prefs);
  session = opened;
  await opened.start();
  if (root !== null) render(<App key={prefs.now.screen} session={opened} onLogOut={logOut} />, root);
}

function logOut(): void {
  void session?.ask("role.leave", {}).catch(() => undefined); // a hub that is away forgets the role by itself
  void session?.cases.forget();
  prefs.change({ token: "" });
  enter(undefined);
}

/** The hub got a newer page meanwhile: what is loaded late has another name there. */
addEventListener("vite:preloadError", () => {
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - before < RELOAD_EVERY_MS) return;
  sessionStorage.setItem(RELOADED, `${Date.now()}`);
  location.reload();
});
addEventListener("hashchange", begin);
begin();

if ("serviceWorker" in navigator && isSecureContext) void navigator.serviceWorker.register("/sw.js").catch(() => undefined); // only the offline shell is missing then
