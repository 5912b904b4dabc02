import { nearest, refuseIf } from "../services/problems.ts";
import type { Severity } from "./rule-group.ts";
import type { Objective } from "./slo/objective.ts";

/** Mail to people. */
export interface EmailReceiver {
  readonly kind: "email";
  /** Name, unique among all receivers. */
  readonly name: string;
  /** Addresses that get it. */
  readonly to: readonly string[];
  /** Address of the sender. */
  readonly from: string;
  /** The mail server, `host:port`. */
  readonly smarthost: string;
  /** User at the mail server. @default - none; then it must take mail without */
  readonly username?: string;
  /** File in Alertmanager's container that holds the user's password. Needed with `username`. */
  readonly passwordFile?: string;
  /** Refuse to send over a connection that is not encrypted. @default true */
  readonly requireTls?: boolean;
}

/** A POST of the alerts as JSON to a program: a pager, a chat, an inbox of a test. */
export interface WebhookReceiver {
  readonly kind: "webhook";
  /** Name, unique among all receivers. */
  readonly name: string;
  /** Address, where it holds no secret. @default - `urlFile` has it */
  readonly url?: string;
  /** File in Alertmanager's container that holds the address, where that is a secret. @default - `url` is it */
  readonly urlFile?: string;
}

/** Where a notice goes. */
export type Receiver = EmailReceiver | WebhookReceiver;

/** Who hears of the alerts of which services. */
export interface AlertPolicy {
  /** Name of the policy. */
  readonly name: string;
  /** Services whose alerts it is about: their label `service`. @default - all that no other policy names */
  readonly services?: readonly string[];
  /** What each of the services owes its users; `services` must name them. @default - none */
  readonly objective?: Objective;
  /** The receivers by severity. One of a severity that has none is shown by Alertmanager and told to nobody. */
  readonly notify: Readonly<Partial<Record<Exclude<Severity, "none">, readonly Receiver[]>>>;
}

/**
 * The receivers of these names.
 *
 * @param property what the names were given as, for the error
 * @throws DeclarationError with every name that no receiver has
 */
export function receiversNamed(
  names: readonly string[],
  receivers: readonly Receiver[],
  property: string,
): readonly Receiver[] {
  const known = receivers.map(({ name }) => name);
  refuseIf(
    "the alert policy",
    names
      .filter((name) => !known.includes(name))
      .map((name) => {
        const near = nearest(name, known);
        return {
          property,
          given: name,
          allowed: known.length === 0 ? "none, since no receiver is declared" : `one of ${known.join(", ")}`,
          ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }),
        };
      }),
  );
  return names.flatMap((name) => receivers.filter((receiver) => receiver.name === name));
}
