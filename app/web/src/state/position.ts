/** Where this phone is: asked only when somebody wants to see distances, or has allowed it before. */

import type { Session } from "./session.ts";

const WITHIN_MS = 12_000;
const FRESH_MS = 60_000;

export function canLocate(): boolean {
  return isSecureContext && "geolocation" in navigator;
}

/** Asks the phone where it is; `failed` when it does not say. */
export function locate(session: Session, failed: () => void): void {
  if (!canLocate()) return failed();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => session.change({ here: [coords.longitude, coords.latitude] }),
    failed,
    { enableHighAccuracy: true, timeout: WITHIN_MS, maximumAge: FRESH_MS },
  );
}

/** Locates without a question where the owner has said yes before. */
export async function locateIfAllowed(session: Session): Promise<void> {
  if (!canLocate()) return;
  const answer = await navigator.permissions?.query({ name: "geolocation" }).catch(() => undefined);
  if (answer?.state === "granted") locate(session, () => undefined);
}
