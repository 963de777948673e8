/** How components reach the session, and are drawn again when it changes. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

import type { Session } from "../state/session.ts";

export const TheSession = createContext<Session | undefined>(undefined);

/** Returns the session; the component is drawn again whenever something changes. */
export function useSession(): Session {
  const session = useContext(TheSession);
  if (session === undefined) throw new Error("no session");
  const [, draw] = useState(0);
  useEffect(() => session.onChange(() => draw((count) => count + 1)), [session]);
  return session;
}
