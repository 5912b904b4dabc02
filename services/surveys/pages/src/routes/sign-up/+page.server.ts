import { askForLink } from "../../lib/ask-for-link.ts";
import { notSignedIn } from "../../lib/refused.ts";
import type { Actions, PageServerLoad } from "./$types";

/** Only for who is not signed in. */
export const load: PageServerLoad = async ({ locals: { visit } }) => notSignedIn(visit);

/** Has a link mailed. */
export const actions: Actions = { default: (event) => askForLink(event, "signup") };
