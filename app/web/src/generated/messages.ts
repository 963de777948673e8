// Written by `make docs` from the messages of the hub. Do not edit.

export const PROTOCOL = "sanping.v1";

/** The answer to a `Command`; `seq` is the change it made, 0 for none. Errors are whole sentences.
 *
 *  `is_conflict` says that somebody else changed the object first: the screen shows it as it is now and asks again.
 *  `about` names what was made or changed, such as the id of a new case. */
export interface Ack {
  readonly type: "ack";
  readonly op: string;
  readonly ok: boolean;
  readonly seq: number;
  readonly error_zh: string;
  readonly error_en: string;
  readonly is_conflict: boolean;
  readonly about: string;
}

/** One alarm.
 *
 *  `id` is unique for ever; `rule` names the rule, `station` the place it was seen at, `group` joins alarms of one
 *  cause. "returned": the condition is gone but nobody has acknowledged it yet. `evidence` is the series that fired it,
 *  oldest first, as (event_ms, value). `shelved_until_ms` is 0 unless shelved. Texts are whole sentences. `label` is
 *  that of its station, as far as the hub tells it. */
export interface Alarm {
  readonly id: string;
  readonly rule: string;
  readonly station: string;
  readonly quantity: string;
  readonly colour: "blue" | "orange" | "red" | "yellow";
  readonly state: "acknowledged" | "active" | "closed" | "returned" | "shelved";
  readonly title_zh: string;
  readonly title_en: string;
  readonly raised_ms: number;
  readonly changed_ms: number;
  readonly group: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly evidence: readonly (readonly [number, number])[];
  readonly acknowledged_by: string;
  readonly shelved_until_ms: number;
  readonly proposes_case: boolean;
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** A case that may be the same: how alike, 0…1, and how far away in metres and milliseconds. */
export interface Alike {
  readonly line: CaseLine;
  readonly likeness: number;
  readonly metres: number;
  readonly apart_ms: number;
}

/** One area with the areas of a level within it.
 *
 *  `above` are the areas that it lies in, the widest first; `level` is that of `rows`, None when there are none.
 *  `departments` on duty answer for it. `counts` are the figures of all its cases. */
export interface AreaBoard {
  readonly area: AreaFigures;
  readonly above: readonly AreaFigures[];
  readonly level: "cell" | "city" | "community" | "county" | "province" | "street" | null;
  readonly rows: readonly AreaFigures[];
  readonly departments: readonly DepartmentRow[];
  readonly counts: CaseCounts;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** How one area stands: cases open and over their limit, those reported in a span with its rates, alarms now.
 *
 *  `person` answers for it, and is called at `phone`. `outline` holds closed rings of east and north in metres of the
 *  twin's CRS, empty where its shape is unknown; `km2` is its size, 0 then. */
export interface AreaFigures {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly level: "cell" | "city" | "community" | "county" | "province" | "street" | null;
  readonly person: string;
  readonly phone: string;
  readonly open: number;
  readonly overdue: number;
  readonly reported: number;
  readonly alarms: number;
  readonly rates: Readonly<Record<string, number>>;
  readonly km2: number;
  readonly outline: readonly (readonly (readonly [number, number])[])[];
}

/** What is laid over the city: borders alone, areas in the colour of a figure, or where cases lie densely.
 *
 *  `level` is that of the areas, None for one below the area that is shown. `case_class` is "event:0102", "" for all;
 *  `days` count back from now the reports that are meant, 0 is whatever is open. */
export interface AreaMap {
  readonly kind: "borders" | "heat" | "shares";
  readonly figure: "alarms" | "closing_rate" | "density" | "on_time_rate" | "open" | "overdue" | "reported";
  readonly case_class: string;
  readonly days: number;
  readonly level: "cell" | "city" | "community" | "county" | "province" | "street" | null;
}

/** An area in use today; `bounds` are west, south, east, north in degrees, None when unknown. */
export interface AreaRow {
  readonly code: string;
  readonly level: "cell" | "city" | "community" | "county" | "province" | "street";
  readonly parent: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly person: string;
  readonly phone: string;
  readonly bounds: readonly [number, number, number, number] | null;
}

/** A vote, open until `closed_ms` (UTC, 0 while it is open). `counts` are the votes for each choice, in their order.
 *
 *  `id` is the `op` of the command that opened it, `rev` grows by one with each change. Who voted for what is told to
 *  nobody, and of the vote only who is cleared for its `label` hears. */
export interface Ballot {
  readonly id: string;
  readonly plan: string;
  readonly title: string;
  readonly choices: readonly BallotChoice[];
  readonly counts: readonly number[];
  readonly opened_ms: number;
  readonly closed_ms: number;
  readonly rev: number;
  readonly label: "internal" | "public" | "sensitive";
}

/** One alternative with its figures; `id` is that of the plan's alternative, "" for what stands today.
 *
 *  `density` is a share from 0 to 1, areas are square metres. `passes` says whether the conditions of the plot are
 *  kept, None without any. `picture` is a small JPEG in base64, "" for none. */
export interface BallotChoice {
  readonly id: string;
  readonly name: string;
  readonly far: number;
  readonly density: number;
  readonly gfa_m2: number;
  readonly highest_m: number;
  readonly buildings: number;
  readonly passes: boolean | null;
  readonly picture: string;
}

/** The last word of either side.
 *
 *  A hub says "token", "protocol", "slow", "stopping", "broken", "limit" or "label" (the clearance has changed, and the
 *  next connection begins anew); a screen that is closed says "closed", and
 *  gives up the floor and its place in the queue. A line that breaks without a word leaves the lease to its time. */
export interface Bye {
  readonly type: "bye";
  readonly reason: string;
}

/** One call back to whoever rang a hotline (回访), and what they said.
 *
 *  `is_answered`: the department spoke with them about it; `score` is 1 (very dissatisfied) … 5 (very satisfied), 3 is
 *  just satisfied (基本满意). None and 0 were not said; when nobody was reached nothing was. `at_ms` is 0 in a wish. */
export interface CallBack {
  readonly is_reached: boolean;
  readonly is_answered: boolean | null;
  readonly is_solved: boolean | null;
  readonly score: number;
  readonly at_ms: number;
}

/** A camera that looks at `target` from `distance_m` away.
 *
 *  `target` is in world metres (east, north, up). `heading_deg` is the compass direction the camera looks towards
 *  (0 north, 90 east). `pitch_deg` is the angle of the line of sight against the horizon, negative looking down.
 *  `fov_deg` is the vertical opening angle. */
export interface CameraPose {
  readonly target: readonly [number, number, number];
  readonly heading_deg: number;
  readonly pitch_deg: number;
  readonly distance_m: number;
  readonly fov_deg: number;
}

/** One case as it stands after step number `rev`.
 *
 *  `case_class` is a code of GB/T 30428.2 or a city's own, `source` a key of sources.csv, `area` the narrowest known
 *  code. `lon_deg`, `lat_deg` (CGCS2000) are None when the place is unknown. `handlers` are the ids of all who worked
 *  on it: none of them may check it. `due_ms` is the end of the running clock as of the last step, 0 when none runs.
 *  Holds no personal data: who reported it is kept apart (`Reporter`). `label` is its own, beside that of its class. */
export interface Case {
  readonly id: string;
  readonly rev: number;
  readonly state: "archived" | "checking" | "closed" | "declined" | "dispatched" | "fed_back" | "filed" | "handling" | "merged" | "not_filed" | "passed" | "reported" | "suspended" | "to_file" | "verifying" | "void";
  readonly kind: "component" | "event";
  readonly case_class: string;
  readonly source: string;
  readonly area: string;
  readonly reported_ms: number;
  readonly changed_ms: number;
  readonly urgency: "extreme" | "normal" | "urgent";
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly address: string;
  readonly description: string;
  readonly component: string;
  readonly alarm: string;
  readonly verdict: "confirmed" | "refuted" | "unverified";
  readonly department: string;
  readonly handlers: readonly string[];
  readonly helps: readonly Help[];
  readonly request: Request | null;
  readonly clocks: readonly Clock[];
  readonly due_ms: number;
  readonly photos: readonly Photo[];
  readonly merged_into: string;
  readonly filed_ms: number;
  readonly fed_back_ms: number;
  readonly closed_ms: number;
  readonly dispatches: number;
  readonly returns: number;
  readonly reworks: number;
  readonly score: number;
  readonly is_solved: boolean | null;
  readonly call_backs: readonly CallBack[];
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** How many cases there are, as of `at_ms`; `day_ms` is when today began.
 *
 *  `open_by_*` count cases that are open by stage, code of the street (or the widest known area), department, class
 *  and source; `by_hour` counts today's reports by hour of the day. Rates are shares 0…1 over the last thirty days, by
 *  the names and formulas of docs/reference/cases.md, absent when there is nothing to count. Cases with a label
 *  above `label` are not counted. */
export interface CaseCounts {
  readonly at_ms: number;
  readonly day_ms: number;
  readonly reported_today: number;
  readonly filed_today: number;
  readonly closed_today: number;
  readonly overdue: number;
  readonly due_soon: number;
  readonly total: number;
  readonly open_by_stage: Readonly<Record<string, number>>;
  readonly open_by_area: Readonly<Record<string, number>>;
  readonly open_by_department: Readonly<Record<string, number>>;
  readonly open_by_class: Readonly<Record<string, number>>;
  readonly open_by_source: Readonly<Record<string, number>>;
  readonly by_hour: readonly number[];
  readonly rates: Readonly<Record<string, number>>;
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** Which cases to list: all fields must hold; an empty one holds for all.
 *
 *  `states` are states or stages, `words` occur in id, address or description; `from_ms`, `to_ms` bound when it was
 *  reported. `is_mine` asks for those that wait for whoever asks; closed ones wait a week to be rated. */
export interface CaseFilter {
  readonly area?: string;
  readonly kind?: "component" | "event" | null;
  readonly case_class?: string;
  readonly department?: string;
  readonly states?: readonly string[];
  readonly source?: string;
  readonly words?: string;
  readonly from_ms?: number;
  readonly to_ms?: number;
  readonly is_overdue?: boolean;
  readonly is_open?: boolean;
  readonly is_mine?: boolean;
  readonly sort?: "changed" | "due" | "reported" | "urgency";
  readonly offset?: number;
  readonly limit?: number;
}

/** One case in short, as it stands after step number `rev`.
 *
 *  `title_zh`, `title_en` name its class. `begun_ms` and `due_ms` are the span of the clock that runs, 0 when none does
 *  or it is paused. `turns` are the moments at which that clock's colour changes, oldest first, so that no screen needs
 *  the work calendar. `lon_deg`, `lat_deg` are CGCS2000, `x_m`, `y_m` the same place in the twin's CRS; None when it is
 *  unknown. `photo` is the newest photo's name, "" for none. `label` is up to whom it is told. */
export interface CaseLine {
  readonly id: string;
  readonly rev: number;
  readonly state: "archived" | "checking" | "closed" | "declined" | "dispatched" | "fed_back" | "filed" | "handling" | "merged" | "not_filed" | "passed" | "reported" | "suspended" | "to_file" | "verifying" | "void";
  readonly kind: "component" | "event";
  readonly case_class: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly source: string;
  readonly area: string;
  readonly reported_ms: number;
  readonly changed_ms: number;
  readonly urgency: "extreme" | "normal" | "urgent";
  readonly address: string;
  readonly department: string;
  readonly begun_ms: number;
  readonly due_ms: number;
  readonly turns: readonly (readonly [number, "green" | "grey" | "orange" | "red" | "yellow"])[];
  readonly x_m: number | null;
  readonly y_m: number | null;
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly alarm: string;
  readonly component: string;
  readonly photo: string;
  readonly closed_ms: number;
  readonly reworks: number;
  readonly merged_into: string;
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** Some of the cases that a filter finds, the first first; `total` is how many there are. */
export interface CasePage {
  readonly total: number;
  readonly lines: readonly CaseLine[];
}

/** Where cases lie, in degrees (CGCS2000); `total` counts those without a place too, and those beyond the most. */
export interface CasePoints {
  readonly total: number;
  readonly lon_deg: readonly number[];
  readonly lat_deg: readonly number[];
}

/** Everything about one case that whoever asks may see; the reporter is masked by role. */
export interface CaseSheet {
  readonly case: Case;
  readonly line: CaseLine;
  readonly reporter: Reporter;
  readonly steps: readonly PossibleStep[];
  readonly trail: readonly TrailRow[];
  readonly proposals: readonly Proposal[];
  readonly alike: readonly Alike[];
}

/** One step of the log plane; `seq` has no gaps.
 *
 *  `kind` says what `body` is: "alarm" an `Alarm`, "source" a `SourceStatus`, "notice" a `Notice` that
 *  `twin.notices.after_notice` takes in, "notices_over" a `NoticesOver`, "report" a `Report`, "device" a `Device`,
 *  "case" a `CaseLine`, "case_counts" a `CaseCounts`, "response" a `Response`,
 *  "post" a `PostReport`, "ballot" a `Ballot`, "site" a `SiteStatus`, "site_case" a `SiteCase`,
 *  "site_alarm" a `SiteAlarm`, "site_order" a `SiteOrder`, "joint" a `Joint`, "site_notice" a `SiteNotice`; "withheld"
 *  stands for what is above the clearance of whoever hears it. `is_raised`: its label was lower before, and whoever is
 *  below it forgets it. */
export interface Change {
  readonly type: "change";
  readonly seq: number;
  readonly kind: string;
  readonly body: unknown;
  readonly is_raised: boolean;
}

/** One class of components or events. */
export interface ClassRow {
  readonly kind: "component" | "event";
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
}

/** A time limit that runs: `amount` of `unit` from `started_ms`.
 *
 *  `pauses` are (from_ms, to_ms), oldest first; to_ms is 0 while the last one lasts. `ended_ms` is 0 while it runs. */
export interface Clock {
  readonly kind: "checking" | "dispatching" | "filing" | "handling";
  readonly amount: number;
  readonly unit: "emergency_hour" | "work_day" | "work_hour";
  readonly started_ms: number;
  readonly pauses: readonly (readonly [number, number])[];
  readonly ended_ms: number;
}

/** Colour the objects of a layer by one attribute.
 *
 *  `attribute` is an attribute key, or "@height_m" / "@class" for the columns every object has.
 *  A number is graded over `low` … `high` (None: the layer's own range); words get one colour each. */
export interface Colouring {
  readonly layer: string;
  readonly attribute: string;
  readonly palette: string;
  readonly low: number | null;
  readonly high: number | null;
}

/** A wish that changes something for everybody; the same `op` (a UUID) twice is done once and answered twice.
 *
 *  `n` counts the device's commands upwards from `Welcome.n`, and stays the same when a command is sent again; 0 when
 *  it does not count. With `if_seq` the wish is refused as a conflict when its object has changed after that `seq` of
 *  the log. */
export interface Command {
  readonly type: "command";
  readonly op: string;
  readonly action: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly n?: number;
  readonly if_seq?: number | null;
}

/** Buildings beyond `plane` and outside `box` are cut away, the ground too where `cuts_ground`.
 *
 *  Objects above `ghosts_above_m` are ghosts, and so is what is not selected where `is_xray`. World metres. */
export interface Cutting {
  readonly plane: SectionPlane | null;
  readonly box: Extent | null;
  readonly cuts_ground: boolean;
  readonly ghosts_above_m: number | null;
  readonly is_xray: boolean;
}

/** A department or crew that cases are dispatched to. */
export interface DepartmentRow {
  readonly id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly areas: readonly string[];
  readonly duties: readonly string[];
  readonly is_on_duty: boolean;
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly open_cases: number;
}

/** One device; times are milliseconds since 1970 UTC.
 *
 *  `role` is what it may do now, until `role_until_ms`; afterwards it is a viewer again. `asked` is a role that it asks
 *  for, with `match`, four digits that its screen and the desk both show so that people know whom they let in.
 *  `user` is who logged in on it. A device that is `is_revoked` or past `until_ms` is not let in any more.
 *  `department` and `areas` (codes; none is everywhere) say whose cases whoever holds it works on; `person` is somebody
 *  of the city's table who holds it, and then the table says so. Who logs in counts before both. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly kind: "desk" | "kiosk" | "phone" | "wall";
  readonly role: "admin" | "duty_officer" | "grid_worker" | "operator" | "viewer";
  readonly role_until_ms: number;
  readonly user: string;
  readonly asked: "admin" | "duty_officer" | "grid_worker" | "operator" | "viewer" | null;
  readonly match: string;
  readonly since_ms: number;
  readonly until_ms: number;
  readonly seen_ms: number;
  readonly is_revoked: boolean;
  readonly department: string;
  readonly areas: readonly string[];
  readonly person: string;
}

/** A road that is closed for a while; lines are (longitude, latitude) and (east, north). */
export interface EventClosure {
  readonly name_zh: string;
  readonly name_en: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly degrees: readonly (readonly [number, number])[];
  readonly metres: readonly (readonly [number, number])[];
}

/** One phase, up to but without `to_ms`. */
export interface EventPhase {
  readonly title_zh: string;
  readonly title_en: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** One post: of which department, how many people, with what duty, and where; `route_m` from the start. */
export interface EventPost {
  readonly id: string;
  readonly kind: "command" | "finish" | "guard" | "medical" | "traffic" | "volunteer" | "water";
  readonly name_zh: string;
  readonly name_en: string;
  readonly department: string;
  readonly people: number;
  readonly duty_zh: string;
  readonly duty_en: string;
  readonly lon_deg: number;
  readonly lat_deg: number;
  readonly x_m: number;
  readonly y_m: number;
  readonly route_m: number;
}

/** An axis-aligned box in a projected frame: metres, east, north, up. */
export interface Extent {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly bottom: number;
  readonly top: number;
}

/** One city object: the layer that holds it and its id there. */
export interface FeatureRef {
  readonly layer: string;
  readonly id: string;
}

/** A wish about who leads; `to` names the screen for grant, deny and revoke. */
export interface Floor {
  readonly type: "floor";
  readonly wish: "deny" | "grant" | "lock" | "release" | "renew" | "request" | "revoke" | "seize" | "unlock";
  readonly to?: string;
}

/** Who leads: `holder` is a screen, "" for nobody; `fence` grows with each new holder.
 *
 *  `left_ms` is what is left of the lease now. `queue` are the screens that asked, first come first. While `is_locked`
 *  only the holder and who may seize the floor write. */
export interface FloorState {
  readonly type: "floor_state";
  readonly holder: string;
  readonly fence: number;
  readonly left_ms: number;
  readonly queue: readonly string[];
  readonly is_locked: boolean;
}

/** What the wall shows large beside the city: one station, alarm, case, camera or panel. */
export interface Focus {
  readonly kind: "alarm" | "camera" | "case" | "panel" | "station";
  readonly id: string;
}

/** The tables a city governs by, and what whoever asks is in the life of a case; `people` for duty officers only. */
export interface Governance {
  readonly areas: readonly AreaRow[];
  readonly classes: readonly ClassRow[];
  readonly departments: readonly DepartmentRow[];
  readonly sources: readonly SourceRow[];
  readonly people: readonly PersonRow[];
  readonly me: string;
  readonly my_name: string;
  readonly my_roles: readonly ("assessor" | "collector" | "dispatcher" | "duty_officer" | "handler" | "registrar" | "system")[];
  readonly my_areas: readonly string[];
  readonly my_department: string;
}

/** The first word of a screen, within ten seconds; `kind` is "desk", "wall", "phone" or what comes later.
 *
 *  `screen` names the device and stays the same over reconnections. `token` is the hub's token: a browser cannot put it
 *  into a header of a WebSocket, and an address must not carry it. `room` is the group of linked screens it belongs to,
 *  `name` what people call it. `window` is how many frames of the view plane may be on their way unseen (`Seen`).
 *  `tile` says which part of a larger picture it draws, such as "2,1/3x2"; empty for a whole one. */
export interface Hello {
  readonly type: "hello";
  readonly protocol: string;
  readonly screen: string;
  readonly kind: string;
  readonly token: string;
  readonly resume?: Resume | null;
  readonly room?: string;
  readonly name?: string;
  readonly window?: number;
  readonly tile?: string;
}

/** A department that was asked to help (协办). */
export interface Help {
  readonly department: string;
  readonly is_done: boolean;
}

/** A sign of life, at least every 10 s: whether the screen follows the show, and its round trip in milliseconds.
 *
 *  `lacks` are layers that it does not show, the first of them where there are many. */
export interface Here {
  readonly type: "here";
  readonly follows?: boolean;
  readonly rtt_ms?: number;
  readonly name?: string;
  readonly width_px?: number;
  readonly height_px?: number;
  readonly lacks?: readonly Lack[];
}

/** The indicators of one group: `counts` as in `twin.cases.indicators.Counts`, `rates` by name, absent if none. */
export interface IndicatorRow {
  readonly key: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly rates: Readonly<Record<string, number>>;
}

/** Indicators of a span of time, of all its cases and of each group, the largest first. */
export interface Indicators {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly by: "area" | "class" | "day" | "department" | "source";
  readonly whole: IndicatorRow;
  readonly groups: readonly IndicatorRow[];
}

/** A joint session (联合会商): the screens of `leader` lead those of `sites`. `session` is unique; "" when over. */
export interface Joint {
  readonly session: string;
  readonly leader: string;
  readonly title: string;
  readonly sites: readonly string[];
  readonly since_ms: number;
  readonly state: "joined" | "left" | "open" | "waiting";
}

/** A layer of the twin that a screen does not show: its title, and why, in words for people. */
export interface Lack {
  readonly title_zh: string;
  readonly title_en: string;
  readonly why_zh?: string;
  readonly why_en?: string;
}

/** One event; `route` is (east, north), `route_degrees` the same as (longitude, latitude).
 *
 *  `near_m` is how far from the route a case belongs to the event. `stations` and `cameras` name what is watched.
 *  `label` is as the hub tells it.
 *  `rehearsal_min`: when a hub plays the invented event, it begins so many minutes before the hub did; None for a real
 *  one. */
export interface MajorEvent {
  readonly id: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly begin_ms: number;
  readonly end_ms: number;
  readonly route: readonly (readonly [number, number])[];
  readonly route_degrees: readonly (readonly [number, number])[];
  readonly near_m: number;
  readonly posts: readonly EventPost[];
  readonly phases: readonly EventPhase[];
  readonly closures: readonly EventClosure[];
  readonly stations: readonly string[];
  readonly cameras: readonly string[];
  readonly source: string;
  readonly is_simulated: boolean;
  readonly rehearsal_min: number | null;
  readonly label: "internal" | "public" | "sensitive";
}

/** One screen of the room; `since_ms` is the hub's time at which it came. */
export interface Member {
  readonly screen: string;
  readonly kind: string;
  readonly name: string;
  readonly role: "admin" | "duty_officer" | "grid_worker" | "operator" | "viewer";
  readonly follows: boolean;
  readonly rtt_ms: number;
  readonly width_px: number;
  readonly height_px: number;
  readonly since_ms: number;
  readonly lacks: readonly Lack[];
}

/** Directory of the positions that follow; indices hold for one life of the hub. */
export interface MoverNames {
  readonly type: "movers";
  readonly rows: readonly MoverRow[];
}

/** What an index of `Positions` stands for; a later row with the same index replaces the earlier. */
export type MoverRow = readonly [index: number, mover: string, label: string, kind: "bike" | "boat" | "bus" | "car" | "robot" | "shuttle" | "truck" | "vessel", source: string, is_simulated?: boolean];

/** One annotation through `points`, world metres; `colour` is #rrggbb.
 *
 *  An area is closed, its first point is not repeated. One that `is_measured` says its length or area after its words. */
export interface Note {
  readonly id: string;
  readonly kind: "arrow" | "freehand" | "line" | "point" | "polygon";
  readonly points: readonly (readonly [number, number, number])[];
  readonly words: string;
  readonly colour: string;
  readonly is_visible: boolean;
  readonly is_measured: boolean;
}

/** One warning.
 *
 *  `identifier` with `sender` and `sent_ms` names it; `references` name those it replaces or ends. `colour` is None
 *  where the sender gave no severity. Times are milliseconds since 1970 UTC, 0 where not given. Only a notice whose
 *  `status` is "actual" may trigger anything; every other one is shown with a watermark. What is published is public;
 *  what another site tells this one has the `label` that it has there. */
export interface Notice {
  readonly identifier: string;
  readonly sender: string;
  readonly sent_ms: number;
  readonly status: "actual" | "draft" | "exercise" | "system" | "test";
  readonly kind: "ack" | "alert" | "cancel" | "error" | "update";
  readonly event: string;
  readonly colour: "blue" | "orange" | "red" | "yellow" | null;
  readonly headline_zh: string;
  readonly headline_en: string;
  readonly description_zh: string;
  readonly description_en: string;
  readonly instruction_zh: string;
  readonly instruction_en: string;
  readonly sender_name: string;
  readonly urgency: string;
  readonly certainty: string;
  readonly effective_ms: number;
  readonly onset_ms: number;
  readonly expires_ms: number;
  readonly areas: readonly NoticeArea[];
  readonly references: readonly string[];
  readonly source: string;
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** Where a notice holds: closed rings of (longitude, latitude) in degrees, circles with a radius in km, codes. */
export interface NoticeArea {
  readonly name: string;
  readonly polygons: readonly (readonly (readonly [number, number])[])[];
  readonly circles: readonly (readonly [number, number, number])[];
  readonly codes: readonly string[];
}

/** That a notice is at a site, or that a person there, `by`, has confirmed it; `at_ms` by the clock of that site.
 *
 *  "refused": on its way to `site` it was put aside, told by the site before, which may still end; `why_*` says why. */
export interface NoticeReceipt {
  readonly notice: string;
  readonly site: string;
  readonly state: "confirmed" | "received" | "refused";
  readonly at_ms: number;
  readonly by: string;
  readonly why_zh: string;
  readonly why_en: string;
}

/** Public warnings whose time is over, by `Notice.key`; what cancels one comes as a notice itself. */
export interface NoticesOver {
  readonly keys: readonly string[];
}

/** Somebody of the city's table of people, as who gives devices out sees them. */
export interface PersonRow {
  readonly user: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly roles: readonly ("assessor" | "collector" | "dispatcher" | "duty_officer" | "handler" | "registrar" | "system")[];
  readonly areas: readonly string[];
  readonly department: string;
}

/** A reference to a photo that is kept elsewhere; `id` names its content. */
export interface Photo {
  readonly id: string;
  readonly moment: "after" | "before" | "scene";
  readonly taken_ms: number;
  readonly size_bytes: number;
}

/** Answered by `Pong` with the same `sent_ms`. */
export interface Ping {
  readonly type: "ping";
  readonly sent_ms?: number;
}

/** How a model is set into the city: its point `origin` (model metres) comes to `at` (world metres).
 *
 *  It is scaled and turned about that point, `turn_deg` clockwise as seen from above. */
export interface Placement {
  readonly origin: readonly [number, number, number];
  readonly at: readonly [number, number, number];
  readonly turn_deg: number;
  readonly scale: number;
}

/** Whom to call when a task is `late_min` minutes overdue. */
export interface PlanCallRow {
  readonly late_min: number;
  readonly to_zh: string;
  readonly to_en: string;
  readonly phone: string;
}

/** A department of a template, and the number under which its desk answers. */
export interface PlanPartyRow {
  readonly department: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly role_zh: string;
  readonly role_en: string;
  readonly phone: string;
}

/** A template of a joint response; `fits` says that it is proposed for the case or alarm that was asked about. */
export interface PlanRow {
  readonly id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly level: "I" | "II" | "III" | "IV";
  readonly parties: readonly PlanPartyRow[];
  readonly tasks: readonly PlanTaskRow[];
  readonly escalation: readonly PlanCallRow[];
  readonly fits: boolean;
  readonly source: string;
  readonly is_simulated: boolean;
}

/** A task of a template; it belongs to `level` and all higher ones. */
export interface PlanTaskRow {
  readonly id: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly department: string;
  readonly due_min: number;
  readonly after: readonly string[];
  readonly needs: readonly ("confirm" | "photo")[];
  readonly level: "I" | "II" | "III" | "IV";
}

/** Why a template cannot be used: which file, which line, and what to do. */
export interface PlanTrouble {
  readonly zh: string;
  readonly en: string;
}

/** All templates, those that fit first; `may_start` says whether whoever asks may start one. */
export interface Plans {
  readonly plans: readonly PlanRow[];
  readonly troubles: readonly PlanTrouble[];
  readonly may_start: boolean;
}

/** Where the light of a laser pointer falls, in world metres. */
export interface Pointer {
  readonly target: readonly [number, number, number];
}

/** The answer to a `Ping`. */
export interface Pong {
  readonly type: "pong";
  readonly sent_ms: number;
  readonly server_ms: number;
}

/** The last fix of a mover: metres in the twin's CRS, degrees clockwise from north, 1 where it alarms. */
export type PositionRow = readonly [index: number, x_m: number, y_m: number, heading_deg: number, speed_kmh: number, event_ms: number, is_alarming?: number];

/** Last fixes that are newer than what was told; the next frame of positions waits for `Ready`. */
export interface Positions {
  readonly type: "positions";
  readonly revision: number;
  readonly rows: readonly PositionRow[];
}

/** A step that whoever asks may take now; `needs` are what its form must hold (`twin.cases.life.Need`). */
export interface PossibleStep {
  readonly step: "ask_extension" | "ask_help" | "ask_suspension" | "call_back" | "close" | "confirm" | "decline" | "dispatch" | "erase_reporter" | "evaluate" | "fail_check" | "feed_back" | "file" | "grant_extension" | "grant_suspension" | "help_done" | "lower_label" | "merge" | "note" | "pass_check" | "raise_label" | "reassign" | "refuse_filing" | "refuse_request" | "refute" | "register" | "report" | "resume" | "return" | "send_to_check" | "send_to_verify" | "sign" | "urge" | "void";
  readonly title_zh: string;
  readonly title_en: string;
  readonly needs: readonly string[];
}

/** How a post stands, as it was last told, and by whom; `rev` counts what was told of it.
 *
 *  `label` is never below that of the event. */
export interface PostReport {
  readonly post: string;
  readonly event: string;
  readonly state: "away" | "help" | "in_place" | "left";
  readonly at_ms: number;
  readonly rev: number;
  readonly note: string;
  readonly by_name: string;
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** Who is there: all of them when `is_all`, otherwise those that came or changed, and those that `left`. */
export interface Presence {
  readonly type: "presence";
  readonly members: readonly Member[];
  readonly left: readonly string[];
  readonly is_all: boolean;
}

/** A department that a case may be dispatched to: how well it fits, 0…1, and why. */
export interface Proposal {
  readonly department: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly fit: number;
  readonly why_zh: readonly string[];
  readonly why_en: readonly string[];
}

/** The latest value of one series; None where the source says that it is missing. */
export type ReadingRow = readonly [index: number, value: number | null, event_ms: number, received_ms: number, quality?: "bad" | "good" | "maintenance" | "missing" | "suspect", origin?: "late" | "live" | "replay" | "retained", is_simulated?: boolean, mark?: string];

/** Latest values that changed up to `revision`; the next frame of readings waits for `Ready`. */
export interface Readings {
  readonly type: "readings";
  readonly revision: number;
  readonly rows: readonly ReadingRow[];
}

/** Credit: the screen has shown what came and takes another frame of readings or positions. */
export interface Ready {
  readonly type: "ready";
  readonly revision?: number;
}

/** Why something was not done: `about` is the type of the message, `n` its number. Whole sentences for people.
 *
 *  A screen that says too much is told so with "pace", at most once a second, and is read more slowly; nothing is lost. */
export interface Refused {
  readonly type: "refused";
  readonly about: string;
  readonly code: "fence" | "floor" | "locked" | "pace" | "role" | "room" | "size" | "value";
  readonly n: number;
  readonly error_zh: string;
  readonly error_en: string;
}

/** One report.
 *
 *  `id` is the `op` of the command that filed it, `time_ms` when it was seen (UTC), `received_ms` when the hub took it.
 *  `lon` and `lat` are degrees in WGS 84, `x_m` and `y_m` the same place in the twin's CRS, all None when nobody said
 *  where. `photo` names a picture the hub keeps, ""
 *  for none. `by` is the screen that filed it. `label` is that of the case it becomes, as the hub tells it. */
export interface Report {
  readonly id: string;
  readonly time_ms: number;
  readonly received_ms: number;
  readonly category: "bank" | "colour" | "facility" | "floating" | "flooding" | "other" | "outfall" | "road";
  readonly words: string;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly photo: string;
  readonly by: string;
  readonly x_m: number | null;
  readonly y_m: number | null;
  readonly label: "internal" | "public" | "sensitive";
}

/** Who reported a case: personal data, kept apart from the case and masked by role. */
export interface Reporter {
  readonly name: string;
  readonly phone: string;
  readonly address: string;
}

/** More time, or a suspension, that was asked for and nobody has decided yet; `amount` in the clock's unit. */
export interface Request {
  readonly kind: "extension" | "suspension";
  readonly by: string;
  readonly asked_ms: number;
  readonly amount: number;
}

/** One joint response as it stands after step number `rev`; `plan` is the template it was started from.
 *
 *  `case`, `alarm` say what it was started for, "" for neither. `news` are the last steps, the newest last. Metres are
 *  those of the twin's CRS, filled for the screens and not kept; so is `label`, that of its case and alarm. */
export interface Response {
  readonly id: string;
  readonly rev: number;
  readonly plan: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly level: "I" | "II" | "III" | "IV";
  readonly state: "active" | "cancelled" | "ended";
  readonly started_ms: number;
  readonly changed_ms: number;
  readonly ended_ms: number;
  readonly case: string;
  readonly alarm: string;
  readonly reason: string;
  readonly address: string;
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly x_m: number | null;
  readonly y_m: number | null;
  readonly commander: string;
  readonly commander_name: string;
  readonly parties: readonly ResponseParty[];
  readonly tasks: readonly ResponseTask[];
  readonly escalation: readonly ResponseEscalation[];
  readonly news: readonly ResponseNews[];
  readonly summary: string;
  readonly is_simulated: boolean;
  readonly label: "internal" | "public" | "sensitive";
}

/** Whom a task is taken to once it is `late_min` minutes overdue. */
export interface ResponseEscalation {
  readonly late_min: number;
  readonly to_zh: string;
  readonly to_en: string;
}

/** What happened last: a step, of which task ("" of the response), by whom, with what note. */
export interface ResponseNews {
  readonly at_ms: number;
  readonly step: "accept" | "cancel" | "confirm" | "end" | "finish" | "level" | "note" | "reassign" | "refuse" | "reopen" | "start" | "waive";
  readonly task: string;
  readonly by_name: string;
  readonly note: string;
}

/** A department that takes part, and as what; degrees are CGCS2000, metres the twin's CRS, None when unknown. */
export interface ResponseParty {
  readonly department: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly role_zh: string;
  readonly role_en: string;
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly x_m: number | null;
  readonly y_m: number | null;
}

/** Everything about one response: the steps that whoever asks may take, its whole trail, and whom to call. */
export interface ResponseSheet {
  readonly response: Response;
  readonly steps: readonly ResponseStepRow[];
  readonly trail: readonly ResponseTrailRow[];
  readonly phones: Readonly<Record<string, string>>;
  readonly calls: readonly PlanCallRow[];
}

/** A step that whoever asks may take; `task` is "" for one of the whole response. */
export interface ResponseStepRow {
  readonly step: "accept" | "cancel" | "confirm" | "end" | "finish" | "level" | "note" | "reassign" | "refuse" | "reopen" | "start" | "waive";
  readonly title_zh: string;
  readonly title_en: string;
  readonly task: string;
  readonly needs: readonly string[];
}

/** One task of a response as it stands after its own step number `rev`.
 *
 *  `after` are tasks that must be settled before it is finished. It is due at `due_ms`, from `begun_ms` when it was
 *  given. `ended_ms` is when it was done, given up or waived, 0 before; `by_name` who did that. */
export interface ResponseTask {
  readonly id: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly department: string;
  readonly begun_ms: number;
  readonly due_ms: number;
  readonly rev: number;
  readonly state: "accepted" | "cannot" | "done" | "open" | "reported" | "waived";
  readonly after: readonly string[];
  readonly needs: readonly ("confirm" | "photo")[];
  readonly accepted_ms: number;
  readonly ended_ms: number;
  readonly by_name: string;
  readonly note: string;
  readonly photos: readonly Photo[];
}

/** One step that was taken. */
export interface ResponseTrailRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly step: "accept" | "cancel" | "confirm" | "end" | "finish" | "level" | "note" | "reassign" | "refuse" | "reopen" | "start" | "waive";
  readonly title_zh: string;
  readonly title_en: string;
  readonly by: string;
  readonly task: string;
  readonly by_name: string;
  readonly note: string;
}

/** Where a screen stopped hearing: the last `seq` it has of the hub's life `epoch`. */
export interface Resume {
  readonly epoch: string;
  readonly seq: number;
}

/** A plane with two axes of its own: `across` and `upward`, unit vectors.
 *
 *  A place in the plane is (u, v) metres from `origin` along both. What lies on the side of their cross product is cut
 *  away. */
export interface SectionPlane {
  readonly origin: readonly [number, number, number];
  readonly across: readonly [number, number, number];
  readonly upward: readonly [number, number, number];
}

/** Credit for the view plane: the screen has drawn everything up to `revision`. */
export interface Seen {
  readonly type: "seen";
  readonly revision: number;
}

/** Directory of the readings that follow; indices hold for one connection. */
export interface Series {
  readonly type: "series";
  readonly rows: readonly SeriesRow[];
}

/** What an index of `Readings` stands for; a later row with the same index replaces the earlier. */
export type SeriesRow = readonly [index: number, station: string, quantity: string, statistic: "avg" | "instant" | "max" | "min" | "total", unit: string, period_s?: number, source?: string];

/** How a layer is shown; `opacity` from 0 to 1. */
export interface SharedLayer {
  readonly is_visible: boolean;
  readonly opacity: number;
}

/** Write one value of the show; the screen must hold the floor and `fence` be that of its lease.
 *
 *  `n` counts the screen's own writes; a `Refused` names it. `value` is as `stage.sharing` gives it; null takes away.
 *  `label` is chosen by who shows it, None for the usual one; never below that of what the value names. */
export interface Show {
  readonly type: "show";
  readonly key: "area" | "area_map" | "board" | "camera" | "colouring" | "focus" | "isolated" | "layers" | "moment" | "notes" | "pointer" | "scene" | "scheme" | "section" | "selection" | "style" | "timeline" | "water_colour";
  readonly value: unknown;
  readonly fence: number;
  readonly n?: number;
  readonly label?: "internal" | "public" | "sensitive" | null;
}

/** A value of the show as it holds now; `by` is the screen that wrote it.
 *
 *  `revision` grows by one with each write in the room; a screen that was told later ones skips those between.
 *  `at_ms` is the hub's time at which all screens are to present it, so that the tiles of a wall change together; the
 *  camera is told a little ahead where tiles hang on several machines. Whoever is below its `label` is told that
 *  nothing is shown. */
export interface Shown {
  readonly type: "shown";
  readonly revision: number;
  readonly key: "area" | "area_map" | "board" | "camera" | "colouring" | "focus" | "isolated" | "layers" | "moment" | "notes" | "pointer" | "scene" | "scheme" | "section" | "selection" | "style" | "timeline" | "water_colour";
  readonly value: unknown;
  readonly by: string;
  readonly at_ms: number;
  readonly label: "internal" | "public" | "sensitive";
}

/** The figures of what is shown; `passes` says whether every typed condition of the plot is kept, None without any.
 *
 *  Areas in square metres, `density` from 0 to 1. */
export interface ShownFigures {
  readonly site_m2: number;
  readonly far: number;
  readonly density: number;
  readonly gfa_m2: number;
  readonly highest_m: number;
  readonly buildings: number;
  readonly passes: boolean | null;
}

/** A block in world metres, rounded to centimetres; `model` names the detailed model that it stands for, or "". */
export interface ShownMass {
  readonly id: string;
  readonly outline: readonly (readonly [number, number])[];
  readonly base_m: number;
  readonly height_m: number;
  readonly use: "commercial" | "industrial" | "mixed" | "office" | "other" | "public" | "residential";
  readonly model: string;
  readonly storeys: number;
}

/** A detailed model: its file below the plan's folder, how it is read and placed. `layer` is its name in scenes. */
export interface ShownModel {
  readonly layer: string;
  readonly file: string;
  readonly crs: string;
  readonly placement: Placement;
}

/** Annotations as screens show them, in world metres rounded to centimetres; `left_out` did not fit. */
export interface ShownNotes {
  readonly notes: readonly Note[];
  readonly left_out: number;
}

/** One alternative of a plan as screens show it.
 *
 *  `alternative` is its id, "" for what stands today; it is the `number`th of `count` (0 for what stands today).
 *  `gone` names what is replaced, by layer, `kept` what else stands in the area. `left_out` counts blocks that did not
 *  fit into the message, the smallest. */
export interface ShownPlan {
  readonly plan: string;
  readonly title: string;
  readonly alternative: string;
  readonly name: string;
  readonly number: number;
  readonly count: number;
  readonly view: "after" | "before" | "compare";
  readonly area: readonly (readonly [number, number])[];
  readonly gone: Readonly<Record<string, readonly string[]>>;
  readonly kept: Readonly<Record<string, readonly string[]>>;
  readonly masses: readonly ShownMass[];
  readonly models: readonly ShownModel[];
  readonly figures: ShownFigures;
  readonly left_out: number;
}

/** A cutting as screens show it; the faces are filled where it `has_caps`. */
export interface ShownSection {
  readonly cutting: Cutting;
  readonly has_caps: boolean;
}

/** An alarm of a lower site, to look at. `id` is unique over sites.
 *
 *  `station_zh` and `station_en` name its station, "" when the site did not; `x_m`, `y_m` lie in the twin's CRS here. */
export interface SiteAlarm {
  readonly id: string;
  readonly site: string;
  readonly alarm: Alarm;
  readonly station_zh: string;
  readonly station_en: string;
  readonly x_m: number | null;
  readonly y_m: number | null;
}

/** A case of a lower site; only a command that goes down changes it. `id` is unique over sites. */
export interface SiteCase {
  readonly id: string;
  readonly site: string;
  readonly line: CaseLine;
}

/** A site in figures, as of `at_ms` of its own clock; rates are not added up across sites.
 *
 *  `sources_bad` counts sources that do not deliver. `screens` counts screens that are linked there. */
export interface SiteFigures {
  readonly at_ms: number;
  readonly open_cases: number;
  readonly overdue: number;
  readonly reported_today: number;
  readonly closed_today: number;
  readonly alarms: Readonly<Record<string, number>>;
  readonly sources: number;
  readonly sources_bad: number;
  readonly screens: number;
  readonly is_simulated: boolean;
}

/** What a site tells those below it, such as “flood watch, prepare pumps”; named for ever by site, epoch and `seq`.
 *
 *  `op` is the wish that gave it, "" at other sites than that. `sites` are those it is for, `area` names the place it
 *  is about; it holds from `from_ms` until `until_ms`. One that `ends` another, by its id, puts an end to that.
 *  `receipts` are those that have come back; `passed` are the next sites that have it safe, `here` is the receipt of
 *  the site whose hub tells this, None where it is for others. `over_ms` is when it was ended before its time, else 0. */
export interface SiteNotice {
  readonly id: string;
  readonly site: string;
  readonly epoch: string;
  readonly seq: number;
  readonly op: string;
  readonly by: string;
  readonly at_ms: number;
  readonly title: string;
  readonly until_ms: number;
  readonly sites: readonly string[];
  readonly site_zh: string;
  readonly site_en: string;
  readonly colour: "blue" | "orange" | "red" | "yellow";
  readonly text: string;
  readonly area: string;
  readonly from_ms: number;
  readonly is_exercise: boolean;
  readonly ends: string;
  readonly over_ms: number;
  readonly passed: readonly string[];
  readonly receipts: readonly NoticeReceipt[];
  readonly here: NoticeReceipt | null;
  readonly label: "internal" | "public" | "sensitive";
}

/** A command to a lower site and how it went; `why_*` says why it was refused, `refused_by` by which site.
 *
 *  `case` is the id that the case has there. "waiting" is kept here, "on_way" safe at the next site towards it; with a
 *  reason it is put aside there or further on. `origin` is the site that gave it, "" where an older program did. */
export interface SiteOrder {
  readonly op: string;
  readonly site: string;
  readonly case: string;
  readonly step: string;
  readonly by: string;
  readonly at_ms: number;
  readonly department: string;
  readonly note: string;
  readonly if_rev: number | null;
  readonly label: "internal" | "public" | "sensitive";
  readonly state: "done" | "on_way" | "refused" | "waiting";
  readonly why_zh: string;
  readonly why_en: string;
  readonly refused_by: string;
  readonly origin: string;
}

/** Another site: `way` says whether it is above or below this one; `via` is the next site towards it, "" if itself.
 *
 *  While it is not linked nothing of it may be shown as fresh; `heard_ms` is the hub's time since 1970 UTC at which it
 *  was last heard, 0 for never. `waiting` counts what is kept here for it. `joint` says how it takes part in the joint
 *  session. `parked` counts what it refused for its content and is put aside here, `parked_there` what is put aside
 *  there for this site; `version` is the program it runs. */
export interface SiteStatus {
  readonly id: string;
  readonly way: "lower" | "upper";
  readonly title_zh: string;
  readonly title_en: string;
  readonly via: string;
  readonly is_linked: boolean;
  readonly heard_ms: number;
  readonly waiting: number;
  readonly figures: SiteFigures | null;
  readonly joint: "joined" | "left" | "open" | "waiting" | null;
  readonly parked: number;
  readonly parked_there: number;
  readonly version: string;
}

/** The log plane as of `seq`, in place of what a screen knew; readings follow in their own frames.
 *
 *  `cases` are the open ones and those closed within the last hour, the most urgent first when there are too many,
 *  and `responses` likewise. `event` is the major event of the twin, `posts` what was last told of its posts.
 *  `ballots` are the votes on alternatives that are open or were closed within the last days.
 *  `counts_below` are the figures without the cases of the higher labels, the fewest first.
 *  `sites` are the other sites of a federation, `site_cases` and `site_alarms` what stands open at those below,
 *  `site_orders` the newest commands to them, `joint` the joint session that is led from here or from above,
 *  `site_notices` the newest notices to and from other sites, with who has received and confirmed them. */
export interface Snapshot {
  readonly type: "snapshot";
  readonly seq: number;
  readonly alarms: readonly Alarm[];
  readonly sources: readonly SourceStatus[];
  readonly notices: readonly Notice[];
  readonly reports: readonly Report[];
  readonly cases: readonly CaseLine[];
  readonly case_counts: CaseCounts | null;
  readonly counts_below: readonly CaseCounts[];
  readonly responses: readonly Response[];
  readonly event: MajorEvent | null;
  readonly posts: readonly PostReport[];
  readonly ballots: readonly Ballot[];
  readonly sites: readonly SiteStatus[];
  readonly site_cases: readonly SiteCase[];
  readonly site_alarms: readonly SiteAlarm[];
  readonly site_orders: readonly SiteOrder[];
  readonly joint: Joint | null;
  readonly site_notices: readonly SiteNotice[];
}

/** Where cases come from. */
export interface SourceRow {
  readonly key: string;
  readonly title_zh: string;
  readonly title_en: string;
}

/** One source now.
 *
 *  `why_zh`, `why_en` say in one sentence why it is in this state. `counts` are totals since it started: "frames",
 *  "observations", "bad_crc", "bad_length", "unknown_station", "unknown_code", "duplicates", "late", "garbage_bytes" …;
 *  "corrections" are rows that said something else of a moment that was known, and hold since. `last_ms` is when it
 *  last delivered (0: never), `retry_ms` when it will try again (0: not waiting). */
export interface SourceStatus {
  readonly name: string;
  readonly adapter: string;
  readonly state: "auth_failed" | "configured" | "connecting" | "degraded" | "disabled" | "live" | "retrying";
  readonly why_zh: string;
  readonly why_en: string;
  readonly since_ms: number;
  readonly last_ms: number;
  readonly retry_ms: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly is_simulated: boolean;
}

/** What a screen wants to hear from now on, in place of what it wanted before.
 *
 *  Topics: "all" readings, "station:ID", "group:NAME" (a group of `domain.quantity`), "log" (alarms, sources and
 *  warnings), "movers" (everything that moves), "view" (what the room shows, and who leads), "presence" (who is there).
 *  An unknown topic is silent. */
export interface Subscribe {
  readonly type: "subscribe";
  readonly topics: readonly string[];
}

/** What moment the screens show.
 *
 *  `at_ms` is the moment shown in milliseconds since 1970 UTC, None while live. `speed` is seconds of the past per
 *  second while playing. `first_ms` … the present is what can be gone to; `first_ms` is 0 until history is known. */
export interface Timeline {
  readonly mode: "live" | "paused" | "playing";
  readonly at_ms: number | null;
  readonly speed: number;
  readonly first_ms: number;
}

/** One step that was taken; `by` is a device or user, `by_name` what people call them. */
export interface TrailRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly step: "ask_extension" | "ask_help" | "ask_suspension" | "call_back" | "close" | "confirm" | "decline" | "dispatch" | "erase_reporter" | "evaluate" | "fail_check" | "feed_back" | "file" | "grant_extension" | "grant_suspension" | "help_done" | "lower_label" | "merge" | "note" | "pass_check" | "raise_label" | "reassign" | "refuse_filing" | "refuse_request" | "refute" | "register" | "report" | "resume" | "return" | "send_to_check" | "send_to_verify" | "sign" | "urge" | "void";
  readonly title_zh: string;
  readonly title_en: string;
  readonly by: string;
  readonly by_name: string;
  readonly note: string;
  readonly photos: readonly Photo[];
}

/** The hub's first word. `epoch` names this life of the hub; `seq` is the newest change of its log.
 *
 *  `screen` is what the hub calls this screen from now on, and `n` the highest number of a command that it knows of it.
 *  `relay` is the name of the hub where it is a relay, "" at the one that owns the books. */
export interface Welcome {
  readonly type: "welcome";
  readonly epoch: string;
  readonly seq: number;
  readonly server_ms: number;
  readonly twin: string;
  readonly is_simulated: boolean;
  readonly protocol: string;
  readonly role: "admin" | "duty_officer" | "grid_worker" | "operator" | "viewer";
  readonly room: string;
  readonly screen: string;
  readonly n: number;
  readonly relay: string;
}

export type FromScreen =
  | Hello
  | Subscribe
  | Command
  | Ready
  | Ping
  | Show
  | Seen
  | Floor
  | Here
  | Bye;

export type FromHub =
  | Welcome
  | Series
  | Readings
  | MoverNames
  | Positions
  | Snapshot
  | Change
  | Ack
  | Pong
  | Bye
  | Shown
  | FloorState
  | Presence
  | Refused;

/** What is shown, by its key. */
export interface ShowValues {
  readonly camera: CameraPose;
  readonly style: "day" | "night";
  readonly moment: string;
  readonly timeline: Timeline;
  readonly layers: Readonly<Record<string, SharedLayer>>;
  readonly selection: readonly FeatureRef[];
  readonly isolated: readonly FeatureRef[];
  readonly colouring: Colouring | null;
  readonly water_colour: "class" | "level" | "plain";
  readonly scene: string | null;
  readonly focus: Focus | null;
  readonly pointer: Pointer | null;
  readonly board: "governing" | "sensing" | null;
  readonly area: string | null;
  readonly area_map: AreaMap | null;
  readonly scheme: ShownPlan | null;
  readonly section: ShownSection | null;
  readonly notes: ShownNotes | null;
}

export type ViewKey = keyof ShowValues;
