import { SERVICE_NAME } from "./grammar.ts";

/** Who looks after whatever nobody else was named for. */
export const DEFAULT_OWNER = "platform";

/** What a name of an owner looks like, in words. */
export const OWNER_ALLOWED = 'a team or a role: 1 to 40 of a-z, 0-9 and -, such as "platform"';

/** Whether a name is one of an owner: it becomes a label, by which notices are routed. */
export function isOwner(name: string): boolean {
  return SERVICE_NAME.fits(name);
}
