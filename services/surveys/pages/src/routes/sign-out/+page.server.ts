import { redirect } from "@sveltejs/kit";
import { refused, signedIn } from "../../lib/refused.ts";
import type { Actions, PageServerLoad } from "./$types";

/** Only for who is signed in. */
export const load: PageServerLoad = async ({ locals: { visit } }) => {
  await signedIn(visit);
};

/** Ends the session. */
export const actions: Actions = {
  default: async ({ locals: { visit } }) => {
    const done = await visit.signOut();
    if (!done.ok) return refused(done.refusal, {});
    redirect(303, "/sign-in?signed-out");
  },
};
