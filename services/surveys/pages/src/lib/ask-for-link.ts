import type { RequestEvent } from "@sveltejs/kit";
import { refused } from "./refused.ts";

/** Has a link mailed to the address of a form. The page says the same whether the address is known or not. */
export async function askForLink({ request, locals: { visit } }: RequestEvent, kind: "signup" | "login") {
  const email = String((await request.formData()).get("email") ?? "").trim();
  const sent = await visit.sendLink(kind, email);
  return sent.ok ? { sent: { email, expires: sent.data.expires } } : refused(sent.refusal, { email });
}
