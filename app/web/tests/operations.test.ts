import { expect, test } from "vitest";

import { myPosts, myTasks, postState, taskColour, waitsFor } from "../src/city/operations.ts";
import type { MajorEvent, PostReport, Response, ResponseTask } from "../src/generated/messages.ts";

const BEGUN = 1_000_000;
const MINUTE = 60_000;
const ME = { my_roles: ["handler"] as const, my_department: "water" };

function task(id: string, more: Partial<ResponseTask> = {}): ResponseTask {
  return {
    id, title_zh: id, title_en: id, department: "water", begun_ms: BEGUN, due_ms: BEGUN + 20 * MINUTE, rev: 0, state: "open", after: [], needs: [],
    accepted_ms: 0, ended_ms: 0, by_name: "", note: "", photos: [], ...more,
  };
}

function response(tasks: readonly ResponseTask[], state: Response["state"] = "active"): Response {
  return { id: "R-1", level: "III", state, tasks } as unknown as Response;
}

test("only open tasks of our own department in a running response wait for us, the one due first before the others", () => {
  const tasks = [task("late", { due_ms: BEGUN + 40 * MINUTE }), task("soon"), task("done", { state: "done" }), task("theirs", { department: "green" })];

  expect(myTasks([response(tasks)], ME).map(({ task: one }) => one.id)).toEqual(["soon", "late"]);
  expect(myTasks([response(tasks, "ended")], ME)).toEqual([]);
  expect(myTasks([response(tasks)], { my_roles: [], my_department: "water" })).toEqual([]);
  expect(myTasks([response(tasks)], undefined)).toEqual([]);
});

test("a clock turns yellow at half of its time, orange at four fifths, and red when it is over", () => {
  const colours = [1, 11, 17, 21].map((minutes) => taskColour(task("a"), BEGUN + minutes * MINUTE));

  expect(colours).toEqual(["green", "yellow", "orange", "red"]);
  expect(taskColour(task("a", { state: "done" }), BEGUN + 30 * MINUTE)).toBe("grey");
});

test("a task waits for those before it until they are settled", () => {
  const last = task("bags", { after: ["walk", "waived"] });
  const mine = { response: response([task("walk"), task("waived", { state: "waived" }), last]), task: last };

  expect(waitsFor(mine).map((one) => one.id)).toEqual(["walk"]);
});

test("our posts come in their order along the route, and one of which nothing was told is not taken", () => {
  const posts = [{ id: "b", department: "water", route_m: 9 }, { id: "a", department: "water", route_m: 1 }, { id: "c", department: "green", route_m: 0 }];
  const event = { posts } as unknown as MajorEvent;
  const told = new Map([["a", { post: "a", state: "help" } as PostReport]]);

  const mine = myPosts(event, ME);

  expect(mine.map((post) => [post.id, postState(told, post)])).toEqual([["a", "help"], ["b", "away"]]);
  expect(myPosts(undefined, ME)).toEqual([]);
});
