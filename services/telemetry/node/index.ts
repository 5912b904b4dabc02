/**
 * What every Node service of this repository reports about itself, and how it starts, refuses and stops.
 *
 * A service gets request metrics, JSON logs, request ids, traces, problem bodies, `/metrics`, `/health`, `/ready` and a
 * graceful stop from three calls. It installs the packages that `package.json` beside this file names, at these versions.
 *
 * @example
 * ```ts
 * await startService("orders", async () => {
 *   const environment = readEnvironment(process.env);
 *   const settings = readServerSettings(environment, { port: 3000 });
 *   environment.finish();
 *   const server = newServer({ service: "orders", version: "0.1.0", checks: { database: () => database.check() } });
 *   await server.app.register(ordersApi, { store });
 *   await serve(server, settings);
 * });
 * ```
 *
 * @module
 */

export { type BehindOptions, refuseWhileBehind } from "./behind.ts";
export { type DatabaseAddress, databaseCall } from "./database-call.ts";
export {
  AnswerTooLarge,
  bytesOf,
  type HttpAnswer,
  type HttpCallOptions,
  type HttpSpanOptions,
  httpCall,
  httpSpan,
  MAX_BYTES,
} from "./http-call.ts";
export { LATENCY_BUCKETS } from "./latency-buckets.ts";
export type { LogLevel } from "./log-writer.ts";
export { configureLogs, getLogger, type LogFields, type Logger } from "./logs.ts";
export { createHttpMetrics, type Exposition, type HttpMetrics } from "./metrics.ts";
export { isOperation } from "./operations.ts";
export {
  type InvalidParameter,
  invalidParameters,
  MAX_QUOTED,
  Problem,
  type ProblemBody,
  type ProblemOptions,
  problemBody,
} from "./problems.ts";
export { refusalSchemasOf } from "./refusal-schemas.ts";
export { refuseOtherMethods } from "./refusals.ts";
export { readServerSettings, type ServerSettings, StartFailure, serve, startService } from "./serve.ts";
export { type InstrumentedServer, newServer, type ServerOptions } from "./server.ts";
export {
  type Environment,
  HTTP_URL_ALLOWED,
  httpUrl,
  type Reading,
  readEnvironment,
  readSecret,
  type SettingProblem,
  SettingsError,
} from "./settings.ts";
export { type ClientCall, clientSpan, startTracing, type Tracing } from "./tracing.ts";
export { readTracingSettings, type SamplerName, type TracingSettings } from "./tracing-settings.ts";
export { validatorCompiler } from "./validation.ts";
