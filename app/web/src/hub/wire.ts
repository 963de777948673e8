/** Names of this page for what the hub's messages hold; the messages themselves are generated. */

import type { Alarm, CameraPose, Device, Floor, FloorState, Photo, Report } from "../generated/messages.ts";

export { PROTOCOL } from "../generated/messages.ts";
export type {
  Ack, Alarm, CallBack, CaseCounts, CaseFilter, CaseLine, CasePage, CaseSheet, Command, Device, FeatureRef, FloorState, FromHub, FromScreen, Governance, Member, Notice, Photo, PossibleStep, ReadingRow,
  Refused, Report, SeriesRow, Show, ShowValues, Shown, SourceStatus, TrailRow, ViewKey, Welcome,
} from "../generated/messages.ts";

export type { Ballot, ShownNotes, ShownPlan } from "../generated/messages.ts";
export type { NoticeReceipt, SiteNotice } from "../generated/messages.ts";
export type { MajorEvent, PostReport, Response, ResponseTask } from "../generated/messages.ts";

export type AlarmColour = Alarm["colour"];
export type FloorWish = Floor["wish"];
export type PhotoMoment = Photo["moment"];
export type Pose = CameraPose;
export type ReportCategory = Report["category"];
export type Role = Device["role"];

export const NOBODY: FloorState = { type: "floor_state", holder: "", fence: 0, left_ms: 0, queue: [], is_locked: false };
