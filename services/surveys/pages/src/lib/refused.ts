import { error, fail, redirect } from "@sveltejs/kit";
import type { Outcome, Refusal, Visit, Visitor } from "../../../src/gateway/pages/visit.ts";

/** What was given, or the page of its refusal. */
export function given<T>(outcome: Outcome<T>, { requestId }: Visit): T {
  if (outcome.ok) return outcome.data;
  error(outcome.refusal.status, outcome.refusal.detail, { requestId });
}

/** A refusal for the form that asked, with the status that the API would answer. */
export function refused<T extends object>(refusal: Refusal, more: T) {
  return fail(refusal.status, { refusal, ...more });
}

/** Who is signed in; whoever is not is led to where one signs in, and told if a session has ended. */
export async function signedIn(visit: Visit): Promise<Visitor> {
  const user = given(await visit.user(), visit);
  if (user === undefined) redirect(303, visit.hadSession ? "/sign-in?ended" : "/sign-in");
  return user;
}

/** Goes on only for who is not signed in: others have nothing to do here. */
export async function notSignedIn(visit: Visit): Promise<void> {
  if (given(await visit.user(), visit) !== undefined) redirect(303, "/requests");
}
