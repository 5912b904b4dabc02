/**
 * How one service calls another one, as settings: a time for all tries, retries within a budget, a circuit breaker, replicas
 * that are left out while they fail, balancing, and a limit of what is under way. See `docs/calls.md`.
 *
 * A service that uses it installs the packages that `package.json` beside this file names, and those of the telemetry.
 *
 * @example
 * ```ts
 * const environment = readEnvironment(process.env);
 * const settings = readCallSettings(environment, "survey");
 * environment.finish();
 * const survey = serviceClient("survey", { settings, metrics: callMetrics(registry) });
 * const { status, text } = await survey.ask({ path: "/api/v1/surveys/requests", requestId: request.id });
 * ```
 *
 * @module
 */

export { type Breaker, type BreakerOptions, newBreaker } from "./breaker.ts";
export { type CallRequest, type ServiceClient, type ServiceClientOptions, serviceClient } from "./client.ts";
export { CallFailure, type FailureKind } from "./failure.ts";
export { type CallMetrics, callMetrics, outcomeOf } from "./metrics.ts";
export { type CallSettings, callDefaults, readCallSettings } from "./settings.ts";
