import { given, signedIn } from "../../lib/refused.ts";
import type { PageServerLoad } from "./$types";

/** Only for who is signed in; and why there is no file, where one was asked for. */
export const load: PageServerLoad = async ({ locals: { visit, noFile } }) => {
  await signedIn(visit);
  if (noFile !== undefined) given({ ok: false, refusal: noFile }, visit);
};
