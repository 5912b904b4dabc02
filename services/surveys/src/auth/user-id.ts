import { createHmac } from "node:crypto";
import { readSecret } from "../../../telemetry/node/index.ts";

const HEX_DIGITS = 20;

/**
 * Who somebody is in all services, made from the address: so nothing of people has to be stored to know them again.
 * Without the key nobody can find the address of an id by trying addresses.
 *
 * The key must stay the same for ever. It is read anew each time, as every secret is, but one that changes makes a new
 * person of everybody: their requests stay with an id that they never get again. So it is never rotated, and it belongs
 * in the backups.
 *
 * @param address in any case: `Jane@example.org` and `jane@example.org` are one person
 * @param keyFile path of the file with the key
 * @throws Error when the file can't be read or is empty
 * @example
 * ```ts
 * userIdOf("jane@example.org", "/run/secrets/user-id-key"); // "5f0c1c9a7e21b4d6e803"
 * ```
 */
export function userIdOf(address: string, keyFile: string): string {
  const key = readSecret(keyFile);
  // An id of an empty key would be as good as any, and wrong.
  if (key === "") throw new Error("the file of the key for user ids is empty");
  return createHmac("sha256", key).update(address.toLowerCase()).digest("hex").slice(0, HEX_DIGITS);
}
