import { given, signedIn } from "../../lib/refused.ts";
import type { PageServerLoad } from "./$types";

/** The requests of whoever is signed in. */
export const load: PageServerLoad = async ({ locals: { visit } }) => {
  await signedIn(visit);
  const requests = given(await visit.requests(), visit);
  // What is written into a link comes from another system.
  return { requests: requests.map(({ url = "", ...one }) => ({ ...one, url: /^https?:/.test(url) ? url : null })) };
};
