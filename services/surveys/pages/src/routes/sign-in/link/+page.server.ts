import { redirect } from "@sveltejs/kit";
import { given, refused } from "../../../lib/refused.ts";
import type { Actions, PageServerLoad } from "./$types";

/** The link of a mail, as it was opened: nothing is used up, as programs that look through mails open the links in them. */
export const load: PageServerLoad = async ({ request, url, locals: { visit } }) => {
  // Who somebody is doesn't matter here, and need not be known; but how often somebody comes does.
  const user = await visit.user();
  if (!user.ok && user.refusal.status === 429) given(user, visit);
  // A form that was refused brings its link itself.
  if (request.method === "POST") return { link: null };
  return { link: given(visit.linkIn(Object.fromEntries(url.searchParams)), visit) };
};

/** Uses the link up. */
export const actions: Actions = {
  default: async ({ request, locals: { visit } }) => {
    const form = Object.fromEntries([...(await request.formData())].map(([name, value]) => [name, String(value)]));
    const link = visit.linkIn(form);
    if (!link.ok) return refused(link.refusal, { link: null });
    const user = await visit.useLink(link.data);
    if (user.ok) redirect(303, "/requests");
    // Where the link was not even looked at, it may be tried again.
    const { status } = user.refusal;
    return refused(user.refusal, { link: status === 429 || status >= 500 ? link.data : null });
  },
};
