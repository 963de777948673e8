import { expect, test } from "vitest";

import type { Pose } from "../src/hub/wire.ts";
import { isPose, poseOf, viewOf } from "../src/map/camera.ts";
import { Follower, mixed } from "../src/map/follower.ts";
import { gridTurn, toLonLat, toMetres, type Frame } from "../src/map/frame.ts";

// Suzhou Creek in EPSG:4549, as the hub fits it: lon/lat of 635571.07 E 3458179.47 N is 121.423, 31.2375.
const FRAME: Frame = {
  lon0: 121.42300000000002, lat0: 31.23749999999999, east0: 635571.0693113722, north0: 3458179.4714319725,
  to_degrees: [
    [2.685e-11, 9.036e-11], [0.010493593390142754, -0.00011615329475980151], [0.00013518178537422123, 0.009016491702753296],
    [-3.037672691706226e-8, -4.279930849508277e-7], [9.96047684031235e-7, -4.1006097984474457e-8], [3.0376287544997954e-8, -6.593594357401998e-9],
    [-7.456850800477071e-11, 2.891950125211475e-12], [-1.195204822997955e-11, -1.5104700188087433e-10], [2.2370314127406e-10, -3.809724546790422e-12],
    [3.983934440788717e-12, -3.8983935746536673e-13],
  ],
  to_metres: [
    [6.239895465666449e-7, 0.000017908578339822645], [95280.42838365106, 1227.4325809866612], [-1428.5133113611241, 110889.47968239931],
    [9.614598771237274, 431.5855476532488], [-1004.5826600098642, 22.37943501686612], [-20.65798635655146, 8.098007408205758],
    [2.251314373323713, 0.21311699128175515], [-0.7440862150836673, 7.860621838953148], [-14.517706941781968, -0.7463719429899672],
    [0.06988394534380088, 0.04980674352652161],
  ],
};
const POSE: Pose = { target: [637100, 3458900, 20], heading_deg: 128, pitch_deg: -15.5, distance_m: 2100, fov_deg: 38 };

test("world metres and degrees are each other's inverse within a centimetre", () => {
  // given places all over the city
  const places = [-6000, -1500, 0, 2500, 6000].flatMap((u) => [-6000, 0, 4000].map((v) => [FRAME.east0 + u, FRAME.north0 + v] as const));

  // when they go to degrees and back
  const errors = places.map(([east, north]) => {
    const [backEast, backNorth] = toMetres(FRAME, ...toLonLat(FRAME, east, north));
    return Math.hypot(backEast - east, backNorth - north);
  });

  // then they are where they were
  expect(Math.max(...errors)).toBeLessThan(0.01);
});

test("a pose goes to the map and back unchanged, on any screen", () => {
  // given poses of the wall
  const poses: Pose[] = [POSE, { ...POSE, heading_deg: 0, pitch_deg: -90 }, { ...POSE, heading_deg: 359.5, distance_m: 300, fov_deg: 60 }];

  for (const pose of poses)
    for (const height of [400, 844, 1400]) {
      // when a phone shows one and tells what it shows
      const found = poseOf(viewOf(pose, FRAME, height), FRAME, height, pose.fov_deg);

      // then it is the same
      expect(Math.hypot(found.target[0] - pose.target[0], found.target[1] - pose.target[1])).toBeLessThan(0.02);
      expect(found.target[2]).toBe(pose.target[2]);
      expect(Math.abs(((found.heading_deg - pose.heading_deg + 540) % 360) - 180)).toBeLessThan(0.01);
      expect(found.pitch_deg).toBeCloseTo(pose.pitch_deg, 2);
      expect(found.distance_m / pose.distance_m).toBeCloseTo(1, 5);
    }
});

test("the map's north is the true one: the grid is turned by its convergence", () => {
  // given a place east of the central meridian 120°, where the grid's north lies clockwise by (lon − 120)·sin(lat)
  const expected = (121.423 - 120) * Math.sin((31.2375 * Math.PI) / 180);

  // when the turn is computed from the polynomial
  const found = gridTurn(FRAME, FRAME.east0, FRAME.north0);

  // then a heading of the grid becomes a bearing of the map
  expect(found).toBeCloseTo(expected, 2);
  expect(viewOf(POSE, FRAME, 800).bearing - POSE.heading_deg).toBeCloseTo(found, 1);
});

test("looking up and from too flat is kept to what the map can show", () => {
  // given a pose at the horizon
  const pose = { ...POSE, pitch_deg: 5 };

  // when the map shows it

  // then it looks as flat as it can
  expect(viewOf(pose, FRAME, 800).pitch).toBe(84);
});

test("only a whole pose is followed", () => {
  // given what may come from a newer or broken program
  const bad = [null, 7, {}, { ...POSE, target: [1, 2] }, { ...POSE, distance_m: 0 }, { ...POSE, heading_deg: null }];

  // when it is checked

  // then only the right one passes
  expect(bad.filter(isPose)).toEqual([]);
  expect(isPose(POSE)).toBe(true);
});

test("following never overshoots, takes the shorter turn, and ends exactly there", () => {
  // given a camera at 350° that is to be at 10°
  const follower = new Follower();
  follower.aim({ ...POSE, heading_deg: 350 }, -1);
  follower.at(0);
  const goal = { ...POSE, heading_deg: 10, distance_m: 500 };
  follower.aim(goal);

  // when frames pass
  const seen: Pose[] = [];
  for (let ms = 16; ms < 3000 && !follower.isThere; ms += 16) {
    const pose = follower.at(ms);
    if (pose !== undefined) seen.push(pose);
  }

  // then every frame is nearer, and the last is the goal itself
  const turns = seen.map((pose) => ((pose.heading_deg + 180) % 360) - 180);
  expect(turns).toEqual([...turns].sort((one, other) => one - other));
  expect(Math.max(...turns)).toBeLessThanOrEqual(10);
  expect(seen.every((pose) => pose.distance_m >= 500)).toBe(true);
  expect(seen.at(-1)).toEqual(goal);
  expect(mixed(POSE, goal, 0).distance_m).toBeCloseTo(POSE.distance_m, 6);
});

test("a goal that is told ahead is aimed at when its moment has come, and later ones do not push it away", () => {
  // given a camera that stands
  const follower = new Follower();
  follower.aim(POSE);
  follower.at(0);

  // when goals come with each frame, each 40 ms ahead
  const seen: number[] = [];
  for (let ms = 16; ms <= 640; ms += 16) {
    follower.aim({ ...POSE, distance_m: 2100 - ms }, ms + 40);
    seen.push(follower.at(ms)?.distance_m ?? 0);
  }

  // then it stands for two frames, then follows all the way
  expect(seen.slice(0, 3)).toEqual([2100, 2100, 2100]);
  expect(seen.at(-1)).toBeLessThan(1700);
  expect(seen).toEqual([...seen].sort((one, other) => other - one));
  for (let ms = 656; ms < 3000 && !follower.isThere; ms += 16) follower.at(ms);
  expect(follower.at(3000)?.distance_m).toBe(2100 - 640);
});
