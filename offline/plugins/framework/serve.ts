/** Starts a plugin's process the way the engine expects: serve gRPC on a free port, print it, end with the engine. */
import grpc from "@grpc/grpc-js";
import { engineLog } from "./engine-log.ts";
import type { Plugin } from "./provider.ts";
import { providerService } from "./service.ts";
import { ResourceProviderService } from "./stubs.ts";

// The engine allows messages of this size too: 400 MiB.
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
// How long a cancelled operation may take to clean up after the engine is gone.
const GRACE_MILLISECONDS = 4_000;

/**
 * Serves a plugin until the engine goes away.
 *
 * @param plugin what to serve
 * @param args the process's arguments; the last one is the engine's address
 */
export async function servePlugin(plugin: Plugin, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const controller = new AbortController();
  const log = engineLog();
  const address = args.at(-1);
  if (address?.includes(":")) log.connect(address);

  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  const running = new Set<Promise<unknown>>();
  let gone = () => false;
  const service = providerService(plugin, {
    signal: controller.signal,
    running,
    engineHasGone: () => gone(),
    cancel: () => controller.abort(new Error("cancelled")),
    engineLog: log,
  });
  server.addService(ResourceProviderService, service as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  gone = endWithEngine(running, controller);
  // Only now: the engine may close a plugin as soon as it knows the port.
  process.stdout.write(`${port}\n`);
}

/**
 * Ends the process when the engine closes it or dies.
 *
 * The engine holds the other end of standard input, so its end is seen even after a `kill -9`. Gives a function that tells
 * whether it has gone.
 */
function endWithEngine(running: ReadonlySet<Promise<unknown>>, controller: AbortController): () => boolean {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    controller.abort(new Error("the engine has gone"));
    // The gRPC server's own shutdown may wait for the engine's connection, and the engine waits for us.
    void Promise.allSettled(running).then(() => process.exit(0));
    setTimeout(() => process.exit(0), GRACE_MILLISECONDS).unref();
  };
  process.stdin.on("end", end).on("close", end).on("error", end).resume();
  process.on("SIGINT", end).on("SIGTERM", end);
  // A closed standard output must not stop an operation half-way.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  return () => ending;
}
