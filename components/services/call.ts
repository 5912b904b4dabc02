import { type CallSpec, callEnvironment, callProblems } from "../../services/call.ts";
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
    refuse(`call of service ${JSON.stringify(callee.name)}`, callProblems(call));
    this.name = callee.name;
    this.#callee = callee;
    this.#call = call;
  }

  connectionFor(): Connection {
    const connection = this.#callee.connectionFor();
    const { name } = this;
    return {
      ...connection,
      env: { ...connection.env, ...callEnvironment({ name, reaches: connection.reaches }, this.#call) },
    };
  }
}
