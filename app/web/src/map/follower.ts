/** Moves smoothly towards the newest camera of the show: no overshoot, shortest turn, done when it is there. */

import type { Pose } from "../hub/wire.ts";

const SETTLE_MS = 70;
const NEAR = 1e-4;

export class Follower {
  #now: Pose | undefined;
  #goal: Pose | undefined;
  #thenMs = 0;
  #due: readonly { readonly goal: Pose; readonly fromMs: number }[] = [];

  /** Takes a goal that is to be aimed at from a moment on. */
  aim(goal: Pose, fromMs = 0): void {
    this.#due = [...this.#due, { goal, fromMs }];
  }

  forget(): void {
    this.#now = this.#goal = undefined;
    this.#due = [];
    this.#thenMs = 0;
  }

  get isThere(): boolean {
    return this.#due.length === 0 && this.#now === this.#goal;
  }

  /** Returns the pose to show at a moment, nothing when nobody aimed. */
  at(nowMs: number): Pose | undefined {
    this.#goal = this.#due.findLast(({ fromMs }) => fromMs <= nowMs)?.goal ?? this.#goal;
    this.#due = this.#due.filter(({ fromMs }) => fromMs > nowMs);
    this.#now ??= this.#goal;
    const [now, goal] = [this.#now, this.#goal];
    if (now === undefined || goal === undefined) return undefined;
    const passed = this.#thenMs === 0 ? 16 : Math.min(200, nowMs - this.#thenMs);
    this.#thenMs = nowMs;
    const share = 1 - Math.exp(-passed / SETTLE_MS);
    const next = mixed(now, goal, share);
    this.#now = isNear(next, goal) ? goal : next;
    if (this.isThere) this.#thenMs = 0;
    return this.#now;
  }
}

/** Returns the pose at a share from 0 to 1 of the way. */
export function mixed(from: Pose, to: Pose, share: number): Pose {
  const mix = (one: number, other: number) => one + (other - one) * share;
  const turn = ((((to.heading_deg - from.heading_deg) % 360) + 540) % 360) - 180;
  return {
    target: [mix(from.target[0], to.target[0]), mix(from.target[1], to.target[1]), mix(from.target[2], to.target[2])],
    heading_deg: (from.heading_deg + turn * share + 360) % 360,
    pitch_deg: mix(from.pitch_deg, to.pitch_deg),
    distance_m: Math.exp(mix(Math.log(from.distance_m), Math.log(to.distance_m))),
    fov_deg: mix(from.fov_deg, to.fov_deg),
  };
}

function isNear(one: Pose, other: Pose): boolean {
  const scale = other.distance_m * NEAR;
  return (
    one.target.every((value, axis) => Math.abs(value - (other.target[axis] ?? value)) < scale) &&
    Math.abs(one.heading_deg - other.heading_deg) < 0.01 && Math.abs(one.pitch_deg - other.pitch_deg) < 0.01 &&
    Math.abs(one.distance_m - other.distance_m) < scale
  );
}
