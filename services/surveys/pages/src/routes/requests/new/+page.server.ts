import { redirect } from "@sveltejs/kit";
import { refused, signedIn } from "../../../lib/refused.ts";
import type { Actions, PageServerLoad } from "./$types";

/** Only for who is signed in. */
export const load: PageServerLoad = async ({ locals: { visit } }) => {
  await signedIn(visit);
};

/** Makes a request: whose it is, the session says. */
export const actions: Actions = {
  default: async ({ locals: { visit } }) => {
    await signedIn(visit);
    const made = await visit.newRequest();
    if (!made.ok) return refused(made.refusal, {});
    redirect(303, "/requests?made");
  },
};
