/** Tasks of joint responses and posts of a major event, as whoever holds this phone needs them. Pure. */

import type { Governance, MajorEvent, PostReport, Response, ResponseTask } from "../generated/messages.ts";

export type Post = MajorEvent["posts"][number];
export type PostState = PostReport["state"];
export type TaskColour = "green" | "yellow" | "orange" | "red" | "grey";
type Me = Pick<Governance, "my_roles" | "my_department">;

export const LEVEL_COLOURS: Readonly<Record<Response["level"], string>> = { I: "#ff5252", II: "#ff8a2a", III: "#ffd23c", IV: "#4f96ff" };
export const LEVEL_NAMES: Readonly<Record<Response["level"], readonly [string, string]>> = {
  I: ["Ⅰ级响应", "Level I"], II: ["Ⅱ级响应", "Level II"], III: ["Ⅲ级响应", "Level III"], IV: ["Ⅳ级响应", "Level IV"],
};
export const TASK_COLOURS: Readonly<Record<TaskColour, string>> = { green: "#2fc98a", yellow: "#f2c12e", orange: "#ff8a2a", red: "#ff4d4d", grey: "#8a97a8" };
const YELLOW = 0.5;
const ORANGE = 0.8;
const RUNNING: ReadonlySet<ResponseTask["state"]> = new Set(["open", "accepted"]);
const SETTLED: ReadonlySet<ResponseTask["state"]> = new Set(["done", "waived"]);

export interface MyTask {
  readonly response: Response;
  readonly task: ResponseTask;
}

export function isRunning(task: ResponseTask): boolean {
  return RUNNING.has(task.state);
}

/** Returns the tasks that wait for our department, the one due first before the others. */
export function myTasks(responses: Iterable<Response>, me: Me | undefined): readonly MyTask[] {
  if (me === undefined || me.my_department === "" || !me.my_roles.some((role) => role === "handler" || role === "collector")) return [];
  const found: MyTask[] = [];
  for (const response of responses) {
    if (response.state !== "active") continue;
    for (const task of response.tasks) if (task.department === me.my_department && isRunning(task)) found.push({ response, task });
  }
  return found.sort((one, other) => one.task.due_ms - other.task.due_ms);
}

/** As `ResponseTask.colour_at` of the hub. */
export function taskColour(task: ResponseTask, nowMs: number): TaskColour {
  if (task.state === "cannot") return "red";
  if (!isRunning(task)) return "grey";
  const used = (nowMs - task.begun_ms) / Math.max(1, task.due_ms - task.begun_ms);
  if (used > 1) return "red";
  return used >= ORANGE ? "orange" : used >= YELLOW ? "yellow" : "green";
}

/** Returns the titles of what has to be settled before a task is finished. */
export function waitsFor({ response, task }: MyTask): readonly ResponseTask[] {
  return response.tasks.filter((other) => task.after.includes(other.id) && !SETTLED.has(other.state));
}

/** Returns the posts that our department stands at, in their order along the route. */
export function myPosts(event: MajorEvent | undefined, me: Me | undefined): readonly Post[] {
  if (event === undefined || me === undefined || me.my_department === "") return [];
  return event.posts.filter((post) => post.department === me.my_department).sort((one, other) => one.route_m - other.route_m);
}

export function postState(posts: ReadonlyMap<string, PostReport>, post: Post): PostState {
  return posts.get(post.id)?.state ?? "away";
}
