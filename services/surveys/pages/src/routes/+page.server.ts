import { redirect } from "@sveltejs/kit";
import { signedIn } from "../lib/refused.ts";
import type { PageServerLoad } from "./$types";

/** Leads to the requests, or to where one signs in. */
export const load: PageServerLoad = async ({ locals: { visit } }) => {
  await signedIn(visit);
  redirect(303, "/requests");
};
