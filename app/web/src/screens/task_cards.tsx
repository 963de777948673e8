/** 待办: tasks of joint responses that wait for our department, and our posts at a major event. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { LEVEL_COLOURS, LEVEL_NAMES, myPosts, myTasks, postState, TASK_COLOURS, taskColour, waitsFor, type MyTask, type Post, type PostState } from "../city/operations.ts";
import { labelsFrom, type Label } from "../hub/mirror.ts";
import type { Item, Picture } from "../hub/outbox.ts";
import type { Session } from "../state/session.ts";
import { either, type WordKey } from "../words.ts";
import { inColour } from "./case_parts.tsx";
import { Icon, LabelBadge, LabelChoice, Simulated } from "./parts.tsx";
import { PhotoField } from "./photo_field.tsx";
import { useSession } from "./using.ts";

export const TASK_STEP = "response.step";
export const POST_REPORT = "event.post";
const LONGEST = 500;
const MINUTE_MS = 60_000;
const POST_WORDS: Readonly<Record<PostState, WordKey>> = { away: "post_away", in_place: "post_in_place", help: "post_help", left: "post_left" };
const POST_COLOURS: Readonly<Record<PostState, string>> = { away: "#8a97a8", in_place: "#2fc98a", help: "#ff4d4d", left: "#5b6b80" };
type Open = "finish" | "refuse" | undefined;

/** How many tasks wait for whoever holds this phone. */
export function waitingTasks(session: Session): number {
  return myTasks(session.mirror.responses.values(), session.cases.governance).length;
}

export function TaskCards(): JSX.Element | null {
  const session = useSession();
  const say = session.words;
  const tasks = myTasks(session.mirror.responses.values(), session.cases.governance);
  const posts = myPosts(session.mirror.event, session.cases.governance);
  if (tasks.length === 0 && posts.length === 0) return null;
  return (
    <>
      {tasks.length > 0 && <h2>{say("response_tasks")} <b class="count">{tasks.length}</b></h2>}
      {tasks.map((mine) => <TaskCard key={`${mine.response.id} ${mine.task.id}`} mine={mine} />)}
      {posts.length > 0 && <h2>{say("event_posts")}</h2>}
      {posts.map((post) => <PostCard key={post.id} post={post} />)}
    </>
  );
}

function TaskCard({ mine }: { readonly mine: MyTask }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { language, nowMs } = session;
  const { response, task } = mine;
  const [open, setOpen] = useState<Open>(undefined);
  const minutes = Math.floor(Math.abs(task.due_ms - nowMs) / MINUTE_MS);
  const waits = waitsFor(mine);
  const wish = lastWish(session, TASK_STEP, (item) => item.arguments["response"] === response.id && item.arguments["task"] === task.id);
  const isWaiting = wish !== undefined && wish.state !== "refused" && wish.state !== "sent";
  const send = (step: string, more: Readonly<Record<string, unknown>> = {}, pictures: readonly Picture[] = []) => {
    setOpen(undefined);
    void session.wish(TASK_STEP, { response: response.id, task: task.id, step, if_rev: task.rev, ...more }, pictures.length === 0 ? {} : { pictures });
  };
  return (
    <article class="card task" data-task={task.id} data-state={task.state} ref={inColour(TASK_COLOURS[taskColour(task, nowMs)])}>
      <header>
        <span class="state level" ref={inColour(LEVEL_COLOURS[response.level])}>{either(language, ...LEVEL_NAMES[response.level])}</span>
        <span class="grow">{either(language, response.title_zh, response.title_en)}</span>
        {response.is_simulated && <Simulated />}
      </header>
      <h3>{either(language, task.title_zh, task.title_en)}</h3>
      <p class="clock">{say(nowMs > task.due_ms ? "task_over" : "task_left", { n: minutes })}</p>
      {response.address !== "" && <p class="quiet">{response.address}</p>}
      {waits.length > 0 && <p class="quiet">{say("task_waits", { tasks: waits.map((one) => either(language, one.title_zh, one.title_en)).join("、") })}</p>}
      {wish?.state === "refused" && <p class="problem" role="alert">{either(language, wish.reasonZh, wish.reasonEn)}</p>}
      {open === undefined && (
        <footer>
          {typeof response.lon_deg === "number" && typeof response.lat_deg === "number" && (
            <button type="button" class="plain" onClick={() => session.showPlace([response.lon_deg ?? 0, response.lat_deg ?? 0])}><Icon name="pin" />{say("see_on_map")}</button>
          )}
          <button type="button" class="plain" disabled={isWaiting} data-step="refuse" onClick={() => setOpen("refuse")}>{say("task_cannot")}</button>
          {task.state === "open"
            ? <button type="button" class="main" disabled={isWaiting} data-step="accept" onClick={() => send("accept")}>{say("task_accept")}</button>
            : <button type="button" class="main" disabled={isWaiting || waits.length > 0} data-step="finish" onClick={() => setOpen("finish")}>{say("task_done")}</button>}
        </footer>
      )}
      {open !== undefined && <TaskForm step={open} needsPhoto={open === "finish" && task.needs.includes("photo")} onSend={send} onLeave={() => setOpen(undefined)} />}
    </article>
  );
}

function TaskForm({ step, needsPhoto, onSend, onLeave }: {
  readonly step: "finish" | "refuse";
  readonly needsPhoto: boolean;
  readonly onSend: (step: string, more: Readonly<Record<string, unknown>>, pictures: readonly Picture[]) => void;
  readonly onLeave: () => void;
}): JSX.Element {
  const say = useSession().words;
  const [note, setNote] = useState("");
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const [problem, complain] = useState("");
  const send = () => {
    if (step === "refuse" && note.trim() === "") return complain(say("task_why"));
    if (needsPhoto && pictures.length === 0) return complain(say("task_photo"));
    onSend(step, { note: note.trim() }, pictures);
  };
  return (
    <div class="task-form">
      {step === "finish" && <PhotoField moment="scene" label={say("photo_scene")} pictures={pictures} onProblem={complain} onChange={(change) => setPictures(change)} />}
      <textarea rows={2} maxLength={LONGEST} value={note} placeholder={say(step === "refuse" ? "task_why" : "note_optional")} onInput={(event) => setNote(event.currentTarget.value)} />
      {problem !== "" && <p class="problem" role="alert">{problem}</p>}
      <footer>
        <button type="button" class="plain" onClick={onLeave}>{say("cancel")}</button>
        <button type="button" class="main" data-step="send" onClick={send}>{say(step === "refuse" ? "task_cannot" : "task_done")}</button>
      </footer>
    </div>
  );
}

function PostCard({ post }: { readonly post: Post }): JSX.Element {
  const session = useSession();
  const say = session.words;
  const { language, mirror } = session;
  const [asksHelp, askHelp] = useState(false);
  const [note, setNote] = useState("");
  const [chosen, choose] = useState<Label | undefined>(undefined);
  const labels = session.twin?.has_labels === true ? labelsFrom(mirror.event?.label ?? "public", mirror.clearance) : [];
  const label = labels.find((one) => one === chosen) ?? labels[0];
  const state = postState(mirror.posts, post);
  const report = mirror.posts.get(post.id);
  const wish = lastWish(session, POST_REPORT, (item) => item.arguments["post"] === post.id);
  const isWaiting = wish !== undefined && wish.state !== "refused" && wish.state !== "sent";
  const tell = (next: PostState) => {
    const said = next === "help" ? { note: note.trim(), ...(label === undefined ? {} : { label }) } : { note: "" };
    void session.wish(POST_REPORT, { post: post.id, state: next, if_rev: report?.rev ?? 0, ...said });
    askHelp(false);
    setNote("");
    choose(undefined);
  };
  const next: PostState = state === "in_place" ? "left" : "in_place";
  return (
    <article class="card post" data-post={post.id} data-state={state} ref={inColour(POST_COLOURS[state])}>
      <header><span class="state">{say(POST_WORDS[state])}</span><span class="grow">{either(language, post.duty_zh, post.duty_en)}</span><LabelBadge label={report?.label ?? mirror.event?.label ?? "public"} /></header>
      <h3>{either(language, post.name_zh, post.name_en)}</h3>
      <p class="quiet">{say("post_people", { n: post.people, km: (post.route_m / 1000).toFixed(1) })}{report !== undefined && report.note !== "" && ` · ${report.note}`}</p>
      {wish?.state === "refused" && <p class="problem" role="alert">{either(language, wish.reasonZh, wish.reasonEn)}</p>}
      {asksHelp && <textarea rows={2} maxLength={LONGEST} value={note} placeholder={say("post_help_hint")} onInput={(event) => setNote(event.currentTarget.value)} />}
      {asksHelp && label !== undefined && <LabelChoice labels={labels} chosen={label} onChoose={choose} />}
      <footer>
        <button type="button" class="plain" onClick={() => session.showPlace([post.lon_deg, post.lat_deg])}><Icon name="pin" />{say("see_on_map")}</button>
        {state !== "help" && <button type="button" class="plain" disabled={isWaiting || (asksHelp && note.trim() === "")} data-post-state="help" onClick={() => (asksHelp ? tell("help") : askHelp(true))}>{say("post_call")}</button>}
        <button type="button" class="main" disabled={isWaiting} data-post-state={next} onClick={() => tell(next)}>{say(next === "left" ? "post_leave" : "post_arrive")}</button>
      </footer>
    </article>
  );
}

function lastWish(session: Session, action: string, concerns: (item: Item) => boolean): Item | undefined {
  return session.outbox.items.findLast((item) => item.action === action && concerns(item));
}
