/** World metres of the twin and degrees of the map, by the cubic polynomial that the hub gives. */

export interface Frame {
  readonly lon0: number;
  readonly lat0: number;
  readonly east0: number;
  readonly north0: number;
  /** Of 1, u, v, u², uv, v², u³, u²v, uv², v³ with u, v in kilometres from (east0, north0). */
  readonly to_degrees: readonly (readonly [number, number])[];
  /** Of the same terms with u, v in degrees from (lon0, lat0). */
  readonly to_metres: readonly (readonly [number, number])[];
}

export type Pair = readonly [number, number];

export function toLonLat(frame: Frame, east: number, north: number): Pair {
  const [lon, lat] = sum(frame.to_degrees, (east - frame.east0) / 1000, (north - frame.north0) / 1000);
  return [frame.lon0 + lon, frame.lat0 + lat];
}

export function toMetres(frame: Frame, lon: number, lat: number): Pair {
  const [east, north] = sum(frame.to_metres, lon - frame.lon0, lat - frame.lat0);
  return [frame.east0 + east, frame.north0 + north];
}

/** Returns how far the grid's north lies clockwise of true north, in degrees, at a place. */
export function gridTurn(frame: Frame, east: number, north: number): number {
  const [lon, lat] = toLonLat(frame, east, north);
  const [lonAhead, latAhead] = toLonLat(frame, east, north + 10);
  const across = (lonAhead - lon) * Math.cos((lat * Math.PI) / 180);
  return (Math.atan2(across, latAhead - lat) * 180) / Math.PI;
}

function sum(coefficients: readonly (readonly [number, number])[], u: number, v: number): Pair {
  const terms = [1, u, v, u * u, u * v, v * v, u * u * u, u * u * v, u * v * v, v * v * v];
  let first = 0;
  let second = 0;
  terms.forEach((term, place) => {
    const pair = coefficients[place];
    if (pair === undefined) return;
    first += term * pair[0];
    second += term * pair[1];
  });
  return [first, second];
}
