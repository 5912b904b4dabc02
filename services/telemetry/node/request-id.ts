import { randomFillSync } from "node:crypto";

const BYTES = 16;

// One call for many ids: it costs as much as for one.
const pool = Buffer.alloc(256 * BYTES);
let used = pool.length;

/** The caller's request id if it is harmless in logs and headers, else a new one. */
export function acceptedRequestId(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newRequestId();
}

/** 32 hexadecimal digits that no other request has. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString("hex", used - BYTES, used);
}
