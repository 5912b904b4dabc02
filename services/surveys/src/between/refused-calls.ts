import { Counter, type Registry } from "prom-client";

/** How calls between services prove who calls. */
export const CALL_AUTHS = ["api-key", "jwt", "mutual-tls"] as const;

/** How calls between services prove who calls. */
export type CallAuth = (typeof CALL_AUTHS)[number];

/**
 * Why a call is refused: it brings nothing (`missing`), what nobody can read or is not in order (`wrong`), what somebody
 * else has signed (`signer`), what has ended or not begun (`expired`), what is for another service (`audience`), for
 * another person than the one it asks about (`user`), or it comes from a service that may not ask (`caller`).
 */
export type RefusalReason = "missing" | "wrong" | "signer" | "expired" | "audience" | "user" | "caller";

const REASONS: Readonly<Record<CallAuth, readonly RefusalReason[]>> = {
  "api-key": ["missing", "wrong"],
  jwt: ["missing", "wrong", "signer", "expired", "audience", "user"],
  "mutual-tls": ["missing", "wrong", "signer", "expired", "caller"],
};

/** Counts refused calls, by why. */
export type CountRefused = (reason: RefusalReason) => void;

/** Creates the counter in a registry, with a zero for each reason that there can be. */
export function refusedCalls(auth: CallAuth, registry: Registry): CountRefused {
  const refused = new Counter({
    name: "calls_refused_total",
    help: "Calls of other services that were refused, by why.",
    labelNames: ["reason"],
    registers: [registry],
  });
  for (const reason of REASONS[auth]) refused.labels(reason).inc(0);
  return (reason) => refused.labels(reason).inc();
}
