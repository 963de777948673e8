/** What a phone sees that nobody let in yet: it takes the code that it scanned, or one that is typed. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { pair } from "../hub/api.ts";
import { RefusedError } from "../hub/outbox.ts";
import type { PrefsBook } from "../state/prefs.ts";
import { either, wordsIn } from "../words.ts";

export function Entry({ prefs, code: scanned, onJoined }: {
  readonly prefs: PrefsBook;
  readonly code: string | undefined;
  readonly onJoined: () => void;
}): JSX.Element {
  const { language } = prefs.now;
  const say = wordsIn(language);
  const [code, setCode] = useState(scanned ?? "");
  const [name, setName] = useState(prefs.now.name);
  const [isJoining, setJoining] = useState(false);
  const [problem, complain] = useState("");
  const join = async () => {
    setJoining(true);
    complain("");
    try {
      const { token, device } = await pair(code.trim(), name.trim() || say("my_phone"));
      prefs.change({ token, name: name.trim(), ...(device === undefined ? {} : { screen: device }) });
      onJoined();
    } catch (error) {
      complain((error instanceof RefusedError ? either(language, error.zh, error.en) : "") || say("entry_failed"));
      setJoining(false);
    }
  };
  useEffect(() => {
    if (scanned !== undefined) void join();
  }, []);
  return (
    <div class="entry">
      <img src="/icon.svg" alt="" width="84" height="84" />
      <h1>{say("entry_title")}</h1>
      <p class="quiet">{say("entry_lead")}</p>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}>
        <label for="code">{say("entry_code")}</label>
        <input id="code" value={code} autocomplete="off" autocapitalize="none" spellcheck={false} onInput={(event) => setCode(event.currentTarget.value)} />
        <label for="device">{say("entry_name")}</label>
        <input id="device" value={name} maxLength={40} placeholder={say("my_phone")} onInput={(event) => setName(event.currentTarget.value)} />
        {problem !== "" && <p class="problem" role="alert">{problem}</p>}
        <button type="submit" class="main wide" disabled={isJoining || code.trim() === ""}>{say(isJoining ? "entry_joining" : "entry_join")}</button>
      </form>
    </div>
  );
}
