import type { FastifyBaseLogger } from "fastify";
import { getLogger, type LogFields, type Logger } from "./logs.ts";

/** fastify's and its plugins' own words as lines of the service. Requests are logged by the service itself. */
export function fastifyLogger(name: string): FastifyBaseLogger {
  const log = getLogger(name);
  const through = (write: Logger["info"]) => (first: unknown, message?: string) => {
    if (typeof first === "string") write(first);
    else write(message ?? "no message", errorOf(first));
  };
  const logger = {
    level: "debug",
    fatal: through(log.critical),
    error: through(log.error),
    warn: through(log.warning),
    // At fastify's info level is what the service says better.
    info: through(log.debug),
    debug: through(log.debug),
    trace: through(() => {}),
    silent: through(() => {}),
    child: () => logger,
  };
  return logger as unknown as FastifyBaseLogger;
}

// Whatever else fastify hands over describes requests, with addresses and headers of people.
function errorOf(fields: unknown): LogFields {
  if (fields instanceof Error) return { error: fields };
  const error = (fields as { err?: unknown; error?: unknown } | null)?.err;
  return error === undefined ? {} : { error };
}
