import { setTimeout as sleep } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import type { LogLevel } from "./log-writer.ts";
import { configureLogs, getLogger } from "./logs.ts";
import type { InstrumentedServer } from "./server.ts";
import { type Environment, SettingsError } from "./settings.ts";
import { startTracing } from "./tracing.ts";
import { readTracingSettings, type TracingSettings } from "./tracing-settings.ts";

/** Where a service listens, and how it stops. */
export interface ServerSettings {
  /** The port that it listens at, on all addresses; from PORT. */
  readonly port: number;
  /** The least grave lines that are written; from LOG_LEVEL. @default "info" */
  readonly logLevel: LogLevel;
  /** Seconds between "not ready" and the end of listening: the time that a load balancer needs to notice. */
  readonly shutdownDelaySeconds: number;
  /** Seconds that requests then have to finish. */
  readonly shutdownTimeoutSeconds: number;
  /** Where spans go; undefined for no traces. */
  readonly tracing: TracingSettings | undefined;
}

/** A start that can't go on, told in one line. */
export class StartFailure extends Error {
  /** The process's exit code, as in sysexits.h. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = "StartFailure";
    this.exitCode = exitCode;
  }
}

const EXIT_SETTINGS = 78;
const EXIT_FAILURE = 70;

// What the last spans may take of the time that requests have to finish.
const LAST_SPANS_MS = 1000;

/** Reads PORT, LOG_LEVEL, SHUTDOWN_DELAY_SECONDS, SHUTDOWN_TIMEOUT_SECONDS and OpenTelemetry's variables. */
export function readServerSettings(environment: Environment, defaults: { readonly port: number }): ServerSettings {
  const seconds = (name: string, fallback: number, minimum: number): number =>
    environment.integer(name, { fallback, minimum, maximum: 300 });
  return {
    port: environment.integer("PORT", { fallback: defaults.port, minimum: 1, maximum: 65_535 }),
    logLevel: environment.choice("LOG_LEVEL", "info", ["debug", "info", "warning", "error"]),
    shutdownDelaySeconds: seconds("SHUTDOWN_DELAY_SECONDS", 2, 0),
    shutdownTimeoutSeconds: seconds("SHUTDOWN_TIMEOUT_SECONDS", 7, 1),
    tracing: readTracingSettings(environment),
  };
}

/**
 * Runs the start of a service. While it lasts, a signal to stop ends the process at once; a start that can't go on ends
 * it with one line that says why: exit code 78 for settings, that of a {@link StartFailure}, or 70.
 */
export async function startService(service: string, start: () => Promise<void>): Promise<void> {
  const log = getLogger(service);
  configureLogs(service);
  // As process 1 of a container, a program without a handler ignores these signals.
  const stop = (): never => {
    log.info("stopped before the service was up");
    process.exit(0);
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  try {
    await start();
  } catch (error) {
    if (error instanceof SettingsError) {
      log.error(error.message, { problems: error.problems });
      process.exit(EXIT_SETTINGS);
    }
    if (error instanceof StartFailure) {
      log.error(error.message);
      process.exit(error.exitCode);
    }
    log.critical("the service can't start", { error });
    process.exit(EXIT_FAILURE);
  }
  process.removeListener("SIGTERM", stop).removeListener("SIGINT", stop);
}

/**
 * Listens until a signal to stop. Then the service is not ready at once, listens on for the delay, and lets requests
 * finish. What the application opened is closed by its `onClose` hooks.
 */
export async function serve(server: InstrumentedServer, settings: ServerSettings): Promise<void> {
  const { app } = server;
  const log = getLogger("vigie.lifecycle");
  const { shutdownDelaySeconds: delay, shutdownTimeoutSeconds: timeout } = settings;
  configureLogs(server.service, settings.logLevel);
  const { tracing: traced } = settings;
  const tracing = traced && (await startTracing(server.service, server.version, traced));
  closeWithGrace({ delay: (delay + timeout) * 1000, logger: { error: tell } }, async ({ err }) => {
    const end = performance.now() + (delay + timeout) * 1000;
    server.startStopping();
    if (err === undefined) {
      log.info(`stopping: not ready from now on, listening for ${delay} s more`);
      await sleep(delay * 1000);
    } else {
      log.critical("stopping: an error that nobody caught", { error: err });
    }
    await app.close();
    // A stop that takes too long is a failure, and spans are no reason for one.
    await tracing?.stop(Math.min(LAST_SPANS_MS, end - performance.now() - 100));
    log.info("stopped");
  });
  await app.listen({ host: "0.0.0.0", port: settings.port });
  log.info(`listening on port ${settings.port}`);

  function tell(message: unknown): void {
    if (message instanceof Error) log.error("stopping failed", { error: message });
    else log.error(String(message));
  }
}
