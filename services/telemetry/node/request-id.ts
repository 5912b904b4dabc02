import { randomUUID } from "node:crypto";

/** The caller's request id if it is harmless in logs and headers, else a new one. */
export function acceptedRequestId(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newRequestId();
}

/** 32 hexadecimal digits that no other request has. */
export function newRequestId(): string {
  return randomUUID().replaceAll("-", "");
}
