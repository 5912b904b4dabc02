import { Problem } from "../../../telemetry/node/index.ts";

/** Seconds after which a caller may ask again what could not be done. */
export const RETRY_AFTER_SECONDS = 5;

/** A link that signs nobody in. It is one answer for wrong, used and over: which of them is nobody's business. */
export function linkInvalid(): Problem {
  return new Problem(401, "link-invalid", "This link is wrong, was used already or is over. Please ask for a new one.");
}

/** An address that whoever sends the mail does not understand. */
export function addressRefused(): Problem {
  return new Problem(422, "address-refused", "No mail can be sent to this address. Please check how it is written.");
}

/** The mail server took longer than is waited for it: the mail may come, and its link holds then. */
export function mailUncertain(): Problem {
  const detail = "The mail takes long. It may come all the same: please look for it in a minute before you ask again.";
  return new Problem(504, "mail-uncertain", detail, { headers: { "Retry-After": "60" } });
}

/** The mail server is away, or takes no mail at the moment. */
export function mailUnavailable(): Problem {
  return unavailable("mail-unavailable", "The link can't be mailed at the moment. Please try again soon.");
}

/** Where links are kept is away. */
export function linksUnavailable(): Problem {
  return unavailable("links-unavailable", "Nobody can sign in at the moment. Please try again soon.");
}

/** Appwrite is away, slow, or does not take what we send. */
export function appwriteUnavailable(): Problem {
  return unavailable("sign-in-unavailable", "Nobody can sign in at the moment. Please try again soon.");
}

function unavailable(kind: string, detail: string): Problem {
  return new Problem(503, kind, detail, { headers: { "Retry-After": String(RETRY_AFTER_SECONDS) } });
}
