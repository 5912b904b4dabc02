import type { LayoutServerLoad } from "./$types";

/** Who is signed in, for the head of all pages. That it can't be known is told by the page itself. */
export const load: LayoutServerLoad = async ({ locals: { visit } }) => {
  const user = await visit.user();
  return { email: user.ok ? (user.data?.email ?? null) : null };
};
