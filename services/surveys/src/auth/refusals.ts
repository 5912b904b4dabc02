import { Problem } from "../../../telemetry/node/index.ts";

/** Seconds after which a caller may ask again what could not be done. */
export const RETRY_AFTER_SECONDS = 5;

/** A link that signs nobody in. It is one answer for wrong, used and over: which of them is nobody's business. */
export function linkInvalid(): Problem {
  return new Problem(401, "link-invalid", "This link is wrong, was used already or is over. Please ask for a new one.");
}

/** More links for one address than may be sent, with the seconds until there may be another. */
export function tooManyLinks(seconds: number): Problem {
  const detail = "Too many links were sent to this address. Please use the last one, or ask again later.";
  return new Problem(429, "too-many-links", detail, { headers: { "Retry-After": String(Math.max(1, seconds)) } });
}

/** An address that whoever sends the mail does not understand. */
export function addressRefused(): Problem {
  return new Problem(422, "address-refused", "No mail can be sent to this address. Please check how it is written.");
}

/** The mail server is away, slow, or takes no mail at the moment. */
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
