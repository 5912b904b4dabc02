import { type CallSpec, callEnvironment, callProblems } from "../../services/call.ts";
import type { CallAuth } from "../../services/call-auth.ts";
import type { Problem } from "../../services/problems.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";
import { refuse } from "../platform/refuse.ts";
import type { InstrumentedService } from "./instrumented-service.ts";

/**
 * One service calls another one, and how: stands in `uses` in the place of the called service. It has the same network, addresses
 * and order; beside the settings of the service its caller gets those of the call, which the client of
 * `services/calls` reads.
 *
 * @throws pulumi.InputPropertiesError with everything that is wrong
 * @example
 * ```ts
 * const survey = new InstrumentedService("survey", { host, spec: surveySpec, replicas: 2 });
 * const call = new ServiceCall(survey, { timeout: "20s", outliers: { failures: 3 } });
 * new InstrumentedService("gateway", { host, edge, spec: gatewaySpec, uses: [call] });
 * ```
 * @example What is not wanted is turned off
 * ```ts
 * new ServiceCall(health, { retries: false, breaker: false });
 * ```
 */
export class ServiceCall implements Dependency {
  readonly name: string;
  readonly counted = true;
  readonly #callee: InstrumentedService;
  readonly #call: CallSpec;

  /**
   * @param callee the service that is called
   * @param call how; what is left out has its default
   */
  constructor(callee: InstrumentedService, call: CallSpec = {}) {
    const wrong = callProblems(call);
    const problems = wrong.some(({ property }) => property === "auth")
      ? wrong
      : [...wrong, ...authProblems(callee, call)];
    refuse(`call of service ${JSON.stringify(callee.name)}`, problems);
    this.name = callee.name;
    this.#callee = callee;
    this.#call = call;
  }

  /** The way that the called service takes. */
  get auth(): CallAuth | undefined {
    return this.#callee.auth;
  }

  connectionFor(caller: string): Connection {
    const connection = this.#callee.connectionFor(caller);
    const { name, scheme } = this.#callee;
    return {
      ...connection,
      env: { ...connection.env, ...callEnvironment({ name, scheme, reaches: connection.reaches }, this.#call) },
    };
  }
}

/** Both sides do the same, or none of their calls is answered. */
function authProblems({ auth: taken, name }: InstrumentedService, { auth }: CallSpec): Problem[] {
  if (auth === undefined || auth === taken) return [];
  const fix =
    taken === undefined
      ? `Give ${name} \`answers\`, with this way, its callers and keys.`
      : `Leave it out, or let ${name} answer by ${JSON.stringify(auth)}.`;
  return [{ property: "auth", given: auth, allowed: `the way that ${name} takes: ${taken ?? "none"}`, fix }];
}
