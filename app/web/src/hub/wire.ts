/** Names of this page for what the hub's messages hold; the messages themselves are generated. */

import type { Alarm, CameraPose, Device, Floor, FloorState, Report } from "../generated/messages.ts";

export { PROTOCOL } from "../generated/messages.ts";
export type {
  Ack, Alarm, Command, Device, FeatureRef, FloorState, FromHub, FromScreen, Member, Notice, ReadingRow, Refused, Report, SeriesRow,
  Show, ShowValues, Shown, SourceStatus, ViewKey, Welcome,
} from "../generated/messages.ts";

export type AlarmColour = Alarm["colour"];
export type FloorWish = Floor["wish"];
export type Pose = CameraPose;
export type ReportCategory = Report["category"];
export type Role = Device["role"];

export const NOBODY: FloorState = { type: "floor_state", holder: "", fence: 0, left_ms: 0, queue: [], is_locked: false };
