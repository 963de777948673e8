import { expect, test } from "vitest";

import type { Frame } from "../src/map/frame.ts";
import { notesOnMap } from "../src/map/notes.ts";
import type { ShownNotes } from "../src/hub/wire.ts";

// One metre is one degree here, so that places can be read off.
const FRAME: Frame = {
  lon0: 0, lat0: 0, east0: 0, north0: 0,
  to_degrees: [[0, 0], [1000, 0], [0, 1000]], to_metres: [[0, 0], [1, 0], [0, 1]],
};
const NOTE = { id: "n", points: [[0, 0, 5], [6, 0, 5], [6, 3, 5]], words: "岸线", colour: "#ffd250", is_visible: true, is_measured: false } as const;

function shown(kind: ShownNotes["notes"][number]["kind"], points: ShownNotes["notes"][number]["points"] = NOTE.points): ShownNotes {
  return { notes: [{ ...NOTE, kind, points }], left_out: 0 };
}

test("each kind of annotation becomes lines, areas and words of the map", () => {
  // given one of each kind through the same points
  const kinds = ["point", "line", "arrow", "polygon", "freehand"] as const;

  // when the map shows them
  const found = kinds.map((kind) => notesOnMap(shown(kind), FRAME));

  // then a place is a dot, an arrow has a head, an area is closed, and words stand at the end or in the middle
  expect(found.map((features) => features.map((one) => one.properties?.["kind"] as string))).toEqual([
    ["place"], ["line", "words"], ["line", "line", "words"], ["area", "line", "words"], ["line", "words"],
  ]);
  expect(found[3]?.[0]?.geometry).toEqual({ type: "Polygon", coordinates: [[[0, 0], [6, 0], [6, 3], [0, 0]]] });
  expect(found[3]?.[2]?.geometry).toEqual({ type: "Point", coordinates: [4, 1] });
  expect(found[1]?.[1]?.geometry).toEqual({ type: "Point", coordinates: [6, 3] });
});

test("what has too few points, or no frame, is not drawn", () => {
  // given a line and an area of one point
  // when the map shows them, then there is nothing
  expect(notesOnMap(shown("line", [[0, 0, 0]]), FRAME)).toEqual([]);
  expect(notesOnMap(shown("polygon", [[0, 0, 0], [1, 1, 0]]), FRAME)).toEqual([]);
  expect(notesOnMap(shown("point", []), FRAME)).toEqual([]);
  expect(notesOnMap(shown("point"), undefined)).toEqual([]);
  expect(notesOnMap(null, FRAME)).toEqual([]);
});
