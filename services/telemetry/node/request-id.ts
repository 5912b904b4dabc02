import { randomUUID } from "node:crypto";

/** The caller's request id if it is harmless in logs and headers, else a new one. */
export function acceptedRequestId(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newRequestId();
}

/** 32 hexadecimal digits that no other request has. */
export function newRequestId(): string {
  const id = randomUUID();
  // A search for the dashes takes longer than the drawing of all digits.
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}
