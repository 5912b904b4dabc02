import { given } from "../lib/refused.ts";
import type { LayoutServerLoad } from "./$types";

/** Who is signed in, for the head of all pages. That it can't be known is told by the page itself. */
export const load: LayoutServerLoad = async ({ route, locals: { visit } }) => {
  const user = await visit.user();
  // Where there is no page, nobody else tells of the limit.
  if (route.id === null && !user.ok && user.refusal.status === 429) given(user, visit);
  return { email: user.ok ? (user.data?.email ?? null) : null };
};
